"""From packets to fields: the layers, one after the other, and every byte in exactly one field."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.captures.packets import Packets
from pipeline.records import Int32, Int64


@dataclass(frozen=True)
class Dissection:
    """What every byte of some packets is.

    Attributes:
      rows: int32 [k, 5], as ``fields.Out`` has them, sorted by start, disjoint; together with those that say MASKED for
        what no one claimed they cover each packet, and the frame.
      row_packet: int64 [k], the packet of each row, -1 for the frame's.
      sums: int64 [m, 8].
      numbers: int64 [p, len(columns.NUMBERS)].
    """

    rows: Int32
    row_packet: Int64
    sums: Int64
    numbers: Int64


def dissect(packets: Packets) -> Dissection:
    """Every field of some packets."""
    raise NotImplementedError
