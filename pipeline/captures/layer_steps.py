"""Which layers are read together, and from the number of a layer to the function that reads it."""

from __future__ import annotations

import numpy as np

from pipeline.captures import layers
from pipeline.captures.arp import arp
from pipeline.captures.cdp import cdp
from pipeline.captures.cooked import cooked, cooked2, null, raw
from pipeline.captures.dccp import dccp
from pipeline.captures.ethernet import backbone, ethernet, llc, vlan
from pipeline.captures.icmp import icmp
from pipeline.captures.icmpv6 import icmpv6
from pipeline.captures.igmp import igmp
from pipeline.captures.ipv4 import ipv4
from pipeline.captures.ipv6 import ipv6
from pipeline.captures.jobs import AT, DEEPEST, DEPTH, LAYER, STOP, enter, leave
from pipeline.captures.lldp import lldp
from pipeline.captures.mpls import mpls
from pipeline.captures.pim import pim
from pipeline.captures.ppp import cisco_hdlc, ppp, ppp_direction, ppp_hdlc
from pipeline.captures.pppoe import discovery, pppoe
from pipeline.captures.routing import eigrp, ospf, vrrp
from pipeline.captures.sctp import sctp
from pipeline.captures.stp import stp
from pipeline.captures.tcp import tcp
from pipeline.captures.tunnels import geneve, gre, gtp, l2tp, teredo, vxlan
from pipeline.captures.udp import udp
from pipeline.captures.wlan import radiotap, wlan
from pipeline.kernels.compiling import compiled
from pipeline.kernels.wide import AHEAD, prefetch

#: Families of layers, each read by a function of its own; what is in none has been read, or is an application.
_NONE, COMMON, LINKS, TUNNELS, CONTROL = range(5)
_MEMBERS = {
    COMMON: (
        layers.IPV4,
        layers.TCP,
        layers.UDP,
        layers.IPV6,
        layers.ETHERNET,
        layers.VLAN,
        layers.LLC,
        layers.COOKED,
        layers.COOKED2,
        layers.NULL,
        layers.RAW,
        layers.ICMP,
        layers.ICMPV6,
        layers.ARP,
        layers.IGMP,
    ),
    LINKS: (
        layers.RADIOTAP,
        layers.WLAN,
        layers.PPP,
        layers.PPP_HDLC,
        layers.PPP_DIRECTION,
        layers.CISCO_HDLC,
        layers.PPPOE,
        layers.PPPOE_DISCOVERY,
        layers.MPLS,
        layers.BACKBONE,
    ),
    TUNNELS: (
        layers.GRE, layers.VXLAN, layers.GENEVE, layers.GTP, layers.TEREDO, layers.L2TP, layers.SCTP,
    ),
    CONTROL: (
        layers.OSPF, layers.VRRP, layers.EIGRP, layers.PIM, layers.DCCP, layers.LLDP, layers.CDP, layers.STP,
    ),
}  # fmt: skip
FAMILY_OF = np.zeros(layers.PIM + 1, np.uint8)
for _family, _members in _MEMBERS.items():
    FAMILY_OF[list(_members)] = _family


@compiled
def common_step(layer, data, at, stop, out):  # type: ignore[no-untyped-def]
    """A layer of COMMON: what most captures hold."""
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
    return layers.DONE, at, stop


@compiled
def read_common(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    """Read packets on, each for as long as it comes to layers of COMMON."""
    for k in range(len(which)):
        job = jobs[which[k]]
        ahead = jobs[which[min(k + AHEAD, len(which) - 1)], AT]
        prefetch(data, ahead)
        prefetch(data, min(ahead + 64, len(data) - 1))
        rows = enter(job, out)
        layer, at, stop, depth = job[LAYER], job[AT], job[STOP], job[DEPTH]
        while FAMILY_OF[layer] == COMMON and at < stop and depth < DEEPEST:
            layer, at, stop = common_step(layer, data, at, stop, out)
            depth += 1
        if at >= stop or depth >= DEEPEST:
            layer = layers.DONE
        if not leave(job, layer, at, stop, depth, rows, runs, out):
            return k
    return len(which)


@compiled
def links_step(layer, data, at, stop, out):  # type: ignore[no-untyped-def]
    """A layer of LINKS: other links and what tags them."""
    if layer == layers.RADIOTAP:
        return radiotap(data, at, stop, out)
    if layer == layers.WLAN:
        return wlan(data, at, stop, out)
    if layer == layers.PPP:
        return ppp(data, at, stop, out)
    if layer == layers.PPP_HDLC:
        return ppp_hdlc(data, at, stop, out)
    if layer == layers.PPP_DIRECTION:
        return ppp_direction(data, at, stop, out)
    if layer == layers.CISCO_HDLC:
        return cisco_hdlc(data, at, stop, out)
    if layer == layers.PPPOE:
        return pppoe(data, at, stop, out)
    if layer == layers.PPPOE_DISCOVERY:
        return discovery(data, at, stop, out)
    if layer == layers.MPLS:
        return mpls(data, at, stop, out)
    if layer == layers.BACKBONE:
        return backbone(data, at, stop, out)
    return layers.DONE, at, stop


@compiled
def read_links(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    """Read packets on, each for as long as it comes to layers of LINKS."""
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        layer, at, stop, depth = job[LAYER], job[AT], job[STOP], job[DEPTH]
        while FAMILY_OF[layer] == LINKS and at < stop and depth < DEEPEST:
            layer, at, stop = links_step(layer, data, at, stop, out)
            depth += 1
        if at >= stop or depth >= DEEPEST:
            layer = layers.DONE
        if not leave(job, layer, at, stop, depth, rows, runs, out):
            return k
    return len(which)


@compiled
def tunnels_step(layer, data, at, stop, out):  # type: ignore[no-untyped-def]
    """A layer of TUNNELS: what carries other packets."""
    if layer == layers.GRE:
        return gre(data, at, stop, out)
    if layer == layers.VXLAN:
        return vxlan(data, at, stop, out)
    if layer == layers.GENEVE:
        return geneve(data, at, stop, out)
    if layer == layers.GTP:
        return gtp(data, at, stop, out)
    if layer == layers.TEREDO:
        return teredo(data, at, stop, out)
    if layer == layers.L2TP:
        return l2tp(data, at, stop, out)
    if layer == layers.SCTP:
        return sctp(data, at, stop, out)
    return layers.DONE, at, stop


@compiled
def read_tunnels(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    """Read packets on, each for as long as it comes to layers of TUNNELS."""
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        layer, at, stop, depth = job[LAYER], job[AT], job[STOP], job[DEPTH]
        while FAMILY_OF[layer] == TUNNELS and at < stop and depth < DEEPEST:
            layer, at, stop = tunnels_step(layer, data, at, stop, out)
            depth += 1
        if at >= stop or depth >= DEEPEST:
            layer = layers.DONE
        if not leave(job, layer, at, stop, depth, rows, runs, out):
            return k
    return len(which)


@compiled
def control_step(layer, data, at, stop, out):  # type: ignore[no-untyped-def]
    """A layer of CONTROL: what devices tell each other of themselves and their ways."""
    if layer == layers.OSPF:
        return ospf(data, at, stop, out)
    if layer == layers.VRRP:
        return vrrp(data, at, stop, out)
    if layer == layers.EIGRP:
        return eigrp(data, at, stop, out)
    if layer == layers.PIM:
        return pim(data, at, stop, out)
    if layer == layers.DCCP:
        return dccp(data, at, stop, out)
    if layer == layers.LLDP:
        lldp(data, at, stop, out)
    if layer == layers.CDP:
        cdp(data, at, stop, out)
    if layer == layers.STP:
        stp(data, at, stop, out)
    return layers.DONE, at, stop


@compiled
def read_control(data, jobs, which, runs, out):  # type: ignore[no-untyped-def]
    """Read packets on, each for as long as it comes to layers of CONTROL."""
    for k in range(len(which)):
        job = jobs[which[k]]
        rows = enter(job, out)
        layer, at, stop, depth = job[LAYER], job[AT], job[STOP], job[DEPTH]
        while FAMILY_OF[layer] == CONTROL and at < stop and depth < DEEPEST:
            layer, at, stop = control_step(layer, data, at, stop, out)
            depth += 1
        if at >= stop or depth >= DEEPEST:
            layer = layers.DONE
        if not leave(job, layer, at, stop, depth, rows, runs, out):
            return k
    return len(which)


#: By family.
READERS = {COMMON: read_common, LINKS: read_links, TUNNELS: read_tunnels, CONTROL: read_control}
STEPS = {COMMON: common_step, LINKS: links_step, TUNNELS: tunnels_step, CONTROL: control_step}
