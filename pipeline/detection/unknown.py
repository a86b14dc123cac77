"""Strict mode: words of which nothing says that they are harmless.

Of what no finding covers each word is judged once (recognizers.vocabulary), as tokens are. One that is not known to be
harmless is a finding of its own kind, unless it is part of a message that a person has accepted
(pipeline.detection.templates). So is one that may be a name by where it stands (pipeline.detection.standing). What
becomes of it is a matter of each policy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.detection.originals import covered_bytes, wholly_covered
from pipeline.detection.patterns import IS_WORD
from pipeline.detection.standing import standing_words
from pipeline.detection.templates import Messages, Templates
from pipeline.detection.texts import Texts
from pipeline.detection.times import TIME_ENTITY
from pipeline.detection.values import Findings, Kind, Values
from pipeline.kernels import word_runs
from pipeline.kernels.texts import TextTable
from pipeline.records import HARMLESS, PROSE, Batch, Bools, Bytes, Decoder, Int32, Int64
from recognizers.entities import UNKNOWN
from recognizers.vocabulary import LONGEST_NUMBER, SHORTEST, is_harmless, is_harmless_in_prose

_DIGITS = frozenset(b"0123456789")


@dataclass(frozen=True)
class Words:
    """Words of a batch that had to be looked at, in order.

    Attributes:
      start, end, field: int64 [k].
      number: int32 [k], of UnknownWords.table.
      kind: uint8 [k], a kind of kernels.word_runs.
      marks: uint8 [n + 1], of the batch's positions.
    """

    start: Int64
    end: Int64
    field: Int64
    number: Int32
    kind: Bytes
    marks: Bytes


class UnknownWords:
    """What is known of words, and of messages that a person has accepted; one per worker."""

    def __init__(self, templates: Iterable[str] = ()) -> None:
        self.templates = Templates(templates)
        self.forget()

    def forget(self) -> None:
        """Start the cache of words anew."""
        self.table = TextTable()
        self.templates.forget(self.table)
        self._kind: Bytes = np.zeros((2, 1 << 12), np.uint8)
        self._seen = 0

    def words(self, batch: Batch, findings: Findings, covers: Bools, chosen: Bools) -> Words:
        """Words of chosen fields outside the findings that ``covers``, and colours; none reaches over an end of any.

        Args:
          covers: bool [len(findings)].
          chosen: bool [f].
        """
        marks = np.zeros(len(batch.data) + 1, np.uint8)
        word_runs.mark_spans(findings.start, findings.end, covers, marks)
        colours = Texts(batch, findings.anchored.coloured).left_out(batch)
        word_runs.mark_spans(*colours, np.ones(len(colours[0]), np.bool_), marks)
        room = len(batch.data) // 8 + 64
        escaped = batch.field_decoder == Decoder.JSON_STRING
        while True:
            start, end, field = (np.empty(room, np.int64) for _ in range(3))
            count = word_runs.find_words(
                batch.data, batch.field_start, batch.field_end, escaped, chosen, marks, IS_WORD, SHORTEST,
                LONGEST_NUMBER, start, end, field,
            )  # fmt: skip
            if count <= room:
                break
            room = count
        start, end, field = start[:count], end[:count], field[:count]
        number = self.table.intern(batch.data, start, end, np.zeros(count, np.int32))
        prose = (batch.field_entity[field] == PROSE).astype(np.int8)
        return Words(start, end, field, number, self._kinds()[prose, number], marks)

    def _kinds(self) -> Bytes:
        """uint8 [2, n and more], the kind of each word in any text, and in prose."""
        count = self.table.count
        if count > self._kind.shape[1]:
            grown = np.zeros((2, 2 * count), np.uint8)
            grown[:, : self._seen] = self._kind[:, : self._seen]
            self._kind = grown
        for n in range(self._seen, count):
            text = self.table.text(n)
            known = self._kind[:, n] = kind_of(text)
            if known == word_runs.UNKNOWN and is_harmless_in_prose(text):
                self._kind[1, n] = word_runs.TOLD
        self._seen = count
        return self._kind

    def note(self, batch: Batch, findings: Findings, messages: Messages) -> None:
        """Gather the messages of a batch that hold unknown words."""
        words = self.words(batch, findings, findings.kind != Kind.HOLDER, looked_at(batch))
        messages.note(batch, words, self.templates, self.table.text)

    def add(self, batch: Batch, findings: Findings, values: Values, pattern: int) -> Findings:
        """The findings of a batch and its unknown words, save those of accepted messages."""
        words = self.words(batch, findings, findings.kind != Kind.HOLDER, looked_at(batch))
        unknown = np.flatnonzero((words.kind == word_runs.UNKNOWN) & ~self.templates.accepted(batch, words))
        start, end, field = words.start[unknown], words.end[unknown], words.field[unknown]
        further = standing_words(batch, findings, values, (start, end, field), words.marks)
        start, end, field = (np.concatenate(both) for both in zip((start, end, field), further, strict=True))
        count = len(start)
        if not count:
            return findings
        # One value for all: no one asks what they read, and they are not looked for elsewhere.
        return findings.joined(
            Findings(
                field=field,
                start=start,
                end=end,
                value=np.full(count, values.number(UNKNOWN, b""), np.int32),
                kind=np.full(count, Kind.WHOLE, np.uint8),
                holder=np.full(count, UNKNOWN, np.int16),
                strong=np.zeros(count, np.bool_),
                pattern=np.full(count, pattern, np.int32),
                anchored=findings.anchored,
                encoded=findings.encoded,
            )
        )

    def remaining(
        self, batch: Batch, findings: Findings, covers: Bools, edited: tuple[Int64, Int64], strict: Bools
    ) -> Int64:
        """Fields, of those that are ``strict``, in which an unknown word stands outside edits and what is kept.

        Args:
          covers: bool [len(findings)], what a policy keeps.
          edited: (start, end) of its edits.
        """
        known = findings.take(np.flatnonzero(findings.holder != UNKNOWN))
        words = self.words(batch, known, covers[findings.holder != UNKNOWN], strict & looked_at(batch))
        left = np.flatnonzero(words.kind == word_runs.UNKNOWN)
        covered = covered_bytes(len(batch.data), *edited, np.ones(len(edited[0]), np.bool_))
        left = left[~wholly_covered(covered, words.start[left], words.end[left])]
        if len(left):
            # Messages are accepted by their shape before anything was edited.
            whole = self.words(batch, known, known.kind != Kind.HOLDER, strict & looked_at(batch))
            taken = self.templates.accepted(batch, whole)
            left = left[~np.isin(words.start[left], whole.start[taken])]
        return words.field[left]


def looked_at(batch: Batch) -> Bools:
    """bool [f]: fields whose words are judged."""
    return (batch.field_entity != HARMLESS) & (batch.field_entity != TIME_ENTITY)


def kind_of(word: bytes) -> int:
    if not is_harmless(word):
        return word_runs.UNKNOWN
    return word_runs.TOLD if _DIGITS.isdisjoint(word) else word_runs.NUMBER


def masked_rows(batch: Batch, findings: Findings, action: npt.NDArray[np.int8], strict: Bools, mask: int) -> None:
    """Give unknown words their action, in ``action``: ``mask`` in a strict field, else -1.

    It is -1 in a compound, too, that a policy replaces as a whole: nothing of it is left.
    """
    unknown = findings.holder == UNKNOWN
    if not unknown.any():
        return
    whole = covered_bytes(len(batch.data), findings.start, findings.end, (findings.kind == Kind.HOLDER) & (action >= 0))
    rows = np.flatnonzero(unknown)
    inside = wholly_covered(whole, findings.start[rows], findings.end[rows])
    action[rows] = np.where(strict[findings.field[rows]] & ~inside, mask, -1)
