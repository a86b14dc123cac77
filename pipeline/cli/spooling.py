"""The folder in which a command keeps originals while it runs: standard input, and what archives hold."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

#: What tells a process to end, or that its terminal is closed; Windows knows the first alone.
ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def spool_folder() -> Iterator[str]:
    """Gives a folder of mode 0700, which goes when it is left, also when the command is told to end.

    By default that ends a process at once, and would leave originals behind.
    """
    before = {number: signal.getsignal(number) for number in ENDS}
    changed = [number for number in ENDS if before[number] == signal.SIG_DFL]
    for number in changed:
        signal.signal(number, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="redact-") as folder:
            yield folder
    finally:
        for number in changed:
            signal.signal(number, before[number])
