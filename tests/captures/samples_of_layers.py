"""Valid packets of each layer, built with documentation addresses: name -> link type and bytes."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from struct import pack

ALICE, BOB = bytes.fromhex("00005e005301"), bytes.fromhex("00005e005302")
ALICE4, BOB4, GATE4 = (IPv4Address(text).packed for text in ("192.0.2.1", "198.51.100.7", "203.0.113.9"))
ALICE6, BOB6, GATE6 = (IPv6Address(f"2001:db8::{end}").packed for end in ("a", "b", "9"))


def ones_sum(data: bytes, total: int = 0) -> int:
    """The ones'-complement sum of 16-bit words (RFC 1071)."""
    data += b"\0" * (len(data) % 2)
    total += sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def with_sum(data: bytes, at: int, before: bytes = b"") -> bytes:
    """``data`` with its checksum at ``at``, a pseudo header before it."""
    return data[:at] + pack("!H", 0xFFFF ^ ones_sum(before + data)) + data[at + 2 :]


def ether(content: bytes, kind: int = 0x0800) -> bytes:
    return BOB + ALICE + pack("!H", kind) + content


def ipv4(
    content: bytes, protocol: int, options: bytes = b"", fragment: int = 0, source: bytes = ALICE4, target: bytes = BOB4
) -> bytes:
    size = 20 + len(options)
    header = pack("!BBHHHBBH", 0x40 | size // 4, 0, size + len(content), 0x1234, fragment, 64, protocol, 0)
    return with_sum(header + source + target + options, 10) + content


def ipv6(
    content: bytes, following: int, extensions: bytes = b"", source: bytes = ALICE6, target: bytes = BOB6
) -> bytes:
    """``following`` is the first header's, of ``extensions`` if there are any."""
    size = len(extensions) + len(content)
    return pack("!IHBB", 0x60012345, size, following, 64) + source + target + extensions + content


def pseudo(content: bytes, protocol: int, source: bytes = ALICE4, target: bytes = BOB4) -> bytes:
    return source + target + pack("!II", len(content), protocol)


def tcp(content: bytes, options: bytes = b"", source: bytes = ALICE4, target: bytes = BOB4, port: int = 9) -> bytes:
    header = pack("!HHIIBBHHH", 40001, port, 7, 8, 0x50 + 4 * len(options), 0x18, 512, 0, 0)
    segment = header + options + content
    return with_sum(segment, 16, pseudo(segment, 6, source, target))


def udp(content: bytes, port: int = 9, source: bytes = ALICE4, target: bytes = BOB4) -> bytes:
    datagram = pack("!HHHH", 40001, port, 8 + len(content), 0) + content
    return with_sum(datagram, 6, pseudo(datagram, 17, source, target))


TCP_OPTIONS = b"\x02\x04\x05\xb4\x03\x03\x07\x04\x02\x08\x0a" + b"TSvalTSe" + b"\x05\x0a" + bytes(8) + b"\x01\x00\x00"
ROUTE = b"\x07\x0b\x0c" + GATE4 + bytes(4) + b"\x00"
STAMPS = b"\x44\x0c\x0d\x01" + GATE4 + b"TIME"

SAMPLES: dict[str, tuple[int, bytes]] = {
    "tcp": (1, ether(ipv4(tcp(b"content", TCP_OPTIONS), 6))),
    "tcp over ipv6": (1, ether(ipv6(tcp(b"content", b"", ALICE6, BOB6), 6), 0x86DD)),
    "udp, padded": (1, ether(ipv4(udp(b"odd"), 17)) + b"trailer"),
    "vlan tags": (1, ether(pack("!HHHH", 0x2064, 0x8100, 0x0065, 0x0800) + ipv4(udp(b"content"), 17), 0x88A8)),
    "snap": (1, ether(b"\xaa\xaa\x03\0\0\0\x08\0" + ipv4(udp(b"four"), 17), 40)),
    "ipv4 options": (101, ipv4(udp(b"content"), 17, ROUTE + STAMPS)),
    "ipv4 fragment": (228, ipv4(b"content!", 17, fragment=0x2010)),
    "ipv6 options, route": (
        229,
        ipv6(
            udp(b"content", source=ALICE6, target=BOB6),
            0,
            b"\x2b\0\x05\x02\0\0\x01\0" + b"\x3c\x02\0\x01\0\0\0\0" + GATE6 + b"\x11\x02\x01\x02\0\0\xc9\x10" + ALICE6,
        ),
    ),
    "ipv6 fragment": (101, ipv6(b"content!", 44, pack("!BBHI", 17, 0, 0x0009, 0x12345678))),
    "cooked": (113, pack("!HHH", 0, 1, 6) + ALICE + b"\xaa\xbb" + b"\x08\0" + ipv4(udp(b"content"), 17)),
    "cooked, version 2": (276, pack("!HHIHBB", 0x86DD, 0, 2, 1, 0, 6) + ALICE + b"\0\0" + ipv6(b"content", 253)),
    "loopback": (0, b"\x02\0\0\0" + ipv4(udp(b"content"), 17)),
    "loopback, other order": (108, b"\0\0\0\x1e" + ipv6(b"content", 59)),
}
