"""Numbers of the layers, and which one stands for a link type, an EtherType or an IP protocol.

A layer is a compiled function ``layer(data, at, stop, out) -> (next layer, at, stop)``; those that end a packet for
themselves return DONE.
"""

from __future__ import annotations

from pipeline.kernels.compiling import compiled

(
    DONE, APPLICATION,
    ETHERNET, LLC, VLAN, MPLS, ARP, LLDP, STP, CDP,
    COOKED, COOKED2, NULL, RAW, WLAN, RADIOTAP,
    PPP, PPP_HDLC, PPP_DIRECTION, CISCO_HDLC, PPPOE, PPPOE_DISCOVERY,
    IPV4, IPV6, ICMP, ICMPV6, IGMP, TCP, UDP, SCTP,
    GRE, VXLAN, GENEVE, GTP, TEREDO, L2TP, BACKBONE, OSPF, VRRP, EIGRP, DCCP, PIM,
) = range(42)  # fmt: skip

#: LINKTYPE_ and DLT_ values (https://www.tcpdump.org/linktypes.html).
LINK_LAYERS = {
    0: NULL,
    1: ETHERNET,
    9: PPP_HDLC,
    12: RAW,
    14: RAW,
    50: PPP_HDLC,
    51: PPPOE,
    101: RAW,
    104: CISCO_HDLC,
    105: WLAN,
    108: NULL,
    113: COOKED,
    127: RADIOTAP,
    166: PPP_DIRECTION,
    204: PPP_DIRECTION,
    228: IPV4,
    229: IPV6,
    276: COOKED2,
}


@compiled
def by_ether_type(kind):  # type: ignore[no-untyped-def]
    """The layer of an EtherType (https://www.iana.org/assignments/ieee-802-numbers)."""
    if kind == 0x0800:
        return IPV4
    if kind == 0x86DD:
        return IPV6
    if kind == 0x0806 or kind == 0x8035:
        return ARP
    if kind == 0x8100 or kind == 0x88A8 or kind == 0x9100 or kind == 0x9200:
        return VLAN
    if kind == 0x8847 or kind == 0x8848:
        return MPLS
    if kind == 0x8864:
        return PPPOE
    if kind == 0x8863:
        return PPPOE_DISCOVERY
    if kind == 0x6558:
        return ETHERNET
    if kind == 0x88E7:
        return BACKBONE
    if kind == 0x880B:
        return PPP_HDLC
    if kind == 0x88CC:
        return LLDP
    return DONE


@compiled
def by_protocol(protocol):  # type: ignore[no-untyped-def]
    """The layer of an IP protocol number (https://www.iana.org/assignments/protocol-numbers)."""
    if protocol == 6:
        return TCP
    if protocol == 17 or protocol == 136:
        return UDP
    if protocol == 1:
        return ICMP
    if protocol == 58:
        return ICMPV6
    if protocol == 2:
        return IGMP
    if protocol == 4:
        return IPV4
    if protocol == 41:
        return IPV6
    if protocol == 47:
        return GRE
    if protocol == 132:
        return SCTP
    if protocol == 89:
        return OSPF
    if protocol == 112:
        return VRRP
    if protocol == 88:
        return EIGRP
    if protocol == 103:
        return PIM
    if protocol == 33:
        return DCCP
    if protocol == 137:
        return MPLS
    if protocol == 143:
        return ETHERNET
    return DONE
