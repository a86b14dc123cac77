"""The one file to send: a recipient's native files, Parquet parts and manifest, as tar.gz.

Equal content gives equal bytes. Compressed by ISA-L (https://github.com/intel/isa-l), since zlib's fastest level takes
about as long as the redaction itself; a CPU with other vector instructions may compress to other bytes, which open the
same. Parquet is compressed already and stored as it is: a gzip file may be several, one after the other (RFC 1952 2.2).
"""

from __future__ import annotations

import io
import struct
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from isal import isal_zlib

from pipeline.errors import RedactError
from pipeline.inputs.stores import ASKED, is_object_store
from pipeline.release.layout import DigestSink, Layout, whole_file

LEVEL = 1
#: Bytes that go through the compressor at once.
BLOCK = 1 << 20


@dataclass(frozen=True)
class Member:
    """A file for the archive: its name there, where it stands, and what it must be.

    A file that was made in this process, a moment ago, is read again to hold it to its CRC-32; one that a worker has
    sealed, to its SHA-256.
    """

    name: str
    path: str
    bytes: int
    sha256: str | None = None
    crc32: int | None = None


class _Gzip:
    """Writes gzip: what is compressed, and what is stored, each as a file of its own, one after the other."""

    #: RFC 1952 2.3: deflate, no name, no time, no system.
    HEADER = b"\x1f\x8b\x08\x00" + bytes(5) + b"\xff"
    #: The most that a stored block holds (RFC 1951 3.2.4).
    STORED = 0xFFFF

    def __init__(self, sink: Any) -> None:
        self._sink = sink
        self._compressor: Any = None
        self._stored: tuple[int, int] | None = None  # (CRC-32, bytes) of what is stored in the open file
        self._size = 0

    def tell(self) -> int:
        return self._size

    def write(self, data: bytes) -> int:
        self._size += len(data)
        if self._stored is not None:
            return self._store(data)
        if self._compressor is None:
            self._compressor = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, 16 + isal_zlib.MAX_WBITS)
        self._sink.write(self._compressor.compress(data))
        return len(data)

    def _store(self, data: bytes) -> int:
        checksum, size = self._stored or (0, 0)
        view = memoryview(data)
        blocks = [view[at : at + self.STORED] for at in range(0, len(view), self.STORED)]
        self._sink.write(b"".join(p for b in blocks for p in (_stored_header(len(b), last=False), b)))
        self._stored = (isal_zlib.crc32(data, checksum), size + len(data))
        return len(data)

    def storing(self, stored: bool) -> None:
        """From here on bytes are stored, or compressed."""
        if stored == (self._stored is not None):
            return
        self.close()
        if stored:
            self._sink.write(self.HEADER)
            self._stored = (0, 0)

    def close(self) -> None:
        """End the open file."""
        if self._compressor is not None:
            self._sink.write(self._compressor.flush())
        if self._stored is not None:
            checksum, size = self._stored
            self._sink.write(_stored_header(0, last=True) + struct.pack("<II", checksum, size & 0xFFFFFFFF))
        self._compressor = self._stored = None


def _stored_header(size: int, *, last: bool) -> bytes:
    return struct.pack("<BHH", last, size, size ^ 0xFFFF)


class _Digesting:
    """Reads a member for ``tarfile`` and sums up what passes."""

    def __init__(self, stream: object, member: Member) -> None:
        self._stream = stream
        self._member = member
        self._sink = DigestSink(_Nowhere(), hashed=member.sha256 is not None)

    def read(self, size: int = -1) -> bytes:
        block: bytes = self._stream.read(size)  # type: ignore[attr-defined]
        self._sink.write(block)
        return block

    def is_whole(self) -> bool:
        """Whether the member, read to its end, was what it must be."""
        if self._member.sha256 is not None:
            return self._sink.sha256 == self._member.sha256
        return self._sink.crc32 == self._member.crc32


class _Nowhere:
    def write(self, data: object) -> None:
        """The digest is all that is wanted."""


def write_archive(
    layout: Layout, recipient: str, members: Iterable[Member], manifest_name: str, manifest: bytes
) -> DigestSink:
    """Write a recipient's archive: sorted names, time 0, owner 0, one thread, one level.

    Everything in it stands below one folder, so that unpacking does not litter; the manifest comes first.

    Returns:
      Its size and digest.

    Raises:
      RedactError: a file is not what its seal says.
    """
    top = f"{recipient}-{layout.run_id}"
    buffered = ASKED if is_object_store(layout.fs) else 0
    with whole_file(layout.fs, layout.archive(recipient), layout.unfinished) as sink:
        compressed = _Gzip(sink)
        with tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
            tar.copybufsize = BLOCK
            _add_bytes(tar, f"{top}/{manifest_name}", manifest)
            for member in sorted(members, key=lambda m: m.name):
                compressed.storing(member.name.endswith(".parquet"))
                with layout.fs.open_input_stream(member.path, None, buffered) as stream:
                    source = _Digesting(stream, member)
                    tar.addfile(_entry(f"{top}/{member.name}", member.bytes), source)
                    if not source.is_whole() or stream.read(1):
                        raise RedactError(
                            f"{member.path}: not what its seal says; delete it and {layout.staging}, and run again"
                        )
            compressed.storing(False)
        compressed.close()
    return sink


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o644
    entry.mtime = 0
    return entry


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    tar.addfile(_entry(name, len(data)), io.BytesIO(data))
