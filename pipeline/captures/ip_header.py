"""What IPv4 and IPv6 headers have in common: their addresses, and the checksums of what they carry."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import (
    ABSENT,
    ADDRESS_BYTES,
    COLUMN,
    CUT,
    DESTINATION_AT,
    EMBEDDED,
    IP_LAYERS,
    IPV4,
    IPV6,
    MORE_FRAGMENTS,
    OUTER_MORE,
    OUTER_ROW,
    PACKET,
    PAYLOAD_END,
    PROTOCOL,
    ROWS_USED,
    SCAN,
    SOURCE_AT,
    SumRule,
    be16,
    byte,
    claim,
    compiled_once,
    cover,
    note_last,
)
from pipeline.kernels.compiling import compiled

_SOURCE, _DESTINATION = TEXT_ID["source_ip"], TEXT_ID["destination_ip"]
_TUNNEL_SOURCE, _TUNNEL_DESTINATION = TEXT_ID["tunnel_source_ip"], TEXT_ID["tunnel_destination_ip"]
_INNER_SOURCE, _INNER_DESTINATION = TEXT_ID["icmp_source_ip"], TEXT_ID["icmp_destination_ip"]
_VERSION = NUMBER_ID["ip_version"]
#: What headers behind the IP header say: in a tunnel the innermost packet's count, so an outer one's are forgotten.
_BEHIND_FIRST, _BEHIND_LAST = NUMBER_ID["ip_version"], NUMBER_ID["igmp_type"]
_PLAIN, _ZERO_IS_NONE = int(SumRule.PLAIN), int(SumRule.ZERO_IS_NONE)
_FRAGMENT, _FRAGMENT_PLAIN = int(SumRule.FRAGMENT), int(SumRule.FRAGMENT_PLAIN)
_PART, _PSEUDO = int(SumRule.PART), int(SumRule.PSEUDO)


@compiled_once(3)
def enter_ip(out, source, destination, size):  # type: ignore[no-untyped-def]
    """Claim the addresses of a header, of 4 or 16 bytes, and make it the innermost one."""
    state = out.state
    kind = IPV4 if size == 4 else IPV6
    if state[EMBEDDED]:
        claim(out, source, source + size, kind, SCAN, _INNER_SOURCE)
        claim(out, destination, destination + size, kind, SCAN, _INNER_DESTINATION)
    else:
        if state[IP_LAYERS] == 0:
            state[OUTER_ROW] = state[ROWS_USED]
        else:
            if state[IP_LAYERS] == 1 and state[OUTER_ROW] + 1 < state[ROWS_USED]:
                out.rows[state[OUTER_ROW], COLUMN] = _TUNNEL_SOURCE
                out.rows[state[OUTER_ROW] + 1, COLUMN] = _TUNNEL_DESTINATION
            out.numbers[state[PACKET], _BEHIND_FIRST : _BEHIND_LAST + 1] = ABSENT
        claim(out, source, source + size, kind, SCAN, _SOURCE)
        claim(out, destination, destination + size, kind, SCAN, _DESTINATION)
        note_last(out, _VERSION, 4 if size == 4 else 6)
        state[IP_LAYERS] += 1
    state[SOURCE_AT] = source
    state[DESTINATION_AT] = destination
    state[ADDRESS_BYTES] = size
    state[OUTER_MORE] |= state[MORE_FRAGMENTS]


@compiled_once(3)
def enter_fragment(out, identification, start, stop):  # type: ignore[no-untyped-def]
    """Note one fragment's part of its datagram, for the checksum in the first one."""
    state = out.state
    if not state[EMBEDDED]:
        cover(
            out, identification, start, stop, state[SOURCE_AT], state[DESTINATION_AT], state[ADDRESS_BYTES], _PART
        )  # fmt: skip


@compiled
def cover_payload(data, out, at, start, stop, pseudo, zero_is_none):  # type: ignore[no-untyped-def]
    """Cover ``data[start:stop]``, what the innermost IP header carries, by the checksum at ``at``.

    Args:
      pseudo: whether the IP header's addresses count.
      zero_is_none: whether a checksum of zero means that there is none.
    """
    state = out.state
    size = state[ADDRESS_BYTES] if pseudo else 0
    rule = _ZERO_IS_NONE if zero_is_none else _PLAIN
    if not state[EMBEDDED]:
        if state[MORE_FRAGMENTS] or (state[OUTER_MORE] and state[PAYLOAD_END] > stop):
            rule = _FRAGMENT if zero_is_none else _FRAGMENT_PLAIN
        elif pseudo and _is_left_to_the_card(data, out, at, start, stop):
            rule, stop = _PSEUDO, start
    cover(out, at, start, stop, state[SOURCE_AT], state[DESTINATION_AT], size, rule)


@compiled
def goes_on(out, stop):  # type: ignore[no-untyped-def]
    """Whether what the innermost IP header carries goes on behind ``stop``, in later fragments or uncaptured."""
    return out.state[MORE_FRAGMENTS] != 0 or out.state[PAYLOAD_END] > stop


@compiled
def _is_left_to_the_card(data, out, at, start, stop):  # type: ignore[no-untyped-def]
    """Whether the checksum is the pseudo header's sum as it is, and not by chance what it ought to be."""
    state = out.state
    size = state[ADDRESS_BYTES]
    length = state[PAYLOAD_END] - start
    total = state[PROTOCOL] + (length & 0xFFFF) + (length >> 16)
    for step in range(0, size, 2):
        total += be16(data, state[SOURCE_AT] + step) + be16(data, state[DESTINATION_AT] + step)
    if fold(total) != be16(data, at):
        return False
    if state[CUT] or state[PAYLOAD_END] > stop:
        return True
    for place in range(start, stop - 1, 2):
        total += be16(data, place)
    if (stop - start) & 1:
        total += byte(data, stop - 1) << 8
    return fold(total) != 0xFFFF


@compiled
def fold(total):  # type: ignore[no-untyped-def]
    """The ones'-complement sum of 16-bit words, of their sum below 2**48 (RFC 1071)."""
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return (total & 0xFFFF) + (total >> 16)
