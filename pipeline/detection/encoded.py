"""Encoded texts read: base64, percent-escapes, the escapes of JSON, HTML, mail, syslog and terminals, other spellings
in Unicode; each with the places it came from.

Everything here is a pure function of the text, so that what was found in one is cached like all else. What is read is
bounded: no reading is longer than its source, but for gzip, of which LONGEST_UNPACKED bytes are read.
"""

from __future__ import annotations

import base64
import html
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from urllib.parse import unquote_to_bytes

import numpy as np
from cryptography import x509

from pipeline.detection.files import ENTITY, FILE_MARKS, LONGEST_UNPACKED, read_files
from pipeline.detection.hexadecimal import BYTES_MARKS, read_bytes, read_hexadecimal
from pipeline.detection.reading import Reading, words_in
from pipeline.kernels.encodings import LONG_WORDS, base64_values, lay_out, next_base64

BASE64_VALUES = base64_values()
#: How gzip files begin (RFC 1952 2.3.1), and what zlib packed (RFC 1950 2.2).
_PACKED = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_STANDARD = bytes.maketrans(b"-_", b"+/")
_PERCENT = re.compile(rb"%(?:[0-9A-Fa-f]{2}|[uU][0-9A-Fa-f]{4})")
_BACKSLASH = re.compile(
    rb'\\(?:u[0-9A-Fa-f]{4}(?:\\u[dD][c-fC-F][0-9A-Fa-f]{2})?|x[0-9A-Fa-f]{2}|[0-3][0-7]{2}|[\\/"\'bfnrt])'
)
_OCTAL = re.compile(rb"#(?:0[0-3]|[23][0-7])[0-7]")
#: Of colours and the like (ECMA-48 8.3.117), the byte before the bracket in any notation, or lost.
_COLOUR = re.compile(rb"(?:\[[0-9;:]{1,24}m|(?:\x1b|\^\[|\\e)\[[0-9;:?]{0,24}[A-Za-z])+")
_IN_WORD = re.compile(rb"[\w.:@%+\x80-\xff-]")
_TAG = re.compile(rb"</?[A-Za-z][^<>]{0,200}>|<!--.{0,200}?-->", re.DOTALL)
#: Names of letters beyond ASCII, and of blanks and what does not show.
_LETTERS = (
    "(?:[a-z]{1,2}(?:uml|acute|grave|circ|tilde|ring|cedil|caron|slash|lig|strok|macr|ogon)|nbsp|shy|zw[a-z]{1,8})"
)
_UNSEEN = rb"\xc2\xad|\xcd\x8f|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xa4]|\xef\xbb\xbf"
_LIKE_BLANKS = rb"\xc2\xa0|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f|\xe3\x80\x80"
_LIKE_HYPHENS = rb"\xe2\x80[\x90\x91]"
_LIKE_DOTS = rb"\xe3\x80\x82|\xef\xbd\xa1"
_WIDE = rb"\xef\xbc[\x81-\xbf]|\xef\xbd[\x80-\x9e]"
_COMBINED = rb"(?:[A-Za-z]|[\xc3-\xd4][\x80-\xbf])(?:\xcc[\x80-\xbf]|\xcd[\x80-\x8e\x90-\xaf])+"
_SPELLED = re.compile(b"|".join((_UNSEEN, _LIKE_BLANKS, _LIKE_HYPHENS, _LIKE_DOTS, _WIDE, _COMBINED)))
_AS_SPELLED = tuple(
    (re.compile(of), to) for of, to in ((_UNSEEN, b""), (_LIKE_BLANKS, b" "), (_LIKE_HYPHENS, b"-"), (_LIKE_DOTS, b"."))
)
_ENTITY = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
_OCTET = re.compile(rb"=[0-9A-Fa-f]{2}")
_ENCODED_WORD = re.compile(rb"=\?[A-Za-z0-9_-]{2,24}(?:\*[A-Za-z-]{1,12})?\?[BbQq]\?[!-~]{1,200}?\?=")
_BINARY = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_LONG = re.compile(rb"[ -~]{%d}" % LONG_WORDS)
_LINE_END = re.compile(rb"\r?\n")
_WRAPPED = re.compile(rb"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{40,76}\r?\n)+[A-Za-z0-9+/]{2,76}={0,2}")
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def read_percent(text: bytes) -> Iterator[Reading]:
    """Percent-escapes (RFC 3986 2.1), and ``%u0040``, as JavaScript's ``escape`` writes them."""
    return _unescaped(text, _PERCENT, _of_percent)


def read_backslashes(text: bytes) -> Iterator[Reading]:
    """Escapes of JSON (RFC 8259 7), and ``\\x40``, ``\\100``."""
    return _unescaped(text, _BACKSLASH, _of_backslash)


def read_octal(text: bytes) -> Iterator[Reading]:
    """Controls, and bytes beyond ASCII, as rsyslog and syslogd write them: ``#033``."""
    return _unescaped(text, _OCTAL, lambda found: bytes([int(found[1:], 8)]))


def read_colours(text: bytes) -> Iterator[Reading]:
    """What a terminal shows, colours left out: as they may stand in the middle of a word, and as between two."""
    yield from _unescaped(text, _COLOUR, lambda found: b"")
    if any(_IN_WORD.match(text, c.start() - 1) and _IN_WORD.match(text, c.end()) for c in _COLOUR.finditer(text, 1)):
        yield from _unescaped(text, _COLOUR, lambda found: b" ")


def read_tags(text: bytes) -> Iterator[Reading]:
    """What a page shows, its tags left out."""
    return _unescaped(text, _TAG, lambda found: b"")


def read_spellings(text: bytes) -> Iterator[Reading]:
    """Letters, digits and marks as others are written that look like them (UAX 15), without what does not show."""
    return _unescaped(text, _SPELLED, _as_spelled)


def read_entities(text: bytes) -> Iterator[Reading]:
    """Character references (https://html.spec.whatwg.org/multipage/named-characters.html)."""
    return _unescaped(text, _ENTITY, lambda found: html.unescape(found.decode("ascii")).encode("utf-8", "replace"))


def read_quoted_printable(text: bytes) -> Iterator[Reading]:
    """Octets in hexadecimal (RFC 2045 6.7)."""
    return _unescaped(text, _OCTET, lambda found: bytes([int(found[1:], 16)]))


def read_encoded_words(text: bytes) -> Iterator[Reading]:
    """Words of a mail header (RFC 2047 2; RFC 2231 5), each replaced as a whole."""
    for found in _ENCODED_WORD.finditer(text):
        try:
            parts = decode_header(found.group().decode("ascii"))
            said = "".join(p if isinstance(p, str) else p.decode(c or "ascii", "replace") for p, c in parts)
        except (ValueError, LookupError, HeaderParseError):
            yield Reading(found.start(), found.end(), None)
            continue
        yield Reading(found.start(), found.end(), said.encode("utf-8", "replace"))


def read_base64(text: bytes) -> Iterator[Reading]:
    """Base64 of either alphabet (RFC 4648) whose content is a text in UTF-8 or UTF-16, a gzip file, or a certificate;
    of other binary content the words that are too long to be chance, and those that stand with them.

    Lines of a body that is wrapped (RFC 2045 6.8, RFC 7468 2) are one.
    """
    begun = 0
    for body in _WRAPPED.finditer(text):
        yield from _shifted(_base64_runs(text[begun : body.start()]), begun)
        for reading in _base64_runs(_LINE_END.sub(b"", body.group())):
            yield Reading(body.start(), body.end(), reading.text)
        begun = body.end()
    yield from _shifted(_base64_runs(text[begun:]), begun)


def _shifted(readings: Iterator[Reading], by: int) -> Iterator[Reading]:
    for reading in readings:
        yield Reading(reading.start + by, reading.end + by, reading.text)


def _base64_runs(text: bytes) -> Iterator[Reading]:
    at = 0
    for reading in _base64_texts(text):
        yield from _words(text, at, reading.start)
        yield reading
        at = reading.end
    yield from _words(text, at, len(text))


def _words(text: bytes, start: int, end: int) -> Iterator[Reading]:
    """What stands in binary content as it stands, wherever its first quad begins."""
    for run in _BINARY.finditer(text, start, end):
        digits = run.group().rstrip(b"=").translate(_STANDARD)
        said = []
        for phase in range(4):
            quads = digits[phase:]
            content = base64.b64decode(quads[: len(quads) // 4 * 4] + _last_quad(quads))
            if _LONG.search(content):
                said += words_in(content)
        if said:
            yield Reading(run.start(), run.end(), b"\n".join(said))


def _base64_texts(text: bytes) -> Iterator[Reading]:
    data = np.frombuffer(text or b" ", np.uint8)
    at = 0
    while True:
        start, end = (int(place) for place in next_base64(data, at, BASE64_VALUES))
        if start < 0:
            return
        digits = text[start:end].translate(_STANDARD)
        content = base64.b64decode(digits[: len(digits) // 4 * 4] + _last_quad(digits))
        while end < len(text) and text[end] == 0x3D:
            end += 1
        read = _certificate if content[:2] == b"\x30\x82" else _unpacked if content[:2] in _PACKED else _text
        said, size = read(content)
        if said is None:
            yield Reading(start, end, None, entity=ENTITY)
        elif said:
            yield Reading(start, end, said)
        # Behind what could be read another value may follow, as in a path.
        at = start + max(size // 3 * 4, 1)


def _last_quad(digits: bytes) -> bytes:
    rest = digits[len(digits) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def _text(content: bytes) -> tuple[bytes | None, int]:
    """The text, and how many bytes of the content it takes."""
    if 0 in content[:2]:
        wide = content.decode("utf-16-le" if content[1] == 0 else "utf-16-be", "replace")
        return wide.encode("utf-8", "replace"), len(content)
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return content, len(content) if len(content) - error.start < 4 else error.start
    return content, len(content)


def _unpacked(content: bytes) -> tuple[bytes | None, int]:
    unpacker = zlib.decompressobj(wbits=47)
    try:
        text = unpacker.decompress(content, LONGEST_UNPACKED)
    except zlib.error:
        return _text(content) if content[:2] == b"x^" else (b"", 1)
    return (None if unpacker.unconsumed_tail else text), len(content)


def _certificate(content: bytes) -> tuple[bytes | None, int]:
    """Whom a certificate, or the request for one, names (RFC 5280 4.1.2, 4.2.1.6)."""
    size = int.from_bytes(content[2:4], "big") + 4
    named: x509.Certificate | x509.CertificateSigningRequest
    try:
        named = x509.load_der_x509_certificate(content[:size])
    except ValueError:
        try:
            named = x509.load_der_x509_csr(content[:size])
        except ValueError:
            return b"", 1
    try:
        said = [named.subject.rfc4514_string()]
        if isinstance(named, x509.Certificate):
            said.append(named.issuer.rfc4514_string())
        for extension in named.extensions:
            if isinstance(extension.value, x509.SubjectAlternativeName):
                said += [str(getattr(name, "value", "")) for name in extension.value]
    except ValueError:
        return None, len(content)
    return "\n".join(said).encode(), len(content)


def _as_spelled(found: bytes) -> bytes:
    for form, to in _AS_SPELLED:
        if form.fullmatch(found):
            return to
    return unicodedata.normalize("NFKC", found.decode("utf-8", "replace")).encode()


def _of_percent(found: bytes) -> bytes:
    return unquote_to_bytes(found) if len(found) == 3 else chr(int(found[2:], 16)).encode("utf-8", "replace")


def _of_backslash(found: bytes) -> bytes:
    kind, rest = found[1:2], found[2:]
    if kind.isdigit():
        return bytes([int(found[1:], 8)])
    if kind == b"x":
        return bytes([int(rest, 16)])
    if kind == b"u":
        units = b"".join(int(unit, 16).to_bytes(2, "big") for unit in found.split(b"\\u")[1:])
        return units.decode("utf-16-be", "replace").encode()
    return _NAMED.get(kind, kind)


def _unescaped(text: bytes, escape: re.Pattern[bytes], decode: Callable[[bytes], bytes]) -> Iterator[Reading]:
    """One reading of the whole text, if there is an escape in it."""
    said: list[bytes] = []
    pieces: list[tuple[int, int, int]] = []
    at = 0
    for found in escape.finditer(text):
        start, end = found.span()
        piece = decode(found.group())
        said += text[at:start], piece
        pieces += (at, -1, start - at), (start, end, len(piece))
        at = end
    if not at:
        return
    pieces.append((at, -1, len(text) - at))
    whole = b"".join((*said, text[at:]))
    first, last = np.empty(len(whole), np.int64), np.empty(len(whole), np.int64)
    lay_out(np.array(pieces, np.int64), first, last)
    yield Reading(0, len(text), whole, first, last)


@dataclass(frozen=True)
class Encoding:
    """One encoding: how it is called, how read, and what in a text tells of it.

    Attributes:
      marks: expressions, as anchors; the run of printable bytes around one is read. Of the first three tokens tell.
      in_lines: the whole text is read and not a run.
    """

    name: str
    read: Callable[[bytes], Iterator[Reading]]
    marks: tuple[str, ...] = ()
    in_lines: bool = False


ENCODINGS: tuple[Encoding, ...] = (
    # A gzip file's head may have a slash, which no token holds, in its thirteenth digit.
    Encoding("base64", read_base64, (r"H4sI[A-F][A-Za-z0-9+]{7}/",)),
    Encoding("percent-escapes", read_percent),
    Encoding("hexadecimal", read_hexadecimal),
    Encoding(
        "backslash escapes",
        read_backslashes,
        # Escaped blanks count where a number follows, which they would hide; `\new` is a folder. Quotes that are
        # escaped once are read by the patterns themselves.
        (
            r"\\u[0-9a-f]{4}",
            r"\\x[0-9a-f]{2}",
            r"\\[0-3][0-7]{2}",
            r"\\/",
            r"\\[nrt][0-9a-f]{0,3}[0-9:]",
            r"\\[nrt][a-z_.-]{2,24}[:=] ?[^ \\\x00]",
            r"\\\\\\\x22",
        ),
    ),
    # A name of several words may have letters beyond ASCII, or escapes for its blanks.
    Encoding(
        "backslash escapes in a line",
        read_backslashes,
        # But for marks of HTML, which Go and JavaScript write so.
        (r"\\u(?:0(?:0[89a-f]|1[0-9a-f])[0-9a-f]|002[07]|20[0-6][0-9a-f])", r"\\(?:x[89a-f][0-9a-f]|[23][0-7]{2}|040)"),
        in_lines=True,
    ),
    Encoding("octal escapes", read_octal, (r"#0[0-3][0-7]", r"#3[0-7]{2}#2[0-7]{2}"), in_lines=True),
    Encoding(
        "colours",
        read_colours,
        # `[5m]` is a span of time.
        (r"\[(?:[0-9]{1,3}[;:]){0,7}[0-9]{1,3}m[^\]\x00]", r"(?:\x1b|\^\[|\\e)\[[0-9;:?]{0,24}[a-z]"),
        in_lines=True,
    ),
    Encoding(
        "other spellings",
        read_spellings,
        # Alone, marks of Chinese and Japanese sentences hide nothing.
        (
            *(form.decode("ascii") for form in (_UNSEEN, _LIKE_BLANKS)),
            *(f"[a-z0-9](?:{form.decode('ascii')})[a-z0-9]" for form in (_LIKE_HYPHENS, _LIKE_DOTS)),
            r"\xef\xbc[\x8e\x90-\x99\xa0-\xba]|\xef\xbd[\x81-\x9a]",
            r"\xcc[\x80-\xbf]|\xcd[\x80-\x8e\x90-\xaf]",
        ),
        in_lines=True,
    ),
    # Of tags those that break no word.
    Encoding(
        "tags",
        read_tags,
        (r"[a-z0-9.@_-]</?(?:wbr|[abiu]|em|strong|mark|span|font)(?: [^<>\x00]{0,80})?/?>[a-z0-9.@_-]",),
        in_lines=True,
    ),
    Encoding(
        "character references",
        read_entities,
        (r"&#(?:[0-9]{2,7}|x[0-9a-f]{2,6});", r"&[a-z]{2,8};"),
    ),
    Encoding(
        "character references in a line",
        read_entities,
        (r"&#(?:0?32|1[6-9][0-9]|[2-9][0-9]{2}|x(?:20|[a-f][0-9a-f]|[12][0-9a-f]{2}));", rf"&{_LETTERS};"),
        in_lines=True,
    ),
    # Without a header that declares it only what stands for `@` before a name, for `=`, or for a letter beyond ASCII,
    # tells of it.
    Encoding(
        "quoted-printable",
        read_quoted_printable,
        (r"[a-z0-9_.+-]=40[a-z]", r"=3d[a-z0-9\x22'=]", r"=c[2-9a-f]=[89ab][0-9a-f]"),
        in_lines=True,
    ),
    Encoding("encoded words", read_encoded_words, (r"=\?[a-z0-9_-]{2,24}(?:\*[a-z-]{1,12})?\?[bq]\?",)),
    Encoding("bytes in hexadecimal", read_bytes, BYTES_MARKS, in_lines=True),
    Encoding("base64 of a file", read_files, FILE_MARKS),
)
IN_LINES = np.array([encoding.in_lines for encoding in ENCODINGS])
BASE64, PERCENT, HEXADECIMAL, BINARY_FILES = 0, 1, 2, len(ENCODINGS) - 1
