"""The laws of every namespace, as redaction sees them."""

from __future__ import annotations

import ipaddress
import pickle
import re
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.numbers import luhn
from pipeline.surrogates.space import SurrogateSpace


def client_key(secret: bytes) -> ClientKey:
    return ClientKey("acme", 1, "0" * 16, "0" * 16, 1, "", secret)


CISCO = SurrogateSpace(client_key(b"k" * 32), "cisco-1", keep_country=True)
OTHERS = (SurrogateSpace(client_key(b"k" * 32), "cisco-2"), SurrogateSpace(client_key(b"l" * 32), "cisco-1"))
SAFE = re.compile(rb"[A-Za-z0-9._:@+/-]+")


def one(namespace: str, canonical: bytes, found: bytes | None = None, space: SurrogateSpace = CISCO) -> bytes:
    return space.pseudonyms(namespace, [canonical], [canonical if found is None else found])[0]


def digits(least: int, most: int) -> st.SearchStrategy[bytes]:
    return st.text("0123456789", min_size=least, max_size=most).map(str.encode)


def hexes(length: int) -> st.SearchStrategy[bytes]:
    return st.text("0123456789abcdef", min_size=length, max_size=length).map(str.encode)


def is_address(value: bytes) -> bool:
    return bool(ipaddress.ip_address(value.decode()))


#: namespace -> canonical values that take a form of their own, and what every pseudonym of them is.
FORMS: dict[str, tuple[st.SearchStrategy[bytes], Callable[[bytes], object]]] = {
    "ip": (
        st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6, network="2000::/3")).map(lambda a: str(a).encode()),
        is_address,
    ),
    "mac": (hexes(12), re.compile(rb"[0-9a-f]{12}").fullmatch),
    "uuid": (st.uuids(version=4).map(lambda u: u.hex.encode()), lambda v: uuid.UUID(v.decode()).version == 4),
    "label": (
        st.from_regex(rb"\A[a-z][a-z0-9-]{3,20}(\.[a-z]{4,9})?\.example\Z"),
        re.compile(rb"[a-z0-9.-]+").fullmatch,
    ),
    "account": (st.from_regex(rb"\A[a-z][a-z0-9._-]{3,20}[0-9]\Z"), re.compile(rb"user-[a-z0-9._-]+").fullmatch),
    "imei": (digits(14, 14).map(lambda b: b + b"%d" % luhn(b)), lambda v: len(v) == 15 and luhn(v[:-1]) == v[-1] - 48),
    "card": (digits(15, 15).map(lambda b: b + b"%d" % luhn(b)), lambda v: len(v) == 16 and luhn(v[:-1]) == v[-1] - 48),
    "serial": (
        st.from_regex(rb"\A[A-Z]{3}[0-9]{4}[A-Z0-9]{4}\Z"),
        re.compile(rb"[A-Z]{3}[0-9]{4}[A-Z0-9]{4}").fullmatch,
    ),
    "hash": (hexes(32), re.compile(rb"[0-9a-f]{32}").fullmatch),
    "imsi": (digits(11, 12).map(b"262".__add__), re.compile(rb"262\d{11,12}").fullmatch),
    "iccid": (
        digits(14, 14).map(lambda b: b"8949" + b + b"%d" % luhn(b"8949" + b)),
        lambda v: v.startswith(b"8949") and len(v) == 19 and luhn(v[:-1]) == v[-1] - 48,
    ),
    "phone": (digits(7, 11).map(b"+4930".__add__), re.compile(rb"\+49\d{9,13}").fullmatch),
    "sid": (
        st.lists(st.integers(0, (1 << 32) - 1), min_size=3, max_size=4).map(
            lambda words: b"-".join([b"S-1-5-21", *(b"%d" % word for word in words)])
        ),
        re.compile(rb"S-1-5-21(-\d{1,10}){3,4}").fullmatch,
    ),
    "person": (st.binary(max_size=40), re.compile(rb"person-[a-z2-9]{12}").fullmatch),
    "credential": (st.binary(max_size=40), re.compile(rb"secret-[a-z2-9]{12}").fullmatch),
}
KEPT = re.compile(rb"0\.|127\.|2(?:24|39|5[0-9]|48)\.|1(?:28|92)\.0\.0\.0|240\.|01005e|3333|ffffffffffff|0{12}|0{32}")


@pytest.mark.parametrize("namespace", FORMS)
def test_pseudonyms_are_injective_of_the_same_type_and_the_same_in_any_batch_and_order(namespace: str) -> None:
    values, is_form = FORMS[namespace]

    @given(st.lists(values, min_size=1, max_size=12, unique=True), st.randoms(use_true_random=False))
    @settings(max_examples=25, deadline=None)
    def law(canonical: list[bytes], random: object) -> None:
        canonical = [value for value in canonical if not KEPT.match(value)]
        done = CISCO.pseudonyms(namespace, canonical, canonical)
        assert len(set(done)) == len(canonical)
        assert all(is_form(value) and SAFE.fullmatch(value) for value in done)
        backwards = CISCO.pseudonyms(namespace, canonical[::-1], canonical[::-1])
        assert backwards[::-1] == done
        fresh = SurrogateSpace(client_key(b"k" * 32), "cisco-1", keep_country=True)
        assert [one(namespace, value, space=fresh) for value in canonical[:2]] == done[:2]

    law()


SAMPLES = {
    "ip": b"203.0.113.77",
    "mac": b"00005e005301",
    "uuid": b"6ba7b8109dad41d180b400c04fd430c8",
    "label": b"db51.acme.example",
    "account": b"wmak.smith",
    "imei": b"352099001761481",
    "card": b"4111111111111111",
    "serial": b"FTX1840ALKZ",
    "hash": b"d41d8cd98f00b204e9800998ecf8427e",
    "imsi": b"262011234567890",
    "iccid": b"8949123456789012345",
    "phone": b"+49301234567",
    "sid": b"S-1-5-21-1085031214-1563985344-725345543-1107",
    "email": b"jane@acme.example",
    "credential": b"hunter2hunter2",
    "person": b"jane doe",
}


@pytest.mark.parametrize("namespace", SAMPLES)
def test_keys_and_recipients_each_have_their_own_pseudonyms(namespace: str) -> None:
    value = SAMPLES[namespace]
    assert len({value, one(namespace, value), *(one(namespace, value, space=space) for space in OTHERS)}) == 4


def test_namespaces_do_not_share_keys() -> None:
    assert one("label", b"acmeco")[5:] != one("account", b"acmeco")[5:]
    assert one("person", b"acme")[-12:] != one("place", b"acme")[-12:]


@pytest.mark.parametrize(
    ("found", "form"),
    [
        ("00:00:5e:00:53:01", r"00:00:5e:[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}"),
        ("00-00-5E-00-53-01", r"00-00-5E-[0-9A-F]{2}-[0-9A-F]{2}-[0-9A-F]{2}"),
        ("0000.5e00.5301", r"0000\.5e[0-9a-f]{2}\.[0-9a-f]{4}"),
        ("0000-5e00-5301", r"0000-5e[0-9a-f]{2}-[0-9a-f]{4}"),
        ("00005e005301", r"00005e[0-9a-f]{6}"),
        ("0x00005E005301", r"0x00005E[0-9A-F]{6}"),
        ("0:0:5e:0:53:1", r"0:0:5e:[0-9a-f]{1,2}:[0-9a-f]{1,2}:[0-9a-f]{1,2}"),
    ],
)
def test_every_notation_of_a_mac_is_kept_and_means_the_same(found: str, form: str) -> None:
    done = one("mac", b"00005e005301", found.encode()).decode()
    assert re.fullmatch(form, done)
    octets = re.findall(r"[0-9a-f]{2}", one("mac", b"00005e005301").decode())
    bare = done.lower().removeprefix("0x")
    groups = bare.split(":")
    assert ("".join(g.zfill(2) for g in groups) if len(groups) == 6 else re.sub(r"[.:-]", "", bare)) == "".join(octets)


@pytest.mark.parametrize(
    ("canonical", "found", "form"),
    [
        ("2001:db8::1", "2001:DB8::1", r"[0-9A-F:]+"),
        ("2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001", r"([0-9a-f]{4}:){7}[0-9a-f]{4}"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1", r"::ffff:\d+\.\d+\.\d+\.\d+"),
        ("192.0.2.1", "::ffff:192.0.2.1", r"::ffff:\d+\.\d+\.\d+\.\d+"),
        ("::ffff:c000:201", "::ffff:c000:201", r"::ffff:[0-9a-f]+:[0-9a-f]+"),
        ("fe80::1", "fe80::1%eth0", r"fe80::[0-9a-f:]+"),
        ("192.0.2.1", "192.0.2.1:443", r"\d+\.\d+\.\d+\.\d+"),
    ],
)
def test_notations_of_ip_addresses_are_kept(canonical: str, found: str, form: str) -> None:
    done = one("ip", canonical.encode(), found.encode()).decode()
    assert re.fullmatch(form, done)
    assert ipaddress.ip_address(done)


def test_notations_of_one_address_mean_the_same() -> None:
    spellings = ("2001:db8::1", "2001:DB8::1", "2001:0db8:0000:0000:0000:0000:0000:0001")
    assert len({ipaddress.ip_address(one("ip", b"2001:db8::1", s.encode()).decode()) for s in spellings}) == 1
    four = one("ip", b"192.0.2.1").decode()
    for found in ("::ffff:192.0.2.1", "::ffff:c000:201"):
        mapped = ipaddress.IPv6Address(one("ip", found.encode()).decode())
        assert str(mapped.ipv4_mapped) == four


@given(st.integers(0, 255), st.integers(0, 255))
@settings(max_examples=30, deadline=None)
def test_one_subnet_stays_one_subnet(a: int, b: int) -> None:
    for network in ("192.0.2", "10.1.2", "172.16.5", "192.168.9"):
        one_side, other = (one("ip", f"{network}.{host}".encode()).rpartition(b".") for host in (a, b))
        assert one_side[0] == other[0]
        assert (one_side == other) == (a == b)


def test_names_found_in_capitals_are_written_in_capitals() -> None:
    assert one("label", b"db51", b"DB51") == one("label", b"db51").upper()
    assert one("label", b"db51.example", b"Db51.example") == one("label", b"db51.example")
    assert one("label", b"db51.example", b"db51.example.") == one("label", b"db51.example") + b"."
    assert one("account", b"wmak", b"WMAK") == one("account", b"wmak").upper()


@pytest.mark.parametrize(
    ("namespace", "canonical", "found"),
    [
        ("ip", "127.0.0.1", "127.0.0.1"),
        ("ip", "::1", "::1"),
        ("ip", "ff02::fb", "FF02::FB"),
        ("ip", "::ffff:127.0.0.1", "::ffff:127.0.0.1"),
        ("mac", "ffffffffffff", "FF:FF:FF:FF:FF:FF"),
        ("account", "root", "root"),
        ("account", "system", "SYSTEM"),
        ("account", "administrator", "Administrator"),
        ("label", "localhost", "Localhost"),
        ("label", "www.example", "www.example."),
    ],
)
def test_special_values_are_kept_as_found(namespace: str, canonical: str, found: str) -> None:
    assert one(namespace, canonical.encode(), found.encode()) == found.encode()


def test_a_kept_value_does_not_bring_another_spelling_with_it() -> None:
    assert one("account", b"root", b"root/jane") == b"root"
    assert one("label", b"localhost", b"localhost/jane") == b"localhost"
    assert b"jane" not in one("ip", b"127.0.0.1", b"127.0.0.1-jane")


def test_an_address_in_a_host_name_field_is_an_address() -> None:
    assert one("label", b"192.0.2.1") == one("ip", b"192.0.2.1")
    assert one("label", b"2001:db8::1") == one("ip", b"2001:db8::1")


@pytest.mark.parametrize(
    ("namespace", "bad", "tag"),
    [
        ("ip", "999.0.0.1", "ip"),
        ("ip", "192.0.2.0/33", "ip"),
        ("ip", "192.0.2.0/x", "ip"),
        ("ip", "2001:db8::/129", "ip"),
        ("ip", "", "ip"),
        ("mac", "00005e0053", "mac"),
        ("mac", "zz005e005301", "mac"),
        ("uuid", "not-a-uuid", "uuid"),
        ("imei", "123", "imei"),
        ("card", "1", "card"),
        ("serial", "a b", "serial"),
        ("hash", "xyz", "hash"),
        ("imsi", "12345", "imsi"),
        ("iccid", "1234567890123456789", "iccid"),
        ("phone", "12", "phone"),
        ("phone", "+49 12", "phone"),
        ("phone", "0800-FLOWERS", "phone"),
        ("label", "a b", "name"),
        ("account", "jane doe", "acct"),
        ("url", "https://acme.example/", "url"),
        ("place", "1 Main Street", "place"),
    ],
)
def test_what_has_no_form_takes_a_token_and_never_passes(namespace: str, bad: str, tag: str) -> None:
    assert re.fullmatch(rf"{tag}-[a-z2-9]{{12}}", one(namespace, bad.encode()).decode())


@given(st.sampled_from(sorted(FORMS)), st.binary(max_size=30), st.binary(max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_bytes_at_all_break_it_or_need_an_escape(namespace: str, canonical: bytes, found: bytes) -> None:
    assert SAFE.fullmatch(one(namespace, canonical, found))


def test_both_ways_with_vendor_prefixes() -> None:
    permuted = SurrogateSpace(client_key(b"k" * 32), "cisco-1", keep_vendor_prefix=False)
    kept, other = one("mac", b"00005e005301"), one("mac", b"00005e005301", space=permuted)
    assert kept[:6] == b"00005e" != other[:6]
    assert kept[6:] == other[6:]


def test_the_shift_is_one_per_client_and_recipient() -> None:
    assert len({CISCO.shift(), SurrogateSpace(client_key(b"k" * 32), "cisco-1").shift()}) == 1
    assert len({CISCO.shift(), *(space.shift() for space in OTHERS)}) == 3


def test_unequal_lists_unknown_namespaces_and_pickling_are_refused() -> None:
    space = CISCO
    with pytest.raises(ValueError, match="as many"):
        space.pseudonyms("ip", [b"192.0.2.1"], [])
    with pytest.raises(ConfigurationError, match="namespace"):
        space.pseudonyms("No Such", [b"x"], [b"x"])
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(space)
