"""Arrays of addresses: 64-bit words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from pipeline.records import Bools
from pipeline.surrogates.ff1 import FF1
from pipeline.surrogates.strings import Strings

Words = npt.NDArray[np.uint64]


def word(value: int) -> np.uint64:
    return np.uint64(value)


def mapped_bits(ff1: FF1, values: Words, shifts: Words, inverse: bool, tweaks: Strings | None = None) -> Words:
    """The numerals that stand at some places of each value through FF1, or back; the radix is a power of two.

    Args:
      shifts: uint64, by how much to shift for each numeral, the first of the string first.
    """
    if not len(values):
        return values
    rows = ((values[:, None] >> shifts) & word(ff1.radix - 1)).astype(np.uint8)
    done = ff1.mapped(Strings.of_rows(rows), tweaks or Strings.empty(len(values)), inverse=inverse)
    return np.bitwise_or.reduce(done.rows(len(shifts)).astype(np.uint64) << shifts, axis=1)


def mapped16(ff1: FF1, values: Words, length: int, inverse: bool) -> Words:
    """The low 4 * length bits of each value through FF1 of radix 16, or back."""
    return mapped_bits(ff1, values, np.arange(4 * (length - 1), -1, -4, dtype=np.uint64), inverse)


def cycle(permute: Callable[[Words], Words], values: Words, inside: Callable[[Words], Bools]) -> Words:
    """Cycle walking: the permutation again and again until the value is inside, for values that are inside.

    A permutation of a set, walked so, is a permutation of each of its subsets; its inverse, walked so, is the inverse.
    """
    if not len(values):
        return values
    done = permute(values)
    astray = np.flatnonzero(~inside(done))
    while len(astray):
        done[astray] = permute(done[astray])
        astray = astray[~inside(done[astray])]
    return done
