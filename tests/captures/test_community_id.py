"""Community ID v1 against published values (corelight/community-id-spec, baseline; Zeek's own test of it)."""

from __future__ import annotations

import base64
import hashlib
from ipaddress import ip_address

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures.community_id import ABSENT, ANSWERS, CommunityIds, community_ids

Flow = tuple[str, str, int, int, int]
#: (source, destination, protocol, port or type, port or code) -> id.
PUBLISHED: list[tuple[Flow, str]] = [
    (("1.2.3.4", "5.6.7.8", 6, 1122, 3344), "1:wCb3OG7yAFWelaUydu0D+125CLM="),
    (("1.2.3.4", "5.6.7.8", 17, 1122, 3344), "1:0Mu9InQx6z4ZiCZM/7HXi2WMhOg="),
    (("1.2.3.4", "5.6.7.8", 1, 8, 0), "1:crodRHL2FEsHjbv3UkRrfbs4bZ0="),
    (("fe80:1:203:405:607:809:a0b:c0d", "fe80:1011:1213:1415:1617:1819:1a1b:1c1d", 58, 128, 0),
     "1:0bf7hyMJUwt3fMED7z8LIfRpBeo="),
    (("fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 58, 135, 0), "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="),
    (("fe80::260:97ff:fe07:69ea", "fe80::200:86ff:fe05:80da", 58, 136, 0), "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="),
    (("fe80::260:97ff:fe07:69ea", "fe80::200:86ff:fe05:80da", 58, 135, 0), "1:zavyT/cezQr1fmImYCwYnMXbgck="),
    (("3ffe:501:1800:2345::2", "3ffe:507:0:1:200:86ff:fe05:80da", 58, 3, 0), "1:2ObVBgIn28oZvibYZhZMBgh7WdQ="),
    (("3ffe:501:410:0:2c0:dfff:fe47:33e", "3ffe:507:0:1:200:86ff:fe05:80da", 58, 1, 4),
     "1:hLZd0XGWojozrvxqE0dWB1iM6R0="),
    (("3ffe:507:0:1:200:86ff:fe05:80da", "3ffe:501:0:1001::2", 58, 128, 0), "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg="),
    (("fe80::200:86ff:fe05:80da", "ff02::2", 58, 133, 0), "1:hO+sN4H+MG5MY/8hIrXPqc4ZQz0="),
    (("fe80::260:97ff:fe07:69ea", "ff02::1", 58, 134, 0), "1:pkvHqCL88/tg1k4cPigmZXUtL00="),
    (("192.168.0.89", "192.168.0.1", 1, 8, 0), "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="),
    (("192.168.0.1", "192.168.0.89", 1, 0, 0), "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="),
    (("10.0.0.1", "10.0.0.2", 1, 11, 0), "1:YHxtAirCG//0OzkcVAukqKQN9xM="),
    (("2001:470:e5bf:dead:4957:2174:e82c:4887", "2607:f8b0:400c:c03::1a", 6, 63943, 25),
     "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="),
    (("192.168.170.8", "192.168.170.56", 132, 7, 7), "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="),
    (("128.232.110.120", "66.35.250.204", 6, 34855, 80), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
    (("66.35.250.204", "128.232.110.120", 6, 80, 34855), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
    (("192.168.1.52", "8.8.8.8", 17, 54585, 53), "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
    (("10.1.12.1", "10.1.12.2", 46, ABSENT, ABSENT), "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="),
    (("10.1.12.2", "10.1.12.1", 46, ABSENT, ABSENT), "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="),
]  # fmt: skip


def ids_of(flows: list[Flow]) -> CommunityIds:
    packed = [[ip_address(flow[side]).packed for flow in flows] for side in range(2)]
    addresses = [np.frombuffer(b"".join(p.ljust(16, b"\0") for p in side), np.uint8).reshape(-1, 16) for side in packed]
    size = np.array([len(p) for p in packed[0]], np.int64)
    protocol, first, second = np.array([flow[2:] for flow in flows], np.int64).reshape(-1, 3).T
    return community_ids(addresses[0], addresses[1], size, protocol, first, second)


def test_published_values_are_met_in_one_batch() -> None:
    found = ids_of([flow for flow, _ in PUBLISHED])
    assert found.ids.take(pa.array(found.which)).to_pylist() == [expected for _, expected in PUBLISHED]
    assert len(set(found.ids.to_pylist())) == len(found.ids)


@pytest.mark.parametrize("flow", [("1.2.3.4", "5.6.7.8", 6, ABSENT, ABSENT), ("1.2.3.4", "5.6.7.8", 1, 8, ABSENT)])
def test_what_has_no_ports_has_no_id_unless_an_answer_is_known(flow: Flow) -> None:
    assert (ids_of([flow]).which[0] < 0) == (flow[2] == 6)


def test_a_packet_without_addresses_has_no_id() -> None:
    none = np.zeros((1, 16), np.uint8)
    one = np.ones(1, np.int64)
    found = community_ids(none, none, 0 * one, 6 * one, one, one)
    assert (len(found.ids), found.which.tolist()) == (0, [-1])


def test_no_packets_have_no_ids() -> None:
    assert len(ids_of([]).ids) == 0


PORTS = st.integers(0, 65535)
V4 = st.ip_addresses(v=4).map(str)


@given(V4, V4, st.sampled_from([6, 17, 132, 47]), PORTS, PORTS)
def test_both_directions_have_one_id(source: str, destination: str, protocol: int, one: int, other: int) -> None:
    found = ids_of([(source, destination, protocol, one, other), (destination, source, protocol, other, one)])
    assert found.which.tolist() == [0, 0]


@given(st.lists(st.tuples(V4, V4, st.sampled_from([6, 17, 1, 58, 47]), PORTS, PORTS), max_size=40))
def test_ids_are_what_the_libraries_digest_gives(flows: list[Flow]) -> None:
    found = ids_of(flows)
    for (source, destination, protocol, one, other), which in zip(flows, found.which.tolist(), strict=True):
        expected = plain_id(ip_address(source).packed, ip_address(destination).packed, protocol, one, other)
        assert found.ids[which].as_py() == expected


def plain_id(source: bytes, destination: bytes, protocol: int, one: int, other: int) -> str:
    """By the standard's text, one flow at a time."""
    ends = [(source, one), (destination, other)]
    is_oneway = False
    if protocol in ANSWERS and one < 256:
        is_oneway = one not in ANSWERS[protocol]
        ends[1] = destination, ANSWERS[protocol].get(one, other)
    if protocol == 47:
        ends = [(source, 0), (destination, 0)]
    if not is_oneway:
        ends.sort()
    hashed = bytes(2) + ends[0][0] + ends[1][0] + bytes((protocol, 0))
    if protocol != 47:
        hashed += b"".join(port.to_bytes(2, "big") for _, port in ends)
    return "1:" + base64.b64encode(hashlib.sha1(hashed, usedforsecurity=False).digest()).decode()
