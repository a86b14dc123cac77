"""SIP (RFC 3261) and the session descriptions that it carries (SDP, RFC 8866)."""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.command_lines import is_number, keep_numbers, skip_blanks, word_end
from pipeline.captures.fields import SCAN, Kind, claim, keep, note
from pipeline.captures.header_lines import CONTENT_LENGTH, CONTENT_TYPE, SIP, SIP_LENGTH, SIP_TYPE, header_line
from pipeline.captures.segment_edges import line_end
from pipeline.captures.sip_addresses import SCHEMES, sip_uri
from pipeline.captures.word_tables import word_number, word_table
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

WORD = np.int64(Kind.WORD)
TEXT = np.int64(Kind.TEXT)
HOSTNAME = np.int64(ENTITY_ID["HOSTNAME"])
USERNAME = np.int64(ENTITY_ID["USERNAME"])
METHOD = np.int64(TEXT_ID["sip_method"])
HEADERS = np.int64(TEXT_ID["sip_headers"])
STATUS = np.int64(NUMBER_ID["sip_response_status_code"])
METHODS = word_table("INVITE ACK BYE CANCEL REGISTER OPTIONS PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE")
VERSION = word_table(("SIP/2.0",))
SDP_TYPE = word_table(("application/sdp",))
#: Attributes of SDP that hold keys, or tell one host from another.
SECRET_ATTRIBUTES = word_table("crypto key-mgmt ice-pwd ice-ufrag fingerprint zrtp-hash ssrc msid cname identity")
_O, _C, _V, _T, _M, _A, _B, _R = (ord(c) for c in "ocvtmabr")


@compiled
def _start_line(data, at, end, out):  # type: ignore[no-untyped-def]
    """Claim ``INVITE sip:… SIP/2.0`` or ``SIP/2.0 200 OK``; whether the line is one."""
    first = word_end(data, at, end)
    second = skip_blanks(data, first, end)
    last = word_end(data, second, end)
    if word_number(data, at, first, VERSION) >= 0:
        if last - second != 3 or not is_number(data, second, last):
            return False
        status = np.int64(0)
        for k in range(second, last):
            status = status * 10 + np.int64(data[k]) - 48
        note(out, STATUS, status)
        claim(out, at, first, WORD, SCAN, -1)
        keep(out, first, last)
        claim(out, last, end, TEXT, SCAN, -1)
        return True
    version = skip_blanks(data, last, end)
    colon = second
    while colon < last and data[colon] != 58:
        colon += 1
    scheme = word_number(data, second, colon, SCHEMES)
    if word_number(data, at, first, METHODS) < 0 or word_number(data, version, end, VERSION) < 0 or scheme < 0:
        return False
    claim(out, at, first, WORD, SCAN, METHOD)
    keep(out, first, second)
    claim(out, second, colon + 1, WORD, SCAN, HEADERS)
    sip_uri(data, colon + 1, last, out, scheme, HEADERS)
    keep(out, last, version)
    claim(out, version, end, WORD, SCAN, -1)
    return True


@compiled
def _address(data, at, end, out):  # type: ignore[no-untyped-def]
    """Claim ``IN IP4 192.0.2.7/127``: what stands last, without its time to live, is an address or a host."""
    start = end
    while start > at and data[start - 1] > 32:
        start -= 1
    slash = start
    while slash < end and data[slash] != 47:
        slash += 1
    claim(out, at, start, TEXT, SCAN, HEADERS)
    claim(out, start, slash, TEXT, HOSTNAME, HEADERS)
    keep(out, slash, end)


@compiled
def sdp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim the lines of a session description; subjects, keys and contacts are not claimed, nor a line that is cut."""
    while at < stop:
        end, after = line_end(data, at, stop)
        if after < 0 or end - at < 2 or data[at + 1] != 61:
            return
        kind, value = np.int64(data[at]), at + 2
        keep(out, at, value)
        if kind == _O:
            user = word_end(data, value, end)
            claim(out, value, user, TEXT, USERNAME, HEADERS)
            numbers = user
            for _ in range(2):
                numbers = word_end(data, skip_blanks(data, numbers, end), end)
            keep_numbers(data, user, numbers, out)
            _address(data, numbers, end, out)
        elif kind == _C:
            _address(data, value, end, out)
        elif kind in (_V, _T, _R):
            keep_numbers(data, value, end, out)
        elif kind in (_M, _B):
            claim(out, value, end, TEXT, SCAN, HEADERS)
        elif kind == _A:
            colon = value
            while colon < end and data[colon] != 58:
                colon += 1
            if word_number(data, value, colon, SECRET_ATTRIBUTES) < 0:
                claim(out, value, end, TEXT, SCAN, HEADERS)
        keep(out, end, after)
        at = after


@compiled
def sip(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim the message that begins in a datagram or segment; whether there is one."""
    start = at
    while at < stop and (data[at] == 13 or data[at] == 10):  # what keeps a connection alive
        at += 1
    end, after = line_end(data, at, stop)
    if after < 0 or not _start_line(data, at, end, out):
        if at == stop and at > start:
            keep(out, start, at)
        return at == stop and at > start
    keep(out, start, at)
    keep(out, end, after)
    length, described = np.int64(-1), False
    while 0 <= after < stop and data[after] != 10 and data[after] != 13:
        after, name, value, end = header_line(data, after, stop, out, SIP, SCAN, HEADERS)
        if name in (CONTENT_LENGTH, SIP_LENGTH):
            if is_number(data, value, end) and end - value < 8:
                length = np.int64(0)
                for k in range(value, end):
                    length = length * 10 + np.int64(data[k]) - 48
        elif name in (CONTENT_TYPE, SIP_TYPE):
            kind = value
            while kind < end and data[kind] > 32 and data[kind] != 59:
                kind += 1
            described = word_number(data, value, kind, SDP_TYPE) >= 0
    if after < 0 or after >= stop:
        return True
    end, body = line_end(data, after, stop)
    if body < 0 or end != after:
        return True
    keep(out, after, body)
    if described:
        sdp(data, body, stop if length < 0 else min(body + length, stop), out)
    return True
