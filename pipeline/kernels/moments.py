"""Kernel that tells where a date, or a number of seconds since 1970, may begin (``recognizers.date_time``)."""

from __future__ import annotations

import string

import numpy as np

from pipeline.kernels.compiling import compiled
from recognizers.date_time import MONTHS, WEEKDAYS


def _packed(names: tuple[str, ...]) -> np.ndarray:
    """The first three letters of names, as one number each."""
    return np.array([int.from_bytes(name[:3].encode(), "big") for name in names], np.int64)


_MONTHS, _WEEKDAYS = _packed(MONTHS), _packed(WEEKDAYS)
#: What a byte is to a word: no part, a digit, a letter, or one with which a month or a day of the week begins.
_OTHER, _DIGIT, _LETTER, _INITIAL = (np.uint8(kind) for kind in range(4))
_KINDS = np.zeros(256, np.uint8)
_KINDS[list(string.digits.encode())] = _DIGIT
_KINDS[list(string.ascii_letters.encode())] = _LETTER
for _name in MONTHS + WEEKDAYS:
    _KINDS[[ord(_name[0]), ord(_name[0].upper())]] = _INITIAL


@compiled
def _is_digit(byte):  # type: ignore[no-untyped-def]
    return 0x30 <= byte <= 0x39


@compiled
def _is_letter(byte):  # type: ignore[no-untyped-def]
    return 0x61 <= byte | 0x20 <= 0x7A


@compiled
def _is_mark(byte):  # type: ignore[no-untyped-def]
    """Hyphen, stop or slash."""
    return byte == 0x2D or byte == 0x2E or byte == 0x2F


@compiled
def _is_name(data, at, names):  # type: ignore[no-untyped-def]
    name = (
        (np.int64(data[at] | 0x20) << 16) | (np.int64(data[at + 1] | 0x20) << 8) | np.int64(data[at + 2] | 0x20)
    )  # fmt: skip
    for known in names:  # noqa: SIM110 - a generator is none to numba
        if known == name:
            return True
    return False


@compiled
def _date_of_three(data, at, stop, after):  # type: ignore[no-untyped-def]
    """Whether the mark behind a number of one or two digits may be the first of two in a date: a year ends it, or two
    digits before a clock. In an address or a version more of the kind stands around."""
    mark = data[after]
    second = after + 1
    named = _is_letter(data[second])
    while second < stop and second - after < 11 and (_is_letter(data[second]) if named else _is_digit(data[second])):
        second += 1
    if second == after + 1 or (not named and second > after + 3) or second + 2 >= stop or data[second] != mark:
        return False
    if not named and at > 1 and _is_mark(data[at - 1]) and _is_digit(data[at - 2]):
        return False
    third = second + 1
    while third < stop and third - second < 6 and _is_digit(data[third]):
        third += 1
    size = third - second - 1
    return size == 4 or (size == 2 and (named or third == stop or data[third] != mark))


@compiled
def _number_begins_time(data, at, stop, size):  # type: ignore[no-untyped-def]
    """Whether a number of so many digits may begin a date, or be one."""
    after = at + size
    byte = data[after] if after < stop else 0
    if size == 1 or size == 2:
        if after + 5 >= stop:
            return False
        if _is_mark(byte) and data[after + 1] != 0x20:
            return _date_of_three(data, at, stop, after)
        if byte == 0x2E and data[after + 1] == 0x20:
            after += 1
        elif _is_letter(byte):  # `2nd of`
            after += 2
        return data[after] == 0x20 and (data[after + 1] | 0x20 == 0x6F or _is_name(data, after + 1, _MONTHS))
    if size == 4:
        return _is_mark(byte) and after + 5 < stop and (_is_digit(data[after + 1]) or _is_letter(data[after + 1]))
    if size == 6:
        return byte == 0x20
    return size == 8 or 12 <= size <= 20 or (size == 10 and data[at] == 0x31)


@compiled
def _name_begins_time(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether a word is a month before a number, or a day of the week before either."""
    day = _is_name(data, at, _WEEKDAYS)
    if not (day or _is_name(data, at, _MONTHS)):
        return False
    after = at + 3
    while after < stop and after - at < 10 and _is_letter(data[after]):
        after += 1
    if after + 3 >= stop:
        return False
    if data[after] == 0x2C:
        after += 1
    return data[after] == 0x20 and (day or _is_digit(data[after + 1]) or data[after + 1] == 0x20)


@compiled
def time_starts(data, starts):  # type: ignore[no-untyped-def]
    """Fill ``starts`` with the places where a moment may begin: a superset. Returns how many there are, at most one in
    two bytes."""
    count = 0
    stop = len(data)
    before = _OTHER
    for at in range(stop):
        kind = _KINDS[data[at]]
        if before == _OTHER and kind != _OTHER:
            begins = False
            if kind == _DIGIT:
                after = at + 1
                while after < stop and _is_digit(data[after]):
                    after += 1
                begins = _number_begins_time(data, at, stop, after - at)
            elif kind == _INITIAL and at + 6 < stop:
                begins = _name_begins_time(data, at, stop)
            if begins:
                starts[count] = at
                count += 1
        before = kind
    return count
