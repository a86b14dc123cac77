"""Distinct addresses of packets' rows as small numbers: of one width each, they are two words and need no arena.

Compared is the address, never a hash alone, as in ``kernels.texts``.
"""

from __future__ import annotations

import secrets

import numpy as np
from numba import njit

from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.wide import load8, prefetch
from pipeline.records import Bytes, Int32, Int64

WIDEST = 16
_EMPTY = 0
#: So many rows before its turn an address is asked for: some packets on.
_ROWS_AHEAD = 32


class AddressTable:
    """Numbers for distinct (kind, bytes), in order of first sight.

    Args:
      width: int64 [kinds], bytes of each kind that is an address, 0 for others.
    """

    def __init__(self, width: Int64) -> None:
        self._width = width
        self._key = np.uint64(secrets.randbits(64) | 1)
        self._words = np.zeros((1 << 10, 2), np.uint64)
        self._kind: Int64 = np.zeros(1 << 10, np.int64)
        self._slots = np.full(1 << 12, _EMPTY, np.uint64)
        self.count = 0

    @property
    def kind(self) -> Int64:
        """int64 [n]."""
        return self._kind[: self.count]

    @property
    def raw(self) -> Bytes:
        """uint8 [n, WIDEST], the bytes, from the left."""
        return self._words[: self.count].view(np.uint8)

    def intern(self, data: Bytes, rows: Int32) -> Int32:
        """int32 [k]: the number of each row's address, -1 for rows of other kinds, or of a wrong size."""
        numbers = np.empty(len(rows), np.int32)
        done = 0
        while True:
            done, self.count = _intern(
                data, rows, done, self._width, self._key, self._words, self._kind, self._slots, self.count, numbers
            )
            if done == len(rows):
                return numbers
            self._grow()

    def _grow(self) -> None:
        more = 2 * len(self._words)
        self._words, self._kind = np.resize(self._words, (more, 2)), np.resize(self._kind, more)
        self._slots = np.full(4 * more, _EMPTY, np.uint64)
        _fill_slots(self._words, self._kind, self._key, self._slots, self.count)


@njit(inline="always")
def _hash(low, high, kind, key):  # type: ignore[no-untyped-def]
    h = (key ^ low ^ np.uint64(kind)) * np.uint64(0xFF51AFD7ED558CCD)
    h = (h ^ h >> np.uint64(29) ^ high) * np.uint64(0xC4CEB9FE1A85EC53)
    h ^= h >> np.uint64(32)
    return h * np.uint64(0xFF51AFD7ED558CCD) ^ h


@njit(inline="always")
def _entry(h, number):  # type: ignore[no-untyped-def]
    return (h & np.uint64(0xFFFFFFFF00000000)) | np.uint64(number + 1)


@njit(inline="always")
def _word(data, at, size):  # type: ignore[no-untyped-def]
    """The first ``size`` bytes from ``at`` on as a word, zeros behind them."""
    if size <= 0:
        return np.uint64(0)
    if at + 8 <= len(data):
        word = load8(data, at)
        return word if size >= 8 else word & (np.uint64(1) << np.uint64(8 * size)) - np.uint64(1)
    word = np.uint64(0)
    for i in range(min(size, 8)):
        word |= np.uint64(data[at + i]) << np.uint64(8 * i)
    return word


@compiled
def _fill_slots(words, kinds, key, slots, count):  # type: ignore[no-untyped-def]
    mask = np.uint64(len(slots) - 1)
    for n in range(count):
        h = _hash(words[n, 0], words[n, 1], kinds[n], key)
        slot = h & mask
        while slots[slot] != _EMPTY:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = _entry(h, n)


@allocating
def _intern(data, rows, done, width, key, words, kinds, slots, count, numbers):  # type: ignore[no-untyped-def]
    """Number rows from ``done`` on: (where it stopped, because the table was full; addresses)."""
    mask = np.uint64(len(slots) - 1)
    for k in range(done, len(rows)):
        prefetch(data, np.int64(rows[min(k + _ROWS_AHEAD, len(rows) - 1), 0]))
        kind = np.int64(rows[k, 2])
        size = width[kind]
        at = np.int64(rows[k, 0])
        numbers[k] = -1
        if size == 0 or rows[k, 1] - at != size:
            continue
        low, high = _word(data, at, size), _word(data, at + 8, size - 8)
        h = _hash(low, high, kind, key)
        slot = h & mask
        found = np.int64(-1)
        while slots[slot] != _EMPTY:
            entry = slots[slot]
            if (entry ^ h) >> np.uint64(32) == 0:
                n = np.int64(entry & np.uint64(0xFFFFFFFF)) - 1
                if words[n, 0] == low and words[n, 1] == high and kinds[n] == kind:
                    found = n
                    break
            slot = (slot + np.uint64(1)) & mask
        if found < 0:
            if count == len(words):
                return k, count
            words[count, 0], words[count, 1], kinds[count] = low, high, kind
            slots[slot] = _entry(h, count)
            found = np.int64(count)
            count += 1
        numbers[k] = found
    return len(rows), count
