"""Inputs, ranges and units: plain data, frozen in a plan and sent to every worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.captures.packets import CAPTURES, Cut
from pipeline.formats.format import Context
from pipeline.formats.registry import format_named


@dataclass(frozen=True)
class Input:
    """One file, object or spooled stream.

    Attributes:
      number: its place in the plan.
      name: relative, with ``/``, unique within the plan; does not tell where on the machine it stood.
      uri: an absolute path of this machine, or a URI that pyarrow.fs opens.
      size: bytes as stored.
      format: a name of ``formats.registry``, or one of CAPTURES.
      compression: ``""``, ``gzip``, ``zstd``, ``bz2`` or ``xz``.
      encoding: ``utf-8``; ``utf-16-le`` or ``utf-16-be``, read as UTF-8; ``evtx``, read as JSON lines.
      year, month, zone_minutes: what timestamps leave out, see ``formats.format.Context``.
      header: the line that names its columns, or ``""``.
      cuts: of a large capture, places at which a range can begin, beside its beginning.
      mapping: what the paths of an export mean, or ``""``.
      conversation: of a mail, the id that all mails of its conversation have, or ``""`` (``inputs.threads``).
      fingerprint: SHA-256, hexadecimal, over size, modification time and the first and last 64 KiB as stored.
      version: what tells without reading that it is as it was planned (``inputs.fingerprints``), or ``""``.
    """

    number: int
    name: str
    uri: str
    size: int
    format: str
    compression: str
    encoding: str
    year: int
    zone_minutes: int
    fingerprint: str
    month: int = 12
    header: str = ""
    cuts: tuple[Cut, ...] = ()
    mapping: str = ""
    conversation: str = ""
    version: str = ""

    @property
    def is_capture(self) -> bool:
        """Whether it holds packets and no records."""
        return self.format in CAPTURES

    @property
    def dataset(self) -> str:
        """Which rows it becomes."""
        return "packets" if self.is_capture else format_named(self.format).dataset

    @property
    def context(self) -> Context:
        return Context(self.year, self.zone_minutes, self.month, self.header, self.mapping)

    @property
    def sequential(self) -> bool:
        """Whether it can be read only from its beginning."""
        if self.compression or self.encoding != "utf-8":
            return True
        return not self.is_capture and format_named(self.format).splits == "sequential"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Input:
        return Input(**{**data, "cuts": tuple(map(Cut.from_json, data["cuts"]))})


@dataclass(frozen=True)
class Unreadable:
    """An input that cannot be read, in whole or from some place on.

    Attributes:
      name: of the input, or the name it would have.
      reason: fixed words and the class of the error, never content.
    """

    name: str
    reason: str


@dataclass(frozen=True)
class Range:
    """The records of one input that start in [start, end), decoded bytes; ``end`` -1 is the input's end.

    Of a capture ``start`` is 0 or one of its cuts.
    """

    input: int
    start: int
    end: int


@dataclass(frozen=True)
class Unit:
    """What is read, retried and written as one."""

    number: int
    ranges: tuple[Range, ...]

    def to_json(self) -> dict[str, Any]:
        return {"number": self.number, "ranges": [[r.input, r.start, r.end] for r in self.ranges]}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Unit:
        return Unit(data["number"], tuple(Range(*numbers) for numbers in data["ranges"]))


@dataclass(frozen=True)
class Progress:
    """How far a run is: units and bytes of input, done and in all."""

    units_done: int
    units: int
    bytes_done: int
    bytes: int
    records: int
