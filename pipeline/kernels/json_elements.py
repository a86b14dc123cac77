"""Where the elements of one array start in JSON that is read piece by piece, of any size.

Only brackets, strings and the keys on the way to the array are followed. What is no JSON is cut somewhere, and read as
text where it does not parse. The way is a list of steps, one for each bracket around the elements: a key, or the empty
text for an array; without steps, each value of the input is a record.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.kernels.compiling import allocating
from pipeline.records import Bytes, Int64

#: Places in the state that goes from window to window: open brackets; whether a string is open; whether a backslash
#: stands before; how much of the open string agrees with a step's key, or -1; how many brackets from the first on are
#: those of the steps; to how many of them the way leads on; whether a key comes next in the last; whether a line ended
#: since the last byte outside of brackets; whether there was a byte that is no white space; bytes of the open record.
DEPTH, IN_STRING, ESCAPED, AGREES, TYPED, MATCHED, AT_KEY, FRESH, BEGUN, HELD = range(10)
_NONE = np.int64(-1)
_YES, _NO = np.int64(1), np.int64(0)
#: What stands around the elements may be another list: so much of it ends at the next comma, and is text. What is
#: found in longer texts takes long to verify.
MOST_AROUND = 128 << 10


class Elements:
    """Frames one input: a ``formats.format.Framing``.

    A record starts at the bracket that opens the array, at each comma in it, at the bracket that closes it, and at
    each value that stands in no bracket; and around the array at the comma behind MOST_AROUND bytes.
    """

    def __init__(self, steps: Sequence[str]) -> None:
        keys = [step.encode() for step in steps]
        self._keys = np.frombuffer(b"".join(keys) or b"\0", np.uint8)
        self._edges = np.cumsum([0, *(len(key) for key in keys)]).astype(np.int64)
        self._state = np.zeros(10, np.int64)

    def __call__(self, data: Bytes, used: int, scanned: int, at_end: bool, /) -> tuple[Int64, int]:
        return element_starts(data, used, scanned, self._state, self._keys, self._edges), used


@allocating
def element_starts(data, used, scanned, state, keys, edges):  # type: ignore[no-untyped-def]
    """Starts of records in ``data[scanned:used]``.

    Args:
      state: int64 [10], zeros at the beginning of an input, and changed: each byte is shown once.
      keys: uint8, the steps' texts.
      edges: int64 [steps + 1], step i is ``keys[edges[i]:edges[i + 1]]``.

    Returns:
      int64 [n].
    """
    starts = np.empty(64, np.int64)
    count = 0
    steps = len(edges) - 1
    depth, in_string, escaped, agrees = state[0], state[1], state[2], state[3]
    typed, matched, at_key, fresh, begun = state[4], state[5], state[6], state[7], state[8]
    opened = scanned - state[9]
    for at in range(scanned, used):
        c = data[at]
        if in_string:
            if c == 10:
                # No string of JSON holds a line feed: what comes next begins anew.
                in_string, escaped, depth, typed, matched, fresh = _NO, _NO, _NO, _NO, _NO, _YES
            elif escaped:
                escaped = _NO
            elif c == 92:
                escaped, agrees = _YES, _NONE
            elif c == 34:
                in_string = _NO
                if agrees >= 0 and agrees == edges[depth] - edges[depth - 1]:
                    matched = depth
            elif agrees >= 0:
                place = edges[depth - 1] + agrees
                agrees = agrees + 1 if place < edges[depth] and c == keys[place] else _NONE
            continue
        if c == 32 or c == 9 or c == 10 or c == 13:
            if c == 10 and depth == 0:
                fresh = _YES
            continue
        start = False
        opens = c == 123 or c == 91
        if depth == 0:
            start = begun == 1 and (fresh == 1 or opens)
            fresh = _NO
            if c < 128:  # a byte order mark belongs to what follows
                begun = _YES
        elif depth == steps and matched == steps:
            start = c == 44 or c == 93
        elif c == 44 and (depth < steps or matched < steps):
            start = at - opened > MOST_AROUND
        on_key = depth > 0 and typed == depth and edges[depth] > edges[depth - 1]
        if c == 34:
            in_string, agrees = _YES, _NONE
            if on_key and at_key:
                agrees, at_key = _NO, _NO
                matched = min(matched, depth - 1)
        elif opens:
            if matched == depth and depth < steps and (c == 91) == (edges[depth + 1] == edges[depth]):
                typed, at_key = depth + 1, _YES
                if c == 91:
                    matched = depth + 1
                    start = start or (depth + 1 == steps and depth > 0)
            depth += 1
        elif c == 125 or c == 93:
            depth = max(depth - 1, 0)
            typed, matched = min(typed, depth), min(matched, depth)
        elif c == 44 and on_key:
            at_key = _YES
        if start:
            if count == len(starts):
                larger = np.empty(2 * count, np.int64)
                larger[:count] = starts
                starts = larger
            starts[count] = opened = at
            count += 1
    state[0], state[1], state[2], state[3] = depth, in_string, escaped, agrees
    state[4], state[5], state[6], state[7], state[8] = typed, matched, at_key, fresh, begun
    state[9] = used - opened
    return starts[:count]
