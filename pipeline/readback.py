"""Condition (a): what was staged is read back and compared with the source and its edits, byte by byte."""

from __future__ import annotations

from collections.abc import Sequence, Set

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import RedactError
from pipeline.records import ATTRIBUTES, COLUMN_NAMES, LOG_COLUMNS, NO_TIME, Batch, Bools, Bytes, Edits, Int64
from pipeline.release.columns import column_fields, hex_array, integers, named_columns
from pipeline.release.layout import Layout, read_bytes
from pipeline.release.parquet import attribute_entries
from pipeline.release.parts import NO_DATE, busiest_dates, date_name, days_of
from pipeline.release.summary import PartFile, Segment
from pipeline.verification import check_native, check_texts


class StagedDifference(RedactError):
    """What stands on the disk is not what was decided: the unit is not sealed."""

    exit_code = 3


def native_differences(
    layout: Layout,
    recipient: str,
    segment: Segment,
    batches: Sequence[Batch],
    edits: Sequence[Edits],
    keep: Sequence[Bools],
) -> None:
    """Hold a staged native segment to its source.

    Raises:
      StagedDifference: a byte differs; names the file and the number of records.
    """
    staged = np.frombuffer(read_bytes(layout.fs, f"{layout.staged_native(recipient)}/{segment.path}"), np.uint8)
    at, wrong = 0, 0
    for batch, e, kept in zip(batches, edits, keep, strict=True):
        bad, at = check_native(batch, e, kept, staged, at)
        wrong += int(bad.sum())
        if at < 0:
            break
    if wrong or at != len(staged):
        raise StagedDifference(
            f"{segment.path} of {recipient}: {max(wrong, 1)} staged records differ from their source with its edits; "
            "nothing of this unit is released: run again, and check the disk if it stays"
        )


def part_differences(
    layout: Layout,
    recipient: str,
    parts: Sequence[PartFile],
    batches: Sequence[Batch],
    edits: Sequence[Edits],
    keep: Sequence[Bools],
    ids: Sequence[Bytes],
    log_files: Sequence[str],
    dropped: Set[int],
) -> None:
    """Hold staged Parquet parts to their source, row by row and column by column.

    Raises:
      StagedDifference: a value differs.
    """
    days = [days_of(e.time) for e in edits]
    released = [d[k] for d, k in zip(days, keep, strict=True)]
    busiest = busiest_dates(np.concatenate(released)) if released else np.zeros(0, np.int32)
    days = [np.where(np.isin(d, busiest), d, NO_DATE) for d in days]
    by_name = {date_name(int(d)): int(d) for d in [*busiest.tolist(), NO_DATE]}
    rows_seen = 0
    for part in parts:
        day = by_name[part.path.split("/")[0].removeprefix("date=")]
        with layout.fs.open_input_file(f"{layout.staged_parts(recipient)}/{part.path}") as source:
            table = pq.ParquetFile(source).read()
        at = 0
        for k, batch in enumerate(batches):
            mine = keep[k] & (days[k] == day)
            count = int(mine.sum())
            if count and not _rows_equal(table.slice(at, count), batch, edits[k], mine, ids[k], log_files, dropped):
                _differs(part, recipient)
            at += count
        if at != table.num_rows:
            _differs(part, recipient)
        rows_seen += at
    if rows_seen != sum(int(k.sum()) for k in keep):
        raise StagedDifference(f"{recipient}: a staged Parquet part is missing; run again")


def _differs(part: PartFile, recipient: str) -> None:
    raise StagedDifference(
        f"{part.path} of {recipient}: staged rows differ from their source with its edits; nothing of this unit is "
        "released: run again, and check the disk if it stays"
    )


def _rows_equal(
    table: pa.Table,
    batch: Batch,
    edits: Edits,
    mine: Bools,
    ids: Bytes,
    log_files: Sequence[str],
    dropped: Set[int],
) -> bool:
    rows = np.flatnonzero(mine)
    time = edits.time[rows]
    stamps = table["timestamp"].cast(pa.int64())
    if not np.array_equal(pc.fill_null(stamps, NO_TIME).to_numpy(), time):
        return False
    if not table["row_id"].combine_chunks().equals(hex_array(ids[rows])):
        return False
    names = pa.array([log_files[n] for n in range(len(log_files))], pa.string())
    if not pc.all(pc.equal(table["log_file"], names.take(pa.array(batch.record_input[rows])))).as_py():
        return False
    present = set(named_columns(batch)) - set(dropped)
    for number, (name, kind) in enumerate(LOG_COLUMNS.items()):
        column = table[name].combine_chunks()
        if number == ATTRIBUTES:
            continue
        if number not in present:
            if column.null_count != len(column):
                return False
        elif kind == "int64":
            value, good = integers(batch, edits, column_fields(batch, number)[rows])
            expected = pa.array(value, mask=~good)
            if not column.equals(expected):
                return False
        elif not _texts_equal(column, batch, edits, column_fields(batch, number)[rows]):
            return False
    return _attributes_equal(table["attributes"].combine_chunks(), batch, edits, mine, dropped)


def _texts_equal(column: pa.StringArray, batch: Batch, edits: Edits, fields: Int64) -> bool:
    there = fields >= 0
    if not np.array_equal(np.asarray(column.is_valid()), there):
        return False
    data, offsets = _buffers(column.drop_null() if not there.all() else column)
    return not check_texts(batch, edits, fields[there], data, offsets).any()


def _attributes_equal(column: pa.MapArray, batch: Batch, edits: Edits, mine: Bools, dropped: Set[int]) -> bool:
    which, record, keys = attribute_entries(batch, edits, mine, dropped)
    count = np.bincount(record, minlength=batch.records)[mine]
    offsets = column.offsets.to_numpy()
    if not np.array_equal(np.diff(offsets), count):
        return False
    got_keys = column.keys.slice(offsets[0], len(which))
    items = column.items.slice(offsets[0], len(which))
    if not got_keys.equals(keys) or items.null_count:
        return False
    data, item_offsets = _buffers(items)
    return not check_texts(batch, edits, which, data, item_offsets).any()


def _buffers(column: pa.StringArray) -> tuple[Bytes, Int64]:
    """The bytes and int64 [n + 1] offsets of a string array without nulls."""
    if not len(column):
        return np.zeros(1, np.uint8), np.zeros(1, np.int64)
    _, offsets, data = column.buffers()
    place = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1].astype(np.int64)
    texts = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return texts, place


def column_numbers(names: Sequence[str]) -> frozenset[int]:
    return frozenset(COLUMN_NAMES.index(name) for name in names if name in COLUMN_NAMES)
