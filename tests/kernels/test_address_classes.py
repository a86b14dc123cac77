"""Classes of IPv6 prefixes and kinds of interface ids are those of their plain definitions."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.kernels.address_classes import HOLDS_IPV4, MADE_OF_MAC, OTHER, ZERO, interface_kinds
from pipeline.surrogates.addresses import IPV6_CLASSES, ipv6_class

WORDS = st.integers(0, (1 << 64) - 1)
HIGHS = WORDS | st.builds(lambda c, w: c[1] | w & ~c[2] & (1 << 64) - 1, st.sampled_from(IPV6_CLASSES), WORDS)
TOPS = st.sampled_from([0, 0x5EFE, 0x02005EFE, 0xFFFF, 0x0000FF, 0x020011FF])
LOWS = (
    WORDS | st.just(0) | st.builds(lambda t, w, m: t << 32 | w >> m, TOPS, st.integers(0, 2**32 - 1), st.integers(0, 9))
)


@given(st.lists(HIGHS, max_size=9))
@settings(max_examples=200, deadline=None)
def test_the_last_class_that_matches_a_prefix_is_its_class(highs: list[int]) -> None:
    expected = [max(n for n, (_, value, mask, _) in enumerate(IPV6_CLASSES) if high & mask == value) for high in highs]
    assert ipv6_class(np.array(highs, np.uint64)).tolist() == expected


@given(st.lists(st.tuples(LOWS, st.booleans()), max_size=9))
@settings(max_examples=200, deadline=None)
def test_interface_ids_have_one_kind_each(cases: list[tuple[int, bool]]) -> None:
    def kind(low: int, nat64: bool) -> int:
        if low == 0:
            return ZERO
        if low >> 32 in (0x5EFE, 0x02005EFE, 0xFFFF) or (nat64 and low < 1 << 32):
            return HOLDS_IPV4
        return MADE_OF_MAC if low >> 24 & 0xFFFF == 0xFFFE else OTHER

    done = np.empty(len(cases), np.uint8)
    interface_kinds(np.array([a for a, _ in cases], np.uint64), np.array([b for _, b in cases], np.bool_), done)
    assert done.tolist() == [kind(*case) for case in cases]
