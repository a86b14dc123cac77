"""From the number of a layer to the function that reads it."""

from __future__ import annotations

from pipeline.captures import layers
from pipeline.captures.applications import application
from pipeline.captures.cooked import cooked, cooked2, null, raw
from pipeline.captures.ethernet import ethernet, llc, vlan
from pipeline.captures.fields import compiled
from pipeline.captures.ipv4 import ipv4
from pipeline.captures.ipv6 import ipv6
from pipeline.captures.tcp import tcp
from pipeline.captures.udp import udp


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
    return layers.DONE, at, stop
