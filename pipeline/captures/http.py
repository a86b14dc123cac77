"""HTTP/1 messages that begin in a segment (RFC 9112), SSDP's datagrams included.

Where a message goes on in a later segment, what is there has no beginning that could be told, and is not claimed.
"""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import SCAN, Kind, claim, keep, note
from pipeline.captures.header_lines import (
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    HTTP,
    TRANSFER_ENCODING,
    header_line,
)
from pipeline.captures.segment_edges import line_end
from pipeline.captures.word_tables import lower, word_number, word_table
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

WORD = np.int64(Kind.WORD)
TEXT = np.int64(Kind.TEXT)
URL = np.int64(ENTITY_ID["URL"])
HOSTNAME = np.int64(ENTITY_ID["HOSTNAME"])
METHOD = np.int64(TEXT_ID["http_request_method"])
TARGET = np.int64(TEXT_ID["url_original"])
HEADERS = np.int64(TEXT_ID["http_headers"])
HOST = np.int64(TEXT_ID["http_host"])
AGENT = np.int64(TEXT_ID["user_agent_original"])
BODY = np.int64(TEXT_ID["http_body"])
STATUS = np.int64(NUMBER_ID["http_response_status_code"])
#: RFC 9110, RFC 5789, WebDAV (RFC 4918 and its extensions), UPnP and SSDP.
METHODS = word_table(
    "CONNECT GET HEAD POST PUT DELETE OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT SEARCH "
    "MKCALENDAR CHECKOUT CHECKIN UNCHECKOUT MERGE ACL BIND UNBIND REBIND LINK UNLINK PURGE NOTIFY M-SEARCH SUBSCRIBE "
    "UNSUBSCRIBE RPC_IN_DATA RPC_OUT_DATA"
)
CONNECT = np.int64(0)
#: Of RFC 9110 and its registry; any other phrase is read as text.
PHRASES = word_table(
    (
        "Continue", "Switching Protocols", "OK", "Created", "Accepted", "Non-Authoritative Information", "No Content",
        "Reset Content", "Partial Content", "Multi-Status", "Multiple Choices", "Moved Permanently", "Found",
        "Moved Temporarily", "See Other", "Not Modified", "Use Proxy", "Temporary Redirect", "Permanent Redirect",
        "Bad Request", "Unauthorized", "Authorization Required", "Payment Required", "Forbidden", "Not Found",
        "Method Not Allowed", "Not Acceptable", "Proxy Authentication Required", "Request Timeout", "Conflict", "Gone",
        "Length Required", "Precondition Failed", "Request Entity Too Large", "Content Too Large", "URI Too Long",
        "Unsupported Media Type", "Range Not Satisfiable", "Expectation Failed", "Unprocessable Content", "Locked",
        "Upgrade Required", "Too Many Requests", "Internal Server Error", "Not Implemented", "Bad Gateway",
        "Service Unavailable", "Gateway Timeout", "HTTP Version Not Supported", "Connection established",
    )
)  # fmt: skip
#: Types of bodies that are text, beside ``text/…``; what stands behind the last slash or plus sign tells.
SUBTYPES = word_table(("json", "xml", "html", "xhtml", "x-www-form-urlencoded"))
TEXT_TYPE = word_table(("text",))
CHUNKED = word_table(("chunked",))
IDENTITY = word_table(("identity",))
#: Control characters but those of lines, and the one that ISO 2022 changes its letters by (ECMA-35).
_NO_TEXT = np.array([byte < 32 and byte not in b"\t\n\f\r\x1b" for byte in range(256)])
#: A length that is not told, or not believed.
UNTOLD = np.int64(-1)
MOST_DIGITS = 9


@compiled
def _is_version(data, at, stop):  # type: ignore[no-untyped-def]
    """``HTTP/1.0`` and its kin: eight bytes."""
    return (
        stop - at >= 8
        and data[at] == 72
        and data[at + 1] == 84
        and data[at + 2] == 84
        and data[at + 3] == 80
        and data[at + 4] == 47
        and data[at + 5] == 49
        and data[at + 6] == 46
        and 48 <= data[at + 7] <= 57
    )


@compiled
def _request_line(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim ``METHOD target HTTP/1.1``: the next line's place, -1 where the segment ends before, -2 if it is none."""
    method = at
    while method < stop and method - at < 17 and data[method] > 32:
        method += 1
    if method >= stop or data[method] != 32:
        return np.int64(-2)
    which = word_number(data, at, method, METHODS)
    if which < 0 or not 65 <= data[at] <= 90:
        return np.int64(-2)
    end, after = line_end(data, method, stop)
    if after < 0:
        # A target may fill a segment; one that is absolute or a path tells that it is HTTP's.
        first = lower(data[method + 1]) if method + 1 < stop else np.uint8(0)
        if first != 47 and first != 104:
            return np.int64(-2)
        claim(out, at, method, WORD, SCAN, METHOD)
        keep(out, method, method + 1)
        return np.int64(-1)
    target, version = method + 1, end - 8
    if version <= target or data[version - 1] != 32 or not _is_version(data, version, end):
        return np.int64(-2)
    claim(out, at, method, WORD, SCAN, METHOD)
    keep(out, method, target)
    claim(out, target, version - 1, TEXT, HOSTNAME if which == CONNECT else URL, TARGET)
    keep(out, version - 1, version)
    claim(out, version, end, WORD, SCAN, -1)
    keep(out, end, after)
    return np.int64(after)


@compiled
def _status_line(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim ``HTTP/1.1 200 OK``: (as ``_request_line``, the status)."""
    if not _is_version(data, at, stop) or stop - at < 12 or data[at + 8] != 32:
        return np.int64(-2), np.int64(0)
    status = np.int64(0)
    for k in range(at + 9, at + 12):
        if not 48 <= data[k] <= 57:
            return np.int64(-2), np.int64(0)
        status = status * 10 + np.int64(data[k]) - 48
    end, after = line_end(data, at + 12, stop)
    if after < 0 or (end > at + 12 and data[at + 12] != 32):
        return np.int64(-2), np.int64(0)
    note(out, STATUS, status)
    claim(out, at, at + 8, WORD, SCAN, -1)
    keep(out, at + 8, min(at + 13, end))
    known = word_number(data, at + 13, end, PHRASES) >= 0
    claim(out, at + 13, end, WORD if known else TEXT, SCAN, -1)
    keep(out, end, after)
    return np.int64(after), status


@compiled
def _is_text_type(data, start, end):  # type: ignore[no-untyped-def]
    """Whether a media type (RFC 9110 section 8.3.1) tells of text."""
    stop, slash, last = start, np.int64(-1), start
    while stop < end and data[stop] > 32 and data[stop] != 59:
        if data[stop] == 47 or data[stop] == 43:
            last = stop + 1
            if slash < 0:
                slash = stop
        stop += 1
    if slash < 0:
        return False
    return word_number(data, start, slash, TEXT_TYPE) >= 0 or word_number(data, last, stop, SUBTYPES) >= 0


@compiled
def _digits(data, start, end):  # type: ignore[no-untyped-def]
    if end <= start or end - start > MOST_DIGITS:
        return UNTOLD
    number = np.int64(0)
    for k in range(start, end):
        if not 48 <= data[k] <= 57:
            return UNTOLD
        number = number * 10 + np.int64(data[k]) - 48
    return number


@compiled
def _hex_number(data, start, end):  # type: ignore[no-untyped-def]
    if end <= start or end - start > 7:
        return UNTOLD
    number = np.int64(0)
    for k in range(start, end):
        c = np.int64(lower(data[k]))
        if 48 <= c <= 57:
            number = number * 16 + c - 48
        elif 97 <= c <= 102:
            number = number * 16 + c - 87
        else:
            return UNTOLD
    return number


@compiled
def claim_body(data, start, end, out, column):  # type: ignore[no-untyped-def]
    """Claim a whole body as one text, unless a control character tells that it is none, or is compressed."""
    for k in range(start, end):
        if _NO_TEXT[data[k]]:
            return
    claim(out, start, end, TEXT, SCAN, column)


@compiled
def _chunked_body(data, at, stop, out, is_text):  # type: ignore[no-untyped-def]
    """A body of one chunk and the last, empty one (RFC 9112 section 7.1): where it ends, or ``stop``.

    Of several chunks none is claimed: an identifier may stand in two.
    """
    size_end, first = line_end(data, at, stop)
    size = _hex_number(data, at, size_end)
    if first < 0 or size < 0:
        return stop
    end = first + size
    if size > 0:
        if end + 5 > stop or data[end] != 13 or data[end + 1] != 10 or data[end + 2] != 48:
            return stop
        last = end + 3
    else:
        last = size_end
    if last + 4 > stop or data[last] != 13 or data[last + 1] != 10 or data[last + 2] != 13 or data[last + 3] != 10:
        return stop
    keep(out, at, first)
    if is_text and size > 0:
        claim_body(data, first, end, out, BODY)
    keep(out, end, last + 4) if size > 0 else keep(out, first, last + 4)
    return last + 4


@compiled
def _message(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim one message: where the next would begin (``stop`` where nothing more can be told), or ``at``."""
    after, status = _status_line(data, at, stop, out)
    if after == -2:
        after = _request_line(data, at, stop, out)
    if after == -2:
        return at
    length, chunked, is_text, encoded = UNTOLD, False, False, False
    while 0 <= after < stop and data[after] != 10 and data[after] != 13:
        after, name, value, end = header_line(data, after, stop, out, HTTP, SCAN, HEADERS)
        if name == CONTENT_LENGTH:
            length = _digits(data, value, end)
        elif name == CONTENT_TYPE:
            is_text = _is_text_type(data, value, end)
        elif name == TRANSFER_ENCODING:
            chunked = word_number(data, value, end, CHUNKED) >= 0
            encoded = encoded or not chunked
        elif name == CONTENT_ENCODING:
            encoded = encoded or word_number(data, value, end, IDENTITY) < 0
    if after < 0 or after >= stop:
        return stop
    end, body = line_end(data, after, stop)
    if body < 0 or end != after:
        return stop
    keep(out, after, body)
    if status == 204 or status == 304 or (100 <= status < 200) or (status == 0 and length < 0 and not chunked):
        return body if not encoded else stop
    is_text = is_text and status != 206  # of a part the first word is perhaps half of one
    if chunked:
        return _chunked_body(data, body, stop, out, is_text and not encoded)
    if length < 0 or body + length > stop:
        return stop
    if is_text and not encoded:
        claim_body(data, body, body + length, out, BODY)
    return body + length


@compiled
def http(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim the messages in a segment or datagram; whether there is one at its beginning."""
    begun = at
    while at < stop:
        end = _message(data, at, stop, out)
        if end <= at:
            break
        at = end
    return at > begun
