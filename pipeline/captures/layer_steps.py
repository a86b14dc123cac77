"""From the number of a layer to the function that reads it."""

from __future__ import annotations

from pipeline.captures import layers
from pipeline.captures.applications import application
from pipeline.captures.arp import arp
from pipeline.captures.cdp import cdp
from pipeline.captures.cooked import cooked, cooked2, null, raw
from pipeline.captures.ethernet import backbone, ethernet, llc, vlan
from pipeline.captures.fields import compiled
from pipeline.captures.icmp import icmp
from pipeline.captures.icmpv6 import icmpv6
from pipeline.captures.igmp import igmp
from pipeline.captures.ipv4 import ipv4
from pipeline.captures.ipv6 import ipv6
from pipeline.captures.lldp import lldp
from pipeline.captures.mpls import mpls
from pipeline.captures.ppp import cisco_hdlc, ppp, ppp_direction, ppp_hdlc
from pipeline.captures.pppoe import discovery, pppoe
from pipeline.captures.routing import eigrp, ospf, pim, vrrp
from pipeline.captures.sctp import sctp
from pipeline.captures.stp import stp
from pipeline.captures.tcp import tcp
from pipeline.captures.tunnels import geneve, gre, gtp, l2tp, teredo, vxlan
from pipeline.captures.udp import udp
from pipeline.captures.wlan import radiotap, wlan


@compiled
def step(layer, data, at, stop, out):  # type: ignore[no-untyped-def]
    """Read one layer at ``data[at:stop]``: (next layer, at, stop); ``at < stop``."""
    if layer == layers.IPV4:
        return ipv4(data, at, stop, out)
    if layer == layers.TCP:
        return tcp(data, at, stop, out)
    if layer == layers.UDP:
        return udp(data, at, stop, out)
    if layer == layers.IPV6:
        return ipv6(data, at, stop, out)
    if layer == layers.ETHERNET:
        return ethernet(data, at, stop, out)
    if layer == layers.APPLICATION:
        application(data, at, stop, out)
        return layers.DONE, at, stop
    if layer == layers.VLAN:
        return vlan(data, at, stop, out)
    if layer == layers.LLC:
        return llc(data, at, stop, out)
    if layer == layers.COOKED:
        return cooked(data, at, stop, out)
    if layer == layers.COOKED2:
        return cooked2(data, at, stop, out)
    if layer == layers.NULL:
        return null(data, at, stop, out)
    if layer == layers.RAW:
        return raw(data, at, stop, out)
    if layer == layers.ICMP:
        return icmp(data, at, stop, out)
    if layer == layers.ICMPV6:
        return icmpv6(data, at, stop, out)
    if layer == layers.ARP:
        return arp(data, at, stop, out)
    if layer == layers.IGMP:
        return igmp(data, at, stop, out)
    if layer == layers.RADIOTAP:
        return radiotap(data, at, stop, out)
    if layer == layers.WLAN:
        return wlan(data, at, stop, out)
    if layer == layers.PPP:
        return ppp(data, at, stop, out)
    if layer == layers.PPPOE:
        return pppoe(data, at, stop, out)
    if layer == layers.PPPOE_DISCOVERY:
        return discovery(data, at, stop, out)
    if layer == layers.MPLS:
        return mpls(data, at, stop, out)
    if layer == layers.GRE:
        return gre(data, at, stop, out)
    if layer == layers.VXLAN:
        return vxlan(data, at, stop, out)
    if layer == layers.SCTP:
        return sctp(data, at, stop, out)
    if layer == layers.GENEVE:
        return geneve(data, at, stop, out)
    if layer == layers.GTP:
        return gtp(data, at, stop, out)
    if layer == layers.PPP_HDLC:
        return ppp_hdlc(data, at, stop, out)
    if layer == layers.PPP_DIRECTION:
        return ppp_direction(data, at, stop, out)
    if layer == layers.CISCO_HDLC:
        return cisco_hdlc(data, at, stop, out)
    if layer == layers.OSPF:
        return ospf(data, at, stop, out)
    if layer == layers.VRRP:
        return vrrp(data, at, stop, out)
    if layer == layers.EIGRP:
        return eigrp(data, at, stop, out)
    if layer == layers.TEREDO:
        return teredo(data, at, stop, out)
    if layer == layers.L2TP:
        return l2tp(data, at, stop, out)
    if layer == layers.BACKBONE:
        return backbone(data, at, stop, out)
    if layer == layers.PIM:
        return pim(data, at, stop, out)
    if layer == layers.LLDP:
        lldp(data, at, stop, out)
    elif layer == layers.CDP:
        cdp(data, at, stop, out)
    elif layer == layers.STP:
        stp(data, at, stop, out)
    return layers.DONE, at, stop
