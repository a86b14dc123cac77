"""Where everything stands in the output folder, on a disk or an object store, and how files get there whole.

OUT/_staging/run=<id>/                                     until all is published
    summary-<unit>.json                                    a unit's seal
    quarantine-<unit>.jsonl
    <recipient>/parts/dataset=…/date=…/part-<stem>.parquet
    <recipient>/native/<stem>.bin
    <recipient>/vault-<unit>.parquet                       joined into the workspace, never into the release
OUT/_inside/run=<id>/_quarantine.jsonl                     for the firm only
OUT/<recipient>/client=<opaque>/dataset=…/run=<id>/        logs, packets, transcripts
    date=…/part-<stem>.parquet
OUT/<recipient>/client=<opaque>/dataset=logs/run=<id>/_manifest.json
                                                           a run is released once it stands, for all its datasets
OUT/<recipient>/client=<opaque>/_native/run=<id>/<name>
OUT/<recipient>/client=<opaque>/_archive/<recipient>-<id>.tar.gz
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.fs as pafs
from isal.isal_zlib import crc32

from pipeline.errors import ConfigurationError
from pipeline.inputs.stores import ASKED, is_object_store, make_folder, open_store, put_if_absent, refusal_of

FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
MANIFEST = "_manifest.json"
#: Datasets: records of logs, packets of captures, turns of what people wrote.
LOGS, PACKETS, TRANSCRIPTS = "logs", "packets", "transcripts"
COPY_BYTES = 1 << 20
#: A file has a CRC-32 for every so many bytes, so that it can be held to them piece by piece.
CHECKED_BYTES = 4 << 20


@dataclass(frozen=True)
class Layout:
    """The places of one run.

    Attributes:
      fs: the file system of the output.
      root: the output folder in it.
      run_id: of the plan.
      client: the client's opaque id.
    """

    fs: pafs.FileSystem
    root: str
    run_id: str
    client: str

    @property
    def staging(self) -> str:
        return f"{self.root}/_staging/run={self.run_id}"

    @property
    def unfinished(self) -> str:
        """Where what is published grows."""
        return f"{self.staging}/unfinished"

    def summary(self, unit: int) -> str:
        return f"{self.staging}/summary-{unit:05d}.json"

    def staged_quarantine(self, unit: int) -> str:
        return f"{self.staging}/quarantine-{unit:05d}.jsonl"

    def staged(self, recipient: str) -> str:
        return f"{self.staging}/{recipient}"

    def staged_parts(self, recipient: str, dataset: str = LOGS) -> str:
        return f"{self.staged(recipient)}/parts/dataset={dataset}"

    def staged_native(self, recipient: str) -> str:
        return f"{self.staged(recipient)}/native"

    def staged_vault(self, recipient: str, unit: int) -> str:
        return f"{self.staging}/{recipient}/vault-{unit:05d}.parquet"

    @property
    def inside(self) -> str:
        return f"{self.root}/_inside/run={self.run_id}"

    def client_folder(self, recipient: str) -> str:
        return f"{self.root}/{recipient}/client={self.client}"

    def run_folder(self, recipient: str, dataset: str = LOGS) -> str:
        return f"{self.client_folder(recipient)}/dataset={dataset}/run={self.run_id}"

    def native_folder(self, recipient: str) -> str:
        return f"{self.client_folder(recipient)}/_native/run={self.run_id}"

    def archive(self, recipient: str) -> str:
        return f"{self.client_folder(recipient)}/_archive/{recipient}-{self.run_id}.tar.gz"

    def manifest(self, recipient: str) -> str:
        return f"{self.run_folder(recipient)}/{MANIFEST}"


def open_layout(out: str, run_id: str, client: str) -> Layout:
    """The places of a run below ``out``, a local path or a URI that ``pyarrow.fs`` knows.

    Raises:
      ConfigurationError: the URI names no file system that can be opened.
    """
    if "://" in out:
        fs, root = open_store(out)
    else:
        fs, root = pafs.LocalFileSystem(), Path(os.path.abspath(out)).as_posix()
    return Layout(fs, root.rstrip("/"), run_id, client)


def size_of(fs: pafs.FileSystem, path: str) -> int:
    """Bytes of a file, or -1 where there is none."""
    info = fs.get_file_info(path)
    return info.size if info.type == pafs.FileType.File else -1


def read_bytes(fs: pafs.FileSystem, path: str) -> bytes:
    # A stream does not know its size: it would be read in pieces, and put together twice.
    with fs.open_input_file(path) as file:
        return file.read()


class DigestSink:
    """A file being written: counts its bytes and sums them up.

    A file-like object in the sense of ``tarfile`` and ``gzip``, so that one pass writes and digests.

    Args:
      summed: False where no one asks for the sums: SHA-256 takes longer than writing.
    """

    def __init__(self, stream: Any, summed: bool = True) -> None:
        self._stream = stream
        self._sha256 = hashlib.sha256()
        self._summed = summed
        self._crc32: list[int] = []
        self.size = 0

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        if self._summed:
            self._sha256.update(view)
            self._check(view)
        self._stream.write(data)
        self.size += len(view)
        return len(view)

    def _check(self, view: memoryview) -> None:
        at, inside = 0, self.size % CHECKED_BYTES
        while at < len(view):
            piece = view[at : at + CHECKED_BYTES - inside]
            before = self._crc32.pop() if inside else 0
            self._crc32.append(crc32(piece, before))
            at, inside = at + len(piece), 0

    def flush(self) -> None:
        """Arrow's streams write through."""

    def tell(self) -> int:
        return self.size

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    @property
    def checksums(self) -> tuple[int, ...]:
        """CRC-32 of every ``CHECKED_BYTES`` of it."""
        return tuple(self._crc32)


class Nowhere:
    """A stream for a ``DigestSink`` of which the sums are all that is wanted."""

    def write(self, data: object) -> None:
        """Let it go."""


@contextmanager
def saving_to(folder: str) -> Iterator[None]:
    """Say what to do where a disk has no room or no permission, or an object store refuses."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL or "No space left" in str(error):
            raise ConfigurationError(
                f"{folder}: no room left; free some or give another --out, and run the same command again: "
                "what is finished in _staging is kept and not done twice"
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise ConfigurationError(f"{folder}: may not be written; give another --out, or its permission") from error
        if error.errno == errno.ENAMETOOLONG:
            raise ConfigurationError(
                f"{folder}: a path in it would be too long for its file system; give a shorter --out, or inputs from "
                "further down"
            ) from None
        if code := refusal_of(error):
            raise ConfigurationError(
                f"{folder}: the object store refused ({code}); check bucket, access and region, and run again"
            ) from None
        raise


@contextmanager
def whole_file(
    fs: pafs.FileSystem, path: str, unfinished: str | None = None, summed: bool = True
) -> Iterator[DigestSink]:
    """Write a file that appears under its name only when it is whole.

    An object is there only when it is whole, so it grows under its own name: what a killed writer began is nothing.

    Args:
      unfinished: the folder in which it grows, on the same file system; by default the file's own. A writer that is
        killed leaves its piece there, so that what is published grows in the staging folder, which is removed.
      summed: whether its digest and checksums are wanted.

    Raises:
      ConfigurationError: the disk is full, or the folder may not be written.
    """
    folder = path.rpartition("/")[0]
    growing = f"{unfinished or folder}/_{secrets.token_hex(6)}.unfinished"
    if is_object_store(fs):
        growing = path
    with saving_to(folder):
        make_folder(fs, folder)
        make_folder(fs, unfinished or folder)
        try:
            with fs.open_output_stream(growing, compression=None) as stream:
                sink = DigestSink(stream, summed)
                yield sink
            if growing != path:
                fs.move(growing, path)
        except BaseException:
            # An object whose writer failed is closed all the same, cut short: no seal and no manifest names it.
            if size_of(fs, growing) >= 0:
                fs.delete_file(growing)
            raise


def write_whole(fs: pafs.FileSystem, path: str, data: bytes | memoryview | pa.Buffer) -> DigestSink:
    """Write a file from bytes at once; returns its size and digest."""
    with whole_file(fs, path) as sink:
        sink.write(data)
    return sink


def copy_into(fs: pafs.FileSystem, path: str, offset: int, length: int, sink: Any) -> tuple[int, int]:
    """Copy a piece of a file into a sink by blocks; returns the bytes copied and their CRC-32."""
    copied, checksum = 0, 0
    at_once = ASKED if is_object_store(fs) else COPY_BYTES
    with fs.open_input_file(path) as source:
        source.seek(offset)
        while copied < length:
            block = source.read(min(at_once, length - copied))
            if not block:
                break
            checksum = crc32(block, checksum)
            sink.write(block)
            copied += len(block)
    return copied, checksum


def create_if_absent(fs: pafs.FileSystem, path: str, data: bytes, unfinished: str) -> bool:
    """Create a file whole unless it is there; returns whether this call did.

    On a disk a hard link decides between two that try at once, S3 decides itself; elsewhere it is a look, then a write.

    Args:
      unfinished: the folder in which it grows, on the same file system.
    """
    if size_of(fs, path) >= 0:
        return False
    if isinstance(fs, pafs.S3FileSystem):
        return put_if_absent(fs, path, data)
    if not isinstance(fs, pafs.LocalFileSystem):
        write_whole(fs, path, data)
        return True
    unlinked = f"{unfinished}/{secrets.token_hex(6)}.unlinked"
    write_whole(fs, unlinked, data)
    make_folder(fs, path.rpartition("/")[0])
    try:
        os.link(unlinked, path)
    except FileExistsError:
        return False
    except OSError:
        # A file system without hard links.
        fs.move(unlinked, path)
        return True
    finally:
        if size_of(fs, unlinked) >= 0:
            fs.delete_file(unlinked)
    return True
