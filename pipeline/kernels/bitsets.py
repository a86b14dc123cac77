"""Sets of positions in a buffer, a bit each: what is covered, what words are made of.

A set is a uint8 array, position i at bit ``i & 7`` of byte ``i >> 3``, with room behind (``empty_set``), so that a
window of it can be read at any position of the buffer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from pipeline.kernels.compiling import compiled
from pipeline.kernels.wide import load8, store8

#: So many bits of a window are of the set, wherever it begins.
WINDOW = 57
#: What stands where bytes were overwritten to see what is left.
BLANK = ord("x")
ONES = np.uint64(0x0101010101010101)
LOW = np.uint64(0x7F7F7F7F7F7F7F7F)


def empty_set(size: int) -> npt.NDArray[np.uint8]:
    """The set of none of so many positions."""
    return np.zeros((size >> 3) + 9, np.uint8)


@intrinsic
def lowest(typingctx, bits):  # type: ignore[no-untyped-def]
    """The place of a uint64's lowest bit that is set, 64 where none is, as int64."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), codegen


# What is inlined costs less than a call.


@njit(inline="always")
def bit(place):  # type: ignore[no-untyped-def]
    return np.uint64(1) << np.uint64(place)


@njit(inline="always")
def below(place):  # type: ignore[no-untyped-def]
    """All bits below one."""
    return bit(place) - np.uint64(1)


@njit(inline="always")
def window(positions, at):  # type: ignore[no-untyped-def]
    """WINDOW bits of a set from a position on, and what more there is."""
    return load8(positions, at >> 3) >> np.uint64(at & 7)


@njit(inline="always")
def is_within(start, end, positions):  # type: ignore[no-untyped-def]
    """Whether a set has every position of a span."""
    missing = np.uint64(0)
    while start < end and not missing:
        size = min(end - start, WINDOW - 1)
        missing = ~window(positions, start) & below(size)
        start += size
    return not missing


@njit(inline="always")
def _put(start, end, positions):  # type: ignore[no-untyped-def]
    while start < end:
        size = min(end - start, WINDOW - 1)
        store8(positions, start >> 3, load8(positions, start >> 3) | below(size) << np.uint64(start & 7))
        start += size


@compiled
def cover(start, end, chosen, positions):  # type: ignore[no-untyped-def]
    """Put the chosen spans into a set."""
    for k in range(len(start)):
        if chosen[k]:
            _put(start[k], end[k], positions)


@compiled
def blank(start, end, letter, data, positions):  # type: ignore[no-untyped-def]
    """Overwrite the bytes of spans with a letter and put them into a set."""
    eight = np.uint64(letter) * ONES
    for k in range(len(start)):
        _put(start[k], end[k], positions)
        i = start[k]
        while i + 8 <= end[k]:
            store8(data, i, eight)
            i += 8
        while i < end[k]:
            data[i] = letter
            i += 1


@compiled
def lie_in(start, end, positions, inside):  # type: ignore[no-untyped-def]
    """Whether a set has every position of each span."""
    for k in range(len(start)):
        inside[k] = is_within(start[k], end[k], positions)


@compiled
def mark_cut(positions, data, in_word, field_start, cut):  # type: ignore[no-untyped-def]
    """Mark fields (in order) in which a run of a set begins or ends between two bytes of a word."""
    field = 0
    here = 0
    last = len(data) - 1
    while here < last:
        size = min(last - here, WINDOW - 1)
        ahead = window(positions, here)
        edges = (ahead ^ ahead >> np.uint64(1)) & below(size)
        while edges:
            i = here + lowest(edges)
            edges &= edges - np.uint64(1)
            if in_word[data[i]] and in_word[data[i + 1]]:
                while field + 1 < len(field_start) and field_start[field + 1] <= i:
                    field += 1
                cut[field] = True
        here += size


@njit(inline="always")
def _word_bytes(data, at):  # type: ignore[no-untyped-def]
    """Which of eight bytes words are made of, a bit each.

    Each sum carries into a byte's highest bit where its lower seven reach the first member of a class, or pass the
    last.
    """
    eight = load8(data, at)
    low = eight & LOW
    letter = low | np.uint64(0x20) * ONES
    flags = low + np.uint64(0x80 - 0x30) * ONES ^ low + np.uint64(0x7F - 0x39) * ONES
    flags |= letter + np.uint64(0x80 - 0x61) * ONES ^ letter + np.uint64(0x7F - 0x7A) * ONES
    flags |= ~((low ^ np.uint64(0x5F) * ONES) + LOW)
    flags |= eight
    return (flags >> np.uint64(7) & ONES) * np.uint64(0x0102040810204080) >> np.uint64(56)


@compiled
def find_word_bytes(data, start, end, words):  # type: ignore[no-untyped-def]
    """Put into an empty set what words are made of: ASCII letters, digits, underscores, and bytes from 0x80 on.

    Within some spans; of what stands around them whatever shares eight bytes with one.
    """
    whole = len(data) >> 3
    latest = np.int64(-1)
    for k in range(len(start)):
        first = start[k] >> 3
        # Neighbours share eight bytes.
        if first == latest:
            first += 1
        for b in range(first, min((end[k] + 7) >> 3, whole)):
            words[b] = _word_bytes(data, b << 3)
            latest = np.int64(b)
    for i in range(len(data) & ~7, len(data)):
        byte = data[i]
        letter_byte = byte | 0x20
        if byte >= 0x80 or 0x61 <= letter_byte <= 0x7A or 0x30 <= byte <= 0x39 or byte == 0x5F:
            words[i >> 3] |= 1 << (i & 7)


@compiled
def take_escapes(data, start, end, escaped, words):  # type: ignore[no-untyped-def]
    """Take out of a set what a backslash escapes in the spans that are ``escaped`` (RFC 8259)."""
    for k in range(len(start)):
        i = start[k]
        stop = end[k]
        while escaped[k] and i < stop:
            if i + 8 <= stop:
                differs = load8(data, i) ^ np.uint64(0x5C) * ONES
                none = (differs - ONES) & ~differs & ~LOW
                i += lowest(none) >> 3
                if not none:
                    continue
            elif data[i] != 0x5C:
                i += 1
                continue
            past = i + (6 if i + 1 < stop and data[i + 1] == 0x75 else 2)
            for j in range(i, min(past, stop)):
                words[j >> 3] &= ~(1 << (j & 7))
            i = past
