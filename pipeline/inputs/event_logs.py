"""Windows event logs (``.evtx``) out of a stream, as JSON lines: one event, one line.

A file is a header and chunks of 64 KiB, each of which holds all that its events need: so memory does not grow with the
file, and a damaged chunk takes no other with it. Source: the format's description in libevtx,
https://github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from evtx import PyEvtxParser

from pipeline.inputs.content import Damaged

_CHUNK = 1 << 16
_CHUNK_MAGIC = b"ElfChnk\x00"
_HEADER = 1 << 12
#: In a chunk: each has a head and a tail of 28 bytes (libevtx, event record).
_MOST_EVENTS = _CHUNK // 28
_PRINTED = bytes(max(byte, 0x20) for byte in range(256))
_CHUNKS_AT, _NUMBERS_AT, _CHECKED, _CHECKSUM_AT = 42, 8, 120, 124
_END_AT, _EVENTS_CHECKSUM_AT, _TABLES_AT, _EVENTS_AT = 48, 52, 128, 512


def event_lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The events of a log, in the order in which they stand.

    Raises:
      Damaged: after all events that can be read, where some cannot, or the file ends within a chunk.
    """
    held = bytearray()
    header = b""
    whole = True
    try:
        for piece in chunks:
            held += piece
            if not header and len(held) >= _HEADER:
                header = _header_of_one(held)
                del held[:_HEADER]
            while header and len(held) >= _CHUNK:
                lines, read = _events(header, bytes(held[:_CHUNK]))
                whole &= read
                del held[:_CHUNK]
                if lines:
                    yield lines
    except Damaged:
        whole = False
    if not whole or not header or held.strip(b"\x00"):
        raise Damaged


def _header_of_one(head: bytearray) -> bytes:
    """The header of a file with one chunk."""
    header = bytearray(head[:_HEADER])
    struct.pack_into("<QQ", header, _NUMBERS_AT, 0, 0)
    struct.pack_into("<H", header, _CHUNKS_AT, 1)
    struct.pack_into("<I", header, _CHECKSUM_AT, zlib.crc32(header[:_CHECKED]))
    return bytes(header)


def _is_intact(chunk: bytes) -> bool:
    """Whether a chunk is as it was written, by its two checksums."""
    end, events = struct.unpack_from("<II", chunk, _END_AT)
    (tables,) = struct.unpack_from("<I", chunk, _CHECKSUM_AT)
    head = chunk[:_CHECKED] + chunk[_TABLES_AT:_EVENTS_AT]
    return zlib.crc32(chunk[_EVENTS_AT:end]) == events and zlib.crc32(head) == tables


def _events(header: bytes, chunk: bytes) -> tuple[bytes, bool]:
    """Lines of a chunk's events, and whether all of it could be read. What was never written to is zeros."""
    if not chunk.startswith(_CHUNK_MAGIC):
        return b"", not chunk.strip(b"\x00")
    if not _is_intact(chunk):  # some damage makes the library read on for ever
        return b"", False
    lines: list[str] = []
    whole = True
    try:
        events = PyEvtxParser(io.BytesIO(header + chunk), number_of_threads=1).records_json()
        for _ in range(_MOST_EVENTS):
            try:
                event = next(events, None)
            except RuntimeError:  # of one event; its text, which may quote it, goes nowhere
                whole = False
                continue
            if event is None:
                break
            lines.append(event["data"])
    except (RuntimeError, OSError):
        whole = False
    # A damaged name may hold what JSON escapes elsewhere.
    return b"".join(line.encode("utf-8", "replace").translate(_PRINTED) + b"\n" for line in lines), whole
