"""Headers of routers: OSPF (RFC 2328, 5340), VRRP (RFC 9568), EIGRP (RFC 7868), PIM (RFC 7761)."""

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
    compiled,
    keep,
)
from pipeline.captures.igmp import claim_addresses
from pipeline.captures.ip_header import cover_payload
from pipeline.captures.layers import DONE, RAW

_HELLO = 1
_CRYPTOGRAPHIC = 2


@compiled
def ospf(data, at, stop, out):  # type: ignore[no-untyped-def]
    """The header, and a hello's routers. Descriptions of links have sums of another kind, and stay unclaimed."""
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
    return DONE, at, stop


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


@compiled
def pim(data, at, stop, out):  # type: ignore[no-untyped-def]
    """The header, and the packet that a register message carries to the rendezvous point, which its sum leaves out."""
    if stop - at < 8 or byte(data, at) >> 4 != 2:
        return DONE, at, stop
    register = byte(data, at) & 15 == 1
    keep(out, at, at + 2)
    claim(out, at + 2, at + 4, CHECKSUM, SCAN, NONE)
    over_ipv6 = out.state[ADDRESS_BYTES] == 16
    cover_payload(data, out, at + 2, at, at + 8 if register else stop, over_ipv6, False)
    if not register:
        return DONE, at, stop
    keep(out, at + 4, at + 8)
    return RAW, at + 8, stop
