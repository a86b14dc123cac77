"""NetBIOS names over UDP: name service and datagrams (RFC 1002)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.dns import name
from pipeline.captures.fields import IPV4, MAC, NETBIOS, NONE, SCAN, TEXT, be16, byte, claim, keep, note
from pipeline.captures.plain_text import is_text
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_HOSTNAME = ENTITY_ID["HOSTNAME"]
_NAMES, _RESOLVED = TEXT_ID["netbios_name"], TEXT_ID["dns_resolved_ip"]
_ID, _RESPONSE = NUMBER_ID["dns_id"], NUMBER_ID["dns_response"]
_HEADER = 12
_NB, _NBSTAT = 32, 33
#: What is an address, a name's type and its flags.
_ENTRY = 18


@compiled
def name_service(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A message of the name service, laid out as one of DNS."""
    if at + _HEADER > stop:
        return
    keep(out, at, at + _HEADER)
    note(out, _ID, be16(data, at))
    note(out, _RESPONSE, be16(data, at + 2) >> 15)
    questions, entries = be16(data, at + 4), be16(data, at + 4)
    entries += be16(data, at + 6) + be16(data, at + 8) + be16(data, at + 10)
    place = at + _HEADER
    for number in range(entries):
        place = netbios_name(data, place, stop, at, out)
        size = 4 if number < questions else 10
        if place < 0 or place + size > stop:
            return
        keep(out, place, place + size)
        if size == 10:
            start, end = place + 10, place + 10 + be16(data, place + 8)
            if end > stop:
                return
            _record(data, start, end, be16(data, place), out)
            place = end
        else:
            place += size


@compiled
def datagram(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A datagram up to what it carries (RFC 1002 section 4.4)."""
    if at + 10 > stop or data[at] < 0x10 or data[at] > 0x16:
        return
    kind = byte(data, at)
    keep(out, at, at + 4)
    claim(out, at + 4, at + 8, IPV4, SCAN, NONE)
    keep(out, at + 8, at + 10)
    place = at + 10
    if kind <= 0x12:
        if at + 14 > stop:
            return
        keep(out, place, at + 14)
        # None of a fragment but the first holds names.
        if be16(data, at + 12):
            return
        place = netbios_name(data, at + 14, stop, at + 14, out)
    elif kind == 0x13:
        keep(out, place, min(place + 1, stop))
        return
    if place >= 0:
        netbios_name(data, place, stop, place, out)


@compiled
def netbios_name(data, at, stop, message, out):  # type: ignore[no-untyped-def]
    """Claim a name in its first-level encoding, and its scope; behind it, or -1 where there is none.

    It may be a pointer into ``message``, as in answers.
    """
    if at + 2 > stop:
        return -1
    if data[at] >= 0xC0:
        if message + (be16(data, at) & 0x3FFF) >= at:
            return -1
        keep(out, at, at + 2)
        return at + 2
    if data[at] != 32 or at + 34 > stop:
        return -1
    for place in range(at + 1, at + 33):
        if data[place] < 65 or data[place] > 80:  # A to P
            return -1
    keep(out, at, at + 1)
    claim(out, at + 1, at + 33, NETBIOS, SCAN, _NAMES)
    return name(data, at + 33, stop, message, NONE, out)


@compiled
def _record(data, at, stop, kind, out):  # type: ignore[no-untyped-def]
    if kind == _NB:
        while at + 6 <= stop:
            keep(out, at, at + 2)
            claim(out, at + 2, at + 6, IPV4, SCAN, _RESOLVED)
            at += 6
    elif kind == _NBSTAT and at < stop:
        end = at + 1 + _ENTRY * byte(data, at)
        if end > stop:
            return
        keep(out, at, at + 1)
        at += 1
        while at < end:
            _plain_name(data, at, out)
            keep(out, at + 15, at + _ENTRY)
            at += _ENTRY
        if at + 6 <= stop:
            claim(out, at, at + 6, MAC, SCAN, NONE)


@compiled
def _plain_name(data, at, out):  # type: ignore[no-untyped-def]
    """15 bytes of a name with blanks behind it. A browser's own name, with control characters, is left."""
    end = at + 15
    while end > at and (data[end - 1] == 32 or data[end - 1] == 0):
        end -= 1
    if is_text(data, at, end):
        claim(out, at, end, TEXT, _HOSTNAME, _NAMES)
        keep(out, end, at + 15)
