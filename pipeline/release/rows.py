"""One batch's rows as one recipient may see them: made once, to be written and to be held to what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.records import (
    ATTRIBUTES,
    COLUMN_ID,
    COLUMN_NAMES,
    DATASET_COLUMNS,
    NO_TIME,
    Batch,
    Bytes,
    Edits,
    Int32,
    Int64,
)
from pipeline.release.columns import Columns, int_array, key_array, number_array, uuid_array

#: The key of an attribute that stands under none.
UNNAMED = "text"
TURN = COLUMN_ID["turn"]
TIME = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Rows:
    """Rows of a dataset, but for the texts that edits change.

    Attributes:
      dataset: a key of DATASET_COLUMNS.
      batch, edits, columns: what they are made of.
      texts: columns of texts that are shown.
      arrays: column -> its array; columns that are no texts, or of which no recipient edits a text.
      row_id, timestamp: [k] arrays.
      log_file: [k] dictionary array, the released names of the inputs that rows stand in.
      attributes: int32 [n], fields that are attributes, row by row.
      offsets: int32 [k + 1], the attributes of each row.
      keys: [n] array, their keys.
    """

    dataset: str
    batch: Batch
    edits: Edits
    columns: Columns
    texts: Sequence[int]
    arrays: Mapping[int, pa.Array]
    row_id: pa.UuidArray
    timestamp: pa.Array
    log_file: pa.DictionaryArray
    attributes: Int32
    offsets: Int32
    keys: pa.StringArray

    def __len__(self) -> int:
        return len(self.columns.rows)

    def fields(self, columns: Sequence[int]) -> Int32:
        """int32 [columns, k], the field of each row, or -1."""
        return self.columns.cells[[self.columns.slot[column] for column in columns]]


def rows_of(
    batch: Batch,
    edits: Edits,
    columns: Columns,
    row_ids: Bytes,
    log_files: Sequence[str],
    dropped: Set[int] = frozenset(),
) -> Rows:
    """A batch's rows for one recipient.

    A number that is edited, or is none, becomes null in its column, and its text an attribute of the column's name.

    Args:
      row_ids: uint8 [r, 16].
      log_files: the released name of each input of the plan, by ``Input.number``.
      dropped: numbers of columns that the recipient's policy drops: null, and no attribute either.
    """
    texts: list[int] = []
    arrays: dict[int, pa.Array] = {}
    spilled, spilled_row = [], []
    dataset = "transcripts" if len(batch.turn) else "logs"
    for name, kind in DATASET_COLUMNS[dataset].items():
        column = COLUMN_ID[name]
        if column == ATTRIBUTES:
            continue
        if column == TURN and column not in dropped:
            turn = batch.turn[columns.rows]
            arrays[column] = int_array(turn, turn > 0, pa.int64())
            continue
        if column not in columns.slot or column in dropped:
            arrays[column] = columns.nulls[kind]
            continue
        if kind == "string":
            texts.append(column)
        if column in columns.shared:
            arrays[column] = columns.shared[column]
        elif kind == "int64":
            fields = columns.cells[columns.slot[column]]
            arrays[column], bad = number_array(batch, edits, fields)
            spilled.append(fields[bad])
            spilled_row.append(bad)
    attributes, offsets, keys = _attributes(batch, edits, columns, spilled, spilled_row, dropped)
    time = edits.time[columns.rows]
    return Rows(
        dataset,
        batch,
        edits,
        columns,
        texts,
        arrays,
        row_id=uuid_array(row_ids[columns.rows]),
        timestamp=int_array(time, time != NO_TIME, TIME),
        log_file=_names(columns, log_files),
        attributes=attributes,
        offsets=offsets,
        keys=keys,
    )


def _attributes(
    batch: Batch,
    edits: Edits,
    columns: Columns,
    spilled: Sequence[Int32],
    spilled_row: Sequence[Int64],
    dropped: Set[int],
) -> tuple[Int32, Int32, pa.StringArray]:
    """The entries of ``attributes``, in order: (field, offsets of the rows, key)."""
    which, row = columns.extra, columns.extra_row
    if dropped:
        shown = ~np.isin(batch.field_column[which], list(dropped))
        which, row = which[shown], row[shown]
    # Keys: those of the batch, or a column's name for what spilled or has no key.
    own_name = batch.field_key[which] < 0
    if any(len(fields) for fields in spilled):
        which = np.concatenate((which, *spilled))
        order = np.argsort(which)
        which = which[order]
        row = np.concatenate((row, *spilled_row))[order].astype(np.int32)
        own_name = np.concatenate((own_name, np.ones(len(which) - len(own_name), np.bool_)))[order]
    names = tuple(UNNAMED if number == ATTRIBUTES else name for number, name in enumerate(COLUMN_NAMES))
    column = batch.field_column[which].astype(np.int64)  # beside more keys than its own type can count
    code = np.where(own_name, len(edits.keys) + column, batch.field_key[which])
    offsets = np.zeros(len(columns.rows) + 1, np.int32)
    np.cumsum(np.bincount(row, minlength=len(columns.rows)), out=offsets[1:])
    return which, offsets, key_array((*edits.keys, *names), code, row)


def _names(columns: Columns, log_files: Sequence[str]) -> pa.DictionaryArray:
    names = [log_files[number].encode("utf-8", "replace").decode() for number in columns.inputs]
    places: dict[str, int] = {}
    place = np.array([places.setdefault(name, len(places)) for name in names], np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(place[columns.input_code]), pa.array(list(places), pa.string()))
