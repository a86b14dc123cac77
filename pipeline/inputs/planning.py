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
    read only from its beginning is one range whatever its size, and a capture is cut only where its index says. Smaller
    ones are packed, those of equal format and context together, so that their batches are full; datasets apart
    from each other. Mails of one conversation are one after the other in one unit, whatever they weigh. The plan
    depends on nothing but its arguments.
    """
    packs: list[list[Range]] = []
    small: list[Input] = []
    for item in inputs:
        if item.conversation or weight(item) < unit_bytes:
            small.append(item)
            continue
        edges = _edges(item, unit_bytes)
        packs.extend([Range(item.number, a, b)] for a, b in zip(edges, edges[1:], strict=False))

    filled = unit_bytes
    dataset = conversation = ""
    for item in sorted(small, key=_kin):
        goes_on = item.conversation and item.conversation == conversation
        if (filled >= unit_bytes and not goes_on) or item.dataset != dataset:
            packs.append([])
            filled, dataset = 0, item.dataset
        conversation = item.conversation
        packs[-1].append(Range(item.number, 0, -1 if item.sequential else item.size))
        filled += weight(item)
    return [Unit(number, tuple(pack)) for number, pack in enumerate(packs)]


def _kin(item: Input) -> tuple[object, ...]:
    """Inputs that are alike stand together in order of this."""
    return (
        item.dataset,
        item.format,
        item.conversation,
        item.year,
        item.month,
        item.zone_minutes,
        item.header,
        item.mapping,
        item.number,
    )


def _edges(item: Input, unit_bytes: int) -> list[int]:
    """Where the ranges of a large input begin, and where the last ends."""
    if item.sequential:
        return [0, -1]
    if not item.is_capture:
        if FORMATS[item.format].splits != "lines":
            return [0, -1]
        pieces = item.size // unit_bytes
        return [item.size * k // pieces for k in range(pieces + 1)]
    edges = [0]
    for cut in item.cuts:
        if cut.at - edges[-1] >= unit_bytes and item.size - cut.at >= unit_bytes:
            edges.append(cut.at)
    return [*edges, item.size]


def weight(item: Input) -> int:
    """About how many bytes of records an input holds."""
    return item.size * EXPANSION if item.compression else item.size
