"""Condition (a): what was staged is read back and compared with the source and its edits, byte by byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import RedactError
from pipeline.records import (
    ATTRIBUTES,
    COLUMN_ID,
    COLUMN_NAMES,
    DATASET_COLUMNS,
    Batch,
    Bools,
    Bytes,
    Edits,
    Int32,
    Int64,
)
from pipeline.release.layout import Layout, read_bytes
from pipeline.release.parquet import CODED, rows_schema
from pipeline.release.parts import named_day, rows_of_day
from pipeline.release.rows import Rows
from pipeline.release.summary import PartFile, Segment
from pipeline.verification import Staged, TextPlaces, check_native, check_texts, text_places


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
) -> list[Staged]:
    """Hold a staged native segment to its source.

    Returns:
      What is staged, and where each batch stands in it.

    Raises:
      StagedDifference: a byte differs; names the file and the number of records.
    """
    data = np.frombuffer(read_bytes(layout.fs, f"{layout.staged_native(recipient)}/{segment.path}"), np.uint8)
    at, wrong, staged = 0, 0, []
    for batch, e, kept in zip(batches, edits, keep, strict=True):
        bad, at, places = check_native(batch, e, kept, data, at)
        staged.append(places)
        wrong += int(bad.sum())
        if at < 0:
            break
    if wrong or at != len(data):
        raise StagedDifference(
            f"{segment.path} of {recipient}: {max(wrong, 1)} staged records differ from their source with its edits; "
            "nothing of this unit is released: run again, and check the disk if it stays"
        )
    return staged


def part_differences(
    layout: Layout,
    recipient: str,
    parts: Sequence[PartFile],
    rows: Sequence[Rows],
    days: Sequence[Int32],
    native: Sequence[Staged],
) -> None:
    """Hold staged Parquet parts to their source, row by row and column by column.

    Args:
      rows: of each batch.
      days: of each batch, the parts that its rows stand in (``part_days``).
      native: of each batch, what ``native_differences`` says.

    Raises:
      StagedDifference: a value differs.
    """
    found = 0
    for part in parts:
        day = named_day(part.path.split("/")[0].removeprefix("date="))
        pieces = [_Piece(own, rows_of_day(d, day), staged) for own, d, staged in zip(rows, days, native, strict=True)]
        try:
            with layout.fs.open_input_file(f"{layout.staged_parts(recipient, part.dataset)}/{part.path}") as source:
                same = _part_equals(source, part.dataset, iter([piece for piece in pieces if len(piece.chosen)]))
        except (pa.ArrowException, OSError, ValueError):
            # What cannot be read is not what was written.
            same = False
        if not same:
            raise StagedDifference(
                f"{part.path} of {recipient}: staged rows differ from their source with its edits; nothing of this "
                "unit is released: run again, and check the disk if it stays"
            )
        found += sum(len(piece.chosen) for piece in pieces)
    if found != sum(len(own) for own in rows):
        raise StagedDifference(f"{recipient}: a staged Parquet part is missing; run again")


def run_differences(layout: Layout, recipient: str, segment: Segment, runs: Sequence[Bytes]) -> None:
    """Hold a staged native segment of captures to the bytes that were proven.

    Raises:
      StagedDifference: a byte differs.
    """
    staged = pa.py_buffer(read_bytes(layout.fs, f"{layout.staged_native(recipient)}/{segment.path}"))
    at, same = 0, True
    for run in runs:
        # Buffers are compared as memory is, with no array of answers between.
        same &= staged[at : at + len(run)].equals(pa.py_buffer(np.ascontiguousarray(run)))
        at += len(run)
    if not same or at != staged.size:
        raise StagedDifference(
            f"{segment.path} of {recipient}: staged packets differ from what was proven; nothing of this unit is "
            "released: run again, and check the disk if it stays"
        )


def table_differences(
    layout: Layout, recipient: str, dataset: str, parts: Sequence[PartFile], table: pa.Table, days: Int32
) -> None:
    """Hold staged Parquet parts to the table that they were written from.

    Args:
      days: int32 [rows], the part of each row (``part_days``).

    Raises:
      StagedDifference: a value differs.
    """
    found = 0
    for part in parts:
        chosen = rows_of_day(days, named_day(part.path.split("/")[0].removeprefix("date=")))
        expected = table if len(chosen) == len(days) else table.take(pa.array(chosen))
        try:
            with layout.fs.open_input_file(f"{layout.staged_parts(recipient, dataset)}/{part.path}") as source:
                same = table_equals(source, expected)
        except (pa.ArrowException, OSError, ValueError):
            # What cannot be read is not what was written.
            same = False
        if not same:
            raise StagedDifference(
                f"{part.path} of {recipient}: staged rows of {dataset} differ from what was proven; nothing of this "
                "unit is released: run again, and check the disk if it stays"
            )
        found += len(chosen)
    if found != table.num_rows:
        raise StagedDifference(f"{recipient}: a staged Parquet part is missing; run again")


def rows_stand_in(file: pa.Buffer, rows: Rows, native: Staged) -> bool:
    """Whether a Parquet file in memory holds a batch's rows, all of them and no others.

    Args:
      native: of the batch, what ``check_native`` says.
    """
    piece = _Piece(rows, np.arange(len(rows)), native)
    return _part_equals(pa.BufferReader(file), rows.dataset, iter([piece]))


def table_equals(source: pa.NativeFile, expected: pa.Table) -> bool:
    """Whether a part holds a table. Texts that the file has by the table's own codes are compared by them."""
    coded = [field.name for field in expected.schema if pa.types.is_dictionary(field.type)]
    read = pq.ParquetFile(source, read_dictionary=coded).read(use_threads=False)
    if read.column_names != expected.column_names:
        return False
    pairs = zip(expected.column_names, read.columns, expected.columns, strict=True)
    others = [name for name, column, wanted in pairs if column.type != wanted.type or not column.equals(wanted)]
    if not others:
        return True
    # Codes may be other ones, of which some may stand for nothing: these columns are read as texts.
    read = pq.ParquetFile(source).read(others, use_threads=False)
    return all(read[name].equals(expected[name].cast(read[name].type)) for name in others)


@dataclass(frozen=True)
class _Piece:
    """The rows of one batch that stand in one part."""

    rows: Rows
    chosen: Int64
    native: Staged

    def taken(self, array: pa.Array) -> pa.Array:
        return array if len(self.chosen) == len(array) else array.take(pa.array(self.chosen))


def _part_equals(source: pa.NativeFile, dataset: str, pieces: Iterator[_Piece]) -> bool:
    """Whether a part holds these rows, one piece after the other; one row group of it is in memory at a time."""
    metadata, schema = pq.read_metadata(source), rows_schema(dataset)
    if pq.ParquetFile(source, metadata=metadata).schema_arrow != schema:
        return False
    file = pq.ParquetFile(source, metadata=metadata, read_dictionary=sorted(CODED.intersection(schema.names)))
    # Columns before ``attributes`` are of one leaf each.
    flat = schema.get_field_index(COLUMN_NAMES[ATTRIBUTES])
    columns = [COLUMN_ID[name] for name in DATASET_COLUMNS[dataset]]
    for number in range(file.num_row_groups):
        group = file.metadata.row_group(number)
        own: list[_Piece] = []
        while sum(len(piece.chosen) for piece in own) < group.num_rows:
            piece = next(pieces, None)
            if piece is None:
                return False
            own.append(piece)
        entries = sum(int(np.maximum(np.diff(piece.rows.offsets)[piece.chosen], 1).sum()) for piece in own)
        lengths = [group.num_rows] * flat + [entries] * (group.num_columns - flat)
        if any(group.column(place).num_values != length for place, length in enumerate(lengths)):
            return False
        twin = _twins(group, source, schema, [c for c in columns if c != ATTRIBUTES and _is_empty(c, own)])
        names = [name for name in schema.names if name not in twin]
        table = file.read_row_group(number, names, use_threads=False)
        at = 0
        for piece in own:
            if not _rows_equal(table.slice(at, len(piece.chosen)), twin, piece):
                return False
            at += len(piece.chosen)
        # Before the next one is read.
        del table
    return next(pieces, None) is None


def _is_empty(column: int, pieces: Sequence[_Piece]) -> bool:
    arrays = [piece.rows.arrays.get(column) for piece in pieces]
    return all(array is not None and array.null_count == len(array) for array in arrays)


def _twins(
    group: pq.RowGroupMetaData, source: pa.NativeFile, schema: pa.Schema, columns: Sequence[int]
) -> dict[str, str]:
    """Columns of a row group that stand on the disk in the same bytes as another, which speaks for them.

    Most columns of a log are empty, and equal bytes, said to be of one type and encoding, are equal values: one is
    decoded for all.
    """
    first: dict[tuple[object, ...], str] = {}
    twin = {}
    for column in columns:
        chunk = group.column(schema.get_field_index(COLUMN_NAMES[column]))
        pages = [chunk.data_page_offset, *([chunk.dictionary_page_offset] if chunk.has_dictionary_page else [])]
        if min(pages) < 0 or not 0 <= chunk.total_compressed_size <= source.size():
            continue
        source.seek(min(pages))
        said = (
            chunk.physical_type,
            chunk.compression,
            chunk.encodings,
            chunk.num_values,
            chunk.total_uncompressed_size,
            tuple(page - min(pages) for page in pages),
            source.read(chunk.total_compressed_size),
        )
        if said in first:
            twin[COLUMN_NAMES[column]] = first[said]
        else:
            first[said] = COLUMN_NAMES[column]
    return twin


def _rows_equal(table: pa.Table, twin: Mapping[str, str], piece: _Piece) -> bool:
    """Whether a table, in which a ``twin`` stands for some columns, holds a piece's rows, and no others."""
    rows, chosen = piece.rows, piece.chosen
    if table.num_rows != len(chosen):
        return False
    for name, array in (("row_id", rows.row_id), ("timestamp", rows.timestamp)):
        if not table[name].equals(pa.chunked_array([piece.taken(array)])):
            return False
    if not _names_equal(table["log_file"], piece.taken(rows.log_file)):
        return False
    fields = rows.fields(rows.texts).take(chosen, axis=1)
    texts = dict(zip(rows.texts, zip(fields, text_places(rows.batch, rows.edits, fields, piece.native), strict=True)))
    for name in DATASET_COLUMNS[rows.dataset]:
        number = COLUMN_ID[name]
        column = table[twin.get(name, name)]
        if number == ATTRIBUTES:
            same = _attributes_equal(column, piece)
        elif number in texts:
            same = _texts_equal(column, rows, *texts[number])
        elif rows.arrays[number].null_count == len(rows):
            same = column.null_count == len(chosen)
        else:
            same = column.equals(pa.chunked_array([piece.taken(rows.arrays[number])]))
        if not same:
            return False
    return True


def _names_equal(column: pa.ChunkedArray, expected: pa.DictionaryArray) -> bool:
    place = {name: code for code, name in enumerate(expected.dictionary.to_pylist())}
    wanted = expected.indices.to_numpy()
    at = 0
    for chunk in column.chunks:
        code = _codes(chunk)
        known = np.array([place.get(name, -1) for name in chunk.dictionary.to_pylist()], np.int32)
        if (
            chunk.null_count
            or not _in_range(code, chunk)
            or not np.array_equal(known[code], wanted[at : at + len(code)])
        ):
            return False
        at += len(code)
    return at == len(wanted)


def _texts_equal(column: pa.ChunkedArray, rows: Rows, fields: Int32, places: TextPlaces | None) -> bool:
    at = 0
    for chunk in column.chunks:
        here = slice(at, at + len(chunk))
        own = fields[here]
        missing = len(own) - int(np.count_nonzero(own >= 0))
        if chunk.null_count != missing or (missing and not np.array_equal(np.asarray(chunk.is_valid()), own >= 0)):
            return False
        code = np.zeros(0, np.int32)
        if isinstance(chunk, pa.DictionaryArray):
            code = _codes(chunk)
            if not _in_range(code[own >= 0] if missing else code, chunk):
                return False
            chunk = chunk.dictionary
        stand = None if places is None else TextPlaces(places.data, places.at[here], places.size[here])
        if check_texts(rows.batch, rows.edits, own, *_buffers(chunk), code, stand).any():
            return False
        at += len(own)
    return at == len(fields)


def _codes(chunk: pa.DictionaryArray) -> Int32:
    return np.frombuffer(chunk.indices.buffers()[1], np.int32)[chunk.offset : chunk.offset + len(chunk)]


def _in_range(code: Int32, chunk: pa.DictionaryArray) -> bool:
    """Whether codes are ones: Arrow gives them as the file has them."""
    return not len(code) or (int(code.min()) >= 0 and int(code.max()) < len(chunk.dictionary))


def _attributes_equal(column: pa.ChunkedArray, piece: _Piece) -> bool:
    rows = piece.rows
    count = np.diff(rows.offsets)[piece.chosen]
    which, keys = rows.attributes, rows.keys
    if len(piece.chosen) != len(rows):
        own = np.repeat(rows.offsets[piece.chosen] - np.cumsum(count) + count, count) + np.arange(count.sum())
        which, keys = which[own], keys.take(pa.array(own))
    found = column.combine_chunks()
    offsets = found.offsets.to_numpy()
    if found.null_count or not np.array_equal(np.diff(offsets), count):
        return False
    got_keys = found.keys.slice(offsets[0], len(which))
    items = found.items.slice(offsets[0], len(which))
    if items.null_count or not got_keys.equals(keys):
        return False
    (places,) = text_places(rows.batch, rows.edits, which[None, :], piece.native)
    return not check_texts(rows.batch, rows.edits, which, *_buffers(items), places=places).any()


def _buffers(column: pa.StringArray) -> tuple[Bytes, Int32]:
    """The bytes and int32 [n + 1] offsets of a string array."""
    if not len(column):
        return np.zeros(1, np.uint8), np.zeros(1, np.int32)
    _, offsets, data = column.buffers()
    place = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    texts = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return texts, place
