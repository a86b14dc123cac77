from __future__ import annotations

import struct

import pytest

from pipeline.captures.dns import dns, dns_tcp
from pipeline.captures.fields import Kind
from tests.captures.claims import claims, in_column, of_kind, wire_name
from tests.captures.samples import MESSAGE, RECORDS, answer, record

#: record -> what of its data is no structure, and no text.
VALUES = {
    "A": [(Kind.IPV4, bytes([192, 0, 2, 7]))],
    "AAAA": [(Kind.IPV6, bytes.fromhex("20010db8000000000000000000000007"))],
    "CNAME": [(Kind.NAME, b"\x03web\xc0\x10")],
    "SOA": [(Kind.NAME, wire_name("ns.example")), (Kind.NAME, wire_name("admin.example"))],
    "MX": [(Kind.NAME, b"\x02mx\xc0\x10")],
    "SRV": [(Kind.NAME, wire_name("dc.host.example"))],
    "TXT": [(Kind.TEXT, b"owner=alice")],
    "RP": [(Kind.NAME, wire_name("alice.example")), (Kind.NAME, wire_name("text.example"))],
    "PX": [(Kind.NAME, wire_name("a.example")), (Kind.NAME, wire_name("b.example"))],
    "NAPTR": [(Kind.TEXT, b"U"), (Kind.TEXT, b"E2U+sip"), (Kind.TEXT, b"!x!y!"), (Kind.NAME, wire_name("s.example"))],
    "RRSIG": [(Kind.NAME, wire_name("host.example"))],
    "NSEC": [(Kind.NAME, wire_name("next.example"))],
    "HTTPS": [
        (Kind.TEXT, b"h2"),
        (Kind.IPV4, bytes([192, 0, 2, 8])),
        (Kind.IPV4, bytes([192, 0, 2, 9])),
        (Kind.IPV6, bytes(15) + b"\1"),
        (Kind.TEXT, b"/dns"),
    ],
    "OPT": [(Kind.TEXT, b"late")],
    "TSIG": [(Kind.NAME, wire_name("hmac-sha256.example"))],
    "CAA": [(Kind.TEXT, b"issue"), (Kind.TEXT, b"ca.example")],
    "URI": [(Kind.TEXT, b"https://host.example/")],
    "WKS": [(Kind.IPV4, bytes([192, 0, 2, 7]))],
    "L32": [(Kind.IPV4, bytes([192, 0, 2, 7]))],
    "EUI48": [(Kind.MAC, bytes.fromhex("00005e005301"))],
    "EUI64": [(Kind.EUI64, bytes.fromhex("02005efffe005301"))],
    "DNSKEY": [],
}
LEFT = {"RRSIG": b"signature", "HTTPS": b"ech", "OPT": bytes([192, 0, 2]), "TSIG": b"mac", "DNSKEY": b"key"}


@pytest.mark.parametrize("kind", RECORDS)
def test_names_and_addresses_of_a_record_are_claimed_and_what_no_one_understands_is_left(kind: str) -> None:
    found = claims(dns, answer(record(*RECORDS[kind])))
    own = [(row.kind, row.value) for row in found.rows if row.kind != Kind.NUMBER]
    assert own == [(Kind.NAME, wire_name("www.host.example")), (Kind.NAME, b"\xc0\x0c"), *VALUES[kind]]
    assert found.unclaimed == LEFT.get(kind, b"")


def test_columns_hold_question_and_answers() -> None:
    found = claims(dns, answer(record(*RECORDS["CNAME"]), record(*RECORDS["A"])))
    assert in_column(found, "dns_question_name") == [wire_name("www.host.example")]
    assert in_column(found, "dns_answers_data") == [b"\x03web\xc0\x10"]
    assert in_column(found, "dns_resolved_ip") == [bytes([192, 0, 2, 7])]
    assert found.numbers == {
        "dns_id": 7,
        "dns_response": 1,
        "dns_response_code": 0,
        "dns_question_type": 1,
        "dns_answers_count": 2,
    }


def test_a_name_begins_its_message_where_aux_says() -> None:
    found = claims(dns_tcp, struct.pack(">H", len(MESSAGE)) + MESSAGE)
    assert {row.aux for row in found.rows if row.kind == Kind.NAME} == {15 + 2}


@pytest.mark.parametrize("pointer", [0xC00C, 0xC01E, 0xFFFF], ids=["itself", "ahead", "far ahead"])
def test_pointers_that_do_not_lead_back_end_the_reading(pointer: int) -> None:
    header = struct.pack(">6H", 7, 0x100, 1, 0, 0, 0)
    found = claims(dns, header + struct.pack(">H", pointer) + bytes(4) + wire_name("a.example"))
    assert of_kind(found, Kind.NAME) == []
    assert len(found.unclaimed) == 6 + 11


def test_messages_follow_each_other_in_a_segment_and_the_last_may_be_cut() -> None:
    one = struct.pack(">H", len(MESSAGE)) + MESSAGE
    whole = claims(dns_tcp, one)
    assert len(claims(dns_tcp, one + one).rows) == 2 * len(whole.rows)
    cut = claims(dns_tcp, one + one[:60])
    assert len(cut.rows) > len(whole.rows)
    assert cut.unclaimed.startswith(whole.unclaimed)


def test_a_segment_that_goes_on_with_a_message_is_left() -> None:
    rest = MESSAGE[len(MESSAGE) // 2 :]
    assert claims(dns_tcp, rest).unclaimed == rest
    wrong = struct.pack(">H", len(MESSAGE)) + MESSAGE[:-40] + b"\xff" * 40
    assert claims(dns_tcp, wrong).rows == []


@pytest.mark.parametrize("kind", ["CAA", "URI", "TXT", "SOA"])
def test_of_a_record_that_is_cut_nothing_is_read(kind: str) -> None:
    whole = answer(record(*RECORDS[kind]))
    texts = [row.value for row in claims(dns, whole[:-1]).rows if row.kind in (Kind.TEXT, Kind.NAME)]
    assert texts == [wire_name("www.host.example"), b"\xc0\x0c"]


@pytest.mark.parametrize(("kind", "before"), [(47, wire_name("b.example")), (50, b"\1\0\0\1\0\1h")])
def test_what_is_no_map_of_types_is_left(kind: int, before: bytes) -> None:
    for types in (b"alice at barn7", b"\0\0", b"\0\x21" + bytes(33), b"\0\x09short"):
        assert claims(dns, answer(record(kind, before + types))).unclaimed.endswith(types)
    assert not claims(dns, answer(record(kind, before + b"\0\6\x40\1\0\0\0\3\1\1\x40"))).unclaimed.endswith(b"\x40")


def test_a_record_of_no_class_ends_the_reading() -> None:
    zeros = b"\0" + bytes(10) + b"\0" + b"\0\5alice123"
    assert b"alice" in claims(dns, MESSAGE[:12] + zeros).unclaimed
    assert b"alice" in claims(dns, answer(zeros)).unclaimed
