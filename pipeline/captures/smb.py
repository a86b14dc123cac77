"""SMB of versions 1 and 2 over TCP (MS-SMB2, MS-CIFS, RFC 1002 section 4.3): who asks, for which share and file.

Commands that carry no names keep their headers and the fixed part of their bodies; what they carry is left.
"""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import NONE, SCAN, SECRET, be16, be32, byte, claim, keep, le16, le32, note
from pipeline.captures.netbios import netbios_name
from pipeline.captures.ntlm import ntlm
from pipeline.captures.plain_text import end_of_text16, text, text16, text_until_zero
from pipeline.kernels.compiling import compiled
from pipeline.records import Int64
from recognizers.entities import ENTITY_ID

_COMMAND, _NAMES = NUMBER_ID["smb_command"], TEXT_ID["smb_names"]
_FILE_PATH, _HOSTNAME = ENTITY_ID["FILE_PATH"], ENTITY_ID["HOSTNAME"]
_BACKSLASH = 0x5C
_SESSION_MESSAGE, _SESSION_REQUEST = 0x00, 0x81
_VERSION_1, _VERSION_2 = 0xFF534D42, 0xFE534D42
_HEADER_1, _HEADER_2 = 32, 64
#: Commands of version 2, and of version 1.
_NEGOTIATE, _SESSION_SETUP, _TREE_CONNECT, _CREATE, _CLOSE = 0, 1, 3, 5, 6
#: By command of version 2 how long the fixed part of a request's body is, and of an answer's: numbers, handles,
#: offsets; 0 where it is read apart. What stands behind it is left (MS-SMB2 sections 2.2.7 to 2.2.40).
_FIXED = np.array(
    [
        *((0, 0), (0, 0), (4, 4), (0, 0), (4, 4), (0, 0), (24, 0), (24, 4), (48, 16), (48, 16), (48, 4), (56, 48)),
        *((4, 4), (4, 4), (32, 8), (32, 8), (40, 8), (32, 2), (24, 24)),
    ]
)
_PENDING, _ERROR_SIZE = 0x103, 9
_NEGOTIATE_1, _SETUP_1, _TREE_1, _CREATE_1, _CLOSE_1 = 0x72, 0x73, 0x75, 0xA2, 0x04
#: Words of an answer to ``_CREATE_1`` of which the meaning is told.
_CREATED_1 = 34


def _words_1() -> Int64:
    """By command of version 1 how many words of parameters a request has at most, and an answer (MS-CIFS 2.2.4).

    A server's answer to what it can do holds its time.
    """
    words = np.zeros((256, 2), np.int64)
    for command, request, answer in (
        (0x24, 8, 2), (0x25, 18, 18), (0x26, 8, 0), (0x2B, 1, 1), (0x2E, 12, 12), (0x2F, 14, 6), (0x32, 18, 12),
        (0x33, 9, 0), (_SETUP_1, 13, 4), (0x74, 2, 2), (_TREE_1, 4, 7), (0xA0, 23, 22), (0xA1, 18, 0), (0xA4, 4, 0),
        (_CREATE_1, 24, 0),
    ):  # fmt: skip
        words[command] = request, answer
    return words


_WORDS_1 = _words_1()
_RESPONSE_1, _UNICODE_1 = 0x80, 0x8000


@compiled
def is_smb(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether a session's message with one of SMB begins here."""
    return at + 8 <= stop and data[at] == _SESSION_MESSAGE and be32(data, at + 4) in (_VERSION_1, _VERSION_2)


@compiled
def smb(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Messages that begin in a segment, each behind its length."""
    if at + 4 < stop and data[at] == _SESSION_REQUEST:
        keep(out, at, at + 4)
        place = netbios_name(data, at + 4, stop, at + 4, out)
        if place >= 0:
            netbios_name(data, place, stop, place, out)
        return
    while is_smb(data, at, stop):
        end = at + 4 + (byte(data, at + 1) << 16 | be16(data, at + 2))
        keep(out, at, at + 4)
        if data[at + 4] == 0xFE:
            _messages(data, at + 4, min(end, stop), out)
        else:
            _message_1(data, at + 4, min(end, stop), out)
        at = end


@compiled
def _messages(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Messages of version 2, of which one may give where the next one begins."""
    while at + _HEADER_2 <= stop and be32(data, at) == _VERSION_2:
        following = le32(data, at + 20)
        end = min(at + following, stop) if following >= _HEADER_2 else stop
        command, is_answer = le16(data, at + 12), data[at + 16] & 1
        keep(out, at, at + 48)
        claim(out, at + 48, at + _HEADER_2, SECRET, SCAN, NONE)
        note(out, _COMMAND, command)
        if is_answer:
            _answer(data, at, end, command, out)
        else:
            _request(data, at, end, command, out)
        at = end


@compiled
def _request(data, at, stop, command, out):  # type: ignore[no-untyped-def]
    """The body behind a header at ``at``, from which offsets count."""
    body = at + _HEADER_2
    if command == _NEGOTIATE:
        if body + 36 <= stop:  # without the client's id; then the dialects
            keep(out, body, body + 12)
            keep(out, body + 28, min(body + 36 + 2 * min(le16(data, body + 2), 16), stop))
    elif command == _SESSION_SETUP:
        if body + 24 <= stop:
            keep(out, body, body + 24)
            ntlm(data, body + 24, stop, out)
    elif command == _TREE_CONNECT:
        if body + 8 <= stop:
            keep(out, body, body + 8)
            start = at + le16(data, body + 4)
            end = start + le16(data, body + 6)
            if start >= body + 8 and end <= stop:
                _share(data, start, end, out)
    elif command == _CREATE and body + 56 <= stop:
        keep(out, body, body + 56)
        start = at + le16(data, body + 44)
        end = start + le16(data, body + 46)
        if start >= body + 56 and end <= stop:
            text16(data, start, end, _FILE_PATH, _NAMES, out)
    elif command < len(_FIXED):
        _fixed(data, body, stop, _FIXED[command, 0], out)


@compiled
def _answer(data, at, stop, command, out):  # type: ignore[no-untyped-def]
    body, status = at + _HEADER_2, le32(data, at + 8)
    if (status >> 30 == 3 or status == _PENDING) and body + 8 <= stop and le16(data, body) == _ERROR_SIZE:
        # Of an error there is its data's length; one byte stands for none (MS-SMB2 section 2.2.2).
        keep(out, body, min(body + 8 + (le32(data, body + 4) == 0), stop))
    elif command == _NEGOTIATE:
        if body + 64 <= stop:  # without the server's id and its times
            keep(out, body, body + 8)
            keep(out, body + 24, body + 40)
            keep(out, body + 56, body + 64)
            ntlm(data, body + 64, stop, out)
    elif command == _SESSION_SETUP:
        if body + 8 <= stop:
            keep(out, body, body + 8)
            ntlm(data, body + 8, stop, out)
    elif command == _TREE_CONNECT:
        keep(out, body, min(body + 16, stop))
    elif command == _CREATE and body + 88 <= stop:  # without times
        keep(out, body, body + 8)
        keep(out, body + 40, body + 88)
    elif command == _CLOSE:
        if body + 60 <= stop:
            keep(out, body, body + 8)
            keep(out, body + 40, body + 60)
    elif command < len(_FIXED):
        _fixed(data, body, stop, _FIXED[command, 1], out)


@compiled
def _fixed(data, body, stop, size, out):  # type: ignore[no-untyped-def]
    """A body says how long its fixed part is; an odd number tells that more follows."""
    if size > 0 and body + size <= stop and le16(data, body) & 0xFFFE == size:
        keep(out, body, body + size)


@compiled
def _share(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A server between backslashes, and its share."""
    server = at
    while server + 2 <= stop and le16(data, server) == _BACKSLASH:
        server += 2
    end = server
    while end + 2 <= stop and le16(data, end) != _BACKSLASH:
        end += 2
    if server == at or end + 2 > stop:
        text16(data, at, stop, _FILE_PATH, _NAMES, out)
        return
    if text16(data, server, end, _HOSTNAME, _NAMES, out) and text16(data, end + 2, stop, _FILE_PATH, _NAMES, out):
        keep(out, at, server)
        keep(out, end, end + 2)


@compiled
def _message_1(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A message of version 1: header, parameters behind their count, data behind its length."""
    if at + _HEADER_1 + 1 > stop:
        return
    command, is_answer = byte(data, at + 4), data[at + 9] & _RESPONSE_1
    is_wide = le16(data, at + 10) & _UNICODE_1
    note(out, _COMMAND, command)
    keep(out, at, at + 14)
    claim(out, at + 14, at + 22, SECRET, SCAN, NONE)
    parameters = at + _HEADER_1 + 1
    place = parameters + 2 * byte(data, at + _HEADER_1)
    if place + 2 > stop:
        keep(out, at + 22, parameters)
        return
    keep(out, at + 22, parameters)
    _parameters_1(parameters, place, command, is_answer, out)
    keep(out, place, place + 2)
    end = place + 2 + le16(data, place)
    if end > stop:
        return
    place += 2
    if command == _NEGOTIATE_1:
        if not is_answer:
            _dialects(data, place, end, out)
    elif command == _SETUP_1:
        ntlm(data, place, end, out)
    elif command == _TREE_1 and not is_answer and parameters + 8 <= place:
        _tree(data, at, place, end, le16(data, parameters + 6), is_wide, out)
    elif command == _CREATE_1 and not is_answer and is_wide:
        name = place + ((place - at) & 1)
        text16(data, name, end, _FILE_PATH, _NAMES, out)


@compiled
def _parameters_1(at, stop, command, is_answer, out):  # type: ignore[no-untyped-def]
    """Numbers, handles, offsets; not the times of files, nor what is more than a command has."""
    words = (stop - at) // 2
    if command == _CREATE_1 and is_answer and words >= _CREATED_1:
        keep(out, at, at + 11)
        keep(out, at + 43, min(at + 2 * _CREATED_1, stop))
    elif command == _CLOSE_1 and not is_answer:
        keep(out, at, min(at + 2, stop))
    elif words <= _WORDS_1[command, 1 if is_answer else 0]:
        keep(out, at, stop)


@compiled
def _dialects(data, at, stop, out):  # type: ignore[no-untyped-def]
    while at + 1 < stop and data[at] == 2:
        end = text_until_zero(data, at + 1, stop, SCAN, NONE, out)
        if end < 0:
            return
        keep(out, at, at + 1)
        keep(out, end - 1, end)
        at = end


@compiled
def _tree(data, at, place, stop, password, is_wide, out):  # type: ignore[no-untyped-def]
    """A password, the share's path, the kind of service."""
    if place + password > stop:
        return
    claim(out, place, place + password, SECRET, SCAN, NONE)
    place += password
    if is_wide:
        place += (place - at) & 1
        end = end_of_text16(data, place, stop)
        if end >= 0:
            _share(data, place, end, out)
            text(data, end + 2, stop, SCAN, NONE, out)
    else:
        end = text_until_zero(data, place, stop, _FILE_PATH, _NAMES, out)
        if end >= 0:
            text(data, end, stop, SCAN, NONE, out)
