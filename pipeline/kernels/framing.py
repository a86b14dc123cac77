"""Where records start in a window of bytes.

A record starts where a line starts that does not continue the line before. Whether a line continues is decided by its
own first ``LOOK_AHEAD`` bytes alone, so that records are the same wherever reading begins.
"""

from __future__ import annotations

import numpy as np

from pipeline.kernels.bitsets import LOW, ONES, lowest
from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.wide import load8

#: Rules of continuation, or-ed together.
NEVER = 0
INDENTED = 1  # a line led by a space or a tab
TRACE = 2  # a line that only a stack trace, a printed structure or a dump of bytes holds
LETTER = 4  # a line that does not begin with ``From ``, as each mail of a mailbox does
WHOLE = 8  # any line

#: A line's first bytes decide whether it continues the line before.
LOOK_AHEAD = 256

_LEADS = tuple(
    np.frombuffer(text, dtype=np.uint8).copy() for text in (b"Caused by:", b"Traceback (most recent call last)", b"...")
)
_CAUSED_BY, _TRACEBACK, _DOTS = _LEADS
_FROM = np.frombuffer(b"From ", dtype=np.uint8).copy()
_ERROR = np.frombuffer(b"Error", dtype=np.uint8).copy()
_EXCEPTION = np.frombuffer(b"Exception", dtype=np.uint8).copy()


@compiled
def _stands_at(data, at, stop, text):  # type: ignore[no-untyped-def]
    if stop - at < len(text):
        return False
    for k in range(len(text)):  # noqa: SIM110 - numba compiles no generator
        if data[at + k] != text[k]:
            return False
    return True


@compiled
def _is_exception_line(data, at, stop):  # type: ignore[no-untyped-def]
    """``java.io.IOException: …`` or ``ValueError: …``: how a printed exception begins."""
    end = at
    while end < stop:
        c = data[end]
        if 97 <= c <= 122 or 65 <= c <= 90 or 48 <= c <= 57 or c == 46 or c == 95 or c == 36:
            end += 1
        else:
            break
    if end == stop or not (data[end] == 58 or data[end] == 10 or data[end] == 13):
        return False
    if end - at > len(_ERROR) and _stands_at(data, end - len(_ERROR), end, _ERROR):
        return True
    return end - at > len(_EXCEPTION) and _stands_at(data, end - len(_EXCEPTION), end, _EXCEPTION)


@compiled
def _hex_digits(data, at, stop):  # type: ignore[no-untyped-def]
    """How many of them stand at ``at``; from the ninth on they are not counted."""
    end = at
    while end < stop and end - at < 9:
        c = data[end]
        if not (48 <= c <= 57 or 97 <= c <= 102 or 65 <= c <= 70):
            break
        end += 1
    return end - at


@compiled
def _is_dump_line(data, at, stop):  # type: ignore[no-untyped-def]
    """``00000010: 6361 …``, ``0010  63 61 …``, ``0010 - 63 61 …``: rows of 16 bytes; every 4096 a record has an end.

    Offsets have four to eight digits. Behind a short one, which could be any number, a second group must follow, and a
    single blank parts only one of six or seven digits (od) from bytes.
    """
    at += at < stop and data[at] == 124
    prefixed = at + 2 < stop and data[at] == 48 and data[at + 1] == 120
    if prefixed:
        at += 2
    size = _hex_digits(data, at, stop)
    last = at + size - 1
    if size < 4 or size > 8 or data[last] != 48 or (data[last - 1] == 48 and data[last - 2] == 48):
        return False
    begin = last + 1
    marked = begin < stop and (data[begin] == 58 or data[begin] == 124)
    begin += marked
    while begin < stop and begin - last <= 4 and (data[begin] == 32 or data[begin] == 9 or data[begin] == 45):
        begin += 1
    group = _hex_digits(data, begin, stop)
    end = begin + group
    if end < stop and data[end] != 32 and data[end] != 45 and data[end] != 10 and data[end] != 13:
        return False
    if group == 4 or group == 8:
        if not marked and not prefixed:
            return False
    elif group != 2 or (begin - last < 3 and size != 6 and size != 7):
        return False
    return size == 8 or (end < stop and data[end] >= 32 and _hex_digits(data, end + 1, stop) == group)


@compiled
def line_continues(data, at, stop, rule):  # type: ignore[no-untyped-def]
    """Whether the line at ``at`` belongs to the record before it; bytes from ``stop`` on are not looked at."""
    stop = min(stop, at + LOOK_AHEAD)
    if at >= stop:
        return False
    if rule & WHOLE:
        return True
    if rule & LETTER:
        return not _stands_at(data, at, stop, _FROM)
    c = data[at]
    if rule & INDENTED and (c == 32 or c == 9):
        return True
    if rule & TRACE:
        if c == 125 or c == 41 or _is_dump_line(data, at, stop):
            return True
        if _stands_at(data, at, stop, _CAUSED_BY) or _stands_at(data, at, stop, _TRACEBACK):
            return True
        return _stands_at(data, at, stop, _DOTS) or _is_exception_line(data, at, stop)
    return False


@compiled
def find_line_feeds(data, at, end, places):  # type: ignore[no-untyped-def]
    """Places of line feeds in ``data[at:end]``, as far as there is room for them; returns how many there are."""
    count = 0
    while at < end:
        if at + 8 <= end:
            # A byte's highest bit is set where it is a line feed: only there no sum reaches it.
            other = load8(data, at) ^ np.uint64(10) * ONES
            found = ~((other & LOW) + LOW | other | LOW)
        else:
            found = np.uint64(0)
            for i in range(end - at):
                found |= np.uint64(data[at + i] == 10) << np.uint64(8 * i + 7)
        while found:
            if count < len(places):
                places[count] = at + (lowest(found) >> 3)
            count += 1
            found &= found - np.uint64(1)
        at += 8
    return count


@allocating
def record_starts(data, used, scanned, rule, at_end):  # type: ignore[no-untyped-def]
    """Starts of records behind line endings in ``data[scanned:used]``.

    Args:
      data: uint8 window; bytes from ``used`` on are not yet read.
      scanned: where to begin; the result of the call before.
      rule: NEVER, LETTER, WHOLE, or INDENTED and TRACE or-ed.
      at_end: the input ends at ``used``, so that a short last line can be judged.

    Returns:
      (int64 [n], the starts; how far the window is judged, to be passed as ``scanned`` when more bytes are there).
    """
    lines = np.empty((used - scanned) // 64 + 64, np.int64)
    many = find_line_feeds(data, scanned, used, lines)
    if many > len(lines):
        lines = np.empty(many, np.int64)
        find_line_feeds(data, scanned, used, lines)
    count = 0
    for k in range(many):
        at = lines[k]
        line = at + 1
        if not at_end and k + 1 == many and used - line < LOOK_AHEAD:
            return lines[:count], at
        if line < used and (rule == NEVER or not line_continues(data, line, used, rule)):
            lines[count] = line
            count += 1
    return lines[:count], used


@allocating
def count_nul(data, edges):  # type: ignore[no-untyped-def]
    """How many NUL bytes each record holds; record i is ``data[edges[i]:edges[i + 1]]``."""
    counts = np.zeros(max(len(edges) - 1, 0), dtype=np.int64)
    for i in range(len(edges) - 1):
        for k in range(edges[i], edges[i + 1]):
            if data[k] == 0:
                counts[i] += 1
    return counts


@allocating
def longest_wide(data, edges):  # type: ignore[no-untyped-def]
    """Bytes of each record's longest run in which every second one is NUL, and no other."""
    longest = np.zeros(max(len(edges) - 1, 0), dtype=np.int64)
    for i in range(len(edges) - 1):
        run = 0
        for k in range(edges[i], edges[i + 1]):
            run = run + 1 if run > 0 and (data[k] == 0) != (data[k - 1] == 0) else 1
            longest[i] = max(longest[i], run)
    return longest


@compiled
def record_text(data, start, end):  # type: ignore[no-untyped-def]
    """The [start, end) of a record's text: without a byte order mark before it and the line ending after it."""
    if end - start >= 3 and data[start] == 0xEF and data[start + 1] == 0xBB and data[start + 2] == 0xBF:
        start += 3
    if end > start and data[end - 1] == 10:
        end -= 1
    if end > start and data[end - 1] == 13:
        end -= 1
    return start, end
