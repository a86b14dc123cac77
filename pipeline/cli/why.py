"""``redact why FILE:LINE``: which rule found what in one line."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.errors import ConfigurationError


@click.command("why", short_help="Say which rule found what in one line of a file.")
@click.argument("place", metavar="FILE:LINE")
@click.option("--client", help="Whose log it is, to find its known values, too.")
@click.option("--recipient", help="Say, too, what this recipient's policy does.")
@click.option("--format", "format_name", metavar="FORMAT", help="The file's format; by default it is looked at.")
@workspace_option
def command(place: str, client: str | None, recipient: str | None, format_name: str | None, folder: str | None) -> None:
    """Say which rule found what in line LINE of FILE, and where. It prints the line's identifiers: keep it inside.

    \b
    Example:
      redact why messages.log:12 --client acme --recipient cisco
    """
    from pipeline.detection.known import literals_of
    from pipeline.detection.scanner import Scanner
    from pipeline.detection.values import Kind
    from pipeline.inputs import Range, Unit, find_inputs, read_unit
    from pipeline.policy.actions import Action
    from pipeline.policy.compiled import compile_policy
    from pipeline.records import Batch
    from recognizers.entities import ENTITIES
    from recognizers.registry import all_recognizers

    name, _, number = place.rpartition(":")
    if not name or not number.isdigit() or number == "0":
        raise ConfigurationError(f"{place}: name a file and a line, as messages.log:12")
    if not Path(name).is_file():
        raise ConfigurationError(f"{name}: no such file")
    literals = []
    policy = None
    if client or recipient:
        workspace = open_workspace(folder)
        if client:
            own = workspace.client(client)
            key = workspace.keystore.open_client(own.id, for_maps=False)
            literals = literals_of(workspace.known.load(key, workspace.known.latest(own.id)))
        if recipient:
            policy = compile_policy(workspace.recipient(recipient).policy)
    inputs, _ = find_inputs([name], out=None, format=format_name)
    scanner = Scanner(all_recognizers(), literals)
    wanted = int(number)
    line = 0
    for batch in read_unit(inputs, Unit(0, (Range(0, 0, -1 if inputs[0].sequential else inputs[0].size),))):
        if not isinstance(batch, Batch):
            continue
        breaks = (batch.data == 0x0A).nonzero()[0]
        if line + len(breaks) + 1 < wanted:
            line += len(breaks)
            continue
        start = 0 if wanted == line + 1 else int(breaks[wanted - line - 2]) + 1
        after = breaks[breaks >= start]
        end = int(after[0]) if len(after) else len(batch.data)
        found = scanner.scan(batch)
        rows = ((found.start >= start) & (found.end <= end)).nonzero()[0]
        click.echo(f"{name}:{wanted}   format {inputs[0].format}   {len(rows)} findings (bytes of the line)")
        for r in rows.tolist():
            kind = Kind(int(found.kind[r])).name.lower()
            entity = ENTITIES[scanner.values.entity[int(found.value[r])]]
            text = batch.data[found.start[r] : found.end[r]].tobytes().decode("utf-8", "replace")
            does = f"   {Action(policy.actions[ENTITIES.index(entity)]).name.lower()}" if policy else ""
            rule = scanner.pattern_names[int(found.pattern[r])]
            first, last = found.start[r] - start, found.end[r] - start
            click.echo(f"{first:>5}-{last:<5} {entity:<16} {kind:<6} {rule:<32}{does}   {text}")
        return
    raise ConfigurationError(f"{place}: the file has no such line")
