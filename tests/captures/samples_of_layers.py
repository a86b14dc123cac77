"""Valid packets of each layer, built with documentation addresses: name -> link type and bytes."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from struct import pack

ALICE, BOB = bytes.fromhex("00005e005301"), bytes.fromhex("00005e005302")
GATE = bytes.fromhex("00005e005309")
SNAP = b"\xaa\xaa\x03\0\0\0\x08\0"
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


def icmp(kind: int, code: int, rest: bytes) -> bytes:
    return with_sum(pack("!BBH", kind, code, 0) + rest, 2)


def icmpv6(kind: int, code: int, rest: bytes) -> bytes:
    message = pack("!BBH", kind, code, 0) + rest
    return with_sum(message, 2, pseudo(message, 58, ALICE6, BOB6))


def castagnoli(data: bytes) -> int:
    """CRC-32C (RFC 9260 appendix A), bit by bit."""
    register = 0xFFFFFFFF
    for value in data:
        register ^= value
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


def sctp(chunks: bytes) -> bytes:
    packet = pack("!HHII", 40001, 2905, 0x01020304, 0) + chunks
    return packet[:8] + pack("<I", castagnoli(packet)) + packet[12:]


def chunk(kind: int, content: bytes) -> bytes:
    return pack("!BBH", kind, 0, 4 + len(content)) + content + bytes(-len(content) % 4)


def parameter(kind: int, content: bytes) -> bytes:
    return pack("!HH", kind, 4 + len(content)) + content + bytes(-len(content) % 4)


def ppp(protocol: int, code: int, content: bytes) -> bytes:
    return pack("!HHBBH", 0xFF03, protocol, code, 1, 4 + len(content)) + content


def over_ip4(content: bytes, protocol: int) -> bytes:
    return ether(ipv4(content, protocol))


def over_ip6(content: bytes, following: int) -> bytes:
    return ether(ipv6(content, following), 0x86DD)


TCP_OPTIONS = b"\x02\x04\x05\xb4\x03\x03\x07\x04\x02\x08\x0a" + b"TSvalTSe" + b"\x05\x0a" + bytes(8) + b"\x01\x00\x00"
ROUTE = b"\x07\x0b\x0c" + GATE4 + bytes(4) + b"\x01"
STAMPS = b"\x44\x0c\x0d\x01" + GATE4 + b"TIME"

DCCP = pack("!HHBBHBB6s8s", 40001, 9, 9, 0, 0, 9, 0, b"number", b"\0\0answer")
DCCP += b"\x29\6time" + b"\xff\4ab" + b"\0\0" + b"content"

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
    "arp": (1, ether(pack("!HHBBH", 1, 0x0800, 6, 4, 1) + ALICE + ALICE4 + bytes(6) + BOB4, 0x0806)),
    "mpls": (1, ether(pack("!II", 0x00010000 | 255, 0x000111FF) + ipv4(udp(b"content"), 17), 0x8847)),
    "mpls, ethernet": (1, ether(pack("!II", 0x000111FF, 5) + ether(ipv4(udp(b"content"), 17)), 0x8847)),
    "pppoe": (1, ether(pack("!BBHHH", 0x11, 0, 7, 37, 0x0021) + ipv4(udp(b"content"), 17), 0x8864)),
    "pppoe discovery": (
        1,
        ether(
            pack("!BBHH", 0x11, 7, 0, 27)
            + pack("!HH", 0x0102, 7)
            + b"gate-kq"
            + pack("!HH", 0x0104, 8)
            + b"aCookie!"
            + pack("!HH", 0x0101, 0),
            0x8863,
        ),
    ),
    "ppp": (9, b"\xff\x03\x21" + ipv4(udp(b"content"), 17)),
    "ppp, link": (50, ppp(0xC021, 1, b"\x01\x04\x05\xdc\x05\x06Magi")),
    "ppp, addresses": (9, ppp(0x8021, 1, b"\x03\x06" + ALICE4 + b"\x81\x06" + GATE4)),
    "ppp, interface": (9, ppp(0x8057, 1, b"\x01\x0aInterfac")),
    "ppp, password": (9, ppp(0xC023, 1, b"\x04eve1\x06secret")),
    "ppp, challenge": (9, ppp(0xC223, 2, b"\x08response" + b"eve1")),
    "ppp, direction": (166, b"\x01\x03\x00\x21" + ipv4(udp(b"content"), 17)),
    "cisco hdlc": (104, b"\x0f\0\x08\0" + ipv4(udp(b"content"), 17)),
    "beacon": (
        127,
        pack("<BBHI8sBB", 0, 0, 18, 0x3, b"the time", 0x10, 2)
        + b"\x80\0\0\0"
        + bytes([255] * 6)
        + ALICE
        + ALICE
        + b"\0\0"
        + b"a uptime"
        + b"\x64\0\x01\0"
        + b"\0\x06kq-net\x01\x02\x82\x84\xdd\x04hide"
        + b"FCS!",
    ),
    "wlan data": (105, b"\x88\x01\0\0" + GATE + ALICE + BOB + b"\0\0" + b"\0\0" + SNAP + ipv4(udp(b"content"), 17)),
    "wlan, encrypted": (105, b"\x88\x41\0\0" + GATE + ALICE + BOB + b"\0\0" + b"\0\0" + b"encrypted"),
    "wlan bridge": (105, b"\x08\x03\0\0" + GATE + GATE + BOB + b"\0\0" + ALICE + SNAP + ipv4(udp(b"content"), 17)),
    "wlan control": (105, b"\xb4\0\0\0" + GATE + ALICE),
    "icmp error": (1, over_ip4(icmp(3, 1, bytes(4) + ipv4(udp(b"content"), 17, source=BOB4, target=ALICE4)), 1)),
    "icmp error, cut": (1, over_ip4(icmp(11, 0, bytes(4) + ipv4(tcp(b"content"), 6)[:28]), 1)),
    "icmp redirect": (1, over_ip4(icmp(5, 1, GATE4 + ipv4(udp(b"content"), 17)[:28]), 1)),
    "icmp echo": (1, over_ip4(icmp(8, 0, pack("!HH", 1, 2) + b"abcdefghijk"), 1)),
    "icmp times": (1, over_ip4(icmp(13, 0, pack("!HH", 1, 2) + b"TimeTimeTime"), 1)),
    "icmp routers": (1, over_ip4(icmp(9, 0, pack("!BBH", 1, 2, 60) + GATE4 + bytes(4)), 1)),
    "icmpv6 error": (
        1,
        over_ip6(icmpv6(1, 4, bytes(4) + ipv6(udp(b"content", source=BOB6, target=ALICE6), 17, b"", BOB6, ALICE6)), 58),
    ),
    "solicitation": (1, over_ip6(icmpv6(135, 0, bytes(4) + GATE6 + b"\x01\x01" + ALICE), 58)),
    "advertisement of a router": (
        1,
        over_ip6(
            icmpv6(
                134,
                0,
                bytes(12)
                + b"\x03\x04"
                + bytes(14)
                + GATE6[:8]
                + bytes(8)
                + b"\x19\x03"
                + bytes(6)
                + GATE6
                + b"\x1f\x04"
                + bytes(6)
                + b"\x07example\x03com\0\x04test\0"
                + bytes(5),
            ),
            58,
        ),
    ),
    "redirect": (
        1,
        over_ip6(icmpv6(137, 0, bytes(4) + GATE6 + BOB6 + b"\x04\x08" + bytes(6) + ipv6(bytes(16), 59)), 58),
    ),
    "mld report": (1, over_ip6(icmpv6(143, 0, pack("!HHBBH", 0, 1, 4, 0, 1) + GATE6 + ALICE6), 58)),
    "mld query": (1, over_ip6(icmpv6(130, 0, pack("!HH", 10, 0) + GATE6 + pack("!BBH", 2, 125, 1) + ALICE6), 58)),
    "igmp": (1, over_ip4(icmp(0x16, 0, GATE4), 2)),
    "igmp report": (1, over_ip4(icmp(0x22, 0, pack("!HHBBH", 0, 1, 4, 0, 1) + GATE4 + ALICE4), 2)),
    "igmp query": (1, over_ip4(icmp(0x11, 9, GATE4 + pack("!BBH", 2, 125, 1) + ALICE4), 2)),
    "sctp": (
        1,
        over_ip4(
            sctp(
                chunk(1, bytes(16) + parameter(5, ALICE4) + parameter(6, ALICE6) + parameter(7, b"cookie"))
                + chunk(0xC1, bytes(4) + parameter(5, BOB4) + parameter(0xC001, bytes(4) + parameter(5, GATE4)))
                + chunk(0, bytes(12) + b"content")
            ),
            132,
        ),
    ),
    "gre": (1, over_ip4(with_sum(pack("!HHHHI", 0xA000, 0x0800, 0, 0, 7) + ipv4(udp(b"content"), 17), 4), 47)),
    "gre, ethernet": (1, over_ip6(pack("!HHI", 0x1000, 0x6558, 1) + ether(ipv4(udp(b"content"), 17)), 47)),
    "erspan": (1, over_ip4(pack("!HHI", 0x1000, 0x88BE, 1) + bytes(8) + ether(ipv4(udp(b"content"), 17)), 47)),
    "ipip": (1, over_ip4(ipv4(udp(b"content", source=GATE4), 17, source=GATE4), 4)),
    "6in4": (1, over_ip4(ipv6(tcp(b"content", b"", ALICE6, BOB6), 6), 41)),
    "vxlan": (1, over_ip4(udp(pack("!II", 0x08000000, 77 << 8) + ether(ipv4(tcp(b"content"), 6)), 4789), 17)),
    "geneve": (1, over_ip4(udp(pack("!HHI4s", 0x0100, 0x6558, 77 << 8, b"opts") + over_ip6(b"", 59), 6081), 17)),
    "gtp": (
        1,
        over_ip4(
            udp(pack("!BBHIHBB4s", 0x34, 255, 43, 9, 0, 0, 0x85, b"\x01ab\0") + ipv4(udp(b"content"), 17), 2152), 17
        ),
    ),
    "ospf": (
        1,
        over_ip4(
            with_sum(pack("!BBH4s4sHH", 2, 1, 48, GATE4, bytes(4), 0, 0), 12)
            + b"password"
            + bytes(12)
            + ALICE4
            + BOB4
            + GATE4,
            89,
        ),
    ),
    "vrrp": (1, over_ip4(with_sum(pack("!BBBBBBH", 0x21, 1, 100, 1, 1, 1, 0) + GATE4 + b"password", 6), 112)),
    "eigrp": (1, over_ip4(with_sum(pack("!BBHIIII", 2, 5, 0, 0, 0, 0, 1) + b"tlvs", 2), 88)),
    "pim": (1, over_ip4(with_sum(pack("!BBHI", 0x21, 0, 0, 0), 2) + ipv4(udp(b"content"), 17), 103)),
    "pim hello": (1, over_ip4(with_sum(pack("!BBHHHHHH", 0x20, 0, 0, 1, 2, 105, 77, 2) + b"??", 2), 103)),
    "pim join": (
        1,
        over_ip4(
            with_sum(
                pack("!BBHBB4sBBH", 0x23, 0, 0, 1, 0, GATE4, 0, 1, 210)
                + pack("!BBBB4sHHBBBB4s", 1, 0, 0, 32, BOB4, 0, 1, 1, 0, 4, 32, ALICE4),
                2,
            ),
            103,
        ),
    ),
    "ospf update": (
        1,
        over_ip4(
            with_sum(
                pack("!BBH4s4sHHQ", 2, 4, 52, GATE4, bytes(4), 0, 0, 0)
                + pack("!IHBB4s4sIHH", 1, 9, 2, 1, ALICE4, BOB4, 5, 0xABCD, 24)
                + b"link",
                12,
            ),
            89,
        ),
    ),
    "dccp": (
        1,
        over_ip4(
            with_sum(DCCP, 6, pseudo(DCCP, 33)),
            33,
        ),
    ),
    "backbone tag": (1, ether(pack("!I", 77) + ether(ipv4(udp(b"content"), 17)), 0x88E7)),
    "erspan, type 3": (1, over_ip4(pack("!HHI", 0x1000, 0x22EB, 1) + bytes(12) + ether(ipv4(udp(b"content"), 17)), 47)),
    "pptp": (
        1,
        over_ip4(pack("!HHHHI", 0x3001, 0x880B, 39, 7, 1) + b"\xff\x03\0\x21" + ipv4(udp(b"content"), 17), 47),
    ),
    "teredo": (
        1,
        over_ip4(
            udp(b"\0\1\0\0" + bytes(9) + b"\0\0hidden" + ipv6(udp(b"ab", source=ALICE6, target=BOB6), 17), 3544), 17
        ),
    ),
    "l2tp": (1, over_ip4(udp(pack("!HHHHHH", 0x4202, 36, 1, 2, 2, 0) + b"\xff\x03\0\x21" + ipv4(b"", 59), 1701), 17)),
}
