"""The blocks of the prefix map (``surrogates/prefixes.py``): one for each bit that is mapped, all at once."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.wide import store8

EIGHT = np.uint64(8)


@compiled
def big_endian(value):  # type: ignore[no-untyped-def]
    """A uint64 with its bytes the other way round."""
    turned = np.uint64(0)
    for _ in range(8):
        turned = turned << EIGHT | value & np.uint64(255)
        value >>= EIGHT
    return turned


@compiled
def prefix_blocks(words, width, fixed, upper, lower, blocks):  # type: ignore[no-untyped-def]
    """For each word and bit the plain prefix before it: the start block shifted left, the bits before it at its right.

    Args:
      words: uint64 [n], the bits to map in the lowest ``width``, of which the first ``fixed`` stay.
      upper, lower: the block before the first bit, as two big-endian words.
      blocks: uint8 [16 * n * (width - fixed)], filled: by value, then by bit.
    """
    at = 0
    for k in range(len(words)):
        high, low = np.uint64(upper), np.uint64(lower)
        for place in range(width):
            if place >= fixed:
                store8(blocks, at, big_endian(high))
                store8(blocks, at + 8, big_endian(low))
                at += 16
            high = high << np.uint64(1) | low >> np.uint64(63)
            low = low << np.uint64(1) | words[k] >> np.uint64(width - 1 - place) & np.uint64(1)


@allocating
def flipped(words, width, fixed, one, other):  # type: ignore[no-untyped-def]
    """Each word, its bits flipped where the last bits of the two ciphers' blocks, uint8 [m, 16], differ."""
    done = np.empty(len(words), np.uint64)
    at = 0
    for k in range(len(words)):
        flips = np.uint64(0)
        for _ in range(width - fixed):
            flips = flips << np.uint64(1) | np.uint64((one[at, 15] ^ other[at, 15]) & 1)
            at += 1
        done[k] = words[k] ^ flips
    return done
