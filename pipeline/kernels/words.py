"""Known originals at word boundaries, and anywhere: one pass over words, one over records.

An original can stand only where its first word does, whole. So a word's first bytes tell most places apart, its length
and what is covered there most of the others; only then is an original looked up.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from pipeline.kernels.bitsets import LOW, ONES, WINDOW, below, bit, is_within, lowest, window
from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.wide import load8

#: Originals shorter than this, from their first word on, are not looked for.
SHORTEST = 4
#: The filter: a bit for what the first SHORTEST bytes may be; so small that it stays in the nearest cache.
FILTER_BITS = 18
#: Lengths: by first word, a bit for each length of originals that begin so, WINDOW for all that are so long or longer.
LENGTH_BITS = 15
#: The bit of lengths for an original that begins or ends with another byte than a word's, or may hold an escape: it
#: may be what is not covered, and end anywhere.
LOOSE = 63
#: Originals of so many bytes are looked for inside words, too. Wherever such a one begins, it holds the GRAM bytes from
#: some STRIDE-th position of its record on.
INSIDE_WORDS = 8
GRAM = 4
STRIDE = INSIDE_WORDS - GRAM + 1
STAMP_BITS = 13

_BLANK = np.uint64(0x20) * ONES
_ALL = ~np.uint64(0)
_ONE_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_OTHER_FACTOR = np.uint64(0xFF51AFD7ED558CCD)
_BACKSLASH = 0x5C

# What is inlined costs less than a call.


@njit(inline="always")
def _eight(data, at):  # type: ignore[no-untyped-def]
    """The eight bytes from ``at`` on, 0 for those past the end; ``data`` has eight at least."""
    last = len(data) - 8
    if at <= last:
        return load8(data, at)
    return load8(data, last) >> np.uint64(8 * (at - last))


@njit(inline="always")
def _folded(data, at, size):  # type: ignore[no-untyped-def]
    """The first ``size`` of eight bytes, the same in either letter case (and for some other bytes)."""
    return (_eight(data, at) | _BLANK) & _ALL >> np.uint64(64 - 8 * size)


@njit(inline="always")
def _filter_place(data, at):  # type: ignore[no-untyped-def]
    return _folded(data, at, SHORTEST) * _ONE_FACTOR >> np.uint64(64 - FILTER_BITS)


@njit(inline="always")
def _length_cell(data, at, run):  # type: ignore[no-untyped-def]
    """By a word's length and its first eight bytes, or by SHORTEST bytes where it is shorter than that."""
    h = _folded(data, at, max(min(run, 8), SHORTEST)) ^ np.uint64(run) * _OTHER_FACTOR
    return h * _ONE_FACTOR >> np.uint64(64 - LENGTH_BITS)


@njit(inline="always")
def _slot(data, at, size, key, mask):  # type: ignore[no-untyped-def]
    """Of originals of one length, by their first sixteen bytes and their last eight."""
    h = (_folded(data, at, min(size, 8)) ^ key) * _OTHER_FACTOR
    h ^= h >> np.uint64(29)
    if size > 8:
        h = (h ^ _folded(data, at + 8, min(size - 8, 8))) * _OTHER_FACTOR
        h ^= h >> np.uint64(29)
    if size > 16:
        h ^= _folded(data, at + size - 8, 8)
    h = (h ^ np.uint64(size)) * _ONE_FACTOR
    return (h ^ h >> np.uint64(32)) & mask


@compiled
def index_originals(arena, offset, in_word, key, first_word, chain, slots, lengths, passing):  # type: ignore[no-untyped-def]
    """Index originals from their first word on, which ``first_word`` gives; ``chain`` links those of one slot."""
    mask = np.uint64(len(slots) - 1)
    for n in range(len(offset) - 1):
        start = offset[n]
        end = offset[n + 1]
        while start < end and not in_word[arena[start]]:
            start += 1
        first_word[n] = start - offset[n]
        if end - start < SHORTEST:
            continue
        run = 0
        while run < WINDOW - 1 and start + run < end and in_word[arena[start + run]]:
            run += 1
        loose = first_word[n] > 0 or not in_word[arena[end - 1]]
        for i in range(start, end):
            loose |= arena[i] == _BACKSLASH
        size = min(end - start, WINDOW)
        place = _filter_place(arena, start)
        passing[place >> np.uint64(6)] |= bit(place & np.uint64(63))
        lengths[_length_cell(arena, start, run)] |= bit(size) | np.uint64(loose) << np.uint64(LOOSE)
        slot = _slot(arena, start, size, key, mask)
        chain[n] = slots[slot]
        slots[slot] = n


@njit(inline="always")
def _lengths_at(data, at, stop, words, covered, lengths):  # type: ignore[no-untyped-def]
    """In which lengths an original may stand at a word's start, end as a word does, and not be wholly covered."""
    left = min(stop - at, WINDOW)
    ahead = window(words, at) & below(left)
    wanted = lengths[_length_cell(data, at, min(lowest(~ahead), WINDOW - 1))]
    next_is_word = ahead >> np.uint64(1)
    if wanted >> np.uint64(LOOSE):
        ends = ~(ahead & next_is_word)
    else:
        ends = ahead & ~next_is_word
        # One no longer than what is covered from here on would be wholly covered.
        ends &= ~below(min(lowest(~window(covered, at)), WINDOW - 1))
    return wanted & (ends << np.uint64(1) | bit(WINDOW)) & below(left + 1)


@njit(inline="always")
def _lower8(eight):  # type: ignore[no-untyped-def]
    """Eight bytes, ASCII letters in lower case."""
    low = eight & LOW
    upper = (low + np.uint64(0x80 - 0x41) * ONES ^ low + np.uint64(0x7F - 0x5A) * ONES) & ~eight & ~LOW
    return eight | upper >> np.uint64(2)


@njit(inline="always")
def _same_caseless(data, at, arena, start, size):  # type: ignore[no-untyped-def]
    """Whether texts differ in nothing but letter case; both arrays have eight bytes at least."""
    differ = np.uint64(0)
    c = 0
    while c < size and not differ:
        differ = _lower8(_eight(data, at + c)) ^ _lower8(_eight(arena, start + c))
        if size - c < 8:
            differ &= _ALL >> np.uint64(8 * (c + 8 - size))
        c += 8
    return not differ


@compiled
def find_originals(  # type: ignore[no-untyped-def]
    data, start, end, skipped, words, covered, in_word, arena, offset, key, first_word, chain, slots, lengths, passing,
    hit_start, hit_end, hit_original, hit_span
):  # fmt: skip
    """Occurrences of originals between non-word bytes in spans of ``data``, caseless, not wholly covered.

    ``words`` is the set of bytes that words are made of, without what is escaped; ``covered`` of those covered. Returns
    the count, or -1 where the hit arrays are too small.
    """
    mask = np.uint64(len(slots) - 1)
    one = np.uint64(1)
    hits = 0
    for k in range(len(start)):
        here = start[k]
        stop = end[k]
        before = np.uint64(0)
        while here + SHORTEST <= stop and not skipped[k]:
            seen = min(stop - here, WINDOW - 1)
            clear = ~window(covered, here) & below(seen)
            if not clear and seen == stop - start[k]:
                break
            word = window(words, here) & below(seen)
            opening = word & ~(word << one | before)
            before = word >> np.uint64(seen - 1)
            # What is covered would mostly pass the filter, all else mostly does not.
            promising = opening & ~clear
            opening &= clear
            while opening:
                place = lowest(opening)
                opening &= opening - one
                cell = _filter_place(data, here + place)
                promising |= (passing[cell >> np.uint64(6)] >> (cell & np.uint64(63)) & one) << np.uint64(place)
            while promising:
                i = here + lowest(promising)
                promising &= promising - one
                wanted = _lengths_at(data, i, stop, words, covered, lengths)
                while wanted:
                    size = lowest(wanted)
                    wanted &= wanted - one
                    n = slots[_slot(data, i, size, key, mask)]
                    while n >= 0:
                        s = i - first_word[n]
                        e = s + offset[n + 1] - offset[n]
                        if (
                            min(e - i, WINDOW) == size
                            and s >= start[k]
                            and e <= stop
                            and not (e < stop and in_word[data[e]] and in_word[data[e - 1]])
                            and not is_within(s, e, covered)
                            and _same_caseless(data, s, arena, offset[n], e - s)
                        ):
                            if hits == len(hit_start):
                                return -1
                            hit_start[hits] = s
                            hit_end[hits] = e
                            hit_original[hits] = n
                            hit_span[hits] = k
                            hits += 1
                        n = chain[n]
            here += seen
    return hits


@compiled
def written_alike(data, start, original, arena, offset, alike):  # type: ignore[no-untyped-def]
    """Whether each hit is written as its original is, letter case included."""
    for k in range(len(start)):
        first = offset[original[k]]
        alike[k] = True
        for i in range(offset[original[k] + 1] - first):
            if data[start[k] + i] != arena[first + i]:
                alike[k] = False
                break


@njit(inline="always")
def _stamp_place(data, at):  # type: ignore[no-untyped-def]
    return (_eight(data, at) & below(8 * GRAM)) * _ONE_FACTOR >> np.uint64(64 - STAMP_BITS)


@njit(inline="always")
def _head_cell(data, at, key):  # type: ignore[no-untyped-def]
    return (load8(data, at) ^ key) * _ONE_FACTOR >> np.uint64(64 - STAMP_BITS)


@njit(inline="always")
def _text_slot(data, at, size, key, mask):  # type: ignore[no-untyped-def]
    """By all bytes of a text: a record may hold any number that begin and end alike."""
    h = key ^ np.uint64(size)
    for c in range(0, size, 8):
        h = (h ^ _eight(data, at + c) & _ALL >> np.uint64(8 * max(c + 8 - size, 0))) * _OTHER_FACTOR
        h ^= h >> np.uint64(29)
    return h * _ONE_FACTOR >> np.uint64(32) & mask


@njit(inline="always")
def _same(data, at, source, start, size):  # type: ignore[no-untyped-def]
    c = 0
    while c < size and not (_eight(data, at + c) ^ _eight(source, start + c)) << np.uint64(8 * max(c + 8 - size, 0)):
        c += 8
    return c >= size


@compiled
def _index_inside(start, end, sought, first, last, source, every, key, mask, heads, slots, chain):  # type: ignore[no-untyped-def]
    """Enter the texts of a record's spans; equal ones each, or one for all of them."""
    for k in range(first, last):
        if not sought[k]:
            continue
        size = end[k] - start[k]
        short = min(size, WINDOW)
        slot = _text_slot(source, start[k], short, key, mask)
        n = -1 if every else slots[slot]
        while n >= 0 and not (end[n] - start[n] == size and _same(source, start[n], source, start[k], size)):
            n = chain[n]
        if n < 0:
            heads[_head_cell(source, start[k], key)] |= bit(short)
            chain[k] = slots[slot]
            slots[slot] = k


@compiled
def _forget_inside(start, end, sought, first, last, source, key, mask, heads, slots):  # type: ignore[no-untyped-def]
    for k in range(first, last):
        if sought[k]:
            heads[_head_cell(source, start[k], key)] = 0
            slots[_text_slot(source, start[k], min(end[k] - start[k], WINDOW), key, mask)] = -1


@compiled
def _places_inside(  # type: ignore[no-untyped-def]
    data, low, high, start, end, source, covered, every, key, mask, heads, slots, chain, reached, hits, hit_start,
    hit_span
):  # fmt: skip
    """Where the texts entered stand in ``data[low:high]``; how many hits there are then, or -1 without room."""
    for at in range(low, high - INSIDE_WORDS + 1):
        wanted = heads[_head_cell(data, at, key)]
        if not wanted or window(covered, at) & np.uint64(1):
            continue
        wanted &= below(min(high - at, WINDOW) + 1)
        while wanted:
            short = lowest(wanted)
            wanted &= wanted - np.uint64(1)
            n = slots[_text_slot(data, at, short, key, mask)]
            while n >= 0:
                size = end[n] - start[n]
                if (
                    min(size, WINDOW) == short
                    and at + size <= high
                    and (not every or at >= reached[n])
                    and _same(data, at, source, start[n], size)
                ):
                    if hits == len(hit_start):
                        return -1
                    hit_start[hits] = at
                    hit_span[hits] = n
                    hits += 1
                    if not every:
                        return hits
                    reached[n] = at + size
                n = chain[n]
    return hits


@allocating
def find_inside(data, rstart, rend, start, end, sought, source, covered, every, key, hit_start, hit_span):  # type: ignore[no-untyped-def]
    """Where in a record the source text of one of its spans that are ``sought`` still stands, inside words, too.

    Spans are sorted by start, as records are. In ``sought`` those stay that are covered and INSIDE_WORDS long. Returns
    the count, or -1 where the hit arrays are too small; unless it is ``every`` place, the first one of each record.

    Args:
      key: uint64, of the hashes: what stands in a record cannot be chosen so that they meet.
    """
    # A record's number, where bytes of its spans were: cells need no clearing between records.
    stamp = np.full(1 << STAMP_BITS, -1, np.int32)
    # Of the spans of the record at hand: the sizes of texts that begin alike, and texts by all of their bytes.
    heads = np.zeros(1 << STAMP_BITS, np.uint64)
    slots = np.full(1 << STAMP_BITS, -1, np.int32)
    chain = np.empty(len(start), np.int32)
    # Where the last hit of each ended: of one text no two overlap.
    reached = np.zeros(len(start) if every else 0, np.int64)
    k = 0
    hits = 0
    for r in range(len(rstart)):
        first = k
        many = 0
        while k < len(start) and start[k] < rend[r]:
            sought[k] = sought[k] and end[k] - start[k] >= INSIDE_WORDS and is_within(start[k], end[k], covered)
            if sought[k]:
                many += 1
                for i in range(start[k], start[k] + STRIDE):
                    stamp[_stamp_place(source, i)] = r
            k += 1
        promising = False
        if many:
            for at in range(rstart[r], rend[r] - GRAM + 1, STRIDE):
                promising |= stamp[_stamp_place(data, at)] == r
        if promising:
            size = 64
            while size < 2 * many:
                size *= 2
            if size > len(slots):
                slots = np.full(size, -1, np.int32)
            mask = np.uint64(size - 1)
            _index_inside(start, end, sought, first, k, source, every, key, mask, heads, slots, chain)
            hits = _places_inside(
                data, rstart[r], rend[r], start, end, source, covered, every, key, mask, heads, slots, chain, reached,
                hits, hit_start, hit_span,
            )  # fmt: skip
            if hits < 0:
                return -1
            _forget_inside(start, end, sought, first, k, source, key, mask, heads, slots)
    return hits
