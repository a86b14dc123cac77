"""Kernel that moves or truncates times of RFC 3339 and their like, of which a log may have another on each line."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import compiled
from pipeline.kernels.time_text import TWO, _is_date, _number, days_since_1970

#: Bytes of date and clock; days from 0000-03-01 to 1970-01-01, and days of 400 years.
_SIZE, _EPOCH, _ERA = 19, 719_468, 146_097
_FOUR = np.int64(4)
#: How many parts a time has: year, month, day, hour, minute, second and a fraction.
PARTS = 7


@compiled
def _fraction_end(data, at, stop):  # type: ignore[no-untyped-def]
    """Where a fraction of one to nine digits ends, or ``at`` where none begins."""
    if at == stop or (data[at] != 0x2E and data[at] != 0x2C):
        return at
    end = at + 1
    while end < stop and end < at + 10 and 0x30 <= data[end] <= 0x39:
        end += 1
    return end if end > at + 1 else at


@compiled
def _is_zone(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether a zone stands here and nothing behind it, or nothing at all."""
    if at == stop:
        return True
    if data[at] | 0x20 == 0x7A:
        return at + 1 == stop
    minutes = at + 4 if at + 3 < stop and data[at + 3] == 0x3A else at + 3
    return (
        (data[at] == 0x2B or data[at] == 0x2D)
        and _number(data, at + 1, stop, TWO) >= 0
        and _number(data, minutes, stop, TWO) >= 0
        and minutes + 2 == stop
    )


@compiled
def _put(out, at, size, number):  # type: ignore[no-untyped-def]
    for place in range(at + size - 1, at - 1, -1):
        out[place] = 0x30 + number % 10
        number //= 10


@compiled
def move_times(data, offset, seconds, parts, out, moved):  # type: ignore[no-untyped-def]
    """Write times, moved by so many seconds and with their first ``parts`` of PARTS kept, all others at their least,
    into ``out``, which is equal to ``data``.

    ``moved``, bool [k], becomes whether ``data[offset[k] : offset[k + 1] - 1]`` was read: what is in another notation,
    or no time, is left as it is.
    """
    for k in range(len(moved)):
        at, stop = offset[k], offset[k + 1] - 1
        moved[k] = False
        if stop - at < _SIZE or data[at + 13] != 0x3A or data[at + 16] != 0x3A:
            continue
        mark, between = data[at + 4], data[at + 10]
        if (mark != 0x2D and mark != 0x2E and mark != 0x2F) or data[at + 7] != mark:
            continue
        if between != 0x54 and between != 0x74 and between != 0x20 and between != 0x5F:
            continue
        year, month = _number(data, at, stop, _FOUR), _number(data, at + 5, stop, TWO)
        day, hour = _number(data, at + 8, stop, TWO), _number(data, at + 11, stop, TWO)
        minute, second = _number(data, at + 14, stop, TWO), _number(data, at + 17, stop, TWO)
        if not _is_date(year, month, day) or hour < 0 or minute < 0 or second < 0:
            continue
        fraction = _fraction_end(data, at + _SIZE, stop)
        if hour > 23 or minute > 59 or second > 60 or not _is_zone(data, fraction, stop):
            continue
        time = days_since_1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second + seconds
        # The date of a day, by years that begin in March (https://howardhinnant.github.io/date_algorithms.html).
        days = time // 86400 + _EPOCH
        in_era = days % _ERA
        of_era = (in_era - in_era // 1460 + in_era // 36524 - in_era // 146096) // 365
        in_year = in_era - (365 * of_era + of_era // 4 - of_era // 100)
        march = (5 * in_year + 2) // 153
        month = march + 3 if march < 10 else march - 9
        year = of_era + days // _ERA * 400 + (1 if month <= 2 else 0)
        if year < 1 or year > 9999:
            continue
        moved[k] = True
        clock = time % 86400
        _put(out, at, 4, year)
        _put(out, at + 5, 2, month if parts > 1 else 1)
        _put(out, at + 8, 2, in_year - (153 * march + 2) // 5 + 1 if parts > 2 else 1)
        _put(out, at + 11, 2, clock // 3600 if parts > 3 else 0)
        _put(out, at + 14, 2, clock // 60 % 60 if parts > 4 else 0)
        _put(out, at + 17, 2, clock % 60 if parts > 5 else 0)
        if parts < PARTS:
            for place in range(at + _SIZE + 1, fraction):
                out[place] = 0x30
