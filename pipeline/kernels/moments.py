"""Kernel that tells where a date, or a number of seconds since 1970, may begin (``recognizers.date_time``)."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import compiled
from recognizers.date_time import MONTHS, WEEKDAYS


def _packed(names: tuple[str, ...]) -> np.ndarray:
    """The first three letters of names, as one number each."""
    return np.array([int.from_bytes(name[:3].encode(), "big") for name in names], np.int64)


_MONTHS, _WEEKDAYS = _packed(MONTHS), _packed(WEEKDAYS)


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
def _number_begins_time(data, at, stop, size):  # type: ignore[no-untyped-def]
    """Whether a number of so many digits may begin a date, or be one."""
    after = at + size
    byte = data[after] if after < stop else 0
    if size == 1 or size == 2:
        if after + 5 >= stop:
            return False
        if _is_mark(byte) and data[after + 1] != 0x20:
            # The same mark once more, behind a month.
            second = after + 1
            while second < stop and (_is_digit(data[second]) or _is_letter(data[second])) and second - after < 10:
                second += 1
            return second > after + 1 and second + 1 < stop and data[second] == byte and _is_digit(data[second + 1])
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
def _name_begins_time(data, at, stop, size):  # type: ignore[no-untyped-def]
    """Whether a word of so many letters is a month before a number, or a day of the week before either."""
    after = at + size
    if size < 3 or size > 9 or after + 3 >= stop:
        return False
    if data[after] == 0x2C:
        after += 1
    if data[after] != 0x20:
        return False
    if _is_name(data, at, _WEEKDAYS):
        return True
    return _is_name(data, at, _MONTHS) and (_is_digit(data[after + 1]) or data[after + 1] == 0x20)


@compiled
def time_starts(data, starts):  # type: ignore[no-untyped-def]
    """Fill ``starts`` with the places where a moment may begin: a superset. Returns how many there are, at most one in
    two bytes.
    """
    count = 0
    at = 0
    stop = len(data)
    inside = False
    while at < stop:
        byte = data[at]
        digit = _is_digit(byte)
        if not (digit or _is_letter(byte)):
            inside = False
            at += 1
            continue
        begin = at
        while at < stop and (_is_digit(data[at]) if digit else _is_letter(data[at])):
            at += 1
        if not inside and (
            _number_begins_time(data, begin, stop, at - begin)
            if digit
            else _name_begins_time(data, begin, stop, at - begin)
        ):
            starts[count] = begin
            count += 1
        inside = True
    return count
