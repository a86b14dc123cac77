"""``redact compact``: small releases joined."""

from __future__ import annotations

import click


@click.command("compact", short_help="Join the small releases of 'watch'.")
@click.argument("out", metavar="OUT")
def command(out: str) -> None:
    """Join small releases in OUT to ones of 64 MB and more, each under a manifest that supersedes theirs.

    What was superseded an hour ago is removed. 'redact watch' does this by itself, once an hour.

    \b
    Example:
      redact compact redact-out
    """
    from pipeline.service.compaction import compact

    click.echo("\n".join(compact(out)) or "Nothing to join.")
