"""The files of a folder that is watched, and of mails those that were delivered."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

#: What a folder holds into which programs deliver mails (https://cr.yp.to/proto/maildir.html).
DELIVERED, WRITTEN = ("cur", "new"), "tmp"


def files_of(watched: Path) -> Iterator[tuple[tuple[int, int], tuple[str, tuple[int, int]]]]:
    """((device, inode), (path in the folder, (size, time of modification in nanoseconds))) of each regular file.

    Hidden ones and links are left out; in a folder of mails what is not yet delivered, and what is no mail.
    """
    for folder, folders, names in os.walk(watched):
        delivers = _delivers(Path(folder))
        if delivers:
            folders.remove(WRITTEN)
            names = []
        folders[:] = [
            name
            for name in folders
            # A folder of mails holds others under hidden names.
            if not name.startswith(".") or (delivers and _delivers(Path(folder, name)))
        ]
        for name in names:
            path = os.path.join(folder, name)
            try:
                status = os.lstat(path)
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode) and not name.startswith("."):
                relative = os.path.relpath(path, watched)
                yield (status.st_dev, status.st_ino), (relative, (status.st_size, status.st_mtime_ns))


def is_delivered(path: Path) -> bool:
    """Whether a file is a mail that was put there whole."""
    return path.parent.name in DELIVERED and _delivers(path.parent.parent)


def _delivers(folder: Path) -> bool:
    return all((folder / name).is_dir() for name in (*DELIVERED, WRITTEN))
