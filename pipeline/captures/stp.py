"""Spanning trees: bridges by their MACs (IEEE 802.1Q-2018 section 14, IEEE 802.1D-2004 section 9)."""

from __future__ import annotations

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.fields import MAC, NONE, SCAN, be16, claim, keep
from pipeline.captures.plain_text import text
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_TEXTS = TEXT_ID["text"]
#: A region is named after a site, a firm or a network.
_NAME = ENTITY_ID["HOSTNAME"]
_CONFIGURATION, _RAPID = 0x00, 0x02
_MULTIPLE = 3
#: A bridge protocol data unit up to the tree's times, the region's name and digest, one instance.
_SIZE, _NAME_AT, _DIGEST_AT, _BRIDGE_AT, _INSTANCES_AT, _INSTANCE = 35, 39, 73, 93, 102, 16


@compiled
def stp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A unit of any of the spanning tree protocols; what a switch's maker adds is left."""
    if at + 4 > stop or be16(data, at) != 0:
        return
    version, kind = data[at + 2], data[at + 3]
    keep(out, at, at + 4)
    if kind not in (_CONFIGURATION, _RAPID) or at + _SIZE > stop:
        return
    keep(out, at + 4, at + 7)
    claim(out, at + 7, at + 13, MAC, SCAN, NONE)
    keep(out, at + 13, at + 19)
    claim(out, at + 19, at + 25, MAC, SCAN, NONE)
    keep(out, at + 25, at + _SIZE)
    if kind != _RAPID or at + _SIZE + 1 > stop:
        return
    keep(out, at + _SIZE, at + _SIZE + 1)
    if version != _MULTIPLE or at + _INSTANCES_AT > stop:
        return
    keep(out, at + _SIZE + 1, at + _NAME_AT)
    text(data, at + _NAME_AT, at + _NAME_AT + 32, _NAME, _TEXTS, out)
    # The digest of VLANs' instances is left. Behind it: cost within the region, bridge, hops.
    keep(out, at + _NAME_AT + 32, at + _DIGEST_AT)
    keep(out, at + 89, at + _BRIDGE_AT + 2)
    claim(out, at + _BRIDGE_AT + 2, at + _BRIDGE_AT + 8, MAC, SCAN, NONE)
    keep(out, at + _BRIDGE_AT + 8, at + _INSTANCES_AT)
    at += _INSTANCES_AT
    while at + _INSTANCE <= stop:
        keep(out, at, at + 3)
        claim(out, at + 3, at + 9, MAC, SCAN, NONE)
        keep(out, at + 9, at + _INSTANCE)
        at += _INSTANCE
