"""Messages of a queue, redacted for several recipients: what ``answering`` does for one who asks.

A bundle of messages of one partition is held together, as the records of one file are. What fails goes to no one: its
place and the reason are told, never its text. What is handed out is in the vault before.
"""

from __future__ import annotations

import hmac
import platform
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from pipeline.errors import RedactError
from pipeline.formats.registry import format_named
from pipeline.inputs.content import is_plain_text
from pipeline.inputs.fingerprints import FINGERPRINTED
from pipeline.plan import Plan
from pipeline.readback import StagedDifference, rows_stand_in
from pipeline.records import Int64, Quarantined
from pipeline.release.columns import columns_of
from pipeline.release.journal import Journal, journal_name
from pipeline.release.layout import LOGS
from pipeline.release.parquet import build_table, parquet_writer
from pipeline.release.rows import rows_of
from pipeline.release.vaults import rows_of_table, vault_folder
from pipeline.service.answering import NOT_FOR, WARMING
from pipeline.service.gathering import inputs_of
from pipeline.service.holding import Held, hold
from pipeline.tally import Recipient, Tally, row_ids
from pipeline.unit import Engine

#: A message without a value: what compaction deletes by.
NO_VALUE = "no value"
OVERSIZED, UNDECODABLE = "oversized", "undecodable"
#: A message at which the engine itself fails; the class of the error follows.
DEFECT = "defect"
#: Bytes beyond which a message is not looked at. Row ids have room for as many.
MOST_BYTES = 8 << 20
_PLACE_BITS = 24
_UNIT = 1


@dataclass(frozen=True)
class Message:
    """One message of a partition.

    Attributes:
      offset: its place in the partition.
      time: milliseconds since 1970: the year of times without one.
      key, value: as they came.
    """

    offset: int
    time: int
    key: bytes | None
    value: bytes | None


@dataclass(frozen=True)
class Rows:
    """Rows of one recipient, proven.

    Attributes:
      recipient: its place in the plan.
      dataset: whose columns they have.
      parquet: a file of them.
      offsets: int64 [rows], of the message that each is of.
    """

    recipient: int
    dataset: str
    parquet: bytes
    offsets: bytes


@dataclass(frozen=True)
class Redacted:
    """What became of some messages.

    Attributes:
      texts: of each message, by recipient; None where it is refused.
      reasons: why it is refused, or empty.
      rows: of those that are not.
    """

    texts: tuple[tuple[bytes, ...] | None, ...]
    reasons: tuple[str, ...]
    rows: tuple[Rows, ...]


class Redaction:
    """Redacts messages of one topic; for one thread at a time.

    Args:
      plan: of client and recipients, without inputs.
      datasets: what every recipient may get.
      format: of all messages; None looks at each.
      with_rows: whether rows are wanted.

    Attributes:
      names: of the recipients, in the plan's order.
      topic_ids: by recipient, what stands for the topic's name, which may name the client.

    Raises:
      KeyProblem, ConfigurationError: as ``Engine``, and where the vault cannot be written.
    """

    def __init__(self, plan: Plan, topic: str, datasets: Sequence[str], format: str | None, with_rows: bool) -> None:
        self._engine = Engine(plan)
        self._datasets, self._format, self._with_rows = frozenset(datasets), format, with_rows
        self._journals = [
            Journal(
                vault_folder(plan.workspace, plan.client.id, plan.client.epoch, planned.id),
                # A database of its own on each machine: a shared folder cannot hold one that several write.
                journal_name(re.sub(r"[^A-Za-z0-9-]", "-", platform.node())),
            )
            for planned in plan.recipients
        ]
        self.names = tuple(planned.name for planned in plan.recipients)
        self._topic = topic
        self.topic_ids = tuple(
            hmac.digest(recipient.row_key, b"topic\0" + topic.encode(), "sha256")[:6].hex()
            for recipient in self._recipients
        )
        self._hold([WARMING[LOGS]], [time.time_ns()])

    @property
    def _recipients(self) -> Sequence[Recipient]:
        return self._engine.runner.recipients

    def key_for(self, recipient: int, key: bytes) -> bytes:
        """What stands for a message's key: equal for equal keys, telling nothing."""
        secret = self._recipients[recipient].row_key
        return hmac.digest(secret, b"key\0" + key, "sha256")[:16].hex().encode()

    def redact(self, partition: int, messages: Sequence[Message]) -> Redacted:
        """Redact messages of one partition that are held together.

        Where the engine fails at them, each is looked at alone, and the one at fault is refused.

        Raises:
          RedactError: of what no message is at fault, such as a vault that cannot be written; nothing is handed out.
        """
        try:
            return self._redact(partition, messages)
        except RedactError:
            raise
        except Exception as error:  # whatever a message does to the engine must not end the stream
            if len(messages) > 1:
                alone = [self.redact(partition, [message]) for message in messages]
                return Redacted(
                    tuple(text for one in alone for text in one.texts),
                    tuple(reason for one in alone for reason in one.reasons),
                    tuple(rows for one in alone for rows in one.rows),
                )
            return Redacted((None,), (f"{DEFECT}: {type(error).__name__}",), ())

    def _redact(self, partition: int, messages: Sequence[Message]) -> Redacted:
        reasons = [_unfit(message) for message in messages]
        fit = [place for place, reason in enumerate(reasons) if not reason]
        texts = [messages[place].value or b"" for place in fit]
        held = self._hold(texts, [messages[place].time * 1_000_000 for place in fit])
        for place, found in held.refused.items():
            reasons[fit[place]] = found[0]
        offsets = np.array([messages[place].offset for place in fit], np.int64)
        rows = tuple(self._rows(held, partition, offsets)) if self._with_rows else ()
        runner = self._engine.runner
        for recipient in runner.recipients:
            recipient.issued.begin(_UNIT)
        runner.issue(held.batches, held.edits, held.keep)
        for recipient, journal in zip(runner.recipients, self._journals, strict=True):
            journal.add(*rows_of_table(recipient.issued.table()))
        by_recipient = [held.texts(place, len(texts)) for place in range(len(runner.recipients))]
        redacted = iter(zip(*by_recipient, strict=True))
        of_fit = dict(zip(fit, redacted, strict=True))
        return Redacted(
            tuple(None if reason else of_fit[place] for place, reason in enumerate(reasons)), tuple(reasons), rows
        )

    def _hold(self, texts: Sequence[bytes], came: Sequence[int]) -> Held:
        runner = self._engine.runner
        runner.forget_if_full()
        tally = Tally()
        items = inputs_of(texts, self._format, came)
        for item in items:
            if format_named(item.format).dataset not in self._datasets:
                tally.quarantined.append(Quarantined(item.number, 0, item.size, NOT_FOR))
        return hold(runner, texts, items, tally)

    def _rows(self, held: Held, partition: int, offsets: Int64) -> list[Rows]:
        made = []
        for place, (batch, edits, keep) in enumerate(zip(held.batches, held.edits, held.keep, strict=True)):
            if not keep.any():
                continue
            message = offsets[batch.record_input]
            # The rows stand in one partition, of which each message was an input.
            one_input = replace(batch, record_input=np.zeros(batch.records, np.int32))
            columns = columns_of(one_input, keep, edits)
            for k, recipient in enumerate(self._recipients):
                topic = hmac.digest(recipient.row_key, f"{self._topic}/{partition}".encode(), "sha256")[:8].hex()
                ids = row_ids(
                    recipient.row_key, one_input.record_input, message << _PLACE_BITS | batch.record_offset, [topic]
                )
                name = f"{self.topic_ids[k]}/{partition}"
                rows = rows_of(one_input, edits[k], columns, ids, [name], recipient.dropped)
                table = build_table(rows, held.native[place][k])
                sink = pa.BufferOutputStream()
                with parquet_writer(sink, table) as writer:
                    writer.write_table(table)
                data = sink.getvalue()
                if not rows_stand_in(data, rows, held.staged[place][k]):
                    raise StagedDifference(f"{recipient.name}: rows differ from their messages; nothing is handed out")
                made.append(Rows(k, rows.dataset, data.to_pybytes(), message[keep].tobytes()))
        return made


def _unfit(message: Message) -> str:
    if message.value is None:
        return NO_VALUE
    if len(message.value) > MOST_BYTES:
        return OVERSIZED
    # A file that is compressed is unpacked, one that is no text is not read: a message would pass as it is.
    return "" if is_plain_text(message.value[:FINGERPRINTED]) else UNDECODABLE
