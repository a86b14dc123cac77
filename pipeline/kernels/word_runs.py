"""Words that no finding covers, where they stand, and a field's text with its words exchanged for marks."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import compiled
from pipeline.kernels.wide import copy_bytes

#: Marks of positions: it lies in a finding; a word may not reach over its beginning.
COVERED = 1
CUT = 2
#: Kinds of words: what they read is told, they are a number, they are unknown.
TOLD, NUMBER, UNKNOWN = 0, 1, 2
#: What stands in a shape for a finding, a number, an unknown word; and for a byte that could be taken for one of these.
FINDING_MARK, NUMBER_MARK, UNKNOWN_MARK, OTHER_MARK = 1, 2, 3, 4
_BACKSLASH = 0x5C
_U = 0x75
_ZERO, _NINE = 0x30, 0x39
_POINT = 0x2E
_SPACE, _TAB = 0x20, 0x09


@compiled
def mark_spans(start, end, covers, marks):  # type: ignore[no-untyped-def]
    """Cut at both ends of each span, and cover those that ``covers``. There is one mark more than bytes of data."""
    for k in range(len(start)):
        marks[start[k]] |= CUT
        marks[end[k]] |= CUT
        if covers[k]:
            for at in range(start[k], end[k]):
                marks[at] |= COVERED


@compiled
def _hex(byte):  # type: ignore[no-untyped-def]
    if _ZERO <= byte <= _NINE:
        return np.int64(byte) - _ZERO
    letter = byte | 0x20
    return np.int64(letter) - 0x61 + 10 if 0x61 <= letter <= 0x66 else np.int64(-1)


@compiled
def _escape(data, at, stop, in_word):  # type: ignore[no-untyped-def]
    """(bytes of an escape of a JSON string, whether it stands for a byte of a word).

    A letter that is written as an escape is one all the same, and the word that holds it is in no vocabulary.
    """
    if at + 6 > stop or data[at + 1] != _U:
        return min(2, stop - at), False
    code = np.int64(0)
    for i in range(at + 2, at + 6):
        digit = _hex(data[i])
        if digit < 0:
            return 2, False
        code = code * 16 + digit
    return 6, code >= 0x80 or in_word[code]


@compiled
def _is_worth(data, first, start, end, shortest, longest_number):  # type: ignore[no-untyped-def]
    """Whether a word must be looked at: it is not so short, nor a number so short, nor the digits after a point."""
    digits = True
    ascii_only = True
    for i in range(start, end):
        digits &= _ZERO <= data[i] <= _NINE
        ascii_only &= data[i] < 0x80
    if ascii_only and end - start < shortest:
        return False
    if not digits:
        return True
    after_point = start - 2 >= first and data[start - 1] == _POINT and _ZERO <= data[start - 2] <= _NINE
    return end - start > (20 if after_point else longest_number)


@compiled
def find_words(  # type: ignore[no-untyped-def]
    data, field_start, field_end, escaped, chosen, marks, in_word, shortest, longest_number, start, end, field
):
    """Words of chosen fields that must be looked at, in order; fills in as far as there is room, returns how many.

    A word is a maximal run of bytes ``in_word`` that are not covered, up to a cut. In ``escaped`` fields (JSON strings)
    an escape is one byte of the text.
    """
    count = 0
    for f in range(len(field_start)):
        if not chosen[f]:
            continue
        at = field_start[f]
        stop = field_end[f]
        opened = np.int64(-1)
        while at <= stop:
            step = 1
            inside = False
            if at < stop:
                inside = in_word[data[at]]
                if escaped[f] and data[at] == _BACKSLASH:
                    step, inside = _escape(data, at, stop, in_word)
                inside = inside and not marks[at] & COVERED
            if opened >= 0 and (not inside or marks[at] & CUT):
                if _is_worth(data, field_start[f], opened, at, shortest, longest_number):
                    if count < len(start):
                        start[count] = opened
                        end[count] = at
                        field[count] = f
                    count += 1
                opened = np.int64(-1)
            if inside and opened < 0:
                opened = at
            at += step
    return count


@compiled
def shapes(data, field_start, field_end, which, marks, start, end, kind, first, out, offset):  # type: ignore[no-untyped-def]
    """Texts of fields with a mark for each finding, number and unknown word, and one blank for several.

    Words (start, end, kind) of field ``which[k]`` are those from ``first[k]`` on. ``out`` has room for all texts;
    returns how much of it is used.
    """
    used = np.int64(0)
    for k in range(len(which)):
        offset[k] = used
        w = first[k]
        at = field_start[which[k]]
        stop = field_end[which[k]]
        last = -1
        while at < stop:
            byte = int(data[at])
            step = 1
            if w < len(start) and start[w] == at:
                step = end[w] - at
                if kind[w] == TOLD:
                    used = copy_bytes(data, at, end[w], out, used)
                    w += 1
                    at += step
                    last = -1
                    continue
                mark = UNKNOWN_MARK if kind[w] == UNKNOWN else NUMBER_MARK
                w += 1
            elif marks[at] & COVERED:
                mark = FINDING_MARK
            elif _ZERO <= byte <= _NINE:
                mark = NUMBER_MARK
            elif byte in (_SPACE, _TAB):
                mark = _SPACE
            else:
                mark = byte if byte > OTHER_MARK else OTHER_MARK
            # Two unknown words are two, side by side or not; of all else that repeats one mark is left.
            if mark != last or mark == UNKNOWN_MARK or mark > _SPACE:
                out[used] = mark
                used += 1
            last = mark
            at += step
    offset[len(which)] = used
    return used
