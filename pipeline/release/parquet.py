"""One batch as one recipient may see it, as an Arrow table of dataset ``logs``."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import cache

import numpy as np
import pyarrow as pa

from pipeline.records import ATTRIBUTES, COLUMN_NAMES, LOG_COLUMNS, NO_TIME, Batch, Bools, Bytes, Edits, Int64
from pipeline.release.columns import (
    attribute_fields,
    column_fields,
    hex_array,
    int_array,
    integers,
    key_array,
    named_columns,
    text_array,
)

TYPES = {"string": pa.string(), "int64": pa.int64(), "map<string, string>": pa.map_(pa.string(), pa.string())}
#: The key of an attribute that stands under none.
UNNAMED = "text"


@cache
def logs_schema() -> pa.Schema:
    """The one schema of dataset ``logs``, the same in every file of every release."""
    fields = [
        pa.field("row_id", pa.string(), nullable=False),
        pa.field("timestamp", pa.timestamp("us", tz="UTC")),
        pa.field("log_file", pa.string(), nullable=False),
    ]
    return pa.schema(fields + [pa.field(name, TYPES[kind]) for name, kind in LOG_COLUMNS.items()])


def build_table(
    batch: Batch,
    edits: Edits,
    keep: Bools,
    row_ids: Bytes,
    log_files: Sequence[str],
    dropped: Set[int] = frozenset(),
) -> pa.Table:
    """The kept records of a batch after one recipient's edits.

    A number that is edited, or is none, becomes null in its column, and its text an attribute of the column's name.

    Args:
      keep: bool [r], records that are released.
      row_ids: uint8 [r, 16].
      log_files: the released name of each input of the plan, by ``Input.number``.
      dropped: numbers of columns that the recipient's policy drops: null, and no attribute either.

    Returns:
      A table of ``logs_schema()``, one row for each kept record, in order.
    """
    kept = np.flatnonzero(keep)
    arrays: dict[int, pa.Array] = {}
    for column in named_columns(batch):
        if column in dropped:
            continue
        fields = column_fields(batch, column)[kept]
        if LOG_COLUMNS[COLUMN_NAMES[column]] == "int64":
            value, good = integers(batch, edits, fields)
            arrays[column] = int_array(value, good, pa.int64())
        else:
            arrays[column] = text_array(batch, edits, fields)
    arrays[ATTRIBUTES] = _attributes(batch, edits, keep, dropped)
    time = edits.time[kept]
    names = pa.array([_valid(name) for name in log_files], pa.string())
    columns = [
        hex_array(row_ids[kept]),
        int_array(time, time != NO_TIME, pa.timestamp("us", tz="UTC")),
        names.take(pa.array(batch.record_input[kept])),
    ]
    for number, (_, kind) in enumerate(LOG_COLUMNS.items()):
        columns.append(arrays[number] if number in arrays else pa.nulls(len(kept), TYPES[kind]))
    return pa.Table.from_arrays(columns, schema=logs_schema())


def spilled_numbers(batch: Batch, edits: Edits, keep: Bools, dropped: Set[int]) -> Int64:
    """int64 [k], fields of int64 columns in kept records that are edited or no number: their texts are attributes."""
    spilled = []
    for column in named_columns(batch):
        if column not in dropped and LOG_COLUMNS[COLUMN_NAMES[column]] == "int64":
            fields = column_fields(batch, column)[keep]
            _, good = integers(batch, edits, fields)
            spilled.append(fields[(fields >= 0) & ~good])
    return np.concatenate(spilled) if spilled else np.zeros(0, np.int64)


def attribute_entries(
    batch: Batch, edits: Edits, keep: Bools, dropped: Set[int]
) -> tuple[Int64, Int64, pa.StringArray]:
    """The entries of ``attributes`` of the kept records, in order: (field, record, key) each."""
    spilled = spilled_numbers(batch, edits, keep, dropped)
    which, _ = attribute_fields(batch)
    if dropped:
        which = which[~np.isin(batch.field_column[which], list(dropped))]
    which = np.unique(np.concatenate((which, spilled)))
    record = batch.field_record[which]
    shown = keep[record]
    which, record = which[shown], record[shown]
    # Keys: those of the batch, then a column's name for what spilled or has no key.
    column, key = batch.field_column[which].astype(np.int64), batch.field_key[which].astype(np.int64)
    own_name = (key < 0) | np.isin(which, spilled)
    names = tuple(UNNAMED if number == ATTRIBUTES else name for number, name in enumerate(COLUMN_NAMES))
    code = np.where(own_name, len(edits.keys) + column, key)
    return which, record, key_array((*edits.keys, *names), code, record)


def _attributes(batch: Batch, edits: Edits, keep: Bools, dropped: Set[int]) -> pa.Array:
    which, record, keys = attribute_entries(batch, edits, keep, dropped)
    count = np.bincount(record, minlength=batch.records)[keep]
    offsets = np.concatenate(([0], np.cumsum(count))).astype(np.int32)
    return pa.MapArray.from_arrays(pa.array(offsets), keys, text_array(batch, edits, which))


def _valid(name: str) -> str:
    return name.encode("utf-8", "replace").decode()
