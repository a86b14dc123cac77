"""``--recognizers``: a user's own, beside those that ship."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pipeline.own_recognizers import Source
    from pipeline.policy.workspace import Workspace


def recognizers_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--recognizers",
        "own",
        multiple=True,
        metavar="FILE",
        help="Your own recognizers: Presidio's recognizer YAML, a .py file or an installed module; may be given again.",
    )(function)


def own_recognizers(
    workspace: Workspace | None, named: Sequence[str], say: Callable[[str], None]
) -> tuple[Source, ...]:
    """Those of the workspace, then those named; ``say`` is told which are slow."""
    listed = (*(workspace.recognizers if workspace else ()), *named)
    if not listed:
        return ()
    from pipeline.own_recognizers import described, load_recognizers

    sources = load_recognizers(listed)
    for line in described(sources):
        say(line)
    return sources
