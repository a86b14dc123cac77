"""CDP, Cisco's discovery protocol, as Cisco's switches and their documents have it."""

from __future__ import annotations

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.fields import (
    CHECKSUM,
    IPV4,
    IPV6,
    MAC,
    NONE,
    SCAN,
    SumRule,
    be16,
    be32,
    byte,
    claim,
    cover,
    keep,
)
from pipeline.captures.plain_text import text
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_DEVICE, _TEXTS = TEXT_ID["cdp_device_id"], TEXT_ID["text"]
_HOSTNAME = ENTITY_ID["HOSTNAME"]
_DEVICE_ID, _ADDRESSES, _PREFIXES, _MANAGEMENT, _SYSTEM_NAME = 1, 2, 7, 0x16, 0x14
#: Port, software, platform, VTP's domain, location's text behind a byte.
_SOME_TEXT = (3, 5, 6, 9)
#: Abilities, native VLAN, duplex, voice VLANs, power, MTU, trust.
_NUMBERS = (4, 0x0A, 0x0B, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x19, 0x1A)
_MOST, _POWER, _MOST_POWER = 4, (0x19, 0x1A), 20
_PLAIN = int(SumRule.PLAIN)


@compiled
def cdp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Version, time, checksum, elements."""
    if at + 4 > stop:
        return
    keep(out, at, at + 2)
    claim(out, at + 2, at + 4, CHECKSUM, SCAN, NONE)
    # An odd last byte is summed in a way of its own: the checksum follows all others.
    cover(out, at + 2, at, stop - (stop - at & 1), -1, -1, 0, _PLAIN)
    at += 4
    while at + 4 <= stop:
        kind, start, end = be16(data, at), at + 4, at + be16(data, at + 2)
        if end < start or end > stop:
            return
        keep(out, at, start)
        if kind in (_DEVICE_ID, _SYSTEM_NAME):
            text(data, start, end, _HOSTNAME, _DEVICE, out)
        elif kind in (_ADDRESSES, _MANAGEMENT):
            _addresses(data, start, end, out)
        elif kind == _PREFIXES:
            _prefixes(data, start, end, out)
        elif kind in _SOME_TEXT:
            text(data, start, end, SCAN, _TEXTS, out)
        elif kind == 0x17:
            if end > start:
                keep(out, start, start + 1)
                text(data, start + 1, end, SCAN, _TEXTS, out)
        elif kind in _NUMBERS and end - start <= (_MOST_POWER if kind in _POWER else _MOST):
            keep(out, start, end)
        at = end


@compiled
def _addresses(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A count; of each a protocol's number behind its kind and length, an address behind its length."""
    if at + 4 > stop:
        return
    keep(out, at, at + 4)
    count = be32(data, at)
    at += 4
    while count > 0 and at + 2 <= stop:
        count -= 1
        place = at + 2 + byte(data, at + 1)
        if place + 2 > stop:
            return
        end = place + 2 + be16(data, place)
        if end > stop or place - at > 10:
            return
        keep(out, at, place + 2)
        size = end - place - 2
        if size == 4:
            claim(out, place + 2, end, IPV4, SCAN, NONE)
        elif size == 16:
            claim(out, place + 2, end, IPV6, SCAN, NONE)
        elif size == 6:
            claim(out, place + 2, end, MAC, SCAN, NONE)
        at = end


@compiled
def _prefixes(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Networks with their lengths, or the router by which all are reached."""
    if stop - at == 4:
        claim(out, at, stop, IPV4, SCAN, NONE)
        return
    while at + 5 <= stop:
        claim(out, at, at + 4, IPV4, SCAN, NONE)
        keep(out, at + 4, at + 5)
        at += 5
