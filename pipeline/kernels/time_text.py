"""Timestamps as logs write them, to microseconds since 1970 UTC.

Each reader takes ``data, at, stop`` and returns ``(end, micros)``: where the timestamp ends, or -1 where none stands.
A fraction finer than a microsecond is cut off; second 60 is a leap second and reads as the next minute's second 0.
"""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import compiled

SECOND = 1_000_000
#: How ``iso_time`` reads, as numpy's constants for numba's sake.
SPACED = np.bool_(True)
STRICT = np.bool_(False)
TWO = np.int64(2)
_MONTHS = np.frombuffer(b"janfebmaraprmayjunjulaugsepoctnovdec", dtype=np.uint8).copy()
_WEEKDAYS = np.frombuffer(b"montuewedthufrisatsun", dtype=np.uint8).copy()
#: Zones by name, and minutes east: those of RFC 5322 4.3, and Europe's.
ZONES = {
    "UTC": 0, "GMT": 0, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480,
    "PDT": -420, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180,
}  # fmt: skip
_ZONE_NAMES = np.array([list(name.encode().ljust(4, b" ")) for name in ZONES], np.uint8)
_ZONE_EAST = np.array(list(ZONES.values()), np.int64)
_DAYS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)


@compiled
def _number(data, at, stop, count):  # type: ignore[no-untyped-def]
    """``count`` digits as a number, or -1."""
    if stop - at < count:
        return -1
    value = 0
    for k in range(at, at + count):
        if data[k] < 48 or data[k] > 57:
            return -1
        value = value * 10 + (data[k] - 48)
    return value


@compiled
def _name(data, at, stop, names):  # type: ignore[no-untyped-def]
    """Which of the three-letter ``names`` stands here, from 1, or -1."""
    if stop - at < 3:
        return -1
    for n in range(len(names) // 3):
        same = True
        for k in range(3):
            if data[at + k] | 32 != names[3 * n + k]:
                same = False
                break
        if same:
            return n + 1
    return -1


@compiled
def days_since_1970(year, month, day):  # type: ignore[no-untyped-def]
    """Days from 1970-01-01 in the proleptic Gregorian calendar, years counted from March."""
    shifted = year - 1 if month <= 2 else year
    months = month + 9 if month <= 2 else month - 3
    return shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400 + (153 * months + 2) // 5 + day - 719469


@compiled
def _is_date(year, month, day):  # type: ignore[no-untyped-def]
    if year < 1 or month < 1 or month > 12 or day < 1 or day > _DAYS[month - 1]:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return not (month == 2 and day == 29 and not leap)


@compiled
def _clock(data, at, stop):  # type: ignore[no-untyped-def]
    """``HH:MM:SS`` with an optional fraction; (end, microseconds of the day)."""
    if stop - at < 8 or data[at + 2] != 58 or data[at + 5] != 58:
        return -1, 0
    hour = _number(data, at, stop, TWO)
    minute = _number(data, at + 3, stop, TWO)
    second = _number(data, at + 6, stop, TWO)
    if hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 60:
        return -1, 0
    micros = (hour * 3600 + minute * 60 + second) * SECOND
    at += 8
    if at + 1 < stop and (data[at] == 46 or data[at] == 44) and 48 <= data[at + 1] <= 57:
        at += 1
        unit = SECOND // 10
        while at < stop and 48 <= data[at] <= 57:
            micros += (data[at] - 48) * unit
            unit //= 10
            at += 1
    return at, micros


@compiled
def _zone(data, at, stop):  # type: ignore[no-untyped-def]
    """``Z``, ``+HH:MM``, ``+HHMM`` or ``+HH``; (end, minutes east), or (-1, 0)."""
    if at >= stop:
        return -1, 0
    c = data[at]
    if c == 90 or c == 122:
        return at + 1, 0
    if c != 43 and c != 45:
        return -1, 0
    hours = _number(data, at + 1, stop, TWO)
    if hours < 0 or hours > 23:
        return -1, 0
    end = at + 3
    minutes = 0
    if end < stop and data[end] == 58:
        minutes = _number(data, end + 1, stop, TWO)
        if minutes < 0 or minutes > 59:
            return -1, 0
        end += 3
    else:
        minutes = _number(data, end, stop, TWO)
        if 0 <= minutes <= 59:
            end += 2
        else:
            minutes = 0
    east = hours * 60 + minutes
    return end, -east if c == 45 else east


@compiled
def _named_zone(data, at, stop):  # type: ignore[no-untyped-def]
    """`` UTC `` and its like, blanks around it; (end of the name, minutes east), or (-1, 0)."""
    if at + 4 >= stop or data[at] != 32:
        return -1, 0
    for n in range(len(_ZONE_NAMES)):
        size = 3 if _ZONE_NAMES[n, 3] == 32 else 4
        end = at + 1 + size
        if end < stop and data[end] == 32:
            same = True
            for k in range(size):
                same = same and data[at + 1 + k] == _ZONE_NAMES[n, k]
            if same:
                return end, _ZONE_EAST[n]
    return -1, 0


@compiled
def iso_time(data, at, stop, zone_minutes, spaced):  # type: ignore[no-untyped-def]
    """``2026-11-24T10:00:00.123456+01:00`` (RFC 3339) and its loose forms.

    ``spaced`` admits a space for the ``T``, ``/`` in the date, and a space before ``+0100``. ``zone_minutes`` holds
    where no zone is written.
    """
    if stop - at < 19:
        return -1, 0
    dash = data[at + 4]
    if (dash != 45 and not (spaced and dash == 47)) or data[at + 7] != dash:
        return -1, 0
    year = _number(data, at, stop, np.int64(4))
    month = _number(data, at + 5, stop, TWO)
    day = _number(data, at + 8, stop, TWO)
    if not _is_date(year, month, day):
        return -1, 0
    c = data[at + 10]
    if c != 84 and c != 116 and not (spaced and c == 32):
        return -1, 0
    end, clock = _clock(data, at + 11, stop)
    if end < 0:
        return -1, 0
    zone_end, east = _zone(data, end, stop)
    if zone_end < 0 and spaced and end + 5 < stop and data[end] == 32 and (data[end + 1] == 43 or data[end + 1] == 45):
        zone_end, east = _zone(data, end + 1, stop)
        if zone_end < end + 6:
            zone_end = -1
    if zone_end < 0:
        zone_end, east = end, zone_minutes
    return zone_end, days_since_1970(year, month, day) * 86400 * SECOND + clock - east * 60 * SECOND


@compiled
def bsd_time(data, at, stop, year, last_month, zone_minutes):  # type: ignore[no-untyped-def]
    """``Nov 24 10:00:00`` (RFC 3164), also with the year after the day or the clock, or with a zone, in digits or by
    its name before a blank; without a year, months past ``last_month`` are a year ago, and 29 February is of the last
    leap year."""
    month = _name(data, at, stop, _MONTHS)
    if month < 0 or stop - at < 15 or data[at + 3] != 32:
        return -1, 0
    at += 4
    if data[at] == 32:
        day = _number(data, at + 1, stop, np.int64(1))
        at += 2
    elif data[at + 1] == 32:
        day = _number(data, at, stop, np.int64(1))
        at += 1
    else:
        day = _number(data, at, stop, TWO)
        at += 2
    if at >= stop or data[at] != 32:
        return -1, 0
    at += 1
    written = _number(data, at, stop, np.int64(4))
    if written > 0 and at + 4 < stop and data[at + 4] == 32:
        year = written
        at += 5
        month_ago = False
    else:
        month_ago = month > last_month
    end, clock = _clock(data, at, stop)
    if end < 0:
        return -1, 0
    zone_end, east = _zone(data, end, stop)
    if zone_end < 0:
        zone_end, east = _named_zone(data, end, stop)
    if zone_end > 0:
        end, zone_minutes = zone_end, east
    if written <= 0 and end + 5 < stop and data[end] == 32 and data[end + 5] == 32:
        written = _number(data, end + 1, stop, np.int64(4))
        if 1970 <= written <= 2199:
            year, end = written, end + 5
            month_ago = False
    if month_ago:
        year -= 1
    if written <= 0 and month == 2 and day == 29:
        while year > 8 and not _is_date(year, month, day):
            year -= 1
    if not _is_date(year, month, day):
        return -1, 0
    return end, days_since_1970(year, month, day) * 86400 * SECOND + clock - zone_minutes * 60 * SECOND


@compiled
def ctime_time(data, at, stop, zone_minutes):  # type: ignore[no-untyped-def]
    """``Tue Nov 24 10:00:00.123456 2026``, as C's ctime and Apache's error log write it."""
    if _name(data, at, stop, _WEEKDAYS) < 0 or stop - at < 24 or data[at + 3] != 32:
        return -1, 0
    month = _name(data, at + 4, stop, _MONTHS)
    if month < 0 or data[at + 7] != 32:
        return -1, 0
    day = _number(data, at + 9, stop, np.int64(1)) if data[at + 8] == 32 else _number(data, at + 8, stop, TWO)
    if data[at + 10] != 32:
        return -1, 0
    end, clock = _clock(data, at + 11, stop)
    if end < 0 or end >= stop or data[end] != 32:
        return -1, 0
    year = _number(data, end + 1, stop, np.int64(4))
    if not _is_date(year, month, day):
        return -1, 0
    return end + 5, days_since_1970(year, month, day) * 86400 * SECOND + clock - zone_minutes * 60 * SECOND


@compiled
def access_time(data, at, stop):  # type: ignore[no-untyped-def]
    """``24/Nov/2026:10:00:00 +0000``, as access logs write it."""
    if stop - at < 26 or data[at + 2] != 47 or data[at + 6] != 47 or data[at + 11] != 58 or data[at + 20] != 32:
        return -1, 0
    day = _number(data, at, stop, TWO)
    month = _name(data, at + 3, stop, _MONTHS)
    year = _number(data, at + 7, stop, np.int64(4))
    if not _is_date(year, month, day):
        return -1, 0
    end, clock = _clock(data, at + 12, stop)
    if end != at + 20:
        return -1, 0
    zone_end, east = _zone(data, at + 21, stop)
    if zone_end != at + 26:
        return -1, 0
    return zone_end, days_since_1970(year, month, day) * 86400 * SECOND + clock - east * 60 * SECOND


@compiled
def epoch_time(data, at, stop):  # type: ignore[no-untyped-def]
    """A number since 1970 that fills [at, stop): seconds (with a fraction), milli-, micro- or nanoseconds by its size.

    Ten digits or fewer are seconds, so that the years 1973 to 2286 are told apart.
    """
    end = at
    value = 0
    while end < stop and 48 <= data[end] <= 57 and end - at < 19:
        value = value * 10 + (data[end] - 48)
        end += 1
    digits = end - at
    if digits == 9 or digits == 10:
        micros = value * SECOND
        if end + 1 < stop and data[end] == 46:
            end += 1
            unit = SECOND // 10
            while end < stop and 48 <= data[end] <= 57:
                micros += (data[end] - 48) * unit
                unit //= 10
                end += 1
    elif digits == 13:
        micros = value * 1000
        # A fraction of a millisecond, as JavaScript's clocks give.
        if end + 1 < stop and data[end] == 46:
            end += 1
            unit = 100
            while end < stop and 48 <= data[end] <= 57:
                micros += (data[end] - 48) * unit
                unit //= 10
                end += 1
    elif digits == 16:
        micros = value
    elif digits == 19 and value > 0:  # nineteen nines wrap around
        micros = value // 1000
    else:
        return -1, 0
    if end != stop:
        return -1, 0
    return end, micros


@compiled
def may_be_time(data, start, end):  # type: ignore[no-untyped-def]
    """Whether a text holds five digits, as of a date or a clock; a number, which could be a duration, nine of them
    before its point, or an exponent.

    Under the key of a time it is one, though in no notation that is read; left beside times that are moved, it would
    tell by how much they were.
    """
    digits, whole, points = 0, 0, 0
    number, scaled = True, False
    for at in range(start, end):
        byte = data[at]
        if 48 <= byte <= 57:
            digits += 1
            whole += points == 0
        elif byte == 46:
            points += 1
        elif byte | 32 == 101 and digits > 0:
            scaled = True
        elif not ((byte == 43 or byte == 45) and (at == start or data[at - 1] | 32 == 101)):
            number = False
    if number and points <= 1:
        return whole >= 9 or (scaled and digits > 0)
    return digits >= 5
