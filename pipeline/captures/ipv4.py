"""IPv4 with its options (RFC 791, RFC 2113)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID
from pipeline.captures.fields import (
    CHECKSUM,
    EMBEDDED,
    FINGERPRINT,
    FRAGMENT_ID,
    FRAGMENT_OFFSET,
    IPV4,
    MORE_FRAGMENTS,
    NONE,
    NUMBER,
    PAYLOAD_END,
    PAYLOAD_START,
    PROTOCOL,
    SCAN,
    SumRule,
    be16,
    byte,
    claim,
    cover,
    keep,
    note_last,
)
from pipeline.captures.ip_header import enter_fragment, enter_ip
from pipeline.captures.layers import DONE, by_protocol
from pipeline.kernels.compiling import compiled

_PROTOCOL, _TTL, _DSCP = NUMBER_ID["ip_protocol"], NUMBER_ID["ip_ttl"], NUMBER_ID["ip_dscp"]
_IDENTIFICATION = NUMBER_ID["ip_identification"]
_OFFSET, _MORE = NUMBER_ID["ip_fragment_offset"], NUMBER_ID["ip_more_fragments"]
_PLAIN = int(SumRule.PLAIN)


@compiled
def ipv4(data, at, stop, out):  # type: ignore[no-untyped-def]
    """One header; in an ICMP error perhaps with little behind it."""
    if stop - at < 20 or byte(data, at) >> 4 != 4 or byte(data, at) & 15 < 5:
        return DONE, at, stop
    state, size = out.state, (byte(data, at) & 15) * 4
    total, word, protocol = be16(data, at + 2), be16(data, at + 6), byte(data, at + 9)
    offset, more = (word & 0x1FFF) * 8, word >> 13 & 1
    header_end = min(at + size, stop)

    keep(out, at, at + 4)
    # Without its identification a datagram in fragments cannot be put together.
    claim(out, at + 4, at + 6, NUMBER if offset or more else FINGERPRINT, SCAN, NONE)
    keep(out, at + 6, at + 8)
    claim(out, at + 8, at + 9, FINGERPRINT, SCAN, NONE)
    keep(out, at + 9, at + 10)
    claim(out, at + 10, at + 12, CHECKSUM, SCAN, NONE)
    cover(out, at + 10, at, header_end, at + 12, at + 16, 0, _PLAIN)
    enter_ip(out, at + 12, at + 16, 4)
    if not state[EMBEDDED]:
        note_last(out, _PROTOCOL, protocol)
        note_last(out, _TTL, byte(data, at + 8))
        note_last(out, _DSCP, byte(data, at + 1) >> 2)
        note_last(out, _IDENTIFICATION, be16(data, at + 4))
        note_last(out, _OFFSET, offset)
        note_last(out, _MORE, more)
    if size > 20:
        options(data, at + 20, header_end, out)

    # A network card that cuts segments itself is handed a length of zero.
    end = at + total if total else stop
    if at + size > stop or end < at + size:
        return DONE, at, stop
    state[PROTOCOL] = protocol
    state[PAYLOAD_START] = at + size
    state[PAYLOAD_END] = end
    state[FRAGMENT_OFFSET] = offset
    state[MORE_FRAGMENTS] = more
    state[FRAGMENT_ID] = be16(data, at + 4)
    stop = min(stop, end)
    if offset or more:
        enter_fragment(out, at + 4, at + size, stop)
    if offset:
        return DONE, at, stop
    return by_protocol(protocol), at + size, stop


@compiled
def options(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Types, lengths and addresses; of what is not listed here the content stays unclaimed."""
    while at < stop:
        kind = byte(data, at)
        if kind == 0:
            keep(out, at, at + 1)
            return
        if kind == 1:
            keep(out, at, at + 1)
            at += 1
            continue
        if at + 2 > stop:
            return
        size = byte(data, at + 1)
        end = at + size
        if size < 2 or end > stop:
            return
        keep(out, at, at + 2)
        if (kind == 7 or kind == 131 or kind == 137) and size >= 3:  # record route, loose and strict source route
            keep(out, at + 2, at + 3)
            for place in range(at + 3, end - 3, 4):
                claim(out, place, place + 4, IPV4, SCAN, NONE)
        elif kind == 68 and size >= 4:
            _timestamps(data, at, end, out)
        elif kind == 148 and size == 4:  # router alert
            keep(out, at + 2, end)
        at = end


@compiled
def _timestamps(data, at, end, out):  # type: ignore[no-untyped-def]
    """Times of day, of which each may follow the address of who wrote it. They show how a host's clock goes."""
    keep(out, at + 2, at + 4)
    flag = byte(data, at + 3) & 15
    if flag == 0:
        claim(out, at + 4, end, FINGERPRINT, SCAN, NONE)
    elif flag == 1 or flag == 3:
        for place in range(at + 4, end - 7, 8):
            claim(out, place, place + 4, IPV4, SCAN, NONE)
            claim(out, place + 4, place + 8, FINGERPRINT, SCAN, NONE)
