"""Syslog over UDP (RFC 3164, RFC 5424): one text, with what its header says is the host."""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.fields import SCAN, byte
from pipeline.captures.ip_header import goes_on
from pipeline.captures.plain_text import is_text, text
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_TEXTS = TEXT_ID["text"]
_HOSTNAME = ENTITY_ID["HOSTNAME"]
_BLANK, _COLON, _LESS, _GREATER, _HYPHEN, _STAR, _DOT = 32, 58, 60, 62, 45, 42, 46
#: ``Nov  9 12:00:00 ``
_STAMP, _YEAR = 16, 5


@compiled
def syslog(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A message, if it is a text, and there to its end: of one that is cut the last word may be half an identifier."""
    cut = goes_on(out, stop)
    while stop > at and data[stop - 1] in (0, 10, 13):
        stop -= 1
    if cut or not is_text(data, at, stop):
        return
    host = _host_at(data, at, stop)
    end = _word_end(data, max(host, at), stop)
    if host < 0 or end == host or (end == host + 1 and data[host] == _HYPHEN):
        text(data, at, stop, SCAN, _TEXTS, out)
        return
    text(data, at, host, SCAN, _TEXTS, out)
    if data[end - 1] == _COLON:
        end -= 1
    text(data, host, end, _HOSTNAME, _TEXTS, out)
    text(data, end, stop, SCAN, _TEXTS, out)


@compiled
def _host_at(data, at, stop):  # type: ignore[no-untyped-def]
    """Where a header has its host; -1 where there is no such header."""
    if at >= stop or data[at] != _LESS:
        return np.int64(-1)
    place = at + 1
    while place < stop and place - at < 5 and data[place] != _GREATER:
        place += 1
    if place >= stop or data[place] != _GREATER:
        return np.int64(-1)
    place += 1
    if place + 2 <= stop and data[place] == 49 and data[place + 1] == _BLANK:  # version 1, a time
        place = _word_end(data, place + 2, stop)
        return place + 1 if place < stop else np.int64(-1)
    host = _behind_stamp(data, place, stop)
    if host >= 0:
        end = _word_end(data, host, stop)
        # A program's name ends so; a host's stands before a colon of its own.
        return host if data[end - 1] != _COLON else np.int64(-1)
    return _before_stamp(data, place, stop)


@compiled
def _word_end(data, at, stop):  # type: ignore[no-untyped-def]
    while at < stop and data[at] != _BLANK:
        at += 1
    return at


@compiled
def _behind_stamp(data, at, stop):  # type: ignore[no-untyped-def]
    """Behind ``Nov  9 12:00:00 `` or ``Nov  9 2026 12:00:00 ``; -1 where there is no such time."""
    if at + _STAMP >= stop or data[at + 3] != _BLANK or data[at + 6] != _BLANK:
        return np.int64(-1)
    if not 65 <= byte(data, at) <= 90:
        return np.int64(-1)
    if data[at + 11] == _BLANK and data[at + 14] == _COLON:
        at += _YEAR
    if at + _STAMP >= stop:
        return np.int64(-1)
    is_time = data[at + 9] == _COLON and data[at + 12] == _COLON and data[at + 15] == _BLANK
    return at + _STAMP if is_time else np.int64(-1)


@compiled
def _before_stamp(data, at, stop):  # type: ignore[no-untyped-def]
    """Where a host stands that its time follows, as routers write it: ``7: host: Nov  9 12:00:00.000: ``.

    The time may begin with what says how good the clock is.
    """
    for _ in range(2):
        end = _word_end(data, at, stop)
        if end >= stop or end == at or data[end - 1] != _COLON:
            return np.int64(-1)
        is_number = True
        for place in range(at, end - 1):
            is_number &= 48 <= data[place] <= 57
        if not is_number:
            time = end + 1
            if time < stop and data[time] in (_STAR, _DOT):
                time += 1
            is_date = time + _STAMP < stop and data[time + 3] == _BLANK and data[time + 6] == _BLANK
            return np.int64(at) if is_date and 65 <= data[time] <= 90 else np.int64(-1)
        at = end + 1
    return np.int64(-1)
