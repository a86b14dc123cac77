"""MPLS label stacks (RFC 3032), and Ethernet over them with a control word (RFC 4448)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID
from pipeline.captures.fields import be16, be32, byte, keep, note
from pipeline.captures.layers import DONE, ETHERNET, IPV4, IPV6, by_ether_type
from pipeline.kernels.compiling import compiled

_LABEL = NUMBER_ID["mpls_label"]


@compiled
def mpls(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Labels to the bottom of the stack. What is below does not say what it is: how it begins must tell."""
    bottom = False
    while not bottom:
        if stop - at < 4:
            return DONE, at, stop
        keep(out, at, at + 4)
        note(out, _LABEL, be32(data, at) >> 12)
        bottom = byte(data, at + 2) & 1 == 1
        at += 4
    if stop - at < 1:
        return DONE, at, stop
    version = byte(data, at) >> 4
    if version == 4:
        return IPV4, at, stop
    if version == 6:
        return IPV6, at, stop
    if version == 0 and stop - at >= 18 and by_ether_type(be16(data, at + 16)) != DONE:
        keep(out, at, at + 4)
        return ETHERNET, at + 4, stop
    return DONE, at, stop
