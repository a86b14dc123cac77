"""What an input is known by: its size, time and ends when a run is planned, and whether they are so when it is read."""

from __future__ import annotations

import hashlib
import io
import os
from typing import Any

from pipeline.inputs.content import Reader, Source, is_remote
from pipeline.inputs.model import Input
from pipeline.inputs.stores import open_store

#: Bytes at either end of a file that its fingerprint covers.
FINGERPRINTED = 64 << 10
REPLACED = "was replaced after the run was planned"


def fingerprint_of(source: Source, size: int, modified: int) -> tuple[str, bytes]:
    """The fingerprint of the first ``size`` bytes of what is open, and its first FINGERPRINTED bytes.

    Args:
      modified: nanoseconds since 1970.
    """
    digest = hashlib.sha256(f"{size} {modified} ".encode())
    source.seek(0)
    head = _exactly(source, min(size, FINGERPRINTED))
    digest.update(head)
    if size > FINGERPRINTED:
        source.seek(max(size - FINGERPRINTED, FINGERPRINTED))
        digest.update(_exactly(source, min(size - FINGERPRINTED, FINGERPRINTED)))
    source.seek(0)
    return digest.hexdigest(), head


def version_of(uri: str, source: Any) -> str:
    """What is open, as told without reading: an object's ETag, else nanoseconds of the last modification."""
    if not is_remote(uri):
        return str(os.fstat(source.fileno()).st_mtime_ns)
    opened = source.raw if isinstance(source, io.BufferedReader) else source
    etag: bytes = (opened.metadata() or {}).get("ETag", b"")
    return etag.decode() or str(size_and_time(uri)[1])


def is_as_planned(item: Input, source: Reader) -> bool:
    """Whether what is open begins as the input that was planned, to its end; a file may have grown since."""
    if not item.version or item.version == version_of(item.uri, source):
        return True
    return item.version.isdigit() and fingerprint_of(source, item.size, int(item.version))[0] == item.fingerprint


def size_and_time(uri: str) -> tuple[int, int]:
    """Bytes, and nanoseconds of the last modification."""
    if not is_remote(uri):
        status = os.stat(uri)
        return status.st_size, status.st_mtime_ns
    filesystem, path = open_store(uri)
    info = filesystem.get_file_info(path)
    return info.size, info.mtime_ns or 0


def _exactly(source: Source, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = source.read(size - len(data))
        if not piece:
            break
        data += piece
    return data
