"""IP and MAC maps: the published construction, classes, subnets, and what follows what."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.surrogates.addresses import IPV4_BLOCKS, IPV6_CLASSES, Ipv4Map, Ipv6Map, ipv6_class
from pipeline.surrogates.macs import MacMap
from pipeline.surrogates.prefixes import PrefixMap
from pipeline.surrogates.rootkey import derive
from pipeline.surrogates.special import shipped

PUBLISHED = json.loads(Path(__file__).with_name("ipcrypt_pfx.json").read_text())
WORD = (1 << 64) - 1


def deriver(secret: bytes) -> Callable[[str], bytes]:
    return lambda name: derive(secret, 32, name)


MACS = MacMap(deriver(b"m" * 32), shipped())
PERMUTED = MacMap(deriver(b"m" * 32), shipped(), keep_vendor_prefix=False)
V4 = Ipv4Map(deriver(b"k" * 32), shipped())
V6 = Ipv6Map(deriver(b"k" * 32), shipped(), V4, MACS)


def words(*values: int) -> np.ndarray:
    return np.array(values, np.uint64)


def v4(*addresses: str) -> list[str]:
    mapped = V4.pseudonyms(words(*(int(ipaddress.IPv4Address(a)) for a in addresses)))
    return [str(ipaddress.IPv4Address(int(a))) for a in mapped]


def v6(*addresses: str) -> list[str]:
    numbers = [int(ipaddress.IPv6Address(a)) for a in addresses]
    high, low = V6.mapped(words(*(n >> 64 for n in numbers)), words(*(n & WORD for n in numbers)))
    return [ipaddress.IPv6Address(int(h) << 64 | int(w)).exploded for h, w in zip(high, low)]


def common_bits(a: int, b: int, width: int) -> int:
    return width - (a ^ b).bit_length()


@pytest.mark.parametrize(("key", "plain", "cipher"), PUBLISHED["vectors"])
def test_the_prefix_map_gives_the_published_vectors_both_ways(key: str, plain: str, cipher: str) -> None:
    prefixes = PrefixMap(bytes.fromhex(PUBLISHED["keys"][key]))
    one, other = int(ipaddress.ip_address(plain)), int(ipaddress.ip_address(cipher))
    if "." in plain:
        assert prefixes.ipv4(words(one)).tolist() == [other]
        assert prefixes.ipv4(words(other), inverse=True).tolist() == [one]
    else:
        assert prefixes.network(words(one >> 64)).tolist() == [other >> 64]
        assert prefixes.network(words(other >> 64), inverse=True).tolist() == [one >> 64]
        rest = (1, one >> 64)  # the block when the first 64 bits are behind the one that marks them
        assert prefixes.mapped(rest, words(one & WORD), 64, 0, inverse=False).tolist() == [other & WORD]
        assert prefixes.mapped(rest, words(other & WORD), 64, 0, inverse=True).tolist() == [one & WORD]


@given(st.lists(st.integers(0, WORD), min_size=1, max_size=6), st.integers(0, 64), st.booleans())
@settings(deadline=None)
def test_the_prefix_map_turns_back_at_any_width(values: list[int], fixed: int, four: bool) -> None:
    prefixes, plain = PrefixMap(bytes(range(32))), words(*(value >> 32 if four else value for value in values))
    crypt, width = (prefixes.ipv4, 32) if four else (prefixes.network, 64)
    fixed = min(fixed, width)
    done = crypt(plain, fixed)
    assert crypt(done, fixed, inverse=True).tolist() == plain.tolist()
    assert not ((done ^ plain) >> np.uint64(width - fixed)).any() if fixed else True


@given(st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=20, unique=True), st.integers(0, 31))
@settings(max_examples=60, deadline=None)
def test_ipv4_is_injective_stays_in_its_class_and_keeps_prefixes_of_sixteen_bits_and_more(
    addresses: list[int], shared: int
) -> None:
    addresses.append(addresses[0] ^ (1 << shared))
    addresses = list(dict.fromkeys(addresses))
    mapped = V4.mapped(words(*addresses)).tolist()
    assert len(set(mapped)) == len(addresses)
    blocks = [ipaddress.IPv4Network(block) for _, block in IPV4_BLOCKS]
    for one, other in zip(addresses, mapped):
        for block in blocks:
            assert (ipaddress.IPv4Address(one) in block) == (ipaddress.IPv4Address(other) in block)
    for i, one in enumerate(addresses):
        for j in range(i):
            bits = common_bits(one, addresses[j], 32)
            if bits >= 16:
                assert common_bits(mapped[i], mapped[j], 32) == bits


@pytest.mark.parametrize("block", [block for _, block in IPV4_BLOCKS])
def test_inside_a_block_every_prefix_is_kept_exactly(block: str) -> None:
    network = ipaddress.IPv4Network(block)
    addresses = [int(network.network_address) + network.num_addresses * k // 37 for k in range(37)]
    mapped = V4.mapped(words(*addresses)).tolist()
    for i in range(37):
        for j in range(i):
            assert common_bits(mapped[i], mapped[j], 32) == common_bits(addresses[i], addresses[j], 32)


def test_special_ipv4_addresses_are_kept_and_others_are_not() -> None:
    kept = ["127.0.0.1", "0.0.0.0", "255.255.255.255", "255.255.255.0", "0.0.0.255", "224.0.0.251", "239.255.255.250"]
    assert v4(*kept) == kept
    others = ["192.0.2.1", "10.0.0.1", "198.51.100.255", "224.0.0.99", "203.0.113.0"]
    assert not set(v4(*others)) & set(others)


HIGHS = st.one_of(
    st.integers(0, WORD),
    st.sampled_from([value for _, value, _, _ in IPV6_CLASSES]),
    st.builds(lambda c, low: c[1] | low & ~c[2] & WORD, st.sampled_from(IPV6_CLASSES), st.integers(0, WORD)),
)
LOWS = st.one_of(
    st.integers(0, WORD),
    st.integers(0, 3),
    st.builds(lambda low: 0xFFFF << 32 | low, st.integers(0, 2**32 - 1)),
    st.builds(lambda a, b: a << 40 | 0xFFFE << 24 | b, st.integers(0, 2**24 - 1), st.integers(0, 2**24 - 1)),
    st.builds(lambda low: 1 << 32 | 0xFF000000 | low, st.integers(0, 2**24 - 1)),
)


@given(st.lists(st.tuples(HIGHS, LOWS), min_size=1, max_size=12, unique=True))
@settings(max_examples=150, deadline=None)
def test_ipv6_is_injective_and_stays_in_its_class(addresses: list[tuple[int, int]]) -> None:
    highs, lows = words(*(a for a, _ in addresses)), words(*(b for _, b in addresses))
    mapped = V6.mapped(highs, lows)
    # An embedded special IPv4 address is kept, and a map may hit it: with random values it does not happen.
    assert len(set(zip(mapped[0].tolist(), mapped[1].tolist()))) == len(addresses)
    assert ipv6_class(mapped[0]).tolist() == ipv6_class(highs).tolist()
    groups = highs >> np.uint64(56) == 0xFF
    assert (((mapped[1] == 0) == (lows == 0)) | groups).all()


def test_one_ipv6_subnet_stays_one_and_a_shared_site_prefix_stays_shared() -> None:
    a, b, c = v6("2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:3::1")
    assert a[:19] == b[:19] != c[:19]
    assert a[:14] == c[:14]
    assert a[20:] == c[20:], "the interface id does not depend on the subnet"


def test_what_holds_an_ipv4_address_follows_it() -> None:
    (inner,) = v4("203.0.113.7")
    number = int(ipaddress.IPv4Address(inner))
    mapped, nat64, sixtofour, isatap = v6(
        "::ffff:203.0.113.7", "64:ff9b::203.0.113.7", "2002:cb00:7107:1::1", "fe80::5efe:203.0.113.7"
    )
    assert ipaddress.IPv6Address(mapped) == ipaddress.IPv6Address(f"::ffff:{inner}")
    assert ipaddress.IPv6Address(nat64) == ipaddress.IPv6Address(f"64:ff9b::{inner}")
    assert int(ipaddress.IPv6Address(sixtofour)) >> 80 == 0x2002 << 32 | number
    assert ipaddress.IPv6Address(isatap) == ipaddress.IPv6Address(f"fe80::5efe:{inner}")


@pytest.mark.parametrize("macs", [MACS, PERMUTED], ids=["vendor kept", "vendor permuted"])
def test_a_mac_its_interface_id_and_its_groups_agree(macs: MacMap) -> None:
    (mac,) = macs.pseudonyms(words(0x00005E005301)).tolist()
    high, low = Ipv6Map(deriver(b"k" * 32), shipped(), V4, macs).mapped(
        words(0xFE80 << 48, 0xFF02 << 48), words(0x02005EFFFE005301, 0x1FF005301)
    )
    assert int(high[0]) == 0xFE80 << 48
    assert int(low[0]) == (mac >> 24 ^ 0x020000) << 40 | 0xFFFE << 24 | mac & 0xFFFFFF
    assert int(low[1]) == 0x1FF000000 | mac & 0xFFFFFF
    (group,) = macs.pseudonyms(words(0x3333FF005301)).tolist()
    assert group == 0x3333FF000000 | mac & 0xFFFFFF
    assert macs.long_addresses(words(0x00005EFFFE005301)).tolist() == [mac >> 24 << 40 | 0xFFFE << 24 | mac & 0xFFFFFF]


@given(st.lists(st.integers(0, 2**48 - 1), min_size=1, max_size=12, unique=True), st.booleans())
@settings(max_examples=60, deadline=None)
def test_macs_are_injective_and_keep_their_bits_and_vendor_as_asked(values: list[int], permuted: bool) -> None:
    macs = PERMUTED if permuted else MACS
    mapped = macs.addresses(words(*values)).tolist()
    assert len(set(mapped)) == len(values)
    for one, other in zip(values, mapped):
        assert one >> 40 & 3 == other >> 40 & 3
        if not permuted or one >> 40 & 1:
            assert one >> 24 == other >> 24
    if not permuted:
        assert mapped == [one >> 24 << 24 | int(macs.low(words(one & 0xFFFFFF))[0]) for one in values]


@given(st.lists(st.integers(0, WORD), min_size=1, max_size=8, unique=True))
@settings(max_examples=40, deadline=None)
def test_long_macs_are_injective_and_keep_the_vendor(values: list[int]) -> None:
    mapped = MACS.long_addresses(words(*values)).tolist()
    assert len(set(mapped)) == len(values)
    assert [m >> 40 for m in mapped] == [v >> 40 for v in values]


def test_special_macs_are_kept_and_unlisted_ipv4_groups_are_masked() -> None:
    kept = [0xFFFFFFFFFFFF, 0, 0x01005E0000FB, 0x333300000001, 0x0180C2000000]
    assert MACS.pseudonyms(words(*kept)).tolist() == kept
    assert MACS.pseudonyms(words(0x01005E123456, 0x01005E654321)).tolist() == [0x01005E000000] * 2
