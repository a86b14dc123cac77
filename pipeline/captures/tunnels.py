"""Tunnels: GRE (RFC 2784, 2890, 2637) and, over UDP, VXLAN (RFC 7348), Geneve (RFC 8926), GTP's user plane (3GPP TS
29.281), Teredo (RFC 4380) and L2TP (RFC 2661).
"""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID
from pipeline.captures.fields import CHECKSUM, NONE, SCAN, be16, be32, byte, claim, keep, note
from pipeline.captures.ip_header import cover_payload
from pipeline.captures.layers import APPLICATION, DONE, ETHERNET, IPV4, IPV6, PPP_HDLC, RAW, by_ether_type
from pipeline.kernels.compiling import compiled

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
        return _mirrored(data, at, stop, protocol, sequenced, out)
    if protocol == _WCCP:
        if byte(data, at) >> 4 != 4:  # version 2 has a header of four bytes
            keep(out, at, min(stop, at + 4))
            at += 4
        return IPV4, at, stop
    return by_ether_type(protocol), at, stop


@compiled
def _mirrored(data, at, stop, protocol, sequenced, out):  # type: ignore[no-untyped-def]
    """ERSPAN (draft-foschiano-erspan-03): a frame behind a header, which type I, without a sequence number, lacks."""
    if protocol == _ERSPAN2 and not sequenced:
        return ETHERNET, at, stop
    size = 8 if protocol == _ERSPAN2 else 12
    if stop - at < size:
        return DONE, at, stop
    keep(out, at, at + size)
    following = ETHERNET
    if protocol == _ERSPAN3:
        if byte(data, at + 10) >> 2 & 31 == 2:
            following = RAW
        if byte(data, at + 11) & 1:  # a platform's own eight bytes
            size += 8
    return following, at + size, stop


@compiled
def vxlan(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Flags and the network's number; Ethernet follows, or what the generic extension (version 0) says."""
    if stop - at < 8:
        return DONE, at, stop
    keep(out, at, at + 8)
    note(out, _VNI, be32(data, at + 4) >> 8)
    if byte(data, at) & 4 and byte(data, at + 3) != 3:
        kind = byte(data, at + 3)
        following = DONE
        if kind == 1:
            following = IPV4
        elif kind == 2:
            following = IPV6
        return following, at + 8, stop
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


@compiled
def teredo(data, at, stop, out):  # type: ignore[no-untyped-def]
    """IPv6, perhaps behind an authentication and a client's address, both of which stay unclaimed."""
    if stop - at >= 13 and be16(data, at) == 1:
        at += 13 + byte(data, at + 2) + byte(data, at + 3)
    if stop - at >= 8 and be16(data, at) == 0:
        at += 8
    if stop - at < 40 or byte(data, at) >> 4 != 6:
        return APPLICATION, at, stop
    return IPV6, at, stop


@compiled
def l2tp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Version 2: of control messages the header, of others a frame of PPP."""
    if stop - at < 6:
        return DONE, at, stop
    flags = be16(data, at)
    size = 6 + 2 * (flags >> 14 & 1) + 4 * (flags >> 11 & 1)
    if flags >> 9 & 1:
        if stop - at < size + 2:
            return DONE, at, stop
        padding = be16(data, at + size)
        keep(out, at, at + size + 2)
        size += 2 + padding
    else:
        keep(out, at, min(stop, at + size))
    if flags >> 14 & 1:
        stop = min(stop, at + be16(data, at + 2))
    if flags >> 15:
        return DONE, at, stop
    return PPP_HDLC, at + size, stop
