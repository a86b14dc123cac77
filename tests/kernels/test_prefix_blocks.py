"""The blocks of the prefix map are the plain prefixes, each marked by a one (draft-denis-ipcrypt, section 7.3)."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.kernels.prefix_blocks import flipped, prefix_blocks
from pipeline.surrogates.prefixes import START_V4, START_V6


@given(st.lists(st.integers(0, (1 << 64) - 1), min_size=1, max_size=5), st.integers(0, 64), st.booleans())
@settings(deadline=None)
def test_each_bit_has_the_prefix_before_it_and_is_flipped_by_the_last_bits(
    values: list[int], fixed: int, four: bool
) -> None:
    width, start = (32, START_V4) if four else (64, START_V6)
    fixed = min(fixed, width)
    values = [value & (1 << width) - 1 for value in values]
    words = np.array(values, np.uint64)
    blocks = np.empty(16 * len(values) * (width - fixed), np.uint8)
    prefix_blocks(words, width, fixed, *start, blocks)
    begun = start[0] << 64 | start[1]
    expected = [
        (begun << place | value >> width - place) & (1 << 128) - 1 for value in values for place in range(fixed, width)
    ]
    rows = blocks.reshape(-1, 16)
    assert [int.from_bytes(row.tobytes(), "big") for row in rows] == expected
    other = np.zeros_like(rows)
    other[:, 15] = 0xFE  # only the lowest bit counts
    flips = [sum((value >> place & 1) << place - 1 for place in range(1, width - fixed)) for value in values]
    done = flipped(words, width, fixed, rows, other)
    # The last bit of each block is the bit before: the word is flipped by itself, shifted by one place.
    above = [value >> width - fixed & 1 if fixed else 1 for value in values]
    expected = [
        value ^ flip ^ (first << width - fixed - 1 if width > fixed else 0)
        for value, flip, first in zip(values, flips, above)
    ]
    assert done.tolist() == expected
