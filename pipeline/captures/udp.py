"""UDP and UDP-Lite (RFC 768, RFC 3828)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID
from pipeline.captures.fields import (
    CHECKSUM,
    DESTINATION_PORT,
    EMBEDDED,
    NONE,
    PAYLOAD_END,
    PROTOCOL,
    SCAN,
    SOURCE_PORT,
    TRANSPORT,
    be16,
    byte,
    claim,
    compiled,
    keep,
    note_last,
)
from pipeline.captures.ip_header import cover_payload
from pipeline.captures.layers import APPLICATION, DONE, GENEVE, GTP, MPLS, VXLAN

_SOURCE, _DESTINATION = NUMBER_ID["source_port"], NUMBER_ID["destination_port"]
_BYTES = NUMBER_ID["transport_payload_bytes"]
_LITE = 136


@compiled
def udp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Ports, a length or coverage, a checksum."""
    state = out.state
    if stop - at < 8:
        return DONE, at, stop
    lite = state[PROTOCOL] == _LITE
    length = be16(data, at + 4)
    # Zero: of a jumbogram all that is there (RFC 2675), of UDP-Lite all is covered.
    end = at + length if length >= 8 else state[PAYLOAD_END]
    covered = min(stop, end)
    keep(out, at, at + 6)
    claim(out, at + 6, at + 8, CHECKSUM, SCAN, NONE)
    cover_payload(data, out, at + 6, at, covered, True, not lite)
    if not lite:
        stop = covered
    state[TRANSPORT] = 17
    state[SOURCE_PORT] = be16(data, at)
    state[DESTINATION_PORT] = be16(data, at + 2)
    if not state[EMBEDDED]:
        note_last(out, _SOURCE, be16(data, at))
        note_last(out, _DESTINATION, be16(data, at + 2))
        note_last(out, _BYTES, max(0, (state[PAYLOAD_END] if lite else end) - at - 8))
    return _by_port(data, at + 8, stop, be16(data, at + 2)), at + 8, stop


@compiled
def _by_port(data, at, stop, port):  # type: ignore[no-untyped-def]
    """Tunnels, which are told by the port that they are sent to and by how they begin."""
    if stop - at >= 8:
        if (port == 4789 or port == 8472) and byte(data, at) == 0x08:
            return VXLAN
        if port == 6081 and byte(data, at) >> 6 == 0:
            return GENEVE
        if port == 2152 and byte(data, at) >> 4 == 3:
            return GTP
        if port == 6635:
            return MPLS
    return APPLICATION
