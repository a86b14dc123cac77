"""IPv6 with its extension headers (RFC 8200; RFC 4302, 4303, 5095, 6275, 8754)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID
from pipeline.captures.fields import (
    DESTINATION_AT,
    EMBEDDED,
    FINGERPRINT,
    FRAGMENT_ID,
    FRAGMENT_OFFSET,
    IPV6,
    MORE_FRAGMENTS,
    NONE,
    PAYLOAD_END,
    PAYLOAD_START,
    PROTOCOL,
    SCAN,
    SOURCE_AT,
    be16,
    be32,
    byte,
    claim,
    keep,
    note_last,
)
from pipeline.captures.ip_header import enter_fragment, enter_ip
from pipeline.captures.layers import DONE, by_protocol
from pipeline.kernels.compiling import compiled

_PROTOCOL, _TTL, _DSCP = NUMBER_ID["ip_protocol"], NUMBER_ID["ip_ttl"], NUMBER_ID["ip_dscp"]
_IDENTIFICATION, _FLOW = NUMBER_ID["ip_identification"], NUMBER_ID["ipv6_flow_label"]
_OFFSET, _MORE = NUMBER_ID["ip_fragment_offset"], NUMBER_ID["ip_more_fragments"]
_HOP_BY_HOP, _ROUTING, _FRAGMENT, _ENCRYPTED, _AUTHENTICATION, _FOR_DESTINATION = 0, 43, 44, 50, 51, 60


@compiled
def ipv6(data, at, stop, out):  # type: ignore[no-untyped-def]
    """One header and its extensions; in an ICMP error perhaps with little behind it."""
    if stop - at < 40 or byte(data, at) >> 4 != 6:
        return DONE, at, stop
    state = out.state
    keep(out, at, at + 7)
    claim(out, at + 7, at + 8, FINGERPRINT, SCAN, NONE)
    enter_ip(out, at + 8, at + 24, 16)
    if not state[EMBEDDED]:
        note_last(out, _TTL, byte(data, at + 7))
        note_last(out, _DSCP, be16(data, at) >> 6 & 63)
        note_last(out, _FLOW, be32(data, at) & 0xFFFFF)
    length = be16(data, at + 4)
    # A length of zero: a jumbogram (RFC 2675), or a network card that cuts segments itself.
    end = at + 40 + length if length else stop
    state[PAYLOAD_END] = end
    state[FRAGMENT_OFFSET] = 0
    state[MORE_FRAGMENTS] = 0
    return _extensions(data, at + 40, min(stop, end), byte(data, at + 6), out)


@compiled
def _extensions(data, at, stop, following, out):  # type: ignore[no-untyped-def]
    """The headers between; each takes at least eight bytes, so that they come to an end."""
    state = out.state
    while at + 8 <= stop:
        if following == _FRAGMENT:
            size = 8
            word = be16(data, at + 2)
            keep(out, at, at + 8)
            state[FRAGMENT_OFFSET] = word & 0xFFF8
            state[MORE_FRAGMENTS] = word & 1
            state[FRAGMENT_ID] = be32(data, at + 4)
            if not state[EMBEDDED]:
                note_last(out, _IDENTIFICATION, state[FRAGMENT_ID])
                note_last(out, _OFFSET, state[FRAGMENT_OFFSET])
                note_last(out, _MORE, word & 1)
            if word & 0xFFF9:
                enter_fragment(out, at + 4, at + 8, stop)
            if word & 0xFFF8:
                return DONE, at, stop
        elif following == _AUTHENTICATION:
            size = (byte(data, at + 1) + 2) * 4
            keep(out, at, min(at + 12, at + size, stop))
        elif following in (_HOP_BY_HOP, _FOR_DESTINATION, _ROUTING):
            size = (byte(data, at + 1) + 1) * 8
            keep(out, at, at + 2)
            if following == _ROUTING:
                _route(data, at, min(at + size, stop), out)
            else:
                _options(data, at + 2, min(at + size, stop), out)
        else:
            break
        following = byte(data, at)
        at += size
    if following == _ENCRYPTED and at + 8 <= stop:
        keep(out, at, at + 8)
    if not state[EMBEDDED]:
        note_last(out, _PROTOCOL, following)
    if at > stop:
        return DONE, stop, stop
    state[PROTOCOL] = following
    state[PAYLOAD_START] = at
    return by_protocol(following), at, stop


@compiled
def _route(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Addresses of a routing header; the last hop's is what checksums are made with."""
    if stop - at < 8:
        return
    kind, left = byte(data, at + 2), byte(data, at + 3)
    keep(out, at + 2, at + 8)
    if kind != 0 and kind != 2 and kind != 4:
        return
    full = (byte(data, at + 1) + 1) * 8
    count = (full - 8) // 16
    if kind == 4:
        # Further options may follow the segments; the last hop stands first (RFC 8754).
        count = min(count, byte(data, at + 4) + 1)
    last = 0 if kind == 4 else count - 1
    for place in range(count):
        start = at + 8 + place * 16
        if start + 16 > stop:
            return
        claim(out, start, start + 16, IPV6, SCAN, NONE)
        if place == last and left:
            out.state[DESTINATION_AT] = start


@compiled
def _options(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Options of hop-by-hop and destination headers; of what is not listed here the content stays unclaimed."""
    while at < stop:
        kind = byte(data, at)
        if kind == 0:
            keep(out, at, at + 1)
            at += 1
            continue
        if at + 2 > stop:
            return
        end = at + 2 + byte(data, at + 1)
        if end > stop:
            return
        keep(out, at, at + 2)
        if (kind == 5 and end - at == 4) or (kind == 0xC2 and end - at == 6):  # router alert, jumbo payload
            keep(out, at + 2, end)
        elif kind == 0xC9 and end - at == 18:  # home address, which checksums are made with (RFC 6275 section 11.3.1)
            claim(out, at + 2, end, IPV6, SCAN, NONE)
            out.state[SOURCE_AT] = at + 2
        at = end
