"""What a token of a syslog header may be: a host, a level, or an event in a notation of keys."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import compiled

_WORDS = b"trace verbose debug info notice warn warning error crit critical alert emerg fatal severe fine finer finest"
_LEVELS = np.array([list(word.ljust(8, b"\0")) for word in _WORDS.split()], np.uint8)


@compiled
def is_marked(data, start, end):  # type: ignore[no-untyped-def]
    """Whether a token has a digit, a hyphen or a dot, as hosts have and levels and threads' words have not."""
    for at in range(start, end):  # noqa: SIM110 - numba compiles no generator
        if 48 <= data[at] <= 57 or data[at] == 45 or data[at] == 46:
            return True
    return False


@compiled
def is_address(data, start, end):  # type: ignore[no-untyped-def]
    """Whether a token is four numbers with dots between, of whatever size."""
    dots = 0
    for at in range(start, end):
        dots += data[at] == 46
        if data[at] != 46 and not 48 <= data[at] <= 57:
            return False
    return dots == 3


@compiled
def names_machine(data, start, end):  # type: ignore[no-untyped-def]
    """Whether what ends in a colon is a machine and no program: with a capital and a digit (`XCC-7X06: `)."""
    capital = False
    digit = False
    for at in range(start, end):
        capital = capital or 65 <= data[at] <= 90
        digit = digit or 48 <= data[at] <= 57
    return capital and digit


@compiled
def is_level(data, start, end):  # type: ignore[no-untyped-def]
    """Whether a token is in brackets, or a level of logs by its word."""
    size = end - start
    if size == 0 or data[start] == 91 or data[start] == 60 or data[start] == 40:
        return True
    if size > _LEVELS.shape[1]:
        return False
    for k in range(len(_LEVELS)):
        same = size == _LEVELS.shape[1] or _LEVELS[k, size] == 0
        for at in range(size):
            same = same and data[start + at] | 32 == _LEVELS[k, at]
        if same:
            return True
    return False


@compiled
def is_event(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether ``CEF:`` or ``LEEF:`` stands at ``at``."""
    if at + 5 >= stop:
        return False
    if data[at] == 76:
        at += 1  # L
        return data[at] == 69 and data[at + 1] == 69 and data[at + 2] == 70 and data[at + 3] == 58
    return data[at] == 67 and data[at + 1] == 69 and data[at + 2] == 70 and data[at + 3] == 58


@compiled
def is_keyed(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether ``CEF:``, ``LEEF:``, an object or ``key=`` stands at ``at``."""
    if is_event(data, at, stop) or (at < stop and data[at] == 123):
        return True
    end = at
    while end < stop and (
        48 <= data[end] <= 57 or 97 <= data[end] | 32 <= 122 or data[end] == 95 or data[end] == 45 or data[end] == 46
    ):
        end += 1
    return at < end < stop and data[end] == 61
