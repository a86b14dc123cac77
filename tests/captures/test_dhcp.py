from __future__ import annotations

import pytest

from pipeline.captures.dhcp import dhcp
from pipeline.captures.dhcpv6 import dhcpv6
from pipeline.captures.fields import Kind
from tests.captures.claims import claims, in_column, of_kind, wire_name
from tests.captures.samples import DHCP_OPTIONS, DHCPV6_OPTIONS, RELAYED, SOLICIT, dhcp_message
from tests.captures.wire import IPV4, IPV6, MAC, option, option6

VALUES = {
    "message type": [],
    "client": [(Kind.MAC, MAC)],
    "client by identifier": [(Kind.MAC, MAC)],
    "host name": [(Kind.TEXT, b"alice-pc")],
    "name on the wire": [(Kind.NAME, wire_name("alice-pc.corp.example"))],
    "unqualified name": [(Kind.TEXT, b"alice-pc")],
    "name as text": [(Kind.TEXT, b"alice-pc.corp.example")],
    "servers": [(Kind.IPV4, IPV4), (Kind.IPV4, IPV4)],
    "requested": [(Kind.IPV4, IPV4)],
    "asked for": [],
    "class": [(Kind.TEXT, b"MSFT 5.0")],
    "user classes": [(Kind.TEXT, b"lab"), (Kind.TEXT, b"floor 2")],
    "relay": [(Kind.TEXT, b"eth0/1"), (Kind.MAC, MAC), (Kind.IPV4, IPV4)],
    "search": [(Kind.NAME, wire_name("corp.example")), (Kind.NAME, b"\3lab\xc0\0")],
    "routes": [(Kind.IPV4, IPV4), (Kind.IPV4, IPV4), (Kind.IPV4, IPV4)],
    "sip": [(Kind.IPV4, IPV4)],
    "vendor's": [],
}
LEFT = {"client by identifier": b"IAID", "routes": IPV4[:3], "vendor's": b"unknown"}
VALUES6 = {
    "client": [(Kind.MAC, MAC)],
    "server": [(Kind.MAC, MAC)],
    "by uuid": [],
    "address": [(Kind.IPV6, IPV6), (Kind.TEXT, b"fine")],
    "prefix": [(Kind.IPV6, IPV6)],
    "asked for": [],
    "name": [(Kind.NAME, wire_name("alice-pc.corp.example"))],
    "unqualified": [(Kind.TEXT, b"alice-pc")],
    "servers": [(Kind.IPV6, IPV6), (Kind.IPV6, IPV6)],
    "search": [(Kind.NAME, wire_name("corp.example")), (Kind.NAME, wire_name("lab.example"))],
    "class": [(Kind.TEXT, b"MSFT 5.0")],
    "link": [(Kind.MAC, MAC)],
    "time": [(Kind.IPV6, IPV6), (Kind.NAME, wire_name("ntp.corp.example"))],
    "interface": [(Kind.TEXT, b"eth0/1")],
    "boot": [(Kind.TEXT, b"http://boot.example/x")],
}
LEFT6 = {"address": b"IAID", "prefix": b"IAID", "by uuid": bytes(range(16))}
HEADER = [(Kind.IPV4, IPV4), (Kind.IPV4, IPV4), (Kind.IPV4, bytes(4)), (Kind.IPV4, IPV4), (Kind.MAC, MAC)]


@pytest.mark.parametrize("name", DHCP_OPTIONS)
def test_an_options_addresses_and_texts_are_claimed(name: str) -> None:
    found = claims(dhcp, dhcp_message(DHCP_OPTIONS[name]))
    own = [(row.kind, row.value) for row in found.rows if row.kind != Kind.NUMBER]
    assert own == HEADER + VALUES[name]
    assert found.unclaimed.strip(b"\0") == LEFT.get(name, b"")


def test_what_clients_say_of_themselves_has_columns() -> None:
    found = claims(dhcp, dhcp_message(*(DHCP_OPTIONS[each] for each in ("message type", "requested", "host name"))))
    assert in_column(found, "dhcp_client_mac") == [MAC]
    assert in_column(found, "dhcp_client_ip") == [IPV4, IPV4]
    assert in_column(found, "dhcp_host_name") == [b"alice-pc"]
    assert found.numbers == {"dhcp_message_type": 3, "dhcp_transaction_id": int.from_bytes(b"XID!", "big")}


def test_names_of_server_and_file_are_texts_up_to_their_zero() -> None:
    found = claims(dhcp, dhcp_message(name=b"boot.example\0rest", file=b"/x\0rest"))
    assert of_kind(found, Kind.TEXT) == [b"boot.example", b"/x"]
    assert found.unclaimed.replace(b"\0", b"") == b"restrest"


def test_options_may_go_on_in_the_fields_of_name_and_file() -> None:
    name, file = option(12, b"pc") + b"\xff", option(54, IPV4) + b"\xff"
    found = claims(dhcp, dhcp_message(option(52, b"\3"), name=name, file=file))
    assert of_kind(found, Kind.TEXT) == [b"pc"]
    assert in_column(found, "dhcp_server_ip") == [IPV4]


def test_an_option_longer_than_its_message_is_left() -> None:
    message = dhcp_message()[:-1] + b"\x0c\x20alice"
    assert claims(dhcp, message).unclaimed.strip(b"\0") == b"\x0c alice"


@pytest.mark.parametrize("name", DHCPV6_OPTIONS)
def test_an_option_of_version_6_likewise(name: str) -> None:
    found = claims(dhcpv6, b"\1\1\2\3" + DHCPV6_OPTIONS[name])
    own = [(row.kind, row.value) for row in found.rows if row.kind != Kind.NUMBER]
    assert own == VALUES6[name]
    assert found.unclaimed == LEFT6.get(name, b"")


def test_relays_are_followed_to_the_client() -> None:
    found, inner = claims(dhcpv6, RELAYED), claims(dhcpv6, SOLICIT)
    assert of_kind(found, Kind.IPV6) == [IPV6] * 4 + of_kind(inner, Kind.IPV6)
    assert of_kind(found, Kind.NAME) == of_kind(inner, Kind.NAME)
    assert found.numbers == {"dhcp_message_type": 12, "dhcp_transaction_id": 0x010203}


def test_relays_within_relays_are_followed_to_a_bound() -> None:
    message = SOLICIT
    for _ in range(40):
        message = b"\x0c\0" + IPV6 + IPV6 + option6(9, message)
    assert len(of_kind(claims(dhcpv6, message), Kind.IPV6)) == 2 * 9
