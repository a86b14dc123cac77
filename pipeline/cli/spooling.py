"""The folder in which a command keeps originals while it runs: standard input, and what archives hold."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

#: What tells a process to end, or that its terminal is closed; Windows does not know the last.
ENDS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def spool_folder() -> Iterator[str]:
    """Gives a folder of mode 0700, which goes when it is left, also when the command is told to end.

    By default two of these signals end a process at once, and would leave originals behind.

    Raises:
      KeyboardInterrupt: the command was told to end, whatever a runner made of that.
    """
    told = False

    def end(*caught: object) -> None:
        nonlocal told
        told = True
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in ENDS}
    changed = [number for number in ENDS if before[number] in (signal.SIG_DFL, signal.default_int_handler)]
    for number in changed:
        signal.signal(number, end)
    try:
        with tempfile.TemporaryDirectory(prefix="redact-") as folder:
            yield folder
    except Exception:
        if told:
            raise KeyboardInterrupt from None
        raise
    finally:
        for number in changed:
            signal.signal(number, before[number])
