"""Packets in memory, as readers give them, and what dissection says of them in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.captures.columns import NUMBERS, TEXTS
from pipeline.captures.dissection import Dissection, dissect
from pipeline.captures.fields import ABSENT, Kind
from pipeline.captures.packets import Packets

ETHERNET, RAW = 1, 101
COLUMNS = [*TEXTS, ""]


def packets_of(
    frames: Sequence[bytes], link_type: int | Sequence[int] = ETHERNET, wire: Sequence[int] | None = None
) -> Packets:
    """Packets side by side in a buffer, without blocks around them."""
    count = len(frames)
    end = np.cumsum([len(frame) for frame in frames], dtype=np.int64)
    start = np.concatenate([np.zeros(min(1, count), np.int64), end[:-1]])
    return Packets(
        data=np.frombuffer(b"".join(frames), np.uint8).copy(),
        start=start,
        end=end,
        block_start=start,
        block_end=end,
        offset=start,
        input=np.zeros(count, np.int32),
        wire_length=end - start if wire is None else np.array(wire, np.int64),
        time=np.zeros(count, np.int64),
        link_type=np.broadcast_to(np.array(link_type, np.int32), count),
        interface=np.zeros(count, np.int32),
        frame=np.empty((0, 5), np.int32),
        removed=np.empty((0, 2), np.int64),
        sections=np.empty((0, 2), np.int64),
    )


def claimed(frame: bytes, link_type: int = ETHERNET) -> list[tuple[bytes, str, str]]:
    """Bytes, kind and column of each field of one packet, in order."""
    rows = dissect(packets_of([frame], link_type)).rows
    return [(frame[start:end], Kind(kind).name, COLUMNS[column]) for start, end, kind, _, column in rows.tolist()]


def columns(frame: bytes, link_type: int = ETHERNET) -> dict[str, bytes | int]:
    """Columns of one packet: numbers, and the bytes of the last field of each other one."""
    found = numbers(dissect(packets_of([frame], link_type)), 0)
    return found | {column: data for data, _, column in claimed(frame, link_type) if column}


def numbers(dissection: Dissection, packet: int) -> dict[str, bytes | int]:
    return {name: value for name, value in zip(NUMBERS, dissection.numbers[packet].tolist()) if value != ABSENT}


def masked(frame: bytes, link_type: int = ETHERNET) -> bytes:
    """What nobody understands of a packet."""
    return b"".join(data for data, kind, _ in claimed(frame, link_type) if kind == "MASKED")
