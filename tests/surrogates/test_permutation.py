"""Small domains: every permutation is one, and each key and tweak has its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.surrogates.permutation import KeyedPermutation


@given(st.binary(min_size=32, max_size=32), st.integers(1, 3000), st.binary(max_size=8))
@settings(max_examples=60, deadline=None)
def test_it_is_a_permutation_and_its_inverse_undoes_it(key: bytes, size: int, tweak: bytes) -> None:
    permutation = KeyedPermutation(key, size)
    everything = np.arange(size)
    for tweaks in (None, [tweak] * size):
        image = permutation.forward(everything, tweaks)
        assert sorted(image.tolist()) == everything.tolist()
        assert permutation.inverse(image, tweaks).tolist() == everything.tolist()


def test_key_size_and_tweak_each_change_it() -> None:
    values = np.arange(1000)
    one = KeyedPermutation(b"a" * 32, 1000)
    images = {
        tuple(one.forward(values).tolist()),
        tuple(one.forward(values, [b"x"] * 1000).tolist()),
        tuple(one.forward(values, [b"y"] * 1000).tolist()),
        tuple(KeyedPermutation(b"b" * 32, 1000).forward(values).tolist()),
        tuple(KeyedPermutation(b"a" * 32, 1001).forward(values).tolist()),
    }
    assert len(images) == 5


@pytest.mark.parametrize("size", [0, 1_000_000])
def test_sizes_it_is_not_for_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="size"):
        KeyedPermutation(b"a" * 32, size)
