"""Times: one constant shift, or a truncation, written in the notation found.

What is read: RFC 3164 (``Oct 11 22:14:15``), RFC 3339 and ISO 8601 with date and time (also with a space, slashes,
a comma before the fraction, or nothing between the digits), dates alone, the common log format, ctime and RFC 5322
forms, months by name, dates with dots whose day stands first, epoch numbers of seconds to nanoseconds. Anything else
gives None, and the caller masks it: with slashes the day may stand first or second.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np

from pipeline.kernels.moved_times import PARTS, move_times
from pipeline.kernels.time_text import ZONES
from pipeline.records import NO_TIME, Bytes, Int64
from recognizers import date_time as names

SECOND = 1_000_000
DAY = 86_400
FURTHEST_DAYS = 180
#: A year with a 29 February, for truncating dates that name no year.
LEAP_YEAR = 2000
UNITS = ("year", "month", "day", "hour", "minute", "second")

MONTHS = tuple(name.title().encode() for name in names.MONTHS)
WEEKDAYS = tuple(name.title().encode() for name in names.WEEKDAYS)


def _either(group: str, known: tuple[bytes, ...]) -> bytes:
    """A name, or its first three letters."""
    return b"(?P<%s>%s)" % (group.encode(), b"|".join(b"%s(?:%s)?" % (name[:3], name[3:]) for name in known))


SHORT = 3
_SHORT, _SHORT_DAYS = (tuple(name[:SHORT] for name in known) for known in (MONTHS, WEEKDAYS))
_MONTH, _WEEKDAY = _either("name", MONTHS), _either("weekday", WEEKDAYS)
_FRACTION = rb"(?:[.,](?P<fraction>\d{1,9}))?"
_CLOCK = rb"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)" + _FRACTION + rb")?"
_ZONE_NAME = b"(?:%s)" % "|".join(ZONES).encode()
_NAMED = rb"(?: " + _ZONE_NAME + rb")? "
_ZONE = rb"(?:Z|z| ?[+-]\d\d:?\d\d| ?" + _ZONE_NAME + rb")?"
_YEAR = rb"(?P<year>\d{4})"
_THEN = rb"(?:(?:,? |, | at )" + _CLOCK + _ZONE + rb")?"
_DAY = rb"(?P<day>\d{1,2})"

FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        _YEAR + rb"(?P<m>[-/.])(?P<month>\d\d)(?P=m)(?P<day>\d\d)(?:(?:[T_ ]|, | at )" + _CLOCK + _ZONE + rb")?",
        _YEAR + rb"(?P<m>[-/.])(?P<month>\d\d)(?P=m)(?P<day>\d\d)[T_ ]"
        rb"(?P<hour>\d\d)\.(?P<minute>\d\d)\.(?P<second>\d\d)",
        _YEAR + rb"(?P<month>\d\d)(?P<day>\d\d)(?:[T_-]?(?P<hour>\d\d)(?P<minute>\d\d)(?:(?P<second>\d\d)"
        + _FRACTION + rb")?" + _ZONE + rb")?",
        _DAY + rb"(?P<m>[-/])" + _MONTH + rb"(?P=m)" + _YEAR + rb"(?:[ :]" + _CLOCK + rb"(?: [+-]\d{4})?)?",
        rb"(?:" + _WEEKDAY + rb",? )?" + _MONTH + rb" (?P<day>[ \d]?\d) (?:" + _YEAR + rb" )?" + _CLOCK + _ZONE,
        rb"(?:" + _WEEKDAY + rb",? )?" + _MONTH + rb" (?P<day>[ \d]?\d),? " + _YEAR + _THEN,
        rb"(?:" + _WEEKDAY + rb",? )?" + _MONTH + rb" (?P<day>[ \d]?\d) " + _CLOCK + _NAMED + _YEAR,
        rb"(?:" + _WEEKDAY + rb",? )?" + _DAY + rb"\.? (?:of )?" + _MONTH + rb",? " + _YEAR + _THEN,
        rb"(?:" + _WEEKDAY + rb",? )?" + _DAY + rb"\.(?P<month>\d{1,2})\." + _YEAR + _THEN,
    )
)  # fmt: skip
#: Digits before the point tell the unit: seconds since 1970 have ten from 2001 to 2286.
EPOCH = re.compile(rb"(?P<whole>\d{10}|\d{13}|\d{16}|\d{19})(?:\.(?P<fraction>\d{1,9}))?")


def shift_for(key: bytes) -> int:
    """A shift in microseconds: whole seconds, one to 180 days, to either side; never 0. The same for the same key."""
    number = int.from_bytes(key[:16], "big")
    seconds = DAY + (number >> 1) % ((FURTHEST_DAYS - 1) * DAY + 1)
    return (seconds if number & 1 else -seconds) * SECOND


def shift_text(text: bytes, delta_us: int, year: int) -> bytes | None:
    """The time moved by ``delta_us`` (whole seconds), fraction and zone as they are.

    ``year`` is for notations that name none. None where the notation is not understood or the date does not exist.
    """
    if delta_us % SECOND:
        raise ValueError("time shift: whole seconds are needed")
    delta = delta_us // SECOND
    epoch = EPOCH.fullmatch(text)
    if epoch:
        whole = epoch["whole"]
        moved = int(whole) + delta * 10 ** (len(whole) - 10)
        return b"%d" % moved + text[len(whole) :] if moved >= 0 else None
    return _rewritten(text, year, lambda moment: moment + timedelta(seconds=delta), keep_fraction=True)


def shifted_texts(texts: Bytes, offset: Int64, delta_us: int, year: int) -> list[bytes | None]:
    """``shift_text`` of many texts: text i is ``texts[offset[i] : offset[i + 1] - 1]``."""
    return _moved(texts, offset, delta_us // SECOND, PARTS, lambda text: shift_text(text, delta_us, year))


def truncated_texts(texts: Bytes, offset: Int64, unit: str) -> list[bytes | None]:
    """``truncate_text`` of many texts, as ``shifted_texts``."""
    return _moved(texts, offset, 0, UNITS.index(unit) + 1, lambda text: truncate_text(text, unit))


def _moved(
    texts: Bytes, offset: Int64, seconds: int, parts: int, one: Callable[[bytes], bytes | None]
) -> list[bytes | None]:
    out, moved = texts.copy(), np.empty(len(offset) - 1, np.bool_)
    move_times(texts, offset, seconds, parts, out, moved)
    raw, places = out.tobytes(), offset.tolist()
    return [
        raw[start : end - 1] if done else one(raw[start : end - 1])
        for start, end, done in zip(places, places[1:], moved.tolist())
    ]


def truncated(time: Int64, unit: str) -> Int64:
    """Microseconds rounded down to a minute, hour, day or month."""
    letter = {"minute": "m", "hour": "h", "day": "D", "month": "M"}[unit]
    floor = time.astype("datetime64[us]").astype(f"datetime64[{letter}]").astype("datetime64[us]").astype(np.int64)
    return np.where(time == NO_TIME, NO_TIME, floor)


def truncate_text(text: bytes, unit: str) -> bytes | None:
    """The time with all below ``unit`` (one of UNITS) at its least; epoch numbers by UTC."""
    place = UNITS.index(unit)

    def truncated_moment(moment: datetime) -> datetime:
        parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
        least = (1, 1, 1, 0, 0, 0)
        year, month, day, hour, minute, second = parts[: place + 1] + least[place + 1 :]
        return datetime(year, month, day, hour, minute, second)

    epoch = EPOCH.fullmatch(text)
    if epoch:
        whole, fraction = epoch["whole"], epoch["fraction"]
        moment = truncated_moment(datetime.fromtimestamp(int(whole[:10]), UTC)).replace(tzinfo=UTC)
        number = b"%d" % int(moment.timestamp()) + b"0" * (len(whole) - 10)
        return number + b"." + b"0" * len(fraction) if fraction else number
    return _rewritten(text, LEAP_YEAR, truncated_moment, keep_fraction=False)


def _rewritten(text: bytes, year: int, change: Callable[[datetime], datetime], *, keep_fraction: bool) -> bytes | None:
    for form in FORMS:
        match = form.fullmatch(text)
        if match:
            moment = _moment(match, year)
            if moment is None:
                return None
            try:
                changed = change(moment)
            except OverflowError:
                return None
            return _written(match, changed, (changed.date() - moment.date()).days, keep_fraction)
    return None


def _moment(match: re.Match[bytes], year: int) -> datetime | None:
    part = match.groupdict()
    try:
        name = part.get("name")
        month = _SHORT.index(name[:3].title()) + 1 if name else int(part["month"])
        day = datetime(int(part.get("year") or year), month, int(part["day"]))
        hour, minute, second = (int(part.get(name) or 0) for name in ("hour", "minute", "second"))
        if hour > 23 or minute > 59 or second > 60:
            return None
        # A leap second becomes the second after it.
        return day + timedelta(hours=hour, minutes=minute, seconds=second)
    except (ValueError, OverflowError):
        return None


def _written(match: re.Match[bytes], moment: datetime, days: int, keep_fraction: bool) -> bytes:
    """The match's text with each part that it has replaced by the moment's, which is so many days later."""
    written = bytearray(match.string)
    # From right to left: a day without padding may change its length.
    for name in sorted(match.re.groupindex, key=match.start, reverse=True):
        start, end = match.span(name)
        if start < 0 or name == "m":
            continue
        if name == "fraction":
            new = match[name] if keep_fraction else b"0" * (end - start)
        elif name == "name":
            new = _spelled_as(match[name], MONTHS[moment.month - 1])
        elif name == "weekday":
            # By the day that was found: the year, if none is written, is a guess.
            found = _SHORT_DAYS.index(match[name][:SHORT].title())
            new = _spelled_as(match[name], WEEKDAYS[(found + days) % len(WEEKDAYS)])
        elif name == "day":
            after_month = "name" in match.re.groupindex and match.start("name") < start
            new = _day(match[name], moment.day, b" " if after_month else b"0")
        else:
            new = b"%0*d" % (end - start, getattr(moment, name))
        written[start:end] = new
    return bytes(written)


def _spelled_as(found: bytes, name: bytes) -> bytes:
    """A name in the letter case of the one found, and cut to three letters if that is."""
    name = name if len(found) > SHORT else name[:SHORT]
    return name.upper() if found.isupper() else name.lower() if found.islower() else name


def _day(found: bytes, day: int, padding: bytes) -> bytes:
    """Padded as found; where that does not show, as RFC 3164 and ctime do after a month's name, or with a zero."""
    if len(found) == 1:
        return b"%d" % day
    if found[:1] in (b" ", b"0"):
        padding = found[:1]
    return (b"%d" % day).rjust(2, padding)
