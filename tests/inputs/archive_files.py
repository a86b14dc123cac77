"""Archives made for tests: tar by ``tarfile``, zip by ``zipfile``, from names and contents."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import zstandard

NOVEMBER_2026 = 1_795_514_400
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes, "tar.gz": gzip.compress, "tar.bz2": bz2.compress, "tar.xz": lzma.compress,
    "tar.zst": zstandard.compress,
}  # fmt: skip


def tar_of(files: Mapping[str, bytes], *others: tarfile.TarInfo, modified: float = NOVEMBER_2026) -> bytes:
    """A tar of files, and of what else is given by its header alone."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", errors="surrogateescape") as archive:
        for name, data in files.items():
            archive.addfile(entry(name, size=len(data), mtime=modified), io.BytesIO(data))
        for other in others:
            archive.addfile(other)
    return target.getvalue()


def entry(name: str, **facts: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.mtime = NOVEMBER_2026
    for fact, value in facts.items():
        setattr(info, fact, value)
    return info


def zip_of(
    files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, when: tuple[int, ...] = (2026, 11, 24, 10, 0, 0)
) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, when)  # type: ignore[arg-type]
            info.compress_type = method
            archive.writestr(info, data)
    return target.getvalue()


def folder_of(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The same files as they stand once an archive is unpacked by hand."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (NOVEMBER_2026, NOVEMBER_2026))
    return folder
