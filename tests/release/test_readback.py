"""What stands on the disk is held to the source: a clean staging passes, and no change of a value does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow.fs import LocalFileSystem

from pipeline.inputs import find_inputs, plan_units, read_unit
from pipeline.kernels.splice import splice_records
from pipeline.readback import StagedDifference, native_differences, part_differences
from pipeline.records import COLUMN_ID, LOG_COLUMNS, Batch, Bools, Edits, Int32
from pipeline.release.columns import columns_of
from pipeline.release.layout import Layout
from pipeline.release.native import NativeWriter
from pipeline.release.parquet import build_table, parquet_writer, table_schema
from pipeline.release.parts import PartWriter, part_days
from pipeline.release.rows import Rows, rows_of
from pipeline.release.summary import PartFile, Segment

LOGS = {
    "router.log": "".join(
        f"<13>Mar  {1 + i // 20} 10:00:0{i % 9} gw{i % 3} sshd[{i}]: caf\u00e9 {i}\n" for i in range(40)
    ),
    "access.log": "".join(
        f'192.0.2.{i} - - [01/Mar/2026:10:00:00 +0000] "GET /p/{i} HTTP/1.1" 200 {i * 7}\n' for i in range(30)
    ),
    "app.jsonl": "".join(
        f'{{"@timestamp":"2026-03-01T10:00:0{i % 10}.000Z","message":"a \\"{i}\\" \\u00e9 \\u0026 {"b" * i}",'
        f'"user":{{"name":"u{i}"}},"x":{i}}}\n'
        for i in range(30)
    ),
}


@dataclass(frozen=True)
class Staged:
    """One recipient's outputs of a chunk as they stand on the disk, and what they are held to."""

    layout: Layout
    batches: list[Batch]
    edits: list[Edits]
    keep: list[Bools]
    rows: list[Rows]
    days: list[Int32]
    segment: Segment
    parts: tuple[PartFile, ...]

    def check(self, parts: tuple[PartFile, ...] | None = None) -> None:
        native = native_differences(self.layout, "cisco", self.segment, self.batches, self.edits, self.keep)
        part_differences(self.layout, "cisco", self.parts if parts is None else parts, self.rows, self.days, native)

    def native(self) -> Path:
        return Path(self.layout.staged_native("cisco")) / self.segment.path

    def part(self, place: int = 0) -> Path:
        return Path(self.layout.staged_parts("cisco")) / self.parts[place].path


@pytest.fixture
def stage(tmp_path: Path, edits_of: Callable[..., Edits]) -> Callable[..., Staged]:
    """stage(every, dropped, out_of) -> Staged: an edit in one of so many fields, one of so many records left out."""

    def make(every: int = 3, dropped: frozenset[int] = frozenset(), out_of: int = 0) -> Staged:
        for name, text in LOGS.items():
            (tmp_path / name).write_text(text)
        inputs, _ = find_inputs([str(tmp_path / name) for name in LOGS], out=None, year=2026)
        batches = [b for unit in plan_units(inputs) for b in read_unit(inputs, unit) if isinstance(b, Batch)]
        edits = [
            edits_of(b, {f: b"<X>" if f % 2 else b"host-%d" % f for f in range(0, b.fields, every)}) for b in batches
        ]
        keep = [np.arange(b.records) % out_of > 0 if out_of else np.ones(b.records, np.bool_) for b in batches]
        ids = [np.arange(16 * b.records, dtype=np.int64).astype(np.uint8).reshape(-1, 16) for b in batches]
        names = [f"log-{n}" for n in range(9)]
        rows = [
            rows_of(b, e, columns_of(b, k, [e]), own, names, dropped) for b, e, k, own in zip(batches, edits, keep, ids)
        ]
        days = part_days([e.time[k] for e, k in zip(edits, keep)])
        layout = Layout(LocalFileSystem(), str(tmp_path / "out"), "run", "client")
        parts = PartWriter(layout.fs, layout.staged_parts("cisco"), "00000-0000")
        numbers = list(range(len(inputs)))
        with NativeWriter(layout.fs, layout.staged_native("cisco"), "00000-0000", numbers, list(LOGS)) as native:
            for b, e, k, own, day in zip(batches, edits, keep, rows, days):
                spliced = splice_records(b, e, k)
                native.write(b.record_input[k], spliced.data, spliced.offsets)
                parts.write(build_table(own, spliced), day)
            segment, _ = native.close()
        return Staged(layout, batches, edits, keep, rows, days, segment, parts.close())

    return make


@pytest.mark.parametrize("every", [1, 2, 7, 10**6])
@pytest.mark.parametrize("out_of", [0, 4])
def test_what_was_written_passes(stage: Callable[..., Staged], every: int, out_of: int) -> None:
    staged = stage(every, frozenset((COLUMN_ID["source_ip"], COLUMN_ID["message"])), out_of)
    assert len(staged.parts) > 1 and len(staged.batches) == 3
    staged.check()


def test_a_native_byte_that_differs_is_told(stage: Callable[..., Staged]) -> None:
    staged = stage()
    data = staged.native().read_bytes()
    for place in range(0, len(data), 97):
        staged.native().write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(StagedDifference, match="1 staged records differ"):
            staged.check()
    for wrong in (data[:-1], data + b"\n", b""):
        staged.native().write_bytes(wrong)
        with pytest.raises(StagedDifference):
            staged.check()


def written_again(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    table = pq.ParquetFile(path).read()
    coded = table.set_column(2, table_schema("logs").field("log_file"), table["log_file"].dictionary_encode())
    sink = pa.BufferOutputStream()
    changed = change(coded).cast(table_schema("logs"))
    with parquet_writer(sink, changed) as writer:
        writer.write_table(changed)
    path.write_bytes(sink.getvalue())


def with_value(name: str, row: int) -> Callable[[pa.Table], pa.Table]:
    """One value of a column made another."""

    def change(table: pa.Table) -> pa.Table:
        kind = table.schema.field(name).type
        values = table[name].to_pylist()
        old = values[row]
        if name == "attributes":
            values[row] = [*(old or []), ("more", "x")]
        elif name == "timestamp":
            values[row] = None
        elif name == "row_id":
            values[row] = UUID(int=old.int ^ 1)
        elif pa.types.is_int64(kind):
            values[row] = 1 if old is None else old + 1
        else:
            values[row] = "x" if old is None else old + "x"
        return table.set_column(table.schema.get_field_index(name), table.schema.field(name), pa.array(values, kind))

    return change


@pytest.mark.parametrize("name", table_schema("logs").names)
@pytest.mark.parametrize("out_of", [0, 4])
def test_a_value_that_differs_is_told_in_every_column(stage: Callable[..., Staged], name: str, out_of: int) -> None:
    staged = stage(out_of=out_of)
    whole = staged.part().read_bytes()
    written_again(staged.part(), lambda table: table)
    staged.check()
    for row in (0, 11, staged.parts[0].rows - 1):
        staged.part().write_bytes(whole)
        written_again(staged.part(), with_value(name, row))
        with pytest.raises(StagedDifference, match="staged rows differ"):
            staged.check()


@pytest.mark.parametrize("key", [True, False])
def test_a_key_or_a_value_of_an_attribute_that_differs_is_told(stage: Callable[..., Staged], key: bool) -> None:
    staged = stage()

    def change(table: pa.Table) -> pa.Table:
        entries = table["attributes"].to_pylist()
        row = next(row for row, own in enumerate(entries) if own)
        name, value = entries[row][-1]
        entries[row][-1] = (name + "x", value) if key else (name, value + "x")
        field = table.schema.field("attributes")
        return table.set_column(table.schema.get_field_index("attributes"), field, pa.array(entries, field.type))

    written_again(staged.part(), change)
    with pytest.raises(StagedDifference):
        staged.check()


def test_rows_that_are_fewer_more_or_in_another_order_are_told(stage: Callable[..., Staged]) -> None:
    staged = stage()
    whole = staged.part().read_bytes()
    rows = staged.parts[0].rows
    for order in ([*range(rows - 1)], [*range(rows), 0], [1, 0, *range(2, rows)], []):
        staged.part().write_bytes(whole)
        written_again(staged.part(), lambda table, order=order: table.take(pa.array(order, pa.int64())))
        with pytest.raises(StagedDifference):
            staged.check()


def test_a_part_that_is_missing_or_of_another_date_is_told(stage: Callable[..., Staged]) -> None:
    staged = stage()
    with pytest.raises(StagedDifference, match="is missing"):
        staged.check(staged.parts[1:])
    one, other = staged.part(0).read_bytes(), staged.part(1).read_bytes()
    staged.part(0).write_bytes(other)
    staged.part(1).write_bytes(one)
    with pytest.raises(StagedDifference):
        staged.check()
    staged.part(0).unlink()
    with pytest.raises(StagedDifference):
        staged.check()


def test_an_empty_column_does_not_speak_for_one_of_other_bytes(stage: Callable[..., Staged]) -> None:
    """Empty columns are told by their bytes; one with a value among them is decoded, and told."""
    staged = stage()
    empty = [
        name
        for name, kind in LOG_COLUMNS.items()
        if kind == "string" and pq.ParquetFile(staged.part()).read()[name].null_count == staged.parts[0].rows
    ]
    assert len(empty) > 10
    written_again(staged.part(), with_value(empty[-1], 5))
    with pytest.raises(StagedDifference):
        staged.check()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(data=st.data())
def test_a_file_with_a_changed_byte_is_refused_or_still_reads_the_same(
    stage: Callable[..., Staged], tmp_path: Path, data: st.DataObject
) -> None:
    staged = stage()
    whole = staged.part().read_bytes()
    rows = pq.ParquetFile(staged.part()).read()
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[place] ^= data.draw(st.integers(1, 255))
    staged.part().write_bytes(changed)
    try:
        staged.check()
    except StagedDifference:
        return
    assert pq.ParquetFile(staged.part()).read().equals(rows)
