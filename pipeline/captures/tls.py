"""TLS records and handshakes within one segment (RFC 8446, RFC 5246): who is asked for, and who answers.

What is encrypted, randoms, keys and signatures are left. A segment that goes on with a record is not told from others:
of it certificates alone are read.
"""

from __future__ import annotations

import numpy as np

from pipeline.captures.certificates import certificate
from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import NONE, SCAN, SECRET, be16, byte, claim, keep, note
from pipeline.captures.plain_text import text
from pipeline.kernels.bitsets import lowest
from pipeline.kernels.compiling import compiled
from pipeline.kernels.wide import WIDE, places_of
from recognizers.entities import ENTITY_ID

_VERSION, _TYPE = NUMBER_ID["tls_record_version"], NUMBER_ID["tls_handshake_type"]
_SERVER_NAME = TEXT_ID["tls_server_name"]
_HOSTNAME = ENTITY_ID["HOSTNAME"]
_CHANGE_CIPHER_SPEC, _ALERT, _HANDSHAKE, _APPLICATION_DATA, _HEARTBEAT = range(20, 25)
_CLIENT_HELLO, _SERVER_HELLO, _TICKET, _CERTIFICATE, _CERTIFICATE_REQUEST = 1, 2, 4, 11, 13
#: RFC 5246 section 6.2.3: what encryption may add, too.
_LONGEST = (1 << 14) + 2048
#: Extensions that hold codes and nothing else: maximal fragments, groups, point formats, signatures, heartbeats,
#: compression, record sizes, versions, modes of key exchange.
_CODES = (1, 10, 11, 13, 15, 27, 28, 43, 45, 50)
_MOST_CODES = 512
#: What a sequence of more than 255 bytes begins with.
_LONG_SEQUENCE = 0x3082
_FIRST, _SECOND = np.uint8(_LONG_SEQUENCE >> 8), np.uint8(_LONG_SEQUENCE & 0xFF)


@compiled
def is_tls(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether a record may begin here."""
    return (
        at + 5 <= stop
        and 20 <= data[at] <= 24
        and data[at + 1] == 3
        and data[at + 2] <= 4
        and be16(data, at + 3) <= _LONGEST
    )


@compiled
def tls(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim records that begin in ``data[at:stop]``, one after the other; the last may be cut.

    Of a segment that goes on with a record those certificates are claimed that begin in it.
    """
    if not is_tls(data, at, stop):
        at = next_certificate(data, at, stop)
        while _is_certificate(data, at, stop):
            at = _certificate(data, at, stop, out)
        return
    while is_tls(data, at, stop):
        kind, start, end = data[at], at + 5, at + 5 + be16(data, at + 3)
        keep(out, at, start)
        note(out, _VERSION, be16(data, at + 1))
        size = end - start
        if end <= stop and ((kind == _CHANGE_CIPHER_SPEC and size == 1) or (kind == _ALERT and size == 2)):
            keep(out, start, end)
        elif kind == _HANDSHAKE:
            _handshakes(data, start, min(end, stop), end, out)
        at = end


@compiled
def _handshakes(data, at, stop, record_end, out):  # type: ignore[no-untyped-def]
    """Messages of a record that is there up to ``stop``: encrypted ones look like none."""
    while at + 4 <= stop:
        kind, start = byte(data, at), at + 4
        end = start + (byte(data, at + 1) << 16 | be16(data, at + 2))
        # A long certificate goes on in the next record; all others fit into theirs.
        if kind > 24 or (end > record_end and kind != _CERTIFICATE):
            return
        keep(out, at, start)
        note(out, _TYPE, kind)
        limit = min(end, stop)
        if kind in (_CLIENT_HELLO, _SERVER_HELLO):
            _hello(data, start, limit, kind == _CLIENT_HELLO, out)
        elif kind == _CERTIFICATE:
            _certificates(data, start, limit, end - start, out)
        elif kind == _CERTIFICATE_REQUEST:
            _authorities(data, start, limit, out)
        elif kind == _TICKET:
            keep(out, start, min(start + 4, limit))
            claim(out, start + 4, limit, SECRET, SCAN, NONE)
        at = end


@compiled
def _hello(data, at, stop, is_client, out):  # type: ignore[no-untyped-def]
    """Version, random, session, cipher suites, compression, extensions."""
    if at + 35 > stop:
        return
    keep(out, at, at + 2)
    place = at + 35 + byte(data, at + 34)
    keep(out, at + 34, at + 35)
    claim(out, at + 35, min(place, stop), SECRET, SCAN, NONE)
    if is_client:
        if place + 2 > stop or be16(data, place) > _MOST_CODES:
            return
        end = min(place + 2 + be16(data, place), stop)
        keep(out, place, end)
        if end == stop:
            return
        place = end
        end = min(place + 1 + byte(data, place), stop)
        keep(out, place, end if end <= place + 3 else place + 1)
        place = end
    else:
        keep(out, place, min(place + 3, stop))
        place += 3
    if place + 2 > stop:
        return
    keep(out, place, place + 2)
    _extensions(data, place + 2, min(place + 2 + be16(data, place), stop), is_client, out)


@compiled
def _extensions(data, at, stop, is_client, out):  # type: ignore[no-untyped-def]
    while at + 4 <= stop:
        kind, start, end = be16(data, at), at + 4, at + 4 + be16(data, at + 2)
        keep(out, at, start)
        if end > stop:
            return
        if kind == 0:
            _server_names(data, start, end, out)
        elif kind == 16:
            _protocols(data, start, end, out)
        elif kind == 51:
            _key_shares(data, start, end, is_client, out)
        elif kind == 35 or kind == 41:  # ticket, keys of earlier sessions
            claim(out, start, end, SECRET, SCAN, NONE)
        elif kind in _CODES and end - start <= _MOST_CODES and _is_told(data, start, end, kind):
            keep(out, start, end)
        elif kind == 5 or kind == 65281:  # status request, renegotiation: a type, a length
            keep(out, start, min(start + 1, end))
        at = end


@compiled
def _is_told(data, at, stop, kind):  # type: ignore[no-untyped-def]
    """Whether an extension of codes is as long as it says: a list behind its length, or a code alone."""
    size = stop - at
    if kind in (1, 15):
        return size == 1
    if kind in (10, 13, 50):
        return size >= 2 and be16(data, at) == size - 2
    # A server chooses a version, and a size of records is one number.
    return size == 2 or (size >= 1 and kind != 28 and byte(data, at) == size - 1)


@compiled
def _server_names(data, at, stop, out):  # type: ignore[no-untyped-def]
    """RFC 6066 section 3; a server answers with nothing."""
    if at + 2 > stop:
        return
    keep(out, at, at + 2)
    at += 2
    while at + 3 <= stop:
        end = at + 3 + be16(data, at + 1)
        if end > stop or data[at] != 0:
            return
        keep(out, at, at + 3)
        text(data, at + 3, end, _HOSTNAME, _SERVER_NAME, out)
        at = end


@compiled
def _protocols(data, at, stop, out):  # type: ignore[no-untyped-def]
    """RFC 7301."""
    if at + 2 > stop:
        return
    keep(out, at, at + 2)
    at += 2
    while at < stop:
        end = at + 1 + byte(data, at)
        if end > stop:
            return
        keep(out, at, at + 1)
        text(data, at + 1, end, SCAN, NONE, out)
        at = end


@compiled
def _key_shares(data, at, stop, is_client, out):  # type: ignore[no-untyped-def]
    """Groups and lengths; the keys are left. Of a retry (RFC 8446 section 4.1.4) there is a group and no more."""
    if is_client:
        keep(out, at, min(at + 2, stop))
        at += 2
    elif at + 2 == stop:
        keep(out, at, stop)
    while at + 4 <= stop:
        keep(out, at, at + 4)
        at += 4 + be16(data, at + 2)


@compiled
def _certificates(data, at, stop, size, out):  # type: ignore[no-untyped-def]
    """A chain of ``size`` bytes with its length, each certificate behind its own; the last perhaps cut."""
    if at + 3 > stop or (byte(data, at) << 16 | be16(data, at + 1)) != size - 3:
        return
    keep(out, at, at + 3)
    at += 3
    while at + 3 <= stop:
        at = _certificate(data, at, stop, out)


@compiled
def _certificate(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A certificate behind its length, perhaps cut; where it ends."""
    end = at + 3 + (byte(data, at) << 16 | be16(data, at + 1))
    keep(out, at, at + 3)
    certificate(data, at + 3, min(end, stop), out)
    return end


@compiled
def _is_certificate(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether a length stands here, and behind it a sequence of that length that begins with a shorter one.

    Of other bytes, encrypted ones, too, chance makes that of one place of 2 ** 56.
    """
    return (
        at + 11 <= stop
        and data[at] == 0
        and be16(data, at + 3) == _LONG_SEQUENCE
        and be16(data, at + 7) == _LONG_SEQUENCE
        and be16(data, at + 1) == be16(data, at + 5) + 4
        and be16(data, at + 9) < be16(data, at + 5)
    )


@compiled
def next_certificate(data, at, stop):  # type: ignore[no-untyped-def]
    """Where the first certificate of some bytes begins; ``stop`` where none does."""
    # Most payloads are searched to their end, and hold none: many places at a time are asked for both of a sequence's
    # bytes.
    place = at + 3
    while place + WIDE < stop:
        pairs = places_of(data, place, _FIRST) & places_of(data, place + 1, _SECOND)
        while pairs:
            begin = place - 3 + lowest(pairs)
            if _is_certificate(data, begin, stop):
                return begin
            pairs &= pairs - np.uint64(1)
        place += WIDE
    for begin in range(place - 3, stop - 10):
        if _is_certificate(data, begin, stop):
            return begin
    return stop


@compiled
def _authorities(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Types of certificates, signatures, names of those who may sign (RFC 5246 section 7.4.4)."""
    if at >= stop:
        return
    types = at + 1 + byte(data, at)
    if types + 2 > stop:
        return
    signatures = types + 2 + be16(data, types)
    if signatures + 2 > stop:
        return
    keep(out, at, signatures + 2)
    at = signatures + 2
    while at + 2 <= stop:
        end = at + 2 + be16(data, at)
        keep(out, at, at + 2)
        certificate(data, at + 2, min(end, stop), out)
        at = end
