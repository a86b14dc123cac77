"""Dates, and dates with a time of the day, wherever they stand in a text; and numbers of seconds since 1970.

A time of the day alone is none: it may be a duration. A number is one where it has a fraction, or behind a name that
tells of a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from recognizers.declaration import DIGITS, DeclaredRecognizer, Found

#: A time is looked for by its form alone, never by what another one says.
SCORE = 0.5
IN_TEXT = "in text"
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Last words of names under which a number is a time, and what may follow them.
_TIME_WORDS = frozenset(
    (
        "time", "timestamp", "ts", "date", "day", "datetime", "epoch", "exp", "iat", "nbf", "expires", "expiry",
        "expiration", "since", "until", "till", "after", "before", "created", "updated", "modified", "seen", "login",
        "logon", "at", "start", "starts", "started", "begin", "begins", "end", "ends", "ended",
    )
)  # fmt: skip
_UNITS = frozenset(
    (
        "s", "sec", "secs", "seconds", "ms", "msec", "millis", "milliseconds", "us", "micros", "ns", "nanos", "unix",
        "utc", "gmt",
    )
)  # fmt: skip


def _names(names: tuple[str, ...]) -> str:
    return "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in names) + ")"


_WEEKDAY = _names(WEEKDAYS)
_MONTH = _names(MONTHS)
_YEAR = "(?:19|20)[0-9]{2}"
_DAY, _DAYS = "(?:[12][0-9]|3[01]|0?[1-9])", "(?:0[1-9]|[12][0-9]|3[01])"
_NUMBER, _NUMBERS = "(?:1[0-2]|0?[1-9])", "(?:0[1-9]|1[0-2])"
_TIME = r"[0-9]{2}(?:\.[0-9]{2}\.[0-9]{2}|:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)"
#: Forms of a date, and of such dates as are none without a time.
_DATE = (
    *(f"{_YEAR}{mark}(?:{_NUMBERS}|{_MONTH}){mark}{_DAYS}" for mark in ("-", "/", "[.]")),
    *(f"{_DAY}{mark}{_MONTH}{mark}(?:{_YEAR}|[0-9][0-9])" for mark in ("-", "/")),
    f"{_DAY}(?:st|nd|rd|th|[.])? (?:of )?{_MONTH},? {_YEAR}",
    f"{_MONTH} {{1,2}}{_DAY}(?:st|nd|rd|th)?,? {_YEAR}",
    f"{_MONTH} {{1,2}}{_DAY} {_TIME}(?: {_YEAR})?",
    f"{_YEAR}{_NUMBERS}{_DAYS}(?:[T_-]?(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:[.]?[0-9]{{1,6}})?)?)?",
    *(
        f"(?P<short{n}>[0-9]{{2}}{mark}[0-9]{{2}}{mark}[0-9]{{2}},?[T ]{_TIME})"
        for n, mark in enumerate(("-", "/", "[.]"))
    ),
    f"[0-9]{{2}}{_NUMBERS}{_DAYS} {{1,2}}[0-9]{{1,2}}:[0-9]{{2}}:[0-9]{{2}}",
    *(
        f"(?P<numbers{n}>(?:{_DAY}{mark}{_NUMBER}|{_NUMBER}{mark}{_DAY}){mark}{_YEAR})"
        for n, mark in enumerate(("-", "/", "[.]"))
    ),
)
_MOMENT = re.compile(f"(?:{_WEEKDAY},? )?(?:{'|'.join(_DATE)})".encode(), re.IGNORECASE)
_CLOCK = re.compile(f"(?:[T_ :]|, | at ){_TIME}".encode(), re.IGNORECASE)
#: Which half of the day, or a zone.
_AFTER_CLOCK = re.compile(b" ?[ap]m|z| ?[+-][0-9]{2}:?[0-9]{2}", re.IGNORECASE)
#: A date without marks has no more than eight bytes, with a clock no less than so many.
_COMPACT = 12
#: Behind a comma another column may begin: a fraction has three digits there, as Python's logging writes it.
_THOUSANDTHS = re.compile(b",[0-9]{3}")
_EPOCH = re.compile(rb"1(?:[0-9]{18}|[0-9]{15}|[0-9]{12}|[0-9]{9})(?P<fraction>\.[0-9]{3,9})?")
#: The last parts of a name before a number, and what stands between.
_NAME_BEFORE = re.compile(rb"([A-Za-z_-]{1,64})[\"']?(?: ?[:=] ?| )[\"']?\Z")
_LOOKED_BACK = 72
_PARTS = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+")
WORD = re.compile(rb"[0-9A-Za-z]+")
_ALNUM = DIGITS | frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


@lru_cache(1 << 12)
def tells_time(name: bytes) -> bool:
    """Whether a number under this name is a time: ``exp``, ``lastSeenAt``, ``ts_ms``."""
    parts = [part.lower().decode() for part in _PARTS.findall(name)]
    while len(parts) > 1 and parts[-1] in _UNITS:
        parts.pop()
    return bool(parts) and parts[-1] in _TIME_WORDS


def _stands_apart(text: bytes | memoryview, start: int, end: int) -> bool:
    """Whether what looks like a date is no part of a longer number with marks, as of an address or a version."""
    before, after = bytes(text[max(start - 2, 0) : start]), bytes(text[end : end + 2])
    return not (len(before) == 2 and before[0] in DIGITS and before[1] in b".-/") and not (
        len(after) == 2 and after[1] in DIGITS and after[0] in b".-/"
    )


def _at(text: bytes | memoryview, place: int) -> int:
    """The byte at a place, or 0 behind the text's end."""
    return text[place] if place < len(text) else 0


def moment_end(text: bytes | memoryview, at: int) -> int:
    """Where the moment ends that begins where a word does; -1 where none begins."""
    found = _MOMENT.match(text, at)
    if not found:
        return _number_end(text, at)
    end = found.end()
    if _at(text, end) in DIGITS or (found.lastgroup and not _stands_apart(text, at, end)):
        return -1
    clock = _CLOCK.match(text, end)
    if clock and _at(text, clock.end()) not in DIGITS and _at(text, clock.end()) != 0x3A:
        end = clock.end()
    elif b":" not in found.group() and end - at < _COMPACT:
        return end
    fraction = _THOUSANDTHS.match(text, end)
    if fraction and _at(text, fraction.end()) not in _ALNUM:
        end = fraction.end()
    after = _AFTER_CLOCK.match(text, end)
    return after.end() if after and _at(text, after.end()) not in _ALNUM else end


def _number_end(text: bytes | memoryview, at: int) -> int:
    found = _EPOCH.match(text, at)
    if not found or _at(text, found.end()) in _ALNUM:
        return -1
    if not found["fraction"]:
        before = _NAME_BEFORE.search(bytes(text[max(at - _LOOKED_BACK, 0) : at]))
        if not before or not tells_time(before[1]):
            return -1
    return found.end()


def is_epoch(text: bytes) -> bool:
    """Whether a text is a number of seconds since 1970, or of parts of them, and nothing else."""
    return _EPOCH.fullmatch(text) is not None


def is_moment(text: bytes) -> bool:
    """Whether a text is a moment and nothing else."""
    return bool(text) and moment_end(text, 0) == len(text)


def moments(text: bytes | memoryview, starts: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(start, end) of moments in a text, leftmost first, none within another.

    Args:
      starts: ascending, where one may begin: a start of a word.
    """
    last = 0
    for at in starts:
        if at >= last:
            end = moment_end(text, at)
            if end >= 0:
                last = end
                yield at, end


class DateTimeRecognizer(DeclaredRecognizer):
    """Dates, dates with a time, and numbers of seconds since 1970."""

    ENTITY = "DATE_TIME"
    SOURCE = "RFC 3339; RFC 3164 4.1.2; RFC 5322 3.3; the common log format"

    def canonical(self, value: bytes) -> bytes:
        return value

    def find_anchored(self, text: bytes) -> Iterator[Found]:
        for start, end in moments(text, (word.start() for word in WORD.finditer(text))):
            yield Found(start, end, self.ENTITY, IN_TEXT, SCORE)
