"""ICMPv6 with the packets that it embeds, neighbour discovery and MLD (RFC 4443, 4861, 2710, 3810, 4191, 8106)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import (
    CHECKSUM,
    EMBEDDED,
    EUI64,
    IPV6,
    MAC,
    NAME,
    NONE,
    SCAN,
    be16,
    byte,
    claim,
    keep,
    note_last,
)
from pipeline.captures.igmp import claim_addresses, group_records
from pipeline.captures.ip_header import cover_payload
from pipeline.captures.layers import DONE
from pipeline.captures.layers import IPV6 as IPV6_LAYER
from pipeline.kernels.compiling import compiled

_TYPE, _CODE = NUMBER_ID["icmp_type"], NUMBER_ID["icmp_code"]
_TARGET, _LINK_LAYER = TEXT_ID["nd_target_ip"], TEXT_ID["nd_link_layer_mac"]
_GROUP = TEXT_ID["multicast_group_ip"]
_ROUTER_SOLICITATION, _ROUTER_ADVERTISEMENT, _NEIGHBOUR_SOLICITATION, _NEIGHBOUR_ADVERTISEMENT, _REDIRECT = range(
    133, 138
)
_LONGEST_LABEL = 63


@compiled
def icmpv6(data, at, stop, out):  # type: ignore[no-untyped-def]
    """One message. What an echo carries, and messages that are not listed here, stay unclaimed."""
    if stop - at < 4:
        return DONE, at, stop
    kind = byte(data, at)
    if not out.state[EMBEDDED]:
        note_last(out, _TYPE, kind)
        note_last(out, _CODE, byte(data, at + 1))
    keep(out, at, at + 2)
    claim(out, at + 2, at + 4, CHECKSUM, SCAN, NONE)
    cover_payload(data, out, at + 2, at, stop, True, False)
    if stop - at < 8:
        return DONE, at, stop
    if 1 <= kind <= 4:
        keep(out, at + 4, at + 8)
        length = byte(data, at + 4) * 8
        if (kind == 1 or kind == 3) and length:
            stop = min(stop, at + 8 + length)
        out.state[EMBEDDED] = 1
        return IPV6_LAYER, at + 8, stop
    if kind == 128 or kind == 129:
        keep(out, at + 4, at + 8)
    elif 130 <= kind <= 132:
        keep(out, at + 4, at + 8)
        claim_addresses(out, at + 8, stop, 1, 16, _GROUP)
        if kind == 130 and stop - at >= 28:
            keep(out, at + 24, at + 28)
            claim_addresses(out, at + 28, stop, be16(data, at + 26), 16, NONE)
    elif kind == 143:
        keep(out, at + 4, at + 8)
        group_records(data, at + 8, stop, be16(data, at + 6), 16, out)
    elif _ROUTER_SOLICITATION <= kind <= _REDIRECT:
        return _discovery(data, at, stop, kind, out)
    return DONE, at, stop


@compiled
def _discovery(data, at, stop, kind, out):  # type: ignore[no-untyped-def]
    """Neighbour discovery: fixed fields, then options."""
    keep(out, at + 4, at + 8)
    at += 8
    if kind == _ROUTER_ADVERTISEMENT:
        if stop - at < 8:
            return DONE, at, stop
        keep(out, at, at + 8)
        at += 8
    elif kind != _ROUTER_SOLICITATION:
        claim_addresses(out, at, stop, 1, 16, _TARGET)
        at += 16
        if kind == _REDIRECT:
            claim_addresses(out, at, stop, 1, 16, NONE)
            at += 16
    while at + 8 <= stop:
        option, size = byte(data, at), byte(data, at + 1) * 8
        if size == 0 or at + size > stop:
            break
        keep(out, at, at + 2)
        if option == 4 and size > 8:
            # A redirected packet; it is the last option of those who follow the standard, and for the reader here.
            out.state[EMBEDDED] = 1
            return IPV6_LAYER, at + 8, at + size
        _option(data, at, at + size, option, out)
        at += size
    return DONE, at, stop


@compiled
def _option(data, at, end, option, out):  # type: ignore[no-untyped-def]
    """What stands behind type and length; of options that are not listed here it stays unclaimed."""
    size = end - at
    if option == 1 or option == 2:
        if size == 8:
            claim(out, at + 2, at + 8, MAC, SCAN, _LINK_LAYER)
        elif size == 16:
            claim(out, at + 2, at + 10, EUI64, SCAN, _LINK_LAYER)
    elif option == 3 and size == 32:
        keep(out, at + 2, at + 16)
        claim(out, at + 16, at + 32, IPV6, SCAN, NONE)
    elif option == 5 and size == 8:
        keep(out, at + 2, end)
    elif option == 24:
        keep(out, at + 2, at + 8)
        if size == 24:
            claim(out, at + 8, at + 24, IPV6, SCAN, NONE)
    elif option == 25:
        keep(out, at + 2, at + 8)
        claim_addresses(out, at + 8, end, (size - 8) // 16, 16, NONE)
    elif option == 31:
        keep(out, at + 2, at + 8)
        _names(data, at + 8, end, out)


@compiled
def _names(data, at, end, out):  # type: ignore[no-untyped-def]
    """Search domains, one after the other without compression, zeros behind them."""
    while at < end and byte(data, at) != 0:
        start = at
        while at < end and 0 < byte(data, at) <= _LONGEST_LABEL:
            at += 1 + byte(data, at)
        if at >= end or byte(data, at) != 0:
            return
        at += 1
        claim(out, start, at, NAME, start, NONE)
