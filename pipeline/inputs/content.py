"""Streams of decoded bytes: opened, decompressed, transcoded; and what kind of file a beginning tells of."""

from __future__ import annotations

import bz2
import codecs
import io
import lzma
import re
import tarfile
import zlib
from collections.abc import Iterator
from typing import Any, Protocol

import zstandard

from pipeline.inputs.stores import ASKED, is_object_store, open_store

#: Compressed bytes given to a decompressor at once. Zstandard has no bound of its own on what comes out (one block of
#: 4 bytes holds up to 128 KiB), so that it is fed in small pieces: 64 MiB at worst.
FED = 256 << 10
FED_ZSTD = 2 << 10
#: Bytes of a file's beginning that are looked at.
BEGINNING = 64 << 10
#: Decoded bytes held at once.
GIVEN = 1 << 20

_COMPRESSIONS = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "xz"))
_CAPTURES = (
    (b"\xd4\xc3\xb2\xa1", "pcap"), (b"\xa1\xb2\xc3\xd4", "pcap"), (b"\x4d\x3c\xb2\xa1", "pcap"),
    (b"\xa1\xb2\x3c\x4d", "pcap"), (b"\x34\xcd\xb2\xa1", "pcap"), (b"\xa1\xb2\xcd\x34", "pcap"),
    (b"\x0a\x0d\x0d\x0a", "pcapng"),
)  # fmt: skip
#: How a log of Windows events begins.
EVENT_LOG = b"ElfFile\x00"
_BINARY = (
    (b"\x7fELF", "ELF"),
    (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"%PDF-", "PDF"), (b"LPKSHHRH", "journal"),
    (b"SQLite format 3\x00", "SQLite"), (b"PAR1", "Parquet"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"MZ\x90\x00", "PE"),
    (b"\xd0\xcf\x11\xe0", "OLE"), (b"!<arch>\n", "ar"), (b"MSCF\x00\x00\x00\x00", "cabinet"), (b"Rar!\x1a\x07", "rar"),
    (b"\xed\xab\xee\xdb", "RPM"), (b"\x04\x22\x4d\x18", "LZ4"), (b"\xff\x06\x00\x00sNaPpY", "Snappy"),
    (b"\x89LZO\x00", "LZO"), (b"LZIP\x01", "lzip"), (b"\x1f\x9d", "compress"),
)  # fmt: skip
_CPIO = re.compile(rb"07070[12][0-9A-Fa-f]{104}")
_BEYOND_ASCII = bytes(range(0x80, 0x100))
CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r\f\x1b")


class Damaged(Exception):
    """A compressed stream ends early or cannot be decoded any further."""


class Stored(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Source(Stored, Protocol):
    def seek(self, position: int, /) -> Any: ...
    def close(self) -> None: ...


class Reader(Source, Protocol):
    """What is opened: it fills a window without a copy between."""

    def readinto(self, window: memoryview, /) -> int | None: ...


def is_remote(uri: str) -> bool:
    """Whether it is a URI and not a path; a drive letter is no scheme."""
    return "://" in uri


def open_source(uri: str) -> Reader:
    """A file of this machine, or an object through pyarrow.fs. Raises OSError, and ConfigurationError for a URI."""
    if not is_remote(uri):
        return open(uri, "rb", buffering=0)  # noqa: SIM115 - the caller closes it
    filesystem, path = open_store(uri)
    source = filesystem.open_input_file(path)
    # Decompressors ask for a few kilobytes at a time.
    return io.BufferedReader(source, ASKED) if is_object_store(filesystem) else source


def compression_of(head: bytes) -> str:
    for magic, name in _COMPRESSIONS:
        if head.startswith(magic):
            return name
    return ""


def capture_of(head: bytes) -> str:
    """The format of a capture that begins so, or ``""``."""
    for magic, name in _CAPTURES:
        if head.startswith(magic):
            return name
    return ""


def encoding_of(head: bytes) -> str:
    """``evtx``; UTF-16 by its byte order mark, or by NULs in nearly every second place; else ``utf-8``."""
    if head.startswith(EVENT_LOG):
        return "evtx"
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if half >= 8 and odd > 0.8 * half and even < 0.05 * half:
        return "utf-16-le"
    if half >= 8 and even > 0.8 * half and odd < 0.05 * half:
        return "utf-16-be"
    return "utf-8"


def binary_kind(head: bytes) -> str:
    """What kind of binary file begins so, or ``""`` for text. Expects UTF-16 to be decoded."""
    for magic, name in _BINARY:
        if head.startswith(magic):
            return name
    if kind := archive_of(head):
        return kind
    if _CPIO.match(head):
        return "cpio"
    if not head:
        return ""
    controls = len(head) - len(head.translate(None, CONTROLS))
    if controls > 0.3 * len(head):
        return "not text"
    # Of EBCDIC the blank reads as @, letters and digits are beyond ASCII; nothing of it reads, and all would pass.
    beyond = len(head) - len(head.translate(None, _BEYOND_ASCII))
    is_ebcdic = head.count(b"@") > 0.05 * len(head) and beyond > 0.3 * len(head)
    if controls > 0.05 * len(head) or is_ebcdic:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(head)
        except UnicodeDecodeError:
            return "EBCDIC" if is_ebcdic else "not text"
    return ""


def archive_of(head: bytes) -> str:
    """``tar`` or ``zip`` of what begins so, else ``""``."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head[257:262] == b"ustar":
        return "tar"
    try:  # what older ones write has no mark, but a checksum
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):  # type: ignore[attr-defined]
        return ""
    return "tar"


def unread_kind(head: bytes) -> str:
    """What kind of binary file begins so, if it is none that is decompressed, unpacked or decoded; else ``""``."""
    if compression_of(head) or capture_of(head) or encoding_of(head) != "utf-8":
        return ""
    return "" if archive_of(head) else binary_kind(head)


def is_plain_text(data: bytes) -> bool:
    """Whether bytes that nothing tells of are text, as they stand: neither compressed nor a capture or another binary
    file, nor a record that a program serialised (Avro, Protocol Buffers, MessagePack), whose first bytes are no UTF-8,
    or control characters."""
    if compression_of(data) or capture_of(data) or binary_kind(data):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data[:4])
    except UnicodeDecodeError:
        return False
    return not set(data[:4]) & set(CONTROLS)


def decoded_chunks(source: Source, compression: str, encoding: str) -> Iterator[bytes]:
    """The decoded bytes of a whole source, in pieces.

    Raises:
      Damaged: after all that could be decoded has been given.
      OSError: from reading.
    """
    chunks = decompressed(source, compression) if compression else raw_chunks(source)
    if encoding == "evtx":
        from pipeline.inputs.event_logs import event_lines  # with its library, which most runs do without

        return event_lines(chunks)
    return chunks if encoding == "utf-8" else transcoded(chunks, encoding)


def raw_chunks(source: Stored) -> Iterator[bytes]:
    while piece := source.read(GIVEN):
        yield piece


def transcoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-16 as UTF-8, without its byte order mark; what is no UTF-16 becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    begun = False
    damage: Damaged | None = None
    try:
        for chunk in chunks:
            text = decoder.decode(chunk)
            if text and not begun:
                begun = True
                text = text.removeprefix("\ufeff")
            if text:
                yield text.encode()
    except Damaged as error:
        damage = error
    if rest := decoder.decode(b"", final=True):
        yield rest.encode()
    if damage:
        raise damage


class _Bounded:
    """One stream of gzip, bzip2 or xz, given out in pieces of at most GIVEN bytes."""

    def __init__(self, compression: str) -> None:
        self._zlib = zlib.decompressobj(wbits=31) if compression == "gzip" else None
        self._other = bz2.BZ2Decompressor() if compression == "bz2" else lzma.LZMADecompressor(lzma.FORMAT_XZ)

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._zlib:
            while data and not self._zlib.eof:
                yield self._zlib.decompress(data, GIVEN)
                data = self._zlib.unconsumed_tail
            return
        yield self._other.decompress(data, GIVEN)
        while not self._other.eof and not self._other.needs_input:
            yield self._other.decompress(b"", GIVEN)

    @property
    def eof(self) -> bool:
        return self._zlib.eof if self._zlib else self._other.eof

    @property
    def unused(self) -> bytes:
        return self._zlib.unused_data if self._zlib else self._other.unused_data


class _Zstd:
    """One frame of Zstandard."""

    def __init__(self) -> None:
        self._frame = zstandard.ZstdDecompressor().decompressobj()

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield self._frame.decompress(data)

    @property
    def eof(self) -> bool:
        return self._frame.eof

    @property
    def unused(self) -> bytes:
        return self._frame.unused_data


def decompressed(source: Stored, compression: str) -> Iterator[bytes]:
    """All members, streams or frames, one after the other; NULs between them are padding."""
    fed = FED_ZSTD if compression == "zstd" else FED
    member: _Bounded | _Zstd | None = None
    waiting = b""
    try:
        while True:
            waiting = waiting or source.read(fed)
            if not waiting:
                break
            if member is None:
                waiting = waiting.lstrip(b"\x00")
                if not waiting:
                    continue
                member = _Zstd() if compression == "zstd" else _Bounded(compression)
            for piece in member.feed(waiting):
                if piece:
                    yield piece
            waiting = member.unused if member.eof else b""
            if member.eof:
                member = None
    except (zlib.error, lzma.LZMAError, zstandard.ZstdError, EOFError) as error:
        raise Damaged from error
    except OSError as error:
        # The bz2 module reports bad data as an OSError without a number.
        if error.errno is None:
            raise Damaged from error
        raise
    if member is not None:
        raise Damaged


def beginning(chunks: Iterator[bytes], most: int = BEGINNING) -> bytes:
    """The first bytes of a stream, as far as it can be decoded."""
    head = b""
    try:
        for chunk in chunks:
            head += chunk
            if len(head) >= most:
                break
    except Damaged:
        pass  # what stands before the damage tells the format; reading it later reports the damage
    return head[:most]
