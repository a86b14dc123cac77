"""``redact client``: clients and their known values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.console import printable
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.policy.known_values import KnownValues
    from pipeline.policy.workspace import Workspace

#: option -> (list in KnownValues, help)
KNOWN = {
    "--domain": ("domains", "A DNS domain of the client; names below it count, too."),
    "--netblock": ("netblocks", "A network of the client, such as 203.0.113.0/24."),
    "--staff": ("staff", "The full name of a person."),
    "--user": ("users", "An account name."),
    "--host": ("hosts", "A host name."),
    "--keyword": ("keywords", "A project name or any other text that identifies the client."),
    "--template": ("templates", "A message that may be released, as 'learn --templates' prints it."),
}


def workspace_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--workspace", "folder", metavar="DIR", help="The workspace; by default the nearest one.")(
        function
    )


def known_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option, (name, text) in reversed(KNOWN.items()):
        function = click.option(option, name, multiple=True, help=f"{text} May be given again.")(function)
    return function


def open_workspace(folder: str | None) -> Workspace:
    """The workspace that is named or nearest.

    Raises:
      ConfigurationError: there is none.
    """
    from pipeline.policy.workspace import Workspace

    workspace = Workspace.find(Path(folder) if folder else None)
    if workspace is None:
        raise ConfigurationError(f"{folder or 'workspace'}: no workspace here; make one with 'redact init'")
    return workspace


def _given(values: dict[str, tuple[str, ...]]) -> KnownValues:
    from pipeline.policy.known_values import checked

    return checked(values)


@click.group("client", short_help="Add clients, and declare what identifies them.")
def command() -> None:
    """Clients of the firm: each has its own key, and values that are found wherever they stand."""


@command.command("add")
@click.argument("name")
@known_options
@workspace_option
def add(name: str, folder: str | None, **known: tuple[str, ...]) -> None:
    """Add client NAME, with what identifies it.

    \b
    Example:
      redact client add acme --domain acme.example --netblock 203.0.113.0/24 --staff "Marion Hale"
    """
    values = _given(known)
    workspace = open_workspace(folder)
    workspace.add_client(name, values)
    click.echo(f"Added client {name}, with a key of its own and {_amount(values)}.")


@command.command("known")
@click.argument("name")
@known_options
@click.option("--show", "shown", is_flag=True, help="List them, in clear: keep that inside.")
@workspace_option
def known(name: str, shown: bool, folder: str | None, **known: tuple[str, ...]) -> None:
    """Declare more known values of client NAME; without options, say how many there are.

    They are kept encrypted, and printed only with --show.

    \b
    Example:
      redact client known acme --keyword "Project Kingfisher"
    """
    workspace = open_workspace(folder)
    values = _given(known)
    if values:
        version = workspace.add_known(name, values)
        click.echo(f"Client {name}: known values, version {version}.")
    present = workspace.known_values(name)
    click.echo(f"Client {name} declares {_amount(present)}.")
    if shown:
        rows = [(option, value) for option, (kind, _) in KNOWN.items() for value in getattr(present, kind)]
        click.echo("\n".join(printable(f"{option:<10} {value}") for option, value in rows))


@command.command("forget")
@click.argument("name")
@known_options
@workspace_option
def forget(name: str, folder: str | None, **known: tuple[str, ...]) -> None:
    """Take known values of client NAME back: they are no longer looked for, from the next run on.

    \b
    Example:
      redact client forget acme --user backup
    """
    values = _given(known)
    if not values:
        raise ConfigurationError(f"client {name}: nothing to forget; name a value, as --user backup")
    workspace = open_workspace(folder)
    version = workspace.remove_known(name, values)
    click.echo(f"Client {name}: known values, version {version}, declares {_amount(workspace.known_values(name))}.")


@command.command("show")
@click.argument("name")
@workspace_option
def show(name: str, folder: str | None) -> None:
    """Show client NAME: its id in releases, its key's epoch, how much is known of it, who may get its data.

    \b
    Example:
      redact client show acme
    """
    workspace = open_workspace(folder)
    client = workspace.client(name)
    key = workspace.keystore.open_client(client.id, for_maps=False)
    version = workspace.known.latest(client.id)
    recipients = [r for r in workspace.recipient_names() if name in workspace.recipient(r).policy.clients]
    click.echo(f"client         {name}, since {client.created}")
    click.echo(f"id             {client.id} (stands in releases instead of the name)")
    click.echo(f"key            epoch {key.epoch}, {key.key_id}")
    click.echo(f"known values   version {version}: {_amount(workspace.known.load(key, version))}")
    click.echo(f"recipients     {', '.join(recipients) or 'none'}")


@command.command("list")
@workspace_option
def list_clients(folder: str | None) -> None:
    """List the clients of the workspace.

    \b
    Example:
      redact client list
    """
    workspace = open_workspace(folder)
    for name in workspace.client_names():
        client = workspace.client(name)
        click.echo(
            f"{name}   since {client.created}   id {client.id}   known values {workspace.known.latest(client.id)}"
        )


def _amount(values: KnownValues) -> str:
    counts = [f"{len(getattr(values, name))} {name}" for name, _ in KNOWN.values() if getattr(values, name)]
    return ", ".join(counts) or "no known values"
