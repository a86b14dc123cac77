"""Kernels over spans: values after anchors, rows of entries, raw positions, groups of overlapping rows."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.splice import JSON_STRING, unescape
from pipeline.kernels.wide import append_bytes
from recognizers.declaration import LONGEST_BACK

#: How a value is bounded: by bytes of no word, or by underscores, too.
STRICTLY, LOOSELY = 1, 2
UNDERSCORE = 0x5F


@compiled
def gather_texts(data, fstart, fend, decoder, which, out, offsets):  # type: ignore[no-untyped-def]
    """Copy the texts of fields, decoded, each followed by NUL; text k is ``out[offsets[k] : offsets[k + 1] - 1]``."""
    used = np.int64(0)
    offsets[0] = 0
    for k in range(len(which)):
        f = which[k]
        here = fstart[f]
        stop = fend[f]
        if decoder[f] == JSON_STRING:
            while here < stop:
                here, used = unescape(data, here, stop, out, used)
        else:
            used = append_bytes(data, here, stop, out, used)
        out[used] = 0
        used += 1
        offsets[k + 1] = used
    return used


@compiled
def _is_blank_escaped(text, at):  # type: ignore[no-untyped-def]
    """Whether what stands before ``at`` is an escape of a blank, ``\\n``, ``\\r`` or ``\\t``."""
    return at > 1 and text[at - 2] == 92 and (text[at - 1] == 110 or text[at - 1] == 114 or text[at - 1] == 116)


@compiled
def values_after_anchors(  # type: ignore[no-untyped-def]
    text,
    to,
    pattern,
    in_value,
    in_trim,
    in_back,
    until,
    until_size,
    back_over,
    min_length,
    bounded,
    in_word,
    reach,
    start,
    end,
):
    """The [start, end) of the value after each anchor end ``to``; start = -1 where there is none.

    ``in_value`` etc. are bool [patterns, 256]; ``until`` is uint8 [patterns, 32] with its sizes, 0 for none.
    The same reading as recognizers.declaration.value_span; where ``bounded``, uint8, is not 0 a value must also stand
    between non-word bytes: STRICTLY, or LOOSELY, between underscores, too. An escaped blank (``\\n``) is no word.
    ``reach``, int64 [patterns, 2], begins as (1, 0): what the value before reached, so that many anchors within one
    long value are read in linear time.
    """
    size = len(text)
    for k in range(len(to)):
        p = pattern[k]
        at = to[k]
        e = at
        if reach[p, 0] <= at <= reach[p, 1]:
            e = reach[p, 1]
        elif until_size[p] > 0:
            while e < size and text[e] != 0:
                hit = e + until_size[p] <= size
                if hit:
                    for i in range(until_size[p]):
                        if text[e + i] != until[p, i]:
                            hit = False
                            break
                if hit:
                    break
                e += 1
        else:
            while e < size and in_value[p, text[e]]:
                e += 1
        reach[p, 0] = at
        reach[p, 1] = e
        while e > at and in_trim[p, text[e - 1]]:
            e -= 1
        if e - at < min_length[p]:
            start[k] = -1
            continue
        s = at
        if back_over[p] >= 0:
            s = at - back_over[p]
            first = max(s - LONGEST_BACK, 0)
            while s > first and in_back[p, text[s - 1]]:
                s -= 1
        if bounded[p] != 0:
            loose = bounded[p] == LOOSELY
            behind = e < size and in_word[text[e]] and not (loose and text[e] == UNDERSCORE)
            before = s > 0 and in_word[text[s - 1]] and not (loose and text[s - 1] == UNDERSCORE)
            if behind or before and not _is_blank_escaped(text, s):
                start[k] = -1
                continue
        start[k] = s
        end[k] = e


@compiled
def expand_rows(at, entry, rows, row_start, start, row, used):  # type: ignore[no-untyped-def]
    """Rows of each occurring entry, moved to where it occurs (``at``): fills each row's start and number.

    ``rows[0, n] : rows[1, n]`` are those of entry n. Where there is no more room only the count goes on.
    """
    for k in range(len(entry)):
        for r in range(rows[0, entry[k]], rows[1, entry[k]]):
            if used < len(start):
                start[used] = at[k] + row_start[r]
                row[used] = r
            used += 1
    return used


@compiled
def take_rows(columns, row, value, kind, holder, strong, pattern):  # type: ignore[no-untyped-def]
    """Columns 2 to 6 of some rows, each into an array of its own type."""
    for k in range(len(row)):
        r = row[k]
        value[k] = columns[2, r]
        kind[k] = columns[3, r]
        holder[k] = columns[4, r]
        strong[k] = columns[5, r] != 0
        pattern[k] = columns[6, r]


@allocating
def to_raw(  # type: ignore[no-untyped-def]
    start, row, order, row_start, row_end, offsets, begin, cut_at, cut_size, which, data, fstart, fend, decoder,
    raw_start, raw_end, field,
):  # fmt: skip
    """Positions in gathered texts to raw positions in the batch, in ``order``, which sorts ``start``.

    Before byte ``cut_at[c]`` of the texts ``cut_size[c]`` were left out since they were gathered; they began at
    ``begin``.
    """
    text = 0
    cut = 0
    zero = np.int64(0)
    scratch = np.empty(8, np.uint8)
    for k in range(len(order)):
        s = start[order[k]]
        r = row[order[k]]
        e = s + row_end[r] - row_start[r]
        while offsets[text + 1] <= s:
            text += 1
        if len(cut_at) > 0:
            while cut < len(cut_at) and cut_at[cut] <= s:
                cut += 1
            last = cut
            while last < len(cut_at) and cut_at[last] < e:
                last += 1
            s += cut_size[cut - 1] if cut > 0 else 0
            e += cut_size[last - 1] if last > 0 else 0
        f = which[text]
        field[k] = f
        base = begin[text]
        if decoder[f] == JSON_STRING:
            here = fstart[f]
            decoded = base
            while here < fend[f] and decoded < s:
                step, wide = unescape(data, here, fend[f], scratch, zero)
                if decoded + wide > s:
                    break
                here = step
                decoded += wide
            raw_start[k] = here
            while here < fend[f] and decoded < e:
                here, wide = unescape(data, here, fend[f], scratch, zero)
                decoded += wide
            raw_end[k] = here
        else:
            raw_start[k] = fstart[f] + s - base
            raw_end[k] = fstart[f] + e - base


@compiled
def resolve_groups(  # type: ignore[no-untyped-def]
    start, end, action, value, entity_of, group_start, group_end, group_action, group_row
):
    """Merge overlapping rows (sorted by start) and name each group's strictest action and its deciding row.

    Rows of an action below 0 do not count. ``entity_of[value[r]]`` is the entity of row r.

    Among rows of the strictest action one that spans the whole group decides; between several the entity of lowest
    number, then the first. ``group_row`` is that row, or -1 - row where no row spans the group.
    Groups whose strictest action is 0 (keep) are left out. Returns the number of groups.
    """
    n = 0
    i = 0
    while i < len(start):
        if action[i] < 0:
            i += 1
            continue
        s = start[i]
        e = end[i]
        strictest = action[i]
        j = i + 1
        while j < len(start) and start[j] < e:
            if action[j] >= 0:
                e = max(e, end[j])
                strictest = max(strictest, action[j])
            j += 1
        if strictest > 0:
            spanning = -1
            partial = -1
            for r in range(i, j):
                if action[r] != strictest:
                    continue
                if start[r] == s and end[r] == e:
                    if spanning < 0 or entity_of[value[r]] < entity_of[value[spanning]]:
                        spanning = r
                elif partial < 0 or entity_of[value[r]] < entity_of[value[partial]]:
                    partial = r
            group_start[n] = s
            group_end[n] = e
            group_action[n] = strictest
            group_row[n] = spanning if spanning >= 0 else -1 - partial
            n += 1
        i = j
    return n


@compiled
def lie_outside(start, end, asked, estart, eend, outside):  # type: ignore[no-untyped-def]
    """Whether each span that is asked for lies in none of some disjoint, sorted ones. Sorted spans take one pass."""
    e = 0
    for k in range(len(start)):
        while e < len(estart) and estart[e] <= start[k]:
            e += 1
        while e > 0 and estart[e - 1] > start[k]:
            e -= 1
        outside[k] = asked[k] and (e == 0 or eend[e - 1] < end[k])
