"""Parquet parts of one unit: one file for each date, written whole, byte-equal for equal rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from pipeline.records import NO_TIME, Int32, Int64
from pipeline.release.layout import LOGS, write_whole
from pipeline.release.parquet import parquet_writer
from pipeline.release.summary import PartFile

DAY = 86_400_000_000
#: A row without a date; no time stands so far back.
NO_DATE = int(np.iinfo(np.int32).min)
UNKNOWN = "unknown"
MOST_DATES = 32
#: So many rows make a row group, and what a batch has beyond them.
ROW_GROUP_ROWS = 1 << 16
PENDING_BYTES = 16 << 20


def days_of(time: Int64) -> Int32:
    """int32 [r], days since 1970 of times in microseconds; NO_DATE without a time, or outside the years 1 to 9999."""
    days = np.floor_divide(time, DAY)
    bad = (time == NO_TIME) | (days < -719_162) | (days > 2_932_896)
    return np.where(bad, NO_DATE, days).astype(np.int32)


def busiest_dates(days: Int32) -> Int32:
    """The MOST_DATES dates with the most rows, of equals the earlier; ascending."""
    first = _runs(days)
    date, run = np.unique(days[first], return_inverse=True)
    count = np.bincount(run, np.diff(first, append=len(days)), len(date))
    date, count = date[date != NO_DATE], count[date != NO_DATE]
    order = np.lexsort((date, -count))[:MOST_DATES]
    return np.sort(date[order])


def part_days(times: Sequence[Int64]) -> list[Int32]:
    """Which part each row of a unit's batches goes to: its day if it is one of the busiest of them all, or NO_DATE."""
    days = [days_of(time) for time in times]
    busiest = busiest_dates(np.concatenate(days)) if days else np.zeros(0, np.int32)
    return [np.where(np.isin(own, busiest), own, NO_DATE).astype(np.int32) for own in days]


def rows_of_day(days: Int32, day: int) -> Int64:
    """Places of the rows that go to the part of a day."""
    return np.flatnonzero(days == day)


def _runs(days: Int32) -> Int64:
    """Where runs of equal days begin: logs go by time, so they are few."""
    return np.flatnonzero(np.diff(days, prepend=days[:1] - 1))


@dataclass
class _Part:
    """One file being made: row groups in memory, compressed, and rows that wait for the next group."""

    sink: pa.BufferOutputStream = field(default_factory=pa.BufferOutputStream)
    writer: pq.ParquetWriter | None = None
    waiting: list[pa.Table] = field(default_factory=list)
    rows: int = 0


class PartWriter:
    """Writes one recipient's rows of one unit as ``date=YYYY-MM-DD/part-<stem>.parquet``.

    Args:
      fs, folder: where the parts are staged.
      stem: unit and chunk, in every part's name.
      dataset: of the rows.
    """

    def __init__(self, fs: pafs.FileSystem, folder: str, stem: str, dataset: str = LOGS) -> None:
        self._fs, self._folder, self._stem, self._dataset = fs, folder, stem, dataset
        self._parts: dict[int, _Part] = {}
        self._waiting_bytes = 0

    def write(self, table: pa.Table, days: Int32) -> None:
        """Add rows, a table of the dataset's schema in memory, each to the part of its day (``part_days``).

        What one call adds to a part stands in one row group of it.
        """
        for day in dict.fromkeys(days[_runs(days)].tolist()):
            chosen = rows_of_day(days, day)
            rows = table if len(chosen) == len(days) else table.take(pa.array(chosen))
            part = self._parts.setdefault(day, _Part())
            part.waiting.append(rows)
            self._waiting_bytes += rows.nbytes
            if sum(piece.num_rows for piece in part.waiting) >= ROW_GROUP_ROWS:
                self._flush(part)
        if self._waiting_bytes >= PENDING_BYTES:
            for part in self._parts.values():
                self._flush(part)

    def close(self) -> tuple[PartFile, ...]:
        """Write the files, each whole or not at all; returns what they are, by date.

        Raises:
          ConfigurationError: the disk is full, or the folder may not be written.
        """
        files = []
        for day, part in sorted(self._parts.items()):
            self._flush(part)
            if part.writer is not None:
                part.writer.close()
            data = part.sink.getvalue()
            path = f"date={date_name(day)}/part-{self._stem}.parquet"
            written = write_whole(self._fs, f"{self._folder}/{path}", data)
            sums = written.sha256, written.checksums
            files.append(PartFile(path, part.rows, written.size, *sums, self._dataset))
        self._parts.clear()
        return tuple(files)

    def _flush(self, part: _Part) -> None:
        """Write what waits as one row group; the first decides how the columns are written."""
        if not part.waiting:
            return
        table = pa.concat_tables(part.waiting).unify_dictionaries()
        self._waiting_bytes -= sum(piece.nbytes for piece in part.waiting)
        part.waiting.clear()
        part.rows += table.num_rows
        part.writer = part.writer or parquet_writer(part.sink, table)
        part.writer.write_table(table, row_group_size=table.num_rows)


def date_name(day: int) -> str:
    return UNKNOWN if day == NO_DATE else str(np.datetime64(day, "D"))


def named_day(name: str) -> int:
    return NO_DATE if name == UNKNOWN else int(np.datetime64(name, "D").astype(np.int64))
