"""What dissectors claim of a message, as tests look at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from pipeline.captures.columns import NUMBERS, TEXTS
from pipeline.captures.fields import ABSENT, OVERFLOW, ROWS_USED, Kind, new_out

Layer = Callable[[Any, int, int, Any], Any]
COLUMNS = tuple(TEXTS)
SIZES = {Kind.MAC: 6, Kind.EUI64: 8, Kind.IPV4: 4, Kind.IPV6: 16, Kind.INTERFACE_ID: 8, Kind.NETBIOS: 32}
#: What stands around a message, so that one who reads beyond it claims other things.
BEFORE, BEHIND = b"\x03\xff\x01" * 5, b"\x04\xc0\x0c\x00" * 5


class Claim(NamedTuple):
    """A row as its words say it; ``column`` is None where there is none."""

    kind: Kind
    value: bytes
    column: str | None
    aux: int


class Claims(NamedTuple):
    rows: list[Claim]
    numbers: dict[str, int]
    unclaimed: bytes


def claims(
    layer: Layer, message: bytes, state: Mapping[int, int] | None = None, *, has_offsets: bool = False
) -> Claims:
    """What a dissector says of a message: each claim lies within it and has its kind's size.

    None overlap, but where the protocol gives offsets, which may be made to point to one place twice: such bytes are
    masked (``dissection.settle``).
    """
    data = np.frombuffer(BEFORE + message + BEHIND, np.uint8).copy()
    at, stop = len(BEFORE), len(BEFORE) + len(message)
    out = new_out(1, 2 * len(message) + 64, len(NUMBERS))
    for place, value in (state or {}).items():
        out.state[place] = value
    layer(data, at, stop, out)
    assert out.state[OVERFLOW] == 0
    seen = np.zeros(len(data), np.int64)
    rows = []
    for start, end, kind, aux, column in out.rows[: out.state[ROWS_USED]].tolist():
        assert at <= start < end <= stop
        assert end - start == SIZES.get(Kind(kind), end - start)
        seen[start:end] += 1
        rows.append(
            (start, Claim(Kind(kind), data[start:end].tobytes(), COLUMNS[column] if column >= 0 else None, aux))
        )
    assert has_offsets or seen.max(initial=0) <= 1
    noted = {name: value for name, value in zip(NUMBERS, out.numbers[0].tolist()) if value != ABSENT}
    unclaimed = data[at:stop][seen[at:stop] == 0].tobytes()
    return Claims([claim for _, claim in sorted(rows, key=lambda row: row[0])], noted, unclaimed)


def of_kind(found: Claims, *kinds: Kind) -> list[bytes]:
    return [row.value for row in found.rows if row.kind in kinds]


def in_column(found: Claims, column: str) -> list[bytes]:
    return [row.value for row in found.rows if row.column == column]


def wire_name(text: str) -> bytes:
    """A name as it stands in a message, without pointers."""
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"
