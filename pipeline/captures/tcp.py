"""TCP with its options (RFC 9293; https://www.iana.org/assignments/tcp-parameters)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID
from pipeline.captures.fields import (
    CHECKSUM,
    DESTINATION_PORT,
    EMBEDDED,
    FINGERPRINT,
    NONE,
    PAYLOAD_END,
    SCAN,
    SECRET,
    SOURCE_PORT,
    TRANSPORT,
    be16,
    be32,
    byte,
    claim,
    keep,
    note_last,
)
from pipeline.captures.ip_header import cover_payload
from pipeline.captures.layers import APPLICATION, DONE
from pipeline.kernels.compiling import compiled

_SOURCE, _DESTINATION = NUMBER_ID["source_port"], NUMBER_ID["destination_port"]
_SEQUENCE, _ACKNOWLEDGMENT = NUMBER_ID["tcp_sequence"], NUMBER_ID["tcp_acknowledgment"]
_FLAGS, _WINDOW, _BYTES = NUMBER_ID["tcp_flags"], NUMBER_ID["tcp_window"], NUMBER_ID["transport_payload_bytes"]


@compiled
def tcp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Of a header that an ICMP error cut short, what is there."""
    state = out.state
    if stop - at < 20:
        # Ports and sequence number: the eight bytes that every ICMP error gives back (RFC 792).
        if stop - at >= 8:
            keep(out, at, at + 8)
            if stop - at >= 18:
                keep(out, at + 8, at + 16)
                claim(out, at + 16, at + 18, CHECKSUM, SCAN, NONE)
                cover_payload(data, out, at + 16, at, stop, True, False)
        return DONE, at, stop
    size = (byte(data, at + 12) >> 4) * 4
    keep(out, at, at + 16)
    claim(out, at + 16, at + 18, CHECKSUM, SCAN, NONE)
    keep(out, at + 18, at + 20)
    cover_payload(data, out, at + 16, at, stop, True, False)
    state[TRANSPORT] = 6
    state[SOURCE_PORT] = be16(data, at)
    state[DESTINATION_PORT] = be16(data, at + 2)
    if not state[EMBEDDED]:
        note_last(out, _SOURCE, be16(data, at))
        note_last(out, _DESTINATION, be16(data, at + 2))
        note_last(out, _SEQUENCE, be32(data, at + 4))
        note_last(out, _ACKNOWLEDGMENT, be32(data, at + 8))
        note_last(out, _FLAGS, be16(data, at + 12) & 0x0FFF)
        note_last(out, _WINDOW, be16(data, at + 14))
        note_last(out, _BYTES, max(0, state[PAYLOAD_END] - at - size))
    if size < 20:
        return DONE, at, stop
    options(data, at + 20, min(at + size, stop), out)
    if at + size > stop:
        return DONE, at, stop
    return APPLICATION, at + size, stop


@compiled
def _size_of(kind):  # type: ignore[no-untyped-def]
    """Bytes of the options whose size is fixed: segment size, window scale, that SACK is permitted; else -1."""
    return 6 - kind if 2 <= kind <= 4 else -1


@compiled
def options(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Types and lengths; of what is not listed here the content stays unclaimed."""
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
        end = at + byte(data, at + 1)
        if end < at + 2 or end > stop:
            return
        keep(out, at, at + 2)
        if kind == 8:
            claim(out, at + 2, end, FINGERPRINT, SCAN, NONE)
        elif end - at == _size_of(kind) or (kind == 5 and (end - at) % 8 == 2 and end - at <= 34):  # SACK
            keep(out, at + 2, end)
        elif kind == 19 or kind == 29 or kind == 34:  # MD5, authentication, the cookie of Fast Open
            claim(out, at + 2, end, SECRET, SCAN, NONE)
        at = end
