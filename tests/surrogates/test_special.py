"""Kept sets act at redaction only: whatever they hold, the maps are the same."""

from __future__ import annotations

import ipaddress
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.space import SurrogateSpace
from pipeline.surrogates.special import Kept, shipped

KEY = ClientKey("acme", 1, "0" * 16, "0" * 16, 1, "", b"k" * 32)
SHIPPED = SurrogateSpace(KEY, "cisco-1")
EMPTY = SurrogateSpace(KEY, "cisco-1", kept=Kept())
OWN = Kept.listed(["198.51.100.0/24", "203.0.113.9", "2001:db8::77", "02:00:00:00:00:01"], ["Printer"], ["ansible"])
EXTENDED = SurrogateSpace(KEY, "cisco-1", kept=shipped() | OWN)


def one(space: SurrogateSpace, namespace: str, value: str) -> str:
    return space.pseudonyms(namespace, [value.encode()], [value.encode()])[0].decode()


NAMES = st.from_regex(r"\A[a-z]{3,9}[0-9]\Z")
VALUES = st.one_of(
    st.tuples(st.just("ip"), st.ip_addresses(v=4).map(str)),
    st.tuples(st.just("ip"), st.ip_addresses(v=6).map(str)),
    st.tuples(st.just("mac"), st.integers(0, 2**48 - 1).map("{:012x}".format)),
    st.tuples(st.just("label"), st.builds("{}.{}.com".format, NAMES, NAMES)),
    st.tuples(st.just("account"), NAMES),
)


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_a_value_that_no_list_holds_has_one_pseudonym_under_all_lists(case: tuple[str, str]) -> None:
    namespace, value = case
    if ":" in value:
        number = int(ipaddress.IPv6Address(value))
        held = np.array([number >> 80 & 0xFFFFFFFF, number & 0xFFFFFFFF], np.uint64)
        assume(not (shipped() | OWN).has_ipv4(held).any())  # an IPv4 address inside is kept, too
    made = {one(space, namespace, value) for space in (SHIPPED, EMPTY, EXTENDED)}
    assert len(made - {value, "01005e000000"}) <= 1
    if value not in made:
        assert len(made) == 1


KEPT = {
    "ip": ["127.0.0.1", "127.9.9.9", "255.255.255.0", "0.0.0.255", "224.0.0.251", "0.0.0.0", "::1", "ff02::fb"],
    "mac": ["ffffffffffff", "000000000000", "333300000001", "0180c2000000", "01005e0000fb"],
    "label": ["localhost", "www"],
    "account": ["root", "system"],
    "sid": ["s-1-5-18", "s-1-1-0", "s-1-5-32-544"],
}


@pytest.mark.parametrize("namespace", KEPT)
def test_a_policy_that_empties_the_lists_keeps_nothing_and_one_that_extends_them_keeps_more(namespace: str) -> None:
    for value in KEPT[namespace]:
        assert one(SHIPPED, namespace, value) == one(EXTENDED, namespace, value) == value
    # Zeros below a prefix that is fixed, and what a map leaves alone by chance, are not kept: they are mapped so.
    changed = [value for value in KEPT[namespace] if one(EMPTY, namespace, value) != value]
    assert len(changed) >= len(KEPT[namespace]) - 1
    if namespace == "sid":
        return  # a token, that does not turn back
    back = EMPTY.originals(namespace, [one(EMPTY, namespace, value).encode() for value in changed])
    assert all(b in (v.encode(), None) for v, b in zip(changed, back))


@pytest.mark.parametrize(
    ("namespace", "value"),
    [
        ("ip", "198.51.100.77"),
        ("ip", "203.0.113.9"),
        ("ip", "::ffff:203.0.113.9"),
        ("ip", "2001:db8::77"),
        ("mac", "020000000001"),
        ("label", "printer"),
        ("label", "ip-203-0-113-9"),
        ("label", "9.113.0.203.in-addr.arpa"),
        ("account", "ansible"),
    ],
)
def test_what_a_policy_lists_is_kept_wherever_it_stands(namespace: str, value: str) -> None:
    assert one(EXTENDED, namespace, value) == value
    assert EXTENDED.originals(namespace, [value.encode()]) == [one_canonical(value)]
    assert one(SHIPPED, namespace, value) != value


def one_canonical(value: str) -> bytes:
    return b"::ffff:cb00:7109" if value.startswith("::ffff:") else value.encode()


@pytest.mark.parametrize("line", ["acme", "127.0.0.1/8", "1.2.3", "2001:db8::/32", "zz:80:c2:00:00:00", ""])
def test_a_line_that_is_no_address_is_refused_by_name(line: str) -> None:
    with pytest.raises(ConfigurationError, match="kept address") as raised:
        Kept.listed([line])
    assert repr(line) in str(raised.value)


def test_well_known_security_ids_are_kept_in_either_case_and_no_domains_are() -> None:
    for found in (b"S-1-5-18", b"s-1-5-18"):
        assert SHIPPED.pseudonyms("sid", [found.lower()], [found]) == [found]
    for sid in shipped().sids:
        assert re.fullmatch(rb"s-1-(?:[0-9]+)(?:-[0-9]+)*", sid)
        assert not sid.startswith((b"s-1-5-21-", b"s-1-5-5-"))
    administrator = "S-1-5-21-1004336348-1177238915-682003330-500"
    assert re.fullmatch(r"S-1-5-21-[0-9]+-[0-9]+-[0-9]+-500", one(SHIPPED, "sid", administrator))
    assert one(SHIPPED, "sid", administrator) != administrator


def test_lists_as_a_policy_has_them_are_read() -> None:
    text = '{"shipped": %s, "addresses": ["203.0.113.9"], "labels": ["printer"], "accounts": [], "sids": []}'
    own = Kept.listed(["203.0.113.9"], ["printer"])
    assert Kept.read(text % "false") == own
    assert Kept.read(text % "true") == shipped() | own
    assert one(SurrogateSpace(KEY, "cisco-1", kept=text % "false"), "label", "printer") == "printer"
