"""Ethernet, 802.3 with LLC and SNAP, VLAN and backbone tags (IEEE 802.3, 802.2, 802.1Q, 802.1ah)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import MAC, SCAN, be16, byte, claim, keep, note, note_last
from pipeline.captures.layers import CDP, DONE, ETHERNET, LLC, STP, by_ether_type
from pipeline.kernels.compiling import compiled

_SOURCE, _DESTINATION = TEXT_ID["source_mac"], TEXT_ID["destination_mac"]
_TYPE, _VLAN, _INNER_VLAN = NUMBER_ID["ethernet_type"], NUMBER_ID["vlan_id"], NUMBER_ID["vlan_inner_id"]
#: A smaller value in the type's place is a length.
_LEAST_TYPE = 0x600


@compiled
def ethernet(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Addresses, and a type or a length."""
    if stop - at < 14:
        return DONE, at, stop
    claim(out, at, at + 6, MAC, SCAN, _DESTINATION)
    claim(out, at + 6, at + 12, MAC, SCAN, _SOURCE)
    return by_type_or_length(data, at + 12, stop, out)


@compiled
def vlan(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A tag after its EtherType: priority and VLAN, then a type or a length again."""
    if stop - at < 4:
        return DONE, at, stop
    keep(out, at, at + 2)
    identifier = be16(data, at) & 0x0FFF
    if out.numbers[out.state[0], _VLAN] < 0:
        note(out, _VLAN, identifier)
    else:
        note(out, _INNER_VLAN, identifier)
    return by_type_or_length(data, at + 2, stop, out)


@compiled
def backbone(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A service tag of provider backbone bridges (IEEE 802.1ah), and the customer's frame behind it."""
    keep(out, at, min(stop, at + 4))
    return ETHERNET, at + 4, stop


@compiled
def by_type_or_length(data, at, stop, out):  # type: ignore[no-untyped-def]
    """What follows two bytes that give an EtherType or, if small, the length of an LLC frame; ``stop - at >= 2``."""
    keep(out, at, at + 2)
    kind = be16(data, at)
    if kind < _LEAST_TYPE:
        return LLC, at + 2, min(stop, at + 2 + kind)
    note_last(out, _TYPE, kind)
    return by_ether_type(kind), at + 2, stop


@compiled
def llc(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Service access points and control (IEEE 802.2), and SNAP behind them."""
    if stop - at < 3:
        return DONE, at, stop
    points = be16(data, at)
    if points == 0xFFFF:  # Novell's frames have no LLC header at all
        return DONE, at, stop
    # Unnumbered frames have one byte of control, all others two.
    size = 3 if byte(data, at + 2) & 3 == 3 else 4
    if stop - at < size:
        return DONE, at, stop
    keep(out, at, at + size)
    if points == 0x4242:
        return STP, at + size, stop
    if points != 0xAAAA or size != 3 or stop - at < 8:
        return DONE, at, stop
    keep(out, at + 3, at + 8)
    organization, kind = be16(data, at + 3) << 8 | byte(data, at + 5), be16(data, at + 6)
    if organization == 0x00000C:
        if kind == 0x2000:
            return CDP, at + 8, stop
        if kind == 0x010B:  # PVST+
            return STP, at + 8, stop
        return DONE, at, stop
    # RFC 1042, and 802.1H for bridges
    if organization == 0 or organization == 0x0000F8:
        note_last(out, _TYPE, kind)
        return by_ether_type(kind), at + 8, stop
    return DONE, at, stop
