"""Texts in hexadecimal: digits in one run, bytes with marks between them, and dumps with the text beside them.

A value is written so by Linux's audit (https://github.com/linux-audit/audit-documentation, "untrusted" fields), by
databases, and by programs that show what they sent.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from pipeline.detection.reading import Reading, words_in

#: A byte of a text: printable ASCII, or what parts words.
_T = r"(?:[2-7][0-9a-f]|0[09ad])"
#: Offsets of rows of sixteen bytes end in zero. Bytes alone are told by one that is in most texts (blank, dot, stroke,
#: digits, vowels): a mark without any literal would be looked for at every byte.
BYTES_MARKS = (
    *(
        rf"[0-9a-f]{{3}}0{mark}[0-9a-f]{{2}} [0-9a-f]{{2}} [0-9a-f]{{2}}[ -]"
        for mark in ("  ", "   ", ": ", r"\| ", " - ")
    ),
    *(rf"[0-9a-f]{{3}}0{mark}[0-9a-f]{{4}} [0-9a-f]{{4}}[ \r\n]" for mark in (": ", ":  ")),
    r"0000[0-9a-f]0 [0-9a-f]{2} [0-9a-f]{2} [0-9a-f]{2} ",
    r"0x[0-9a-f]{3}0[ \t]{1,3}[0-9a-f]{4} [0-9a-f]{4} ",
    r"[0-9a-f]{3}0: {1,2}[0-9a-f]{8} [0-9a-f]{8} ",
    *(rf"(?:{_T} ){{4}}{byte} (?:{_T} ){{5}}" for byte in ("20", "2e", "2f", "30", "31", "41", "45", "61", "65", "6f")),
    *(rf"(?:0x{_T}{between}){{8}}" for between in (", ", ",", " ")),
)

_DIGITS = re.compile(rb"(?:(?<![0-9A-Za-z])|(?<=[xX]))(?:[0-9A-Fa-f]{2}){8,}[0-9A-Fa-f]?(?![0-9A-Za-z])")
_PARTED = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){7,}(?![0-9A-Za-z])")
_BYTES = re.compile(rb"(?<![0-9A-Za-z])(?:0x)?[0-9A-Fa-f]{2}(?:(?: {1,2}|,? ?0x)[0-9A-Fa-f]{2}){7,}(?![0-9A-Za-z])")
_PREFIX = re.compile(rb"0x")
_NO_DIGIT = re.compile(rb"[^0-9A-Fa-f]+")
#: An offset, what ends it, the bytes in groups of up to four, the text behind two blanks, a tab or a bar.
_DUMP_LINE = re.compile(
    rb"^[ \t|]*(?:0x)?(?P<offset>[0-9a-f]{4,8})(?:[:|]?[ \t]{1,4}| - )"
    rb"(?P<bytes>(?:[0-9a-f]{2}){1,4}(?:[ -]{1,2}(?:[0-9a-f]{2}){1,4}){0,31})"
    rb"(?:(?:[ \t]{2,50}|\t| ?\|)[^\r\n]{1,40})?[ ]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)


def read_hexadecimal(text: bytes) -> Iterator[Reading]:
    """Runs of digits, and bytes with colons or hyphens between them, each replaced as a whole."""
    for form in (_DIGITS, _PARTED):
        for run in form.finditer(text):
            yield Reading(run.start(), run.end(), _said(_content(run.group())))


def read_bytes(text: bytes) -> Iterator[Reading]:
    """Bytes with blanks or commas between them, and dumps, of which the lines below each other are one, with the text
    beside them; each is replaced as a whole.

    Of a packet that begins with its IP header its addresses are said, too.
    """
    lines = list(_DUMP_LINE.finditer(text))
    begun = at = 0
    for k, line in enumerate(lines):
        if k + 1 < len(lines) and lines[k + 1].start() == line.end() + 1:
            continue
        block = lines[begun : k + 1]
        begun = k + 1
        yield from _alone(text, at, block[0].start())
        at = line.end() - line.group().endswith(b"\r")
        content = b"".join(_content(row["bytes"]) for row in block)
        # Of rows in the middle of a packet any two could look like a header's.
        addresses = [] if block[0]["offset"].strip(b"0") else _addresses(content)
        yield Reading(block[0].start("bytes"), at, b"\n".join([_said(content), *addresses]))
    yield from _alone(text, at, len(text))


def _alone(text: bytes, start: int, end: int) -> Iterator[Reading]:
    for run in _BYTES.finditer(text, start, end):
        yield Reading(run.start(), run.end(), _said(_content(run.group())))


def _content(shown: bytes) -> bytes:
    digits = _NO_DIGIT.sub(b"", _PREFIX.sub(b"", shown))
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))  # a last one alone is cut


def _addresses(packet: bytes) -> list[bytes]:
    """Source and destination of an IP header (RFC 791 3.1, RFC 8200 3), as far as they are there."""
    first, size = {0x45: (12, 4), 0x60: (8, 16)}.get(packet[0], (0, 0))
    places = (first, first + size) if size else ()
    return [str(ipaddress.ip_address(packet[at : at + size])).encode() for at in places if at + size <= len(packet)]


def _said(content: bytes) -> bytes:
    """The words, and those that remain without NULs, which part a command's words and stand in UTF-16."""
    narrow = content.replace(b"\x00", b"")
    said = words_in(content) if narrow == content else words_in(content) + words_in(narrow)
    return b"\n".join(said)
