"""Tables within texts, as commands print them: cells of rows that stand below a heading are what it says.

A heading stands in another record than its rows, perhaps in another batch, or before the range that is read. So what
is known at a batch's end is taken to the next, and before a range its input is read from REACH further up: a table's
rows stand no further behind its heading. Whether a line heads a table, goes on with it or ends it is told by that line
and what was before it alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import pipeline.records as records
from pipeline.formats.format import Fields
from pipeline.formats.headings import Table, number_of, table_of
from pipeline.kernels.table_lines import RULE, line_ends, shaped_lines
from pipeline.kernels.table_rows import LOOKED_AT, table_cells
from pipeline.kernels.texts import TextTable
from pipeline.records import COLUMN_ID, Bools, Bytes, Int32, Int64

MESSAGE = COLUMN_ID["message"]
#: Bytes from the record of a heading to that of a row.
REACH = 1 << 20
_FEED = np.uint8(10)
#: Bytes that begin a rule, or blanks before it.
_RULES = b"-+=|\xe2 \t"
#: Cells for which there is room at first.
_ROOM = 1 << 12


@dataclass(frozen=True)
class Cells:
    """Cells that a heading declares.

    Attributes:
      start, end: int64 [c], positions in the batch's data.
      meaning: int32 [c], of ``headings.number_of``.
    """

    start: Int64
    end: Int64
    meaning: Int32


NO_CELLS = Cells(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32))


@dataclass(frozen=True)
class _Open:
    """What the next batch must know.

    Attributes:
      input, at: where the next record stands, if it follows.
      lines: the heading, its rule, and the last lines.
      records_at: int64, where the record of each stands.
      is_table: whether a table is open.
    """

    input: int
    at: int
    lines: bytes
    records_at: Int64
    is_table: bool


@dataclass(frozen=True)
class Records:
    """Records of a batch: int64 [r] where each begins and ends in the data and stands in its input, int32 [r] which."""

    start: Int64
    end: Int64
    offset: Int64
    input: Int32


class Tables:
    """Finds cells in batches that follow each other."""

    def __init__(self) -> None:
        self._open: _Open | None = None

    def cells(self, data: Bytes, of: Records, fields: Fields) -> Cells:
        """Cells in a batch's texts."""
        which = np.flatnonzero(fields.field_column == MESSAGE)
        text_start, text_end = fields.field_start[which], fields.field_end[which]
        start, offset = of.start, of.offset
        unsound = _unsound(data, of)
        fresh = _fresh(of, unsound)
        before = self._before(data, of, text_start)
        shift = 0
        if before is not None:
            shift = len(before.lines)
            data = np.concatenate((np.frombuffer(before.lines, np.uint8), data))
            feeds = np.flatnonzero(data[:shift] == _FEED)
            begins = np.concatenate(([0], feeds[:-1] + 1)).astype(np.int64)
            text_start = np.concatenate((begins, text_start + shift))
            text_end = np.concatenate((feeds, text_end + shift)).astype(np.int64)
            start, offset = np.concatenate((begins, start + shift)), np.concatenate((before.records_at, offset))
            fresh[0] = unsound[0]
            fresh = np.concatenate((np.zeros(len(begins), np.bool_), fresh))
        lines = _Lines(data, text_start, text_end)
        cells, heading, rule = lines.cells(start, offset, fresh)
        self._open = None
        if not unsound[-1]:
            kept = lines.last(heading, rule)
            records_at = offset[np.searchsorted(start, lines.begin[kept], side="right") - 1]
            after = int(of.offset[-1] + of.end[-1] - of.start[-1])
            self._open = _Open(int(of.input[-1]), after, lines.texts(kept), records_at, heading >= 0)
        cells = cells[cells[:, 0] >= shift]
        return Cells(cells[:, 0] - shift, cells[:, 1] - shift, cells[:, 2].astype(np.int32)) if len(cells) else NO_CELLS

    def _before(self, data: Bytes, of: Records, text_start: Int64) -> _Open | None:
        """What stands before a batch, where that can matter: a table, or a line below which a rule stands."""
        before = self._open
        if before is None or before.input != of.input[0] or before.at != of.offset[0]:
            return None
        return before if before.is_table or (len(text_start) and data[text_start[0]] in _RULES) else None


def _unsound(data: Bytes, of: Records) -> Bools:
    """bool [r]: records that hold NUL or are too long, as those are that are set aside and stand in no batch."""
    holds = of.end - of.start > records.LONGEST_RECORD
    if not data.all():
        holds[np.searchsorted(of.start, np.flatnonzero(data == 0), side="right") - 1] = True
    return holds


def _fresh(of: Records, unsound: Bools) -> Bools:
    """bool [r]: records with which no table goes on, since they do not follow the one before, or one is unsound."""
    fresh = unsound.copy()
    fresh[0] = True
    after = of.offset[:-1] + of.end[:-1] - of.start[:-1]
    fresh[1:] |= unsound[:-1] | (np.diff(of.input) != 0) | (of.offset[1:] != after)
    return fresh


class _Lines:
    """The lines of a batch, and those that may head a table."""

    def __init__(self, data: Bytes, text_start: Int64, text_end: Int64) -> None:
        self.data = data
        room = len(data) // 32 + 64
        feed = np.empty(room, np.int64)
        count = line_ends(data, feed)
        if count > room:
            feed = np.empty(count, np.int64)
            line_ends(data, feed)
        feed = feed[:count]
        if len(data) and (not count or feed[-1] != len(data) - 1):
            feed = np.append(feed, len(data))
        self.begin, self.stop, which = (np.empty(len(feed), np.int64) for _ in range(3))
        shape = np.empty(len(feed), np.uint8)
        found = shaped_lines(data, feed, text_start, text_end, self.begin, self.stop, which, shape)
        self.which, self.shape = which[:found], shape[:found]

    def cells(self, record_start: Int64, record_at: Int64, fresh: Bools) -> tuple[Int64, int, int]:
        """(start, end, meaning) of each, int64 [c, 3]; the lines of heading and rule of a table that goes on, or -1."""
        tables, table = self._tables()
        if not tables:
            return np.empty((0, 3), np.int64), -1, -1
        columns = [column for each in tables for column in each.columns]
        edges = np.cumsum([0, *(len(each.columns) for each in tables)])
        kinds = np.array([(each.parted, 0, 0, each.bars) for each in tables], np.int64)
        kinds[:, 1], kinds[:, 2] = edges[:-1], edges[1:]
        first, last = (np.array([column[side] for column in columns], np.int64) for side in (0, 1))
        tag = np.array([number_of(column[2]) for column in columns], np.int64)
        room = _ROOM
        while True:
            cells = np.empty((room, 3), np.int64)
            count, opened, heading, rule = table_cells(
                self.data, self.begin, self.stop, self.which, self.shape, table, record_start, record_at, fresh, REACH,
                kinds, first, last, tag, cells,
            )  # fmt: skip
            if count <= room:
                return (cells[:count], heading, rule) if opened >= 0 else (cells[:count], -1, -1)
            room = count

    def _tables(self) -> tuple[list[Table], Int64]:
        """The tables that lines head, and which of them each of ``which`` begins, -1 for none."""
        table = np.full(len(self.which), -1, np.int64)
        ruled = self.shape == RULE
        first = self.which - ruled
        asked = (first >= 0) & (self.begin[first] < self.stop[first])
        # Between two rules stands none.
        asked[1:] &= ~(ruled[1:] & ruled[:-1] & (self.which[1:] == self.which[:-1] + 1))
        asked = np.flatnonzero(asked & (self.stop[first] - self.begin[first] <= LOOKED_AT))
        if not len(asked):
            return [], table
        begin, stop = self.begin[first[asked]], self.stop[self.which[asked]]
        names = TextTable()
        number = names.intern(self.data, begin, stop, ruled[asked].astype(np.int32))
        _, one = np.unique(number, return_index=True)
        tables: list[Table] = []
        of_number = np.full(names.count, -1, np.int64)
        for k in one.tolist():
            place = asked[k]
            heading = self._text(int(first[place]))
            found = table_of(heading, self._text(int(self.which[place])) if ruled[place] else None)
            if found is not None:
                of_number[number[k]] = len(tables)
                tables.append(found)
        table[asked] = of_number[number]
        return tables, table

    def _text(self, line: int) -> bytes:
        return self.data[self.begin[line] : self.stop[line]].tobytes()

    def last(self, heading: int, rule: int) -> list[int]:
        """The lines that tell what goes on behind the last: of a table that is open its heading, its rule and two."""
        count = len(self.begin)
        if heading < 0:
            return [count - 1]
        rules = self.which[self.shape == RULE]
        # A rule has its row before it: behind another it would end the table.
        first = count - 3 if count - 2 in rules else count - 2
        return sorted({line for line in (heading, rule, *range(first, count)) if line >= heading})

    def texts(self, lines: list[int]) -> bytes:
        """Some lines, as far as they are looked at."""
        return b"".join(self._text(line)[:LOOKED_AT] + b"\n" for line in lines)
