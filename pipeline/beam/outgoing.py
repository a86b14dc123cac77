"""A message on its way out, as Beam's Kafka sink wants it.

Beam reads the types of fields as they stand: here they are no strings, so there is no import of ``annotations``.
"""

from typing import NamedTuple

from apache_beam.coders import RowCoder, registry


class Header(NamedTuple):
    """A header of a message."""

    key: str
    value: bytes


class Record(NamedTuple):
    """A message to be sent.

    Attributes:
      topic: where to.
    """

    key: bytes
    value: bytes
    headers: list[Header]
    topic: str


registry.register_coder(Header, RowCoder)
registry.register_coder(Record, RowCoder)
