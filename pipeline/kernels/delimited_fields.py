"""Cells of rows of delimited values."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.field_rows import (
    KEY_COLUMN,
    NO_KEY,
    NO_ROWS,
    PLAIN,
    SCAN,
    is_integer,
    new_rows,
    put,
    room_for,
    skip_spaces,
)
from pipeline.kernels.framing import record_text
from pipeline.kernels.json_fields import INTEGER, TEXT, WHOLE_LINE

QUOTE, HASH = np.uint8(34), np.uint8(35)
SPACE = np.uint8(32)
_FEED, _RETURN = np.uint8(10), np.uint8(13)


@compiled
def _is_text(data, start, stop, text):  # type: ignore[no-untyped-def]
    if stop - start != len(text):
        return False
    for k in range(len(text)):  # noqa: SIM110 - numba compiles no generator
        if data[start + k] != text[k]:
            return False
    return True


@compiled
def _cell(data, at, stop, delimiter):  # type: ignore[no-untyped-def]
    """(start, end, where the delimiter or the row's end is) of the cell at ``at``; -1 three times for a quote that is
    not closed, or not followed by a delimiter (RFC 4180 2). Blanks around a cell are no part of it."""
    start = at if delimiter == SPACE else skip_spaces(data, at, stop)
    if start < stop and data[start] == QUOTE:
        start += 1
        end = start
        while end < stop and not (data[end] == QUOTE and (end + 1 == stop or data[end + 1] != QUOTE)):
            end += 2 if data[end] == QUOTE else 1
        after = end + 1 if delimiter == SPACE else skip_spaces(data, end + 1, stop)
        if end >= stop or (after < stop and data[after] != delimiter):
            return -1, -1, -1
        return start, end, after
    after = start
    while after < stop and data[after] != delimiter:
        after += 1
    end = after
    while delimiter != SPACE and end > start and data[end - 1] == SPACE:
        end -= 1
    return start, end, after


@allocating
def delimited_fields(data, record_start, record_end, delimiter, columns, joined, header, comments):  # type: ignore[no-untyped-def]
    """Cells as fields of kind TEXT or INTEGER (``json_fields.place_values``), their keys the places of their columns.

    A row of another number of cells is one field of kind WHOLE_LINE. Cells of the header and of comments are scanned
    each by itself, as fields of KEY_COLUMN: beside each other ``username c-ip`` would read as a phrase.

    Args:
      delimiter: uint8, the byte between cells.
      columns: how many cells a row has.
      joined: a column that is one field with the one after it, or -1.
      header: uint8, the text of the header.
      comments: whether lines that begin with ``#`` are no rows.

    Returns:
      rows (see ``field_rows``), record_field, shaped (2 for what is no row).
    """
    records = len(record_start)
    record_field = np.zeros(records + 1, dtype=np.int64)
    shaped = np.zeros(records, dtype=np.uint8)
    rows = new_rows(records * 8)
    n = NO_ROWS
    for r in range(records):
        start, stop = record_text(data, record_start[r], record_end[r])
        rows = room_for(rows, n)
        first = n
        named = _is_text(data, start, stop, header)
        if start == stop or named or (comments and data[start] == HASH):
            shaped[r] = 2
            at = start
            column = 0
            while at < stop:
                begin, end, after = _cell(data, at, stop, delimiter)
                if begin < 0:
                    begin, end, after = at, stop, stop
                rows = room_for(rows, n)
                key = min(column, columns - 1) if named and not comments else np.int64(0)
                n = put(rows, n, begin, end, PLAIN, SCAN, KEY_COLUMN, key)
                column += 1
                at = after + 1
        else:
            at = start
            column = 0
            while column < columns:
                begin, end, after = _cell(data, at, stop, delimiter)
                if begin >= 0 and column == joined and after < stop:
                    _, end, after = _cell(data, after + 1, stop, delimiter)
                if begin < 0 or end < 0:
                    break
                rows = room_for(rows, n)
                # Digits behind a zero are no number.
                whole = is_integer(data, begin, end) and (data[begin] != 48 or end - begin == 1)
                n = put(rows, n, begin, end, PLAIN, SCAN, INTEGER if whole else TEXT, column)
                column += 2 if column == joined else 1
                if after >= stop:
                    shaped[r] = column == columns
                    break
                at = after + 1
        if shaped[r] == 0:
            n = put(rows, first, start, stop, PLAIN, SCAN, WHOLE_LINE, NO_KEY)
        record_field[r + 1] = n
    return rows[:n], record_field, shaped


#: Where in a row a byte stands: at a cell's beginning, in one without quotes, between quotes, behind a quote in these.
_BEFORE, _BARE, _QUOTED, _BEHIND = 0, 1, 2, 3
AT_START = _BEFORE


@compiled
def row_starts(data, used, scanned, delimiter, place, starts):  # type: ignore[no-untyped-def]
    """Where rows begin whose cells in quotes may hold line feeds (RFC 4180 2), in ``data[scanned:used]``.

    Args:
      place: where the byte at ``scanned`` stands, AT_START at first.
      starts: int64, room for as many as there are bytes.

    Returns:
      How many there are, and where the byte at ``used`` stands.
    """
    count = 0
    for at in range(scanned, used):
        byte = data[at]
        if place == _QUOTED:
            if byte == QUOTE:
                place = _BEHIND
        elif byte == _FEED:
            starts[count] = at + 1
            count += 1
            place = _BEFORE
        elif byte == delimiter:
            place = _BEFORE
        elif byte == QUOTE and place != _BARE:
            place = _QUOTED
        elif byte != SPACE and byte != _RETURN:
            place = _BARE
    return count, place
