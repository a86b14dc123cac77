"""Telling a loop to end, from a signal's handler."""

from __future__ import annotations

import time

#: Seconds after which one who waits looks whether it was told.
LOOK = 0.1


class Stop:
    """Told once, by a handler too: of ``threading.Event`` the very thread that handles a signal may hold the lock, and
    would wait for itself. Here is no lock."""

    def __init__(self) -> None:
        self._told = False

    def set(self) -> None:
        self._told = True

    def is_set(self) -> bool:
        return self._told

    def wait(self, seconds: float) -> bool:
        """Wait until it is told, no longer than so; returns whether it is."""
        end = time.monotonic() + seconds
        while not self._told and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, LOOK))
        return self._told
