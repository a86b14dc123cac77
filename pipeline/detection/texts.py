"""Texts that are scanned: those of a batch's fields, and such as stand in no batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.detection.patterns import IS_TOKEN
from pipeline.detection.values import Anchored
from pipeline.kernels import spans
from pipeline.kernels.colours import ESCAPE, cut_colours
from pipeline.records import KEY_COLUMN, SCAN, Batch, Bytes, Decoder, Int32, Int64

NONE = np.zeros(0, np.int64)


class Texts:
    """The texts of some fields of a batch, decoded, each followed by NUL.

    Colours of a terminal are left out: they touch the words that a person sees beside them. In the middle of a word
    they stay, since they may part two: that is read both ways (encoded.read_colours).

    Attributes:
      which: int64 [k], the fields.
      data: uint8.
      offset: int64 [k + 1].
      coloured: bool [k], texts of which something was left out.
    """

    def __init__(self, batch: Batch, which: Int64) -> None:
        self.which = which
        self.offset = np.empty(len(which) + 1, np.int64)
        room = int((batch.field_end - batch.field_start)[which].sum()) + len(which)
        self.data: Bytes = np.empty(room + 8, np.uint8)
        used = spans.gather_texts(
            batch.data, batch.field_start, batch.field_end, batch.field_decoder, which, self.data, self.offset
        )
        self.data = self.data[:used]
        self.coloured = np.zeros(len(which), np.bool_)
        #: Where texts begin, and what is left out before which byte (kernels.colours), both as if nothing were.
        self._begin, self._cut_at, self._cut_size = self.offset, NONE, NONE
        escape = np.flatnonzero(self.data == ESCAPE)
        if len(escape):
            self._leave_out_colours(escape)

    def _leave_out_colours(self, escape: Int64) -> None:
        out, offset = np.empty(len(self.data) + 8, np.uint8), np.empty_like(self.offset)
        cut_at, cut_size = np.empty(len(escape), np.int64), np.empty(len(escape), np.int64)
        used, cuts = cut_colours(self.data, self.offset, escape, IS_TOKEN, out, offset, cut_at, cut_size, self.coloured)
        self.data, self.offset, self._cut_at, self._cut_size = out[:used], offset, cut_at[:cuts], cut_size[:cuts]

    def text(self, place: int) -> bytes:
        """One of the texts."""
        return self.data[self.offset[place] : self.offset[place + 1] - 1].tobytes()

    def holding(self, at: Int64) -> Int64:
        """int64 [k], in which text each position stands, its end included."""
        return np.searchsorted(self.offset[1:], at, side="right")

    def raw(
        self, batch: Batch, start: Int64, row: Int32 | Int64, first: Int64, last: Int64
    ) -> tuple[Int64, Int64, Int64, Int64]:
        """Where rows that stand at some places of the texts stand in the batch's data.

        Args:
          start: int64 [n], where each begins.
          row: int [n], which each is.
          first, last: int64, by row, the difference is its size.

        Returns:
          int64 [n] each: an order in which they go by start; in it field, start and end.
        """
        order = np.argsort(start, kind="stable")
        field, raw_start, raw_end = (np.empty(len(order), np.int64) for _ in range(3))
        spans.to_raw(
            start, row, order, first, last, self.offset, self._begin, self._cut_at, self._cut_size, self.which,
            batch.data, batch.field_start, batch.field_end, batch.field_decoder, raw_start, raw_end, field,
        )  # fmt: skip
        return order, field, raw_start, raw_end

    def left_out(self, batch: Batch) -> tuple[Int64, Int64]:
        """(start, end) in the batch's data of each colour that is left out."""
        cuts, one = np.arange(len(self._cut_at)), np.ones(len(self._cut_at), np.int64)
        _, field, end, _ = self.raw(batch, self._cut_at, cuts, 0 * one, one)
        _, before, _, start = self.raw(batch, self._cut_at - 1, cuts, 0 * one, one)
        leads = (self._cut_at == 0) | (before != field)
        start[leads] = batch.field_start[field[leads]]
        return start, end


def texts_batch(texts: Sequence[bytes]) -> Batch:
    """A batch of one plain field per text: for keys and file names, which are scanned like all else."""
    sizes = np.array([len(t) for t in texts], np.int64)
    end = np.cumsum(sizes)
    count = len(texts)
    return Batch(
        data=np.frombuffer(bytearray().join(texts), np.uint8),
        record_start=end - sizes,
        record_end=end,
        record_offset=np.zeros(count, np.int64),
        record_input=np.zeros(count, np.int32),
        time=np.zeros(count, np.int64),
        record_field=np.arange(count + 1, dtype=np.int64),
        field_start=end - sizes,
        field_end=end,
        field_decoder=np.full(count, Decoder.PLAIN, np.uint8),
        field_entity=np.full(count, SCAN, np.int16),
        field_column=np.full(count, KEY_COLUMN, np.int16),
        field_key=np.full(count, -1, np.int32),
    )


def in_plain_fields(batch: Batch, texts: Texts, pattern: Int64, to: Int64) -> Anchored:
    """Which of some anchors end in fields that are read as they stand, and where in the batch's data."""
    text = texts.holding(to)
    field = texts.which[text]
    plain = (batch.field_decoder[field] == Decoder.PLAIN) & ~texts.coloured[text]
    raw = batch.field_start[field] + to - texts.offset[text]
    return Anchored(field[plain], raw[plain], pattern[plain], texts.which[texts.coloured])
