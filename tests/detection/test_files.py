"""Base64 of files is found as a whole, whatever stands in them; what is a text is read instead."""

from __future__ import annotations

import base64
import gzip
import random
import zlib

import pytest

from pipeline.detection.files import LONG_RUN, is_read, read_files
from pipeline.detection.scanner import Scanner
from pipeline.detection.texts import texts_batch
from recognizers.entities import ENTITIES
from recognizers.registry import all_recognizers

SCANNER = Scanner(all_recognizers())
NOISE = random.Random(11).randbytes(LONG_RUN)
BEGINNINGS = {
    "PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "JPEG": b"\xff\xd8\xff\xe1\0\x40Exif\0\0",
    "GIF": b"GIF89a\1\0\1\0",
    "WebP": b"RIFF\x24\1\0\0WEBPVP8 ",
    "icon": b"\0\0\1\0\1\0\x10\x10\0\0",
    "TIFF": b"II*\0\x08\0\0\0",
    "PDF": b"%PDF-1.7\n%\xe2\xe3",
    "zip": b"PK\3\4\x14\0\x08\0",
    "OLE": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "7z": b"7z\xbc\xaf\x27\x1c\0\4",
    "RAR": b"Rar!\x1a\7\1\0",
    "xz": b"\xfd7zXZ\0\0\4",
    "bzip2": b"BZh91AY&SY",
    "zstd": b"\x28\xb5\x2f\xfd\x24\x10",
    "WOFF": b"wOFF\0\1\0\0\0",
    "WOFF2": b"wOF2\0\1\0\0\0",
    "TrueType": b"\0\1\0\0\0\x0f\0\x80",
    "OpenType": b"OTTO\0\x0c\0\x80",
    "ELF": b"\x7fELF\2\1\1\0",
    "PE": b"MZ\x90\0\3\0\0\0",
    "WebAssembly": b"\0asm\1\0\0\0",
    "SQLite": b"SQLite format 3\0\x10\0",
    "Ogg": b"OggS\0\2\0\0",
    "Matroska": b"\x1a\x45\xdf\xa3\x9fB\x86\x81",
    "MP4": b"\0\0\0\x20ftypisom\0\0",
    "pcap": b"\xd4\xc3\xb2\xa1\2\0\4\0",
    "pcapng": b"\n\r\r\n\x1c\0\0\0",
    "Java": b"\xac\xed\0\5sr\0\x11",
}


def digits(content: bytes) -> bytes:
    return base64.b64encode(content)


def deflated(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(text) + packer.flush()


def found_in(text: bytes) -> dict[bytes, str]:
    found = SCANNER.scan(texts_batch([text]))
    spans = zip(found.start.tolist(), found.end.tolist(), found.value.tolist(), strict=True)
    return {text[start:end]: ENTITIES[SCANNER.values.entity[value]] for start, end, value in spans}


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_how_a_file_begins_tells_of_it_wherever_it_stands(kind: str) -> None:
    content = digits(BEGINNINGS[kind] + NOISE[:60])
    assert found_in(b"kept " + content + b" there")[content] == "BINARY_CONTENT"


@pytest.mark.parametrize("size", [5, 40, len(NOISE)])
def test_behind_a_data_uris_comma_stands_a_file_whatever_it_holds(size: int) -> None:
    content = digits(NOISE[:size])
    assert found_in(b"url(data:font/woff2;base64," + content + b")")[content] == "BINARY_CONTENT"


@pytest.mark.parametrize("alphabet", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes])
def test_what_is_longer_than_a_key_is_a_file(alphabet: object) -> None:
    content = alphabet(NOISE)  # type: ignore[operator]
    (reading,) = read_files(b"a " + content + b" b")
    assert (reading.text, reading.entity) == (None, "BINARY_CONTENT")
    assert found_in(b"a " + content.strip() + b" b")[content.strip()] == "BINARY_CONTENT"


@pytest.mark.parametrize(
    "text",
    [
        digits(NOISE[:512]),
        b"sha512-" + digits(NOISE[:64]),
        NOISE.hex().encode(),
        b"/srv/Data" * 200,
        b"A" * 2 * LONG_RUN,
        b"Word-of-3_" * 200,
        b"see ;base64, and data: of 7 kinds",
        b"data:text/plain;base64," + digits(b"there is nothing of anybody in this text " * 30),
        digits(b"there is nothing of anybody in this text " * 30),
    ],
)
def test_keys_digests_words_and_texts_are_none(text: bytes) -> None:
    assert "BINARY_CONTENT" not in found_in(text).values()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zlib.compress, deflated])
def test_a_text_is_read_packed_or_not(pack: object) -> None:
    content = digits(pack(b"mail to qorvath.w@mail.example.com and to nobody else, " * 20))  # type: ignore[operator]
    for text in (content, b"data:;base64," + content):
        assert found_in(text).get(content) not in (None, "BINARY_CONTENT"), text
    assert is_read(content)


def test_a_short_text_is_read_where_its_place_tells_of_it() -> None:
    content = digits(b"10.77.3.9")
    assert found_in(content) == {}
    assert found_in(b"data:,;base64," + content) == {content: "IP_ADDRESS"}


def test_what_a_format_declares_is_a_file_unless_it_is_a_text_or_no_base64() -> None:
    assert not is_read(digits(NOISE[:20]))
    assert not is_read(digits(b"a\0b"))
    assert is_read(digits(b"a plain text")) and is_read(b"a plain text")
