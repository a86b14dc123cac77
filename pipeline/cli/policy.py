"""``redact policy``: check and explain policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.client import workspace_option
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.policy.model import Policy


@click.group("policy", short_help="Check and explain policies.")
def command() -> None:
    """Policies say what a recipient gets: a YAML file that extends a profile."""


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of a policy file, for an editor.

    \b
    Example:
      redact policy schema > policy.schema.json
    """
    from pipeline.policy.model import policy_schema

    click.echo(json.dumps(policy_schema(), indent=1))


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check the policy in FILE; every mistake is told by file, place and mend.

    \b
    Example:
      redact policy check workspace/recipients/cisco.yaml
    """
    from pipeline.policy.reading import PolicyError

    try:
        policy = _read(file)
    except PolicyError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        raise ConfigurationError(f"{file.name}: {len(error.problems)} to mend, see above") from None
    click.echo(f"{file.name}: valid; extends {policy.extends or 'nothing'}, purpose {policy.purpose}")


@command.command("explain")
@click.argument("name")
@workspace_option
def explain(name: str, folder: str | None) -> None:
    """Say in numbered plain words what NAME gets: a recipient, a profile, or a policy file.

    \b
    Example:
      redact policy explain vendor
    """
    from pipeline.policy.explaining import explain as explained
    from pipeline.policy.model import load_profile, profile_names
    from pipeline.policy.reading import nearest
    from pipeline.policy.workspace import Workspace

    workspace = Workspace.find(Path(folder) if folder else None)
    if workspace is not None and name in workspace.recipient_names():
        policy = workspace.recipient(name).policy
    elif name in profile_names():
        policy = load_profile(name)
    elif name.endswith((".yaml", ".yml")):
        policy = _read(Path(name))
    else:
        known = [*(workspace.recipient_names() if workspace else ()), *profile_names()]
        raise ConfigurationError(f"{name}: neither a recipient nor a profile; {nearest(name, known)}")
    click.echo("\n".join(explained(policy, name)))


def _read(file: Path) -> Policy:
    from pipeline.policy.model import read_policy

    try:
        text = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read ({error.strerror}); name a policy file") from None
    return read_policy(text, file.name)
