"""``redact learn``: what a client's logs prove, shown to a person, then declared as its known values."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.cli.console import printable, say, table
from pipeline.cli.mapping import dataset_option, mapping_option, own_mapping
from pipeline.cli.spooling import spool_folder
from pipeline.cli.unread import unread
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
#: Records that must hold a message before it is shown, where nothing else is asked for.
FEWEST_OF_MESSAGES = 3
_SPAN = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")
_PLACES = re.compile(rf"{_SPAN.pattern}(?:[ ,]+{_SPAN.pattern})*")


@dataclass(frozen=True)
class Item:
    """What may be learned.

    Attributes:
      kind: the list of KnownValues that it goes into.
      text: the value.
      more: what else is known of it, by name.
    """

    kind: str
    text: str
    more: Mapping[str, Any]


@dataclass(frozen=True)
class Lesson:
    """What inputs teach: items to be taken, and words that are not."""

    items: Sequence[Item]
    passed_over: Sequence[Item] = ()


@click.command("learn", short_help="Learn names of a client's hosts and users from its logs.")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--client", required=True, help="Whose logs they are.")
@click.option("--templates", is_flag=True, help="Learn messages instead, for policies that mask unknown words.")
@click.option(
    "--min-count",
    "fewest",
    type=click.IntRange(min=1),
    help=f"Records that must prove a name (1), or hold a message ({FEWEST_OF_MESSAGES}).",
)
@click.option("--format", "format_name", metavar="FORMAT", help="Format of all inputs; by default each is looked at.")
@mapping_option
@dataset_option
@click.option("--yes", is_flag=True, help="Take all names that are found, without asking.")
@click.option(
    "--json", "as_document", is_flag=True, help="Print what is found as one JSON document; take it only with --yes."
)
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    inputs: tuple[str, ...],
    client: str,
    templates: bool,
    fewest: int | None,
    format_name: str | None,
    mapping: str | None,
    dataset: str,
    yes: bool,
    as_document: bool,
    folder: str | None,
) -> None:
    """Learn names of hosts and users from INPUT (as for run): those that their place proves, as after user=.

    Known values are found wherever they stand, from the next run on. With --templates learn messages whose words no
    vocabulary holds, so that a policy with unknown: mask leaves them. What is found is shown, in clear, before it is
    taken: keep that inside. A mistaken one is taken back with 'redact client forget'.

    Exit codes: 0 done; 1 internal error; 2 usage or configuration; 4 an input could not be read; 5 key.

    \b
    Example:
      redact learn /var/log/app/ --client acme
      redact learn /var/log/app/ --client acme --templates
    """
    refuse_to_guess(templates, yes, as_document)
    from pipeline.inputs import find_inputs

    workspace = open_workspace(folder)
    present = workspace.known_values(client)
    meanings = own_mapping(mapping) if mapping else ""
    with spool_folder() as spool:
        found, unreadable = find_inputs(
            inputs, out=None, format=format_name, mapping=meanings, dataset=dataset, spool=spool
        )
        for line in unread(unreadable):
            say(f"not read: {line}")
        if templates:
            lesson = learned_messages(found, present, fewest or FEWEST_OF_MESSAGES)
        else:
            lesson = learned_names(found, present, fewest or 1)
    taken = lesson.items if yes else []
    if not as_document:
        click.echo("\n".join(as_text(lesson)))
        if not yes and lesson.items:
            taken = chosen(lesson.items)
    version = workspace.known.latest(workspace.client(client).id)
    if taken:
        version = workspace.add_known(client, known_of(taken))
    if as_document:
        document = {"client": client, "known_values": version, "taken": len(taken)}
        lists = {"found": as_json(lesson.items), "passed_over": as_json(lesson.passed_over)}
        click.echo(json.dumps({**document, **lists, "unreadable": [item.name for item in unreadable]}, indent=1))
    else:
        click.echo(f"Client {client}: {len(taken):,} taken; known values, version {version}.")
    if unreadable:
        ctx.exit(INCOMPLETE)


def refuse_to_guess(templates: bool, yes: bool, as_document: bool) -> None:
    """Raises ConfigurationError where no one would look at what must be looked at."""
    if templates and yes:
        raise ConfigurationError(
            "learn --templates: --yes would release words that no one has looked at; look at them with --json, then "
            "accept one with 'redact client known NAME --template TEXT'"
        )
    if not (yes or as_document or _asks()):
        raise ConfigurationError(
            "learn: no terminal to ask on; give --json to see what is found and take nothing"
            + ("" if templates else ", or --yes to take it")
        )


def _asks() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty()


def learned_names(inputs: Sequence[Input], present: KnownValues, fewest: int) -> Lesson:
    """Names that inputs, read twice, prove."""
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
    return Lesson(
        [_named(name) for name in found if name.text.lower() not in kept[name.entity]],
        [_named(name) for name in words],
    )


def _named(name: Name) -> Item:
    kind, word = KINDS[name.entity]
    evidence = ", ".join(f"{printable(by)} ({count:,})" for by, count in name.evidence.most_common())
    more = {"is a": word, "proven": name.proven, "elsewhere": name.elsewhere, "by": evidence}
    return Item(kind, name.text.decode(), more)


def learned_messages(inputs: Sequence[Input], present: KnownValues, fewest: int) -> Lesson:
    """Messages of inputs that hold words which no vocabulary does."""
    from pipeline.detection.known import literals_of
    from pipeline.detection.scanner import Scanner
    from pipeline.detection.templates import Messages
    from pipeline.detection.unknown import UnknownWords
    from recognizers.registry import all_recognizers

    unknown = UnknownWords(present.templates)
    scanner = Scanner(all_recognizers(), literals_of(present), unknown=unknown)
    messages = Messages(fewest)

    def note(batch: Batch) -> None:
        if scanner.is_full():
            scanner.forget()
        unknown.note(batch, scanner.scan(batch), messages)

    each_batch(inputs, note)
    return Lesson([Item("templates", template, {"records": count}) for template, count in messages.found()])


def each_batch(inputs: Sequence[Input], do: Callable[[Batch], None]) -> None:
    """Read all batches of some inputs, as a run would."""
    from pipeline.inputs import plan_units, read_unit
    from pipeline.records import Batch

    for unit in plan_units(inputs):
        for batch in read_unit(inputs, unit):
            if isinstance(batch, Batch):
                do(batch)


def as_text(lesson: Lesson) -> list[str]:
    """A table for a person, and what was passed over."""
    lines = _table(lesson.items, numbered=True) or ["Nothing that is not known already."]
    if lesson.passed_over:
        lines.append(
            "Passed over, since they stand too often where nothing says what they are; declare one that is a name with "
            "'redact client known':"
        )
        lines += _table(lesson.passed_over, numbered=False)
    return lines


def _table(items: Sequence[Item], numbered: bool) -> list[str]:
    if not items:
        return []
    rows = [
        (*([str(number)] if numbered else []), printable(item.text), *map(_cell, item.more.values()))
        for number, item in enumerate(items, 1)
    ]
    return table((*([""] if numbered else []), "found", *items[0].more), rows)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def as_json(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [{"text": item.text, **{name.replace(" ", "_"): it for name, it in item.more.items()}} for item in items]


def chosen(items: Sequence[Item]) -> list[Item]:
    """The items that a person takes."""
    while True:
        answer = (
            click.prompt(
                "Take them? Enter takes all; numbers (as 2 5-7) are left out; n takes none",
                default="",
                show_default=False,
                err=True,
            )
            .strip()
            .lower()
        )
        if answer in ("n", "no", "none"):
            return []
        if answer in ("", "y", "yes") or _PLACES.fullmatch(answer):
            spans = [(int(first), int(last or first)) for first, last in _SPAN.findall(answer)]
            return [item for n, item in enumerate(items, 1) if not any(a <= n <= b for a, b in spans)]


def known_of(items: Sequence[Item]) -> KnownValues:
    """Items as known values."""
    from pipeline.policy.known_values import KnownValues

    lists: dict[str, list[str]] = {}
    for item in items:
        lists.setdefault(item.kind, []).append(item.text)
    return KnownValues(**{kind: tuple(texts) for kind, texts in lists.items()})
