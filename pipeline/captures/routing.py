"""Headers of routers: OSPF (RFC 2328, 5340), VRRP (RFC 9568), EIGRP (RFC 7868)."""

from __future__ import annotations

from pipeline.captures.fields import (
    ADDRESS_BYTES,
    CHECKSUM,
    IPV4,
    MORE_FRAGMENTS,
    NONE,
    SCAN,
    SECRET,
    be16,
    byte,
    claim,
    keep,
)
from pipeline.captures.igmp import claim_addresses
from pipeline.captures.ip_header import cover_payload
from pipeline.captures.layers import DONE
from pipeline.kernels.compiling import compiled

_HELLO, _DESCRIPTION, _REQUEST, _UPDATE, _ACKNOWLEDGMENT = range(1, 6)
_CRYPTOGRAPHIC = 2


@compiled
def ospf(data, at, stop, out):  # type: ignore[no-untyped-def]
    """The header, a hello's routers, lengths and types of the rest.

    Descriptions of links have sums of another kind, so that what those cover stays unclaimed.
    """
    if stop - at < 16:
        return DONE, at, stop
    version, kind = byte(data, at), byte(data, at + 1)
    # Of fragments the sum, which may have two pieces, is not followed: nothing of them is understood.
    if (version != 2 and version != 3) or out.state[MORE_FRAGMENTS]:
        return DONE, at, stop
    stop = min(stop, at + max(16, be16(data, at + 2)))
    keep(out, at, at + 4)
    claim(out, at + 4, at + 8, IPV4, SCAN, NONE)
    claim(out, at + 8, at + 12, IPV4, SCAN, NONE)  # the area, which often is written like one, and made of one
    claim(out, at + 12, at + 14, CHECKSUM, SCAN, NONE)
    keep(out, at + 14, at + 16)
    if version == 3:
        cover_payload(data, out, at + 12, at, stop, True, False)
        if kind == _HELLO and stop - at >= 36:
            keep(out, at + 16, at + 28)
            claim_addresses(out, at + 28, stop, 1 << 16, 4, NONE)
        else:
            _links(data, at + 16, stop, kind, 12, out)
        return DONE, at, stop
    if be16(data, at + 14) != _CRYPTOGRAPHIC:
        # The eight bytes of a password are not in the sum, which so has two pieces.
        cover_payload(data, out, at + 12, at, at + 16, False, False)
        if stop - at > 24:
            cover_payload(data, out, at + 12, at + 24, stop, False, False)
    claim(out, at + 16, min(stop, at + 24), SECRET, SCAN, NONE)
    if kind == _HELLO and stop - at >= 44:
        keep(out, at + 24, at + 36)
        claim_addresses(out, at + 36, stop, 1 << 16, 4, NONE)
    elif kind != _HELLO:
        _links(data, at + 24, stop, kind, 8, out)
    return DONE, at, stop


@compiled
def _links(data, at, stop, kind, size, out):  # type: ignore[no-untyped-def]
    """Of descriptions of links age, options, type, sequence number and length; ``size`` is a database description's."""
    if kind == _DESCRIPTION:
        keep(out, at, min(at + size, stop))
        at += size
    elif kind == _REQUEST:
        while at + 12 <= stop:
            keep(out, at, at + 4)
            at += 12
        return
    elif kind == _UPDATE:
        keep(out, at, min(at + 4, stop))
        at += 4
    elif kind != _ACKNOWLEDGMENT:
        return
    while at + 20 <= stop:
        keep(out, at, at + 4)
        keep(out, at + 12, at + 16)
        keep(out, at + 18, at + 20)
        following = at + (max(20, be16(data, at + 18)) if kind == _UPDATE else 20)
        _link(data, at + 20, min(following, stop), be16(data, at + 2), out)
        at = following


@compiled
def _link(data, at, stop, kind, out):  # type: ignore[no-untyped-def]
    """How many links there are, and how long their prefixes; ``kind`` of version 2 has options in its first byte."""
    if kind & 0xFF == 1 and at + 4 <= stop:  # of a router
        keep(out, at, at + 4)
        place = at + 4
        while kind >> 8 != 0x20 and place + 12 <= stop:
            keep(out, place + 8, place + 12)
            place += 12 + 4 * byte(data, place + 9)
    elif kind in (0x2003, 0x4005, 0x2007):  # of a prefix
        keep(out, at, min(at + 8, stop))
    elif (kind == 0x0008 and at + 24 <= stop) or (kind == 0x2009 and at + 12 <= stop):  # of many
        size = 24 if kind == 0x0008 else 12
        keep(out, at, at + 4)
        if kind == 0x0008:
            keep(out, at + 20, at + 24)
        place = at + size
        while place + 4 <= stop:
            keep(out, place, place + 4)
            place += 4 + 4 * (byte(data, place) + 31 >> 5)


@compiled
def vrrp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """The virtual router's addresses."""
    if stop - at < 8:
        return DONE, at, stop
    version, count, size = byte(data, at) >> 4, byte(data, at + 3), out.state[ADDRESS_BYTES]
    if version != 2 and version != 3:
        return DONE, at, stop
    keep(out, at, at + 6)
    claim(out, at + 6, at + 8, CHECKSUM, SCAN, NONE)
    cover_payload(data, out, at + 6, at, stop, version == 3, False)
    claim_addresses(out, at + 8, stop, count, size, NONE)
    if version == 2:
        password = at + 8 + count * size
        claim(out, password, min(stop, password + 8), SECRET, SCAN, NONE)
    return DONE, at, stop


@compiled
def eigrp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """The header alone."""
    if stop - at < 20:
        return DONE, at, stop
    keep(out, at, at + 2)
    claim(out, at + 2, at + 4, CHECKSUM, SCAN, NONE)
    cover_payload(data, out, at + 2, at, stop, False, False)
    keep(out, at + 4, at + 20)
    return DONE, at, stop
