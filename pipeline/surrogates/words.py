"""Arrays of addresses: 64-bit words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from pipeline.records import Bools

Words = npt.NDArray[np.uint64]


def word(value: int) -> np.uint64:
    return np.uint64(value)


def numerals16(values: Words, length: int) -> npt.NDArray[np.int64]:
    """The low 4 * length bits of each value as numerals of radix 16, [n, length]."""
    shifts = np.arange(4 * (length - 1), -1, -4, dtype=np.uint64)
    return ((values[:, None] >> shifts) & word(15)).astype(np.int64)


def from_numerals16(rows: npt.NDArray[np.int64]) -> Words:
    """The inverse of ``numerals16``."""
    shifts = np.arange(4 * (rows.shape[1] - 1), -1, -4, dtype=np.uint64)
    return np.bitwise_or.reduce(rows.astype(np.uint64) << shifts, axis=1)


def cycle(permute: Callable[[Words], Words], values: Words, inside: Callable[[Words], Bools]) -> Words:
    """Cycle walking: the permutation again and again until the value is inside, for values that are inside.

    A permutation of a set, walked so, is a permutation of each of its subsets.
    """
    done = permute(values)
    astray = np.flatnonzero(~inside(done))
    while len(astray):
        done[astray] = permute(done[astray])
        astray = astray[~inside(done[astray])]
    return done
