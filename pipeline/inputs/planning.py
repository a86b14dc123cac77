"""Cut inputs into units: ranges of large ones, packs of small ones."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.formats.registry import FORMATS
from pipeline.inputs.model import Input, Range, Unit

UNIT_BYTES = 32 << 20
#: What a compressed log's size is multiplied by to weigh it against others.
EXPANSION = 8


def plan_units(inputs: Sequence[Input], unit_bytes: int = UNIT_BYTES) -> list[Unit]:
    """Units that read every record of the inputs once.

    An input of at least ``unit_bytes`` is cut into units of that size up to just below its double; one that can be
    read only from its beginning is one range whatever its size. Smaller ones are packed, those of equal format and
    context together, so that their batches are full. The plan depends on nothing but its arguments.
    """
    packs: list[list[Range]] = []
    small: list[Input] = []
    for item in inputs:
        if item.sequential or FORMATS[item.format].splits != "lines":
            if weight(item) >= unit_bytes:
                packs.append([Range(item.number, 0, -1)])
            else:
                small.append(item)
            continue
        pieces = item.size // unit_bytes
        if pieces == 0:
            small.append(item)
        edges = [item.size * k // pieces for k in range(pieces + 1)] if pieces else []
        packs.extend([Range(item.number, a, b)] for a, b in zip(edges, edges[1:], strict=False))

    filled = unit_bytes
    for item in sorted(small, key=lambda i: (i.format, i.year, i.month, i.zone_minutes, i.header, i.mapping, i.number)):
        if filled >= unit_bytes:
            packs.append([])
            filled = 0
        packs[-1].append(Range(item.number, 0, -1 if item.sequential else item.size))
        filled += weight(item)
    return [Unit(number, tuple(pack)) for number, pack in enumerate(packs)]


def weight(item: Input) -> int:
    """About how many bytes of records an input holds."""
    return item.size * EXPANSION if item.compression else item.size
