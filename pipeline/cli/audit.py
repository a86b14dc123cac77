"""``redact audit``: the record of what was turned back."""

from __future__ import annotations

import json

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.cli.console import printable, table


@click.group("audit", short_help="Show and verify the record of what was turned back.")
def command() -> None:
    """Each use of 'redact reidentify' is a line of the workspace's audit.jsonl: who, when, why, how much."""


@command.command("show")
@click.option("--json", "as_document", is_flag=True, help="Print it as one JSON document.")
@workspace_option
def show(as_document: bool, folder: str | None) -> None:
    """Show the record, after it was verified.

    \b
    Example:
      redact audit show
    """
    from pipeline.governance.audit import verified

    workspace = open_workspace(folder)
    lines = verified(workspace.folder, workspace.keystore.workspace_key("audit"))
    if as_document:
        click.echo(json.dumps(lines, indent=1))
        return
    rows = [
        (
            line["time"],
            printable(line["who"]),
            line["client"],
            line["recipient"],
            ", ".join(map(str, line["epochs"])),
            line["reason"],
            str(sum(line["restored"].values())),
        )
        for line in lines
    ]
    click.echo("\n".join(table(("time", "who", "client", "recipient", "epoch", "reason", "turned back"), rows)))


@command.command("verify")
@click.option(
    "--noted", metavar="DIGEST", help="A digest that an earlier verification printed: it must still be there."
)
@workspace_option
def verify(noted: str | None, folder: str | None) -> None:
    """Verify that no line was changed, put in or taken out. Ends with 3 where one was.

    Lines taken off the end show only against a digest noted before: note the one printed, in a place of its own.

    \b
    Example:
      redact audit verify
    """
    from pipeline.governance.audit import FIRST, verified

    workspace = open_workspace(folder)
    lines = verified(workspace.folder, workspace.keystore.workspace_key("audit"), noted)
    click.echo(f"{len(lines)} lines, none changed or missing; digest {lines[-1]['digest'] if lines else FIRST}")
