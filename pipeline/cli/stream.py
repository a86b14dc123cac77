"""``redact stream``: a topic of Kafka, redacted for each recipient as its messages come."""

from __future__ import annotations

import os

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.cli.console import say
from pipeline.cli.recognizers import own_recognizers, recognizers_option
from pipeline.cli.run import BeamCommand
from pipeline.errors import ConfigurationError

RECIPIENT = "{recipient}"


@click.command(
    "stream",
    cls=BeamCommand,
    short_help="Redact a topic of Kafka as its messages come.",
    options_metavar="[OPTIONS] -- BEAM OPTIONS",
)
@click.option("--kafka", "brokers", required=True, metavar="HOST:PORT", help="Brokers, with commas between.")
@click.option("--topic", required=True, help="Topic to read.")
@click.option("--to-topic", required=True, help=f"Topic to write, with {RECIPIENT} in it.")
@click.option("--client", required=True, help="Whose messages they are.")
@click.option(
    "--recipient", "recipients", multiple=True, required=True, metavar="NAME[=PROFILE]", help="Who gets them; again."
)
@click.option("--dead-letters", metavar="TOPIC", help="Topic for places of what no one gets; by default TOPIC.dead.")
@click.option("--parquet", metavar="DIR", help="Folder or URI for rows, as files for each window.")
@click.option("--window", type=click.IntRange(1, 3600), default=60, show_default=True, help="Seconds in one file.")
@click.option("--from", "start", type=click.Choice(["earliest", "latest"]), default="earliest", show_default=True,
              help="Where a stream begins that was never run.")  # fmt: skip
@click.option("--format", "format_name", metavar="FORMAT", help="Format of all messages; by default each is looked at.")
@click.option(
    "--expansion-service",
    metavar="HOST:PORT",
    default="localhost:8097",
    show_default=True,
    help="Beam's, with Kafka's transforms.",
)
@click.option("--kafka-option", "kafka", multiple=True, metavar="NAME=VALUE", help="For Kafka's clients; again.")
@recognizers_option
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    brokers: str,
    topic: str,
    to_topic: str,
    client: str,
    recipients: tuple[str, ...],
    dead_letters: str | None,
    parquet: str | None,
    window: int,
    start: str,
    format_name: str | None,
    expansion_service: str,
    kafka: tuple[str, ...],
    own: tuple[str, ...],
    folder: str | None,
) -> None:
    """Redact the messages of a topic for each recipient, verified before they are sent, until told to end.

    Each message arrives at least once; its header redact-source tells copies apart. What cannot be proven free of
    originals goes to no one: its place and the reason go to the topic of dead letters, without its text.

    \b
    Example:
      redact stream --kafka localhost:9092 --topic tickets --to-topic 'tickets.{recipient}' \\
        --client acme --recipient cisco -- --runner=FlinkRunner --flink_master=localhost:8081
    """
    from pipeline.beam.options import is_local
    from pipeline.beam.stream import Stream, run_stream
    from pipeline.formats.mapped_json import NAME as MAPPED
    from pipeline.formats.registry import format_named
    from pipeline.inputs.content import is_remote
    from pipeline.plan import PlannedRecognizers, plan_for_parties
    from pipeline.policy.opening import open_for_run

    options = ctx.meta.get("beam_options", ())
    if is_local(options):
        raise ConfigurationError(
            "stream: needs a runner that keeps checkpoints; say -- --runner=FlinkRunner --flink_master=HOST:PORT"
        )
    if RECIPIENT not in to_topic:
        raise ConfigurationError(f"--to-topic {to_topic}: the same for all; put {RECIPIENT} into it")
    if format_name is not None:
        format_named(format_name)
    if format_name == MAPPED:
        raise ConfigurationError(f"--format {MAPPED}: a stream has no mapping; leave --format out, or name another")
    workspace = open_workspace(folder)
    sources = own_recognizers(workspace, own, say)
    parties = open_for_run(
        workspace, client, recipients, say, sorted({entity for source in sources for entity in source.entities})
    )
    names = [recipient.name for recipient in parties.recipients]
    to_topics = tuple(to_topic.replace(RECIPIENT, name) for name in names)
    dead = dead_letters or f"{topic}.dead"
    for name in (*to_topics, dead):
        if (topic, *to_topics, dead).count(name) > 1:
            raise ConfigurationError(f"topic {name}: named for two purposes; give each another")
    files = [workspace.recipient(name) for name in names]
    datasets = tuple(sorted(set.intersection(*(set(file.policy.datasets) for file in files))))
    if not datasets:
        raise ConfigurationError("--recipient: no dataset that all of them may get; run a stream for each")
    for file in files:
        workspace.check_recipient(file, client, datasets)
    out = parquet or ""
    plan = plan_for_parties(
        parties,
        [],
        [],
        out if not out or is_remote(out) else os.path.abspath(out),
        str(workspace.folder.resolve()),
        [PlannedRecognizers(source.place, source.digest) for source in sources],
    )
    run_stream(
        Stream(
            plan=plan.to_json(),
            brokers=brokers,
            topic=topic,
            to_topics=to_topics,
            dead_letters=dead,
            kafka=dict(_pair(text) for text in kafka),
            from_earliest=start == "earliest",
            parquet=bool(parquet),
            window=window,
            format=format_name,
            datasets=datasets,
            expansion=expansion_service,
        ),
        options,
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        # Its value may be a password.
        raise ConfigurationError("--kafka-option: give NAME=VALUE, such as security.protocol=SSL")
    return name, value
