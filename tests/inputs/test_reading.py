"""Units read: the same records whatever the ranges, the windows and the batches."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import records
from pipeline.cli.mapping import own_mapping
from pipeline.formats.registry import FORMATS
from pipeline.inputs import Input, Unreadable, find_inputs, plan_units, read_unit
from pipeline.inputs import content as content_module
from pipeline.inputs import reading as reading_module
from pipeline.inputs.model import Range, Unit
from pipeline.records import Batch, Quarantined

CORPORA = Path(__file__).parents[1] / "formats" / "corpora"
MAPPING = {"mapped-json": own_mapping(CORPORA / "mapped-json.yaml")}


def an_input(path: Path, data: bytes, form: str = "text", **fields: Any) -> Input:
    path.write_bytes(data)
    plain: dict[str, Any] = {
        "number": 0, "name": path.name, "uri": str(path), "size": len(data), "format": form, "compression": "",
        "encoding": "utf-8", "year": 2026, "zone_minutes": 0, "fingerprint": "", "mapping": MAPPING.get(form, ""),
    }  # fmt: skip
    return Input(**{**plain, **fields})


def read(inputs: Sequence[Input], ranges: Sequence[Range], batch_bytes: int = 4 << 20) -> tuple[list[Any], list[Any]]:
    """(records with their fields, everything else) of ranges, each read as its own unit."""
    found: list[Any] = []
    others: list[Any] = []
    for number, place in enumerate(ranges):
        for item in read_unit(inputs, Unit(number, (place,)), batch_bytes):
            if isinstance(item, Batch):
                found += described(item)
            else:
                others.append(item)
    return found, others


def described(batch: Batch) -> list[Any]:
    data = batch.data.tobytes()
    assert [*batch.record_start.tolist(), len(data)] == [0, *batch.record_end.tolist()]
    out = []
    for r in range(batch.records):
        start, end = batch.record_start[r], batch.record_end[r]
        fields = []
        for f in range(batch.record_field[r], batch.record_field[r + 1]):
            key = int(batch.field_key[f])
            fields.append((
                data[batch.field_start[f] : batch.field_end[f]], int(batch.field_start[f] - start),
                int(batch.field_decoder[f]), int(batch.field_entity[f]), int(batch.field_column[f]),
                batch.keys[key] if key >= 0 else None,
            ))  # fmt: skip
        cells = [
            (data[a:b], a - int(start), meaning)
            for a, b, meaning in zip(*(c.tolist() for c in (batch.cell_start, batch.cell_end, batch.cell_meaning)))
            if start <= a < end
        ]
        out.append((
            int(batch.record_input[r]), int(batch.record_offset[r]), data[start:end], int(batch.time[r]),
            int(batch.turn[r]) if len(batch.turn) else None, cells, fields,
        ))  # fmt: skip
    return out


def cuts(size: int, places: Sequence[int]) -> list[Range]:
    edges = sorted({0, size, *(place % (size + 1) for place in places)})
    return [Range(0, a, b) for a, b in zip(edges, edges[1:], strict=False)]


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(st.integers(0, 5000), max_size=6),
    batch_bytes=st.integers(1, 3000),
    window=st.integers(1, 700),
    longest=st.integers(20, 300),
)
def test_records_are_the_same_for_every_cut_window_and_batch(
    form: str, places: list[int], batch_bytes: int, window: int, longest: int, tmp_path: Path
) -> None:
    """Every choice of ranges gives the records of one range over all, in order, at their offsets; what can be read only
    from its beginning has one range."""
    raw = (CORPORA / f"{form}.log").read_bytes()
    item = an_input(tmp_path / "x", raw, form)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(records, "LONGEST_RECORD", longest)
        whole = read([item], [Range(0, 0, len(raw))])
        patched.setattr(reading_module, "_window_size", lambda *_: window)
        ranges = [Range(0, 0, -1)] if item.sequential else cuts(len(raw), places)
        assert read([item], ranges, batch_bytes) == whole
    if FORMATS[form].dataset == "transcripts":
        # The place of each record among all, those set aside included.
        set_aside = sorted(q.offset for q in whole[1])
        assert [turn for *_, turn, _, _ in whole[0]] == [
            k + 1 + sum(other < offset for other in set_aside) for k, (_, offset, *_) in enumerate(whole[0])
        ]
    stretches = [(offset, len(text)) for _, offset, text, *_ in whole[0]]
    stretches += [(q.offset, q.length) for q in whole[1]]
    at = 0
    for offset, length in sorted(stretches):
        assert offset == at
        at += length
    assert at == len(raw)
    assert all(raw[offset : offset + len(text)] == text for _, offset, text, *_ in whole[0])


def test_a_cut_exactly_at_a_line_start_neither_loses_nor_repeats_a_record(tmp_path: Path) -> None:
    raw = b"one\n  two\nthree\n"
    item = an_input(tmp_path / "x", raw)
    for place in range(1, len(raw)):
        found, _ = read([item], cuts(len(raw), [place]))
        assert [text for _, _, text, *_ in found] == [b"one\n  two\n", b"three\n"]


def test_a_last_line_without_newline_is_a_record_as_it_is(tmp_path: Path) -> None:
    item = an_input(tmp_path / "x", b"first\r\nlast")
    found, _ = read([item], [Range(0, 0, 11)])
    assert [text for _, _, text, *_ in found] == [b"first\r\n", b"last"]
    assert [fields[0][0] for *_, fields in found] == [b"first", b"last"]


def test_an_empty_file_has_no_records(tmp_path: Path) -> None:
    assert read([an_input(tmp_path / "x", b"")], [Range(0, 0, 0)]) == ([], [])


def test_a_record_above_the_longest_is_passed_over_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LONGEST_RECORD", 1000)
    monkeypatch.setattr(reading_module, "_window_size", lambda *_: 256)
    raw = b"a\n" + b"x" * 100_000 + b"\nb\n" + b"y" * 1000 + b"\n" + b"z" * 999 + b"\n" + b"w" * 5000
    held: list[int] = []
    really = reading_module.Frames._let_go
    monkeypatch.setattr(
        reading_module.Frames, "_let_go", lambda self, starts: (held.append(len(self.window)), really(self, starts))
    )
    found, others = read([an_input(tmp_path / "x", raw)], [Range(0, 0, len(raw))])
    assert [len(text) for _, _, text, *_ in found] == [2, 2, 1000]
    assert others == [
        Quarantined(0, 2, 100_001, "oversized"),
        Quarantined(0, 100_005, 1001, "oversized"),
        Quarantined(0, 102_006, 5000, "oversized"),
    ]
    assert max(held) <= 4096


def test_a_record_with_a_part_in_utf_16_is_quarantined(tmp_path: Path) -> None:
    lines = [b"in the middle of a line %s stands\n" % "wide".encode(how) for how in ("utf-16-le", "utf-16-be")]
    lines += [b"in the middle of a line %s stands\n" % "wider".encode(how) for how in ("utf-16-le", "utf-16-be")]
    raw = b"".join(lines)
    found, others = read([an_input(tmp_path / "x", raw)], [Range(0, 0, len(raw))])
    assert [text for _, _, text, *_ in found] == lines[:2]
    assert [other.reason for other in others if isinstance(other, Quarantined)] == ["undecodable"] * 2


def test_a_record_with_nuls_between_its_bytes_is_quarantined_and_its_neighbours_are_not(tmp_path: Path) -> None:
    raw = b"before\n" + "wide text\r".encode("utf-16-le") + b"\n" + b"one \x00 NUL stays\n"
    found, others = read([an_input(tmp_path / "x", raw)], [Range(0, 0, len(raw))])
    assert [(offset, text) for _, offset, text, *_ in found] == [(0, b"before\n"), (28, b"one \x00 NUL stays\n")]
    assert others == [Quarantined(0, 7, 21, "undecodable")]


LINES = b"".join(b"2026-11-24 10:00:00 line %d\n" % n for n in range(20_000))
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,  # as the zstd command does
}


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_all_members_of_a_compressed_file_are_read(tmp_path: Path, compression: str) -> None:
    compress = COMPRESSORS[compression]
    data = compress(LINES) + compress(b"last\n") + b"\x00" * 8
    found, others = read([an_input(tmp_path / "x", data, compression=compression)], [Range(0, 0, -1)], 100_000)
    assert b"".join(text for _, _, text, *_ in found) == LINES + b"last\n"
    assert not others


@pytest.mark.parametrize("compression", COMPRESSORS)
@pytest.mark.parametrize("damage", ["cut", "overwritten", "followed by text"])
def test_what_stands_before_damage_is_read_and_the_damage_counts_one(
    tmp_path: Path, compression: str, damage: str
) -> None:
    compress = COMPRESSORS[compression]
    data = compress(LINES) + compress(LINES)
    if damage == "cut":
        data = data[:-20]
    elif damage == "overwritten":
        half = len(data) // 2
        data = data[: half + 50] + b"\xff" * 200 + data[half + 250 :]
    else:
        data += b"no member of anything"
    found, others = read([an_input(tmp_path / "x", data, compression=compression)], [Range(0, 0, -1)])
    text = b"".join(text for _, _, text, *_ in found)
    assert text.startswith(LINES)
    if damage != "overwritten":  # a decoder may give wrong bytes before it sees what is wrong
        assert (LINES + LINES).startswith(text)
    assert others == [Quarantined(0, len(text), 0, "truncated")]


def test_a_bomb_is_unpacked_in_small_pieces(tmp_path: Path) -> None:
    for compression, compress in COMPRESSORS.items():
        path = tmp_path / compression
        path.write_bytes(compress(b"\x20" * (80 << 20)))
        with path.open("rb") as source:
            sizes = [len(piece) for piece in content_module.decompressed(source, compression)]
        assert sum(sizes) == 80 << 20
        assert max(sizes) <= 64 << 20


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("bom", ["\ufeff", ""])
def test_utf16_is_read_as_utf8(tmp_path: Path, encoding: str, bom: str) -> None:
    text = "2026-11-24 10:00:00 caf\u00e9 \U0001f600\r\nsecond\n"
    found, others = read(
        [an_input(tmp_path / "x", (bom + text).encode(encoding), encoding=encoding)], [Range(0, 0, -1)]
    )
    assert b"".join(text for _, _, text, *_ in found) == text.encode()
    assert not others


def test_utf16_that_ends_in_the_middle_of_a_character_is_read_with_a_replacement(tmp_path: Path) -> None:
    item = an_input(tmp_path / "x", "ab\n".encode("utf-16-le") + b"c", encoding="utf-16-le")
    found, _ = read([item], [Range(0, 0, -1)])
    assert [text for _, _, text, *_ in found] == [b"ab\n", "\ufffd".encode()]


def test_small_files_of_one_kind_share_batches(tmp_path: Path) -> None:
    for n in range(5000):
        (tmp_path / f"{n:04}.log").write_bytes(b"2026-11-24 10:00:00 file %d\n  continued" % n)
    inputs, _ = find_inputs([str(tmp_path)], out=None)
    units = plan_units(inputs)
    batches = [item for unit in units for item in read_unit(inputs, unit)]
    assert (len(inputs), len(units), len(batches)) == (5000, 1, 1)
    assert isinstance(batches[0], Batch)
    assert batches[0].record_input.tolist() == list(range(5000))
    assert not batches[0].record_offset.any()


def test_files_of_different_kinds_do_not_share_a_batch(tmp_path: Path) -> None:
    inputs = [
        an_input(tmp_path / "a", b"text\n", "text"),
        an_input(tmp_path / "b", b"{}\n", "json-lines", number=1),
        an_input(tmp_path / "c", b"text\n", "text", number=2, year=2025),
    ]
    unit = Unit(0, tuple(Range(n, 0, inputs[n].size) for n in range(3)))
    assert [item.record_input.tolist() for item in read_unit(inputs, unit) if isinstance(item, Batch)] == [
        [0],
        [1],
        [2],
    ]


def test_batches_are_no_larger_than_asked_unless_one_record_is(tmp_path: Path) -> None:
    raw = b"short\n" * 100 + b"x" * 5000 + b"\n" + b"short\n" * 100
    item = an_input(tmp_path / "x", raw)
    sizes = [len(b.data) for b in read_unit([item], Unit(0, (Range(0, 0, len(raw)),)), 256) if isinstance(b, Batch)]
    assert sorted(sizes)[-1] == 5001
    assert sorted(sizes)[-2] <= 256


def test_a_batch_stays_as_it_is_while_the_next_is_read(tmp_path: Path) -> None:
    item = an_input(tmp_path / "x", LINES)
    batches = [b for b in read_unit([item], Unit(0, (Range(0, 0, len(LINES)),)), 1000) if isinstance(b, Batch)]
    assert b"".join(b.data.tobytes() for b in batches) == LINES


def test_a_file_that_is_gone_or_became_shorter_is_reported(tmp_path: Path) -> None:
    item = an_input(tmp_path / "x", LINES)
    place = Range(0, 0, len(LINES))
    (tmp_path / "x").write_bytes(LINES[:100])
    found, others = read([item], [place])
    assert found
    assert others == [Unreadable("x", "became shorter after the run was planned")]
    (tmp_path / "x").unlink()
    assert read([item], [place]) == ([], [Unreadable("x", "cannot be opened: FileNotFoundError")])


@pytest.mark.parametrize("pack", [partial(gzip.compress, mtime=0), lzma.compress, zstandard.compress])
def test_a_compressed_log_behind_another_does_not_pass_as_text(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(b"".join(b"user jdoe%d from 192.0.2.%d\n" % (n * n, n % 250) for n in range(3000)))
    item = an_input(tmp_path / "x", LINES + packed)
    found, others = read([item], [Range(0, 0, item.size)])
    assert {other.reason for other in others} == {"undecodable"}
    passed = [record for _, offset, record, *_ in found if offset >= len(LINES)]
    assert not any(packed.startswith(record[:8]) for record in passed if record)
    assert sum(map(len, passed)) < 0.1 * len(packed), "pieces without which nothing unpacks"
    assert len(found) - len(passed) == LINES.count(b"\n"), "and the text before it does"


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_file_that_another_took_the_place_of_is_not_read_and_one_that_grew_is(tmp_path: Path, scheme: str) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(LINES)
    ((item,), _) = find_inputs([f"{scheme}{path}"], out=None)
    place = Range(0, 0, len(LINES))
    whole = read([item], [place])
    assert whole[0] and not whole[1]
    with path.open("ab") as file:
        file.write(b"more\n")
    os.utime(path, ns=(0, 7))
    assert read([item], [place]) == whole
    (tmp_path / "y").write_bytes(LINES.replace(b"line", b"lime"))
    (tmp_path / "y").rename(path)
    assert read([item], [place]) == ([], [Unreadable("x.log", "was replaced after the run was planned")])


def test_a_file_that_is_written_anew_while_it_is_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(LINES)
    ((item,), _) = find_inputs([str(path)], out=None)

    class Rewriting(reading_module.Stream):
        def read_into(self, window: Any) -> int:
            path.write_bytes(LINES.replace(b"line", b"lime"))
            os.utime(path, ns=(0, 7))
            return super().read_into(window)

    monkeypatch.setattr(reading_module, "Stream", Rewriting)
    _, others = read([item], [Range(0, 0, len(LINES))])
    assert others == [Unreadable("x.log", "was replaced after the run was planned")]


def test_an_error_while_reading_is_reported_after_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        def __init__(self) -> None:
            self.pieces = [b"first\n"]

        def readinto(self, window: memoryview) -> int:
            if not self.pieces:
                raise OSError(5, "no")
            piece = self.pieces.pop()
            window[: len(piece)] = piece
            return len(piece)

        def close(self) -> None:
            pass

    monkeypatch.setattr(reading_module, "open_source", lambda _: Failing())
    found, others = read([an_input(tmp_path / "x", LINES)], [Range(0, 0, len(LINES))])
    assert [text for _, _, text, *_ in found] == [b"first\n"]
    assert others == [Unreadable("x", "cannot be read to its end: OSError")]


def test_arrays_have_the_types_that_kernels_are_compiled_for(tmp_path: Path) -> None:
    for form in FORMATS:
        raw = (CORPORA / f"{form}.log").read_bytes()
        (batch,) = list(read_unit([an_input(tmp_path / "x", raw, form)], Unit(0, (Range(0, 0, len(raw)),))))
        assert isinstance(batch, Batch)
        types = {
            "data": np.uint8, "record_start": np.int64, "record_end": np.int64, "record_offset": np.int64,
            "record_input": np.int32, "time": np.int64, "record_field": np.int64, "field_start": np.int64,
            "field_end": np.int64, "field_decoder": np.uint8, "field_entity": np.int16, "field_column": np.int16,
            "field_key": np.int32,
        }  # fmt: skip
        for name, dtype in types.items():
            array = getattr(batch, name)
            assert array.dtype == dtype
            assert array.flags.c_contiguous
            assert array.flags.writeable
