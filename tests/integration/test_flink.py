"""Batch and stream on a real Flink cluster and a real Kafka broker: the same as here, whatever is killed.

Skipped, with the reason, where Java or Maven's artefacts cannot be had, or with REDACT_ENGINES=0.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.beam.stream import group_of
from pipeline.policy.workspace import Workspace
from tests.integration.engines import HOME, MAIN, Engines, engines_in, environment_in, program, wait_until, why_not
from tests.pages import called, commands, queries

MESSAGES = 3000


def line(number: int) -> str:
    return (
        f"Mar  9 10:00:{number % 60:02d} gw-{number % 3} sshd[{number}]: Accepted password for mhale{number % 7}x "
        f"from 192.0.2.{number % 250} port 22 ssh2 mark={number}q"
    )


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    if os.environ.get("REDACT_ENGINES") == "0":
        pytest.skip("REDACT_ENGINES=0")
    pytest.importorskip("confluent_kafka", reason="confluent-kafka is not installed: pip install '.[test]'")
    if reason := why_not():
        pytest.skip(f"Kafka and Flink cannot be had: {reason}")
    folder = tmp_path_factory.mktemp("engines")
    with engines_in(folder, {**os.environ, "PYTHONPATH": HOME}) as started:
        started.start_kafka()
        started.start_flink(2)
        started.start_expansion(program(folder, "java_main"))
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("user")
    (made / "logs").mkdir()
    for name in ("a.log", "b.log", "c.log"):
        # Two units and more, so that both workers have some.
        (made / "logs" / name).write_text("".join(line(n) + "\n" for n in range(240_000)))
    options = ["--client", "acme", "--recipient", "cisco=vendor", "--out", "local", "--yes", "--workers", "1"]
    run(made, sys.executable, "-c", MAIN, "run", "logs", *options)
    return made


def begin(folder: Path, *command: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env=environment_in(folder), stdout=pipe, stderr=pipe, text=True)


def run(folder: Path, *command: str) -> None:
    process = begin(folder, *command)
    _, said = process.communicate()
    assert process.returncode == 0, said


def batch(engines: Engines, out: str) -> list[str]:
    """The page's own command."""
    return engines.documented("running-on-flink.md", "redact run logs", {"released": out})


def released(out: Path) -> dict[str, bytes]:
    """Every file, but for what a manifest says of time and runner."""
    found = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    return {
        name: data.partition(b'"run_info"')[0] if name.endswith("_manifest.json") else data
        for name, data in found.items()
    }


def assert_as_local(folder: Path, out: str) -> None:
    expected, found = released(folder / "local"), released(folder / out)
    assert sorted(found) == sorted(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


def test_every_command_of_the_page_is_run_by_a_test() -> None:
    here = ("redact run logs", "java")
    elsewhere = ("redact run s3:", "podman build")  # tests/runs/test_object_store.py, tests/test_container.py
    page = "running-on-flink.md"
    assert sorted(commands(page)) == sorted(called(page, start) for start in here + elsewhere)


def test_a_release_made_on_flink_is_the_local_one_byte_for_byte(engines: Engines, folder: Path) -> None:
    run(folder, *batch(engines, "flink"))
    assert_as_local(folder, "flink")
    manifest = next((folder / "flink").rglob("_manifest.json"))
    assert json.loads(manifest.read_bytes())["run_info"]["runner"] == "FlinkRunner"


def test_a_release_is_the_same_when_a_task_manager_is_killed_in_the_middle(engines: Engines, folder: Path) -> None:
    process = begin(folder, *batch(engines, "killed"))
    try:
        # Something is staged, and no unit is sealed yet.
        wait_until(lambda: list((folder / "killed").glob("_staging/run=*/*")), "a unit", 150, 0.02)
        sealed = list((folder / "killed").glob("_staging/run=*/summary-*"))
        before = {job["jid"] for job in engines.ask("/jobs/overview", "jobs") if job["state"] == "RUNNING"}
        engines.kill("tm1")
        assert not sealed, "killed too late"
        _, said = process.communicate(timeout=300)
    finally:
        process.kill()
        process.wait(30)
        engines.run_task_manager(1)
    assert process.returncode == 0, said
    (job,) = before
    history = engines.ask(f"/jobs/{job}/exceptions", "exceptionHistory")
    assert history["entries"], "Flink noticed, and did again what was not done"
    assert_as_local(folder, "killed")
    wait_until(lambda: len(engines.ask("/taskmanagers", "taskmanagers")) == 2, "both", 180)


def test_a_stream_loses_nothing_when_a_task_manager_and_the_broker_are_killed(engines: Engines, folder: Path) -> None:
    from confluent_kafka import Producer

    brokers = make_topics(engines, "tickets")
    sent, dead = Topic(brokers, "tickets.cisco"), Topic(brokers, "tickets.dead")
    with streaming(engines, folder, "tickets"):
        producer = Producer({"bootstrap.servers": brokers, "enable.idempotence": True})
        for number in range(MESSAGES):
            producer.produce("tickets", line(number).encode(), str(number % 11).encode())
            producer.poll(0)
            if number == MESSAGES // 3:
                producer.flush(60)
                time.sleep(3)
                engines.kill("tm1")
            if number == 2 * MESSAGES // 3:
                producer.flush(60)
                engines.kill("kafka")
                engines.run_kafka()
            time.sleep(0.001)
        producer.produce("tickets", None, b"tombstone")
        producer.flush(60)

        wait_until(lambda: len(sent.read()) >= MESSAGES, "all messages", 150)
        (place,) = wait_until(lambda: set(dead.read()), "the dead letter", 30)
        assert place.startswith("tickets/") and dead.texts[place]["reason"] == "no value"
        rows = wait_until(lambda: found if len(found := rows_of(folder)) >= MESSAGES else None, "all rows", 90)
    # One row for each message, and of each copy of a message the same text.
    assert sorted(mark for _, mark in rows) == list(range(MESSAGES))
    assert len({source for source, _ in rows}) == MESSAGES
    expected = local_lines(folder)
    assert {text.decode() for text in sent.read().values()} == {expected[n] for n in range(MESSAGES)}


def test_a_stream_without_rows_that_is_started_anew_goes_on_where_it_was(engines: Engines, folder: Path) -> None:
    from confluent_kafka import Producer

    brokers = make_topics(engines, "chats")
    sent = Topic(brokers, "chats.cisco")
    producer = Producer({"bootstrap.servers": brokers, "enable.idempotence": True})

    def send_and_wait(beginning: int) -> None:
        end = beginning + MESSAGES
        for number in range(beginning, end):
            producer.produce("chats", line(number).encode(), str(number % 11).encode())
            producer.poll(0)
        producer.flush(60)
        wait_until(lambda: len(sent.read()) >= end, "all messages", 90)
        # That its offset is committed is what the next one relies on.
        wait_until(lambda: committed(brokers, folder, "chats") == end, "offsets", 30)

    for beginning in (0, MESSAGES):
        with streaming(engines, folder, "chats", rows=False):
            send_and_wait(beginning)
    assert sent.copies == 0


def make_topics(engines: Engines, name: str) -> str:
    """Make a topic of two partitions and those that are written beside it; returns the brokers."""
    from confluent_kafka.admin import AdminClient, NewTopic

    brokers = f"localhost:{engines.kafka}"
    admin = AdminClient({"bootstrap.servers": brokers})
    topics = [NewTopic(topic, 2, 1) for topic in (name, f"{name}.cisco", f"{name}.dead")]
    for made in admin.create_topics(topics).values():
        made.result(30)
    return brokers


@contextmanager
def streaming(engines: Engines, folder: Path, topic: str, rows: bool = True) -> Iterator[None]:
    """A stream from a topic that runs, by the page's own command; its jobs are cancelled in the end."""
    places = {"localhost:9092": f"localhost:{engines.kafka}", "tickets": topic}
    more = ["--window", "5", "--expansion-service", f"localhost:{engines.expansion}"]
    command = engines.documented("streaming.md", "redact stream", places, *more)
    command.append("--checkpointing_interval=2000")
    if not rows:
        at = command.index("--parquet")
        del command[at : at + 2]
    with (folder / f"{topic}.log").open("wb") as log:
        stream = subprocess.Popen(
            command, cwd=folder, env=environment_in(folder), stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_until(lambda: engines.running_job() or stream.poll() is not None, "the stream", 300)
        assert stream.poll() is None, (folder / f"{topic}.log").read_text()
        yield
    finally:
        engines.cancel_jobs()
        if stream.poll() is None:
            os.killpg(stream.pid, signal.SIGKILL)
        stream.wait(30)
        wait_until(lambda: not engines.running_job(), "the end of the stream", 60)


def committed(brokers: str, folder: Path, topic: str) -> int:
    """Messages of a topic that its stream will not read again."""
    from confluent_kafka import Consumer, TopicPartition

    workspace = Workspace.open(folder / "workspace")
    group = group_of(workspace.client("acme").id, [workspace.recipient("cisco").id], topic)
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": group})
    try:
        places = consumer.committed([TopicPartition(topic, 0), TopicPartition(topic, 1)], timeout=10)
    finally:
        consumer.close()
    return sum(max(place.offset, 0) for place in places)


class Topic:
    """What a topic holds so far, by the header that tells copies apart."""

    def __init__(self, brokers: str, name: str) -> None:
        from confluent_kafka import Consumer

        self._consumer = Consumer(
            {"bootstrap.servers": brokers, "group.id": f"reading-{name}", "auto.offset.reset": "earliest"}
        )
        self._consumer.subscribe([name])
        self._found: dict[str, bytes] = {}
        self.copies = 0

    def read(self) -> dict[str, bytes]:
        for message in self._consumer.consume(1000, 2.0):
            if message.error() is None:
                source = dict(message.headers())["redact-source"].decode()
                self.copies += source in self._found
                assert self._found.setdefault(source, message.value()) == message.value()
        return self._found

    @property
    def texts(self) -> dict[str, Any]:
        return {source: json.loads(text) for source, text in self._found.items()}


def rows_of(folder: Path) -> list[tuple[tuple[int, int], int]]:
    """((partition, offset), mark) of each row, by the page's own query."""
    if not list((folder / "released").rglob("_manifest-*.json")):
        return []
    (query,) = [query for query in queries("streaming.md") if "stream=*" in query]
    query = query.replace("'released/", f"'{folder}/released/")
    found = duckdb.sql(query).project(
        "source_partition, source_offset, regexp_extract(message, 'mark=(\\d+)q', 1)::INT"
    )
    return [((partition, offset), mark) for partition, offset, mark in found.fetchall()]


def local_lines(folder: Path) -> list[str]:
    """The lines as a local run redacts them: the same pseudonyms."""
    native = next((folder / "local").rglob("_native/run=*/logs/a.log"))
    return native.read_text().splitlines()
