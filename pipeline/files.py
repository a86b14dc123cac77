"""Files of the workspace: written whole or not at all, and readable by its owner only.

Where a folder was made for a team (writable by its group), what is written in it is for that group, too.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_GROUP = 0o070


def _is_shared(folder: Path) -> bool:
    return os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) & _GROUP == _GROUP


def file_mode(folder: Path) -> int:
    """The mode of a file in a folder."""
    return 0o660 if _is_shared(folder) else 0o600


def make_folder(path: Path) -> None:
    """A folder and those above it that are missing, each for whom the one above it is."""
    if path.is_dir():
        return
    make_folder(path.parent)
    shared = _is_shared(path.parent)
    path.mkdir(exist_ok=True, mode=0o700)
    if shared:
        # Set-group-id, so that what is made in it is the group's, too.
        os.chmod(path, stat.S_IMODE(path.parent.stat().st_mode) & 0o2070 | 0o700)


def write_guarded(path: Path, data: bytes | memoryview) -> None:
    """Write or replace a file; whoever reads it reads all of it. OSError where that cannot be."""
    with guarded_file(path) as file:
        file.write(data)


@contextmanager
def guarded_file(path: Path) -> Iterator[BinaryIO]:
    """As ``write_guarded``, piece by piece; left by an exception it leaves nothing."""
    partial = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            if _is_shared(path.parent):
                os.chmod(partial, 0o660)
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
