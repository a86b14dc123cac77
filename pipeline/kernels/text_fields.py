"""Fields of plain text: a timestamp at the very start, and the rest."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.field_rows import NO_KEY, NO_ROWS, NO_TIME, PLAIN, SCAN, TIME_COLUMN, new_rows, put, skip_spaces
from pipeline.kernels.framing import record_text
from pipeline.kernels.time_text import SPACED, access_time, bsd_time, ctime_time, iso_time
from pipeline.records import COLUMN_ID
from recognizers.entities import ENTITY_ID

DATE_TIME = np.int64(ENTITY_ID["DATE_TIME"])
MESSAGE = np.int64(COLUMN_ID["message"])


@compiled
def _continues_word(c):  # type: ignore[no-untyped-def]
    return 48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122 or c == 95 or c >= 128


@allocating
def text_fields(data, record_start, record_end, year, month, zone):  # type: ignore[no-untyped-def]
    """``2026-11-24 10:00:00,123 rest``, ``[2026-11-24T10:00:00Z] rest``, ``Nov 24 10:00:00 rest`` …, or all rest.

    Args and returns as for ``rfc3164_fields``; ``shaped`` is 1 where a time was read.
    """
    records = len(record_start)
    record_field = np.zeros(records + 1, dtype=np.int64)
    time = np.full(records, NO_TIME, dtype=np.int64)
    shaped = np.zeros(records, dtype=np.uint8)
    rows = new_rows(records * 2)
    n = NO_ROWS
    for r in range(records):
        start, stop = record_text(data, record_start[r], record_end[r])
        if start == stop:
            shaped[r] = 2
        bracket = start < stop and data[start] == 91
        at = start + 1 if bracket else start
        end, micros = iso_time(data, at, stop, zone, SPACED)
        if end < 0:
            end, micros = bsd_time(data, at, stop, year, month, zone)
        if end < 0:
            end, micros = ctime_time(data, at, stop, zone)
        if end < 0:
            end, micros = access_time(data, at, stop)
        if bracket:
            fits = end > 0 and end < stop and data[end] == 93
        else:
            fits = end > 0 and (end == stop or not _continues_word(data[end]))
        if fits:
            time[r] = micros
            shaped[r] = 1
            n = put(rows, n, at, end, PLAIN, DATE_TIME, TIME_COLUMN, NO_KEY)
            start = skip_spaces(data, end + 1 if bracket else end, stop)
        n = put(rows, n, start, stop, PLAIN, SCAN, MESSAGE, NO_KEY)
        record_field[r + 1] = n
    return rows[:n], record_field, time, shaped
