"""Rows under a header, the header itself, and the names of input files, through a whole run."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from pipeline.inputs import find_inputs, plan_units, read_unit
from pipeline.records import COLUMN_ID, Batch

if TYPE_CHECKING:
    from conftest import Desk

ROWS = """\
time,Source IP,user,hostname,mac address,"note, free",192.0.2.77,dora@example.com
2026-11-24T10:00:00Z,203.0.113.219,qwexzadmin,zq7vault,00:00:5e:00:53:e7,"said ""user=hxqworth, ok"" twice",1,a
2026-11-24T10:00:05Z,203.0.113.220,"Qorvath, Anna",zq8vault,00-00-5E-00-53-E8,,2,b
2026-11-24T10:00:06Z,203.0.113.220,nobody,localhost,,plain;text|here,3,c
"""
PLANTED = [
    "203.0.113.219", "203.0.113.220", "qwexzadmin", "zq7vault", "zq8vault", "Qorvath", "hxqworth", "192.0.2.77",
    "dora", "00:53:e7", "00-53-E8",
]  # fmt: skip
W3C = """\
#Software: Microsoft Internet Information Services 10.0
#Fields: date time s-ip cs-method cs-uri-stem s-port cs-username c-ip
2026-11-24 10:00:00 192.0.2.80 GET /index.html 443 qwexzadmin 203.0.113.219
2026-11-24 10:00:01 192.0.2.80 GET / 443 - 203.0.113.220
"""


def rows_of(desk: Desk) -> list[dict[str, Any]]:
    parts = sorted(desk.out.rglob("cisco/**/dataset=logs/**/*.parquet"))
    return [row for part in parts for row in pq.read_table(part).to_pylist()]


def test_rows_keep_their_cells_and_lose_what_identifies(desk: Desk) -> None:
    desk.write("users.csv", ROWS)
    said = desk.run(desk.logs)
    assert said.code == 0, said.all
    released = desk.native().decode()
    assert [planted for planted in PLANTED if planted in released] == []
    before, after = (list(csv.reader(io.StringIO(text))) for text in (ROWS, released))
    assert [len(row) for row in after] == [len(row) for row in before]
    assert after[0][:6] == before[0][:6]
    assert after[3][2:4] == ["nobody", "localhost"] and after[3][5] == "plain;text|here"
    assert after[2][1] == after[3][1]


def test_columns_are_named_by_the_header_as_it_may_be_seen(desk: Desk) -> None:
    desk.write("users.csv", ROWS)
    assert desk.run(desk.logs).code == 0
    header = next(csv.reader(io.StringIO(desk.native().decode())))
    rows = rows_of(desk)
    assert len(rows) == 4
    assert {row["host_name"] for row in rows} >= {"localhost"}
    names = {name for row in rows for name, _ in row["attributes"] or ()}
    assert names == {header[1], "mac address", "note, free", header[6], header[7]}
    assert not any(planted in str(rows) for planted in PLANTED)


def test_every_range_of_a_file_knows_its_header(tmp_path: Path) -> None:
    header, line, *_ = ROWS.splitlines(keepends=True)
    (tmp_path / "large.csv").write_text(header + line * 40)
    inputs, _ = find_inputs([str(tmp_path / "large.csv")], out=None)
    units = plan_units(inputs, 1000)
    assert len(units) > 3
    for unit in units:
        for batch in read_unit(inputs, unit):
            assert isinstance(batch, Batch)
            named = batch.field_column == COLUMN_ID["host_name"]
            texts = {batch.data[s:e].tobytes() for s, e in zip(batch.field_start[named], batch.field_end[named])}
            assert texts == {b"zq7vault"} and batch.keys[5] == "note, free"


def test_a_w3c_log_keeps_its_header_and_its_times_are_utc(desk: Desk) -> None:
    desk.write("u_ex.log", W3C)
    assert desk.run(desk.logs, options=("--zone", "+02:00")).code == 0
    released = desk.native().decode().splitlines()
    assert released[:2] == W3C.splitlines()[:2]
    assert "qwexzadmin" not in released[2] and "203.0.113" not in "".join(released)
    times = {str(row["timestamp"])[:19] for row in rows_of(desk) if row["timestamp"]}
    assert times == {"2026-11-24 10:00:00", "2026-11-24 10:00:01"}


def test_names_of_files_and_folders_are_redacted(desk: Desk) -> None:
    line = "Nov 24 10:00:00 gw app[1]: hello\n"
    names = (
        "alice@host-192.0.2.7.log", "home/qwexzadmin/app-203.0.113.219.log", "zq7vault.example.com.log.1",
        "Users/hxqworth/00-00-5e-00-53-e7.txt", "var/log/messages-20260101.log",
    )  # fmt: skip
    for name in names:
        desk.write(name, line)
    assert desk.run(desk.logs).code == 0
    paths = " ".join(str(path.relative_to(desk.out)) for path in desk.out.rglob("cisco/**/_native/**/*"))
    planted = ["alice", "192.0.2.7", "qwexzadmin", "203.0.113.219", "zq7vault", "hxqworth", "00-53-e7"]
    assert [text for text in planted if text in paths] == []
    assert "var/log/messages-20260101.log" in paths
    assert not any(text in str(rows_of(desk)) for text in planted)


def test_a_log_in_utf_16_is_released_in_utf_8(desk: Desk) -> None:
    text = "2026-11-24 10:00:00 logon of user=qwexzadmin from 203.0.113.219\r\n2026-11-24 10:00:01 déjà vu\r\n"
    desk.write("win.log", text.encode("utf-16"))
    assert desk.run(desk.logs).code == 0
    released = desk.native().decode()
    assert "déjà vu\r\n" in released and "qwexzadmin" not in released and "203.0.113.219" not in released
