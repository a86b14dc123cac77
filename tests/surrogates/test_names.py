"""Host and account names: tag and core, suffixes, kept labels."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.surrogates.address_names import AddressNames
from pipeline.surrogates.addresses import Ipv4Map, Ipv6Map
from pipeline.surrogates.macs import MacMap
from pipeline.surrogates.names import AccountMap, CoreMap, LabelMap, parts
from pipeline.surrogates.rootkey import derive
from pipeline.surrogates.special import shipped
from pipeline.surrogates.tokens import TokenMap

V4 = Ipv4Map(lambda name: derive(b"i" * 32, 32, name), shipped())
MACS = MacMap(lambda name: derive(b"m" * 32, 32, name), shipped())
V6 = Ipv6Map(lambda name: derive(b"i" * 32, 32, name), shipped(), V4, MACS)
LABELS = LabelMap(
    lambda name: derive(b"k" * 32, 32, name), shipped().labels, TokenMap(b"t" * 32, "label"), AddressNames(V4, V6)
)
ACCOUNTS = AccountMap(lambda name: derive(b"a" * 32, 32, name), shipped().accounts, TokenMap(b"t" * 32, "account"))
CORES = CoreMap(lambda name: derive(b"k" * 32, 32, name))
HOST = re.compile(rb"host-[a-z0-9_-]+")


def host(name: str) -> str:
    return LABELS.pseudonyms([name.encode()])[0].decode()


@pytest.mark.parametrize(
    ("name", "mapped"),
    [
        ("db51", [True]),
        ("db51.example.com", [True, True, False]),
        ("www.example.com", [False, True, False]),
        ("a.b.example.co.uk", [True, True, True, False, False]),
        ("com", [True]),
        ("co.uk", [True, False]),
        ("printer.local", [True, False]),
        ("local", [True]),
        ("nas.home.arpa", [True, False, False]),
        ("home.arpa", [True, False]),
        ("db51.acme.example", [True, True, False]),
        ("www.example", [False, False]),
        ("mail.com", [True, False]),
        ("acme.github.io", [True, True, False]),
        ("node.unknowntld", [True, True]),
        ("localhost", [False]),
        ("localhost.localdomain", [False, False]),
        ("_ldap._tcp.acme.test", [False, False, True, False]),
    ],
)
def test_suffix_and_service_labels_stay_and_the_rest_is_mapped(name: str, mapped: list[bool]) -> None:
    part = parts(name.encode(), shipped().labels)
    assert part is not None
    assert [label is not None for label in part.mapped] == mapped
    for old, new, changed in zip(name.split("."), host(name).split("."), mapped):
        assert (new.startswith("host-") and len(new) == len(old) + 5) if changed else new == old


def test_a_label_is_the_same_wherever_it_stands() -> None:
    alone, inside = host("db51"), host("db51.acme.example")
    assert inside.split(".")[0] == alone
    assert host("web7.acme.example").split(".")[1] == inside.split(".")[1]


def test_punctuation_stays_in_place_and_tells_names_apart() -> None:
    a, b, c = host("db-51_x"), host("d-b51_x"), host("db51x")
    assert re.fullmatch(r"host-[a-z0-9]{2}-[a-z0-9]{2}_[a-z0-9]", a)
    assert len({x.replace("-", "").replace("_", "") for x in (a, b, c)}) == 3


@pytest.mark.parametrize("name", ["xn--bcher-kva", "bücher", "a b", "-", "a..b", "", "x" * 64, ".".join(["abcd"] * 60)])
def test_what_is_no_plain_name_takes_a_token(name: str) -> None:
    assert re.fullmatch(r"name-[a-z2-9]{12}", host(name))


def test_a_label_takes_no_tag_where_it_would_be_too_long() -> None:
    assert len(host("x" * 58)) == 63
    assert len(host("x" * 59)) == 59
    assert host("x" * 59) != "x" * 59


NAMES = st.one_of(
    st.text("abcxyz019-_", min_size=1, max_size=63),
    st.text("ab1-", min_size=1, max_size=4),
    st.from_regex(r"\A[0-9]{1,6}\Z"),
)


@given(st.lists(NAMES, min_size=1, max_size=30, unique=True))
@settings(max_examples=80, deadline=None)
def test_labels_are_injective_and_do_not_depend_on_the_batch(names: list[str]) -> None:
    encoded = [name.encode() for name in names]
    together = LABELS.pseudonyms(encoded)
    assert len(set(together)) == len(names)
    assert together == [LABELS.pseudonyms([name])[0] for name in encoded]
    assert all(len(label) <= 63 for label in together)


@pytest.mark.parametrize("length", [1, 2])
def test_short_cores_are_a_permutation_of_all_names_of_their_length(length: int) -> None:
    symbols = "0123456789abcdefghijklmnopqrstuvwxyz"
    names = [c.encode() for c in symbols]
    if length == 2:
        names = [a + b for a in names for b in names]
    assert sorted(CORES.cores(names).values()) == sorted(names)


@given(st.lists(st.text("abcxyz019-_.+", min_size=1, max_size=40), min_size=1, max_size=20, unique=True))
@settings(max_examples=60, deadline=None)
def test_accounts_are_injective_and_tagged(names: list[str]) -> None:
    done = ACCOUNTS.pseudonyms([name.encode() for name in names])
    changed = [d for d in done if d is not None]
    assert len(set(changed)) == len(changed)
    assert all(d.startswith((b"user-", b"acct-")) for d in changed)


@pytest.mark.parametrize("name", ["root", "www-data", "nobody", "system"])
def test_system_accounts_are_kept(name: str) -> None:
    assert ACCOUNTS.pseudonyms([name.encode()]) == [None]


@pytest.mark.parametrize("name", ["john smith", "jürgen", "host$", "a@b", "...", "x" * 105])
def test_other_accounts_take_a_token(name: str) -> None:
    (done,) = ACCOUNTS.pseudonyms([name.encode()])
    assert done and re.fullmatch(rb"acct-[a-z2-9]{12}", done)
