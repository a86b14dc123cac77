"""Columns of native text that blanks align: where a replacement differs in length, blanks behind it make up for it."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import compiled
from pipeline.kernels.wide import copy_bytes
from pipeline.records import Bytes, Int64

BLANK = np.uint8(32)


def keep_columns(
    data: Bytes,
    start: Int64,
    end: Int64,
    last: Int64,
    text_start: Int64,
    text_end: Int64,
    arena: Bytes,
) -> tuple[Int64, Int64, Int64, Bytes]:
    """Edits with which the text behind two or more blanks stays at its place, as far as they last; one always stays.

    A replacement that is longer takes blanks away, one that is shorter is followed by more.

    Args:
      start, end: int64 [e], disjoint and in order.
      last: int64 [e], where the text ends that each edit stands in; its own end for an edit that is left as it is.
      text_start, text_end, arena: the replacements.

    Returns:
      end, text_start, text_end and arena; those given, where no edit stands so.
    """
    more = np.zeros(len(start), np.int64)
    wanted = _measure(data, start, end, last, text_start, text_end, more)
    if wanted < 0:
        return end, text_start, text_end, arena
    out = np.empty(len(arena) + wanted, np.uint8)
    out[: len(arena)] = arena
    end, text_start, text_end = end.copy(), text_start.copy(), text_end.copy()
    _apply(more, end, text_start, text_end, arena, out)
    return end, text_start, text_end, out


@compiled
def _measure(data, start, end, last, text_start, text_end, more):  # type: ignore[no-untyped-def]
    """``more[e]``: how many blanks edit e takes (above 0) or is followed by (below).

    Returns how many bytes the texts of the latter take, or -1 where there is neither.
    """
    size = -1
    for e in range(len(start)):
        at = end[e]
        stop = last[e]
        if e + 1 < len(start):
            stop = min(stop, start[e + 1])
        if at + 1 >= stop or data[at] != BLANK or data[at + 1] != BLANK:
            continue
        after = at + 2
        while after < stop and data[after] == BLANK:
            after += 1
        grown = text_end[e] - text_start[e] - (at - start[e])
        if grown == 0 or after == last[e]:  # nothing stands behind the blanks
            continue
        size = max(size, 0)
        if grown > 0:
            more[e] = min(grown, after - at - 1)
        else:
            more[e] = grown
            size += text_end[e] - text_start[e] - grown
    return size


@compiled
def _apply(more, end, text_start, text_end, arena, out):  # type: ignore[no-untyped-def]
    """Move ends over blanks, and write the texts that blanks follow behind the arena."""
    used = len(arena)
    for e in range(len(more)):
        if more[e] > 0:
            end[e] += more[e]
        elif more[e] < 0:
            at = copy_bytes(arena, text_start[e], text_end[e], out, used)
            text_start[e] = used
            used = at - more[e]
            text_end[e] = used
            for i in range(at, used):
                out[i] = BLANK
