"""Base64 of bytes that are no text: pictures, documents, fonts, archives. What may stand in them (a place in a photo,
an author, a serial number) no pattern sees, so that each is found as a whole.

It is told by its place, behind ``;base64,`` (RFC 2397) and where a format says so; by how a file begins; or by its
length, which no key, digest or signature has.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator

from cryptography import x509

from pipeline.detection.reading import Reading
from pipeline.kernels.encodings import LONG_DIGITS

ENTITY = "BINARY_CONTENT"
LONGEST_UNPACKED = 1 << 20
#: From so many digits on base64 is taken for a file wherever it stands: 768 bytes.
LONG_RUN = 1 << 10
_D = "[A-Za-z0-9+/_-]"
#: How files begin, in base64: PNG, JPEG, GIF, RIFF, ICO, TIFF, PDF, zip, OLE, 7z, RAR, xz, bzip2, zstd, WOFF, TrueType,
#: OpenType, ELF, PE, WebAssembly, SQLite, Ogg, Matroska, MP4, pcap, pcapng, Java.
BEGINNINGS = (
    "iVBORw0KGg", "[/_]9j[/_][2-7][0-9A-Za-z]", "R0lGOD[dl]h", f"UklGR{_D}{{6}}(?:XRUJQ|XQVZF|BVkkg)", "AAABAA[E-H]A",
    "SUkqA[A-P]", "TU0AKg", "JVBERi0", "UEsDB[A-P]", "UEsFBg", "0M8R4KGx", "N3q8ryc", "UmFyIRo", "[/_]Td6WFo",
    "Qlpo[MNO][A-Za-z]FBWSZT", "KLUv[/_][Q-Za-f]", "d09G[MR][g-v]", "AAEAAAA", "T1RUTwA", "f0VMRg", "TVqQAA", "AGFzbQ",
    "U1FMaXRlIGZvcm1hdC", "T2dnUwA", "GkXfo[w-z0-9+/_-]", f"AAAA{_D}{{2}}Z0eX", "1MOyoQ", "Cg0NC[g-v]", "rO0ABX",
)  # fmt: skip
FILE_MARKS = (";base64,", *(f"{beginning}{_D}{{4}}" for beginning in BEGINNINGS))
_BEGINS = re.compile("|".join(BEGINNINGS).encode("ascii"))
#: A body that is wrapped is one run.
_RUN = re.compile(
    rb"(?P<told>;base64,)?+(?P<digits>(?:[A-Za-z0-9+/_-]{40,76}+\r?\n)*+[A-Za-z0-9+/_-]{2,}+={0,2}+)", re.IGNORECASE
)
_STANDARD = bytes.maketrans(b"-_", b"+/")
_NO_DIGITS = b"=\r\n"
#: Of a long run at most this share are marks, and so many kinds of digits are there: in words and paths that differs.
MOST_MARKS, FEWEST_KINDS = 0.1, 40
#: What begins so ``encoded.read_base64`` reads.
_BEGINS_READ = re.compile(rb"[\t\n\r -~]{12}")
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\b\t\n\f\r\x1b")


def read_files(text: bytes) -> Iterator[Reading]:
    """Runs of base64, of either alphabet (RFC 4648), that hold a file; what is packed text is read."""
    for run in _RUN.finditer(text):
        digits = run["digits"].translate(_STANDARD, _NO_DIGITS)
        told = run["told"] is not None
        start, end = run.span("digits")
        if told or _BEGINS.match(digits) or _is_long(digits):
            said = text_of(digits)
        elif len(digits) < LONG_DIGITS or not (said := _unpacked(_content(digits))):
            continue
        if said is None:
            yield Reading(start, end, None, entity=ENTITY)
        elif said and not _BEGINS_READ.match(_content(digits)):
            yield Reading(start, end, said)


def is_read(text: bytes) -> bool:
    """Whether what a format declares as base64 says something that can be read, or is none."""
    digits = text.translate(_STANDARD, _NO_DIGITS)
    return not re.fullmatch(rb"[A-Za-z0-9+/]*", digits) or text_of(digits) is not None


def text_of(digits: bytes) -> bytes | None:
    """What base64 digits say: a text, packed or not, ``b""`` where a certificate's reader says it; None for a file."""
    content = _content(digits)
    if content[:2] == b"\x30\x82":
        return b"" if _is_certificate(content) else None
    if _is_text(content):
        return content
    return _unpacked(content)


def _content(digits: bytes) -> bytes:
    cut = len(digits) - (len(digits) % 4 == 1)
    return base64.b64decode(digits[:cut] + b"=" * (-cut % 4))


def _unpacked(content: bytes) -> bytes | None:
    """The text that was packed by gzip or zlib, or without a head, as SAML's redirects are; else None."""
    for form in (47, -15):
        unpacker = zlib.decompressobj(wbits=form)
        try:
            packed = unpacker.decompress(content, LONGEST_UNPACKED)
        except zlib.error:
            continue
        if unpacker.eof and not unpacker.unconsumed_tail and _is_text(packed):
            return packed
    return None


def _is_long(digits: bytes) -> bool:
    if len(digits) < LONG_RUN or len(set(digits)) < FEWEST_KINDS:
        return False
    return sum(digits.count(mark) for mark in b"+/") <= MOST_MARKS * len(digits)


def _is_text(content: bytes) -> bool:
    wide = content[:1] == b"\0" or content[1:2] == b"\0"
    try:
        text = content.decode("utf-16-be" if wide and content[:1] == b"\0" else "utf-16-le" if wide else "utf-8")
    except UnicodeDecodeError:
        return False
    said = text.encode()
    return said.translate(None, _CONTROLS) == said and (not wide or said.isascii())


def _is_certificate(content: bytes) -> bool:
    size = int.from_bytes(content[2:4], "big") + 4
    if size != len(content):
        return False
    for read in (x509.load_der_x509_certificate, x509.load_der_x509_csr):
        try:
            read(content)
        except ValueError:
            continue
        return True
    return False
