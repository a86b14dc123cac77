"""``redact recipient``: the parties who get releases."""

from __future__ import annotations

import click

from pipeline.cli.client import open_workspace, workspace_option


@click.group("recipient", short_help="Add the parties who get releases.")
def command() -> None:
    """Recipients: each has its own policy file and its own pseudonyms."""


@command.command("add")
@click.argument("name")
@click.option("--profile", required=True, help="The kind of recipient: vendor, distributor, analytics, support, …")
@click.option("--client", "clients", multiple=True, required=True, help="Whose data it may get. May be given again.")
@workspace_option
def add(name: str, profile: str, clients: tuple[str, ...], folder: str | None) -> None:
    """Add recipient NAME by a profile, opened for some clients.

    \b
    Example:
      redact recipient add cisco --profile vendor --client acme
    """
    workspace = open_workspace(folder)
    workspace.add_recipient(name, profile, clients)
    path = workspace.folder / "recipients" / f"{name}.yaml"
    click.echo(f"Added recipient {name}: edit {path}, see 'redact policy explain {name}'.")


@command.command("show")
@click.argument("name")
@workspace_option
def show(name: str, folder: str | None) -> None:
    """Show recipient NAME: its file, its policy's digest, and what it gets in plain words.

    \b
    Example:
      redact recipient show cisco
    """
    from pipeline.policy.compiled import compile_policy
    from pipeline.policy.explaining import explain

    workspace = open_workspace(folder)
    recipient = workspace.recipient(name)
    click.echo(f"recipient   {name}")
    click.echo(f"file        {workspace.folder / 'recipients' / f'{name}.yaml'}")
    click.echo(f"id          {recipient.id} (its pseudonyms follow it)")
    click.echo(f"policy      {compile_policy(recipient.policy).digest}")
    click.echo("\n".join(explain(recipient.policy, name)))


@command.command("list")
@workspace_option
def list_recipients(folder: str | None) -> None:
    """List the recipients of the workspace.

    \b
    Example:
      redact recipient list
    """
    workspace = open_workspace(folder)
    for name in workspace.recipient_names():
        policy = workspace.recipient(name).policy
        click.echo(
            f"{name}   {policy.extends or 'own policy'}   {policy.purpose}   clients: {', '.join(policy.clients)}"
        )
