"""Which field of a batch stands in which column, and texts as Arrow arrays: no loop over records.

What depends on the batch alone is made once, for all recipients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.kernels import cells
from pipeline.kernels.splice import splice_fields
from pipeline.records import ATTRIBUTES, COLUMN_ID, COLUMN_NAMES, COLUMNS, Batch, Bools, Bytes, Edits, Int32, Int64

#: An int64 holds every number of so many digits.
MOST_DIGITS = 18
CONVERSATION = COLUMN_ID["conversation_id"]
TYPES = {"string": pa.string(), "int64": pa.int64(), "map<string, string>": pa.map_(pa.string(), pa.string())}


@dataclass(frozen=True)
class Columns:
    """The kept records of a batch as rows, as far as they are the same for every recipient.

    Attributes:
      rows: int64 [k], the records.
      inputs: numbers of the inputs that rows stand in, ascending.
      input_code: int32 [k], the place in ``inputs`` of each row's.
      cells: int32 [slots, k], the first field of a column in each row, or -1 (a turn's conversation may be named by a
        field of another row); columns other than ``attributes`` in
        which some field of the batch stands.
      slot: column -> its place in ``cells``.
      extra, extra_row: int32 [n], fields that go to ``attributes``, ascending, and their rows: its own, and second and
        further ones of a column.
      shared: column -> its array, where no recipient has an edit in it and all its numbers are ones.
      nulls: type -> an array without a value.
    """

    rows: Int64
    inputs: Sequence[int]
    input_code: Int32
    cells: Int32
    slot: Mapping[int, int]
    extra: Int32
    extra_row: Int32
    shared: Mapping[int, pa.Array]
    nulls: Mapping[str, pa.Array]


def columns_of(batch: Batch, keep: Bools, edits: Sequence[Edits]) -> Columns:
    """Make the columns of a batch.

    Args:
      keep: bool [r], records that are released.
      edits: of every recipient.
    """
    rows = np.flatnonzero(keep)
    seen = np.zeros(len(COLUMN_NAMES), np.bool_)
    cells.see_numbers(batch.field_column, seen)
    seen[ATTRIBUTES] = False
    named = shown_conversations(batch, rows, keep)
    seen[CONVERSATION] |= bool((named >= 0).any())
    slot = {column: place for place, column in enumerate(np.flatnonzero(seen).tolist())}
    fields = np.full((len(slot), len(rows)), -1, np.int32)
    extra, extra_row = np.empty(batch.fields, np.int32), np.empty(batch.fields, np.int32)
    slots = np.array([slot.get(column, -1) for column in range(len(COLUMN_NAMES))])
    count = cells.place_fields(batch.record_field, rows, batch.field_column, slots, fields, extra, extra_row)
    if CONVERSATION in slot:
        own = fields[slot[CONVERSATION]]
        own[:] = np.where(own < 0, named, own)
    shared = {}
    for column, place in slot.items():
        if any(cells.any_edited(fields[place], e.field_edit) for e in edits):
            continue
        if COLUMNS[COLUMN_NAMES[column]] != "int64":
            shared[column] = text_array(fields[place], *splice_fields(batch, edits[0], fields[place]))
            continue
        numbers, bad = number_array(batch, edits[0], fields[place])
        if not len(bad):
            shared[column] = numbers
    inputs, input_code = np.unique(batch.record_input[rows], return_inverse=True)
    nulls = {name: pa.nulls(len(rows), kind) for name, kind in TYPES.items() if name != "map<string, string>"}
    return Columns(
        rows, inputs.tolist(), input_code.astype(np.int32), fields, slot,
        extra[:count].copy(), extra_row[:count].copy(), shared, nulls,
    )  # fmt: skip


def shown_conversations(batch: Batch, rows: Int64, keep: Bools) -> Int32:
    """int32 [k], the field that names each row's conversation in a record before it that is released, too, else -1."""
    if not len(batch.conversation):
        return np.full(len(rows), -1, np.int32)
    field = batch.conversation[rows].astype(np.int32)
    named = field >= 0
    field[named] = np.where(keep[batch.field_record[field[named]]], field[named], -1)
    return field


def number_array(batch: Batch, edits: Edits, fields: Int32) -> tuple[pa.Array, Int64]:
    """Values of fields that are untouched integers, null where there is none.

    Args:
      fields: int32 [k], places of fields, -1 for none.

    Returns:
      int64 array [k], and the places in ``fields`` of those that are edited, or no integers of at most MOST_DIGITS
      digits.
    """
    value, good = np.empty(len(fields), np.int64), np.empty(len(fields), np.bool_)
    bad = cells.read_numbers(
        batch.data, batch.field_start, batch.field_end, edits.field_edit, fields, MOST_DIGITS, value, good
    )
    return int_array(value, good, pa.int64()), np.flatnonzero((fields >= 0) & ~good) if bad else np.zeros(0, np.int64)


def text_array(fields: Int32, data: Bytes, offsets: Int32) -> pa.StringArray:
    """Texts of fields, such as ``splice_fields`` gives, as an Arrow array: null where the place of a field is -1."""
    valid, missing = validity(fields >= 0)
    return pa.StringArray.from_buffers(len(fields), pa.py_buffer(offsets), pa.py_buffer(data), valid, missing)


def int_array(value: Int64, valid: Bools, kind: pa.DataType) -> pa.Array:
    """Values as an Arrow array of a type of their width: null where not valid."""
    bits, missing = validity(valid)
    return pa.Array.from_buffers(kind, len(value), [bits, pa.py_buffer(np.ascontiguousarray(value))], missing)


def uuid_array(ids: Bytes) -> pa.UuidArray:
    """uint8 [r, 16] as UUIDs."""
    octets = pa.py_buffer(np.ascontiguousarray(ids))
    stored = pa.FixedSizeBinaryArray.from_buffers(pa.binary(ids.shape[1]), len(ids), [None, octets])
    return pa.ExtensionArray.from_storage(pa.uuid(), stored)


def validity(valid: Bools) -> tuple[pa.Buffer | None, int]:
    """An array's validity bits, none where all are, and how many are not."""
    missing = len(valid) - int(np.count_nonzero(valid))
    return pa.py_buffer(np.packbits(valid, bitorder="little")) if missing else None, missing


def key_array(keys: tuple[str, ...], code: npt.NDArray[np.int64], row: Int32) -> pa.StringArray:
    """Keys of map entries, made distinct within a row: ``key``, ``key#2``, ``key#3`` …

    Args:
      keys: texts; different places may hold equal texts.
      code: int64 [k], places in ``keys``.
      row: int32 [k], ascending.
    """
    texts = [key.encode("utf-8", "replace").decode() for key in keys]
    while True:
        places: dict[str, int] = {}
        same = np.array([places.setdefault(text, len(places)) for text in texts], np.int64)
        texts = list(places)
        code = same[code] if len(code) else code
        rank = np.empty(len(code), np.int64)
        times = np.zeros(len(texts), np.int64)
        if not cells.count_before(row, code, np.full(len(texts), -1, np.int64), times, rank):
            return pa.array(texts, pa.string()).take(pa.array(code))
        # A key that is written ``key#2`` already collides with a made one: the loop looks again.
        pairs, code = np.unique(code * (int(rank.max()) + 1) + rank, return_inverse=True)
        splits = [divmod(int(pair), int(rank.max()) + 1) for pair in pairs]
        texts = [texts[text] + (f"#{time + 1}" if time else "") for text, time in splits]
