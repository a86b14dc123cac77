"""``redact keys``: clients' keys. No verb prints one."""

from __future__ import annotations

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.cli.console import table
from pipeline.errors import ConfigurationError


@click.group("keys", short_help="List, rotate and destroy clients' keys.")
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
            key = workspace.keystore.open_client(client_id, epoch)
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

    Its known values go with the keys. Releases that were sent stay as they are. Backups and snapshots may hold older
    copies of the wrapped keys: remove those too.

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
    click.echo(f"Destroyed every key and known value of client {name}. Remove them from backups, too.")
