"""The arithmetic of FF1 (NIST SP 800-38G) on many strings at once; the AES calls stand between these kernels.

A half of a string is a number in limbs of radix ``radix ** per_limb``, the largest power below 2^32, lowest first; the
top limb of m numerals is below ``radix`` to what is left of m. ``shape`` holds for each string its length, the octets b
of a half, and the place of the round's number in the blocks that change with the round.
"""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating, compiled

MASK = np.uint64(0xFFFFFFFF)
WORD = np.uint64(32)


@compiled
def measure(starts, tweak_starts, octets, least, kinds, whole):  # type: ignore[no-untyped-def]
    """Which strings go through the rounds together.

    Args:
      octets: int64, b by the length of the longer half, as far as strings may reach.
      least: the shortest length.
      kinds: int64 [n], filled: 8 * (blocks that change with the round - 1) + blocks of the stream - 1.
      whole: int64 [n], filled: blocks of the tweak that no round changes.

    Returns:
      The lowest kind and the highest; -1 where a string is too short or too long.
    """
    low, high = np.int64(1 << 30), np.int64(0)
    for k in range(len(kinds)):
        length, t = starts[k + 1] - starts[k], tweak_starts[k + 1] - tweak_starts[k]
        if length < least or length > 2 * (len(octets) - 1):
            return np.int64(-1), np.int64(-1)
        b = octets[(length + 1) // 2]
        head = t + (-t - b - 1) % 16
        kinds[k] = 8 * ((head % 16 + b) // 16) + (4 * ((b + 3) // 4) + 3) // 16
        whole[k] = head // 16
        low, high = min(low, kinds[k]), max(high, kinds[k])
    return low, high


@compiled
def begin(rows, digits, starts, tweaks, tweak_starts, octets, radix, per_limb, shape, first, whole, base, limbs):  # type: ignore[no-untyped-def]
    """The strings ``rows`` of a batch laid out.

    Args:
      digits, starts: uint8 numerals of all strings, int64 where each begins; ``tweaks``, ``tweak_starts`` likewise.
      octets: int64, b by the length of the longer half.
      shape: int64 [n, 3], filled.
      first: uint8 [n, 16], filled: the standard's block P.
      whole: uint8 [n, 16 * w], filled: blocks of the tweak that no round changes, the rest zero.
      base: uint8 [n, 16 * k], all zero, filled: the blocks that change with the round, without number and half.
      limbs: uint64 [n, 2, s], all zero, filled: the two halves A and B.
    """
    unit = np.uint64(radix)  # numba would make a float of signed and unsigned
    for k in range(len(rows)):
        at, tweak = starts[rows[k]], tweak_starts[rows[k]]
        length, t = starts[rows[k] + 1] - at, tweak_starts[rows[k] + 1] - tweak
        u = length // 2
        b = octets[length - u]
        head = t + (-t - b - 1) % 16
        kept = head // 16 * 16
        shape[k, 0], shape[k, 1], shape[k, 2] = length, b, head - kept
        first[k, 0], first[k, 1], first[k, 2] = 1, 2, 1
        first[k, 3], first[k, 4], first[k, 5] = radix >> 16, radix >> 8 & 255, radix & 255
        first[k, 6], first[k, 7] = 10, u & 255
        for j in range(4):
            first[k, 8 + j] = length >> (24 - 8 * j) & 255
            first[k, 12 + j] = t >> (24 - 8 * j) & 255
        for j in range(t):
            if j < kept:
                whole[k, j] = tweaks[tweak + j]
            else:
                base[k, j - kept] = tweaks[tweak + j]
        for half in range(2):
            begun, size = (at, u) if half == 0 else (at + u, length - u)
            for j in range(size):
                limb = (size - 1 - j) // per_limb
                limbs[k, half, limb] = limbs[k, half, limb] * unit + np.uint64(digits[begun + j])


@allocating
def turn(place, after, inverse, radix, per_limb, shape, stream, base, limbs, blocks):  # type: ignore[no-untyped-def]
    """End the round ``place`` and begin the round ``after``; below zero there is none.

    Args:
      stream: uint8 [n, at least d], what AES made of the blocks of ``place``.
      blocks: uint8 as ``base``, filled with those of ``after``.
      limbs: changed by ``place``.
    """
    full = np.uint64(radix) ** np.uint64(per_limb)
    words = np.empty(max(1, blocks.shape[1] // 2) + 2, np.uint64)
    made = np.empty(limbs.shape[2], np.uint64)
    for k in range(len(shape)):
        length, b = shape[k, 0], shape[k, 1]
        if place >= 0:
            u = length // 2
            size = u if place % 2 == 0 else length - u
            count = (size + per_limb - 1) // per_limb
            width = (b + 3) // 4 + 1
            for j in range(width):
                words[j] = (
                    np.uint64(stream[k, 4 * j]) << np.uint64(24)
                    | np.uint64(stream[k, 4 * j + 1]) << np.uint64(16)
                    | np.uint64(stream[k, 4 * j + 2]) << np.uint64(8)
                    | np.uint64(stream[k, 4 * j + 3])
                )
            old = 1 if inverse else 0
            carry = np.uint64(0)
            for limb in range(len(made)):
                if limb >= count:
                    made[limb] = 0
                    continue
                modulus = full
                if limb == count - 1:
                    modulus = np.uint64(radix) ** np.uint64(size - per_limb * (count - 1))
                rest = np.uint64(0)
                for j in range(width):
                    rest = rest << WORD | words[j]
                    words[j] = rest // modulus
                    rest = rest % modulus
                if inverse:
                    value = limbs[k, old, limb] + modulus - rest - carry
                    carry = np.uint64(0) if value >= modulus else np.uint64(1)
                else:
                    value = limbs[k, old, limb] + rest + carry
                    carry = np.uint64(1) if value >= modulus else np.uint64(0)
                made[limb] = value % modulus
            for limb in range(len(made)):
                limbs[k, old, limb] = limbs[k, 1 - old, limb]
                limbs[k, 1 - old, limb] = made[limb]
        if after >= 0:
            known = 0 if inverse else 1
            width = (b + 3) // 4
            for j in range(width):
                words[j] = 0
            for limb in range(limbs.shape[2] - 1, -1, -1):
                carry = limbs[k, known, limb]
                for j in range(width):
                    carry += words[j] * full
                    words[j] = carry & MASK
                    carry >>= WORD
            for j in range(blocks.shape[1]):
                blocks[k, j] = base[k, j]
            at = shape[k, 2]
            blocks[k, at] ^= after
            for j in range(b):
                blocks[k, at + b - j] ^= words[j // 4] >> np.uint64(8 * (j % 4)) & np.uint64(255)


@compiled
def finish(rows, starts, radix, per_limb, limbs, digits):  # type: ignore[no-untyped-def]
    """Write the numerals of the strings ``rows`` at their places; ``limbs`` is used up."""
    unit = np.uint64(radix)
    for k in range(len(rows)):
        at = starts[rows[k]]
        length = starts[rows[k] + 1] - at
        u = length // 2
        for half in range(2):
            begun, size = (at, u) if half == 0 else (at + u, length - u)
            for j in range(size - 1, -1, -1):
                limb = (size - 1 - j) // per_limb
                digits[begun + j] = limbs[k, half, limb] % unit
                limbs[k, half, limb] //= unit
