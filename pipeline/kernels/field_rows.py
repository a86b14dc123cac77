"""The table that parsing kernels fill: one row per field, in order."""

from __future__ import annotations

import numpy as np
from numba import njit

#: Columns of a row.
START, END, DECODER, ENTITY, COLUMN, KEY = range(6)


@njit(cache=True, nogil=True)
def new_rows(capacity):  # type: ignore[no-untyped-def]
    """int32 [capacity, 6]; positions fit because a batch is far below 2 GiB."""
    return np.empty((max(capacity, 16), 6), dtype=np.int32)


@njit(cache=True, nogil=True)
def room_for(rows, count, more):  # type: ignore[no-untyped-def]
    """``rows``, or a larger copy of its first ``count`` rows, with room for ``more``."""
    if count + more <= len(rows):
        return rows
    larger = np.empty((2 * len(rows) + more, 6), dtype=np.int32)
    larger[:count] = rows[:count]
    return larger


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def skip_spaces(data, at, stop):  # type: ignore[no-untyped-def]
    while at < stop and data[at] == 32:
        at += 1
    return at


@njit(cache=True, nogil=True)
def token_end(data, at, stop):  # type: ignore[no-untyped-def]
    """Where the run of bytes that are no space ends."""
    while at < stop and data[at] != 32:
        at += 1
    return at


@njit(cache=True, nogil=True)
def is_dash(data, start, end):  # type: ignore[no-untyped-def]
    """The ``-`` that stands for "no value"."""
    return end - start == 1 and data[start] == 45


@njit(cache=True, nogil=True)
def is_integer(data, start, end):  # type: ignore[no-untyped-def]
    """One to eighteen digits: what fits an int64 column whatever they are."""
    if end <= start or end - start > 18:
        return False
    for k in range(start, end):  # noqa: SIM110 - numba compiles no generator
        if data[k] < 48 or data[k] > 57:
            return False
    return True
