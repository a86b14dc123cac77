"""Windows event logs written for tests: binary XML without templates, in files that every reader of EVTX takes.

Source: the format's description in libevtx (header, chunk, record, binary XML tokens).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree

CHUNK = 1 << 16
HEADER = 1 << 12
_RECORDS_AT = 512
#: In units of 100 ns since 1601 (FILETIME).
WRITTEN = int((datetime(2026, 11, 24, 10, tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10**7


def event_log(chunks: Sequence[Sequence[str]]) -> bytes:
    """A file of chunks of events, each an XML text without a namespace prefix; numbered from 1."""
    body, number = [], 1
    for events in chunks:
        body.append(_chunk(events, number))
        number += len(events)
    header = bytearray(HEADER)
    struct.pack_into(
        "<8sQQQIHHHH", header, 0, b"ElfFile\x00", 0, len(chunks) - 1, number, 128, 1, 3, HEADER, len(chunks)
    )
    struct.pack_into("<I", header, 124, zlib.crc32(header[:120]))
    return bytes(header) + b"".join(body)


def _chunk(events: Sequence[str], first: int) -> bytes:
    data = bytearray(_RECORDS_AT)
    last_at = _RECORDS_AT
    for number, event in enumerate(events, first):
        last_at = len(data)
        data += _record(event, number, last_at)
    last = first + len(events) - 1
    checksum = zlib.crc32(data[_RECORDS_AT:])
    struct.pack_into(
        "<8sQQQQIIII", data, 0, b"ElfChnk\x00", first, last, first, last, 128, last_at, len(data), checksum
    )  # fmt: skip
    struct.pack_into("<I", data, 124, zlib.crc32(data[:120] + data[128:512]))
    assert len(data) <= CHUNK
    return bytes(data.ljust(CHUNK, b"\x00"))


def _record(event: str, number: int, at: int) -> bytes:
    xml = bytearray(b"\x0f\x01\x01\x00")
    _element(xml, ElementTree.fromstring(event), at + 24)
    xml += b"\x00"
    size = 24 + len(xml) + 4
    return struct.pack("<IIQQ", 0x2A2A, size, number, WRITTEN) + bytes(xml) + struct.pack("<I", size)


def _element(xml: bytearray, node: ElementTree.Element, base: int) -> None:
    attributes = list(node.attrib.items())
    xml.append(0x41 if attributes else 0x01)
    size_at = len(xml)
    xml += b"\x00" * 4
    _name(xml, node.tag, base)
    if attributes:
        list_at = len(xml)
        xml += b"\x00" * 4
        for place, (key, value) in enumerate(attributes):
            xml.append(0x46 if place + 1 < len(attributes) else 0x06)
            _name(xml, key, base)
            _text(xml, value)
        struct.pack_into("<I", xml, list_at, len(xml) - list_at - 4)
    text = node.text or ""
    if not text and not len(node):
        xml.append(0x03)
    else:
        xml.append(0x02)
        if text.strip():
            _text(xml, text)
        for child in node:
            _element(xml, child, base)
        xml.append(0x04)
    struct.pack_into("<I", xml, size_at, len(xml) - size_at - 4)


def _name(xml: bytearray, name: str, base: int) -> None:
    """A name where it is used, which its offset in the chunk says."""
    xml += struct.pack("<I", base + len(xml) + 4)
    hashed = 0
    for letter in name:
        hashed = (hashed * 65599 + ord(letter)) & 0xFFFFFFFF
    xml += struct.pack("<IHH", 0, hashed & 0xFFFF, len(name)) + name.encode("utf-16-le") + b"\x00\x00"


def _text(xml: bytearray, text: str) -> None:
    raw = text.encode("utf-16-le")
    xml += struct.pack("<BBH", 0x05, 0x01, len(raw) // 2) + raw
