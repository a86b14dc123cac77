"""SCTP: the structure of its chunks, addresses in their parameters (RFC 9260, 5061)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID
from pipeline.captures.fields import (
    CRC32C,
    DESTINATION_PORT,
    EMBEDDED,
    IPV4,
    IPV6,
    MORE_FRAGMENTS,
    NONE,
    OUTER_MORE,
    PAYLOAD_END,
    SCAN,
    SECRET,
    SOURCE_AT,
    SOURCE_PORT,
    TEXT,
    TRANSPORT,
    SumRule,
    be16,
    byte,
    claim,
    cover,
    keep,
    note_last,
)
from pipeline.captures.layers import DONE
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_SOURCE, _DESTINATION = NUMBER_ID["source_port"], NUMBER_ID["destination_port"]
_BYTES = NUMBER_ID["transport_payload_bytes"]
_HOSTNAME = ENTITY_ID["HOSTNAME"]
_CRC32C, _FRAGMENT_CRC32C = int(SumRule.CRC32C), int(SumRule.FRAGMENT_CRC32C)
_DATA, _INIT, _INIT_ACK, _SACK, _HEARTBEAT, _HEARTBEAT_ACK, _ABORT, _ERROR, _COOKIE_ECHO = 0, 1, 2, 3, 4, 5, 6, 9, 10
_ADDRESSES, _ADDRESSES_ACK = 0xC1, 0x80
#: Bytes of a parameter of numbers: lifetime of cookies, types of addresses, of chunks (eight at most), adaptation.
_MOST_CODES = 12


@compiled
def sctp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """The common header and what chunks it holds; users' data stays unclaimed."""
    state = out.state
    if stop - at < 12:
        keep(out, at, min(stop, at + 8))
        return DONE, at, stop
    keep(out, at, at + 8)
    claim(out, at + 8, at + 12, CRC32C, SCAN, NONE)
    goes_on = state[MORE_FRAGMENTS] or (state[OUTER_MORE] and state[PAYLOAD_END] > stop)
    rule = _FRAGMENT_CRC32C if goes_on and not state[EMBEDDED] else _CRC32C
    cover(out, at + 8, at, stop, state[SOURCE_AT], max(0, state[PAYLOAD_END] - stop), 0, rule)
    state[TRANSPORT] = 132
    state[SOURCE_PORT] = be16(data, at)
    state[DESTINATION_PORT] = be16(data, at + 2)
    if not state[EMBEDDED]:
        note_last(out, _SOURCE, be16(data, at))
        note_last(out, _DESTINATION, be16(data, at + 2))
        note_last(out, _BYTES, max(0, state[PAYLOAD_END] - at - 12))
    at += 12
    while at + 4 <= stop:
        size = be16(data, at + 2)
        keep(out, at, at + 4)
        if size < 4:
            break
        _chunk(data, at, min(stop, at + size), byte(data, at), out)
        at += size + 3 & ~3
    return DONE, min(at, stop), stop


@compiled
def _chunk(data, at, end, kind, out):  # type: ignore[no-untyped-def]
    """What stands behind type, flags and length; of chunks that are not listed here it stays unclaimed."""
    if kind == _DATA:
        keep(out, at + 4, min(end, at + 16))
    elif kind in (_INIT, _INIT_ACK):
        keep(out, at + 4, min(end, at + 20))
        _parameters(data, at + 20, end, out)
    elif kind == _SACK:  # counters, then so many gaps and repetitions
        if end - at >= 16 and end - at <= 16 + 4 * (be16(data, at + 12) + be16(data, at + 14)):
            keep(out, at + 4, end)
    elif kind == 7 or kind == 12 or kind == 13 or kind == 0xC0:  # a counter; of streams that go on their numbers
        keep(out, at + 4, min(end, at + 8))
    elif kind in (_HEARTBEAT, _HEARTBEAT_ACK, _ABORT, _ERROR):
        # What a sender tells itself, and causes of errors: types and lengths of values that are left.
        place = at + 4
        while place + 4 <= end:
            keep(out, place, place + 4)
            place += max(4, be16(data, place + 2) + 3 & ~3)
    elif kind == _COOKIE_ECHO:
        claim(out, at + 4, end, SECRET, SCAN, NONE)
    elif kind in (_ADDRESSES, _ADDRESSES_ACK):
        keep(out, at + 4, min(end, at + 8))
        _parameters(data, at + 8, end, out)


@compiled
def _parameters(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Addresses, the cookie, a host's name; those of changes of addresses hold an address as a parameter again."""
    while at + 4 <= stop:
        kind, size = be16(data, at), be16(data, at + 2)
        end = at + size
        keep(out, at, at + 4)
        if size < 4 or end > stop:
            return
        if kind == 5 and size == 8:
            claim(out, at + 4, end, IPV4, SCAN, NONE)
        elif kind == 6 and size == 20:
            claim(out, at + 4, end, IPV6, SCAN, NONE)
        elif kind == 7:
            claim(out, at + 4, end, SECRET, SCAN, NONE)
        elif kind == 11:
            while end > at + 4 and byte(data, end - 1) == 0:  # it ends in a zero, and perhaps in more
                end -= 1
            claim(out, at + 4, end, TEXT, _HOSTNAME, NONE)
            keep(out, end, at + size)
        elif kind in (9, 12, 0x8008, 0xC006) and size <= _MOST_CODES:
            keep(out, at + 4, end)
        elif kind in (0xC001, 0xC002, 0xC004) and size >= 8:
            # A correlation number, then the next parameter as if it stood by itself.
            keep(out, at + 4, at + 8)
            at += 8
            continue
        at += size + 3 & ~3
