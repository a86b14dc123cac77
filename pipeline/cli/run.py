"""``redact run``: inputs of one client to verified releases for its recipients."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.mapping import dataset_option, mapping_option, own_mapping, prose_option, prose_pipeline
from pipeline.cli.recognizers import own_recognizers, recognizers_option
from pipeline.cli.spooling import spool_folder
from pipeline.cli.unread import unread
from pipeline.errors import ConfigurationError, RefusedError

if TYPE_CHECKING:
    from pipeline.inputs import Input
    from pipeline.own_recognizers import Source
    from pipeline.plan import Plan
    from pipeline.policy.opening import RunParties
    from pipeline.policy.workspace import Workspace
    from pipeline.release.publish import Outcome

#: Released, but something was quarantined or unreadable.
INCOMPLETE = 4
Say = Callable[[str], None]


class BeamCommand(click.Command):
    """What stands after ``--`` is Beam's, and no input."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            place = args.index("--")
            ctx.meta["beam_options"] = args[place + 1 :]
            args = args[:place]
        return super().parse_args(ctx, args)


@click.command(
    "run",
    cls=BeamCommand,
    short_help="Redact logs for one or more recipients.",
    options_metavar="[OPTIONS] [-- BEAM OPTIONS]",
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--client", required=True, help="Whose logs they are; opened on first use.")
@click.option(
    "--recipient",
    "recipients",
    multiple=True,
    required=True,
    metavar="NAME[=PROFILE]",
    help="Who gets a release; may be given again. With =PROFILE it is opened on first use.",
)
@click.option("--out", default="./redact-out", show_default=True, help="Folder or URI for releases.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; by default as many as the input is worth.")
@click.option("--format", "format_name", metavar="FORMAT", help="Format of all inputs; by default each is looked at.")
@click.option("--year", type=int, help="Year of timestamps without one; by default from the file's own time.")
@click.option("--zone", metavar="+HH:MM", help="Zone of timestamps without one; by default UTC.")
@mapping_option
@dataset_option
@prose_option
@recognizers_option
@click.option("--workspace", "folder", metavar="DIR", help="The workspace; by default the nearest one.")
@click.option("--yes", is_flag=True, help="Make a workspace without asking, if there is none.")
@click.option("--json", "as_document", is_flag=True, help="Print the outcome as one JSON document.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors; with --json, the document alone.")
@click.pass_context
def command(
    ctx: click.Context,
    inputs: tuple[str, ...],
    client: str,
    recipients: tuple[str, ...],
    out: str,
    workers: int | None,
    format_name: str | None,
    year: int | None,
    zone: str | None,
    mapping: str | None,
    dataset: str,
    prose: str | None,
    own: tuple[str, ...],
    folder: str | None,
    yes: bool,
    as_document: bool,
    quiet: bool,
) -> None:
    """Redact INPUT (files, folders, globs, URIs, or - for standard input) for each recipient by its own policy.

    Archives, tar and zip, are unpacked into TMPDIR while the run lasts, and what they hold is read as files are.
    Ends with one archive for each recipient: that is the file to send.

    Exit codes: 0 released, or nothing to do; 1 internal error; 2 usage or configuration; 3 refused by verification;
    4 released, but something was quarantined or could not be read; 5 key.
    """
    from pipeline.cli.console import one_line
    from pipeline.cli.outcome import as_json, as_text, refusal
    from pipeline.inputs import find_inputs
    from pipeline.inputs.content import is_remote
    from pipeline.policy.opening import open_for_run

    say = silent if quiet or as_document else told
    meanings = own_mapping(mapping) if mapping else ""
    workspace = workspace_for(folder, yes, say)
    sources = own_recognizers(workspace, own, say)
    entities = {entity for source in sources for entity in source.entities}
    parties = open_for_run(workspace, client, recipients, say, entities)
    with spool_folder() as spool:
        found, unreadable = find_inputs(
            inputs, out=out, workspace=str(workspace.folder), format=format_name, year=year, zone=zone,
            mapping=meanings, dataset=dataset, spool=spool,
            on_archive=lambda name: say(f"unpacking {one_line(name)}"),
        )  # fmt: skip
        for line in unread(unreadable):
            say(f"not read: {line}")
        if unreadable and not found:
            whole = "; ".join(f"{one_line(item.name)}: {item.reason}" for item in unreadable[:3])
            raise ConfigurationError(f"INPUT: none can be read, so that nothing is released ({whole}); name others")
        datasets = sorted({item.dataset for item in found})
        for recipient in parties.recipients:
            workspace.check_recipient(workspace.recipient(recipient.name), client, datasets)
        # Workers on other machines, or started by a cluster, have another current folder.
        out = out if is_remote(out) else os.path.abspath(out)
        plan = plan_for(parties, found, out, workspace, sources, prose_pipeline(prose))
        outcome = carry_out(plan, workers, ctx.meta.get("beam_options", ()), quiet or as_document)
    if as_document:
        click.echo(json.dumps(as_json(outcome, unreadable), indent=1))
    elif not quiet:
        if outcome.already:
            click.echo(f"Nothing to do: run {outcome.run_id} is published already.")
        click.echo("\n".join(as_text([outcome], unreadable)))
    if outcome.refused:
        raise RefusedError("; ".join(f"{release.recipient}: {refusal(release)}" for release in outcome.refused))
    if not outcome.already and (unreadable or outcome.totals.quarantined_records):
        ctx.exit(INCOMPLETE)


def told(text: str) -> None:
    """Notes go to standard error: standard output holds the outcome alone."""
    click.echo(text, err=True)


def silent(text: str) -> None:
    """What ``--quiet`` says."""


def workspace_for(folder: str | None, yes: bool, say: Say) -> Workspace:
    """The workspace that is there, or a new one if the user wants it.

    Raises:
      ConfigurationError: there is none, and no one to ask.
    """
    from pipeline.policy.workspace import Workspace

    workspace = Workspace.find(Path(folder) if folder else None)
    if workspace is not None:
        return workspace
    place = Path(folder) if folder else Path("workspace")
    if not yes:
        if not sys.stdin.isatty():
            raise ConfigurationError(
                f"{place}: no workspace here; make one with 'redact init {place}', or give --yes to make it now"
            )
        if not click.confirm(f"There is no workspace yet. Make one in {place}?", default=True, err=True):
            raise ConfigurationError(f"{place}: no workspace, nothing done; make one with 'redact init {place}'")
    return Workspace.create(place, say)


def plan_for(
    parties: RunParties,
    inputs: Sequence[Input],
    out: str,
    workspace: Workspace,
    own: Sequence[Source] = (),
    prose: str = "",
) -> Plan:
    """The plan of a run: what is read, for whom, by which rules and keys."""
    from pipeline.inputs import plan_units
    from pipeline.plan import PlannedRecognizers, plan_for_parties

    planned = [PlannedRecognizers(source.place, source.digest) for source in own]
    return plan_for_parties(parties, inputs, plan_units(inputs), out, str(workspace.folder.resolve()), planned, prose)


def carry_out(plan: Plan, workers: int | None, options: Sequence[str], quiet: bool) -> Outcome:
    """Run a plan and publish it; a plan that is published already is left as it is."""
    from pipeline.beam.batch import layout_of, run_batch, workers_for
    from pipeline.beam.options import runner_of
    from pipeline.cli.progress import shown_progress
    from pipeline.kernels.cache import are_compiled
    from pipeline.memory import give_back
    from pipeline.release.manifest import RunInfo
    from pipeline.release.publish import clear_staging, publish, published

    layout = layout_of(plan)
    before = published(plan, layout)
    if before is not None:
        # The run before may have been killed after its last manifest.
        clear_staging(layout)
        return before
    if not quiet and not are_compiled():
        told("First run on this machine: compiling, which takes about half a minute, once.")
    with only_driver(plan):
        began = time.monotonic()
        count = workers or workers_for(plan)
        with shown_progress(quiet) as show:
            run_batch(plan, count, options, show)
        # Threads that publish have heaps of their own: what the run has freed is not for them.
        give_back()
        seconds = round(time.monotonic() - began, 3)
        created = datetime.now(UTC).isoformat(timespec="seconds")
        info = RunInfo(created, seconds, runner_of(options), count)
        with shown_progress(quiet, "Publishing") as show:
            return publish(plan, layout, info, show)


@contextmanager
def only_driver(plan: Plan) -> Iterator[None]:
    """Keeps a second command from doing the same run at the same time: they would take each other's staged files away.

    Raises:
      ConfigurationError: another process of this machine is doing it.
    """
    from filelock import FileLock, Timeout

    path = Path(plan.workspace) / f".run-{plan.run_id}.lock"
    try:
        with FileLock(path, timeout=0):
            try:
                yield
            finally:
                with suppress(OSError):  # some systems keep a file that is open
                    path.unlink()
    except Timeout:
        raise ConfigurationError(
            f"run {plan.run_id}: another process is doing it; wait for it, then the same command says what came of it"
        ) from None
