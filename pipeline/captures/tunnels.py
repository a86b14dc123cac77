"""Tunnels: GRE (RFC 2784, 2890, 2637), VXLAN (RFC 7348), Geneve (RFC 8926), GTP's user plane (3GPP TS 29.281)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID
from pipeline.captures.fields import (
    CHECKSUM,
    NONE,
    SCAN,
    be16,
    be32,
    byte,
    claim,
    compiled,
    keep,
    note,
)
from pipeline.captures.ip_header import cover_payload
from pipeline.captures.layers import DONE, ETHERNET, IPV4, IPV6, by_ether_type

_GRE, _VNI = NUMBER_ID["gre_protocol"], NUMBER_ID["vxlan_vni"]
_CHECKSUM, _ROUTING, _KEY, _SEQUENCE, _ACKNOWLEDGMENT = 0x8000, 0x4000, 0x2000, 0x1000, 0x0080
_ERSPAN2, _ERSPAN3, _WCCP = 0x88BE, 0x22EB, 0x883E


@compiled
def gre(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Flags, a protocol, and what the flags say is there; routing entries of RFC 1701 are not read."""
    if stop - at < 4:
        return DONE, at, stop
    flags, protocol = be16(data, at), be16(data, at + 2)
    keep(out, at, at + 4)
    note(out, _GRE, protocol)
    start, version = at, flags & 7
    at += 4
    if flags & (_CHECKSUM | _ROUTING):
        if stop - at < 4:
            return DONE, at, stop
        if flags & _CHECKSUM:
            claim(out, at, at + 2, CHECKSUM, SCAN, NONE)
            cover_payload(data, out, at, start, stop, False, False)
        else:
            keep(out, at, at + 2)
        keep(out, at + 2, at + 4)
        at += 4
    sequenced = flags & _SEQUENCE
    size = 4 * (flags >> 13 & 1) + 4 * (flags >> 12 & 1)
    if version == 1 and flags & _ACKNOWLEDGMENT:
        size += 4
    keep(out, at, min(stop, at + size))
    at += size
    if at >= stop or flags & _ROUTING:
        return DONE, at, stop
    if protocol in (_ERSPAN2, _ERSPAN3):
        # Without a sequence number there is no header of its own (type I).
        header = 0
        if sequenced:
            header = 8 if protocol == _ERSPAN2 else 12
        keep(out, at, min(stop, at + header))
        return ETHERNET, at + header, stop
    if protocol == _WCCP:
        if byte(data, at) >> 4 != 4:  # version 2 has a header of four bytes
            keep(out, at, min(stop, at + 4))
            at += 4
        return IPV4, at, stop
    return by_ether_type(protocol), at, stop


@compiled
def vxlan(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Flags and the network's number; Ethernet follows."""
    if stop - at < 8:
        return DONE, at, stop
    keep(out, at, at + 8)
    note(out, _VNI, be32(data, at + 4) >> 8)
    return ETHERNET, at + 8, stop


@compiled
def geneve(data, at, stop, out):  # type: ignore[no-untyped-def]
    """The same with a protocol, and with options, which stay unclaimed."""
    if stop - at < 8:
        return DONE, at, stop
    keep(out, at, at + 8)
    note(out, _VNI, be32(data, at + 4) >> 8)
    return by_ether_type(be16(data, at + 2)), at + 8 + (byte(data, at) & 63) * 4, stop


@compiled
def gtp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Version 1: the tunnel's number, extensions, and for a message of users' data an IP packet."""
    if stop - at < 8:
        return DONE, at, stop
    flags, kind = byte(data, at), byte(data, at + 1)
    keep(out, at, at + 8)
    stop = min(stop, at + 8 + be16(data, at + 2))
    at += 8
    if flags & 7:
        if stop - at < 4:
            return DONE, at, stop
        keep(out, at, at + 4)
        following = byte(data, at + 3) if flags & 4 else 0
        at += 4
        while following:
            # The first byte counts words of four bytes, the last one says what comes next.
            size = byte(data, at) * 4 if at < stop else 0
            if size == 0 or at + size > stop:
                return DONE, at, stop
            keep(out, at, at + 1)
            keep(out, at + size - 1, at + size)
            following = byte(data, at + size - 1)
            at += size
    if kind != 255 or at >= stop:
        return DONE, at, stop
    version = byte(data, at) >> 4
    if version == 4:
        return IPV4, at, stop
    return (IPV6 if version == 6 else DONE), at, stop
