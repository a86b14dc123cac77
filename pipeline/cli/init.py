"""``redact init``: make a workspace."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init", short_help="Make a workspace.")
@click.argument("folder", metavar="[DIR]", default="workspace")
def command(folder: str) -> None:
    """Make a workspace in DIR (by default ./workspace): clients, recipients, keys and known values stand in it.

    \b
    Example:
      redact init
      redact client add acme --domain acme.example
      redact recipient add cisco --profile vendor --client acme
      redact run messages.log --client acme --recipient cisco
    """
    from pipeline.policy.workspace import Workspace

    Workspace.create(Path(folder), click.echo)
