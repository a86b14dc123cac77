"""PPP, its framing as in HDLC, its control protocols (RFC 1661, 1662, 1332, 1877, 5072), and Cisco's HDLC."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID
from pipeline.captures.fields import (
    FINGERPRINT,
    INTERFACE_ID,
    IPV4,
    NONE,
    SCAN,
    SECRET,
    TEXT,
    be16,
    byte,
    claim,
    keep,
    note_last,
)
from pipeline.captures.layers import CDP, DONE, MPLS, PPP, by_ether_type
from pipeline.captures.layers import IPV4 as IPV4_LAYER
from pipeline.captures.layers import IPV6 as IPV6_LAYER
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_TYPE = NUMBER_ID["ethernet_type"]
_USERNAME = ENTITY_ID["USERNAME"]
#: By option of the link how long it may be: sizes, maps, protocols of authentication and of quality, compression.
_MOST_OF_LINK = (0, 4, 6, 5, 8, 6, 0, 2, 2)
_MOST_COMPRESSION = 6
_LCP, _IPCP, _IPV6CP, _PAP, _CHAP = 0xC021, 0x8021, 0x8057, 0xC023, 0xC223


@compiled
def ppp_hdlc(data, at, stop, out):  # type: ignore[no-untyped-def]
    """PPP with or without address and control, or a frame of Cisco's: all three stand in captures of one link type."""
    if stop - at >= 2:
        if be16(data, at) == 0xFF03:
            keep(out, at, at + 2)
            return PPP, at + 2, stop
        if byte(data, at) == 0x0F or byte(data, at) == 0x8F:
            return cisco_hdlc(data, at, stop, out)
    return PPP, at, stop


@compiled
def ppp_direction(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A byte that says sent or received, in place of the address or before it."""
    if stop - at < 2:
        return DONE, at, stop
    keep(out, at, at + 1)
    if byte(data, at + 1) == 0x03:
        keep(out, at + 1, at + 2)
        return PPP, at + 2, stop
    return ppp_hdlc(data, at + 1, stop, out)


@compiled
def cisco_hdlc(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Address, control, and an EtherType or a number of Cisco's."""
    if stop - at < 4:
        return DONE, at, stop
    keep(out, at, at + 4)
    kind = be16(data, at + 2)
    if kind == 0x2000:
        return CDP, at + 4, stop
    note_last(out, _TYPE, kind)
    return by_ether_type(kind), at + 4, stop


@compiled
def ppp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A protocol number of two bytes, or of one where that is odd, and what it stands for."""
    if stop - at < 2:
        return DONE, at, stop
    if byte(data, at) & 1:
        protocol, size = byte(data, at), 1
    else:
        protocol, size = be16(data, at), 2
    keep(out, at, at + size)
    at += size
    if protocol == 0x0021:
        return IPV4_LAYER, at, stop
    if protocol == 0x0057:
        return IPV6_LAYER, at, stop
    if protocol == 0x0281 or protocol == 0x0283:
        return MPLS, at, stop
    if protocol in (_LCP, _IPCP, _IPV6CP, _PAP, _CHAP):
        _control(data, at, stop, protocol, out)
    return DONE, at, stop


@compiled
def _control(data, at, stop, protocol, out):  # type: ignore[no-untyped-def]
    """Code, identifier, length, and by the protocol options or names."""
    if stop - at < 4:
        return
    keep(out, at, at + 4)
    code, end = byte(data, at), at + be16(data, at + 2)
    is_whole = end <= stop
    stop = min(stop, end)
    at += 4
    if protocol == _PAP:
        # A request is a user's name and a password, each behind its length (RFC 1334).
        if code == 1 and at < stop and at + 1 + byte(data, at) < stop:
            secret = at + 1 + byte(data, at)
            keep(out, at, at + 1)
            claim(out, at + 1, secret, TEXT, _USERNAME, NONE)
            keep(out, secret, secret + 1)
            claim(out, secret + 1, min(stop, secret + 1 + byte(data, secret)), SECRET, SCAN, NONE)
    elif protocol == _CHAP:
        # Challenge and response are a value behind its length, then a name (RFC 1994).
        if (code == 1 or code == 2) and at < stop and at + 1 + byte(data, at) <= stop:
            name = at + 1 + byte(data, at)
            keep(out, at, at + 1)
            claim(out, at + 1, name, SECRET, SCAN, NONE)
            if is_whole:
                claim(out, name, stop, TEXT, _USERNAME, NONE)
    elif 1 <= code <= 4:
        _options(data, at, stop, protocol, out)
    elif protocol == _LCP and 9 <= code <= 11 and stop - at >= 4:  # echo, discard: the magic number
        claim(out, at, at + 4, FINGERPRINT, SCAN, NONE)


@compiled
def _options(data, at, stop, protocol, out):  # type: ignore[no-untyped-def]
    while at + 2 <= stop:
        kind, size = byte(data, at), byte(data, at + 1)
        if size < 2 or at + size > stop:
            return
        keep(out, at, at + 2)
        if protocol == _LCP:
            if kind == 5:
                if size == _MOST_OF_LINK[kind]:
                    claim(out, at + 2, at + size, FINGERPRINT, SCAN, NONE)
            elif kind <= 8 and size <= _MOST_OF_LINK[kind]:
                keep(out, at + 2, at + size)
        elif protocol == _IPCP:
            # Own address, those of DNS and NBNS servers
            if (kind == 3 or 129 <= kind <= 132) and size == 6:
                claim(out, at + 2, at + 6, IPV4, SCAN, NONE)
            elif kind == 2 and size <= _MOST_COMPRESSION:
                keep(out, at + 2, at + size)
        elif kind == 1 and size == 10:
            claim(out, at + 2, at + 10, INTERFACE_ID, SCAN, NONE)
        at += size
