"""``redact token``: who may send which client's texts to ``redact serve``, for which recipients."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.cli.console import say, table


@click.group("token", short_help="Add, list and revoke the tokens that 'serve' asks for.")
def command() -> None:
    """Each token is bound to one client and some recipients. The workspace holds its digest alone."""


@command.command("add")
@click.argument("name")
@click.option("--client", required=True, help="Whose texts it may send.")
@click.option("--recipient", "recipients", multiple=True, required=True, help="For whom; may be given again.")
@click.option("--days", type=click.IntRange(1, 3660), default=365, show_default=True, help="How long it is good.")
@workspace_option
def add(name: str, client: str, recipients: tuple[str, ...], days: int, folder: str | None) -> None:
    """Make a token called NAME, and print it: once, on standard output alone.

    \b
    Example:
      redact token add helpdesk --client acme --recipient cisco
    """
    from pipeline.service.tokens import Tokens

    workspace = open_workspace(folder)
    token = Tokens(workspace.folder).add(workspace, name, client, recipients, days)
    say(f"Token {name}, for client {client} and {', '.join(recipients)}. It is shown this once; keep it as a password.")
    click.echo(token)


@command.command("list")
@workspace_option
def list_tokens(folder: str | None) -> None:
    """List the tokens: what each is good for, and until when.

    \b
    Example:
      redact token list
    """
    from pipeline.service.tokens import Tokens

    today = datetime.now(UTC).date()
    rows = [
        (t.name, t.client, ", ".join(t.recipients), t.created, t.expires if t.is_good(today) else f"{t.expires} (over)")
        for t in Tokens(open_workspace(folder).folder).all()
    ]
    click.echo("\n".join(table(("name", "client", "recipients", "created", "expires"), rows)))


@command.command("revoke")
@click.argument("name")
@workspace_option
def revoke(name: str, folder: str | None) -> None:
    """End token NAME: a running service turns it away from its next request on.

    \b
    Example:
      redact token revoke helpdesk
    """
    from pipeline.service.tokens import Tokens

    Tokens(open_workspace(folder).folder).revoke(name)
    click.echo(f"Revoked token {name}.")
