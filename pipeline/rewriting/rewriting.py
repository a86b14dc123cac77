"""What one recipient gets of some packets: every byte at its place, by the policy's action for the field it is in.

A packet is never built anew. Addresses take their whole pseudonym, names the cores of theirs, label by label, texts
what fits (``text_fields.Fits``); what is masked becomes zeros, an encrypted length ``x``. Checksums are kept in step at
the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.captures.checksums import adjust
from pipeline.captures.clocks import move_times, read_times
from pipeline.captures.columns import TEXTS
from pipeline.captures.fields import AUX, END, START, Kind
from pipeline.detection.times import TIME_ENTITY
from pipeline.kernels.packets import count_rows, overwrite, put_spans, spans_of_rows
from pipeline.policy.actions import COLUMN_DROP, Action
from pipeline.policy.compiled import CompiledPolicy
from pipeline.records import NO_TIME, Bools, Bytes, Edits, Int64
from pipeline.redaction import Actions, Redactor
from pipeline.rewriting.binary_values import WIDTHS, BinaryReplacements, BinaryValues
from pipeline.rewriting.found import Found
from pipeline.rewriting.name_values import NameReplacements, Names, NameTexts
from pipeline.rewriting.text_fields import FILLER, Fits
from pipeline.surrogates.times import truncated

IS_ADDRESS = np.isin(np.arange(len(Kind)), list(WIDTHS))
_IS_CHECKSUM = np.isin(np.arange(len(Kind)), (Kind.CHECKSUM, Kind.CRC32C))
#: By kind, what it is masked with.
FILLERS = np.where(np.arange(len(Kind)) == Kind.ENCRYPTED_LENGTH, ord(FILLER), 0).astype(np.uint8)
_MICROSECOND = 1000


@dataclass(frozen=True)
class Rewritten:
    """Packets as one recipient gets them.

    Attributes:
      data: uint8 [n], as long as the source.
      start, end: int64 [e], where it may differ from the source.
      action: int8 [k], of each row that holds an address or a name, -1 for others.
      edits: of the texts, in full, as they stand in the packets' rows.
      time: int64 [p], nanoseconds.
      names: what stands for names, in full, of each kind as in ``Found.names``.
      counts: (entity, action) -> how many.
      unfixed: checksums whose state had to be given up.
    """

    data: Bytes
    start: Int64
    end: Int64
    action: Actions
    edits: Edits
    time: Int64
    names: tuple[NameTexts, ...]
    counts: Mapping[tuple[str, str], int]
    unfixed: int


class Rewriter:
    """One recipient's rewriting; its replacements are made once for each distinct value."""

    def __init__(self, redactor: Redactor, binary: BinaryValues) -> None:
        policy = redactor.policy
        self.redactor = redactor
        self.values = binary
        self.binary = BinaryReplacements(redactor, binary)
        self.floor = column_floor(policy)
        #: Whether what is found is to be found in headers alone.
        self.headers_only = policy.captures.headers_only
        self.masked: Bools = np.zeros(len(Kind), np.bool_)
        self.masked[[Kind.MASKED, Kind.ENCRYPTED_LENGTH]] = not policy.captures.payload_kept
        self.masked[Kind.FINGERPRINT] = not policy.captures.fingerprints_kept
        # No policy file can keep credentials.
        self.masked[Kind.SECRET] = policy.action_of("CREDENTIAL") != Action.KEEP
        #: Names are texts of columns that only captures have.
        other = policy.other_columns
        self._least_of_names = int(Action.REMOVE) if other == COLUMN_DROP else max(other, 0)
        self.names = NameReplacements(redactor, self._least_of_names)
        self.fits = Fits()

    @property
    def keeps_secrets(self) -> bool:
        return not self.masked[Kind.SECRET]

    @property
    def keeps_all(self) -> bool:
        """Whether no byte changes."""
        actions = self.redactor.policy.actions
        return not self.masked.any() and not any(actions) and not self._least_of_names and not self.floor.any()

    def rewrite(self, found: Found) -> Rewritten:
        """Rewrite packets. A pure function of them, of what was found, and of the recipient."""
        packets, rows = found.packets, found.dissection.rows
        self.binary.extend()
        out = packets.data.copy()
        action = np.full(len(rows), -1, np.int8)
        changed = np.zeros(len(rows), np.bool_)
        overwrite(
            rows, found.number, self.masked, FILLERS, IS_ADDRESS, self.floor, int(Action.MASK), self.binary.action,
            self.binary.raw, out, action, changed,
        )  # fmt: skip
        time = self._times(found, out, changed)
        edits = self.redactor.edits(found.texts.batch, found.findings)
        spans = [self.fits.put(found.texts, edits, out), *(self._odd_bytes(found, out))]
        made = []
        for names in found.names:
            texts, span = self._names(names, packets.data, out, action)
            made.append(texts)
            spans.append(span)
        unfixed = adjust(packets.data, out, found.dissection.sums, np.isin(packets.input, packets.whole))
        first, last = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
        count = spans_of_rows(rows, changed, _IS_CHECKSUM, first, last)
        start = np.concatenate((first[:count], *(first for first, _ in spans)))
        end = np.concatenate((last[:count], *(last for _, last in spans)))
        return Rewritten(out, start, end, action, edits, time, tuple(made), self._counts(found, action, edits), unfixed)

    def _times(self, found: Found, out: Bytes, changed: Bools) -> Int64:
        """Move the frame's times in ``out``; returns the packets'."""
        packets, rows = found.packets, found.dissection.rows
        action = Action(int(self.redactor.action_of_entity[TIME_ENTITY]))
        if action == Action.KEEP:
            return packets.time
        which = np.flatnonzero(found.dissection.kind == Kind.TIME)
        at, aux = rows[which, START].astype(np.int64), rows[which, AUX].astype(np.int64)
        changed[which] = True
        if action in (Action.SHIFT, Action.GENERALISE):
            time = read_times(packets.data, at, aux, packets.clocks)
            moved = self._moved(action, time)
            # The offset of a clock goes into the times, and is no time of its own.
            move = (moved != NO_TIME) | (aux < 0)
            change = np.where(moved != NO_TIME, moved - time, 0)
            move_times(out, at[move], aux[move], packets.clocks, change[move])
            which = which[~move]
        for row in which.tolist():
            out[rows[row, START] : rows[row, END]] = 0
        return self._moved(action, packets.time)

    def _moved(self, action: Action, time: Int64) -> Int64:
        """Nanoseconds as this recipient may see them; NO_TIME where there is none to see."""
        if action == Action.SHIFT:
            return np.where(time == NO_TIME, NO_TIME, time + self.redactor.space.shift() * _MICROSECOND)
        if action == Action.GENERALISE:
            rounded = truncated(
                np.where(time == NO_TIME, NO_TIME, time // _MICROSECOND), self.redactor.policy.parameters["DATE_TIME"]
            )
            return np.where(time == NO_TIME, NO_TIME, rounded * _MICROSECOND)
        return np.full_like(time, NO_TIME)

    @staticmethod
    def _odd_bytes(found: Found, out: Bytes) -> list[tuple[Int64, Int64]]:
        """The last byte of a UTF-16 text that has half a unit at its end: no one reads it, so it goes."""
        rows = found.dissection.rows[found.texts.row[found.texts.wide]]
        end = rows[(rows[:, END] - rows[:, START]) % 2 == 1, END].astype(np.int64)
        out[end - 1] = 0
        return [(end - 1, end)]

    def _names(self, names: Names, data: Bytes, out: Bytes, action: Actions) -> tuple[NameTexts, tuple[Int64, Int64]]:
        placed, made = self.names.place(data, names)
        put_spans(placed.start, placed.end, placed.flat, out)
        action[names.row] = np.append(made.action, np.int8(Action.REDACT))[names.wire.row_name]
        return made, (placed.start, placed.end)

    def _counts(self, found: Found, action: Actions, edits: Edits) -> Mapping[tuple[str, str], int]:
        scanner = self.redactor.scanner
        entity = scanner.values.columns()[0]
        counts = np.zeros((len(scanner.vocabulary.names), len(Action)), np.int64)
        count_rows(found.number, action, entity[self.values.value], counts)
        for names in found.names:
            count_rows(names.wire.row_name, action[names.row], entity[names.value], counts)
        total = Counter(edits.counts)
        for number, done in zip(*(places.tolist() for places in np.nonzero(counts)), strict=True):
            total[scanner.vocabulary.names[number], Action(done).name.lower()] += int(counts[number, done])
        return total


def column_floor(policy: CompiledPolicy) -> Actions:
    """int8 [columns + 1]: by column plus one, the least strict action that a policy's rule for the column allows.

    A rule for a column of logs holds for the column of packets that has its name; a rule that is stricter than the
    entity's action masks.
    """
    floor = np.zeros(len(TEXTS) + 1, np.int8)
    for number, name in enumerate(TEXTS, 1):
        rule = policy.columns.get(name, 0)
        floor[number] = Action.REMOVE if rule == COLUMN_DROP else max(rule, 0)
    return floor
