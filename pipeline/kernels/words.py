"""Known originals at word boundaries, and anywhere: one pass over words, one over records."""

from __future__ import annotations

import numpy as np
from numba import njit

#: Cells of the filter that most words fail: by first four bytes, a bit for each length that originals so begun have.
FILTER_CELLS = 1 << 18
SHORTEST = 4
#: Originals of up to so many bytes (from their first word on) are indexed whole, longer ones by so many of them.
INDEXED = 16
#: The filter's bit for originals with other bytes before their first word: those may be what is not covered.
LED = INDEXED + 2


@njit(cache=True, nogil=True)
def lower(byte):  # type: ignore[no-untyped-def]
    return byte | 0x20 if 65 <= byte <= 90 else byte


@njit(cache=True, nogil=True)
def _filter_cell(data, at):  # type: ignore[no-untyped-def]
    four = np.uint64(0)
    for i in range(at, at + SHORTEST):
        four = four << np.uint64(8) | np.uint64(lower(data[i]))
    return (four * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(46)


@njit(cache=True, nogil=True)
def _step(h, byte):  # type: ignore[no-untyped-def]
    h = (h ^ np.uint64(lower(byte))) * np.uint64(0xFF51AFD7ED558CCD)
    return h ^ (h >> np.uint64(29))


@njit(cache=True, nogil=True)
def _slot(h, size, mask):  # type: ignore[no-untyped-def]
    h = (h ^ np.uint64(size)) * np.uint64(0x9E3779B97F4A7C15)
    return (h ^ (h >> np.uint64(32))) & mask


@njit(cache=True, nogil=True)
def index_originals(arena, offset, in_word, key, first_word, chain, slots, lengths):  # type: ignore[no-untyped-def]
    """Index originals from their first word on: ``chain`` links those of one slot, ``first_word`` is where it begins.

    One whose rest from there is shorter than SHORTEST is not indexed.
    """
    mask = np.uint64(len(slots) - 1)
    for n in range(len(offset) - 1):
        start = offset[n]
        end = offset[n + 1]
        while start < end and not in_word[arena[start]]:
            start += 1
        first_word[n] = start - offset[n]
        if end - start < SHORTEST:
            continue
        size = min(end - start, INDEXED + 1)
        lengths[_filter_cell(arena, start)] |= np.uint32(1 << size)
        if first_word[n] > 0:
            lengths[_filter_cell(arena, start)] |= np.uint32(1 << LED)
        h = key
        for i in range(start, start + min(size, INDEXED)):
            h = _step(h, arena[i])
        slot = _slot(h, size, mask)
        chain[n] = slots[slot]
        slots[slot] = n


@njit(cache=True, nogil=True)
def _stands(data, at, low, high, in_word, arena, start, end, first_word):  # type: ignore[no-untyped-def]
    """Whether an original, its first word at ``at``, stands in data[low:high] between non-word bytes."""
    s = at - first_word
    e = s + end - start
    if s < low or e > high:
        return False
    for c in range(end - start):
        if lower(data[s + c]) != lower(arena[start + c]):
            return False
    return not (e < high and in_word[data[e]] and in_word[data[e - 1]])


@njit(cache=True, nogil=True)
def find_originals(  # type: ignore[no-untyped-def]
    data, start, end, escaped, covered, in_word, arena, offset, key, first_word, chain, slots, lengths,
    hit_start, hit_end, hit_original, hit_span
):  # fmt: skip
    """Occurrences of originals between non-word bytes in spans of ``data``, caseless, not wholly covered.

    ``escaped[k]``: in span k a backslash and what it escapes is no part of a word. Returns the count, or -1 where
    the hit arrays are too small.
    """
    mask = np.uint64(len(slots) - 1)
    hits = 0
    for k in range(len(start)):
        i = start[k]
        stop = end[k]
        while i < stop:
            byte = data[i]
            if escaped[k] and byte == 0x5C:
                i += 6 if i + 1 < stop and data[i + 1] == 0x75 else 2
                continue
            if not in_word[byte]:
                i += 1
                continue
            wanted = lengths[_filter_cell(data, i)] if i + SHORTEST <= stop else np.uint32(0)
            if wanted:
                led = (wanted >> np.uint32(LED)) & np.uint32(1)
                open_from = i
                while open_from < stop and covered[open_from]:
                    open_from += 1
                h = key
                for size in range(1, min(INDEXED, stop - i) + 1):
                    # An original no longer than what is covered here would be wholly covered.
                    if (
                        wanted >> np.uint32(min(max(size, open_from - i + 1), 31)) == 0
                        and wanted >> np.uint32(INDEXED + 1) == 0
                    ):
                        break
                    h = _step(h, data[i + size - 1])
                    for kind in range(2):
                        indexed = size + kind
                        if kind == 1 and size != INDEXED:
                            continue
                        if not (wanted >> np.uint32(indexed)) & np.uint32(1) or (
                            kind == 0 and i + size <= open_from and not led
                        ):
                            continue
                        n = slots[_slot(h, indexed, mask)]
                        while n >= 0:
                            if _stands(
                                data, i, start[k], stop, in_word, arena, offset[n], offset[n + 1], first_word[n]
                            ):  # fmt: skip
                                s = i - first_word[n]
                                e = s + offset[n + 1] - offset[n]
                                open_byte = e > open_from
                                for c in range(s, i):
                                    open_byte |= not covered[c]
                                if open_byte:
                                    if hits == len(hit_start):
                                        return -1
                                    hit_start[hits] = s
                                    hit_end[hits] = e
                                    hit_original[hits] = n
                                    hit_span[hits] = k
                                    hits += 1
                            n = chain[n]
            while i < stop and in_word[data[i]]:
                i += 1
    return hits


@njit(cache=True, nogil=True)
def written_alike(data, start, original, arena, offset, alike):  # type: ignore[no-untyped-def]
    """Whether each hit is written as its original is, letter case included."""
    for k in range(len(start)):
        first = offset[original[k]]
        alike[k] = True
        for i in range(offset[original[k] + 1] - first):
            if data[start[k] + i] != arena[first + i]:
                alike[k] = False
                break


@njit(cache=True, nogil=True)
def records_with_original(data, rstart, rend, first, estart, eend, source, covered, shortest, hit):  # type: ignore[no-untyped-def]
    """Mark records in which the source text of one of their edits still stands, at any place.

    ``first[r] : first[r + 1]`` are record r's edits; originals shorter than ``shortest`` are not looked for.
    """
    for r in range(len(rstart)):
        for e in range(first[r], first[r + 1]):
            size = eend[e] - estart[e]
            if size < shortest:
                continue
            head = source[estart[e]]
            for i in range(rstart[r], rend[r] - size + 1):
                if data[i] == head and not covered[i]:
                    c = 1
                    while c < size and data[i + c] == source[estart[e] + c]:
                        c += 1
                    if c == size:
                        hit[r] = True
                        break
            if hit[r]:
                break
