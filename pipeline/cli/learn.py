"""``redact learn``: names that a client's logs prove, shown to a person, then declared as its known values."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.cli.console import printable, say, table
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.detection.learning import Name
    from pipeline.inputs import Input
    from pipeline.policy.known_values import KnownValues
    from pipeline.records import Batch

#: Something could not be read; what was learned stands.
INCOMPLETE = 4
#: entity -> (list of KnownValues, what a person calls it)
KINDS = {"HOSTNAME": ("hosts", "host"), "USERNAME": ("users", "user")}
_SPAN = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")
_PLACES = re.compile(rf"{_SPAN.pattern}(?:[ ,]+{_SPAN.pattern})*")


@click.command("learn", short_help="Learn names of a client's hosts and users from its logs.")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--client", required=True, help="Whose logs they are.")
@click.option(
    "--min-count",
    "fewest",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Records that must prove a name.",
)
@click.option("--format", "format_name", metavar="FORMAT", help="Format of all inputs; by default each is looked at.")
@click.option("--yes", is_flag=True, help="Take all that is found, without asking.")
@click.option(
    "--json", "as_document", is_flag=True, help="Print what is found as one JSON document; take it only with --yes."
)
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    inputs: tuple[str, ...],
    client: str,
    fewest: int,
    format_name: str | None,
    yes: bool,
    as_document: bool,
    folder: str | None,
) -> None:
    """Learn names of hosts and users from INPUT (as for run): those that their place proves, as after user=.

    Known values are found wherever they stand, from the next run on. What is found is shown, in clear, before it is
    taken: keep that inside. A mistaken one is taken back with 'redact client forget'.

    Exit codes: 0 done; 1 internal error; 2 usage or configuration; 4 an input could not be read; 5 key.

    \b
    Example:
      redact learn /var/log/app/ --client acme
    """
    if not (yes or as_document or _asks()):
        raise ConfigurationError(
            "learn: no terminal to ask on; give --yes to take what is found, or --json to see it and take nothing"
        )
    from pipeline.inputs import find_inputs

    workspace = open_workspace(folder)
    present = workspace.known_values(client)
    with tempfile.TemporaryDirectory(prefix="redact-") as spool:
        found, unreadable = find_inputs(inputs, out=None, format=format_name, spool=spool)
        for item in unreadable:
            say(f"not read: {item.name}: {item.reason}")
        names, words = learned_names(found, present, fewest)
    if not as_document:
        click.echo("\n".join(as_text(names, words)))
        names = names if yes or not names else chosen(names)
    taken = names if yes or not as_document else []
    version = workspace.known.latest(workspace.client(client).id)
    if taken:
        version = workspace.add_known(client, known_of(taken))
    if as_document:
        document = {"client": client, "known_values": version, "taken": len(taken)}
        lists = {"names": as_json(names), "passed_over": as_json(words)}
        click.echo(json.dumps({**document, **lists, "unreadable": [item.name for item in unreadable]}, indent=1))
    else:
        click.echo(f"Client {client}: {len(taken):,} names taken; known values, version {version}.")
    if unreadable:
        ctx.exit(INCOMPLETE)


def _asks() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty()


def learned_names(inputs: Sequence[Input], present: KnownValues, fewest: int) -> tuple[list[Name], list[Name]]:
    """(names to be learned, words passed over) of some inputs, read twice."""
    from pipeline.detection.known import literals_of
    from pipeline.detection.learning import Names
    from pipeline.detection.scanner import Scanner
    from pipeline.surrogates.special import shipped
    from recognizers.registry import all_recognizers

    names = Names(Scanner(all_recognizers(), literals_of(present)), fewest)
    each_batch(inputs, names.prove)
    each_batch(inputs, names.look_elsewhere)
    # These stay as they are in a release: to know them changes nothing.
    kept = {"HOSTNAME": shipped().labels, "USERNAME": shipped().accounts}
    found, words = names.found()
    return [name for name in found if name.text.lower() not in kept[name.entity]], words


def each_batch(inputs: Sequence[Input], do: Callable[[Batch], None]) -> None:
    """Read all batches of some inputs, as a run would."""
    from pipeline.inputs import plan_units, read_unit
    from pipeline.records import Batch

    for unit in plan_units(inputs):
        for batch in read_unit(inputs, unit):
            if isinstance(batch, Batch):
                do(batch)


def as_text(names: Sequence[Name], words: Sequence[Name]) -> list[str]:
    """A table for a person, and what was passed over."""
    lines = []
    if names:
        rows = [(str(n), *_row(name), evidence_of(name)) for n, name in enumerate(names, 1)]
        lines += table(("", "name", "is a", "proven", "elsewhere", "by"), rows)
    else:
        lines.append("No name that is not known already.")
    if words:
        lines.append(
            "Passed over, since they stand too often where nothing says what they are; declare one that is a "
            "name with 'redact client known':"
        )
        lines += table(("name", "is a", "proven", "elsewhere"), [_row(name) for name in words])
    return lines


def _row(name: Name) -> tuple[str, str, str, str]:
    text = printable(name.text.decode("utf-8", "replace"))
    return text, KINDS[name.entity][1], f"{name.proven:,}", f"{name.elsewhere:,}"


def evidence_of(name: Name) -> str:
    return ", ".join(f"{printable(kind)} ({count:,})" for kind, count in name.evidence.most_common())


def as_json(names: Sequence[Name]) -> list[dict[str, Any]]:
    return [
        {
            "name": name.text.decode("utf-8", "replace"),
            "kind": KINDS[name.entity][1],
            "proven": name.proven,
            "elsewhere": name.elsewhere,
            "evidence": dict(name.evidence.most_common()),
        }
        for name in names
    ]


def chosen(names: Sequence[Name]) -> list[Name]:
    """The names that a person takes."""
    while True:
        answer = click.prompt(
            "Take them? Enter takes all; numbers (as 2 5-7) are left out; n takes none",
            default="", show_default=False, err=True,
        ).strip().lower()  # fmt: skip
        if answer in ("n", "no", "none"):
            return []
        if answer in ("", "y", "yes") or _PLACES.fullmatch(answer):
            spans = [(int(first), int(last or first)) for first, last in _SPAN.findall(answer)]
            return [name for n, name in enumerate(names, 1) if not any(a <= n <= b for a, b in spans)]


def known_of(names: Sequence[Name]) -> KnownValues:
    """Names as known values."""
    from pipeline.policy.known_values import KnownValues

    lists: dict[str, list[str]] = {kind: [] for kind, _ in KINDS.values()}
    for name in names:
        lists[KINDS[name.entity][0]].append(name.text.decode("utf-8", "replace"))
    return KnownValues(**{kind: tuple(texts) for kind, texts in lists.items()})
