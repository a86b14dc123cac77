"""Texts in memory, answered redacted and verified: what a run does with files, without a file.

The same units of code as a run with one recipient: read, detect, edit, verify; so the same pseudonyms. A text of which
one record fails is refused whole. What is handed out is in the vault before.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pipeline.formats.registry import format_named
from pipeline.plan import Plan
from pipeline.records import Batch, Bools, Edits, Quarantined
from pipeline.release.journal import Journal
from pipeline.release.layout import LOGS, TRANSCRIPTS
from pipeline.release.vaults import rows_of_table, vault_folder
from pipeline.service.gathering import inputs_of
from pipeline.service.holding import DIFFERS, hold
from pipeline.tally import Tally
from pipeline.unit import Engine

#: Why a text is refused that is of a dataset which the recipient may not get.
NOT_FOR = "dataset"
REASONS = ("leak", "foreign-client", "undecodable", "oversized", DIFFERS, NOT_FOR)
_MAIL = "From: Jane Doe <jane@example.com>\nTo: help@example.com\nSubject: printer\n\n"
_SAID = "Nobody at our branch can print; Omar Novak (omar@example.com) asked whether the driver was changed. "
#: What each dataset's first answer needs: of transcripts the model for names, which all that answer share, and room for
#: paragraphs as people write them.
WARMING = {
    LOGS: b"Mar  9 10:00:00 gw-1 sshd[7]: Accepted password for jdoe from 192.0.2.7 port 22 ssh2\n",
    TRANSCRIPTS: f"{_MAIL}{8 * _SAID}\n\nJane Doe\n".encode(),
}
#: A number of a unit, other than that which issues the names of files.
_UNIT = 1


@dataclass(frozen=True)
class Answer:
    """What became of one text.

    Attributes:
      text: redacted; None where it is refused.
      reason: why it is refused, one of REASONS, or empty.
      records: how many it holds, or, where it is refused, how many of them failed.
    """

    text: bytes | None
    reason: str
    records: int


@dataclass(frozen=True)
class Answers:
    """What became of texts that were held together.

    Attributes:
      answers: one for each text, in order.
      counts: (entity, action) -> how many findings, in refused texts, too.
    """

    answers: tuple[Answer, ...]
    counts: Mapping[tuple[str, str], int]


class Answerer:
    """Answers texts of one client for one recipient; for any number of threads, one at a time.

    Args:
      plan: of that client and recipient, without inputs.
      datasets: what the recipient may get.

    Attributes:
      client_id: whose texts it answers.

    Raises:
      KeyProblem, ConfigurationError: as ``Engine``, and where the vault cannot be written.
    """

    def __init__(self, plan: Plan, datasets: Collection[str]) -> None:
        (recipient,) = plan.recipients
        self.client_id = plan.client.id
        self._datasets = frozenset(datasets)
        self._engine = Engine(plan)
        self._journal = Journal(vault_folder(plan.workspace, plan.client.id, plan.client.epoch, recipient.id))
        self._turn = threading.Lock()

    def answer(self, texts: Sequence[bytes], format: str | None, came: int | None = None) -> Answers:
        """Redact texts that are held together, as the records of one file are: what one tells is used in the others.

        Args:
          texts: UTF-8.
          format: of all; None looks at each.
          came: when, in nanoseconds since 1970: the year of times without one, as a file's own time is. None is now.

        Raises:
          ConfigurationError: there is no such format, or the vault cannot be written: nothing is answered.
        """
        with self._turn:
            return self._answer(texts, format, time.time_ns() if came is None else came)

    def warm(self) -> None:
        """Compile and load what the first answer needs, without giving one: of what the recipient may get alone."""
        for dataset in sorted(self._datasets & set(WARMING)):
            with self._turn:
                self._answer([WARMING[dataset]], None, time.time_ns(), handed_out=False)

    def _answer(self, texts: Sequence[bytes], format: str | None, came: int, *, handed_out: bool = True) -> Answers:
        runner = self._engine.runner
        (recipient,) = runner.recipients
        runner.forget_if_full()
        tally = Tally()
        items = inputs_of(texts, format, [came] * len(texts))
        for item in items:
            if format_named(item.format).dataset not in self._datasets:
                tally.quarantined.append(Quarantined(item.number, 0, item.size, NOT_FOR))
        held = hold(runner, texts, items, tally)
        if handed_out:
            self._issue(held.batches, held.edits, held.keep)
        out, records, refused = held.texts(0, len(texts)), held.records(), held.refused
        counts: Counter[tuple[str, str]] = Counter()
        for (own,) in held.edits:
            counts.update(own.counts)
        answers = (
            Answer(None, refused[k][0], len(refused[k])) if k in refused else Answer(out[k], "", records[k])
            for k in range(len(texts))
        )
        return Answers(tuple(answers), dict(counts))

    def _issue(self, batches: list[Batch], edits: list[list[Edits]], keep: list[Bools]) -> None:
        (recipient,) = self._engine.runner.recipients
        recipient.issued.begin(_UNIT)
        self._engine.runner.issue(batches, edits, keep)
        self._journal.add(*rows_of_table(recipient.issued.table()))
