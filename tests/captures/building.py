"""Captures to test with, put together byte by byte.

Addresses are those for documentation: RFC 5737 (IPv4), 3849 (IPv6), 7042 (MAC); names those of RFC 2606.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from pipeline.captures.framing import Framer
from pipeline.captures.packets import Packets

#: 2026-03-02 00:00:00 UTC.
FIRST_SECOND = 1_772_409_600
ETHERNET = 1


def pcap_header(
    order: str = "<", *, link: int = ETHERNET, magic: int = 0xA1B2C3D4, version: tuple[int, int] = (2, 4)
) -> bytes:
    return struct.pack(order + "IHHiIII", magic, *version, 0, 0, 262144, link)


def pcap_record(
    packet: bytes, order: str = "<", *, seconds: int = FIRST_SECOND, fraction: int = 0, wire: int | None = None,
    more: bytes = b"",
) -> bytes:  # fmt: skip
    """``more`` stands between header and packet, as in Kuznetzov's variant."""
    length = len(packet) if wire is None else wire
    return struct.pack(order + "IIII", seconds, fraction, len(packet), length) + more + packet


def pcap_file(packets: Sequence[bytes], order: str = "<", *, link: int = ETHERNET) -> bytes:
    """One packet a second."""
    records = (pcap_record(p, order, seconds=FIRST_SECOND + n) for n, p in enumerate(packets))
    return pcap_header(order, link=link) + b"".join(records)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A pcapng block around a body, which is padded."""
    body += bytes(-len(body) % 4)
    size = len(body) + 12
    return struct.pack(order + "II", kind, size) + body + struct.pack(order + "I", size)


def options(pairs: Sequence[tuple[int, bytes]], order: str = "<") -> bytes:
    """Options and their end; nothing where there are none."""
    if not pairs:
        return b""
    values = (struct.pack(order + "HH", code, len(v)) + v + bytes(-len(v) % 4) for code, v in pairs)
    return b"".join(values) + bytes(4)


def section(order: str = "<", pairs: Sequence[tuple[int, bytes]] = ()) -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + options(pairs, order), order)


def interface(
    order: str = "<", pairs: Sequence[tuple[int, bytes]] = (), *, link: int = ETHERNET, snap: int = 0
) -> bytes:
    return block(1, struct.pack(order + "HHI", link, 0, snap) + options(pairs, order), order)


def enhanced(
    packet: bytes, order: str = "<", pairs: Sequence[tuple[int, bytes]] = (), *, number: int = 0,
    ticks: int = FIRST_SECOND * 10**6, wire: int | None = None,
) -> bytes:  # fmt: skip
    length = len(packet) if wire is None else wire
    head = struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(packet), length)
    return block(6, head + packet + bytes(-len(packet) % 4) + options(pairs, order), order)


def simple(packet: bytes, order: str = "<", *, wire: int | None = None) -> bytes:
    return block(3, struct.pack(order + "I", len(packet) if wire is None else wire) + packet, order)


def old_packet(
    packet: bytes, order: str = "<", pairs: Sequence[tuple[int, bytes]] = (), *, number: int = 0,
    ticks: int = FIRST_SECOND * 10**6,
) -> bytes:  # fmt: skip
    head = struct.pack(order + "HHIIII", number, 0, ticks >> 32, ticks & 0xFFFFFFFF, len(packet), len(packet))
    return block(2, head + packet + bytes(-len(packet) % 4) + options(pairs, order), order)


def pcapng_file(packets: Sequence[bytes], order: str = "<", *, link: int = ETHERNET) -> bytes:
    """One packet a second."""
    blocks = (enhanced(p, order, ticks=(FIRST_SECOND + n) * 10**6) for n, p in enumerate(packets))
    return section(order) + interface(order, link=link) + b"".join(blocks)


def framed(file: bytes, form: str, number: int = 0) -> Packets:
    """The packets of a whole file."""
    return Framer(form, number).frame(np.frombuffer(file, np.uint8), len(file))[0]


def packets_of(packets: Sequence[bytes], link: int = ETHERNET) -> Packets:
    """Packets as a reader gives them, of a pcap file that holds these."""
    return framed(pcap_file(packets, link=link), "pcap")
