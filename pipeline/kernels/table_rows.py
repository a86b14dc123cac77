"""Cells of the rows that follow a heading, told by where they stand below its words."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.table_lines import RULE, is_bar

#: How columns are parted: by gaps of two blanks or more, also by single ones, by a rule below the heading, by bars.
GAPS, BLANKS, RULED, BARS = np.int64(0), np.int64(1), np.int64(2), np.int64(3)
#: Of a row so many bytes are looked at, and so many words.
LOOKED_AT = 4096
MOST_WORDS = 96
#: What is known of a word: its bytes, its places on the line, its column, and whether it stands as that one's heading
#: does (2 for one that is too wide for it).
_FROM, _TO, _FIRST, _LAST, _COLUMN, _FITS = range(6)
#: Of the words of a row parted by single blanks so many in ten stand as their headings do.
_LEAST_FITTING = 6


@compiled
def _words(data, at, stop, widest, words):  # type: ignore[no-untyped-def]
    """Fill ``words`` with what blanks divide, those with gaps of up to ``widest`` blanks as one; returns how many.

    Places are counted in characters, tabs as going to the next multiple of eight.
    """
    count = 0
    place = 0
    blanks = 99
    while at < stop:
        c = data[at]
        if c == 9:
            place = (place // 8 + 1) * 8
            blanks = 99
        elif c == 32:
            place += 1
            blanks += 1
        else:
            if blanks > 0:
                if count == 0 or blanks > widest:
                    if count == MOST_WORDS:
                        return count
                    words[count, _FROM] = at
                    words[count, _FIRST] = place
                    words[count, _COLUMN] = -1
                    words[count, _FITS] = 0
                    count += 1
                blanks = 0
            if c & 0xC0 != 0x80:
                place += 1
            words[count - 1, _TO] = at + 1
            words[count - 1, _LAST] = place
        at += 1
    return count


@compiled
def _set_below(data, words, count, first, last):  # type: ignore[no-untyped-def]
    """Give words the columns below whose beginning or end they stand; returns how many have none, though they stand
    below a heading."""
    columns = len(first)
    column = astray = 0
    for w in range(count):
        if column == columns:
            break
        begins = words[w, _FIRST]
        marked = w == 0 and (
            data[words[w, _FROM]] == 62 or data[words[w, _FROM]] == 42
        )  # `>mbrandl`, the session that asks
        found = -1
        for k in range(column, columns):
            if begins == first[k] or words[w, _LAST] == last[k] or (marked and begins == first[k] - 1):
                found = k
                break
            if first[k] >= words[w, _LAST]:
                break
        if found >= 0:
            words[w, _COLUMN] = found
            words[w, _FITS] = 1
            if marked and begins < first[found]:
                words[w, _FROM] += 1
                words[w, _FIRST] += 1
            column = found + 1
        elif begins < first[columns - 1]:
            astray += 1
    return astray


@compiled
def _is_apart(words, count, w, first, last):  # type: ignore[no-untyped-def]
    """Whether a word that fits its column reaches into none beside it."""
    column = words[w, _COLUMN]
    if words[w, _FITS] != 1:
        return words[w, _FITS] == 2
    if column + 1 < len(first):
        if words[w, _LAST] > first[column + 1] - 1 and words[w, _LAST] != last[column]:
            return False
        if w + 1 < count and words[w + 1, _FITS] == 0 and words[w + 1, _FIRST] < first[column + 1]:
            return False
    return column == 0 or words[w, _FIRST] > first[column - 1] or words[w, _FIRST] == first[column]


@compiled
def _ruled(words, count, first, last):  # type: ignore[no-untyped-def]
    """Give words the columns in which they stand, between the rules; -1 where one crosses an edge, else how many
    columns have any."""
    filled = 0
    column = 0
    for w in range(count):
        while column + 1 < len(first) and (
            words[w, _FIRST] >= first[column + 1] or words[w, _LAST] == last[column + 1]
        ):
            column += 1
        fits = words[w, _FIRST] == first[column] or words[w, _LAST] == last[column]
        if not fits and words[w, _FIRST] < first[column]:
            return -1
        if column + 1 < len(first) and words[w, _LAST] >= first[column + 1]:
            return -1
        filled += w == 0 or words[w - 1, _COLUMN] != column
        words[w, _COLUMN] = column
        words[w, _FITS] = 1 if fits else 0
    return filled


@compiled
def _has_blank(data, word):  # type: ignore[no-untyped-def]
    for k in range(word[_FROM], word[_TO]):  # noqa: SIM110 - numba compiles no generator
        if data[k] == 32:
            return True
    return False


@compiled
def _fitting(words, count, first):  # type: ignore[no-untyped-def]
    """How many words fit their columns, and how many of these reach over the beginning of the next."""
    fitting = crossing = 0
    for w in range(count):
        if words[w, _FITS]:
            fitting += 1
            column = words[w, _COLUMN]
            crossing += column + 1 < len(first) and words[w, _LAST] > first[column + 1]
    return fitting, crossing


@compiled
def _row_of_words(data, at, stop, kind, first, last, words):  # type: ignore[no-untyped-def]
    """(whether a line is a row, how many words it has); words that are cells have ``_FITS``."""
    columns = len(first)
    is_row = False
    if kind == RULED:
        count = _words(data, at, stop, 0, words)
        filled = _ruled(words, count, first, last)
        if filled < 0 or count == 0:
            return False, 0
        kept = 0
        for w in range(count):  # words of one cell
            if kept and words[w, _COLUMN] == words[kept - 1, _COLUMN]:
                words[kept - 1, _TO] = words[w, _TO]
                words[kept - 1, _LAST] = words[w, _LAST]
                if words[w, _FITS]:
                    words[kept - 1, _FITS] = 1
            else:
                for k in range(6):
                    words[kept, k] = words[w, k]
                kept += 1
        fitting = 0
        for w in range(kept):
            fitting += words[w, _FITS]
        return fitting > 0, kept if filled > 1 else 0
    if kind == GAPS:
        count = _words(data, at, stop, 1, words)
        astray = _set_below(data, words, count, first, last)
        fitting, crossing = _fitting(words, count, first)
        # One word below the first: the others' cells are empty.
        lone = count == 1 and words[0, _COLUMN] == 0 and not _has_blank(data, words[0])
        is_row = lone or (fitting > 1 and (astray == 0 or (astray == 1 and fitting > 2)))
        if columns < 3 or (is_row and crossing == 0):
            return is_row, count
    # Values that fill their columns have one blank between them.
    count = _words(data, at, stop, 0, words)
    _set_below(data, words, count, first, last)
    fitting, _ = _fitting(words, count, first)
    if count == 1 and columns > 1 and words[0, _FIRST] == first[0] and words[0, _LAST] >= first[1]:
        words[0, _COLUMN] = 0  # too wide for its column, the rest of the row stands on the next line
        words[0, _FITS] = 2
        return True, 1
    # Columns in which a word begins, and words in a row from the first that fit.
    below = 0
    led = column = seen = -1
    for w in range(count):
        while column + 1 < columns and first[column + 1] <= words[w, _FIRST]:
            column += 1
        below += w == 0 or column != seen
        seen = column
        if led == w - 1 and words[w, _COLUMN] == w:
            led = w
    if fitting >= min(columns, 3) and 10 * fitting >= _LEAST_FITTING * below:
        return True, count
    if kind == GAPS:
        return is_row, 0
    # Where one value is too wide those behind it stand further to the right.
    if led < 2 or count < columns:
        return False, 0
    for w in range(led, count):
        words[w, _FITS] = 0
    return True, count


@compiled
def _put(data, cells, count, at, stop, tag):  # type: ignore[no-untyped-def]
    while at < stop and data[at] == 92:  # `\\kilnfs1`
        at += 1
    if tag >= 0 and stop > at:
        if count < len(cells):
            cells[count, 0] = at
            cells[count, 1] = stop
            cells[count, 2] = tag
        return count + 1
    return count


@compiled
def _row_of_bars(data, at, stop, tag, bars, cells, count):  # type: ignore[no-untyped-def]
    """Write the cells between bars; the new count, or -1 where a line has another number of bars than the heading."""
    seen = 0
    for k in range(at, stop):
        seen += is_bar(data, k, stop) > 0
    if seen != bars:
        return -1
    while at < stop and data[at] == 32:
        at += 1
    column = 0
    size = is_bar(data, at, stop) if at < stop else 0
    if bars >= len(tag):  # one also stands before the first
        if size == 0:
            return -1
        at += size
    begin = at
    while at <= stop and column < len(tag):
        size = is_bar(data, at, stop) if at < stop else 1
        if size > 0:
            end = at
            while begin < end and (data[begin] == 32 or data[begin] == 9):
                begin += 1
            while end > begin and (data[end - 1] == 32 or data[end - 1] == 9):
                end -= 1
            count = _put(data, cells, count, begin, end, tag[column])
            column += 1
            begin = at + size
        at += max(size, 1)
    return count


@allocating
def table_cells(  # type: ignore[no-untyped-def]
    data, begin, stop, which, shape, table, record_start, record_at, fresh, reach, tables, first, last, tag, cells
):
    """Cells below the headings of some lines.

    Args:
      begin, stop: int64 [n], the text of each line.
      which, shape: the lines that may head a table (``table_lines.shaped_lines``).
      table: int64 [k], which of ``tables`` each of them begins; -1 for none.
      record_start: int64 [r], where each record begins.
      record_at: int64 [r], where it stands in its input.
      fresh: bool [r], whether it does not follow the one before: no table goes on there.
      reach: a record so far behind the heading's, in its input, is no longer below it.
      tables: int64 [t, 4], of each: how columns are parted, its first column and the column behind its last, bars.
      first, last, tag: int64 [c], of each column: its heading's place and end, what its cells are (-1 for nothing).
      cells: int64 [m, 3], filled with (start, end, tag) as far as there is room.

    Returns:
      How many cells there are, and the table that goes on behind the last line: which of ``tables`` (-1 for none), the
      line of its heading and that of the rule below it (-1 for none).
    """
    words = np.empty((MOST_WORDS, 6), np.int64)
    count = 0
    opened = heading = ruled = np.int64(-1)
    followed = np.int64(0)
    was_rule = False
    k = 0
    line = np.int64(0)
    record = 0
    while True:
        if opened < 0:
            while k < len(which) and (which[k] < line or table[k] < 0):
                k += 1
            if k == len(which):
                return count, np.int64(-1), np.int64(-1), np.int64(-1)
            line = which[k]
            opened = table[k]
            heading = line - 1 if shape[k] == RULE else line
            ruled = line if shape[k] == RULE else np.int64(-1)
            while record + 1 < len(record_start) and record_start[record + 1] <= begin[heading]:
                record += 1
            followed = record_at[record]
            was_rule = shape[k] == RULE
            while record + 1 < len(record_start) and record_start[record + 1] <= begin[line]:
                record += 1
                if fresh[record] or record_at[record] - followed > reach:
                    opened = np.int64(-1)
            k += 1
            line += 1
            continue
        if line == len(begin):
            return count, opened, heading, ruled
        while k < len(which) and which[k] < line:
            k += 1
        shaped = k < len(which) and which[k] == line
        over = begin[line] == stop[line] and line > heading + 1
        while record + 1 < len(record_start) and record_start[record + 1] <= begin[line]:
            record += 1
            over = over or fresh[record] or record_at[record] - followed > reach
        if over:
            opened = np.int64(-1)
            continue
        if shaped and table[k] >= 0:
            # Whatever is open: else a heading out of reach would tell whether this one is seen.
            opened = np.int64(-1)
            continue
        if shaped and shape[k] == RULE:
            if was_rule and line > heading + 1:
                opened = np.int64(-1)
            else:
                was_rule = True
                line += 1
            continue
        was_rule = False
        if begin[line] == stop[line]:  # between a heading and its rows
            line += 1
            continue
        kind, low, high = tables[opened, 0], tables[opened, 1], tables[opened, 2]
        at, end = begin[line], min(stop[line], begin[line] + LOOKED_AT)
        if kind == BARS:
            added = _row_of_bars(data, at, end, tag[low:high], tables[opened, 3], cells, count)
            if added < 0:
                opened = np.int64(-1)
                continue
            count = added
        else:
            is_row, found = _row_of_words(data, at, end, kind, first[low:high], last[low:high], words)
            if not is_row:
                opened = np.int64(-1)
                continue
            for w in range(found):
                if words[w, _FITS] and (kind == RULED or _is_apart(words, found, w, first[low:high], last[low:high])):
                    count = _put(data, cells, count, words[w, _FROM], words[w, _TO], tag[low + words[w, _COLUMN]])
        line += 1
