"""The table that parsing kernels fill: one row per field, in order."""

from __future__ import annotations

import numpy as np

from pipeline import records
from pipeline.kernels.compiling import allocating, compiled

#: Columns of a row.
START, END, DECODER, ENTITY, COLUMN, KEY = range(6)

# Constants of the kernels are numpy's: of a Python integer numba makes a type of its own, and compiles what is called
# with it once for each.
PLAIN = np.int64(records.Decoder.PLAIN)
SCAN = np.int64(records.SCAN)
HARMLESS = np.int64(records.HARMLESS)
ATTRIBUTES = np.int64(records.ATTRIBUTES)
KEY_COLUMN = np.int64(records.KEY_COLUMN)
TIME_COLUMN = np.int64(records.TIME_COLUMN)
NO_TIME = np.int64(records.NO_TIME)
NO_KEY = np.int64(-1)
NO_ROWS = np.int64(0)
#: Rows that ``room_for`` makes room for.
ROOM = 12


@allocating
def new_rows(capacity):  # type: ignore[no-untyped-def]
    """int32 [capacity, 6]; positions fit because a batch is far below 2 GiB."""
    return np.empty((max(capacity, 16), 6), dtype=np.int32)


@allocating
def room_for(rows, count):  # type: ignore[no-untyped-def]
    """``rows``, or a larger copy of its first ``count`` rows, with room for ROOM more."""
    if count + ROOM <= len(rows):
        return rows
    larger = np.empty((2 * len(rows) + ROOM, 6), dtype=np.int32)
    for k in range(count):  # an assignment of slices takes numba a second to compile
        for column in range(6):
            larger[k, column] = rows[k, column]
    return larger


@compiled
def put(rows, count, start, end, decoder, entity, column, key):  # type: ignore[no-untyped-def]
    """Write a field unless it is empty; returns the new count."""
    if end <= start:
        return count
    rows[count, 0] = start
    rows[count, 1] = end
    rows[count, 2] = decoder
    rows[count, 3] = entity
    rows[count, 4] = column
    rows[count, 5] = key
    return count + 1


@compiled
def skip_spaces(data, at, stop):  # type: ignore[no-untyped-def]
    while at < stop and data[at] == 32:
        at += 1
    return at


@compiled
def token_end(data, at, stop):  # type: ignore[no-untyped-def]
    """Where the run of bytes that are no space ends."""
    while at < stop and data[at] != 32:
        at += 1
    return at


@compiled
def is_dash(data, start, end):  # type: ignore[no-untyped-def]
    """The ``-`` that stands for "no value"."""
    return end - start == 1 and data[start] == 45


@compiled
def is_integer(data, start, end):  # type: ignore[no-untyped-def]
    """One to eighteen digits: what fits an int64 column whatever they are."""
    if end <= start or end - start > 18:
        return False
    for k in range(start, end):  # noqa: SIM110 - numba compiles no generator
        if data[k] < 48 or data[k] > 57:
            return False
    return True
