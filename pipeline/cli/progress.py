"""How far a run is: a bar on a terminal, plain lines elsewhere, nothing with ``--quiet``. All on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.inputs import Progress

#: Where no one looks all the time, so seldom.
LINE_SECONDS = 10.0


@contextmanager
def shown_progress(quiet: bool, doing: str = "Redacting") -> Iterator[Callable[[Progress], None]]:
    """Gives the function to call with each progress; ends the display when left."""
    if quiet:
        yield lambda progress: None
    elif sys.stderr.isatty():
        with _bar(doing) as show:
            yield show
    else:
        yield _Lines(doing)


@contextmanager
def _bar(doing: str) -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (doing, BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda progress: bar.update(task, total=progress.bytes, completed=progress.bytes_done)


class _Lines:
    """One line now and then; a short run prints none."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._last = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        if time.monotonic() - self._last < LINE_SECONDS:
            return
        self._last = time.monotonic()
        print(
            f"{self._doing}: {size_text(progress.bytes_done)} of {size_text(progress.bytes)}, "
            f"{progress.records:,} records",
            file=sys.stderr,
            flush=True,
        )


def size_text(size: int) -> str:
    """A size for people: ``1.4 MB``."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{size} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"
