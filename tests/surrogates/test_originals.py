"""The way back: what the key holder gets from pseudonyms, in whatever notation a vendor's answer has them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.space import INVERTIBLE, SurrogateSpace

KEY = ClientKey("acme", 1, "0" * 16, "0" * 16, 1, "", b"k" * 32)
SPACES = (
    SurrogateSpace(KEY, "cisco-1", keep_country=True),
    SurrogateSpace(KEY, "cisco-1", keep_vendor_prefix=False),
)
DIGITS, HEX, NAMES = "0123456789", "0123456789abcdef", "abcxyz0189"


def in_hex(value: int) -> str:
    """RFC 5952 without a dotted tail, which interpreters from 3.13 on write for mapped addresses."""
    if value >> 32 != 0xFFFF:
        return ipaddress.IPv6Address(value).compressed
    return f"::ffff:{value >> 16 & 0xFFFF:x}:{value & 0xFFFF:x}"


def text(alphabet: str, least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=least, max_size=most)


def words(high: Iterable[int], low: st.SearchStrategy[int]) -> st.SearchStrategy[int]:
    return st.builds(lambda h, w: h << 64 | w, st.sampled_from(list(high)), low)


BITS = st.integers(0, (1 << 64) - 1)
LOWS = st.one_of(
    BITS,
    st.integers(0, 3),
    BITS.map(lambda b: 0xFFFF << 32 | b & 0xFFFFFFFF),
    BITS.map(lambda b: 0x5EFE << 32 | b & 0xFFFFFFFF),
    BITS.map(lambda b: b & ~(0xFFFF << 24) | 0xFFFE << 24),
    BITS.map(lambda b: 1 << 32 | 0xFF000000 | b & 0xFFFFFF),
)
HIGHS = (
    0,
    0x2001 << 48,
    0x20020A010203 << 16 | 7,
    0x64FF9B << 32,
    0xFE80 << 48,
    0xFD12 << 48,
    0xFF02 << 48,
    0xFF3E_0040 << 32,
)
SIX = st.one_of(st.integers(0, (1 << 128) - 1), words(HIGHS, LOWS)).map(in_hex)
LABEL = st.from_regex(r"\A[a-z0-9]([a-z0-9_-]{0,14}[a-z0-9])?\Z")
SUFFIX = st.sampled_from([".com", ".co.uk", ".lan", ".home.arpa", ".example", "", ".acme.example", ".github.io"])

#: namespace -> canonical values that have a pseudonym which is no token.
VALUES: dict[str, st.SearchStrategy[str]] = {
    "ip": st.one_of(st.ip_addresses(v=4).map(str), SIX),
    "mac": st.one_of(text(HEX, 12, 12), text(HEX, 16, 16), text(HEX, 6, 6).map("3333ff".__add__)),
    "uuid": text(HEX, 32, 32),
    "label": st.one_of(
        st.builds("{}{}".format, LABEL, SUFFIX),
        st.builds("{}.{}{}".format, st.sampled_from(["www", "ns1", "db51"]), LABEL, SUFFIX),
        text(NAMES, 56, 63).map("{}.com".format),
        st.ip_addresses(v=4).map(str),
    ),
    "account": st.one_of(st.from_regex(r"\A[a-z0-9][a-z0-9._+-]{0,30}\Z"), st.sampled_from(["root", "www-data"])),
    "imei": text(DIGITS, 14, 16),
    "card": text(DIGITS, 12, 19),
    "serial": st.from_regex(r"\A[A-Z0-9./_-]{0,20}[A-Z0-9]\Z"),
    "hash": text(HEX, 1, 32),
    "imsi": text(DIGITS, 14, 15),
    "iccid": text(DIGITS, 16, 18).map("89".__add__),
    "sid": st.builds(
        lambda head, words: "-".join([head, *map(str, words)]),
        st.sampled_from(["S-1-5-21", "S-1-12-1", "S-1-5-83", "S-1-22-1"]),
        st.lists(st.integers(0, (1 << 32) - 1), min_size=1, max_size=4),
    ),
    "phone": st.one_of(text(DIGITS, 3, 17), text(DIGITS, 6, 15).map("+".__add__)),
}
REWRITTEN: dict[str, list[Callable[[str], str]]] = {
    "ip": [lambda w: ipaddress.ip_address(w).exploded],
    "mac": [
        lambda w: ":".join(w[at : at + 2] for at in range(0, len(w), 2)),
        lambda w: "-".join(w[at : at + 4] for at in range(0, len(w), 4)),
        lambda w: ".".join(w[at : at + 4] for at in range(0, len(w), 4)),
        lambda w: ":".join(f"{int(w[at : at + 2], 16):x}" for at in range(0, len(w), 2)),
        "0x{}".format,
    ],
    "uuid": [lambda w: f"{w[:8]}-{w[8:12]}-{w[12:16]}-{w[16:20]}-{w[20:]}", "urn:uuid:{}".format],
    "label": ["{}.".format],
    "imei": [lambda w: f"{w[:2]}-{w[2:8]}-{w[8:14]}-{w[14:]}"],
    "card": [lambda w: " ".join(w[at : at + 4] for at in range(0, len(w), 4))],
    "hash": ["md5:{}".format],
    "imsi": [lambda w: f"{w[:3]}-{w[3:6]}-{w[6:]}"],
    "iccid": ["{}F".format, lambda w: f"{w[:2]} {w[2:4]} {w[4:]}"],
    "phone": [lambda w: f"{w[:3]} ({w[3:5]}) {w[5:]}"],
}


def test_every_invertible_namespace_is_tested() -> None:
    assert set(VALUES) == INVERTIBLE


@pytest.mark.parametrize("namespace", VALUES)
def test_originals_of_pseudonyms_in_any_case_and_notation_are_the_canonical_values(namespace: str) -> None:
    @given(st.lists(VALUES[namespace], min_size=1, max_size=8), st.sampled_from(SPACES))
    @settings(max_examples=150, deadline=None)
    def law(values: list[str], space: SurrogateSpace) -> None:
        canonical = [v.encode() for v in values if namespace != "mac" or not v.startswith("01005e")]
        written = space.pseudonyms(namespace, canonical, canonical)
        for respelled in (bytes.lower, bytes.upper):
            assert space.originals(namespace, [respelled(w) for w in written]) == canonical
        for rewritten in REWRITTEN.get(namespace, []):
            assert space.originals(namespace, [rewritten(w.decode()).encode() for w in written]) == canonical

    law()


@pytest.mark.parametrize("case", [str.upper, str.title, str.lower])
@pytest.mark.parametrize(
    ("namespace", "canonical", "found"),
    [
        ("ip", "::ffff:c000:201", "::ffff:192.0.2.1"),
        ("ip", "2001:db8::1", "2001:DB8:0::1"),
        ("mac", "00005e005301", "0:0:5E:0:53:1"),
        ("mac", "00005e005301", "00-00-5E-00-53-01"),
        ("uuid", "6ba7b8109dad41d180b400c04fd430c8", "urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8"),
        ("label", "db51.acme.example", "DB51.acme.example."),
        ("account", "wmak", "WMAK"),
        ("serial", "FTX1840ALKZ", "Ftx1840alkz"),
    ],
)
def test_originals_do_not_depend_on_how_the_value_was_found(
    namespace: str, canonical: str, found: str, case: Callable[[str], str]
) -> None:
    (written,) = SPACES[0].pseudonyms(namespace, [canonical.encode()], [found.encode()])
    assert SPACES[0].originals(namespace, [case(written.decode()).encode()]) == [canonical.encode()]


@pytest.mark.parametrize(
    ("namespace", "written"),
    [
        ("ip", "999.0.0.1"),
        ("ip", "ip-abcdefghijkm"),
        ("mac", "00:00:5e:00:53"),
        ("mac", "01:00:5e:00:00:00"),
        ("uuid", "uuid-abcdefghijkm"),
        ("label", "name-abcdefghijkm"),
        ("label", "db51.acme.example"),
        ("label", "host-azgl.acme.example"),
        ("label", "host-azgl.name-abcdefghijkm.com"),
        ("label", "host-"),
        ("label", ""),
        ("account", "jane"),
        ("account", "acct-abcdefghijkm"),
        ("account", "user-"),
        ("account", "user-j ane"),
        ("imei", "123"),
        ("card", "4111"),
        ("serial", "a b"),
        ("hash", "a" * 40),
        ("imsi", "1234567890123"),
        ("iccid", "12345678901234567890"),
        ("phone", "+49"),
        ("phone", "phone-abcdefghijkm"),
        ("hash", "xyz"),
        ("person", "person-abcdefghijkm"),
        ("no such", "x"),
    ],
)
def test_what_has_not_the_form_of_a_pseudonym_has_no_original(namespace: str, written: str) -> None:
    assert SPACES[0].originals(namespace, [written.encode()]) == [None]


@given(st.sampled_from(sorted(VALUES)), st.binary(max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_bytes_at_all_break_the_way_back(namespace: str, written: bytes) -> None:
    assert len(SPACES[0].originals(namespace, [written])) == 1


def test_another_key_or_recipient_gives_other_originals() -> None:
    other_key = ClientKey("acme", 1, "0" * 16, "0" * 16, 1, "", b"l" * 32)
    others = (SurrogateSpace(KEY, "cisco-2"), SurrogateSpace(other_key, "cisco-1"))
    for namespace, value in (
        ("ip", b"203.0.113.9"),
        ("mac", b"00005e005301"),
        ("label", b"db51.com"),
        ("account", b"jane"),
    ):
        (written,) = SPACES[0].pseudonyms(namespace, [value], [value])
        assert all(space.originals(namespace, [written]) != [value] for space in others)
