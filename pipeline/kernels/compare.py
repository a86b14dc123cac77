"""Compare staged bytes with source and edits. Written apart from splice.py, so that one does not vouch for itself."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import compiled
from pipeline.kernels.wide import AHEAD, load8, prefetch, same_bytes
from pipeline.records import Decoder

PLAIN = np.uint8(Decoder.PLAIN)
JSON_STRING = np.uint8(Decoder.JSON_STRING)
JSON_NUMBER = np.uint8(Decoder.JSON_NUMBER)
#: What is said of a text: its bytes are as they must be; they are not; to be compared by slower means.
SAME, DIFFERS, UNDECIDED = 0, 1, 2
ESCAPED, NO_FIELD = -1, -2
_LOW = np.uint64(0x0101010101010101)
_HIGH = np.uint64(0x8080808080808080)
_BACKSLASHES = np.uint64(0x5C5C5C5C5C5C5C5C)


@compiled
def native_differs(  # type: ignore[no-untyped-def]
    data, rstart, rend, keep, estart, eend, tstart, tend, arena, staged, at, bad, drift
):
    """Walk staged native bytes from ``at`` beside the source: ``bad[r]`` where a record is not source with its edits.

    ``drift[e]`` says how much further than in the source stands in the staged bytes what comes before edit e, and after
    the one before it; where a record is not kept there is no one answer. Returns the position after the last record, or
    -1 where the staged bytes end too soon. After a difference the walk goes on as if the record had its right length.
    """
    e = 0
    drift[0] = at
    for r in range(len(rstart)):
        if not keep[r]:
            continue
        here = rstart[r]
        while e < len(estart) and estart[e] < here:
            e += 1
        while True:
            last = e == len(estart) or estart[e] >= rend[r]
            stop = rend[r] if last else estart[e]
            size = stop - here
            if at + size > len(staged):
                bad[r] = True
                return -1
            if not same_bytes(staged, at, data, here, size):
                bad[r] = True
            at += size
            if last:
                break
            prefetch(arena, tstart[min(e + AHEAD, len(estart) - 1)])
            size = tend[e] - tstart[e]
            if at + size > len(staged):
                bad[r] = True
                return -1
            if not same_bytes(staged, at, arena, tstart[e], size):
                bad[r] = True
            at += size
            here = eend[e]
            e += 1
            drift[e] = at - here
    return at


@compiled
def find_texts(fields, fstart, fend, decoder, field_edit, drift, at, size):  # type: ignore[no-untyped-def]
    """Where texts must stand in native bytes in which ``native_differs`` found no difference.

    Args:
      fields: [columns, k], places of fields, -1 for none.
      at, size: [columns, k], written to; a size of ESCAPED where a text is no piece of them, of NO_FIELD where none is.
    """
    for k in range(fields.shape[1]):
        for column in range(len(fields)):
            f = fields[column, k]
            size[column, k] = NO_FIELD if f < 0 else ESCAPED
            if f >= 0 and decoder[f] == PLAIN:
                stands = drift[field_edit[f]] + fstart[f]
                at[column, k] = stands
                size[column, k] = drift[field_edit[f + 1]] + fend[f] - stands


@compiled
def text_differs(staged, at, size, column, offset, code, said):  # type: ignore[no-untyped-def]
    """Hold column texts to native bytes, where ``find_texts`` found them.

    Text k is ``column[offset[c] : offset[c + 1]]`` where c is ``code[k]``, or k itself where ``code`` is empty. What
    ``said[k]`` DIFFERS wants the closer look of ``field_differs``.
    """
    for k in range(len(size)):
        same = size[k] == NO_FIELD
        if size[k] >= 0:
            c = code[k] if len(code) else k
            start = np.int64(offset[c])
            length = offset[c + 1] - start
            same = size[k] == length and same_bytes(staged, at[k], column, start, length)
        said[k] = SAME if same else DIFFERS


@compiled
def field_differs(  # type: ignore[no-untyped-def]
    data, fstart, fend, decoder, which, field_edit, estart, eend, tstart, tend, arena, column, offset, code, said
):
    """Walk column texts beside the source: text k must be field ``which[k]`` with its edits, decoded.

    ``said[k]`` is UNDECIDED where an escape stands for bytes >= 0x80, and where a field that holds such differs: what
    is no UTF-8 became another text.

    Args:
      column, offset, code: text k is ``column[offset[c] : offset[c + 1]]`` where c is ``code[k]``.
    """
    for k in range(len(which)):
        f = which[k]
        at = offset[code[k]]
        stop_at = offset[code[k] + 1]
        here = fstart[f]
        last = field_edit[f + 1]
        state = SAME
        for e in range(field_edit[f], last + 1):
            stop = estart[e] if e < last else fend[f]
            at, state = _piece(data, here, stop, decoder[f] == JSON_STRING, column, at, stop_at)
            if state != SAME or e == last:
                break
            a = tstart[e]
            b = tend[e]
            if decoder[f] == JSON_NUMBER and b - a >= 2 and arena[a] == 0x22:
                a += 1
                b -= 1
            at, state = _piece(arena, a, b, False, column, at, stop_at)
            if state != SAME:
                break
            here = eend[e]
        if state == SAME and at != stop_at:
            state = DIFFERS
        if state == DIFFERS and _has_high(data, fstart[f], fend[f]):
            state = UNDECIDED
        said[k] = state


@compiled
def _has_high(data, at, end):  # type: ignore[no-untyped-def]
    for i in range(at, end):  # noqa: SIM110
        if data[i] >= 0x80:
            return True
    return False


@compiled
def _piece(source, here, stop, escaped, column, at, stop_at):  # type: ignore[no-untyped-def]
    """Hold ``source[here:stop]`` to the column from ``at`` on: returns (position after it, what is said)."""
    while here < stop:
        if here + 8 <= stop and at + 8 <= stop_at:
            word = load8(source, here)
            odd = word ^ _BACKSLASHES
            if not escaped or (odd - _LOW) & ~odd & _HIGH == 0:
                if word != load8(column, at):
                    return at, DIFFERS
                here += 8
                at += 8
                continue
        byte = source[here]
        here += 1
        if byte == 0x5C and escaped and here < stop:
            byte = source[here]
            here += 1
            if byte == 0x75:
                byte = _ascii(source, here, stop)
                if byte < 0:
                    return at, UNDECIDED
                here += 4
            elif byte == 0x62:
                byte = 0x08
            elif byte == 0x66:
                byte = 0x0C
            elif byte == 0x6E:
                byte = 0x0A
            elif byte == 0x72:
                byte = 0x0D
            elif byte == 0x74:
                byte = 0x09
        if at >= stop_at or column[at] != byte:
            return at, DIFFERS
        at += 1
    return at, SAME


@compiled
def _ascii(data, at, end):  # type: ignore[no-untyped-def]
    """The ASCII character of four hexadecimal digits, or -1."""
    if at + 4 > end:
        return -1
    code = 0
    for i in range(at, at + 4):
        digit = data[i]
        if 48 <= digit <= 57:
            code = code * 16 + digit - 48
        elif 65 <= digit <= 70:
            code = code * 16 + digit - 55
        elif 97 <= digit <= 102:
            code = code * 16 + digit - 87
        else:
            return -1
    return code if code < 0x80 else -1
