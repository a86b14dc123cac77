"""``redact scan``: what a run would find, before there is one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.cli.console import printable, table
from pipeline.cli.mapping import dataset_option, mapping_option, own_mapping
from pipeline.cli.recognizers import own_recognizers, recognizers_option
from pipeline.cli.run import INCOMPLETE, silent, told
from pipeline.cli.spooling import spool_folder
from pipeline.cli.unread import unread
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.detection.patterns import Literal
    from pipeline.policy.workspace import Workspace
    from pipeline.survey import Survey

#: Of each entity, with --show.
EXAMPLES = 3
#: Recognizers that are named in the table of times.
DEAREST = 10
Write = Callable[[dict[str, Any]], None]


@click.command("scan", short_help="Say what would be found in logs, writing nothing.")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--client", help="Whose logs they are: its known values are looked for, too.")
@click.option("--format", "format_name", metavar="FORMAT", help="Format of all inputs; by default each is looked at.")
@mapping_option
@dataset_option
@recognizers_option
@click.option("--findings", metavar="FILE", help="Write each finding as a line of JSON to FILE (mode 0600).")
@click.option("--show", is_flag=True, help="Show values: a few of each entity, and the text of each finding.")
@click.option("--json", "as_document", is_flag=True, help="Print the result as one JSON document.")
@click.option("--quiet", is_flag=True, help="No progress and no notes.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    inputs: tuple[str, ...],
    client: str | None,
    format_name: str | None,
    mapping: str | None,
    dataset: str,
    own: tuple[str, ...],
    findings: str | None,
    show: bool,
    as_document: bool,
    quiet: bool,
    folder: str | None,
) -> None:
    """Say what a run would find in INPUT (files, folders, archives, globs, URIs, or - for standard input), and where.

    Nothing is replaced, released or kept; no workspace is needed. Values, and names of attributes, are printed only
    with --show: keep that inside. A compound, such as an e-mail address, counts, and so does each of its parts.

    \b
    Examples:
      redact scan /var/log/app/                            what is in there?
      redact scan app.jsonl --client acme                  with what is known of acme
      redact scan app.jsonl --show                         with a few values of each entity
      redact scan app.jsonl --findings found.jsonl         each finding: input, record, bytes, entity, score, evidence

    \b
    In found.jsonl "start" and "end" are bytes of the decompressed input, "record" counts from 1, "kind" is whole, leaf
    (a part of a compound) or holder (the compound); "score" is 0.4 shape only, 0.6 plausible, 0.85 checked, 1.0 proven.

    Exit codes: 0 done; 1 internal error; 2 usage or configuration; 4 something could not be read; 5 key.
    """
    from pipeline.cli.progress import shown_progress
    from pipeline.detection.scanner import Scanner
    from pipeline.inputs import find_inputs
    from pipeline.kernels.cache import are_compiled
    from pipeline.survey import Surveyor, recognizer_seconds
    from recognizers.registry import all_recognizers

    note = silent if quiet else told
    meanings = own_mapping(mapping) if mapping else ""
    workspace = open_workspace(folder) if client or folder else None
    literals = known_literals(workspace, client) if workspace and client else []
    sources = own_recognizers(workspace, own, note)
    recognizers = (*all_recognizers(), *(declared for source in sources for declared in source.declared))
    plain = [each for source in sources for each in source.plain]
    with spool_folder() as spool:
        found, unreadable = find_inputs(
            inputs, out=None, format=format_name, mapping=meanings, dataset=dataset, spool=spool
        )
        if not are_compiled():
            note("First use on this machine: compiling, which takes about half a minute, once.")
        with findings_file(findings) as write, shown_progress(quiet, "Scanning") as on_progress:
            surveyor = Surveyor(found, Scanner(recognizers, literals, own=plain), write, EXAMPLES if show else 0)
            survey = surveyor.look(on_progress)
        seconds = recognizer_seconds(found, recognizers, plain)
    survey.unreadable[:0] = unreadable
    if as_document:
        click.echo(json.dumps(as_json(survey, seconds), indent=1))
    else:
        click.echo("\n".join(as_text(survey, seconds)))
    if findings:
        note(f"Findings are in {findings}" + ("; it holds values in clear: keep it inside." if show else "."))
    if survey.unreadable or survey.quarantined:
        ctx.exit(INCOMPLETE)


def known_literals(workspace: Workspace, client: str) -> list[Literal]:
    """A client's known values, for the scanner."""
    from pipeline.detection.known import literals_of

    return literals_of(workspace.known_values(client))


@contextmanager
def findings_file(name: str | None) -> Iterator[Write | None]:
    """Gives what writes a finding as a line; the file stands there when all are written.

    Raises:
      ConfigurationError: it cannot be written.
    """
    from pipeline.files import guarded_file

    if name is None:
        yield None
        return
    path = Path(name)
    if path.is_dir() or not path.parent.is_dir():
        raise ConfigurationError(f"--findings {name}: cannot be written there; name a file in a folder that exists")
    try:
        with guarded_file(path) as file:

            def write(finding: dict[str, Any]) -> None:
                file.write(json.dumps(finding).encode() + b"\n")

            yield write
    except PermissionError:
        raise ConfigurationError(f"--findings {name}: the folder may not be written; name another") from None


def by(survey: Survey, place: int) -> Counter[str]:
    """Findings by entity (0), format (1) or column (2)."""
    counts: Counter[str] = Counter()
    for names, count in survey.found.items():
        counts[names[place]] += count
    return counts


def as_json(survey: Survey, seconds: Mapping[str, float]) -> dict[str, Any]:
    """One document with all that the text says, and how each entity is spread."""
    document: dict[str, Any] = {
        "records": dict(survey.records),
        "bytes": survey.bytes,
        "not_read": {
            "records": dict(survey.quarantined),
            "inputs": [{"name": item.name, "reason": item.reason} for item in survey.unreadable],
        },
        "found": [
            {"entity": entity, "format": format_name, "column": column, "count": count}
            for (entity, format_name, column), count in sorted(survey.found.items())
        ],
        "detection_seconds": round(survey.seconds, 3),
        "recognizer_seconds_per_megabyte": {name: round(each, 5) for name, each in seconds.items()},
    }
    if survey.examples:
        document["examples"] = survey.examples
    return document


def as_text(survey: Survey, seconds: Mapping[str, float]) -> list[str]:
    """Lines for a person: how much was read, findings by entity, where they stand, and what took the time."""
    from pipeline.cli.progress import size_text

    formats = ", ".join(f"{name} {count:,}" for name, count in sorted(survey.records.items()) if count)
    lines = [f"Read   {sum(survey.records.values()):,} records, {size_text(survey.bytes)} ({formats or 'nothing'})"]
    lines += [f"Not read: {line}" for line in unread(survey.unreadable)]
    lines += [f"Not read: {count:,} records: {reason}" for reason, count in sorted(survey.quarantined.items())]
    if not survey.found:
        return [*lines, "Found  nothing"]
    lines += ["", *table(("Found", "values", "in"), _entity_rows(survey))]
    used = sorted(name for name in by(survey, 1) if name)
    if len(used) > 1:
        lines += ["", *table(("By format", "values"), [(name, f"{by(survey, 1)[name]:,}") for name in used])]
    if survey.examples:
        shown = ((entity, "   ".join(map(printable, texts))) for entity, texts in sorted(survey.examples.items()))
        lines += ["", *table(("For example", ""), shown)]
    dearest = sorted(seconds.items(), key=lambda item: -item[1])[:DEAREST]
    rows = [(name, f"{1000 * each:.1f}") for name, each in dearest if each >= 0.00005]
    return [*lines, "", *table(("Recognizer, alone", "ms a MB"), rows)] if rows else lines


def _entity_rows(survey: Survey) -> Iterator[tuple[str, str, str]]:
    """Entity, how many, and in which columns, the fullest first."""
    for entity, total in by(survey, 0).most_common():
        columns: Counter[str] = Counter()
        for (name, _, column), count in survey.found.items():
            if name == entity:
                columns[column] += count
        yield entity, f"{total:,}", ", ".join(f"{column} {count:,}" for column, count in columns.most_common())
