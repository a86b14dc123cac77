"""``redact keys``: clients' keys. No verb prints one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.cli.console import table
from pipeline.errors import ConfigurationError


@click.group("keys", short_help="List, rotate, destroy, export and import clients' keys.")
def command() -> None:
    """Each client has a random key, wrapped by the root key; a new one begins a new epoch.

    Copy the whole workspace to back it up, and the root key to another place: neither is of use without the other.
    """


@command.command("list")
@workspace_option
def list_keys(folder: str | None) -> None:
    """List clients' keys: client, epoch and public key id, which manifests name.

    \b
    Example:
      redact keys list
    """
    workspace = open_workspace(folder)
    rows = []
    for name in workspace.client_names():
        client_id = workspace.client(name).id
        epochs = workspace.keystore.epochs(client_id)
        for epoch in epochs:
            key = workspace.keystore.open_client(client_id, epoch, for_maps=False)
            rows.append((name, str(epoch), key.key_id, "in use" if epoch == epochs[-1] else "older"))
    click.echo("\n".join(table(("client", "epoch", "key id", ""), rows)))


@command.command("rotate")
@click.argument("name", metavar="CLIENT")
@workspace_option
def rotate(name: str, folder: str | None) -> None:
    """Begin a new epoch for CLIENT: from the next run on its pseudonyms are others.

    Older keys stay, so that earlier releases can still be turned back.

    \b
    Example:
      redact keys rotate acme
    """
    from pipeline.policy.rotation import rotate_client

    key = rotate_client(open_workspace(folder), name)
    click.echo(f"Client {name}: epoch {key.epoch} from now on, key {key.key_id}. Pseudonyms change with the next run.")


@command.command("destroy")
@click.argument("name", metavar="CLIENT")
@click.option("--confirm", metavar="CLIENT", help="The name again, instead of being asked for it.")
@workspace_option
def destroy(name: str, confirm: str | None, folder: str | None) -> None:
    """Destroy every key of CLIENT: its pseudonyms can never again be turned back, nor be continued.

    Its known values, and what tells which pseudonyms were issued, go with the keys. Releases that were sent stay as
    they are. Backups, snapshots and exports may hold older copies of the keys: remove those too.

    \b
    Example:
      redact keys destroy acme
    """
    from pipeline.policy.rotation import destroy_client

    workspace = open_workspace(folder)
    workspace.client(name)
    again = click.prompt(f"This cannot be undone. Type {name} to go on", err=True) if confirm is None else confirm
    if again != name:
        raise ConfigurationError(
            f"client {name}: not confirmed, nothing destroyed; repeat its name with --confirm {name}"
        )
    destroy_client(workspace, name)
    click.echo(
        f"Destroyed every key, known value and vault of client {name}. Remove them from backups and exports, too."
    )


_transfer_key = click.option(
    "--transfer-key",
    metavar="FILE",
    help="Seal by the key in this file (32 bytes, base64, mode 0600) and not by a passphrase.",
)


@command.command("export")
@click.argument("file", metavar="FILE")
@click.option("--client", "names", multiple=True, metavar="NAME", help="Whose keys; by default everyone's.")
@_transfer_key
@workspace_option
def export_keys(file: str, names: tuple[str, ...], transfer_key: str | None, folder: str | None) -> None:
    """Write clients' keys, of all epochs, into FILE, sealed by a passphrase that is asked for.

    For a safe, or for another workspace. The root key is not in it, known values and vaults are not either. Whoever
    has the file and its passphrase can turn these clients' pseudonyms back: keep them apart.

    \b
    Example:
      redact keys export acme.keys --client acme
    """
    from pipeline.policy.key_transfer import travelling_keys
    from pipeline.surrogates.transfer import KEY_FILE, PASSPHRASE, by_passphrase, written

    workspace = open_workspace(folder)
    keys = travelling_keys(workspace, sorted(set(names)) or workspace.client_names())
    if not keys:
        raise ConfigurationError("keys: there are none to export; add a client first")
    if Path(file).exists():
        raise ConfigurationError(f"{file}: is there already, and is not overwritten; name another file")
    if transfer_key is None:
        sealing_key = by_passphrase(click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True))
    else:
        sealing_key = _by_file(transfer_key)
    data = written(keys, PASSPHRASE if transfer_key is None else KEY_FILE, sealing_key)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be written ({error.strerror}); name a file that can") from None
    click.echo(f"Exported {len(keys)} keys of {len({key.name for key in keys})} clients to {file} (mode 0600).")


@command.command("import")
@click.argument("file", metavar="FILE")
@_transfer_key
@workspace_option
def import_keys(file: str, transfer_key: str | None, folder: str | None) -> None:
    """Take the keys in FILE into this workspace; clients that are not here are added.

    Nothing is overwritten: if another key stands in one's place, or one was destroyed here, none is taken.

    \b
    Example:
      redact keys import acme.keys
    """
    from pipeline.policy.key_transfer import import_keys as take
    from pipeline.surrogates.transfer import PASSPHRASE, by_passphrase, read, sealed_by

    workspace = open_workspace(folder)
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{file}: cannot be read ({error.strerror}); name a file of 'redact keys export'"
        ) from None
    by = sealed_by(data, file)
    if (by == PASSPHRASE) != (transfer_key is None):
        raise ConfigurationError(
            f"{file}: was sealed by a {by}; "
            + ("leave --transfer-key out" if by == PASSPHRASE else "give --transfer-key")
        )
    if transfer_key is None:
        sealing_key = by_passphrase(click.prompt("Passphrase", hide_input=True, err=True))
    else:
        sealing_key = _by_file(transfer_key)
    keys = read(data, file, sealing_key)
    taken = take(workspace, keys)
    if not taken:
        raise ConfigurationError(f"{file}: every key in it is here already; nothing was imported")
    click.echo(f"Imported {taken} keys of {', '.join(sorted({key.name for key in keys}))}.")


def _by_file(path: str) -> Callable[[bytes], bytes]:
    from pipeline.surrogates.rootkey import RootKey
    from pipeline.surrogates.transfer import by_key_file

    return by_key_file(RootKey.load(Path(path)))
