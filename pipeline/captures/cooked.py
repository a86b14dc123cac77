"""Link types without a link layer of their own: Linux cooked captures, BSD loopback, raw IP.

https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and its neighbours.
"""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import EUI64, IPV4, MAC, SCAN, be16, be32, byte, claim, keep, le32, note_last
from pipeline.captures.layers import DONE, LLC, by_ether_type
from pipeline.captures.layers import IPV4 as IPV4_LAYER
from pipeline.captures.layers import IPV6 as IPV6_LAYER
from pipeline.kernels.compiling import compiled

_SOURCE, _TUNNEL = TEXT_ID["source_mac"], TEXT_ID["tunnel_source_ip"]
_TYPE = NUMBER_ID["ethernet_type"]


@compiled
def cooked(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Version 1: packet type, hardware type, address, protocol."""
    if stop - at < 16:
        return DONE, at, stop
    keep(out, at, at + 6)
    _claim_sender(out, at + 6, be16(data, at + 2), be16(data, at + 4))
    keep(out, at + 14, at + 16)
    return _by_protocol(be16(data, at + 2), be16(data, at + 14), at + 16, stop, out)


@compiled
def cooked2(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Version 2: protocol, interface, hardware type, packet type, address."""
    if stop - at < 20:
        return DONE, at, stop
    keep(out, at, at + 12)
    _claim_sender(out, at + 12, be16(data, at + 8), byte(data, at + 11))
    return _by_protocol(be16(data, at + 8), be16(data, at), at + 20, stop, out)


@compiled
def _claim_sender(out, at, hardware, size):  # type: ignore[no-untyped-def]
    """The sender's address in its eight bytes; what is left of them may hold anything."""
    if size == 6:
        claim(out, at, at + 6, MAC, SCAN, _SOURCE)
    elif size == 8:
        claim(out, at, at + 8, EUI64, SCAN, _SOURCE)
    elif size == 4 and (hardware == 768 or hardware == 776 or hardware == 778):  # tunnels over IPv4 (if_arp.h)
        claim(out, at, at + 4, IPV4, SCAN, _TUNNEL)


@compiled
def _by_protocol(hardware, protocol, at, stop, out):  # type: ignore[no-untyped-def]
    # Netlink and CAN frames number their protocols otherwise.
    if hardware == 824 or hardware == 280:
        return DONE, at, stop
    if protocol == 4:
        return LLC, at, stop
    note_last(out, _TYPE, protocol)
    return by_ether_type(protocol), at, stop


@compiled
def null(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A protocol family in the byte order of whoever captured."""
    if stop - at < 4:
        return DONE, at, stop
    keep(out, at, at + 4)
    family = min(be32(data, at), le32(data, at))
    if family == 2:
        return IPV4_LAYER, at + 4, stop
    # AF_INET6 differs from system to system.
    if family == 24 or family == 28 or family == 30 or family == 10:
        return IPV6_LAYER, at + 4, stop
    return DONE, at, stop


@compiled
def raw(data, at, stop, out):  # type: ignore[no-untyped-def]
    """An IP packet of the version that it gives."""
    if stop - at < 1:
        return DONE, at, stop
    version = byte(data, at) >> 4
    if version == 4:
        return IPV4_LAYER, at, stop
    if version == 6:
        return IPV6_LAYER, at, stop
    return DONE, at, stop
