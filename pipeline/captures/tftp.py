"""TFTP's requests and answers (RFC 1350, RFC 2347); data is left."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import SCAN, be16, keep, note
from pipeline.captures.plain_text import text_until_zero
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_OPCODE = NUMBER_ID["tftp_opcode"]
_FILE_NAME, _TEXTS = TEXT_ID["tftp_file_name"], TEXT_ID["text"]
_FILE_PATH = ENTITY_ID["FILE_PATH"]
_READ, _WRITE, _DATA, _ACKNOWLEDGMENT, _ERROR, _OPTIONS = range(1, 7)


@compiled
def tftp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A datagram to or from the port of requests."""
    if at + 4 > stop or not _READ <= be16(data, at) <= _OPTIONS:
        return
    opcode = be16(data, at)
    note(out, _OPCODE, opcode)
    keep(out, at, at + 2)
    at += 2
    if opcode in (_DATA, _ACKNOWLEDGMENT, _ERROR):
        keep(out, at, at + 2)
        at += 2
    if opcode == _ERROR:
        _strings(data, at, stop, SCAN, _TEXTS, out)
    elif opcode in (_READ, _WRITE):
        _strings(data, at, stop, _FILE_PATH, _FILE_NAME, out)
    elif opcode == _OPTIONS:
        _strings(data, at, stop, SCAN, _TEXTS, out)


@compiled
def _strings(data, at, stop, entity, column, out):  # type: ignore[no-untyped-def]
    """Texts that zeros end; what the first one is is given."""
    while at < stop:
        end = text_until_zero(data, at, stop, entity, column, out)
        if end < 0:
            return
        keep(out, end - 1, end)
        at, entity, column = end, SCAN, _TEXTS
