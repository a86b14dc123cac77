"""Syslog over UDP (RFC 3164, RFC 5424): one text, with what its header says is the host."""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.fields import SCAN, byte
from pipeline.captures.plain_text import is_text, text
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_TEXTS = TEXT_ID["text"]
_HOSTNAME = ENTITY_ID["HOSTNAME"]
_BLANK, _COLON, _LESS, _GREATER, _HYPHEN = 32, 58, 60, 62, 45
#: ``Nov  9 12:00:00 ``
_STAMP = 16


@compiled
def syslog(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A message, if it is a text."""
    while stop > at and data[stop - 1] in (0, 10, 13):
        stop -= 1
    if not is_text(data, at, stop):
        return
    host = _host_at(data, at, stop)
    end = max(host, at)
    while end < stop and data[end] != _BLANK:
        end += 1
    if host < 0 or end == host or (end == host + 1 and data[host] == _HYPHEN) or data[end - 1] == _COLON:
        text(data, at, stop, SCAN, _TEXTS, out)
        return
    text(data, at, host, SCAN, _TEXTS, out)
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
        place += 2
        while place < stop and data[place] != _BLANK:
            place += 1
        return place + 1 if place < stop else np.int64(-1)
    if place + _STAMP < stop and data[place + 9] == _COLON and data[place + 12] == _COLON:
        blanks = data[place + 3] == _BLANK and data[place + 6] == _BLANK and data[place + 15] == _BLANK
        if blanks and 65 <= byte(data, place) <= 90:
            return place + _STAMP
    return np.int64(-1)
