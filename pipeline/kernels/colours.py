"""Kernel that leaves out what colours a text on a terminal, and remembers where it stood."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import compiled
from pipeline.kernels.wide import append_bytes

ESCAPE = 0x1B
_BRACKET = 0x5B
_COLON, _DOT = 0x3A, 0x2E
#: A sequence of more parameters, or larger ones, is none (ECMA-48 5.4): it is no place for a number of somebody's.
_LONGEST, _DIGITS = 24, 4


@compiled
def _sequence_end(data, at, stop):  # type: ignore[no-untyped-def]
    """Where the control sequence at ``at`` ends; ``at`` where there is none."""
    if at + 2 >= stop or data[at] != ESCAPE or data[at + 1] != _BRACKET:
        return at
    here = at + 2
    last = min(stop - 1, here + _LONGEST)
    digits = 0
    while here < last and digits <= _DIGITS and (0x30 <= data[here] <= 0x3B or data[here] == 0x3F):
        digits = digits + 1 if data[here] <= 0x39 else 0
        here += 1
    if digits > _DIGITS:
        return at
    letter = data[here] | 0x20
    return here + 1 if 0x61 <= letter <= 0x7A else at


@compiled
def _run_end(data, at, stop):  # type: ignore[no-untyped-def]
    """Where the control sequences that follow each other from ``at`` on end."""
    end = _sequence_end(data, at, stop)
    while end > at:
        at = end
        end = _sequence_end(data, at, stop)
    return at


@compiled
def _goes_on(data, at, stop, in_token):  # type: ignore[no-untyped-def]
    """Whether a word goes on at ``at``, and no mark of its end stands there: ``info: `` ends with its letters."""
    if at >= stop or not in_token[data[at]]:
        return False
    if data[at] != _COLON and data[at] != _DOT:
        return True
    after = _run_end(data, at + 1, stop)
    return after < stop and in_token[data[after]] != 0


@compiled
def cut_colours(data, offset, escape, in_token, out, out_offset, cut_at, cut_size, is_cut):  # type: ignore[no-untyped-def]
    """Copy texts without their control sequences (ECMA-48 5.4), but for one in the middle of a word, which stays.

    Args:
      data: uint8, text k is ``data[offset[k] : offset[k + 1] - 1]``, and a NUL follows it; so in ``out``.
      escape: int64 [e], where ESCAPE stands in ``data``.
      in_token: bool [256].
      out: uint8, as large as ``data``, and what copies of whole words may write beyond.
      cut_at, cut_size: int64 [e], filled: before which byte of ``out`` something was left out, and how much is left
        out from the beginning on.
      is_cut: bool [k], filled: texts of which something is left out.

    Returns:
      How many bytes of ``out``, and of ``cut_at``, are filled.
    """
    used = np.int64(0)
    cuts = np.int64(0)
    e = 0
    out_offset[0] = 0
    for k in range(len(offset) - 1):
        copied = offset[k]
        stop = offset[k + 1] - 1
        is_cut[k] = False
        while e < len(escape) and escape[e] < stop:
            at = escape[e]
            e += 1
            end = _run_end(data, at, stop)
            if end == at:
                continue
            while e < len(escape) and escape[e] < end:
                e += 1
            if at > offset[k] and in_token[data[at - 1]] and _goes_on(data, end, stop, in_token):
                continue
            used = append_bytes(data, copied, at, out, used)
            copied = end
            is_cut[k] = True
            cut_at[cuts] = used
            cut_size[cuts] = end - used
            cuts += 1
        used = append_bytes(data, copied, stop + 1, out, used)
        out_offset[k + 1] = used
    return used, cuts
