"""Captures read: the same packets whatever the ranges and the pieces, all of each file accounted for."""

from __future__ import annotations

import gzip
import json
import os
import tracemalloc
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import records
from pipeline.captures import walk
from pipeline.captures.framing import Framer
from pipeline.captures.native import native_bytes
from pipeline.captures.packets import Packets
from pipeline.inputs import Input, Unreadable, captures, find_inputs, plan_units, read_unit
from pipeline.inputs.captures import index_capture, read_packets
from pipeline.inputs.model import Range, Unit
from pipeline.records import Quarantined
from tests.captures.building import (
    block,
    enhanced,
    interface,
    pcap_file,
    pcap_header,
    pcap_record,
    pcapng_file,
    section,
    simple,
)
from tests.captures.framing_laws import assert_rows_are_sound
from tests.captures.measured import FOLDER, measured_files, needs_measured
from tests.captures.plain_walks import Ended, pcap_packets, pcapng_packets

BODIES = [bytes([n]) * (n * 7 % 50) for n in range(40)]
MIXED = (
    section() + interface() + b"".join(enhanced(body) for body in BODIES[:20]) + interface(pairs=[(9, b"\x09")])
    + section(">") + interface(">", [(9, b"\x09")], link=101)
    + b"".join(enhanced(body, ">", ticks=n) for n, body in enumerate(BODIES))
    + interface(">", link=113) + enhanced(b"late", ">", number=1) + simple(b"no time", ">")
)  # fmt: skip
FILES = [("pcap", pcap_file(BODIES, ">")), ("pcapng", pcapng_file(BODIES)), ("pcapng", MIXED)]
# (input, where its block stands, its bytes, number, wire length, time, link type, interface)
Seen = tuple[int, int, bytes, int, int, int, int, int]


def an_input(path: Path, data: bytes, form: str, **fields: Any) -> Input:
    path.write_bytes(data)
    plain: dict[str, Any] = {
        "number": 0, "name": path.name, "uri": str(path), "size": len(data), "format": form, "compression": "",
        "encoding": "utf-8", "year": 1970, "zone_minutes": 0, "fingerprint": "",
    }  # fmt: skip
    return Input(**{**plain, **fields})


def read(
    inputs: Sequence[Input], ranges: Sequence[Range], piece_bytes: int = 8 << 20
) -> tuple[list[Seen], list[Quarantined | Unreadable], dict[int, list[tuple[int, int, bytes]]]]:
    """Packets of ranges, each read as its own unit; what else there was; and each input's runs of bytes."""
    seen: list[Seen] = []
    others: list[Quarantined | Unreadable] = []
    runs: dict[int, list[tuple[int, int, bytes]]] = {}
    for number, place in enumerate(ranges):
        for found in read_packets(inputs, Unit(number, (place,)), piece_bytes):
            if not isinstance(found, Packets):
                others.append(found)
                continue
            assert_rows_are_sound(found)
            seen += packets_in(found)
            for start, end, item, offset in found.spans.tolist():
                runs.setdefault(item, []).append((offset, end - start, found.data[start:end].tobytes()))
    return seen, others, runs


def packets_in(found: Packets) -> list[Seen]:
    bodies = [found.data[a:b].tobytes() for a, b in zip(found.start.tolist(), found.end.tolist())]
    columns = (found.number, found.wire_length, found.time, found.link_type, found.interface)
    return list(zip(found.input.tolist(), found.offset.tolist(), bodies, *(c.tolist() for c in columns)))


def whole(item: Input) -> list[Range]:
    return [Range(item.number, 0, -1 if item.sequential else item.size)]


def accounted(runs: list[tuple[int, int, bytes]], others: Sequence[Quarantined | Unreadable]) -> list[tuple[int, int]]:
    """(offset, length) of what was read and of what was set aside, in order."""
    aside = [(found.offset, found.length) for found in others if isinstance(found, Quarantined)]
    return sorted([(offset, length) for offset, length, _ in runs] + aside)


def assert_covers(spans: list[tuple[int, int]], size: int) -> None:
    assert [offset for offset, _ in spans] == [0, *np.cumsum([length for _, length in spans])[:-1].tolist()]
    assert sum(length for _, length in spans) == size


@pytest.mark.parametrize(("form", "file"), FILES)
@pytest.mark.parametrize("piece_bytes", [1, 60, 100, 1 << 20])
@pytest.mark.parametrize("step", [1, 70, 700])
def test_cut_anywhere_the_same_packets_are_read(
    tmp_path: Path, form: str, file: bytes, piece_bytes: int, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captures, "CHUNK_BYTES", 1)
    item = an_input(tmp_path / "x", file, form)
    expected, others, runs = read([item], whole(item))
    assert others == []
    assert b"".join(data for _, _, data in runs[0]) == file
    cuts = index_capture(item, step)
    assert all(b - a >= step for a, b in pairwise([0, *(cut.at for cut in cuts)]))
    assert step > 1 or {offset for _, offset, *_ in expected} - {0} <= {24, *(cut.at for cut in cuts)}
    indexed = Input.from_json(json.loads(json.dumps(Input(**{**vars(item), "cuts": cuts}).to_json())))
    assert indexed.cuts == cuts
    edges = [0, *(cut.at for cut in cuts), len(file)]
    got, others, runs = read([indexed], [Range(0, a, b) for a, b in pairwise(edges) if a < b], piece_bytes)
    assert others == []
    assert got == expected
    assert b"".join(data for _, _, data in runs[0]) == file


def in_two_members(raw: bytes) -> bytes:
    return gzip.compress(raw[:99]) + gzip.compress(raw[99:])


@pytest.mark.parametrize(("form", "file"), FILES)
@pytest.mark.parametrize("packed", [gzip.compress, zstandard.compress, in_two_members])
def test_compressed_captures_hold_the_same_packets(tmp_path: Path, form: str, file: bytes, packed: Any) -> None:
    plain = an_input(tmp_path / "plain", file, form)
    (tmp_path / "packed").write_bytes(packed(file))
    (item,), _ = find_inputs([str(tmp_path / "packed")], out=None)
    assert (item.format, item.sequential) == (form, True)
    assert read([item], whole(item), 100)[0] == read([plain], whole(plain))[0]


@pytest.mark.parametrize(("form", "file"), [("pcap", pcap_file(BODIES[:4])), ("pcapng", pcapng_file(BODIES[:3], ">"))])
@pytest.mark.parametrize("piece_bytes", [1, 1 << 20])
def test_a_file_that_ends_at_any_byte_is_covered_by_packets_and_one_record_set_aside(
    tmp_path: Path, form: str, file: bytes, piece_bytes: int
) -> None:
    expected = read([an_input(tmp_path / "x", file, form)], [Range(0, 0, -1)])[0]
    for cut in range(len(file)):
        item = an_input(tmp_path / "x", file[:cut], form)
        got, others, runs = read([item], whole(item), piece_bytes)
        assert got == expected[: len(got)]
        assert len(others) == (sum(length for _, length, _ in runs.get(0, [])) < cut)
        assert all(isinstance(found, Quarantined) and found.reason == "truncated" for found in others)
        if cut:
            assert_covers(accounted(runs.get(0, []), others), cut)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=5),
    st.integers(1, 300),
    st.integers(1, 400),
)
def test_damaged_files_are_covered_and_the_same_whatever_the_ranges(
    tmp_path: Path, sound: tuple[str, bytes], spoiled: list[tuple[int, int]], piece_bytes: int, step: int
) -> None:
    form, file = sound
    broken = bytearray(file)
    for place, value in spoiled:
        broken[place % len(broken)] = value
    item = an_input(tmp_path / "x", bytes(broken), form)
    expected, aside, runs = read([item], whole(item))
    assert_covers(accounted(runs.get(0, []), aside), len(broken))
    assert len(aside) <= 1
    cuts = index_capture(item, step)
    edges = [0, *(cut.at for cut in cuts), len(broken)]
    item = Input(**{**vars(item), "cuts": cuts})
    got, others, _ = read([item], [Range(0, a, b) for a, b in pairwise(edges)], piece_bytes)
    assert (got, others) == (expected, aside)


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
@pytest.mark.parametrize("piece_bytes", [50, 1 << 20])
def test_a_record_that_is_too_long_is_passed_over(
    tmp_path: Path, form: str, packed: Any, piece_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LONGEST_RECORD", 200)
    bodies = [b"a" * 20, b"b" * 400, b"c" * 30, b"d" * 900]
    file = {"pcap": pcap_file, "pcapng": pcapng_file}[form](bodies)
    item = an_input(tmp_path / "x", packed(file), form, compression="gzip" if packed is gzip.compress else "")
    got, others, runs = read([item], whole(item), piece_bytes)
    assert [(body, number) for _, _, body, number, *_ in got] == [(bodies[0], 1), (bodies[2], 3)]
    assert [found.reason for found in others if isinstance(found, Quarantined)] == ["oversized", "oversized"]
    assert_covers(accounted(runs[0], others), len(file))
    broken = an_input(tmp_path / "y", packed(file[:-1]), form, compression=item.compression)
    _, others, runs = read([broken], whole(broken), piece_bytes)
    assert [found.reason for found in others if isinstance(found, Quarantined)] == ["oversized", "truncated"]
    assert_covers(accounted(runs[0], others), len(file) - 1)


@pytest.mark.parametrize("piece_bytes", [1, 200, 1 << 20])
def test_pieces_end_early_where_room_is_used_up(
    tmp_path: Path, piece_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = an_input(tmp_path / "x", MIXED, "pcapng")
    expected = read([item], whole(item))
    monkeypatch.setattr(walk, "PACKET_ROOM", 3)
    got = read([item], whole(item), piece_bytes)
    assert got[:2] == expected[:2]
    assert b"".join(data for _, _, data in got[2][0]) == MIXED


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_what_does_not_parse_is_set_aside_to_the_files_end(tmp_path: Path, packed: Any) -> None:
    sound = pcapng_file([b"abc"])
    file = sound + block(6, b"") + enhanced(b"behind") * 99
    item = an_input(tmp_path / "x", packed(file), "pcapng", compression="gzip" if packed is gzip.compress else "")
    got, others, _ = read([item], whole(item), 64)
    assert len(got) == 1
    assert others == [Quarantined(0, len(sound), len(file) - len(sound), "undecodable")]


def test_damage_behind_what_does_not_parse_changes_nothing(tmp_path: Path) -> None:
    sound = pcapng_file([b"abc"])
    packed = gzip.compress(sound + block(6, b"") + os.urandom(100_000))[:-20_000]
    item = an_input(tmp_path / "x", packed, "pcapng", compression="gzip")
    (found,) = read([item], whole(item))[1]
    assert isinstance(found, Quarantined)
    assert (found.offset, found.reason) == (len(sound), "undecodable")


def test_a_damaged_compressed_capture_is_read_up_to_the_damage(tmp_path: Path) -> None:
    file = pcap_file([os.urandom(500) for _ in range(400)])
    item = an_input(tmp_path / "x", gzip.compress(file)[:100_000], "pcap", compression="gzip")
    got, others, runs = read([item], whole(item))
    assert len(got) > 100
    (found,) = others
    assert isinstance(found, Quarantined)
    assert found.reason == "truncated"
    assert_covers(accounted(runs[0], others), found.offset + found.length)


def test_a_capture_that_became_shorter_is_reported(tmp_path: Path) -> None:
    file = pcap_file(BODIES)
    item = an_input(tmp_path / "x", file, "pcap")
    (tmp_path / "x").write_bytes(file[:-1])
    others = read([item], whole(item))[1]
    assert others[-1] == Unreadable("x", "became shorter after the run was planned")


def test_no_range_begins_where_the_index_says_nothing(tmp_path: Path) -> None:
    item = an_input(tmp_path / "x", FILES[0][1], "pcap")
    with pytest.raises(KeyError):
        read([item], [Range(0, 24, item.size)])


def test_a_capture_that_is_gone_is_reported(tmp_path: Path) -> None:
    item = an_input(tmp_path / "x", pcap_file(BODIES), "pcap")
    (tmp_path / "x").unlink()
    assert read([item], whole(item))[1] == [Unreadable("x", "cannot be opened: FileNotFoundError")]


def test_small_captures_share_pieces_and_keep_their_places(tmp_path: Path) -> None:
    inputs = [an_input(tmp_path / f"{n}", file, form, number=n) for n, (form, file) in enumerate(FILES)]
    (unit,) = plan_units(inputs)
    (joined,) = read_packets(inputs, unit)
    assert isinstance(joined, Packets)
    apart = [seen for item in inputs for seen in read(inputs, whole(item))[0]]
    assert packets_in(joined) == apart
    assert joined.spans[:, 2].tolist() == [0, 1, 2]
    pieces = list(read_packets(inputs, unit, 2500))
    assert [seen for piece in pieces if isinstance(piece, Packets) for seen in packets_in(piece)] == apart
    assert all(len(piece.data) <= 2500 for piece in pieces if isinstance(piece, Packets))


def test_logs_and_captures_are_never_in_one_unit(tmp_path: Path) -> None:
    for name, data in [("a.log", b"a line\n"), ("b.pcap", FILES[0][1]), ("c.pcapng", MIXED), ("d.log", b"{}\n")]:
        (tmp_path / name).write_bytes(data)
    inputs, _ = find_inputs([str(tmp_path)], out=None)
    kinds = [{inputs[place.input].is_capture for place in unit.ranges} for unit in plan_units(inputs)]
    assert sorted(map(sorted, kinds)) == [[False], [True]]


def test_a_large_capture_is_cut_at_blocks(tmp_path: Path) -> None:
    item = an_input(tmp_path / "x", MIXED, "pcapng")
    item = Input(**{**vars(item), "cuts": index_capture(item, 1)})
    units = plan_units([item], 300)
    edges = [(place.start, place.end) for unit in units for place in unit.ranges]
    assert [0, *(end for _, end in edges)] == [*(start for start, _ in edges), len(MIXED)]
    assert len(units) > 3
    assert {start for start, _ in edges} <= {0, *(cut.at for cut in item.cuts)}
    assert all(end - start >= 300 for start, end in edges)


def test_a_section_of_very_many_interfaces_is_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a plan carries stays small."""
    monkeypatch.setattr(captures, "MOST_INTERFACES_PLANNED", 3)
    file = section() + interface() * 3 + enhanced(b"a") * 9 + interface() + enhanced(b"b") * 9
    item = an_input(tmp_path / "x", file, "pcapng")
    cuts = index_capture(item, 10)
    assert cuts
    assert all(len(cut.interfaces) <= 3 for cut in cuts)


def test_the_reader_of_logs_says_that_it_reads_no_captures(tmp_path: Path) -> None:
    item = an_input(tmp_path / "x", MIXED, "pcapng")
    assert list(read_unit([item], plan_units([item])[0])) == [Unreadable("x", "holds packets and no records: pcapng")]


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
def test_memory_does_not_grow_with_the_capture(tmp_path: Path, form: str) -> None:
    """The same peak for eight pieces as for thirty-two."""
    record = {"pcap": pcap_record(bytes(1000)), "pcapng": enhanced(bytes(1000))}[form]
    head = {"pcap": pcap_header(), "pcapng": section() + interface()}[form]
    peaks = []
    for count in (8, 32):
        item = an_input(tmp_path / "x", head + record * (count * 500), form)
        tracemalloc.start()
        total = sum(len(found) for found in read_packets([item], Unit(0, tuple(whole(item))), 500_000))  # type: ignore[arg-type]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert total == count * 500
    assert peaks[1] < 1.05 * peaks[0]


@needs_measured
def test_measured_captures_are_read_as_plainly_and_given_back_byte_for_byte() -> None:
    inputs, unreadable = find_inputs([str(FOLDER)], out=None)
    assert [found for found in unreadable if "pcap" in found.name] == []
    inputs = [item for item in inputs if item.is_capture]
    assert len(inputs) > 1500
    plain = {"pcap": pcap_packets, "pcapng": pcapng_packets}
    files: dict[int, bytes] = {item.number: b"" for item in inputs}
    packets: dict[int, int] = dict.fromkeys(files, 0)
    aside: dict[int, int] = {}
    for unit in plan_units(inputs):
        for found in read_packets(inputs, unit):
            assert not isinstance(found, Unreadable)
            if isinstance(found, Quarantined):
                aside[found.input] = found.offset
                continue
            for run in native_bytes(found, found.data, np.ones(len(found), np.bool_), secrets=True):
                files[run.input] += run.data.tobytes()
                packets[run.input] += run.packets
    for item in inputs:
        raw = Path(item.uri).read_bytes() if not item.compression else gzip.decompress(Path(item.uri).read_bytes())
        count, end = 0, len(raw)
        try:
            for _ in plain[item.format](raw):
                count += 1
        except Ended as ended:
            end = ended.args[0]
        assert packets[item.number] == count
        assert files[item.number] == raw[:end]
        assert aside.get(item.number, len(raw)) == end


@needs_measured
def test_measured_captures_are_the_same_cut_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "CHUNK_BYTES", 1)
    found, _ = find_inputs([str(path) for path in measured_files()[::40]], out=None)
    for item in found:
        if not item.is_capture or item.size > 100_000:
            continue
        cuts = index_capture(item, 500)
        edges = [0, *(cut.at for cut in cuts), item.size]
        indexed = Input(**{**vars(item), "cuts": cuts})
        got = read([indexed], [Range(item.number, a, b) for a, b in pairwise(edges) if a < b], 700)
        assert got[:2] == read([item], whole(item))[:2]


def test_a_framer_begins_at_a_cut() -> None:
    framer = Framer("pcapng", 0)
    framer.frame(np.frombuffer(MIXED, np.uint8)[: len(MIXED) // 2], len(MIXED))
    cut = framer.cut(10)
    assert cut is not None
    again = Framer("pcapng", 0, cut)
    rest, _, _ = again.frame(np.frombuffer(MIXED, np.uint8)[cut.at :], len(MIXED))
    assert packets_in(rest) == packets_in(framer.frame(np.frombuffer(MIXED, np.uint8)[cut.at :], len(MIXED))[0])
