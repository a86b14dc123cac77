"""Datasets ``logs`` and ``transcripts``: their schemas and tables, and how tables of any dataset are written."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.kernels.splice import Native, cut_fields
from pipeline.records import ATTRIBUTES, COLUMN_ID, COLUMNS, DATASET_COLUMNS
from pipeline.release.columns import TYPES, text_array
from pipeline.release.rows import TIME, Rows

#: Rows whose values are encoded at once.
WRITE_ROWS = 1 << 14
#: Columns of texts that repeat themselves: written by a dictionary, and read by it. Messages are distinct in nearly
#: every row, so that theirs would only be built and thrown away.
CODED = frozenset(("log_file", *(name for name, kind in COLUMNS.items() if kind == "string" and name != "message")))
#: What is written of numbers as differences.
_NUMBERS = frozenset((pa.int32(), pa.int64(), TIME, pa.timestamp("ns", tz="UTC")))


@cache
def rows_schema(dataset: str) -> pa.Schema:
    """The one schema of dataset ``logs`` or ``transcripts``, the same in every file of every release."""
    fields = [
        pa.field("row_id", pa.uuid(), nullable=False),
        pa.field("timestamp", TIME),
        pa.field("log_file", pa.string(), nullable=False),
    ]
    return pa.schema(fields + [pa.field(name, TYPES[kind]) for name, kind in DATASET_COLUMNS[dataset].items()])


@cache
def table_schema(dataset: str) -> pa.Schema:
    """``rows_schema`` as tables have it in memory: names of files are codes. Files do not show it."""
    schema = rows_schema(dataset)
    place = schema.get_field_index("log_file")
    coded = pa.field("log_file", pa.dictionary(pa.int32(), pa.string()), nullable=False)
    return schema.set(place, coded)


def build_table(rows: Rows, native: Native) -> pa.Table:
    """A batch's rows as a table of their ``table_schema``, the texts cut from the native bytes of the same edits."""
    batch, edits = rows.batch, rows.edits
    edited = [column for column in rows.texts if column not in rows.arrays]
    fields = rows.fields(edited)
    arrays = dict(rows.arrays)
    for column, which, texts in zip(edited, fields, cut_fields(batch, edits, fields, native), strict=True):
        arrays[column] = text_array(which, *texts)
    (texts,) = cut_fields(batch, edits, rows.attributes[None, :], native)
    values = text_array(rows.attributes, *texts)
    arrays[ATTRIBUTES] = pa.MapArray.from_arrays(pa.array(rows.offsets), rows.keys, values)
    columns = [
        rows.row_id,
        rows.timestamp,
        rows.log_file,
        *(arrays[COLUMN_ID[name]] for name in DATASET_COLUMNS[rows.dataset]),
    ]
    return pa.Table.from_arrays(columns, schema=table_schema(rows.dataset))


def parquet_writer(sink: pa.NativeFile, first: pa.Table) -> pq.ParquetWriter:
    """A writer whose bytes follow from the rows alone: no pandas or Arrow metadata, one compression.

    Its schema is that of the ``first`` row group, as all others have it.

    Numbers are written as differences, repeated texts by a dictionary. Row ids, in which nothing repeats, and columns
    that are empty in the ``first`` row group, as most are, are written as they are: a compressor for each takes longer
    to set up than to run. Least and greatest of a row group are noted of numbers and times alone: redacted texts stand
    in no order by which to skip.
    """
    schema = first.schema
    numbers = [field.name for field in schema if field.type in _NUMBERS]
    plain = {"row_id", *(name for name in schema.names if first[name].null_count == len(first))}
    compressed = [leaf for field in schema if field.name not in plain for leaf in _leaves(field)]
    coded = [leaf for field in schema if _is_coded(field) for leaf in _leaves(field)[:1]]
    return pq.ParquetWriter(
        sink,
        schema,
        compression=dict.fromkeys(compressed, "zstd"),
        compression_level=dict.fromkeys(compressed, 1),
        use_dictionary=coded,
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
        write_statistics=numbers,
        write_batch_size=WRITE_ROWS,
        store_schema=False,
        write_page_index=False,
    )


def _leaves(field: pa.Field) -> list[str]:
    """The columns of a file that a field is written as."""
    if pa.types.is_map(field.type):
        return [f"{field.name}.key_value.key", f"{field.name}.key_value.value"]
    return [f"{field.name}.list.element"] if pa.types.is_list(field.type) else [field.name]


def _is_coded(field: pa.Field) -> bool:
    """Whether texts repeat themselves: messages are distinct in nearly every row; of a map the keys are few."""
    if pa.types.is_dictionary(field.type) or pa.types.is_string(field.type):
        return field.name != "message"
    return pa.types.is_map(field.type) or pa.types.is_list(field.type)
