"""SSH before it is encrypted: versions and what either side can do (RFC 4253)."""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.fields import NONE, SCAN, SECRET, be32, claim, compiled, keep
from pipeline.captures.plain_text import text

_BANNER = TEXT_ID["ssh_banner"]
_LONGEST_BANNER, _LONGEST_PACKET = 255, 35000
_KEY_EXCHANGE, _LISTS = 20, 10


@compiled
def is_ssh(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether a version's text begins here."""
    return at + 4 <= stop and be32(data, at) == 0x5353482D  # SSH-


@compiled
def ssh(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A version's line, if one stands at the beginning, and a key exchange's; all else is left."""
    if is_ssh(data, at, stop):
        end = at
        while end < stop and data[end] != 10 and end - at < _LONGEST_BANNER:
            end += 1
        if end == stop or data[end] != 10:
            return
        line = end - 1 if data[end - 1] == 13 else end
        text(data, at, line, SCAN, _BANNER, out)
        keep(out, line, end + 1)
        at = end + 1
    if at + 22 <= stop and data[at + 5] == _KEY_EXCHANGE and _lists_end(data, at + 22, stop) >= 0:
        _key_exchange(data, at, stop, out)


@compiled
def _lists_end(data, at, stop):  # type: ignore[no-untyped-def]
    """Behind the lists of names and five bytes more; -1 where they are none, or not all there."""
    for _ in range(_LISTS):
        if at + 4 > stop or be32(data, at) > _LONGEST_PACKET:
            return np.int64(-1)
        at += 4 + be32(data, at)
    return at + 5 if at + 5 <= stop else np.int64(-1)


@compiled
def _key_exchange(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Length, padding, number, cookie, lists, two more fields (RFC 4253 section 7.1)."""
    keep(out, at, at + 6)
    claim(out, at + 6, at + 22, SECRET, SCAN, NONE)
    at += 22
    for _ in range(_LISTS):
        end = at + 4 + be32(data, at)
        keep(out, at, at + 4)
        text(data, at + 4, end, SCAN, NONE, out)
        at = end
    keep(out, at, at + 5)
