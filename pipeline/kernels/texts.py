"""Distinct texts as small numbers: an open-addressing table that compares the text, never a hash alone.

A crafted collision can therefore cost time but cannot give one text the answer of another.
"""

from __future__ import annotations

import secrets

import numpy as np
from numba import njit

from pipeline.records import Bytes, Int32, Int64

EMPTY = -1


class TextTable:
    """Numbers for distinct (tag, text) pairs, in order of first sight.

    Attributes:
      arena: uint8, the texts, each followed by a NUL byte, so that a run of new texts can be scanned as it stands.
      offset: int64 [n + 1], text i is ``arena[offset[i] : offset[i + 1] - 1]``.
      tag: int32 [n].
    """

    def __init__(self) -> None:
        self.key = np.uint64(secrets.randbits(64) | 1)
        self.arena: Bytes = np.empty(1 << 16, np.uint8)
        self._offset: Int64 = np.zeros(1 << 12, np.int64)
        self._tag: Int32 = np.zeros(1 << 12, np.int32)
        self._hash = np.zeros(1 << 12, np.uint64)
        self.slots: Int32 = np.full(1 << 13, EMPTY, np.int32)
        self.count = 0

    @property
    def offset(self) -> Int64:
        return self._offset[: self.count + 1]

    @property
    def tag(self) -> Int32:
        return self._tag[: self.count]

    def text(self, number: int) -> bytes:
        return self.arena[self._offset[number] : self._offset[number + 1] - 1].tobytes()

    def intern(self, data: Bytes, start: Int64, end: Int64, tag: Int32) -> Int32:
        """Numbers of the texts ``data[start:end]`` under their tags; int32, one each. New ones get the next numbers."""
        out = np.empty(len(start), np.int32)
        done = 0
        while done < len(start):
            need = int((end[done:] - start[done:]).sum()) + len(start) - done
            self._reserve(len(start) - done, need)
            done, self.count = _intern(
                data, start, end, tag, done, out, self.arena, self._offset, self._tag, self._hash, self.slots,
                self.count, self.key,
            )  # fmt: skip
        return out

    def _reserve(self, entries: int, size: int) -> None:
        """Room for at least some of the new entries; the kernel stops where it is full and is called again."""
        entries = min(entries, max(1 << 12, self.count))
        size = min(size, max(1 << 16, int(self._offset[self.count])) + (16 << 20))
        if self.count + entries + 1 > len(self._offset):
            more = 2 * (self.count + entries + 1)
            self._offset = np.resize(self._offset, more)
            self._tag = np.resize(self._tag, more)
            self._hash = np.resize(self._hash, more)
        used = int(self._offset[self.count])
        if used + size > len(self.arena):
            grown = np.empty(2 * (used + size), np.uint8)
            grown[:used] = self.arena[:used]
            self.arena = grown
        if 2 * (self.count + entries) > len(self.slots):
            self.slots = np.full(1 << int(4 * (self.count + entries)).bit_length(), EMPTY, np.int32)
            _place(self._hash, self.count, self.slots)


@njit(cache=True, nogil=True)
def hash_text(data, start, end, tag, key):  # type: ignore[no-untyped-def]
    """A keyed multiply-and-fold hash of a text and its tag."""
    h = key ^ (np.uint64(tag) * np.uint64(0x9E3779B97F4A7C15)) ^ np.uint64(end - start)
    i = start
    while i + 8 <= end:
        word = np.uint64(0)
        for j in range(8):
            word |= np.uint64(data[i + j]) << np.uint64(8 * j)
        h = (h ^ word) * np.uint64(0xFF51AFD7ED558CCD)
        h ^= h >> np.uint64(29)
        i += 8
    word = np.uint64(0)
    for j in range(end - i):
        word |= np.uint64(data[i + j]) << np.uint64(8 * j)
    h = (h ^ word) * np.uint64(0xFF51AFD7ED558CCD)
    h ^= h >> np.uint64(29)
    return h ^ (h >> np.uint64(32))


@njit(cache=True, nogil=True)
def _place(hashes, count, slots):  # type: ignore[no-untyped-def]
    mask = np.uint64(len(slots) - 1)
    for n in range(count):
        slot = hashes[n] & mask
        while slots[slot] != EMPTY:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = n


@njit(cache=True, nogil=True)
def _same(data, start, length, arena, at):  # type: ignore[no-untyped-def]
    same = True
    for i in range(length):
        same &= data[start + i] == arena[at + i]
    return same


@njit(cache=True, nogil=True)
def _intern(data, start, end, tag, done, out, arena, offset, tags, hashes, slots, count, key):  # type: ignore[no-untyped-def]
    mask = np.uint64(len(slots) - 1)
    for i in range(done, len(start)):
        length = end[i] - start[i]
        h = hash_text(data, start[i], end[i], tag[i], key)
        slot = h & mask
        found = EMPTY
        while slots[slot] != EMPTY:
            n = slots[slot]
            alike = hashes[n] == h and tags[n] == tag[i] and offset[n + 1] - offset[n] - 1 == length
            if alike and _same(data, start[i], length, arena, offset[n]):
                found = n
                break
            slot = (slot + np.uint64(1)) & mask
        if found == EMPTY:
            at = offset[count]
            if count + 2 > len(offset) or 2 * (count + 1) > len(slots) or at + length + 1 > len(arena):
                return i, count
            for j in range(length):
                arena[at + j] = data[start[i] + j]
            arena[at + length] = 0
            offset[count + 1] = at + length + 1
            tags[count] = tag[i]
            hashes[count] = h
            slots[slot] = count
            found = count
            count += 1
        out[i] = found
    return len(start), count


@njit(cache=True, nogil=True)
def find_tokens(text, is_token, start, end):  # type: ignore[no-untyped-def]
    """Maximal runs of token bytes: fills start, end; returns how many (or -1 where there is no more room)."""
    n = 0
    i = 0
    size = len(text)
    while i < size:
        if is_token[text[i]]:
            j = i + 1
            while j < size and is_token[text[j]]:
                j += 1
            if n == len(start):
                return -1
            start[n] = i
            end[n] = j
            n += 1
            i = j
        i += 1
    return n
