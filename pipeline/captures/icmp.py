"""ICMP with the packets that it embeds (RFC 792, 950, 1256, 4884)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID
from pipeline.captures.fields import CHECKSUM, EMBEDDED, FINGERPRINT, IPV4, NONE, SCAN, byte, claim, keep, note_last
from pipeline.captures.ip_header import cover_payload
from pipeline.captures.layers import DONE
from pipeline.captures.layers import IPV4 as IPV4_LAYER
from pipeline.kernels.compiling import compiled

_TYPE, _CODE = NUMBER_ID["icmp_type"], NUMBER_ID["icmp_code"]
_UNREACHABLE, _QUENCH, _REDIRECT, _EXCEEDED, _PROBLEM = 3, 4, 5, 11, 12


@compiled
def icmp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """One message. What an echo carries stays unclaimed."""
    if stop - at < 4:
        return DONE, at, stop
    kind = byte(data, at)
    if not out.state[EMBEDDED]:
        note_last(out, _TYPE, kind)
        note_last(out, _CODE, byte(data, at + 1))
    keep(out, at, at + 2)
    claim(out, at + 2, at + 4, CHECKSUM, SCAN, NONE)
    cover_payload(data, out, at + 2, at, stop, False, False)
    if stop - at < 8:
        return DONE, at, stop
    if kind == _REDIRECT:
        claim(out, at + 4, at + 8, IPV4, SCAN, NONE)
    elif kind in (0, 8, _UNREACHABLE, _QUENCH, 9, 10, _EXCEEDED, _PROBLEM, 13, 14, 15, 16, 17, 18):
        keep(out, at + 4, at + 8)
    if kind in (_UNREACHABLE, _QUENCH, _REDIRECT, _EXCEEDED, _PROBLEM):
        length = byte(data, at + 5) * 4
        # Extensions behind the embedded packet stay unclaimed.
        if kind not in (_QUENCH, _REDIRECT) and length:
            stop = min(stop, at + 8 + length)
        out.state[EMBEDDED] = 1
        return IPV4_LAYER, at + 8, stop
    if kind == 13 or kind == 14:  # times of day
        claim(out, at + 8, min(stop, at + 20), FINGERPRINT, SCAN, NONE)
    elif kind == 17 or kind == 18:  # a netmask
        keep(out, at + 8, min(stop, at + 12))
    elif kind == 9 and byte(data, at + 5) == 2:  # routers, each with its preference
        for place in range(at + 8, min(stop - 7, at + 8 + 8 * byte(data, at + 4)), 8):
            claim(out, place, place + 4, IPV4, SCAN, NONE)
            keep(out, place + 4, place + 8)
    return DONE, at, stop
