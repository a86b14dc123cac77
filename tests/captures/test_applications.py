"""A payload is read by its ports, and where they say nothing by how it begins."""

from __future__ import annotations

import struct

import pytest

from pipeline.captures.dissection import dissect
from pipeline.captures.fields import Kind
from tests.captures.claims import Claims, claims
from tests.captures.frames import RAW, packets_of
from tests.captures.samples import SAMPLES

TCP, UDP = 6, 17
#: sample -> transport and the port of its server.
SERVICES = {
    "dns": (UDP, 53),
    "dns over tcp": (TCP, 53),
    "dhcp": (UDP, 67),
    "dhcpv6": (UDP, 547),
    "netbios query": (UDP, 137),
    "netbios datagram": (UDP, 138),
    "snmp": (UDP, 161),
    "tftp": (UDP, 69),
    "ntp": (UDP, 123),
    "syslog": (UDP, 514),
    "radius": (UDP, 1812),
    "ssh": (TCP, 22),
    "smb": (TCP, 445),
    "tls": (TCP, 8443),
}


def frame(transport: int, source: int, destination: int, payload: bytes) -> bytes:
    ports = struct.pack(">HH", source, destination)
    if transport == UDP:
        header = ports + struct.pack(">HH", 8 + len(payload), 0)
    else:
        header = ports + bytes(8) + b"\x50\x10" + bytes(6)
    size = 20 + len(header) + len(payload)
    return (
        struct.pack(">BBHHHBBH", 0x45, 0, size, 0, 0, 64, transport, 0) + bytes([192, 0, 2, 1] * 2) + header + payload
    )


def read(transport: int, source: int, destination: int, payload: bytes) -> list[tuple[bytes, str]]:
    """What is claimed of a payload, but for structure, which is one row wherever it stands side by side."""
    data = frame(transport, source, destination, payload)
    begin = len(data) - len(payload)
    rows = dissect(packets_of([data], RAW)).rows.tolist()
    return [
        (data[start:end], Kind(kind).name) for start, end, kind, *_ in rows if start >= begin and kind > Kind.NUMBER
    ]


def alone(found: Claims) -> list[tuple[bytes, str]]:
    return [(row.value, row.kind.name) for row in found.rows if row.kind > Kind.NUMBER]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_known_whoever_sends(name: str) -> None:
    transport, port = SERVICES[name]
    sample = SAMPLES[name]
    own = alone(claims(sample.layer, sample.message))
    assert read(transport, port, 50000, sample.message) == own
    assert read(transport, 40000, port, sample.message) == own
    assert read(transport, 1, port, sample.message) == own


@pytest.mark.parametrize("name", ["ssh", "smb", "tls"])
def test_ports_need_not_tell_of_what_tells_of_itself(name: str) -> None:
    sample = SAMPLES[name]
    assert read(TCP, 50000, 50001, sample.message) == alone(claims(sample.layer, sample.message))


@pytest.mark.parametrize("message", [b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n"])
def test_methods_and_versions_tell_of_texts(message: bytes) -> None:
    assert "WORD" in {kind for _, kind in read(TCP, 50000, 50001, message)}


def test_what_nothing_reads_on_the_port_of_ssh_begins_with_an_encrypted_length() -> None:
    payload = bytes(range(200, 250))
    length = [(payload[:4], "ENCRYPTED_LENGTH")]
    assert read(TCP, 22, 50000, payload) == read(TCP, 50000, 22, payload) == length
    assert read(UDP, 22, 50000, payload) == read(TCP, 22, 50000, payload[:3]) == []
    assert read(TCP, 22, 50000, b"\0\0\0\4none" + payload) == []
    assert read(TCP, 22, 50000, SAMPLES["tls"].message) == alone(claims(SAMPLES["tls"].layer, SAMPLES["tls"].message))


@pytest.mark.parametrize("transport", [TCP, UDP])
def test_what_no_one_knows_is_left(transport: int) -> None:
    assert read(transport, 50000, 50001, b"\x81unknown protocol of 192.0.2.7") == []
