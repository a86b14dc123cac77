from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures.certificates import certificate
from pipeline.captures.fields import Kind
from pipeline.captures.tls import _is_certificate, next_certificate, tls
from recognizers.entities import ENTITY_ID
from tests.captures.claims import claims, in_column, of_kind
from tests.captures.samples import HELLO_EXTENSIONS, der, handshake, hello
from tests.captures.wire import IPV4, IPV6, option6, sized

TEXTS = (Kind.TEXT, Kind.IPV4, Kind.IPV6)
VALUES = {
    "server name": [b"www.corp.example"],
    "protocols": [b"h2", b"http/1.1"],
    "groups": [],
    "key share": [],
    "ticket": [],
    "unknown": [],
}
LEFT = {"key share": b"public key", "unknown": b"unknown"}
#: Of a certificate's order: issuer, subject, alternative names, revocation lists.
NAMES = [
    (b"Acme Root", "USERNAME"),
    (b"4711", "SERIAL_NUMBER"),
    (b"DE", None),
    (b"Acme", "GROUP"),
    (b"www.corp.example", "HOSTNAME"),
    (b"alice@corp.example", "EMAIL_ADDRESS"),
    (b"corp", "HOSTNAME"),
    (b"alice", "USERNAME"),
    (b"db.corp.example", "HOSTNAME"),
    (IPV4, None),
    (IPV6, None),
    (b"bob@corp.example", "EMAIL_ADDRESS"),
    (b"ldap://db.corp.example", "URL"),
    (b"http://crl.corp.example/x", "URL"),
]


@pytest.mark.parametrize("name", HELLO_EXTENSIONS)
def test_a_client_tells_whom_it_asks_for(name: str) -> None:
    found = claims(tls, hello(HELLO_EXTENSIONS[name]))
    assert of_kind(found, Kind.TEXT) == VALUES[name]
    assert of_kind(found, Kind.SECRET) == [b"session"] + [b"ticket"] * (name == "ticket")
    assert found.unclaimed == b"r" * 32 + LEFT.get(name, b"")
    assert in_column(found, "tls_server_name") == [b"www.corp.example"] * (name == "server name")
    assert found.numbers == {"tls_record_version": 0x303, "tls_handshake_type": 1}


def test_names_in_a_certificate_are_what_their_attributes_say() -> None:
    found = claims(certificate, der())
    got = [(row.value, row.aux) for row in found.rows if row.kind in TEXTS]
    assert got == [(value, -1 if entity is None else ENTITY_ID[entity]) for value, entity in NAMES]
    assert b"unread" in found.unclaimed


def test_a_chain_is_read_certificate_by_certificate() -> None:
    found = claims(tls, handshake(11, sized(3, sized(3, der()) + sized(3, der()))))
    assert of_kind(found, *TEXTS) == 2 * [value for value, _ in NAMES]


def test_a_certificate_is_read_up_to_the_segments_end() -> None:
    whole = handshake(11, sized(3, sized(3, der())))
    place = whole.index(b"alice@corp.example")
    found = claims(tls, whole[: place + 9])
    assert of_kind(found, *TEXTS) == [value for value, _ in NAMES[:5]]
    assert found.unclaimed.endswith(b"alice@cor")


def test_a_segment_that_goes_on_with_a_certificate_is_left() -> None:
    rest = handshake(11, sized(3, sized(3, der())))[300:]
    assert claims(tls, rest).rows == []


def test_what_is_encrypted_is_left() -> None:
    finished = bytes(range(0x90, 0xB8))
    assert claims(tls, b"\x17\3\3" + sized(2, finished)).unclaimed == finished
    assert claims(tls, b"\x16\3\3" + sized(2, finished)).unclaimed == finished


def test_a_server_hello_and_a_ticket_are_read() -> None:
    server = b"\3\3" + b"r" * 32 + b"\0" + b"\x13\1\0" + sized(2, option6(43, b"\3\4"))
    found = claims(tls, handshake(2, server) + handshake(4, b"\0\0\1\0" + b"ticket"))
    assert found.unclaimed == b"r" * 32
    assert of_kind(found, Kind.SECRET) == [b"ticket"]


def test_names_of_authorities_that_a_server_accepts_are_read() -> None:
    name = bytes.fromhex("3013311130 0f0603550403 0c08") + b"AcmeRoot"
    found = claims(tls, handshake(13, b"\1\1" + sized(2, b"\4\3") + sized(2, sized(2, name))))
    assert of_kind(found, Kind.TEXT) == [b"AcmeRoot"]
    assert found.unclaimed == b""


def test_of_a_segment_that_goes_on_with_a_chain_the_certificates_that_begin_in_it_are_read() -> None:
    found = claims(tls, b"rest of a certificate" + sized(3, der()) + sized(3, der()) + b"what follows")
    assert found.unclaimed.startswith(b"rest of a certificate") and found.unclaimed.endswith(b"what follows")
    names = in_column(claims(certificate, der()), "tls_certificate_names")
    assert names and in_column(found, "tls_certificate_names") == names * 2
    assert claims(tls, b"rest of a certificate" + sized(3, b"\x30\x82\1\0" + bytes(256))).rows == []


def test_of_what_logs_of_certificates_have_signed_the_form_stays() -> None:
    found = claims(certificate, der())
    assert b"L" * 40 + b"signature" in found.unclaimed
    assert b"\4\3\0\x09" in b" ".join(of_kind(found, Kind.NUMBER))


@given(st.binary(max_size=30), st.integers(0, 40), st.integers(6, 400), st.binary(max_size=30))
def test_the_first_certificate_is_found_wherever_it_begins(before: bytes, gap: int, size: int, after: bytes) -> None:
    chain = (size + 4).to_bytes(3, "big") + b"\x30\x82" + size.to_bytes(2, "big") + b"\x30\x82\x00\x05"
    data = before + b"\x30\x82\x30\x82"[: gap % 5] + bytes(gap) + chain + after
    array = np.frombuffer(bytearray(data), np.uint8)
    for stop in (len(data), len(data) - len(after), len(data) - len(after) - 1):
        found = (begin for begin in range(stop) if _is_certificate(array, begin, stop))
        assert next_certificate(array, 0, stop) == next(found, stop)


@pytest.mark.parametrize(
    ("kind", "good"),
    [
        (1, b"\1"),
        (10, b"\0\2\0\x1d"),
        (11, b"\1\0"),
        (13, b"\0\2\4\3"),
        (28, b"\x40\1"),
        (43, b"\2\3\4"),
        (45, b"\1\1"),
    ],
)
def test_codes_are_as_many_as_they_say(kind: int, good: bytes) -> None:
    assert good not in claims(tls, hello(option6(kind, good))).unclaimed
    for lie in (b"alice at barn7", good + b"alice"):
        assert lie in claims(tls, hello(option6(kind, lie))).unclaimed
