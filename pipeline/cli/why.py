"""``redact why FILE:NUMBER``: which rule found what in one line, or in one packet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.cli.mapping import dataset_option, mapping_option, own_mapping
from pipeline.cli.recognizers import own_recognizers, recognizers_option
from pipeline.cli.scan import known_literals
from pipeline.cli.spooling import spool_folder
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.detection.scanner import Scanner
    from pipeline.inputs import Input, Unreadable
    from pipeline.policy.compiled import CompiledPolicy


@click.command("why", short_help="Say which rule found what in one line of a file, or in one packet.")
@click.argument("place", metavar="FILE:NUMBER")
@click.option("--client", help="Whose log it is, to find its known values, too.")
@click.option("--recipient", help="Say, too, what this recipient's policy does.")
@click.option("--format", "format_name", metavar="FORMAT", help="The file's format; by default it is looked at.")
@mapping_option
@dataset_option
@recognizers_option
@workspace_option
def command(
    place: str,
    client: str | None,
    recipient: str | None,
    format_name: str | None,
    mapping: str | None,
    dataset: str,
    own: tuple[str, ...],
    folder: str | None,
) -> None:
    """Say which rule found what in one line of FILE, or in one packet of a capture, and where.

    FILE may stand in an archive, which is unpacked for that. It prints the line's identifiers: keep it inside.

    What other lines tell ("elsewhere in the unit") is looked for within the 8 MiB of the file that hold the line.

    \b
    Example:
      redact why messages.log:12 --client acme --recipient cisco
      redact why site.pcapng:7
      redact why bundle.tar.gz/var/log/messages:17
    """
    from pipeline.detection.scanner import Scanner
    from pipeline.detection.unknown import UnknownWords
    from pipeline.inputs import find_inputs
    from pipeline.policy.compiled import compile_policy
    from recognizers.registry import all_recognizers

    name, _, number = place.rpartition(":")
    if not name or not number.isdigit() or number == "0":
        raise ConfigurationError(f"{place}: name a file and a line, as messages.log:12, or a packet")
    file = file_of(name)
    literals = []
    templates: tuple[str, ...] = ()
    policy = None
    workspace = open_workspace(folder) if client or recipient or folder else None
    sources = own_recognizers(workspace, own, lambda text: None)
    if workspace:
        if client:
            literals = known_literals(workspace, client)
            templates = workspace.known_values(client).templates
        if recipient:
            policy = compile_policy(workspace.recipient(recipient).policy)
    meanings = own_mapping(mapping) if mapping else ""
    scanner = Scanner(
        (*all_recognizers(), *(declared for source in sources for declared in source.declared)),
        literals,
        own=[plain for source in sources for plain in source.plain],
        unknown=UnknownWords(templates) if policy and policy.masks_unknown else None,
    )
    with spool_folder() as spool:
        inputs, unreadable = find_inputs(
            [str(file)], out=None, format=format_name, mapping=meanings, dataset=dataset, spool=spool
        )
        item = input_named(name, file, inputs, unreadable)
        (why_in_packet if item.is_capture else why_in_line)(name, item, scanner, int(number), policy)


def file_of(name: str) -> Path:
    """The file of a name, or the archive in which it would stand.

    Raises:
      ConfigurationError: there is neither.
    """
    path = Path(name)
    for file in (path, *path.parents):
        if file.is_file():
            return file
    raise ConfigurationError(f"{name}: no such file")


def input_named(name: str, file: Path, inputs: Sequence[Input], unreadable: Sequence[Unreadable]) -> Input:
    """What a file is, or what of an archive is meant.

    Raises:
      ConfigurationError: it cannot be read, or is not there.
    """
    wanted = "/".join((file.name, *Path(name).parts[len(file.parts) :]))
    for item in inputs:
        if item.name == wanted:
            return item
    for missed in unreadable:
        if missed.name == wanted:
            raise ConfigurationError(f"{name}: {missed.reason}")
    if wanted == file.name:
        raise ConfigurationError(f"{name}: an archive; name a file in it, as {name}/var/log/messages:17")
    raise ConfigurationError(f"{name}: no such file in {file}")


def why_in_line(name: str, item: Input, scanner: Scanner, wanted: int, policy: CompiledPolicy | None) -> None:
    """Print what stands in a line of a file; lines count from 1.

    Raises:
      ConfigurationError: there is no such line.
    """
    import numpy as np

    from pipeline.detection.propagation import detect
    from pipeline.detection.values import Kind
    from pipeline.inputs import Range, Unit
    from pipeline.inputs.reading import read_chunks
    from recognizers.entities import UNKNOWN_NAME

    line = 0
    whole = Unit(0, (Range(item.number, 0, -1 if item.sequential else item.size),))
    for chunk in read_chunks([item], whole, lambda aside: None):
        breaks = [(batch.data == 0x0A).nonzero()[0] for batch in chunk.batches]
        if line + sum(map(len, breaks)) + 1 < wanted:
            line += sum(map(len, breaks))
            continue
        findings, _ = detect(scanner, chunk.batches, lambda values: np.zeros(len(values), np.bool_))
        for batch, found, ends in zip(chunk.batches, findings, breaks, strict=True):
            if line + len(ends) + 1 < wanted:
                line += len(ends)
                continue
            start = 0 if wanted == line + 1 else int(ends[wanted - line - 2]) + 1
            after = ends[ends >= start]
            end = int(after[0]) if len(after) else len(batch.data)
            rows = ((found.start >= start) & (found.end <= end)).nonzero()[0]
            click.echo(f"{name}:{wanted}   format {item.format}   {len(rows)} findings (bytes of the line)")
            for r in rows.tolist():
                kind = Kind(int(found.kind[r])).name.lower()
                entity = scanner.values.entity_name(int(found.value[r]))
                text = batch.data[found.start[r] : found.end[r]].tobytes().decode("utf-8", "replace")
                action = "mask" if entity == UNKNOWN_NAME else policy.action_of(entity).name.lower() if policy else ""
                does = f"   {action}" if action else ""
                rule = scanner.pattern_names[int(found.pattern[r])]
                first, last = found.start[r] - start, found.end[r] - start
                click.echo(f"{first:>5}-{last:<5} {entity:<16} {kind:<6} {rule:<32}{does}   {text}")
            return
    raise ConfigurationError(f"{name}:{wanted}: the file has no such line")


def why_in_packet(name: str, item: Input, scanner: Scanner, wanted: int, policy: CompiledPolicy | None) -> None:
    """Print what stands in a packet of a capture; packets count from 1, as Wireshark counts them.

    Raises:
      ConfigurationError: there is no such packet.
    """
    from pipeline.captures.dissection import dissect
    from pipeline.captures.packets import Packets
    from pipeline.inputs import Range, Unit
    from pipeline.inputs.captures import read_packets
    from pipeline.rewriting.binary_values import BinaryValues
    from pipeline.rewriting.found import find
    from pipeline.rewriting.listing import listed, said_by
    from pipeline.rewriting.name_values import NameValues

    known = BinaryValues(scanner.values), NameValues(scanner.values)
    for packets in read_packets([item], Unit(0, (Range(item.number, 0, -1 if item.sequential else item.size),))):
        if not isinstance(packets, Packets) or wanted not in packets.number:
            continue
        packet = packets.number.tolist().index(wanted)
        found = find(scanner, known, packets, dissect(packets), lambda values: values < 0)
        here = [each for each in listed(found) if found.dissection.row_packet[each.row] == packet]
        click.echo(f"{name}:{wanted}   format {item.format}   {len(here)} findings (bytes of the packet)")
        for each in sorted(here, key=lambda each: (each.start, each.end)):
            entity = scanner.values.entity_name(each.value)
            rule = said_by(found, each.row) if each.pattern < 0 else scanner.pattern_names[each.pattern]
            does = f"   {policy.action_of(entity).name.lower()}" if policy else ""
            first, last = each.start - packets.start[packet], each.end - packets.start[packet]
            text = scanner.values.text[each.value].decode("utf-8", "replace")
            kind = each.part.name.lower()
            click.echo(f"{first:>5}-{last:<5} {entity:<16} {kind:<6} {rule:<32}{does}   {text}")
        return
    raise ConfigurationError(f"{name}:{wanted}: the capture has no such packet")
