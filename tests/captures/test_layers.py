"""What the layers of valid packets say: columns, what stays masked, and what kinds of fields there are."""

from __future__ import annotations

from ipaddress import ip_address
from struct import pack

import numpy as np
import pytest

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.dissection import dissect
from pipeline.captures.fields import AUX, COLUMN, KIND, Kind
from pipeline.captures.jobs import DEEPEST
from tests.captures.frames import claimed, columns, masked, packets_of
from tests.captures.samples_of_layers import (
    ALICE,
    ALICE4,
    BOB,
    BOB4,
    GATE,
    GATE4,
    GATE6,
    SAMPLES,
    chunk,
    ether,
    icmp,
    ipv4,
    ipv6,
    over_ip4,
    parameter,
    sctp,
    udp,
)

CONTENT = b"content"
#: name -> some columns, what is masked. A column that is None is not there.
SAYS: dict[str, tuple[dict[str, object], bytes]] = {
    "tcp": ({"source_port": 40001, "tcp_flags": 0x18, "transport_payload_bytes": 7}, b"\0" + CONTENT),
    "tcp over ipv6": ({"ip_version": 6, "ip_protocol": 6, "ipv6_flow_label": 0x12345}, CONTENT),
    "udp, padded": ({"ip_protocol": 17, "ip_ttl": 64, "ethernet_type": 0x0800, "tcp_flags": None}, b"oddtrailer"),
    "vlan tags": ({"vlan_id": 0x64, "vlan_inner_id": 0x65, "source_port": 40001}, CONTENT),
    "snap": ({"ethernet_type": 0x0800, "source_ip": "192.0.2.1"}, b"four"),
    "ipv4 options": ({"source_ip": "192.0.2.1", "destination_port": 9}, CONTENT),
    "ipv4 fragment": ({"ip_fragment_offset": 128, "ip_more_fragments": 1, "source_port": None}, b"content!"),
    "ipv6 options, route": ({"source_ip": "2001:db8::a", "destination_port": 9}, b"\0\0" + CONTENT),
    "ipv6 fragment": ({"ip_fragment_offset": 8, "ip_more_fragments": 1, "ip_identification": 0x12345678}, b"content!"),
    "cooked": ({"source_mac": ALICE, "ethernet_type": 0x0800, "source_port": 40001}, b"\xaa\xbb" + CONTENT),
    "cooked, version 2": ({"source_mac": ALICE, "source_ip": "2001:db8::a"}, b"\0\0" + CONTENT),
    "loopback": ({"source_ip": "192.0.2.1", "source_port": 40001}, CONTENT),
    "loopback, other order": ({"source_ip": "2001:db8::a", "ip_protocol": 59}, CONTENT),
    "arp": ({"arp_operation": 1, "arp_sender_mac": ALICE, "arp_target_ip": "198.51.100.7"}, b""),
    "mpls": ({"mpls_label": 16, "destination_ip": "198.51.100.7"}, CONTENT),
    "mpls, ethernet": ({"mpls_label": 17, "destination_ip": "198.51.100.7"}, CONTENT),
    "pppoe": ({"pppoe_session_id": 7, "destination_ip": "198.51.100.7"}, CONTENT),
    "pppoe discovery": ({"pppoe_session_id": 0}, b""),
    "ppp": ({"destination_ip": "198.51.100.7"}, CONTENT),
    "ppp, direction": ({"destination_ip": "198.51.100.7"}, CONTENT),
    "cisco hdlc": ({"ethernet_type": 0x0800, "destination_ip": "198.51.100.7"}, CONTENT),
    "beacon": ({"wlan_type": 8, "wlan_bssid": ALICE, "wlan_ssid": b"kq-net"}, b"hideFCS!"),
    "wlan data": ({"wlan_bssid": GATE, "source_mac": ALICE, "destination_mac": BOB, "source_port": 40001}, CONTENT),
    "wlan, encrypted": ({"wlan_bssid": GATE, "source_mac": ALICE, "source_ip": None}, b"encrypted"),
    "wlan bridge": ({"destination_mac": BOB, "source_mac": ALICE, "source_ip": "192.0.2.1"}, CONTENT),
    "wlan control": ({"destination_mac": GATE, "source_mac": ALICE}, b""),
    "icmp error": (
        {"icmp_type": 3, "icmp_source_ip": "198.51.100.7", "source_ip": "192.0.2.1", "source_port": None}, CONTENT
    ),
    "icmp error, cut": ({"icmp_type": 11, "icmp_source_ip": "192.0.2.1", "tcp_sequence": None}, b""),
    "icmp redirect": ({"icmp_type": 5, "icmp_destination_ip": "198.51.100.7"}, b""),
    "icmp echo": ({"icmp_type": 8, "icmp_code": 0}, b"abcdefghijk"),
    "icmp times": ({"icmp_type": 13}, b""),
    "icmp routers": ({"icmp_type": 9}, b""),
    "icmpv6 error": ({"icmp_type": 1, "icmp_code": 4, "icmp_source_ip": "2001:db8::b"}, CONTENT),
    "solicitation": ({"icmp_type": 135, "nd_target_ip": "2001:db8::9", "nd_link_layer_mac": ALICE}, b""),
    "advertisement of a router": ({"icmp_type": 134}, bytes(5)),
    "redirect": ({"icmp_type": 137, "nd_target_ip": "2001:db8::9", "icmp_source_ip": "2001:db8::a"}, bytes(22)),
    "mld report": ({"icmp_type": 143, "multicast_group_ip": "2001:db8::9"}, b""),
    "mld query": ({"icmp_type": 130, "multicast_group_ip": "2001:db8::9"}, b""),
    "igmp": ({"igmp_type": 0x16, "multicast_group_ip": "203.0.113.9"}, b""),
    "igmp report": ({"igmp_type": 0x22, "multicast_group_ip": "203.0.113.9"}, b""),
    "igmp query": ({"igmp_type": 0x11, "multicast_group_ip": "203.0.113.9"}, b""),
    "sctp": ({"source_port": 40001, "destination_port": 2905}, b"\0\0" + CONTENT + b"\0"),
    "gre": ({"gre_protocol": 0x0800, "tunnel_source_ip": "192.0.2.1", "ip_protocol": 17}, CONTENT),
    "gre, ethernet": ({"gre_protocol": 0x6558, "tunnel_source_ip": "2001:db8::a", "source_ip": "192.0.2.1"}, CONTENT),
    "erspan": ({"gre_protocol": 0x88BE, "source_ip": "192.0.2.1"}, CONTENT),
    "erspan, type 3": ({"gre_protocol": 0x22EB, "source_port": 40001}, CONTENT),
    "ipip": ({"tunnel_source_ip": "192.0.2.1", "source_ip": "203.0.113.9", "ip_protocol": 17}, CONTENT),
    "6in4": ({"tunnel_destination_ip": "198.51.100.7", "source_ip": "2001:db8::a", "ip_version": 6}, CONTENT),
    "vxlan": ({"vxlan_vni": 77, "tunnel_source_ip": "192.0.2.1", "destination_port": 9, "tcp_window": 512}, CONTENT),
    "geneve": ({"vxlan_vni": 77, "source_ip": "2001:db8::a", "source_port": None}, b"opts"),
    "gtp": ({"tunnel_source_ip": "192.0.2.1", "destination_port": 9}, b"ab" + CONTENT),
    "pptp": ({"gre_protocol": 0x880B, "destination_port": 9}, CONTENT),
    "teredo": ({"source_ip": "2001:db8::a", "destination_port": 9}, b"\0\1" + bytes(13) + b"hiddenab"),
    "l2tp": ({"tunnel_source_ip": "192.0.2.1", "ip_protocol": 59}, b"\0\0"),
    "backbone tag": ({"source_ip": "192.0.2.1"}, CONTENT),
    "ospf": ({"ip_protocol": 89}, b""),
    "vrrp": ({"ip_protocol": 112}, b""),
    "eigrp": ({"ip_protocol": 88}, b"tlvs"),
    "pim": ({"tunnel_source_ip": "192.0.2.1", "destination_port": 9}, CONTENT),
    "pim hello": ({"ip_protocol": 103}, b"??"),
    "pim join": ({"ip_protocol": 103}, b""),
    "ospf update": ({"ip_protocol": 89}, ALICE4 + BOB4 + b"\xab\xcd"),
    "dccp": ({"ip_protocol": 33}, b"ab" + CONTENT),
    "ppp, link": ({}, b""),
    "ppp, addresses": ({}, b""),
    "ppp, interface": ({}, b""),
    "ppp, password": ({}, b""),
    "ppp, challenge": ({}, b""),
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_columns_and_what_is_masked(name: str) -> None:
    link_type, frame = SAMPLES[name]
    expected, hidden = SAYS[name]
    found = columns(frame, link_type)
    for column, value in expected.items():
        said = found.get(column)
        if column.endswith("_ip") and isinstance(said, bytes):
            said = str(ip_address(said))
        assert (column, said) == (column, value)
    assert masked(frame, link_type) == hidden


#: name -> fields that have no column.
HOLDS = {
    "tcp": [("TSvalTSe", "FINGERPRINT")],
    "ipv4 options": [(GATE4, "IPV4"), ("TIME", "FINGERPRINT")],
    "ipv6 options, route": [(GATE6, "IPV6")],
    "pppoe discovery": [("gate-kq", "TEXT"), ("aCookie!", "SECRET")],
    "ppp, link": [("Magi", "FINGERPRINT")],
    "ppp, addresses": [(ALICE4, "IPV4"), (GATE4, "IPV4")],
    "ppp, interface": [("Interfac", "INTERFACE_ID")],
    "ppp, password": [("eve1", "TEXT"), ("secret", "SECRET")],
    "ppp, challenge": [("response", "SECRET"), ("eve1", "TEXT")],
    "beacon": [("the time", "FINGERPRINT"), ("a uptime", "FINGERPRINT")],
    "icmp redirect": [(GATE4, "IPV4")],
    "icmp routers": [(GATE4, "IPV4")],
    "icmp times": [("TimeTimeTime", "FINGERPRINT")],
    "advertisement of a router": [(GATE6, "IPV6"), ("\7example\3com\0", "NAME"), ("\4test\0", "NAME")],
    "sctp": [(ALICE4, "IPV4"), ("cookie", "SECRET"), (BOB4, "IPV4"), (GATE4, "IPV4")],
    "ospf": [(GATE4, "IPV4"), ("password", "SECRET"), (ALICE4, "IPV4"), (BOB4, "IPV4")],
    "vrrp": [(GATE4, "IPV4"), ("password", "SECRET")],
    "pim join": [(GATE4, "IPV4"), (BOB4, "IPV4"), (ALICE4, "IPV4")],
}


@pytest.mark.parametrize("name", HOLDS)
def test_fields_without_a_column(name: str) -> None:
    link_type, frame = SAMPLES[name]
    found = [(data, kind) for data, kind, column in claimed(frame, link_type) if not column]
    for data, kind in HOLDS[name]:
        assert (data if isinstance(data, bytes) else data.encode(), kind) in found


def test_the_identification_of_a_fragment_is_needed_and_any_other_is_a_fingerprint() -> None:
    assert (b"\x124", "FINGERPRINT", "") in claimed(ipv4(b"content", 253), 101)
    assert (b"\x124", "FINGERPRINT", "") not in claimed(ipv4(b"content!", 253, fragment=0x2000), 101)


def test_payload_beyond_a_length_is_not_read() -> None:
    inner = ipv4(udp(CONTENT), 17)
    assert masked(ether(inner + b"\xff" * 20)) == CONTENT + b"\xff" * 20
    short = ether(b"\xaa\xaa\x03\0\0\0\x08\0" + inner, 8 + len(inner))
    assert masked(short + b"pad") == CONTENT + b"pad"


def test_other_link_types_are_masked_whole() -> None:
    assert masked(ether(ipv4(udp(CONTENT), 17)), 147) == ether(ipv4(udp(CONTENT), 17))
    assert masked(b"", 1) == b""


NESTED = {
    "ipv4": lambda inner: ipv4(inner, 4),
    "ipv6": lambda inner: ipv6(inner, 4),
    "gre": lambda inner: ipv4(b"\0\0\x08\0" + inner, 47),
    "icmp": lambda inner: ipv4(icmp(3, 0, bytes(4) + inner), 1),
}


@pytest.mark.parametrize("name", NESTED)
def test_headers_in_headers_end(name: str) -> None:
    frame = ipv4(b"", 253)
    for _ in range(100):
        frame = NESTED[name](frame)
    dissection = dissect(packets_of([frame], 101))
    assert len(dissection.rows) <= 12 * DEEPEST
    sources = np.isin(dissection.rows[:, COLUMN], [TEXT_ID["source_ip"], TEXT_ID["tunnel_source_ip"]])
    assert np.count_nonzero(sources) <= DEEPEST


def test_tags_without_end_are_masked() -> None:
    frame = ether(b"\0\1\x81\0" * 5000, 0x8100)
    assert len(masked(frame)) == len(frame) - 14 - 4 * (DEEPEST - 1)


def test_of_tunnels_the_innermost_packet_counts_and_of_others_nothing_stays() -> None:
    found = columns(over_ip4(udp(b"\x08\0\0\0\0\0\x07\0" + over_ip4(icmp(8, 0, bytes(4)), 1), 4789), 17))
    assert found["ip_protocol"] == 1 and "source_port" not in found
    assert "tunnel_source_ip" not in columns(ether(ipv4(udp(CONTENT), 17)))


#: More rows, and more sums, than room is made for at first: parameters by the hundred, errors within errors.
TAGS = pack("!HHHH", 0x2064, 0x8100, 0x0065, 0x0800)
MANY_ROWS = (1, ether(TAGS + ipv4(sctp(chunk(1, bytes(16) + parameter(5, ALICE4) * 300)), 132), 0x88A8))
MANY_SUMS = ipv4(b"", 253)
for _ in range(DEEPEST // 2):
    MANY_SUMS = ipv4(icmp(3, 0, bytes(4) + MANY_SUMS), 1)


@pytest.mark.parametrize(
    "samples",
    [[*SAMPLES.values()], [MANY_ROWS, SAMPLES["vlan tags"]], [*[(101, MANY_SUMS)] * 40, SAMPLES["vlan tags"]]],
    ids=["all", "rows", "sums"],
)
def test_packets_together_say_what_each_says_alone(samples: list[tuple[int, bytes]]) -> None:
    together = dissect(packets_of([frame for _, frame in samples], [link_type for link_type, _ in samples]))
    begin, row, total = 0, 0, 0
    for packet, (link_type, frame) in enumerate(samples):
        alone = dissect(packets_of([frame], link_type))
        rows = together.rows[row : row + len(alone.rows)].copy()
        assert np.all(together.row_packet[row : row + len(alone.rows)] == packet)
        rows[:, :2] -= begin
        rows[rows[:, KIND] == Kind.NAME, AUX] -= begin
        assert np.array_equal(rows, alone.rows)
        assert np.array_equal(together.numbers[packet], alone.numbers[0])
        begin, row, total = begin + len(frame), row + len(alone.rows), total + len(alone.sums)
    assert row == len(together.rows) and total == len(together.sums)


def test_what_was_said_before_room_ran_out_is_forgotten() -> None:
    said = columns(MANY_ROWS[1])
    assert (said["vlan_id"], said["vlan_inner_id"]) == (0x64, 0x65)
