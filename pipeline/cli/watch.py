"""``redact watch``: a folder of logs released as it grows."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.cli.console import say
from pipeline.cli.recognizers import own_recognizers, recognizers_option
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.service.watch import Watch

#: Seconds between two compactions.
COMPACT_SECONDS = 3600


@click.command("watch", short_help="Release a folder of logs as it grows.")
@click.argument("folder_watched", metavar="FOLDER")
@click.option("--client", required=True, help="Whose logs they are.")
@click.option(
    "--recipient", "recipients", multiple=True, required=True, metavar="NAME[=PROFILE]", help="Who gets them; again."
)
@click.option("--out", default="./redact-out", show_default=True, help="Folder or URI for releases.")
@click.option("--every", type=click.FloatRange(0.05, 60), default=0.5, show_default=True, help="Seconds between looks.")
@click.option(
    "--patience",
    type=click.FloatRange(0, 3600),
    default=10,
    show_default=True,
    help="Seconds that an unfinished last line, or what can only be read whole, stands still before it is taken.",
)
@click.option("--once", is_flag=True, help="Take what is there, and end.")
@click.option("--format", "format_name", metavar="FORMAT", help="Format of all files; by default each is looked at.")
@click.option("--year", type=int, help="Year of timestamps without one; by default from the file's own time.")
@click.option("--zone", metavar="+HH:MM", help="Zone of timestamps without one; by default UTC.")
@recognizers_option
@workspace_option
def command(
    folder_watched: str,
    client: str,
    recipients: tuple[str, ...],
    out: str,
    every: float,
    patience: float,
    once: bool,
    format_name: str | None,
    year: int | None,
    zone: str | None,
    own: tuple[str, ...],
    folder: str | None,
) -> None:
    """Release what is written to FOLDER within seconds, until told to end: files dropped, growing, rotated.

    Each look that finds whole new records makes a small release of its own, as 'redact run' does; once an hour they are
    joined ('redact compact'). Killed at any time, the same command goes on where it was: nothing is lost or doubled.

    \b
    Example:
      redact watch /var/log/app --client acme --recipient cisco=vendor --out released
    """
    from filelock import FileLock, Timeout

    from pipeline.plan import PlannedRecognizers
    from pipeline.service.watch import Watch, Watched

    workspace = open_workspace(folder)
    sources = own_recognizers(workspace, own, say)
    watched = Watched(
        workspace,
        folder_watched,
        client,
        recipients,
        out,
        tuple(PlannedRecognizers(source.place, source.digest) for source in sources),
        tuple(sorted({entity for source in sources for entity in source.entities})),
    )
    (workspace.folder / "watch").mkdir(exist_ok=True, mode=0o700)
    try:
        with FileLock(f"{watched.claims}.lock", timeout=0):
            watch = Watch(watched, say, patience=patience, format=format_name, year=year, zone=zone)
            watch.warm()
            if once:
                _to_the_end(watch, every, patience)
            else:
                _until_told(watch, every, watched.out)
    except Timeout:
        raise ConfigurationError(
            f"{folder_watched}: is watched by another process already; end that one first"
        ) from None


def _to_the_end(watch: Watch, every: float, patience: float) -> None:
    """Take what is there, and what stands still for as long as it is waited for."""
    last = time.monotonic()
    while time.monotonic() - last <= patience + every + 1:
        if watch.tick() is not None:
            last = time.monotonic()
        else:
            time.sleep(every)


def _until_told(watch: Watch, every: float, out: str) -> None:
    from pipeline.service.compaction import compact
    from pipeline.service.stopping import Stop

    stop = Stop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *caught: stop.set())
    due = time.monotonic() + COMPACT_SECONDS

    def between() -> None:
        nonlocal due
        if time.monotonic() >= due:
            for line in compact(out):
                say(line)
            due = time.monotonic() + COMPACT_SECONDS

    say("Watching (Ctrl-C ends it)")
    watch.run(stop, every, between)
