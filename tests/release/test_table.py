"""One batch as a table: the right text in the right column, and nothing in clear that was edited."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.splice import splice_records
from pipeline.records import ATTRIBUTES, COLUMN_ID, KEY_COLUMN, NO_TIME, SCAN, TIME_COLUMN, Batch, Edits
from pipeline.release.columns import columns_of, key_array
from pipeline.release.parquet import build_table, rows_schema, table_schema
from pipeline.release.parts import (
    MOST_DATES,
    NO_DATE,
    PartWriter,
    busiest_dates,
    date_name,
    days_of,
    named_day,
    part_days,
)
from pipeline.release.rows import rows_of
from pipeline.tally import row_ids

Cell = tuple[int, str | None, bytes]


def batch_of(records: list[list[Cell]], time: list[int] | None = None) -> Batch:
    """A batch of records made of (column, key, text) fields, each field followed by a blank."""
    data, keys = bytearray(), []
    starts, ends, fields, columns, codes, record_field = [], [], [], [], [], [0]
    for record in records:
        starts.append(len(data))
        for column, key, text in record:
            fields.append((len(data), len(data) + len(text)))
            columns.append(column)
            codes.append(keys.index(key) if key in keys else len(keys) if key is not None else -1)
            if key is not None and key not in keys:
                keys.append(key)
            data += text + b" "
        data += b"\n"
        ends.append(len(data))
        record_field.append(len(fields))
    spans = np.array(fields, np.int64).reshape(-1, 2)
    return Batch(
        data=np.frombuffer(bytes(data) or b"\0", np.uint8),
        record_start=np.array(starts, np.int64),
        record_end=np.array(ends, np.int64),
        record_offset=np.array(starts, np.int64),
        record_input=np.zeros(len(records), np.int32),
        time=np.array(time or [NO_TIME] * len(records), np.int64),
        record_field=np.array(record_field, np.int64),
        field_start=spans[:, 0].copy(),
        field_end=spans[:, 1].copy(),
        field_decoder=np.zeros(len(fields), np.uint8),
        field_entity=np.full(len(fields), SCAN, np.int16),
        field_column=np.array(columns, np.int16),
        field_key=np.array(codes, np.int32),
        keys=tuple(keys),
    )


@pytest.fixture
def rows(edits_of: Callable[..., Edits]) -> Callable[..., list[dict]]:
    def make(
        batch: Batch, changes: dict[int, bytes] | None = None, dropped: frozenset[int] = frozenset()
    ) -> list[dict]:
        return table_of(batch, edits_of(batch, changes), dropped=dropped).to_pylist()

    return make


def table_of(
    batch: Batch, edits: Edits, keep: np.ndarray | None = None, dropped: frozenset[int] = frozenset()
) -> pa.Table:
    keep = np.ones(batch.records, np.bool_) if keep is None else keep
    ids = np.arange(16 * batch.records, dtype=np.int64).astype(np.uint8).reshape(-1, 16)
    rows = rows_of(batch, edits, columns_of(batch, keep, [edits]), ids, ["a.log"], dropped)
    table = build_table(rows, splice_records(batch, edits, keep))
    assert table.schema == table_schema("logs")
    table.validate(full=True)
    return table


MESSAGE, PORT, HOST = COLUMN_ID["message"], COLUMN_ID["source_port"], COLUMN_ID["host_name"]


def test_a_field_stands_in_its_column_and_the_rest_in_attributes(rows: Callable[..., list[dict]]) -> None:
    batch = batch_of([[(HOST, None, b"gw"), (MESSAGE, None, b"up"), (ATTRIBUTES, "a.b", b"x")], [(PORT, None, b"22")]])
    first, second = rows(batch)
    assert (first["host_name"], first["message"], first["attributes"]) == ("gw", "up", [("a.b", "x")])
    assert (second["source_port"], second["message"], second["attributes"]) == (22, None, [])
    assert first["log_file"] == "a.log"
    assert first["row_id"] == UUID(bytes=bytes(range(16)))


def test_row_ids_are_uuids_that_depend_on_place_and_key_alone() -> None:
    inputs, offsets = np.array([1, 1, 2], np.int32), np.array([0, 9, 2**40])
    names = ["0" * 32, "1" * 32, "2" * 32]
    ids = [UUID(bytes=row.tobytes()) for row in row_ids(b"k" * 16, inputs, offsets, names)]
    assert len(set(ids)) == 3
    assert {(i.version, i.variant) for i in ids} == {(8, "specified in RFC 4122")}
    assert [UUID(bytes=row.tobytes()) for row in row_ids(b"k" * 16, inputs[1:], offsets[1:], names)] == ids[1:]
    assert not set(ids) & {UUID(bytes=row.tobytes()) for row in row_ids(b"l" * 16, inputs, offsets, names)}
    assert not set(ids) & {UUID(bytes=row.tobytes()) for row in row_ids(b"k" * 16, inputs, offsets, ["3" * 32] * 3)}


def test_a_number_that_is_edited_or_none_is_an_attribute_of_the_columns_name(rows: Callable[..., list[dict]]) -> None:
    batch = batch_of([[(PORT, None, b"-")], [(PORT, "p", b"5140")], [(PORT, None, b"-7")], [(PORT, None, b"9" * 19)]])
    found = rows(batch, {1: b"<PORT>"})
    assert [row["source_port"] for row in found] == [None, None, -7, None]
    assert [row["attributes"] for row in found] == [
        [("source_port", "-")],
        [("source_port", "<PORT>")],
        [],
        [("source_port", "9" * 19)],
    ]


def test_a_second_field_of_a_column_is_an_attribute(rows: Callable[..., list[dict]]) -> None:
    batch = batch_of([[(HOST, "h", b"a"), (HOST, "h2", b"b"), (HOST, None, b"c")]])
    (row,) = rows(batch)
    assert row["host_name"] == "a"
    assert row["attributes"] == [("h2", "b"), ("host_name", "c")]


def test_equal_keys_of_one_record_are_told_apart(rows: Callable[..., list[dict]]) -> None:
    batch = batch_of(
        [[(ATTRIBUTES, "k", b"1"), (ATTRIBUTES, "k", b"2"), (ATTRIBUTES, "k#2", b"3")], [(ATTRIBUTES, "k", b"4")]]
    )
    first, second = rows(batch)
    keys = [key for key, _ in first["attributes"]]
    assert keys[:2] == ["k", "k#2"] and len(set(keys)) == 3
    assert second["attributes"] == [("k", "4")]


def test_keys_and_times_are_no_columns_and_a_dropped_column_is_nowhere(rows: Callable[..., list[dict]]) -> None:
    batch = batch_of(
        [
            [
                (TIME_COLUMN, None, b"T"),
                (KEY_COLUMN, "k", b"k"),
                (HOST, None, b"a"),
                (HOST, None, b"b"),
                (PORT, None, b"x"),
            ]
        ]
    )
    (row,) = rows(batch, dropped=frozenset((HOST, PORT)))
    assert row["host_name"] is None and row["source_port"] is None and row["attributes"] == []


def test_only_kept_records_are_rows(edits_of: Callable[..., Edits]) -> None:
    batch = batch_of([[(ATTRIBUTES, "k", bytes([65 + i])), (PORT, None, b"x")] for i in range(5)])
    keep = np.array([True, False, True, False, True])
    table = table_of(batch, edits_of(batch), keep)
    assert [row["attributes"] for row in table.to_pylist()] == [
        [("k", letter), ("source_port", "x")] for letter in "ACE"
    ]


def test_bytes_that_are_no_utf8_are_replaced(rows: Callable[..., list[dict]]) -> None:
    (row,) = rows(batch_of([[(MESSAGE, None, b"a\xffb")]]))
    assert row["message"] == "a\ufffdb"


CELLS = st.lists(
    st.tuples(
        st.sampled_from([MESSAGE, HOST, ATTRIBUTES, KEY_COLUMN]), st.sampled_from(["a", "b", "a#2"]), st.just(b"v")
    ),
    max_size=6,
)


@given(st.lists(CELLS, max_size=6))
def test_columns_and_attributes_share_all_fields_out(edits_of: Callable[..., Edits], records: list[list[Cell]]) -> None:
    """Every field that is no key stands in exactly one place; the first of a column stands in the column."""
    batch = batch_of(records)
    columns = columns_of(batch, np.ones(batch.records, np.bool_), [edits_of(batch)])
    given_out = sorted(columns.extra.tolist())
    for column in (MESSAGE, HOST):
        absent = np.full(batch.records, -1)
        first = columns.cells[columns.slot[column]] if column in columns.slot else absent
        expected = [
            next(
                (f for f in range(batch.record_field[r], batch.record_field[r + 1]) if batch.field_column[f] == column),
                -1,
            )
            for r in range(batch.records)
        ]
        assert first.tolist() == expected
        given_out += [f for f in expected if f >= 0]
    assert sorted(given_out) == np.flatnonzero(batch.field_column >= 0).tolist()
    assert all(batch.record_field[r] <= f < batch.record_field[r + 1] for f, r in zip(columns.extra, columns.extra_row))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12))
def test_keys_are_distinct_within_a_record(pairs: list[tuple[int, int]]) -> None:
    pairs.sort(key=lambda pair: pair[0])
    record = np.array([r for r, _ in pairs], np.int32)
    code = np.array([c for _, c in pairs], np.int64)
    made = key_array(("a", "b", "a#2", "a"), code, record).to_pylist()
    assert len({(r, key) for r, key in zip(record.tolist(), made)}) == len(pairs)


DAY = 86_400_000_000


def test_the_busiest_dates_are_kept_and_of_equals_the_earlier() -> None:
    days = np.array([5] * 3 + list(range(100, 150)) + [NO_DATE] * 9, np.int32)
    assert busiest_dates(days).tolist() == [5, *range(100, 100 + MOST_DATES - 1)]


def test_times_out_of_the_calendar_have_no_date() -> None:
    assert days_of(np.array([0, -1, NO_TIME, np.iinfo(np.int64).max])).tolist() == [0, -1, NO_DATE, NO_DATE]
    assert (date_name(0), date_name(-1), date_name(NO_DATE)) == ("1970-01-01", "1969-12-31", "unknown")
    assert [named_day(date_name(day)) for day in (0, -1, NO_DATE)] == [0, -1, NO_DATE]


def test_rows_go_to_their_date_and_all_others_to_unknown(tmp_path, edits_of: Callable[..., Edits]) -> None:
    from pyarrow.fs import LocalFileSystem

    times = [0, DAY, NO_TIME, 1] + [DAY * (10 + i) for i in range(40)]
    batch = batch_of([[(MESSAGE, None, b"m%d" % i)] for i in range(len(times))], times)
    table = table_of(batch, edits_of(batch))
    (days,) = part_days([batch.time])
    made = []
    for turn in ("a", "b"):
        writer = PartWriter(LocalFileSystem(), str(tmp_path / turn), "00000-0000")
        writer.write(table.slice(0, 20), days[:20])
        writer.write(table.slice(20), days[20:])
        made.append(writer.close())
    assert made[0] == made[1], "equal rows are equal bytes"
    parts = {part.path: part for part in made[0]}
    assert len(parts) == MOST_DATES + 1
    assert sum(part.rows for part in made[0]) == len(times)
    assert parts["date=1970-01-01/part-00000-0000.parquet"].rows == 2
    assert parts["date=unknown/part-00000-0000.parquet"].rows == 1 + 42 - MOST_DATES
    file = pq.ParquetFile(tmp_path / "a" / "date=1970-01-01/part-00000-0000.parquet")
    assert file.metadata.metadata is None, "no footer metadata"
    assert file.read()["message"].to_pylist() == ["m0", "m3"]
    shown = duckdb.sql(f"select * exclude (date) from '{tmp_path}/a/*/*.parquet' order by timestamp, message")
    rows = sorted(table.to_pylist(), key=lambda row: (row["timestamp"] is None, row["timestamp"], row["message"]))
    assert [row[0] for row in shown.fetchall()] == [row["row_id"] for row in rows], "other readers see the same"
    assert file.read().schema.equals(rows_schema("logs"))
