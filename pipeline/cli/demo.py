"""``redact demo``: two clients' sample logs through the real pipeline to three recipients."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml

from pipeline.cli.comparison import DIM, PLAIN, compared, kept_lines
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from pipeline.plan import Plan
    from pipeline.release.publish import Outcome

#: A few lines to show, by the demo's input and what stands in them.
SHOWN = (
    ("acme", "mail.log", "Accepted password"),
    ("acme", "router.log", "MAC="),
    ("globex", "antivirus.log", "sha256"),
)


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
    outcomes, plans = {}, {}
    with tempfile.TemporaryDirectory(prefix="redact-") as spool:
        for client, files in inputs.items():
            parties = open_for_run(workspace, client, recipients, lambda text: None)
            found, _ = find_inputs([str(f) for f in files], out=str(folder / "out"), spool=spool)
            plans[client] = plan_for(parties, found, str(folder / "out"), workspace)
            outcomes[client] = carry_out(plans[client], None, (), False)
    click.echo("")
    click.echo("\n".join(as_text(list(outcomes.values()), [], list(outcomes))))
    _show_lines(inputs, outcomes, plans)
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


def _show_lines(inputs: dict[str, list[Path]], outcomes: dict[str, Outcome], plans: dict[str, Plan]) -> None:
    """Before and after of a few lines for each recipient."""
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    dim, plain = (DIM, PLAIN) if colour else ("", "")
    for client, file_name, mark in SHOWN:
        source = next(file for file in inputs[client] if file.name == file_name)
        # One line is one record in the demo's inputs: without those that were held back, before and after run in step.
        lines = kept_lines(source.read_bytes(), _held_back(outcomes[client], plans[client], file_name))
        place, (number, before) = next((place, line) for place, line in enumerate(lines) if mark in line[1])
        releases = [release for release in outcomes[client].releases if release.manifest is not None]
        shown, afters = compared(
            before, [_native_line(release.native, file_name, place) for release in releases], colour
        )
        wide = max((len(release.recipient) for release in releases), default=0)
        click.echo("")
        click.echo(f"{dim}{client}/{file_name}:{number}{plain}")
        click.echo(f"  {' ' * wide}  {shown}")
        for release, after in zip(releases, afters):
            click.echo(f"  {dim}{release.recipient.ljust(wide)}{plain}  {after}")


def _held_back(outcome: Outcome, plan: Plan, file_name: str) -> set[int]:
    """Offsets of the records of an input that were not released."""
    if not outcome.quarantine:
        return set()
    ids = {key for planned, key in zip(plan.inputs, plan.input_ids) if planned.name.endswith(file_name)}
    entries = [json.loads(line) for line in Path(outcome.quarantine).read_text(encoding="utf-8").splitlines()]
    return {entry["offset"] for entry in entries if entry["input"] in ids}


def _native_line(folder: str, name: str, place: int) -> str:
    (found,) = Path(folder).rglob(name)
    return found.read_text(encoding="utf-8", errors="replace").splitlines()[place]
