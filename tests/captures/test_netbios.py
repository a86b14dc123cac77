from __future__ import annotations

from pipeline.captures.fields import Kind
from pipeline.captures.netbios import datagram, name_service
from tests.captures.claims import claims, in_column, of_kind
from tests.captures.samples import DATAGRAM, STATUS, netbios, netbios_answer, netbios_query
from tests.captures.wire import IPV4, MAC


def test_a_query_asks_for_a_name() -> None:
    found = claims(name_service, netbios_query())
    assert in_column(found, "netbios_name") == of_kind(found, Kind.NETBIOS) == [netbios(b"ALICE-PC")]
    assert found.unclaimed == b""


def test_an_answer_has_addresses() -> None:
    found = claims(name_service, netbios_answer(0x20, b"\0\0" + IPV4 + b"\x80\0" + IPV4))
    assert in_column(found, "dns_resolved_ip") == of_kind(found, Kind.IPV4) == [IPV4, IPV4]
    assert found.unclaimed == b""


def test_a_status_has_names_in_clear_and_a_mac() -> None:
    found = claims(name_service, netbios_answer(0x21, STATUS))
    assert of_kind(found, Kind.TEXT) == [b"ALICE-PC", b"CORP"]
    assert of_kind(found, Kind.MAC) == [MAC]
    assert found.unclaimed == bytes(40)


def test_a_datagram_names_both_ends_and_what_it_carries_is_left() -> None:
    found = claims(datagram, DATAGRAM)
    assert of_kind(found, Kind.NETBIOS) == [netbios(b"ALICE-PC"), netbios(b"CORP", 0x1D)]
    assert of_kind(found, Kind.IPV4) == [IPV4]
    assert found.unclaimed == b"mailslot"


def test_what_is_no_encoded_name_is_left() -> None:
    message = netbios_query().replace(netbios(b"ALICE-PC"), b"alice".ljust(32))
    assert b"alice" in claims(name_service, message).unclaimed
