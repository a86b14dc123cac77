"""A folder of the run's own for what is not a file yet: standard input, and what archives hold."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterable
from typing import BinaryIO

from pipeline.errors import ConfigurationError
from pipeline.inputs.content import raw_chunks

#: Of the space that is free when a run begins so much may be filled.
SHARE = 0.9
#: Moments whose years have four digits, in seconds since 1970.
_LATEST = 253_402_300_800 - 2 * 86_400


class Spool:
    """Files of mode 0600, whose names are numbers. Who makes the folder, of mode 0700, takes it away.

    Attributes:
      room: bytes that may still be written.
      members: how many there were in the archives that were opened.
    """

    def __init__(self, folder: str) -> None:
        self.room = int(SHARE * shutil.disk_usage(folder).free)
        self.members = 0
        self._folder = os.path.abspath(folder)
        self._files = 0

    def keep(self, chunks: Iterable[bytes | memoryview], modified: float) -> str:
        """The path of a new file that holds these bytes.

        Args:
          modified: its time, in seconds since 1970; 0 where there is none, or none that can be.

        Raises:
          ConfigurationError: there is no room.
        """
        path = os.path.join(self._folder, f"{self._files:07d}")
        self._files += 1
        with _private(path) as target:
            for chunk in chunks:
                self.room -= len(chunk)
                if self.room < 0:
                    raise self._full()
                try:
                    target.write(chunk)
                except OSError as error:
                    if error.errno in (errno.ENOSPC, errno.EDQUOT):
                        raise self._full() from None
                    raise
        moment = int(modified * 1_000_000_000) if 0 <= modified < _LATEST else 0
        os.utime(path, ns=(moment, moment))
        return path

    def forget(self, path: str) -> None:
        """Take a file away, if it is one of these."""
        if os.path.dirname(path) == self._folder:
            self.room += os.path.getsize(path)
            os.unlink(path)

    def _full(self) -> ConfigurationError:
        return ConfigurationError(
            f"INPUT: what the archives hold does not fit into {os.path.dirname(self._folder)}, where they are unpacked "
            "while the run lasts; set TMPDIR to a folder with more room, or unpack what is needed and name that"
        )


def spool_standard_input(spool: str | None) -> str:
    """Copy standard input to a file that only the user can read; its time is 0, so that equal input is equal.

    Raises:
      ConfigurationError: there is no spool folder.
    """
    if spool is None:
        raise ConfigurationError("INPUT -: there is no folder to keep standard input in; name a file instead")
    path = os.path.join(spool, "stdin")
    with _private(path) as target:
        for chunk in raw_chunks(sys.stdin.buffer):
            target.write(chunk)
    os.utime(path, (0, 0))
    return os.path.abspath(path)


def _private(path: str) -> BinaryIO:
    file = open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")  # noqa: SIM115 - the caller's
    os.chmod(path, 0o600)
    return file
