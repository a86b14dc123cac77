"""What is found in a text depends on nothing but the text and what it is said to be: fields that read alike are looked
at once, and what is found in the first stands in all."""

from __future__ import annotations

import secrets

import numpy as np

from pipeline.detection.values import Anchored, Encoded, Findings
from pipeline.kernels.alike import count_rows, first_alike, move_rows, repeat_rows
from pipeline.records import COLUMN_NAMES, PROSE, Batch, Int32, Int64

#: Columns below zero: keys and times.
_BELOW = 8
#: A column of which less than half of so many bytes had stood before is not compared any longer: messages are new in
#: nearly every record.
TELLING_BYTES = 1 << 16


class Alike:
    """Finds fields that read alike; remembers of each column only whether it is worth it."""

    def __init__(self) -> None:
        self._key = np.uint64(secrets.randbits(64) | 1)
        self._seen = np.zeros((2, _BELOW + len(COLUMN_NAMES)), np.int64)
        self._slots = np.zeros(0, np.uint64)

    def firsts(self, batch: Batch, which: Int64, kind: Int64) -> Int64:
        """int64 [k], for each of some fields the place, in ``which``, of the first of its kind that reads alike."""
        first = np.empty(len(which), np.int64)
        column = batch.field_column[which].astype(np.int64) + _BELOW
        passed = (self._seen[0] >= TELLING_BYTES) & (2 * self._seen[1] < self._seen[0])
        room = 1 << (2 * len(which)).bit_length()
        if len(self._slots) < room:
            self._slots = np.empty(room, np.uint64)
        slots = self._slots[:room]
        slots.fill(0)
        first_alike(
            batch.data, batch.field_start, batch.field_end, which, kind, column, passed, self._key, slots, self._seen,
            first,
        )  # fmt: skip
        return first


def kinds_of(batch: Batch, which: Int64, tags: Int32, with_keys: bool) -> Int64:
    """int64 [k]: fields of one kind in which the same stands have the same findings, at the same places.

    Args:
      tags: what each is declared to be.
      with_keys: whether someone is asked about a text who is told its key.
    """
    kind = tags.astype(np.int64) << 3 | (batch.field_entity[which] == PROSE) << 2 | batch.field_decoder[which]
    return kind | (batch.field_key[which].astype(np.int64) + 1) << 32 if with_keys else kind


def spread(found: Findings, batch: Batch, which: Int64, first: Int64) -> Findings:
    """Findings of the first fields that read alike, in all of them.

    Args:
      found: of the fields that stand for others, in order of start.
      which: int64 [k], all fields, ascending.
      first: int64 [k], the field that stands for each.
    """
    anchored, encoded = found.anchored, found.encoded
    row, field, shift = _repeated(batch, anchored.field, which, first)
    coloured = which[np.isin(first, anchored.coloured)]
    anchored = Anchored(field, anchored.to[row] + shift, anchored.pattern[row], coloured)
    row, field, shift = _repeated(batch, encoded.field, which, first)
    encoded = Encoded(field, encoded.start[row] + shift, encoded.end[row] + shift, encoded.said[row])
    row, field, shift = _repeated(batch, found.field, which, first)
    columns = (found.start, found.end, found.value, found.kind, found.holder, found.strong, found.pattern)
    moved = tuple(np.empty(len(row), column.dtype) for column in columns)
    ordered = move_rows(row, shift, *columns, moved)
    start, end, value, kind, holder, strong, pattern = moved
    spread = Findings(field, start, end, value, kind, holder, strong, pattern, anchored, encoded)
    return spread if ordered else spread.take(np.argsort(spread.start, kind="stable"))


def _repeated(batch: Batch, rows: Int64, which: Int64, first: Int64) -> tuple[Int64, Int64, Int64]:
    """Rows of fields, repeated for those that they stand for: (row, field, by how much it is moved)."""
    begin = np.empty(batch.fields + 1, np.int64)
    order = None
    total = count_rows(rows, first, begin)
    if total < 0:
        order = np.argsort(rows, kind="stable")
        total = count_rows(rows[order], first, begin)
    row, field, shift = np.empty(total, np.int64), np.empty(total, np.int64), np.empty(total, np.int64)
    repeat_rows(begin, which, first, batch.field_start, row, field, shift)
    return row if order is None else order[row], field, shift
