"""Parquet parts of one unit: one file for each date, written whole, byte-equal for equal rows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from pipeline.records import NO_TIME, Int32, Int64
from pipeline.release.layout import write_whole
from pipeline.release.parquet import logs_schema
from pipeline.release.summary import PartFile

DAY = 86_400_000_000
#: A row without a date; no time stands so far back.
NO_DATE = int(np.iinfo(np.int32).min)
UNKNOWN = "unknown"
MOST_DATES = 32
ROW_GROUP_ROWS = 1 << 16
PENDING_BYTES = 16 << 20
#: Distinct in every row: a dictionary would only be built and thrown away.
DISTINCT = ("row_id", "message", "timestamp")


def days_of(time: Int64) -> Int32:
    """int32 [r], days since 1970 of times in microseconds; NO_DATE without a time, or outside the years 1 to 9999."""
    days = np.floor_divide(time, DAY)
    bad = (time == NO_TIME) | (days < -719_162) | (days > 2_932_896)
    return np.where(bad, NO_DATE, days).astype(np.int32)


def busiest_dates(days: Int32) -> Int32:
    """The MOST_DATES dates with the most rows, of equals the earlier; ascending."""
    date, count = np.unique(days[days != NO_DATE], return_counts=True)
    order = np.lexsort((date, -count))[:MOST_DATES]
    return np.sort(date[order])


@dataclass
class _Part:
    """One file being made: row groups in memory, compressed, and rows that wait for the next group."""

    sink: pa.BufferOutputStream
    writer: pq.ParquetWriter
    waiting: list[pa.Table] = field(default_factory=list)
    rows: int = 0


class PartWriter:
    """Writes one recipient's rows of one unit as ``date=YYYY-MM-DD/part-<stem>.parquet``.

    Args:
      fs, folder: where the parts are staged.
      stem: unit and chunk, in every part's name.
      days: int32, the days of all rows that may come (``days_of`` of the times as this recipient sees them): rows of
        the busiest MOST_DATES go to their date, all others to ``date=unknown``.
    """

    def __init__(self, fs: pafs.FileSystem, folder: str, stem: str, days: Int32) -> None:
        self._fs, self._folder, self._stem = fs, folder, stem
        self._dates = busiest_dates(days)
        self._parts: dict[int, _Part] = {}
        self._waiting_bytes = 0

    def write(self, table: pa.Table) -> None:
        """Add rows, a table of ``logs_schema()``."""
        time = pc.fill_null(table["timestamp"].cast(pa.int64()), NO_TIME).to_numpy()
        days = days_of(time)
        days = np.where(np.isin(days, self._dates), days, NO_DATE)
        for day in np.unique(days):
            rows = table if (days == day).all() else table.take(pa.array(np.flatnonzero(days == day)))
            part = self._part(int(day))
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
            part.writer.close()
            data = part.sink.getvalue()
            path = f"date={date_name(day)}/part-{self._stem}.parquet"
            written = write_whole(self._fs, f"{self._folder}/{path}", data)
            files.append(PartFile(path, part.rows, written.size, written.sha256))
        self._parts.clear()
        return tuple(files)

    def _part(self, day: int) -> _Part:
        if day not in self._parts:
            sink = pa.BufferOutputStream()
            self._parts[day] = _Part(sink, parquet_writer(sink))
        return self._parts[day]

    def _flush(self, part: _Part) -> None:
        if not part.waiting:
            return
        table = pa.concat_tables(part.waiting)
        self._waiting_bytes -= sum(piece.nbytes for piece in part.waiting)
        part.waiting.clear()
        part.rows += table.num_rows
        part.writer.write_table(table, row_group_size=ROW_GROUP_ROWS)


def parquet_writer(sink: pa.NativeFile) -> pq.ParquetWriter:
    """A writer whose bytes follow from the rows alone: no pandas or Arrow metadata, one compression."""
    schema = logs_schema()
    return pq.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=[*(name for name in schema.names if name not in DISTINCT), "attributes.key_value.key"],
        store_schema=False,
        write_page_index=False,
    )


def date_name(day: int) -> str:
    return UNKNOWN if day == NO_DATE else str(np.datetime64(day, "D"))
