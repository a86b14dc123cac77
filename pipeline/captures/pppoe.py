"""PPP over Ethernet (RFC 2516)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID
from pipeline.captures.fields import NONE, SCAN, SECRET, TEXT, be16, byte, claim, keep, note
from pipeline.captures.layers import DONE, PPP
from pipeline.captures.plain_text import octets
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_SESSION = NUMBER_ID["pppoe_session_id"]
_HOSTNAME = ENTITY_ID["HOSTNAME"]


@compiled
def pppoe(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A frame of a session."""
    if stop - at < 6:
        return DONE, at, stop
    keep(out, at, at + 6)
    note(out, _SESSION, be16(data, at + 2))
    if byte(data, at + 1) != 0:
        return DONE, at, stop
    return PPP, at + 6, min(stop, at + 6 + be16(data, at + 4))


@compiled
def discovery(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Tags; of those that are not listed here the content stays unclaimed."""
    if stop - at < 6:
        return DONE, at, stop
    keep(out, at, at + 6)
    note(out, _SESSION, be16(data, at + 2))
    stop = min(stop, at + 6 + be16(data, at + 4))
    at += 6
    while at + 4 <= stop:
        kind, end = be16(data, at), at + 4 + be16(data, at + 2)
        keep(out, at, at + 4)
        if end > stop:
            break
        if kind == 0x0101 or kind >= 0x0201:  # the service's name, and errors
            octets(data, at + 4, end, SCAN, NONE, out)
        elif kind == 0x0102:  # the access concentrator's
            claim(out, at + 4, end, TEXT, _HOSTNAME, NONE)
        elif kind == 0x0104:
            claim(out, at + 4, end, SECRET, SCAN, NONE)
        at = end
    return DONE, at, stop
