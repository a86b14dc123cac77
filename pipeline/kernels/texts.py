"""Distinct texts as small numbers: an open-addressing table that compares the text, never a hash alone.

A crafted collision can therefore cost time but cannot give one text the answer of another.
"""

from __future__ import annotations

import secrets

import numpy as np

from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.wide import copy_bytes, load8, prefetch, same_bytes
from pipeline.records import Bytes, Int32, Int64

#: A slot without an entry; others hold the upper half of the hash and, below it, the entry's number plus one.
EMPTY = 0
#: So many texts are looked up together.
BLOCK = 32
#: Kinds of bytes in a token: any, and those that tell of what may be found in a short one.
ANY = 1
WANTED = 2
LETTER = 4
DOT = 8
COLON = 16
HYPHEN = 32
SIGN = 64
DIGIT = 128


class TextTable:
    """Numbers for distinct (tag, text) pairs, in order of first sight.

    Attributes:
      arena: uint8, the texts, each followed by a NUL byte, so that a run of new texts can be scanned as it stands.
      offset: int64 [n + 1], text i is ``arena[offset[i] : offset[i + 1] - 1]``.
      tag: int64 [n].
    """

    def __init__(self) -> None:
        self.key = np.uint64(secrets.randbits(64) | 1)
        self.arena: Bytes = np.empty(1 << 16, np.uint8)
        #: (offset, tag) of each text, side by side: a lookup needs both.
        self._place: Int64 = np.zeros((1 << 12, 2), np.int64)
        self._hash = np.zeros(1 << 12, np.uint64)
        self._slots = np.full(1 << 14, EMPTY, np.uint64)
        self.count = 0

    @property
    def offset(self) -> Int64:
        return self._place[: self.count + 1, 0]

    @property
    def tag(self) -> Int64:
        return self._place[: self.count, 1]

    def text(self, number: int) -> bytes:
        return self.arena[self._place[number, 0] : self._place[number + 1, 0] - 1].tobytes()

    def texts(self, first: int, end: int) -> list[bytes]:
        """The texts of some numbers that follow each other."""
        at = self._place[first : end + 1, 0].tolist()
        held = self.arena[at[0] : at[-1]].tobytes()
        return [held[begin - at[0] : stop - at[0] - 1] for begin, stop in zip(at, at[1:])]

    def intern(self, data: Bytes, start: Int64, end: Int64, tag: Int32) -> Int32:
        """Numbers of the texts ``data[start:end]`` under their tags; int32, one each. New ones get the next numbers."""
        out = np.empty(len(start), np.int32)
        done = 0
        while done < len(start):
            self._reserve(len(start) - done, int((end[done:] - start[done:]).sum()) + len(start) - done)
            done, self.count = _intern(
                data, start, end, tag, done, out, self.arena, self._place, self._hash, self._slots,
                self.count, self.key,
            )  # fmt: skip
        return out

    def _reserve(self, entries: int, size: int) -> None:
        """Room for at least some of the new entries; the kernel stops where it is full and is called again."""
        entries = min(entries, max(1 << 12, self.count))
        size = min(size, max(1 << 16, int(self._place[self.count, 0])) + (16 << 20))
        if self.count + entries + 1 > len(self._place):
            more = 2 * (self.count + entries + 1)
            self._place = np.resize(self._place, (more, 2))
            self._hash = np.resize(self._hash, more)
        used = int(self._place[self.count, 0])
        if used + size > len(self.arena):
            grown = np.empty(2 * (used + size), np.uint8)
            grown[:used] = self.arena[:used]
            self.arena = grown
        if 2 * (self.count + entries) > len(self._slots):
            self._slots = np.full(1 << int(4 * (self.count + entries)).bit_length(), EMPTY, np.uint64)
            _fill_slots(self._hash, self.count, self._slots)


@compiled
def hash_text(data, start, end, tag, key):  # type: ignore[no-untyped-def]
    """A keyed multiply-and-fold hash of a text and its tag."""
    size = end - start
    h = key ^ (np.uint64(tag) * np.uint64(0x9E3779B97F4A7C15)) ^ np.uint64(size)
    i = start
    while i + 8 <= end:
        h = (h ^ load8(data, i)) * np.uint64(0xFF51AFD7ED558CCD)
        h ^= h >> np.uint64(29)
        i += 8
    rest = end - i
    word = np.uint64(0)
    if rest > 0:
        if i + 8 <= len(data):
            word = load8(data, i) & (np.uint64(0xFFFFFFFFFFFFFFFF) >> np.uint64(64 - 8 * rest))
        else:
            for j in range(rest):
                word |= np.uint64(data[i + j]) << np.uint64(8 * j)
    h = (h ^ word) * np.uint64(0xFF51AFD7ED558CCD)
    h ^= h >> np.uint64(29)
    return h ^ (h >> np.uint64(32))


@compiled
def _entry(h, number):  # type: ignore[no-untyped-def]
    return (h & np.uint64(0xFFFFFFFF00000000)) | np.uint64(number + 1)


@compiled
def _fill_slots(hashes, count, slots):  # type: ignore[no-untyped-def]
    mask = np.uint64(len(slots) - 1)
    for n in range(count):
        slot = hashes[n] & mask
        while slots[slot] != EMPTY:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = _entry(hashes[n], n)


@allocating
def _intern(data, start, end, tag, done, out, arena, places, hashes, slots, count, key):  # type: ignore[no-untyped-def]
    """Number texts from ``done`` on: (where it stopped, because something was full; entries).

    A table of many texts is larger than a processor's cache: what some texts need of it is asked for, before the first
    is compared.
    """
    mask = np.uint64(len(slots) - 1)
    hashed = np.empty(BLOCK, np.uint64)
    for begin in range(done, len(start), BLOCK):
        stop = min(begin + BLOCK, len(start))
        for i in range(begin, stop):
            h = hash_text(data, start[i], end[i], np.int64(tag[i]), key)
            hashed[i - begin] = h
            prefetch(slots, np.int64(h & mask))
        for i in range(begin, stop):
            entry = slots[hashed[i - begin] & mask]
            if entry != EMPTY:
                prefetch(places, 2 * (np.int64(entry & np.uint64(0xFFFFFFFF)) - 1))
        for i in range(begin, stop):
            entry = slots[hashed[i - begin] & mask]
            if entry != EMPTY:
                prefetch(arena, places[np.int64(entry & np.uint64(0xFFFFFFFF)) - 1, 0])
        for i in range(begin, stop):
            at = start[i]
            size = end[i] - at
            h = hashed[i - begin]
            slot = h & mask
            found = np.int64(-1)
            while slots[slot] != EMPTY:
                entry = slots[slot]
                if (entry ^ h) >> np.uint64(32) == 0:
                    n = np.int64(entry & np.uint64(0xFFFFFFFF)) - 1
                    first = places[n, 0]
                    alike = places[n, 1] == tag[i] and places[n + 1, 0] - first - 1 == size
                    if alike and same_bytes(data, at, arena, first, size):
                        found = n
                        break
                slot = (slot + np.uint64(1)) & mask
            if found < 0:
                first = places[count, 0]
                if count + 2 > len(places) or 2 * (count + 1) > len(slots) or first + size + 1 > len(arena):
                    return i, count
                arena[copy_bytes(data, at, end[i], arena, first)] = 0
                places[count + 1, 0] = first + size + 1
                places[count, 1] = tag[i]
                hashes[count] = h
                slots[slot] = _entry(h, count)
                found = np.int64(count)
                count += 1
            out[i] = found
    return len(start), count


def texts_of(arena: Bytes, offset: Int64, numbers: Int32) -> tuple[Bytes, Int64]:
    """The texts ``arena[offset[n] : offset[n + 1]]`` of some numbers, one after the other.

    Returns:
      uint8, with eight bytes of zero at its end, and int64 [k + 1], where each text begins.
    """
    begin = np.zeros(len(numbers) + 1, np.int64)
    np.cumsum(offset[numbers + 1] - offset[numbers], out=begin[1:])
    out = np.zeros(int(begin[-1]) + 8, np.uint8)
    _copy_texts(arena, offset, numbers, out, begin)
    return out, begin


@compiled
def _copy_texts(arena, offset, numbers, out, begin):  # type: ignore[no-untyped-def]
    for k in range(len(numbers)):
        copy_bytes(arena, offset[numbers[k]], offset[numbers[k] + 1], out, begin[k])


def tokens_in(data: Bytes, kinds: Bytes, needed: int, plain_from: int) -> tuple[Int64, Int64]:
    """(start, end) of the tokens that are worth a look.

    Args:
      kinds: uint8 [256], the kinds of a byte that stands in tokens, together, or 0; a token is a maximal run of such
        bytes. Passed over are one that lacks a kind of ``needed``, and one that is shorter than ``plain_from`` and not
        telling (recognizers.declaration.is_telling).
    """
    room = len(data) // 16 + 64
    while True:
        start, end = np.empty(room, np.int64), np.empty(room, np.int64)
        count = _find_tokens(data, kinds, needed, plain_from, start, end)
        if count <= room:
            return start[:count], end[:count]
        room = count


@compiled
def _find_tokens(data, kinds, needed, plain_from, start, end):  # type: ignore[no-untyped-def]
    """Fill in tokens as far as there is room; returns how many there are."""
    count = 0
    size = len(data)
    at = 0
    while at < size:
        kind = kinds[data[at]]
        if kind == 0:
            at += 1
            continue
        seen = kind
        twice = seen & np.uint8(0)
        stop = at + 1
        while stop < size:
            kind = kinds[data[stop]]
            if kind == 0:
                break
            twice |= seen & kind
            seen |= kind
            stop += 1
        worth = stop - at >= plain_from
        if not worth and stop - at > 1:
            worth = seen & SIGN or twice & (DOT | COLON | HYPHEN)
            if not worth and seen & LETTER:
                worth = seen & DOT or (seen & HYPHEN and seen & DIGIT)
        if worth and seen & needed == needed:
            if count < len(start):
                start[count] = at
                end[count] = stop
            count += 1
        at = stop + 1
    return count
