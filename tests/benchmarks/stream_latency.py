"""Kafka to Kafka: how much a stream redacts in a second, and how long a message takes, on a cluster of its own.

    python -m tests.benchmarks.stream_latency [--messages 60000] [--rate 1000] [--seconds 30] [--parquet]

Starts a broker, Flink with two task managers and a stream, as the integration test does (see
``tests/integration/engines.py``; it fetches them once). After a warm-up it sends messages of 1 kB as fast as the broker
takes them, then as many a second as ``--rate`` says. A message's time runs from when it was handed to the producer to
when it was received from the recipient's topic; processor time is that of all processes of cluster, broker and workers.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import psutil
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.integration.engines import HOME, Engines, engines_in, environment_in, program, wait_until, why_not

PARTITIONS = 2
WARM_UP = 60_000


def message(number: int) -> bytes:
    """About 1 kB of JSON, with some values that are new and some that are not."""
    return (
        f'{{"ts": "2026-03-09T10:00:{number % 60:02d}Z", "client_ip": "203.0.{number % 100}.{number % 200}", '
        f'"user": "jqvist{number % 500}", "msg": "request {number} took {number * 7 % 1000} ms", '
        f'"detail": "{"retrying the upstream after a timeout; " * 22}"}}'
    ).encode()


class Received:
    """Reads a recipient's topic in a thread; when each message of (partition, offset) came."""

    def __init__(self, brokers: str, topic: str) -> None:
        self.at: dict[tuple[int, int], float] = {}
        self.copies = 0
        self._ended = threading.Event()
        self._consumer = Consumer(
            {"bootstrap.servers": brokers, "group.id": "measuring", "auto.offset.reset": "earliest",
             "fetch.wait.max.ms": 10}
        )  # fmt: skip
        self._consumer.subscribe([topic])
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._ended.is_set():
            for found in self._consumer.consume(500, 0.02):
                if found.error() is None:
                    _, partition, offset = dict(found.headers())["redact-source"].decode().split("/")
                    place = int(partition), int(offset)
                    self.copies += place in self.at
                    self.at.setdefault(place, time.monotonic())

    def wait_for(self, messages: int, seconds: float) -> None:
        wait_until(lambda: len(self.at) >= messages, f"{messages} messages", seconds)

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self._consumer.close()


class Sending:
    """Sends messages, and knows when each went."""

    def __init__(self, brokers: str, topic: str) -> None:
        self.at: dict[tuple[int, int], float] = {}
        self.bytes = self.messages = 0
        self._topic = topic
        self._producer = Producer({"bootstrap.servers": brokers, "linger.ms": 2, "enable.idempotence": True})

    def send(self) -> None:
        value, went = message(self.messages), time.monotonic()
        self.messages += 1
        self.bytes += len(value)

        def delivered(error: object, sent: object) -> None:
            assert error is None, error
            self.at[sent.partition(), sent.offset()] = went  # type: ignore[attr-defined]

        while True:
            try:
                self._producer.produce(self._topic, value, str(self.messages % 64).encode(), on_delivery=delivered)
                break
            except BufferError:
                self._producer.poll(0.05)
        self._producer.poll(0)

    def flush(self) -> None:
        self._producer.flush(60)


def processor_seconds() -> float:
    """Of all that this process started."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def measure(brokers: str, arguments: argparse.Namespace) -> None:
    received, sending = Received(brokers, "tickets.first"), Sending(brokers, "tickets")
    for _ in range(WARM_UP):
        sending.send()
    sending.flush()
    received.wait_for(sending.messages, 300)

    before, began, spent = sending.bytes, time.monotonic(), processor_seconds()
    for _ in range(arguments.messages):
        sending.send()
    sending.flush()
    received.wait_for(sending.messages, 600)
    seconds = max(received.at.values()) - began
    size = (sending.bytes - before) / 1e6
    print(
        f"at once: {arguments.messages} messages, {size:.0f} MB in {seconds:.1f} s: {size / seconds:.2f} MB/s, "
        f"{processor_seconds() - spent:.1f} s of processor time"
    )

    first, began, spent = sending.messages, time.monotonic(), processor_seconds()
    late = 0
    for number in range(arguments.rate * arguments.seconds):
        wait = began + number / arguments.rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        else:
            late += wait < -0.05
        sending.send()
    sending.flush()
    received.wait_for(sending.messages, 120)
    went = sorted(sending.at.items(), key=lambda item: item[1])[first:]
    taken = sorted(received.at[place] - at for place, at in went)
    cuts = statistics.quantiles(taken, n=100)
    print(
        f"{arguments.rate} a second for {arguments.seconds} s: p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s, "
        f"p99 {cuts[98]:.2f} s, most {taken[-1]:.2f} s; {late} sent late, {received.copies} copies, "
        f"{processor_seconds() - spent:.1f} s of processor time"
    )
    received.close()


def run(engines: Engines, folder: Path, arguments: argparse.Namespace) -> None:
    brokers = f"localhost:{engines.kafka}"
    topics = [NewTopic(name, PARTITIONS, 1) for name in ("tickets", "tickets.first", "tickets.dead")]
    admin = AdminClient({"bootstrap.servers": brokers})
    for made in admin.create_topics(topics).values():
        made.result(30)
    more = ["--window", "10", "--expansion-service", f"localhost:{engines.expansion}"]
    places = {"localhost:9092": brokers, "cisco": "first=vendor"}
    command = engines.documented("streaming.md", "redact stream", places, *more)
    if not arguments.parquet:
        at = command.index("--parquet")
        del command[at : at + 2]
    environment = environment_in(folder)
    workspace = [*command[:3], "init", str(folder / "workspace")]
    subprocess.run(workspace, env=environment, check=True, capture_output=True)
    with (folder / "stream.log").open("wb") as log:
        stream = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_until(lambda: engines.running_job() or stream.poll() is not None, "the stream", 240)
        if stream.poll() is not None:
            raise SystemExit((folder / "stream.log").read_text())
        measure(brokers, arguments)
    finally:
        engines.cancel_jobs()
        os.killpg(stream.pid, signal.SIGKILL)
        stream.wait(30)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=60_000, help="sent at once")
    parser.add_argument("--rate", type=int, default=1_000, help="messages a second")
    parser.add_argument("--seconds", type=int, default=30, help="of that rate")
    parser.add_argument("--parquet", action="store_true", help="write rows, too")
    arguments = parser.parse_args()
    if reason := why_not():
        raise SystemExit(f"Kafka and Flink cannot be had: {reason}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with engines_in(folder, {**os.environ, "PYTHONPATH": HOME}) as engines:
            engines.start_kafka()
            engines.start_flink(2)
            engines.start_expansion(program(folder, "java_main"))
            run(engines, folder, arguments)


if __name__ == "__main__":
    main()
