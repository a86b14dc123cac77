"""Dataset ``packets``: its schema."""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from pipeline.captures.columns import NUMBERS, TEXTS

TIME = pa.timestamp("ns", tz="UTC")
_CODED = pa.dictionary(pa.int32(), pa.string())
TYPES = {
    "int32": pa.int32(),
    "int64": pa.int64(),
    "string": pa.string(),
    "list<string>": pa.list_(pa.field("element", pa.string(), nullable=False)),
}


@cache
def packets_schema() -> pa.Schema:
    """The one schema of dataset ``packets``, the same in every file of every release: a row for each packet."""
    return pa.schema(
        [
            pa.field("row_id", pa.uuid(), nullable=False),
            pa.field("timestamp", TIME),
            pa.field("capture_file", pa.string(), nullable=False),
            pa.field("packet_number", pa.int64(), nullable=False),
            pa.field("captured_length", pa.int64(), nullable=False),
            pa.field("wire_length", pa.int64(), nullable=False),
            pa.field("interface", pa.int32(), nullable=False),
            pa.field("link_type", pa.int32(), nullable=False),
            pa.field("community_id", pa.string()),
            *(pa.field(name, TYPES[kind]) for name, kind in (*NUMBERS.items(), *TEXTS.items())),
        ]
    )


@cache
def coded_schema() -> pa.Schema:
    """``packets_schema`` as tables have it in memory: texts are codes. Files do not show it."""
    return pa.schema([field.with_type(_CODED) if field.type == pa.string() else field for field in packets_schema()])
