"""Reading and writing addresses is what Python's ipaddress does, in each notation."""

from __future__ import annotations

import ipaddress

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.kernels.address_text import FOUR, LONGEST, SIX, read_addresses, write_addresses
from pipeline.surrogates.strings import Strings


def read(texts: list[bytes], found: list[bytes]) -> list[tuple[int, int]]:
    """The kind and number of each."""
    n = len(texts)
    kinds, high, low = np.empty(n, np.uint8), np.empty(n, np.uint64), np.empty(n, np.uint64)
    canonical, others = Strings.of(texts), Strings.of(found)
    read_addresses(canonical.flat, canonical.starts, others.flat, others.starts, kinds, high, low)
    return [(k, h << 64 | w if k else 0) for k, h, w in zip(kinds.tolist(), high.tolist(), low.tolist())]


def write(values: list[tuple[int, int]], found: list[bytes]) -> list[bytes]:
    n = len(values)
    out, starts, others = np.empty(LONGEST * n, np.uint8), np.empty(n + 1, np.int64), Strings.of(found)
    kinds = np.array([k for k, _ in values], np.uint8)
    high, low = (np.array([v >> s & (1 << 64) - 1 for _, v in values], np.uint64) for s in (64, 0))
    write_addresses(kinds, high, low, others.flat, others.starts, out, starts)
    return Strings(out, starts).texts()


def plainly(text: bytes) -> tuple[int, int]:
    try:
        address = ipaddress.ip_address(text.split(b"%", 1)[0].decode("ascii"))
    except ValueError:
        return 0, 0
    return address.version, int(address)


SIXES = st.one_of(
    st.ip_addresses(v=6).map(int),
    st.lists(st.sampled_from([0, 0, 0, 1, 0xFF, 0xABC, 0xFFFF]), min_size=8, max_size=8).map(
        lambda groups: sum(g << 16 * k for k, g in enumerate(groups))
    ),
    st.integers(0, 2**32 - 1).map(lambda low: 0xFFFF << 32 | low),
)
PIECES = st.sampled_from(
    ["0", "00", "1", "255", "256", "007", ".", ":", "::", "%", "ab", "FFFF", "fffff", "g", "-", "é"]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=17).map("".join),
    st.ip_addresses().map(str),
    SIXES.map(lambda v: ipaddress.IPv6Address(v).exploded.upper()),
    st.builds("{}:{}".format, st.sampled_from([":", "::ffff", "64:ff9b:", "1:2:3:4:5:6"]), st.ip_addresses(v=4)),
).map(str.encode)


@given(st.lists(TEXTS, min_size=1, max_size=8))
@example([b"1:2:3:4:5:6:7::", b"::2:3:4:5:6:7:8", b"1:2:3:4::5:6:7:8", b":::", b"1::2::3", b"::", b":", b"1:", b"::1."])
@settings(max_examples=400, deadline=None)
def test_what_is_an_address_and_which_is_what_the_standard_library_says(texts: list[bytes]) -> None:
    assert read(texts, texts) == [plainly(text) for text in texts]


@pytest.mark.parametrize(
    ("canonical", "found", "expected"),
    [
        (b"192.0.2.1", b"::ffff:192.0.2.1", (6, 0xFFFFC0000201)),
        (b"192.0.2.1", b"192.0.2.1:443", (4, 0xC0000201)),
        (b"192.0.2.1", b"::ffff:192.0.2.1%eth0", (6, 0xFFFFC0000201)),
        (b"2001:db8::1", b"::1", (6, 0x20010DB8 << 96 | 1)),
        (b"nothing", b"::1", (6, 1)),
        (b"nothing", b"192.0.2.1", (0, 0)),
    ],
)
def test_what_was_found_decides_where_only_it_has_colons(
    canonical: bytes, found: bytes, expected: tuple[int, int]
) -> None:
    assert read([canonical], [found]) == [expected]


def in_hex(value: int) -> str:
    """RFC 5952 without a dotted tail, which interpreters from 3.13 on write for mapped addresses."""
    if value >> 32 != 0xFFFF:
        return ipaddress.IPv6Address(value).compressed
    return f"::ffff:{value >> 16 & 0xFFFF:x}:{value & 0xFFFF:x}"


def in_full(value: int) -> str:
    """All eight groups, of mapped addresses too, whose tail is dotted from Python 3.13 on."""
    return ":".join(f"{value >> bits & 0xFFFF:04x}" for bits in range(112, -16, -16))


@given(st.lists(SIXES, min_size=1, max_size=6), st.lists(st.ip_addresses(v=4).map(int), min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_addresses_are_written_as_the_standard_library_writes_them(sixes: list[int], fours: list[int]) -> None:
    six, four = [(SIX, value) for value in sixes], [(FOUR, value) for value in fours]
    n = len(six)
    assert write(four, [b"x"] * len(four)) == [str(ipaddress.IPv4Address(v)).encode() for v in fours]
    assert write(six, [b"a::"] * n) == [in_hex(v).encode() for v in sixes]
    assert (
        write(six, [b"1::"] * n)
        == write(six, [b"Ab::"] * n)
        == write(six, [b"::1%ETH"] * n)
        == write(six, [b"a::"] * n)
    )
    assert write(six, [b"A::%eth0"] * n) == [in_hex(v).upper().encode() for v in sixes]
    whole = b"2001:0db8:0000:0000:0000:0000:0000:0001"
    assert write(six, [whole] * n) == [in_full(v).encode() for v in sixes]
    dotted = [
        in_hex(v >> 32 << 32 | 0x10001).removesuffix("1:1") + str(ipaddress.IPv4Address(v & 0xFFFFFFFF)) for v in sixes
    ]
    assert write(six, [b"::ffff:192.0.2.1"] * n) == [text.encode() for text in dotted]
    assert write([(0, 0), *four], [b""] * (len(four) + 1))[0] == b""
