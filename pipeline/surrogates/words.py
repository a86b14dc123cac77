"""Arrays of addresses: 64-bit words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from pipeline.records import Bools
from pipeline.surrogates.ff1 import FF1

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


def mapped16(ff1: FF1, values: Words, length: int, inverse: bool) -> Words:
    """The low 4 * length bits of each value through FF1 of radix 16, or back."""
    rows = numerals16(values, length)
    return from_numerals16(ff1.decrypt_many(rows) if inverse else ff1.encrypt_many(rows))


def cycle(permute: Callable[[Words], Words], values: Words, inside: Callable[[Words], Bools]) -> Words:
    """Cycle walking: the permutation again and again until the value is inside, for values that are inside.

    A permutation of a set, walked so, is a permutation of each of its subsets; its inverse, walked so, is the inverse.
    """
    done = permute(values)
    astray = np.flatnonzero(~inside(done))
    while len(astray):
        done[astray] = permute(done[astray])
        astray = astray[~inside(done[astray])]
    return done
