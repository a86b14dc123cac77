"""Capture files read plainly, as the specifications say it: what the compiled walks are held to."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction

from pipeline.records import LONGEST_RECORD, NO_TIME

#: (where its block stands, end of the block, first and last byte, length on the wire, time, link type, interface)
Packet = tuple[int, int, int, int, int, int, int, int]
#: Binary units are read no finer.
FINEST = Fraction(1, 2**33)


class Ended(Exception):
    """Where what can be read ends before the file does, and why."""


def pcap_packets(file: bytes) -> Iterator[Packet]:
    if not file:
        return
    if len(file) < 24:
        raise Ended(0, "truncated")
    found = {0xA1B2C3D4: (6, 16), 0xA1B23C4D: (9, 16), 0xA1B2CD34: (6, 24)}
    order = next((o for o in "<>" if struct.unpack_from(o + "I", file)[0] in found), None)
    if order is None:
        raise Ended(0, "undecodable")
    magic, major, minor, _, _, _, link = struct.unpack_from(order + "IHHiIII", file)
    if major < 2 or (major > 2 and major != 543) or (major == 2 and minor > 4):
        raise Ended(0, "undecodable")
    digits, header = found[magic]
    at = 24
    while at < len(file):
        if at + header > len(file):
            raise Ended(at, "truncated")
        seconds, fraction, captured, wire = struct.unpack_from(order + "IIII", file, at)
        if major == 543 or minor < 3 or (minor == 3 and captured > wire):
            captured, wire = wire, captured
        end = at + header + captured
        if end > len(file):
            raise Ended(at, "truncated")
        yield at, end, at + header, end, wire, seconds * 10**9 + fraction * 10 ** (9 - digits), link & 0xFFFF, 0
        at = end


def pcapng_packets(file: bytes) -> Iterator[Packet]:
    order = ""
    interfaces: list[tuple[int, int, Fraction, int]] = []
    at = 0
    while at < len(file):
        kind = file[at : at + 4]
        if at + 12 > len(file):
            raise Ended(at, "truncated")
        if kind == b"\n\r\r\n":
            order = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}.get(file[at + 8 : at + 12], "")
        if not order:
            raise Ended(at, "undecodable")
        number, size = struct.unpack_from(order + "II", file, at)
        least = {0x0A0D0D0A: 28, 6: 32, 2: 32, 5: 24, 1: 20, 10: 20, 3: 16, 0xBAD: 16, 0x40000BAD: 16}.get(number, 12)
        if size < least or size % 4:
            raise Ended(at, "undecodable")
        end = at + size
        if size > LONGEST_RECORD and number in (0x0A0D0D0A, 1):
            raise Ended(at, "undecodable")
        if end > len(file):
            raise Ended(at, "truncated")
        if struct.unpack_from(order + "I", file, end - 4)[0] != size:
            raise Ended(at, "undecodable")
        if number == 0x0A0D0D0A:
            if struct.unpack_from(order + "H", file, at + 12)[0] != 1:
                raise Ended(at, "undecodable")
            interfaces = []
        elif number == 1:
            link, _, snap = struct.unpack_from(order + "HHI", file, at + 8)
            interfaces.append((link, snap, *clock(file[at + 16 : end - 4], order)))
        elif number == 3:
            if not interfaces:
                raise Ended(at, "undecodable")
            wire = struct.unpack_from(order + "I", file, at + 8)[0]
            captured = min(wire, size - 16, interfaces[0][1] or wire)
            yield at, end, at + 12, at + 12 + captured, wire, NO_TIME, interfaces[0][0], 0
        elif number in (2, 6):
            which, high, low, captured, wire = struct.unpack_from(order + "IIIII", file, at + 8)
            if number == 2:
                which = struct.unpack_from(order + "H", file, at + 8)[0]
            if which >= len(interfaces) or captured > size - 32:
                raise Ended(at, "undecodable")
            link, _, unit, offset = interfaces[which]
            time = nanoseconds(high << 32 | low, unit, offset)
            yield at, end, at + 28, at + 28 + captured, wire, time, link, which
        at = end


def clock(options: bytes, order: str) -> tuple[Fraction, int]:
    """Seconds of a unit, and the offset in seconds."""
    unit, offset = Fraction(1, 10**6), 0
    at = 0
    while at + 4 <= len(options):
        code, size = struct.unpack_from(order + "HH", options, at)
        value = options[at + 4 : at + 4 + size]
        if code == 0 or len(value) < size:
            break
        if code == 9 and size == 1:
            unit = Fraction(1, (2 if value[0] & 128 else 10) ** (value[0] & 127))
        elif code == 14 and size == 8:
            offset = struct.unpack(order + "q", value)[0]
        at += 4 + (size + 3) // 4 * 4
    return unit, offset


def nanoseconds(ticks: int, unit: Fraction, offset: int) -> int:
    """Since 1970, rounded down; NO_TIME beyond what 64 bits hold, or where offset and unit do not go together."""
    if unit.denominator >= 2**64 or (offset and unit < Fraction(1, 10**9)):
        return NO_TIME
    if unit < FINEST and unit.denominator & unit.denominator - 1 == 0:
        ticks, unit = ticks // (FINEST / unit), FINEST
    furthest = 2**63 // 10**9 - 1
    time = (ticks * unit + offset) * 10**9 // 1
    return NO_TIME if abs(offset) > furthest or abs(time // 10**9) > furthest else int(time)
