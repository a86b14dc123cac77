"""Fields that read alike: the first of them stands for all."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.texts import BLOCK, hash_text
from pipeline.kernels.wide import prefetch, same_bytes

#: A slot without an entry; others hold the upper half of the hash and, below it, the entry's place plus one.
_EMPTY = 0


@allocating
def first_alike(data, fstart, fend, which, kind, column, passed, key, slots, seen, first):  # type: ignore[no-untyped-def]
    """Fill ``first``, int64 [k]: for each of some fields (``which``) the place of the first of the same bytes and kind.

    Texts are compared, never a hash alone. Fields of a ``passed`` column, bool [columns], stand for themselves.
    ``slots``, uint64, all empty, are a power of two, at least two for each field. To ``seen``, int64 [2, columns], are
    added, by column, the bytes that were looked at, and those of them that had stood before.
    """
    mask = np.uint64(len(slots) - 1)
    half = np.uint64(32)
    lower = np.uint64(0xFFFFFFFF)
    hashed = np.empty(BLOCK, np.uint64)
    for begin in range(0, len(which), BLOCK):
        stop = min(begin + BLOCK, len(which))
        for k in range(begin, stop):
            if not passed[column[k]]:
                f = which[k]
                h = hash_text(data, fstart[f], fend[f], kind[k], key)
                hashed[k - begin] = h
                prefetch(slots, np.int64(h & mask))
        for k in range(begin, stop):
            first[k] = k
            if passed[column[k]]:
                continue
            f = which[k]
            size = fend[f] - fstart[f]
            h = hashed[k - begin]
            slot = h & mask
            while slots[slot] != _EMPTY:
                if (slots[slot] ^ h) >> half == 0:
                    n = np.int64(slots[slot] & lower) - 1
                    g = which[n]
                    if (
                        kind[n] == kind[k]
                        and fend[g] - fstart[g] == size
                        and same_bytes(data, fstart[f], data, fstart[g], size)
                    ):
                        first[k] = n
                        break
                slot = (slot + np.uint64(1)) & mask
            seen[0, column[k]] += size
            if first[k] == k:
                slots[slot] = (h & ~lower) | np.uint64(k + 1)
            else:
                seen[1, column[k]] += size


@compiled
def count_rows(field, first, begin):  # type: ignore[no-untyped-def]
    """Of rows in order of their fields: fill ``begin``, int64 [fields + 1], with the first row of each field.

    Returns:
      How many rows there are for the fields ``first``, which may be named more than once; -1 where the rows are in no
      such order.
    """
    begin[:] = 0
    for r in range(len(field)):
        if r > 0 and field[r] < field[r - 1]:
            return -1
        begin[field[r] + 1] += 1
    for f in range(len(begin) - 1):
        begin[f + 1] += begin[f]
    total = 0
    for k in range(len(first)):
        total += begin[first[k] + 1] - begin[first[k]]
    return total


@compiled
def repeat_rows(begin, which, first, fstart, row, field, shift):  # type: ignore[no-untyped-def]
    """The rows of the fields ``first`` for the fields ``which`` that read alike: each with how far it is moved."""
    n = 0
    for k in range(len(which)):
        f = first[k]
        moved = fstart[which[k]] - fstart[f]
        for r in range(begin[f], begin[f + 1]):
            row[n] = r
            field[n] = which[k]
            shift[n] = moved
            n += 1


@compiled
def move_rows(row, shift, start, end, value, kind, holder, strong, pattern, to):  # type: ignore[no-untyped-def]
    """Rows of findings, repeated and moved: into ``to``, the same seven columns. Returns whether they go by start."""
    ordered = True
    before = np.int64(-1)
    for n in range(len(row)):
        r = row[n]
        at = start[r] + shift[n]
        ordered &= at >= before
        before = at
        to[0][n] = at
        to[1][n] = end[r] + shift[n]
        to[2][n] = value[r]
        to[3][n] = kind[r]
        to[4][n] = holder[r]
        to[5][n] = strong[r]
        to[6][n] = pattern[r]
    return ordered
