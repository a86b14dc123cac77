"""Records gathered for a batch, and the fields in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.formats.format import Context, Format, records_of
from pipeline.formats.tables import NO_CELLS, Records, Tables
from pipeline.records import Batch, Bytes, Int32, Int64

#: Bytes of a record's beginning that tell whether it goes on with what is before it.
LOOKED_AT = 256


@dataclass(frozen=True)
class Piece:
    """Whole records in a window that is read into again: record i is ``data[edges[i]:edges[i + 1]]``.

    Attributes:
      data: uint8, valid until the next piece is asked for.
      edges: int64 [k + 1].
      offset: where ``data[0]`` stands in the decoded input.
      before: how many records of the range stand before these.
    """

    data: Bytes
    edges: Int64
    offset: int
    before: int


class OpenBatch:
    """Records gathered for one batch."""

    def __init__(self, form: Format, context: Context, batch_bytes: int) -> None:
        self.kind = (form.name, context)
        self._format = form
        self._batch_bytes = batch_bytes
        self._tables = Tables()
        self._clear()

    def _clear(self) -> None:
        self._data = np.empty(0, np.uint8)
        self._used = 0
        self._lengths: list[Int64] = []
        self._offsets: list[Int64] = []
        self._turns: list[Int64] = []
        self._numbers: list[Int32] = []

    def add(self, piece: Piece, number: int) -> Iterator[Batch]:
        """Add records of one input; what is full comes out."""
        records = len(piece.edges) - 1
        turn = np.arange(records, dtype=np.int64) + piece.before + 1
        yield from self.add_records(
            piece.data, piece.edges, piece.edges[:-1] + piece.offset, turn, np.full(records, number, np.int32)
        )

    def add_records(self, data: Bytes, edges: Int64, offset: Int64, turn: Int64, number: Int32) -> Iterator[Batch]:
        """Add records ``data[edges[i]:edges[i + 1]]``, and of each its place and turn in its input, and which it is."""
        first = 0
        while first < len(edges) - 1:
            room = self._batch_bytes - self._used
            last = int(np.searchsorted(edges, edges[first] + room, side="right")) - 1
            begins = self._beginning(data, edges, first, last)
            last = last if begins < 0 else begins
            if last <= first:
                if self._used:
                    yield from self.close()
                    continue
                last = first + 1
            start, end = int(edges[first]), int(edges[last])
            self._reserve(self._used + end - start)
            self._data[self._used : self._used + end - start] = data[start:end]
            self._used += end - start
            self._lengths.append(np.diff(edges[first : last + 1]))
            self._offsets.append(offset[first:last])
            self._turns.append(turn[first:last])
            self._numbers.append(number[first:last])
            first = last
            if begins >= 0:
                yield from self.close()

    @property
    def looks_back(self) -> bool:
        """Whether what stands before a range tells of what is in it."""
        return self._format.tables

    def look_back(self, data: Bytes, at: int, number: int) -> None:
        """Take notice of what an input holds from ``at`` on, up to the record that is added next, the first."""
        starts, ends = records_of(self._format, data, self.kind[1])
        if at:
            starts, ends = starts[1:], ends[1:]  # the first may begin before
        if not len(starts):
            return
        base = starts[0]
        data, starts, ends = data[base:], starts - base, ends - base
        of = Records(starts, ends, starts + at + base, np.full(len(starts), number, np.int32))
        self._tables.cells(data, of, self._format.parse(data, starts, ends, self.kind[1]))

    def _beginning(self, data: Bytes, edges: Int64, first: int, last: int) -> int:
        """The last record, of some, before which a batch ends that is half full, since it begins anew; or -1."""
        if not self._format.within:
            return -1
        least = self._batch_bytes // 2 - self._used
        for record in range(min(last, len(edges) - 2), first - (self._used > 0), -1):
            if edges[record] - edges[first] < least:
                break
            shown = data[edges[record] : edges[record + 1]][:LOOKED_AT].tobytes().lstrip()
            if shown and shown[0] not in self._format.within:
                return record
        return -1

    def _reserve(self, size: int) -> None:
        if size > len(self._data):
            larger = np.empty(max(size, min(2 * size, self._batch_bytes)), np.uint8)
            larger[: self._used] = self._data[: self._used]
            self._data = larger

    def close(self) -> Iterator[Batch]:
        """The batch of what was added, if anything was; afterwards it is empty."""
        if not self._used:
            return
        data = self._data[: self._used]
        ends = np.cumsum(np.concatenate(self._lengths))
        starts = np.concatenate(([0], ends[:-1])).astype(np.int64)
        fields = self._format.parse(data, starts, ends, self.kind[1])
        offset, number = np.concatenate(self._offsets), np.concatenate(self._numbers)
        of = Records(starts, ends, offset, number)
        cells = self._tables.cells(data, of, fields) if self._format.tables else NO_CELLS
        yield Batch(
            data=data,
            record_start=starts,
            record_end=ends,
            record_offset=offset,
            record_input=number,
            time=fields.time,
            record_field=fields.record_field,
            field_start=fields.field_start,
            field_end=fields.field_end,
            field_decoder=fields.field_decoder,
            field_entity=fields.field_entity,
            field_column=fields.field_column,
            field_key=fields.field_key,
            keys=fields.keys,
            key_parent=fields.key_parent,
            conversation=fields.conversation,
            cell_start=cells.start,
            cell_end=cells.end,
            cell_meaning=cells.meaning,
            turn=np.concatenate(self._turns) if self._format.dataset == "transcripts" else np.empty(0, np.int64),
        )
        self._clear()
