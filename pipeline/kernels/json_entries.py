"""Where the elements of ``{"…": {"entries": [ … ]}}`` start: a document that is read piece by piece, of any size.

Only brackets and strings are followed. What is no JSON is cut somewhere, and read as text where it does not parse.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from pipeline.records import Int64

# The state that goes from window to window, by place: open brackets; whether a string is open; whether a backslash
# stands before the next byte; how much of the last string in the second bracket reads ``entries``, or what it is;
# whether the open brackets are the array's; whether an element has begun.
STATES = 6
_ENTRIES = np.frombuffer(b"entries", dtype=np.uint8).copy()
#: A string that is another, one that is it to its closing quote, and that one with its colon.
_OTHER, _WHOLE, _KEY = np.int64(-1), np.int64(98), np.int64(99)
#: A bracket more is an element's own.
ARRAY_DEPTH = 3


def new_state() -> Int64:
    """int64 [STATES], at the beginning of a document."""
    return np.zeros(STATES, np.int64)


@njit(cache=True, nogil=True)
def entry_starts(data, used, scanned, state):  # type: ignore[no-untyped-def]
    """Starts of records in ``data[scanned:used]``: of the first element, of each comma before another, of the bracket
    that closes the array.

    So a document without some of its elements, the first one excepted, is one still.

    Args:
      state: of ``new_state``, and changed: each byte of a document is shown once.

    Returns:
      int64 [n].
    """
    starts = np.empty(64, np.int64)
    count = 0
    depth, in_string, escaped = state[0], state[1], state[2]
    matched, inside, begun = state[3], state[4], state[5]
    for at in range(scanned, used):
        c = data[at]
        if in_string:
            if escaped:
                escaped = np.int64(0)
            elif c == 92:
                escaped = np.int64(1)
                matched = _OTHER
            elif c == 34:
                in_string = np.int64(0)
                if matched == len(_ENTRIES):
                    matched = _WHOLE
            elif 0 <= matched < len(_ENTRIES) and c == _ENTRIES[matched]:
                matched += 1
            else:
                matched = _OTHER
            continue
        if c == 58 and matched == _WHOLE:
            matched = _KEY
        elif c == 34:
            in_string = np.int64(1)
            matched = np.int64(0) if depth == ARRAY_DEPTH - 1 else _OTHER
        start = False
        if inside and depth == ARRAY_DEPTH:
            start = c == 44 or c == 93 or (c > 32 and not begun)
            begun = np.int64(1) if c > 32 else begun
        if c == 123 or c == 91:
            if c == 91 and depth == ARRAY_DEPTH - 1 and matched == _KEY:
                inside, begun = np.int64(1), np.int64(0)
            depth += 1
        elif c == 125 or c == 93:
            depth = max(depth - 1, 0)
            if depth < ARRAY_DEPTH:
                inside = np.int64(0)
        if start and at > 0:
            if count == len(starts):
                larger = np.empty(2 * count, np.int64)
                larger[:count] = starts
                starts = larger
            starts[count] = at
            count += 1
    state[0], state[1], state[2] = depth, in_string, escaped
    state[3], state[4], state[5] = matched, inside, begun
    return starts[:count]
