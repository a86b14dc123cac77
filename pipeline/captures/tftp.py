"""TFTP's requests and answers (RFC 1350, RFC 2347); data is left."""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import SCAN, be16, keep, note
from pipeline.captures.plain_text import text_until_zero
from pipeline.captures.word_tables import word_number, word_table
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_OPCODE = NUMBER_ID["tftp_opcode"]
_FILE_NAME, _TEXTS = TEXT_ID["tftp_file_name"], TEXT_ID["text"]
_FILE_PATH = ENTITY_ID["FILE_PATH"]
#: RFC 2348, 2349, 7440, 2090, and what boot loaders add.
_KNOWN = word_table("blksize blksize2 timeout utimeout tsize windowsize multicast rollover")
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
        _string(data, at, stop, SCAN, _TEXTS, out)
    elif opcode in (_READ, _WRITE):
        at = _string(data, at, stop, _FILE_PATH, _FILE_NAME, out)
        at = _string(data, at, stop, SCAN, _TEXTS, out)
        _options(data, at, stop, out)
    elif opcode == _OPTIONS:
        _options(data, at, stop, out)


@compiled
def _string(data, at, stop, entity, column, out):  # type: ignore[no-untyped-def]
    """Claim a text that a zero ends; behind it, or ``stop`` where there is none."""
    end = text_until_zero(data, at, stop, entity, column, out)
    if end < 0:
        return np.int64(stop)
    keep(out, end - 1, end)
    return np.int64(end)


@compiled
def _options(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Names of options that are known, and their values; one that is not known ends what is claimed."""
    while at < stop:
        end = at
        while end < stop and data[end] != 0:
            end += 1
        if word_number(data, at, end, _KNOWN) < 0:
            return
        at = _string(data, at, stop, SCAN, _TEXTS, out)
        at = _string(data, at, stop, SCAN, _TEXTS, out)
