"""The streaming graph: a topic of Kafka in, a topic and Parquet files for each recipient out.

What a stream does, in plain words:

1. Beam's own source reads the topic. Each worker opens its own keystore and engine, once.
2. The messages of a partition that come together are redacted together and verified, as the records of one file are.
3. What passes goes to the topic of each recipient, with its source's place as a header; what fails goes to no one, and
   its place and the reason to the topic of dead letters.
4. With Parquet, rows wait in the runner's state until their window ends, and are written as one file for each
   partition, without those that stand in a file already.

A runner that goes back to a checkpoint does 2 and 3 again for what came since: each message arrives at least once, and
the header tells copies apart.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam
from apache_beam.coders import BytesCoder
from apache_beam.io.kafka import ReadFromKafka, WriteToKafka
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.userstate import BagStateSpec, TimerSpec, on_timer
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from pipeline.beam.guarding import Guarded, QuietBeam, failure
from pipeline.beam.options import options_of
from pipeline.beam.outgoing import Header, Record
from pipeline.errors import ConfigurationError, RedactError
from pipeline.plan import Plan
from pipeline.release.layout import open_layout
from pipeline.release.manifest import made_by
from pipeline.release.stream import Place, write_window
from pipeline.service.messages import Message, Redaction, Rows

#: Bytes of messages that are held together at most.
TOGETHER = 1 << 20
SOURCE, ROWS = "redact-source", "rows"
#: What a stream asks of a runner unless it is told otherwise.
DEFAULTS = {
    "--checkpointing_interval": "5000",
    "--max_bundle_time_mills": "50",
    "--max_bundle_size": "2000",
}
#: Flink reads Kafka itself, with Beam's source of the older kind. That of the newer kind reads in a worker, a second at
#: a time, and where it commits offsets it asks stable input of a stage with timers, at which Flink's runner fails.
READ_BY_FLINK = "--experiments=use_deprecated_read"
NEWER_KIND = "ReadFromKafkaViaSDF"


@dataclass(frozen=True)
class Stream:
    """What a stream is told.

    Attributes:
      plan: JSON of the plan, which has no inputs.
      brokers: of Kafka, ``host:port`` with commas between.
      topic: read from.
      to_topics: by recipient.
      dead_letters: topic of what is sent to no one.
      kafka: what else Kafka's clients are to know.
      from_earliest: whether a group that is new begins at the topic's beginning.
      parquet: whether rows are written, below the plan's ``out``.
      window: seconds that rows are gathered for.
      format: of all messages; None looks at each.
      datasets: what every recipient may get.
      expansion: ``host:port`` of Beam's expansion service.
    """

    plan: str
    brokers: str
    topic: str
    to_topics: tuple[str, ...]
    dead_letters: str
    kafka: dict[str, str]
    from_earliest: bool
    parquet: bool
    window: int
    format: str | None
    datasets: tuple[str, ...]
    expansion: str


class RedactMessages(beam.DoFn):
    """Messages as Beam's source gives them in; records to be sent out, and rows beside them."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def setup(self) -> None:
        stream = self._stream
        with Guarded("opening the engine"):
            plan = Plan.from_json(stream.plan)
            self._redaction = Redaction(plan, stream.topic, stream.datasets, stream.format, stream.parquet)

    def start_bundle(self) -> None:
        self._waiting: dict[int, list[Message]] = {}
        self._bytes: dict[int, int] = {}

    def process(self, element: Any) -> Iterator[Any]:
        partition = element.partition
        message = Message(element.offset, element.timestamp, element.key, element.value)
        self._waiting.setdefault(partition, []).append(message)
        self._bytes[partition] = self._bytes.get(partition, 0) + len(element.value or b"")
        if self._bytes[partition] >= TOGETHER:
            yield from self._redacted(partition)

    def finish_bundle(self) -> Iterator[Any]:
        now = Timestamp.of(time.time())
        for partition in list(self._waiting):
            for sent in self._redacted(partition):
                if isinstance(sent, TaggedOutput):
                    yield TaggedOutput(sent.tag, WindowedValue(sent.value, now, [GlobalWindow()]))
                else:
                    yield WindowedValue(sent, now, [GlobalWindow()])

    def _redacted(self, partition: int) -> Iterator[Any]:
        stream, redaction = self._stream, self._redaction
        messages = self._waiting.pop(partition)
        self._bytes.pop(partition)
        with Guarded(f"messages {messages[0].offset} to {messages[-1].offset} of partition {partition}"):
            redacted = redaction.redact(partition, messages)
        for message, texts, reason in zip(messages, redacted.texts, redacted.reasons, strict=True):
            if texts is None:
                yield self._dead_letter(partition, message, reason)
                continue
            for place, text in enumerate(texts):
                source = f"{redaction.topic_ids[place]}/{partition}/{message.offset}".encode()
                key = source if message.key is None else redaction.key_for(place, message.key)
                yield Record(key, text, [Header(SOURCE, source)], stream.to_topics[place])
        for rows in redacted.rows:
            name = redaction.names[rows.recipient]
            place_of = [name, rows.dataset, redaction.topic_ids[rows.recipient], partition]
            yield TaggedOutput(ROWS, (json.dumps(place_of), _joined(rows)))

    def _dead_letter(self, partition: int, message: Message, reason: str) -> Record:
        """Where a message stands that was sent to no one, and why; for the firm only."""
        topic = self._stream.topic
        source = f"{topic}/{partition}/{message.offset}".encode()
        told = {
            "topic": topic,
            "partition": partition,
            "offset": message.offset,
            "reason": reason,
            "bytes": len(message.value or b""),
        }
        return Record(source, json.dumps(told).encode(), [Header(SOURCE, source)], self._stream.dead_letters)


def _joined(rows: Rows) -> bytes:
    """A piece of the runner's state: how many rows, the offset of each, a Parquet file of them."""
    return struct.pack("<q", len(rows.offsets) // 8) + rows.offsets + rows.parquet


def _parted(piece: bytes) -> tuple[bytes, bytes]:
    end = 8 + 8 * struct.unpack_from("<q", piece)[0]
    return piece[end:], piece[8:end]


PIECES = BagStateSpec("pieces", BytesCoder())
END = TimerSpec("end", TimeDomain.REAL_TIME)
_WAITING, _END = beam.DoFn.StateParam(PIECES), beam.DoFn.TimerParam(END)


class WriteWindows(beam.DoFn):
    """(place, rows) in; files written when their window ends, by the clock; paths out."""

    def __init__(self, plan: str, window: int) -> None:
        self._plan, self._window = plan, window

    def setup(self) -> None:
        plan = Plan.from_json(self._plan)
        self._layout = open_layout(plan.out, "stream", plan.client.id)
        self._made_by = {recipient.name: made_by(plan, recipient) for recipient in plan.recipients}

    def process(
        self,
        element: tuple[str, bytes],
        pieces: Any = _WAITING,
        end: Any = _END,
    ) -> None:
        pieces.add(element[1])
        end.set(Timestamp(math.ceil((time.time() + 0.001) / self._window) * self._window))

    @on_timer(END)
    def written(self, place: Any = beam.DoFn.KeyParam, pieces: Any = _WAITING) -> Iterator[str]:
        recipient, dataset, topic, partition = json.loads(place)
        with Guarded(f"rows of partition {partition}"):
            rows = [_parted(piece) for piece in pieces.read()]
            to = Place(recipient, dataset, topic, partition)
            path = write_window(self._layout, to, rows, self._made_by[recipient])
        pieces.clear()
        if path:
            yield path


def run_stream(stream: Stream, options: Sequence[str]) -> None:
    """Run a stream until it is told to end, or fails.

    Args:
      options: Beam options, as after ``--`` on the command line.

    Raises:
      RedactError: the first failure of a worker, of its own class, or the runner's.
    """
    given = [*options_of(1, options), "--streaming"]
    told = {option.partition("=")[0] for option in options}
    given += [f"{name}={value}" for name, value in DEFAULTS.items() if name not in told]
    given.append(READ_BY_FLINK)
    try:
        with QuietBeam(), beam.Pipeline(options=PipelineOptions(given)) as graph:
            build(graph, stream)
            _refuse_newer_kind(graph, stream.expansion)
    except RedactError:
        raise
    except Exception as error:  # a runner's failure, whatever its class
        raise failure(error) from None


def _refuse_newer_kind(graph: beam.Pipeline, expansion: str) -> None:
    steps = graph.to_runner_api().components.transforms.values()
    if any(NEWER_KIND in step.unique_name for step in steps):
        raise ConfigurationError(
            f"--expansion-service {expansion}: started without {READ_BY_FLINK}; start it again with that option"
        )


def group_of(client_id: str, recipient_ids: Iterable[str], topic: str) -> str:
    """By what Kafka knows how far a stream has read: two of one topic, for another client or recipient, each read all
    of it."""
    recipients = hashlib.sha256("".join(sorted(recipient_ids)).encode()).hexdigest()[:16]
    return f"redact-{client_id}-{recipients}-{topic}"


def build(graph: beam.Pipeline, stream: Stream) -> None:
    """Put a stream into a graph."""
    plan = Plan.from_json(stream.plan)
    consumer = {
        "bootstrap.servers": stream.brokers,
        "group.id": group_of(plan.client.id, [recipient.id for recipient in plan.recipients], stream.topic),
        "auto.offset.reset": "earliest" if stream.from_earliest else "latest",
        **stream.kafka,
        # Kafka's clients do it by the clock unless told not to, and what was read by then would be lost in a crash.
        "enable.auto.commit": "false",
    }
    producer = {
        "bootstrap.servers": stream.brokers,
        "enable.idempotence": "true",
        "acks": "all",
        # A bundle is some hundred messages: sent one by one they keep a broker busier than redacting them does.
        "linger.ms": "5",
        "batch.size": str(1 << 18),
        **stream.kafka,
    }
    messages = graph | "Read" >> ReadFromKafka(
        consumer,
        [stream.topic],
        with_metadata=True,
        # What waits for its window is in the runner's state alone: there it must be asked for again.
        commit_offset_in_finalize=not stream.parquet,
        expansion_service=stream.expansion,
    )  # Row(topic, partition, offset, timestamp, key, value, …)
    sent = messages | "Redact" >> beam.ParDo(RedactMessages(stream)).with_outputs(ROWS, main="sent")
    records = sent["sent"] | "Typed" >> beam.Map(lambda record: record).with_output_types(Record)  # Record
    _ = records | "Write" >> WriteToKafka(
        producer, stream.dead_letters, with_headers=True, expansion_service=stream.expansion
    )
    if stream.parquet:
        rows = sent[ROWS] | "Rows" >> beam.Map(lambda pair: pair).with_output_types(tuple[str, bytes])
        _ = rows | "WriteWindows" >> beam.ParDo(WriteWindows(stream.plan, stream.window))  # path of a file
