"""Byte strings of any kind (addresses in binary, names in UTF-16 or hex) looked for at every place of a buffer."""

from __future__ import annotations

import numpy as np
from numba import njit

from pipeline.kernels.bitsets import WINDOW, below, lowest, window
from pipeline.kernels.compiling import compiled
from pipeline.kernels.wide import load8, same_bytes
from pipeline.records import Bools, Bytes, Int64

#: The shortest that is looked for.
SHORTEST = 4
_FILTER_BITS = 20


class ByteForms:
    """An index of byte strings of at least SHORTEST bytes, by their first four.

    Args:
      flat, offset: uint8 and int64 [n + 1], the strings one after the other; shorter ones are passed over.
    """

    def __init__(self, flat: Bytes, offset: Int64) -> None:
        self._flat, self._offset = flat, offset
        count = len(offset) - 1
        self._passing = np.zeros((1 << _FILTER_BITS) // 64, np.uint64)
        self._slots = np.full(1 << max(4, (2 * count).bit_length()), -1, np.int64)
        self._chain = np.full(count, -1, np.int64)
        _index(flat, offset, self._passing, self._slots, self._chain)

    def spans_with(self, data: Bytes, start: Int64, end: Int64, covered: Bytes) -> Bools:
        """bool [k]: spans of ``data`` in which one stands without a covered byte in it.

        Args:
          covered: a set of positions (see kernels.bitsets).
        """
        hit = np.zeros(len(start), np.bool_)
        if len(self._offset) > 1:
            _search(data, start, end, covered, self._flat, self._offset, self._passing, self._slots, self._chain, hit)
        return hit


def forms_of_addresses(raw: Bytes, width: Int64) -> tuple[Bytes, Int64]:
    """Of addresses, uint8 [n, widest], so many bytes of each: themselves, and in hex of either letter case."""
    offset = np.zeros(3 * len(raw) + 1, np.int64)
    np.cumsum((width[:, None] * np.array((1, 2, 2))).ravel(), out=offset[1:])
    flat = np.empty(int(offset[-1]), np.uint8)
    _write_addresses(raw, width, flat)
    return flat, offset


def forms_of_texts(arena: Bytes, begin: Int64) -> tuple[Bytes, Int64]:
    """Of ASCII texts ``arena[begin[k] : begin[k + 1]]``: UTF-16 of either order, and hex of either letter case."""
    offset = np.zeros(4 * (len(begin) - 1) + 1, np.int64)
    np.cumsum(np.repeat(2 * np.diff(begin), 4), out=offset[1:])
    flat = np.empty(int(offset[-1]), np.uint8)
    _write_texts(arena, begin, flat)
    return flat, offset


@njit(inline="always")
def _hex(digit, letter):  # type: ignore[no-untyped-def]
    return digit + 48 if digit < 10 else digit + letter - 10


@compiled
def _write_addresses(raw, width, flat):  # type: ignore[no-untyped-def]
    used = 0
    for k in range(len(raw)):
        size = width[k]
        for i in range(size):
            byte = raw[k, i]
            flat[used + i] = byte
            for step in range(2):
                at = used + size + 2 * size * step + 2 * i
                flat[at] = _hex(byte >> 4, 97 - 32 * step)
                flat[at + 1] = _hex(byte & 15, 97 - 32 * step)
        used += 5 * size


@compiled
def _write_texts(arena, begin, flat):  # type: ignore[no-untyped-def]
    used = 0
    for k in range(len(begin) - 1):
        size = 2 * (begin[k + 1] - begin[k])
        for i in range(begin[k + 1] - begin[k]):
            byte = arena[begin[k] + i]
            at = used + 2 * i
            flat[at] = byte
            flat[at + 1] = 0
            flat[at + size] = 0
            flat[at + size + 1] = byte
            for step in range(2):
                flat[at + (2 + step) * size] = _hex(byte >> 4, 97 - 32 * step)
                flat[at + (2 + step) * size + 1] = _hex(byte & 15, 97 - 32 * step)
        used += 4 * size


@njit(inline="always")
def _key(data, at):  # type: ignore[no-untyped-def]
    if at + 8 <= len(data):
        word = load8(data, at) & np.uint64(0xFFFFFFFF)
    else:
        word = np.uint64(data[at]) | np.uint64(data[at + 1]) << np.uint64(8)
        word |= np.uint64(data[at + 2]) << np.uint64(16) | np.uint64(data[at + 3]) << np.uint64(24)
    return word * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(24)


@compiled
def _index(flat, offset, passing, slots, chain):  # type: ignore[no-untyped-def]
    for n in range(len(chain)):
        if offset[n + 1] - offset[n] < SHORTEST:
            continue
        key = _key(flat, offset[n])
        cell = key & np.uint64((1 << _FILTER_BITS) - 1)
        passing[cell >> np.uint64(6)] |= np.uint64(1) << (cell & np.uint64(63))
        slot = key & np.uint64(len(slots) - 1)
        chain[n] = slots[slot]
        slots[slot] = n


@compiled
def _search(data, start, end, covered, flat, offset, passing, slots, chain, hit):  # type: ignore[no-untyped-def]
    for k in range(len(start)):
        here = start[k]
        stop = end[k] - SHORTEST + 1
        while here < stop and not hit[k]:
            size = min(stop - here, WINDOW - 1)
            clear = ~window(covered, here) & below(size)
            while clear:
                i = here + lowest(clear)
                clear &= clear - np.uint64(1)
                key = _key(data, i)
                cell = key & np.uint64((1 << _FILTER_BITS) - 1)
                if not passing[cell >> np.uint64(6)] >> (cell & np.uint64(63)) & np.uint64(1):
                    continue
                n = slots[key & np.uint64(len(slots) - 1)]
                while n >= 0 and not hit[k]:
                    length = offset[n + 1] - offset[n]
                    if i + length <= end[k] and same_bytes(data, i, flat, offset[n], length):
                        hit[k] = not _touches(i, i + length, covered)
                    n = chain[n]
            here += size


@njit(inline="always")
def _touches(start, end, positions):  # type: ignore[no-untyped-def]
    """Whether a set has any position of a span."""
    touched = np.uint64(0)
    while start < end and not touched:
        size = min(end - start, WINDOW - 1)
        touched = window(positions, start) & below(size)
        start += size
    return touched != 0
