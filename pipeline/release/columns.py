"""Which field of a batch stands in which column, and texts as Arrow arrays: no loop over records."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.kernels.splice import splice_fields
from pipeline.records import ATTRIBUTES, COLUMN_NAMES, Batch, Bools, Bytes, Edits, Int64

#: An int64 holds every number of so many digits.
MOST_DIGITS = 18
_HEX = np.array([list(b"%02x" % byte) for byte in range(256)], np.uint8)


def column_fields(batch: Batch, column: int) -> Int64:
    """int64 [r], the first field of a column in each record, or -1."""
    which = np.flatnonzero(batch.field_column == column)
    first = np.full(batch.records, -1, np.int64)
    # Of equal places the last assignment stands: reversed, that is each record's first field.
    first[batch.field_record[which][::-1]] = which[::-1]
    return first


def attribute_fields(batch: Batch) -> tuple[Int64, Int64]:
    """Fields that go to ``attributes``: its own, and what a named column has no place for.

    Returns:
      which: int64 [k], places of fields, ascending: those of ATTRIBUTES, and second and further ones of a column.
      record: int64 [k], the record of each.
    """
    record = batch.field_record
    chosen = batch.field_column == ATTRIBUTES
    for column in named_columns(batch):
        which = np.flatnonzero(batch.field_column == column)
        chosen[which[1:][record[which[1:]] == record[which[:-1]]]] = True
    which = np.flatnonzero(chosen)
    return which, record[which]


def named_columns(batch: Batch) -> list[int]:
    """Columns other than ``attributes`` that some field of the batch stands in."""
    present = np.bincount(batch.field_column[batch.field_column >= 0], minlength=len(COLUMN_NAMES))
    return [int(column) for column in np.flatnonzero(present) if column != ATTRIBUTES]


def edited_fields(edits: Edits) -> Bools:
    """bool [f], whether a field has an edit."""
    return np.diff(edits.field_edit) > 0


def integers(batch: Batch, edits: Edits, fields: Int64) -> tuple[Int64, Bools]:
    """Values of fields that are untouched integers.

    Args:
      fields: int64 [k], places of fields, -1 for none.

    Returns:
      int64 [k] values and bool [k]: False where there is no field, it is edited, or its text is no integer of at most
      MOST_DIGITS digits.
    """
    value = np.zeros(len(fields), np.int64)
    if not batch.fields:
        return value, np.zeros(len(fields), np.bool_)
    good = (fields >= 0) & ~edited_fields(edits)[fields]
    start, end = batch.field_start[fields], batch.field_end[fields]
    negative = good & (end > start)
    negative[negative] = batch.data[start[negative]] == ord("-")
    start = start + negative
    length = end - start
    good &= (length > 0) & (length <= MOST_DIGITS)
    for place in range(int(length[good].max(initial=0))):
        here = np.flatnonzero(good & (length > place))
        digit = batch.data[start[here] + place].astype(np.int64) - ord("0")
        value[here] = value[here] * 10 + digit
        good[here[(digit < 0) | (digit > 9)]] = False
    value[negative] *= -1
    value[~good] = 0
    return value, good


def text_array(batch: Batch, edits: Edits, fields: Int64) -> pa.StringArray:
    """Texts of fields after the edits as an Arrow array: null where the place is -1."""
    valid = fields >= 0
    data, used = splice_fields(batch, edits, fields[valid])
    if valid.all():
        return pa.StringArray.from_buffers(len(fields), pa.py_buffer(used), pa.py_buffer(data))
    length = np.zeros(len(fields) + 1, np.int32)
    length[1:][valid] = np.diff(used)
    offsets = np.cumsum(length, dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(fields), pa.py_buffer(offsets), pa.py_buffer(data), validity(valid), int((~valid).sum())
    )


def int_array(value: Int64, valid: Bools, kind: pa.DataType) -> pa.Array:
    """Eight-byte values as an Arrow array of a type: null where not valid."""
    buffers = [validity(valid), pa.py_buffer(np.ascontiguousarray(value))]
    return pa.Array.from_buffers(kind, len(value), buffers, int((~valid).sum()))


def hex_array(ids: Bytes) -> pa.StringArray:
    """uint8 [r, n] as lower-case hexadecimal texts."""
    rows, width = ids.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(2 * width)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(_HEX[ids])))


def validity(valid: Bools) -> pa.Buffer:
    return pa.py_buffer(np.packbits(valid, bitorder="little"))


def key_array(keys: tuple[str, ...], code: npt.NDArray[np.int64], record: Int64) -> pa.StringArray:
    """Keys of map entries, made distinct within a record: ``key``, ``key#2``, ``key#3`` …

    Args:
      keys: texts; different places may hold equal texts.
      code: int64 [k], places in ``keys``.
      record: int64 [k], ascending.
    """
    texts = [key.encode("utf-8", "replace").decode() for key in keys]
    while True:
        places: dict[str, int] = {}
        same = np.array([places.setdefault(text, len(places)) for text in texts], np.int64)
        texts = list(places)
        code = same[code] if len(code) else code
        rank = repeats(record * max(len(texts), 1) + code)
        if not rank.any():
            return pa.array(texts, pa.string()).take(pa.array(code))
        # A key that is written ``key#2`` already collides with a made one: the loop looks again.
        pairs, code = np.unique(code * (int(rank.max()) + 1) + rank, return_inverse=True)
        splits = [divmod(int(pair), int(rank.max()) + 1) for pair in pairs]
        texts = [texts[text] + (f"#{time + 1}" if time else "") for text, time in splits]


def repeats(value: Int64) -> Int64:
    """How often each value stood before, in order."""
    order = np.argsort(value, kind="stable")
    ordered = value[order]
    new = np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(value)]
    began = np.maximum.accumulate(np.where(new, np.arange(len(value)), 0)) if len(value) else order
    rank = np.empty(len(value), np.int64)
    rank[order] = np.arange(len(value)) - began
    return rank
