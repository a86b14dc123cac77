"""Lines of texts, and which of them may head a table: told by their bytes, most are passed over at their first word."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.bitsets import lowest
from pipeline.kernels.compiling import compiled
from pipeline.kernels.wide import WIDE, places_of

#: What a line may be.
OTHER, HEADING, RULE = np.uint8(0), np.uint8(1), np.uint8(2)
#: A longer one is neither.
LONGEST_HEADING = 1024
#: What stands in names of columns: letters, digits and these; what one begins with, and what a heading ends in.
_IN_NAMES = np.isin(np.arange(256), np.frombuffer(b"#%&'()*+-./:@[]_", np.uint8))
_IN_NAMES[48:58] = _IN_NAMES[65:91] = _IN_NAMES[97:123] = True
_BEGINS = _IN_NAMES.copy()
_BEGINS[[41, 46, 58, 91, 93]] = False
_ENDS = np.isin(np.arange(256), np.frombuffer(b"#%()/*+_", np.uint8))
_ENDS[48:58] = _ENDS[65:91] = _ENDS[97:123] = True


@compiled
def is_bar(data, at, stop):  # type: ignore[no-untyped-def]
    """How many bytes a bar takes that stands at ``at``: ``|``, or one of the box drawing characters; 0 for none."""
    if data[at] == 124:
        return 1
    drawn = at + 2 < stop and data[at] == 0xE2 and data[at + 1] == 0x94 and data[at + 2] & 0xFE == 0x82
    return 3 if drawn else 0


@compiled
def _is_rule(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether a line holds nothing but what tables are ruled with, and three strokes at least."""
    strokes = 0
    while at < stop:
        c = data[at]
        if c == 45 or c == 61:
            strokes += 1
        elif c == 0xE2 and at + 2 < stop and (data[at + 1] == 0x94 or data[at + 1] == 0x95):
            strokes += 1
            at += 2
        elif c != 43 and c != 124 and c != 58 and c != 32 and c != 9:
            return False
        at += 1
    return strokes >= 3


@compiled
def _heads(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether the words of a line stand as the names of columns do: with gaps of two blanks between some, or all in
    capitals. Behind the first some may be in small letters, with a single blank before no more of them than there are
    columns."""
    words = gaps = blanks = little = behind = 0
    capitals = True
    while at < stop:
        c = data[at]
        if c == 32 or c == 9:
            blanks += 2 if c == 9 else 1
            at += 1
            continue
        if not _BEGINS[c]:
            return False
        begin = at
        small = 0
        while at < stop and _IN_NAMES[data[at]]:
            small += 97 <= data[at] <= 122
            at += 1
        if at < stop and data[at] != 32 and data[at] != 9:
            return False
        last = data[at - 1]
        if last == 58 or last == 46:
            return False
        if 97 <= c <= 122:
            little += blanks > 1
            behind += blanks < 2
            if not words or behind > gaps + 2:
                return False
        elif 48 <= c <= 58 and (begin + 1 >= at or not (65 <= data[begin + 1] <= 90)):
            return False  # a number, and no `1K-blocks`
        gaps += words > 0 and blanks > 1
        capitals &= small == 0
        words += 1
        blanks = 0
    if little or behind:
        return gaps > (little > 0) and behind <= gaps + 1
    return words > 1 and (gaps > 0 or (capitals and words > 2))


@compiled
def shape_of(data, at, stop):  # type: ignore[no-untyped-def]
    """OTHER, HEADING or RULE."""
    while at < stop and (data[at] == 32 or data[at] == 9):
        at += 1
    if at >= stop or stop - at > LONGEST_HEADING:
        return OTHER
    c = data[at]
    if 65 <= c <= 90:
        last = data[stop - 1]
        while last == 32 or last == 9:
            stop -= 1
            last = data[stop - 1]
        if not _ENDS[last] or (48 <= last <= 57 and 48 <= data[stop - 2] <= 57):
            return OTHER
        return HEADING if _heads(data, at, stop) else OTHER
    if c == 45 or c == 43 or c == 61 or c == 124 or c == 0xE2:
        return RULE if _is_rule(data, at, stop) else OTHER
    return OTHER


@compiled
def line_ends(data, ends):  # type: ignore[no-untyped-def]
    """Fill ``ends`` with the places of line feeds, as far as there is room; returns how many there are."""
    count = 0
    at = 0
    while at < len(data):
        if at + WIDE <= len(data):
            found = places_of(data, at, 10)
        else:
            found = np.uint64(0)
            for i in range(at, len(data)):
                found |= np.uint64(data[i] == 10) << np.uint64(i - at)
        while found:
            if count < len(ends):
                ends[count] = at + lowest(found)
            count += 1
            found &= found - np.uint64(1)
        at += WIDE
    return count


@compiled
def shaped_lines(data, feed, field_start, field_end, begin, stop, which, shape):  # type: ignore[no-untyped-def]
    """Where each line's text stands, and the lines that may head a table.

    Args:
      feed: int64 [n], where each line ends; the last may be the end of the data.
      field_start, field_end: int64, the texts of the records, in order.
      begin, stop: int64 [n], filled: what of each line is in a text; equal where nothing is.
      which, shape: int64 and uint8 [n], filled: the lines that are no OTHER, and what they are.

    Returns:
      How many these are.
    """
    count = 0
    field = 0
    first = np.int64(0)
    for line in range(len(feed)):
        end = feed[line]
        while field < len(field_end) and field_end[field] <= first:
            field += 1
        if field == len(field_end) or field_start[field] >= end:
            begin[line] = stop[line] = end
        else:
            at = max(first, field_start[field])
            end = min(end, field_end[field])
            while end > at and data[end - 1] == 13:
                end -= 1
            begin[line] = at
            stop[line] = end
            found = shape_of(data, at, end)
            if found != OTHER:
                which[count] = line
                shape[count] = found
                count += 1
        first = feed[line] + 1
    return count
