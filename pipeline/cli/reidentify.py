"""``redact reidentify``: a recipient's answer with our own values in it again."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import IO, TYPE_CHECKING

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.cli.console import printable, say
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.governance.reidentification import TurnedBack, Vault
    from pipeline.policy.workspace import Workspace

#: Of text made of nothing but log lines a MiB takes some seconds.
LONGEST_ANSWER = 16 << 20
#: More texts that are not ours are counted, and listed by --json alone.
SHOWN = 20


@click.command("reidentify", short_help="Turn the pseudonyms in a recipient's answer back.")
@click.argument("answer", metavar="[FILE]", type=click.File("rb"), default="-")
@click.option("--recipient", required=True, metavar="NAME", help="Who answers.")
@click.option("--client", required=True, metavar="NAME", help="Whose data the answer is about.")
@click.option("--reason", required=True, metavar="CODE", help="Why, as a code such as a ticket's number.")
@click.option(
    "--epoch", "epochs", type=int, multiple=True, help="Of the release; by default the newest. May be repeated."
)
@click.option("--json", "as_document", is_flag=True, help="Print text and summary as one JSON document.")
@workspace_option
def command(
    answer: IO[bytes],
    recipient: str,
    client: str,
    reason: str,
    epochs: tuple[int, ...],
    as_document: bool,
    folder: str | None,
) -> None:
    """Write FILE, or standard input, to standard output with the originals of its pseudonyms.

    Only what was issued to this recipient is turned back, wherever it stands: in prose, mail, URLs or quoted logs, in
    any letter case and notation. What merely looks like a pseudonym is listed on standard error as not ours. Who, when
    and why is written to the workspace's audit file first.

    \b
    Example:
      redact reidentify --recipient cisco --client acme --reason TICKET-4711 < answer.txt
    """
    from pipeline.governance.audit import append, checked_reason
    from pipeline.governance.reidentification import turn_back

    checked_reason(reason)
    workspace = open_workspace(folder)
    vaults, others = open_vaults(workspace, client, recipient, epochs)
    text = answer.read(LONGEST_ANSWER + 1)
    if len(text) > LONGEST_ANSWER:
        raise ConfigurationError(f"answer: longer than {LONGEST_ANSWER >> 20} MiB; cut it, and turn each part back")
    done = turn_back(text, vaults, others)
    append(
        workspace.folder,
        workspace.keystore.workspace_key("audit"),
        {
            "action": "reidentify",
            "client": client,
            "recipient": recipient,
            "epochs": [vault.epoch for vault in vaults],
            "reason": reason,
            "input": hashlib.sha256(text).hexdigest(),
            "restored": done.restored,
            "distinct": done.distinct,
            "not_ours": len(done.foreign),
        },
    )
    if as_document:
        click.echo(json.dumps(_document(done, vaults), indent=1))
        return
    sys.stdout.buffer.write(done.text)
    sys.stdout.buffer.flush()
    _summary(done)


def open_vaults(
    workspace: Workspace, client: str, recipient: str, epochs: tuple[int, ...]
) -> tuple[list[Vault], list[Vault]]:
    """The vaults of the epochs asked for, and those of all others.

    Raises:
      ConfigurationError: client or recipient is unknown, or nothing was released to it in an epoch asked for.
      KeyProblem: the root key or the client's key does not open.
    """
    from pipeline.governance.reidentification import Vault
    from pipeline.release.vaults import read_vaults, vault_folder

    own, to = workspace.client(client), workspace.recipient(recipient)
    store = workspace.keystore
    # Host names that another public suffix list would map otherwise are turned back label by label.
    wanted = [store.open_client(own.id, epoch, for_maps=False) for epoch in epochs or (None,)]
    keys = {key.epoch: key for key in wanted}
    for key in wanted:
        key.require_scheme()
    opened: dict[int, Vault] = {}
    for epoch in store.epochs(own.id):
        tables = read_vaults(vault_folder(workspace.folder, own.id, epoch, to.id))
        if tables:
            opened[epoch] = Vault(keys.get(epoch) or store.open_client(own.id, epoch, for_maps=False), to.id, tables)
    for epoch in keys:
        if epoch not in opened:
            there = f"; there is one of epoch {', '.join(map(str, opened))}: --epoch" if opened else ""
            raise ConfigurationError(
                f"{vault_folder(workspace.folder, own.id, epoch, to.id)}: no vault of recipient {recipient} for client "
                f"{client} in epoch {epoch}{there}; nothing was released so from this workspace: give the workspace "
                "that made the release, or restore the folder from a backup"
            )
    return [opened[epoch] for epoch in sorted(keys)], [v for epoch, v in opened.items() if epoch not in keys]


def _document(done: TurnedBack, vaults: list[Vault]) -> dict[str, object]:
    return {
        "text": done.text.decode("utf-8", "surrogateescape"),
        "epochs": [vault.epoch for vault in vaults],
        "restored": done.restored,
        "distinct": done.distinct,
        "not_ours": [text.decode("utf-8", "surrogateescape") for text in done.foreign],
    }


def _summary(done: TurnedBack) -> None:
    count = sum(done.restored.values())
    kinds = ", ".join(f"{name} {number}" for name, number in done.restored.items())
    say(f"turned back: {count} places, {done.distinct} pseudonyms{f' ({kinds})' if kinds else ''}")
    if done.foreign:
        listed = " ".join(printable(text.decode("utf-8", "replace")) for text in done.foreign[:SHOWN])
        more = f" and {len(done.foreign) - SHOWN} more (all with --json)" if len(done.foreign) > SHOWN else ""
        say(f"not ours: {len(done.foreign)}, left as they are: {listed}{more}")
    if not count:
        say("nothing in the answer was issued to this recipient: is it the right client, recipient and epoch?")
