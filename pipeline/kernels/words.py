"""Known originals at word boundaries, and anywhere: one pass over words, one over records."""

from __future__ import annotations

import numpy as np
from numba import njit

#: Bits of the filter that most words fail.
FILTER_BITS = 1 << 18


@njit(cache=True, nogil=True)
def lower(byte):  # type: ignore[no-untyped-def]
    return byte | 0x20 if 65 <= byte <= 90 else byte


@njit(cache=True, nogil=True)
def _filter_bit(data, start, end):  # type: ignore[no-untyped-def]
    first = lower(data[start])
    second = lower(data[start + 1]) if start + 1 < end else 0
    return ((first << 8 | second) ^ ((end - start) * 2654435761)) & (FILTER_BITS - 1)


@njit(cache=True, nogil=True)
def _hash_word(data, start, end, key):  # type: ignore[no-untyped-def]
    h = key
    for i in range(start, end):
        h = (h ^ np.uint64(lower(data[i]))) * np.uint64(0xFF51AFD7ED558CCD)
        h ^= h >> np.uint64(29)
    return h ^ (h >> np.uint64(32))


@njit(cache=True, nogil=True)
def index_originals(arena, offset, in_word, key, first_word, chain, slots, bits):  # type: ignore[no-untyped-def]
    """Index originals by their first word: ``chain`` links those of one slot, ``first_word`` is where it begins."""
    mask = np.uint64(len(slots) - 1)
    for n in range(len(offset) - 1):
        start = offset[n]
        end = offset[n + 1]
        while start < end and not in_word[arena[start]]:
            start += 1
        first_word[n] = start - offset[n]
        stop = start
        while stop < end and in_word[arena[stop]]:
            stop += 1
        if start == stop:
            continue
        bits[_filter_bit(arena, start, stop)] = True
        slot = _hash_word(arena, start, stop, key) & mask
        chain[n] = slots[slot]
        slots[slot] = n


@njit(cache=True, nogil=True)
def find_originals(  # type: ignore[no-untyped-def]
    data, start, end, escaped, covered, in_word, arena, offset, key, first_word, chain, slots, bits,
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
            j = i + 1
            while j < stop and in_word[data[j]]:
                j += 1
            if bits[_filter_bit(data, i, j)]:
                n = slots[_hash_word(data, i, j, key) & mask]
                while n >= 0:
                    size = offset[n + 1] - offset[n]
                    s = i - first_word[n]
                    if s >= start[k] and s + size <= stop:
                        same = True
                        open_byte = False
                        for c in range(size):
                            if lower(data[s + c]) != lower(arena[offset[n] + c]):
                                same = False
                                break
                            if not covered[s + c]:
                                open_byte = True
                        e = s + size
                        if (
                            same
                            and open_byte
                            and not (e < stop and in_word[data[e]] and in_word[data[e - 1]])
                            and not (s > start[k] and first_word[n] == 0 and in_word[data[s - 1]] and not escaped[k])
                        ):
                            if hits == len(hit_start):
                                return -1
                            hit_start[hits] = s
                            hit_end[hits] = e
                            hit_original[hits] = n
                            hit_span[hits] = k
                            hits += 1
                    n = chain[n]
            i = j
    return hits


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
