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
    keep,
    note_last,
)
from pipeline.captures.ip_header import cover_payload
from pipeline.captures.layers import APPLICATION, DONE, GENEVE, GRE, GTP, L2TP, MPLS, TEREDO, VXLAN
from pipeline.kernels.compiling import compiled

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
    return _by_port(data, at + 8, stop, state[SOURCE_PORT], state[DESTINATION_PORT]), at + 8, stop


@compiled
def _by_port(data, at, stop, source, destination):  # type: ignore[no-untyped-def]
    """Tunnels, which are told by a port and by how they begin."""
    if stop - at < 8:
        return APPLICATION
    first = byte(data, at)
    if destination == 4789 or destination == 8472 or destination == 4790:
        return VXLAN if first & 0xF3 == 0 and first & 0x08 else APPLICATION
    if destination == 6081:
        return GENEVE if first >> 6 == 0 else APPLICATION
    if destination == 4754:
        return GRE
    if destination == 6635:
        return MPLS
    if source == 2152 or destination == 2152:
        return GTP if first >> 4 == 3 else APPLICATION
    if source == 3544 or destination == 3544:
        return TEREDO
    if source == 1701 or destination == 1701:
        return L2TP if byte(data, at + 1) & 15 == 2 else APPLICATION
    return APPLICATION
