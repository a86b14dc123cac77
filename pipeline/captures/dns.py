"""DNS messages over UDP and TCP, mDNS and LLMNR (RFC 1035, RFC 6762, RFC 4795).

Record types with names or addresses in them are read, see ``_record``; the data of all others is left.
"""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import EUI64, IPV4, IPV6, MAC, NAME, NONE, ROWS_USED, SCAN, be16, byte, claim, keep, note
from pipeline.captures.plain_text import text
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_URL = ENTITY_ID["URL"]
_ID, _RESPONSE, _CODE, _QUESTION_TYPE, _ANSWERS = (
    NUMBER_ID[name]
    for name in ("dns_id", "dns_response", "dns_response_code", "dns_question_type", "dns_answers_count")
)
_QUESTION, _ANSWER_NAME, _ANSWER_DATA, _RESOLVED, _TEXTS = (
    TEXT_ID[name] for name in ("dns_question_name", "dns_answers_name", "dns_answers_data", "dns_resolved_ip", "text")
)
_HEADER = 12
#: Of labels with their lengths, without the root (RFC 1035 section 2.3.4).
_LONGEST = 254
_OPT = 41
#: Bytes of the keys that a service says are mandatory, and of a map of ports: enough for those that are in use.
_MOST_KEYS, _MOST_PORTS = 14, 32


@compiled
def dns(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A message that a datagram holds."""
    if at + _HEADER <= stop:
        _message(data, at, stop, out)
        _note_header(data, at, stop, out)


@compiled
def dns_tcp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Messages that begin in a segment, each behind its length (RFC 1035 section 4.2.2).

    A segment that goes on with a message begins with any bytes. What does not read as a message to its end, or to the
    segment's end, is not taken for one: all that was claimed of it is given up.
    """
    while at + 2 + _HEADER <= stop:
        start, end = at + 2, at + 2 + be16(data, at)
        used = out.state[ROWS_USED]
        if end < start + _HEADER or _is_odd(data, start):
            return
        read = _message(data, start, min(end, stop), out)
        if read < 1 or (read < _entries(data, start) and end <= stop):
            out.state[ROWS_USED] = used
            return
        _note_header(data, start, min(end, stop), out)
        keep(out, at, start)
        at = end


@compiled
def _is_odd(data, at):  # type: ignore[no-untyped-def]
    """Whether a header has an operation or counts that no one sends."""
    return (byte(data, at + 2) >> 3 & 15) > 6 or be16(data, at + 4) > 16 or byte(data, at + 3) & 64 != 0


@compiled
def _entries(data, at):  # type: ignore[no-untyped-def]
    return be16(data, at + 4) + be16(data, at + 6) + be16(data, at + 8) + be16(data, at + 10)


@compiled
def _note_header(data, at, stop, out):  # type: ignore[no-untyped-def]
    flags = be16(data, at + 2)
    note(out, _ID, be16(data, at))
    note(out, _RESPONSE, flags >> 15)
    note(out, _CODE, flags & 15)
    note(out, _ANSWERS, be16(data, at + 6))
    end = name_end(data, at + _HEADER, stop, at)
    if be16(data, at + 4) > 0 and end > 0 and end + 2 <= stop:
        note(out, _QUESTION_TYPE, be16(data, end))


@compiled
def _message(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim a message of a header or more; how many questions and records were whole before one was wrong, or cut."""
    keep(out, at, at + _HEADER)
    questions, answers = be16(data, at + 4), be16(data, at + 6)
    place = at + _HEADER
    for number in range(questions):
        place = name(data, place, stop, at, _QUESTION, out)
        # No class is larger than 255; mDNS has a flag in its first bit.
        if place < 0 or place + 4 > stop or data[place + 2] & 0x7F:
            return number
        keep(out, place, place + 4)
        place += 4
    entries = _entries(data, at)
    for number in range(questions, entries):
        is_answer = number - questions < answers
        place = name(data, place, stop, at, _ANSWER_NAME if is_answer else NONE, out)
        if place < 0 or place + 10 > stop or not _is_class(data, place):
            return number
        keep(out, place, place + 10)
        end = place + 10 + be16(data, place + 8)
        if end > stop:  # what is cut may be half of something
            return number
        _record(data, place + 10, end, be16(data, place), at, is_answer, out)
        place = end
    return entries


@compiled
def _is_class(data, at):  # type: ignore[no-untyped-def]
    """Whether a record's type, at ``at``, has a class as questions have one; the size of a datagram stands in OPT's."""
    return be16(data, at) == _OPT or (data[at + 2] & 0x7F == 0 and data[at + 3] != 0)


@compiled
def name_end(data, at, stop, message):  # type: ignore[no-untyped-def]
    """Behind a name's root or pointer; -1 for what is no name before ``stop``.

    Pointers may only lead to what stands before the name, from ``message`` on: so does every message that a program
    writes, and what follows them comes to an end.
    """
    place = at
    while place < stop and place - at <= _LONGEST:
        size = byte(data, place)
        if size == 0:
            return place + 1
        if size >= 0xC0:
            if place + 2 > stop or message + (be16(data, place) & 0x3FFF) >= at:
                return np.int64(-1)
            return place + 2
        if size > 63:
            return np.int64(-1)
        place += 1 + size
    return np.int64(-1)


@compiled
def name(data, at, stop, message, column, out):  # type: ignore[no-untyped-def]
    """Claim a name; behind it, or -1 where there is none."""
    end = name_end(data, at, stop, message)
    if end == at + 1:
        keep(out, at, end)
    elif end > at:
        claim(out, at, end, NAME, message, column)
    return end


@compiled
def names(data, at, stop, message, column, out):  # type: ignore[no-untyped-def]
    """Claim names that follow each other up to ``stop``, as domain search lists have them."""
    while at < stop:
        at = name(data, at, stop, message, column, out)
        if at < 0:
            return


@compiled
def strings(data, at, stop, entity, out):  # type: ignore[no-untyped-def]
    """Claim strings behind their lengths (RFC 1035 section 3.3); behind the last whole one."""
    while at < stop:
        end = at + 1 + byte(data, at)
        if end > stop:
            return at
        keep(out, at, at + 1)
        text(data, at + 1, end, entity, _TEXTS, out)
        at = end
    return at


@compiled
def addresses(data, at, stop, size, kind, column, out):  # type: ignore[no-untyped-def]
    """Claim addresses of ``size`` bytes that follow each other; a rest is left."""
    while at + size <= stop:
        claim(out, at, at + size, kind, SCAN, column)
        at += size


@compiled
def _record(data, at, stop, kind, message, is_answer, out):  # type: ignore[no-untyped-def]
    """The data of a record of type ``kind``."""
    size = stop - at
    column = _ANSWER_DATA if is_answer else NONE
    if kind == 1:  # A
        if size == 4:
            claim(out, at, stop, IPV4, SCAN, _RESOLVED if is_answer else NONE)
    elif kind == 28:  # AAAA
        if size == 16:
            claim(out, at, stop, IPV6, SCAN, _RESOLVED if is_answer else NONE)
    elif kind in (2, 3, 4, 5, 7, 8, 9, 12, 39):
        name(data, at, stop, message, column, out)  # NS, MD, MF, CNAME, MB, MG, MR, PTR, DNAME
    elif kind == 6:  # SOA
        place = _two_names(data, at, stop, message, column, out)
        if place >= 0:
            keep(out, place, min(place + 20, stop))
    elif kind in (14, 17):  # MINFO, RP
        _two_names(data, at, stop, message, column, out)
    elif kind in (15, 18, 21, 36, 107):  # MX, AFSDB, RT, KX, LP
        _name_behind(data, at, 2, stop, message, column, out)
    elif kind == 26:  # PX
        keep(out, at, min(at + 2, stop))
        if size > 2:
            _two_names(data, at + 2, stop, message, column, out)
    elif kind == 33:  # SRV
        _name_behind(data, at, 6, stop, message, column, out)
    elif kind in (24, 46):  # SIG, RRSIG: the signature tells which zone signed
        _name_behind(data, at, 18, stop, message, column, out)
    elif kind in (30, 47):  # NXT, NSEC: then a map of types
        place = name(data, at, stop, message, column, out)
        if place >= 0:
            _type_map(data, place, stop, out)
    elif kind in (13, 16, 99):  # HINFO, TXT, SPF
        strings(data, at, stop, SCAN, out)
    elif kind == 35:  # NAPTR
        _naptr(data, at, stop, message, column, out)
    elif kind in (64, 65):  # SVCB, HTTPS
        _service(data, at, stop, message, column, is_answer, out)
    elif kind == _OPT:
        _options(data, at, stop, out)
    else:
        _rare(data, at, stop, kind, message, column, out)


@compiled
def _rare(data, at, stop, kind, message, column, out):  # type: ignore[no-untyped-def]
    size = stop - at
    if kind in (249, 250):  # TKEY, TSIG: the algorithm
        name(data, at, stop, message, NONE, out)
    elif kind == 257:  # CAA
        if size >= 2 and at + 2 + byte(data, at + 1) <= stop:
            value = at + 2 + byte(data, at + 1)
            keep(out, at, at + 2)
            text(data, at + 2, value, SCAN, NONE, out)
            text(data, value, stop, SCAN, _TEXTS, out)
    elif kind == 256:  # URI
        if size > 4:
            keep(out, at, at + 4)
            text(data, at + 4, stop, _URL, _TEXTS, out)
    elif kind == 11:  # WKS
        if size >= 5:
            claim(out, at, at + 4, IPV4, SCAN, NONE)
            keep(out, at + 4, min(at + 5, stop))
            if size <= 5 + _MOST_PORTS:
                keep(out, at + 5, stop)
    elif kind == 105:  # L32
        if size == 6:
            keep(out, at, at + 2)
            claim(out, at + 2, stop, IPV4, SCAN, NONE)
    elif kind == 108:  # EUI48
        if size == 6:
            claim(out, at, stop, MAC, SCAN, NONE)
    elif kind == 109:  # EUI64
        if size == 8:
            claim(out, at, stop, EUI64, SCAN, NONE)
    elif kind in (43, 48) and size >= 4:  # DS, DNSKEY: algorithms
        keep(out, at, at + 4)
    elif kind in (50, 51) and size >= 5:  # NSEC3, NSEC3PARAM: algorithm, a salt, a name's hash, a map of types
        keep(out, at, at + 5)
        place = at + 5 + byte(data, at + 4)
        if kind == 50 and place < stop:
            keep(out, place, place + 1)
            _type_map(data, place + 1 + byte(data, place), stop, out)


@compiled
def _type_map(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Which types a name has: windows of bits behind a number and a length of 1 to 32 (RFC 4034 section 4.1.2)."""
    while at + 2 < stop and 1 <= data[at + 1] <= 32 and at + 2 + byte(data, at + 1) <= stop:
        end = at + 2 + byte(data, at + 1)
        keep(out, at, end)
        at = end


@compiled
def _two_names(data, at, stop, message, column, out):  # type: ignore[no-untyped-def]
    place = name(data, at, stop, message, column, out)
    if place >= 0:
        place = name(data, place, stop, message, NONE, out)
    return place


@compiled
def _name_behind(data, at, size, stop, message, column, out):  # type: ignore[no-untyped-def]
    """``size`` bytes of structure and a name."""
    if at + size < stop:
        keep(out, at, at + size)
        name(data, at + size, stop, message, column, out)


@compiled
def _naptr(data, at, stop, message, column, out):  # type: ignore[no-untyped-def]
    """Order, preference, flags, service, expression, name (RFC 3403 section 4.1)."""
    place = at + 4
    for _ in range(3):
        if place >= stop or place + 1 + byte(data, place) > stop:
            return
        place += 1 + byte(data, place)
    keep(out, at, at + 4)
    strings(data, at + 4, place, SCAN, out)
    name(data, place, stop, message, column, out)


@compiled
def _service(data, at, stop, message, column, is_answer, out):  # type: ignore[no-untyped-def]
    """Priority, target, parameters (RFC 9460 section 2.2)."""
    if at + 3 > stop:
        return
    keep(out, at, at + 2)
    place = name(data, at + 2, stop, message, column, out)
    if place < 0:
        return
    resolved = _RESOLVED if is_answer else NONE
    while place + 4 <= stop:
        key, end = be16(data, place), place + 4 + be16(data, place + 2)
        if end > stop:
            return
        keep(out, place, place + 4)
        place += 4
        if key == 1:  # alpn
            strings(data, place, end, SCAN, out)
        elif key in (0, 3) and end - place <= _MOST_KEYS:  # mandatory keys, port
            keep(out, place, end)
        elif key == 4:
            addresses(data, place, end, 4, IPV4, resolved, out)
        elif key == 6:
            addresses(data, place, end, 16, IPV6, resolved, out)
        elif key == 7:  # path of DNS over HTTPS
            text(data, place, end, SCAN, NONE, out)
        place = end


@compiled
def _options(data, at, stop, out):  # type: ignore[no-untyped-def]
    """EDNS options (RFC 6891). A part of an address (client subnet), cookies and server ids are left."""
    while at + 4 <= stop:
        code, end = be16(data, at), at + 4 + be16(data, at + 2)
        if end > stop:
            return
        keep(out, at, at + 4)
        at += 4
        if code == 8:  # family and lengths (RFC 7871)
            keep(out, at, min(at + 4, end))
        elif code == 11:  # keepalive (RFC 7828)
            keep(out, at, min(at + 2, end))
        elif code == 15:  # extended errors (RFC 8914)
            keep(out, at, min(at + 2, end))
            text(data, min(at + 2, end), end, SCAN, _TEXTS, out)
        at = end
