"""``redact demo``: two clients' sample logs through the real pipeline to three recipients."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml

from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.release.publish import Outcome

#: A few lines to show, by the demo's input and what stands in them.
SHOWN = (
    ("acme", "mail.log", "Accepted password"),
    ("acme", "router.log", "mac"),
    ("globex", "billing.jsonl", "user"),
    ("globex", "antivirus.log", "sha256"),
)
GREEN, RED, DIM, PLAIN = "\033[32m", "\033[31m", "\033[2m", "\033[0m"


@click.command("demo", short_help="Watch it work: two clients' sample logs to three recipients.")
@click.option("--out", default="./redact-demo", show_default=True, help="Folder for workspace, inputs and releases.")
def command(out: str) -> None:
    """Send sample logs of two imaginary clients to three recipients: a router maker, an antivirus maker, an analyst.

    Everything is done as in earnest: a workspace with keys, the Beam pipeline, verification, one archive each.
    """
    from pipeline.cli.outcome import as_text
    from pipeline.cli.run import carry_out, plan_for
    from pipeline.demo import CLIENTS, write_inputs
    from pipeline.inputs import find_inputs
    from pipeline.policy.known_values import checked
    from pipeline.policy.opening import open_for_run
    from pipeline.policy.workspace import Workspace

    folder = Path(out)
    if folder.exists() and any(folder.iterdir()) and not (folder / "workspace" / "redact.yaml").is_file():
        raise ConfigurationError(f"{folder}: holds something else; name an empty folder with --out")
    click.echo(
        "Sample logs of two clients for three recipients. The first run compiles the inner loops; later ones do not."
    )
    inputs = write_inputs(folder / "inputs")
    workspace = Workspace.find(folder / "workspace") or Workspace.create(folder / "workspace")
    for name, facts in CLIENTS.items():
        if name not in workspace.client_names():
            workspace.add_client(name, checked(facts))  # type: ignore[arg-type]
    recipients = _open_recipients(workspace)
    outcomes = {}
    with tempfile.TemporaryDirectory(prefix="redact-") as spool:
        for client, files in inputs.items():
            parties = open_for_run(workspace, client, recipients, lambda text: None)
            found, _ = find_inputs([str(f) for f in files], out=str(folder / "out"), spool=spool)
            plan = plan_for(parties, found, str(folder / "out"), workspace)
            outcomes[client] = carry_out(plan, None, (), False)
    click.echo("")
    click.echo("\n".join(as_text(list(outcomes.values()), [])))
    _show_lines(inputs, outcomes, recipients)
    click.echo("")
    click.echo("Look at the result with DuckDB (pip install duckdb):")
    pattern = f"{folder}/out/{recipients[0]}/client=*/dataset=logs/**/*.parquet"
    click.echo(
        f"""  python -c "import duckdb; print(duckdb.sql(\\"SELECT host_name, user_name, count(*) AS n FROM """
        f"""read_parquet('{pattern}') GROUP BY ALL ORDER BY n DESC LIMIT 10\\"))\""""
    )
    click.echo("Now your own log:  redact run messages.log --client acme --recipient cisco=vendor")


def _open_recipients(workspace: object) -> list[str]:
    from pipeline.policy.workspace import Workspace

    assert isinstance(workspace, Workspace)
    names = []
    for entry in sorted((resources.files("configs") / "demo" / "recipients").iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".yaml"):
            continue
        name = entry.name.removesuffix(".yaml")
        names.append(name)
        if name not in workspace.recipient_names():
            data = yaml.safe_load(entry.read_text(encoding="utf-8"))
            profile, clients = data.pop("extends"), data.pop("clients")
            workspace.add_recipient(name, profile, clients, data)
    return names


def _show_lines(inputs: dict[str, list[Path]], outcomes: dict[str, Outcome], recipients: list[str]) -> None:
    """Before and after of a few lines for each recipient."""
    before_colour, after_colour, dim, plain = ("", "", "", "")
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        before_colour, after_colour, dim, plain = RED, GREEN, DIM, PLAIN
    width = max(60, min(shutil.get_terminal_size((120, 24)).columns - 4, 200))
    for client, file_name, mark in SHOWN:
        source = next((f for f in inputs[client] if f.name == file_name), None)
        if source is None:
            continue
        lines = source.read_text(encoding="utf-8", errors="replace").splitlines()
        place = next((n for n, line in enumerate(lines) if mark in line), None)
        if place is None:
            continue
        click.echo("")
        click.echo(f"{dim}{client}/{file_name}:{place + 1}{plain}")
        click.echo(f"  {before_colour}{lines[place][:width]}{plain}")
        for release in outcomes[client].releases:
            native = _native_file(release.native, file_name)
            if native is None:
                continue
            after = native.read_text(encoding="utf-8", errors="replace").splitlines()
            if place < len(after):
                click.echo(f"  {dim}→ {release.recipient}{plain}")
                click.echo(f"  {after_colour}{after[place][:width]}{plain}")


def _native_file(folder: str, name: str) -> Path | None:
    found = sorted(Path(folder).rglob(name)) if folder else []
    return found[0] if found else None
