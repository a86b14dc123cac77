"""Messages of each dissector, which the laws of all of them are tried on."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import NamedTuple

from pipeline.captures.dns import dns, dns_tcp
from tests.captures.claims import Layer, wire_name


class Sample(NamedTuple):
    layer: Layer
    message: bytes
    state: Mapping[int, int] = {}


def record(kind: int, data: bytes, owner: bytes = b"\xc0\x0c") -> bytes:
    """A DNS record; its owner is the name that the message asks for."""
    return owner + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def answer(*records: bytes, name: str = "www.host.example", kind: int = 1) -> bytes:
    header = struct.pack(">6H", 7, 0x8180, 1, len(records), 0, 0)
    return header + wire_name(name) + struct.pack(">HH", kind, 1) + b"".join(records)


def string(text: bytes) -> bytes:
    return bytes([len(text)]) + text


RECORDS = {
    "A": (1, bytes([192, 0, 2, 7])),
    "AAAA": (28, bytes.fromhex("20010db8000000000000000000000007")),
    "CNAME": (5, b"\x03web\xc0\x10"),
    "SOA": (6, wire_name("ns.example") + wire_name("admin.example") + struct.pack(">5I", 1, 2, 3, 4, 5)),
    "MX": (15, struct.pack(">H", 10) + b"\x02mx\xc0\x10"),
    "SRV": (33, struct.pack(">3H", 1, 2, 389) + wire_name("dc.host.example")),
    "TXT": (16, string(b"owner=alice") + string(b"")),
    "RP": (17, wire_name("alice.example") + wire_name("text.example")),
    "PX": (26, b"\0\x0a" + wire_name("a.example") + wire_name("b.example")),
    "NAPTR": (
        35,
        struct.pack(">HH", 1, 2) + string(b"U") + string(b"E2U+sip") + string(b"!x!y!") + wire_name("s.example"),
    ),
    "RRSIG": (46, bytes(18) + wire_name("host.example") + b"signature"),
    "NSEC": (47, wire_name("next.example") + b"\0\1\x40"),
    "HTTPS": (
        65,
        struct.pack(">H", 1) + b"\0" + struct.pack(">HH", 1, 3) + string(b"h2") + struct.pack(">HH", 3, 2) + b"\1\xbb"
        + struct.pack(">HH", 4, 8) + bytes([192, 0, 2, 8, 192, 0, 2, 9]) + struct.pack(">HH", 6, 16) + bytes(15) + b"\1"
        + struct.pack(">HH", 5, 3) + b"ech" + struct.pack(">HH", 7, 4) + b"/dns",
    ),
    "OPT": (41, struct.pack(">HHHBB", 8, 7, 1, 24, 0) + bytes([192, 0, 2]) + struct.pack(">HHH", 15, 6, 18) + b"late"),
    "TSIG": (250, wire_name("hmac-sha256.example") + b"mac"),
    "CAA": (257, b"\0\5issue" + b"ca.example"),
    "URI": (256, bytes(4) + b"https://host.example/"),
    "WKS": (11, bytes([192, 0, 2, 7]) + b"\6\xff"),
    "L32": (105, b"\0\1" + bytes([192, 0, 2, 7])),
    "EUI48": (108, bytes.fromhex("00005e005301")),
    "EUI64": (109, bytes.fromhex("02005efffe005301")),
    "DNSKEY": (48, b"\1\1\3\5key"),
}  # fmt: skip
MESSAGE = answer(*(record(*each) for each in RECORDS.values()))
SAMPLES: dict[str, Sample] = {
    "dns": Sample(dns, MESSAGE),
    "dns over tcp": Sample(dns_tcp, struct.pack(">H", len(MESSAGE)) + MESSAGE),
}
