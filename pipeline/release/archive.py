"""The one file to send: a recipient's native files, Parquet parts and manifest, as tar.gz.

Equal content gives equal bytes. A gzip file may be several, one after the other (RFC 1952 2.2): the archive is cut into
blocks, each a gzip file of its own, so that as many are made at once as a run has workers, and its bytes do not depend
on how many those are. Parquet is compressed already and stored as it is. The rest is compressed by ISA-L
(https://github.com/intel/isa-l), since zlib's fastest level takes about as long as the redaction itself; a CPU with
other vector instructions may compress to other bytes, which open the same.
"""

from __future__ import annotations

import struct
import tarfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from isal import isal_zlib

from pipeline.errors import RedactError
from pipeline.inputs.stores import ASKED, is_object_store
from pipeline.release.layout import CHECKED_BYTES, COPY_BYTES, DigestSink, Layout, whole_file

LEVEL = 1
#: RFC 1952 2.3: deflate, no name, no time, no system.
HEADER = b"\x1f\x8b\x08\x00" + bytes(5) + b"\xff"
#: The most that a stored block of deflate holds (RFC 1951 3.2.4).
STORED = 0xFFFF


@dataclass(frozen=True)
class Member:
    """A file for the archive: its name there, where it stands, and what it must be.

    Attributes:
      checksums: CRC-32 of every ``CHECKED_BYTES`` of it, as summed when it was written.
    """

    name: str
    path: str
    bytes: int
    checksums: tuple[int, ...]


@dataclass(frozen=True)
class _Extent:
    """Some bytes of a member, to be read where they stand."""

    member: Member
    offset: int
    bytes: int
    crc32: int


def write_archive(
    layout: Layout,
    recipient: str,
    members: Iterable[Member],
    manifest_name: str,
    manifest: bytes,
    workers: int = 1,
    count: Callable[[int], None] = lambda size: None,
) -> DigestSink:
    """Write a recipient's archive: sorted names, time 0, owner 0, one level.

    Everything in it stands below one folder, so that unpacking does not litter; the manifest comes first.

    Args:
      workers: how many threads make blocks.
      count: told the bytes of the files in each block that is written.

    Returns:
      Its size and digest.

    Raises:
      RedactError: a file is not what its seal says.
    """
    making: deque[tuple[int, Future[list[bytes]]]] = deque()

    def write() -> None:
        size, made = making.popleft()
        for data in made.result():
            sink.write(data)
        count(size)

    pieces = _pieces(f"{recipient}-{layout.run_id}", manifest_name, manifest, members)
    path = layout.archive(recipient)
    with whole_file(layout.fs, path, layout.unfinished) as sink, ThreadPoolExecutor(workers) as pool:
        for stored, block in _blocks(pieces):
            size = sum(piece.bytes for piece in block if isinstance(piece, _Extent))
            making.append((size, pool.submit(_made, layout, stored, block)))
            if len(making) >= 2 * workers:
                write()
        while making:
            write()
    return sink


def _blocks(pieces: Iterable[tuple[bool, bytes | _Extent]]) -> Iterator[tuple[bool, list[bytes | _Extent]]]:
    """(whether it is stored, what stands in it) of each block."""
    block: list[bytes | _Extent] = []
    size, stored = 0, False
    for own, piece in pieces:
        if block and (own != stored or size >= CHECKED_BYTES):
            yield stored, block
            block, size = [], 0
        stored = own
        block.append(piece)
        size += _size(piece)
    yield stored, block


def _pieces(
    top: str, manifest_name: str, manifest: bytes, members: Iterable[Member]
) -> Iterator[tuple[bool, bytes | _Extent]]:
    """(whether it is stored, a piece) of the whole tar file, in order."""
    written = 0
    for piece in (_entry(f"{top}/{manifest_name}", len(manifest)), manifest, _padding(len(manifest))):
        written += len(piece)
        yield False, piece
    for member in sorted(members, key=lambda m: m.name):
        stored = member.name.endswith(".parquet")
        extents = (
            _Extent(member, at, min(CHECKED_BYTES, member.bytes - at), checksum)
            for at, checksum in zip(range(0, member.bytes, CHECKED_BYTES), member.checksums, strict=True)
        )
        parts: tuple[bytes | _Extent, ...] = (
            _entry(f"{top}/{member.name}", member.bytes), *extents, _padding(member.bytes)
        )  # fmt: skip
        for part in parts:
            written += _size(part)
            yield stored, part
    # Two blocks of zeros end a tar file, which comes in records.
    end = 2 * tarfile.BLOCKSIZE
    yield False, bytes(end + -(written + end) % tarfile.RECORDSIZE)


def _size(piece: bytes | _Extent) -> int:
    return len(piece) if isinstance(piece, bytes) else piece.bytes


def _made(layout: Layout, stored: bool, pieces: Sequence[bytes | _Extent]) -> list[bytes]:
    """A block as a gzip file."""
    data = (part for piece in pieces for part in (_read(layout, piece) if isinstance(piece, _Extent) else (piece,)))
    if stored:
        return _stored(b"".join(data))
    compressor = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, 16 + isal_zlib.MAX_WBITS)
    return [*map(compressor.compress, data), compressor.flush()]


def _read(layout: Layout, piece: _Extent) -> Iterator[bytes]:
    left, checksum = piece.bytes, 0
    at_once = ASKED if is_object_store(layout.fs) else COPY_BYTES
    with layout.fs.open_input_file(piece.member.path) as file:
        whole = file.size() == piece.member.bytes
        file.seek(piece.offset)
        while left and (data := file.read(min(at_once, left))):
            checksum = isal_zlib.crc32(data, checksum)
            left -= len(data)
            yield data
    if not whole or left or checksum != piece.crc32:
        raise RedactError(f"{piece.member.path}: not what its seal says; delete it and {layout.staging}, and run again")


def _stored(data: bytes) -> list[bytes]:
    view = memoryview(data)
    blocks = [view[at : at + STORED] for at in range(0, len(view), STORED)]
    body = b"".join(piece for block in blocks for piece in (_stored_header(len(block), last=False), block))
    ended = _stored_header(0, last=True) + struct.pack("<II", isal_zlib.crc32(data), len(data) & 0xFFFFFFFF)
    return [HEADER, body, ended]


def _stored_header(size: int, *, last: bool) -> bytes:
    return struct.pack("<BHH", last, size, size ^ 0xFFFF)


def _entry(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o644
    entry.mtime = 0
    return entry.tobuf(tarfile.PAX_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)
