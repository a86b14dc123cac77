"""The one file to send: a recipient's native files, Parquet parts and manifest, as tar.gz.

Equal content gives equal bytes. Compressed by ISA-L (https://github.com/intel/isa-l), since zlib's fastest level takes
about as long as the redaction itself; a CPU with other vector instructions may compress to other bytes, which open the
same.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass

from isal import igzip

from pipeline.errors import RedactError
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
    with whole_file(layout.fs, layout.archive(recipient), layout.unfinished) as sink:
        compressed = igzip.IGzipFile(  # type: ignore[no-untyped-call]
            filename="", mode="wb", compresslevel=LEVEL, fileobj=sink, mtime=0
        )
        with compressed, tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar:
            tar.copybufsize = BLOCK  # type: ignore[attr-defined]
            _add_bytes(tar, f"{top}/{manifest_name}", manifest)
            for member in sorted(members, key=lambda m: m.name):
                with layout.fs.open_input_stream(member.path) as stream:
                    source = _Digesting(stream, member)
                    tar.addfile(_entry(f"{top}/{member.name}", member.bytes), source)
                    if not source.is_whole() or stream.read(1):
                        raise RedactError(
                            f"{member.path}: not what its seal says; delete it and {layout.staging}, and run again"
                        )
    return sink


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o644
    entry.mtime = 0
    return entry


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:

    tar.addfile(_entry(name, len(data)), io.BytesIO(data))
