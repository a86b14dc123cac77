"""Windows event logs through whole runs: released as lines of JSON and as rows, nobody left in them."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.inputs.event_log_files import event_log

if TYPE_CHECKING:
    from conftest import Desk

EVENT = (
    '<Event><System><Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>4624</EventID>'
    '<TimeCreated SystemTime="2026-11-24T10:00:0{n}.000000Z"/><Execution ProcessID="71" ThreadID="8"/>'
    "<Channel>Security</Channel><Computer>dc7.hollowgate.example</Computer></System>"
    "<EventData><TargetUserName>mhale</TargetUserName><IpAddress>203.0.113.9</IpAddress>"
    "<TargetUserSid>S-1-5-21-3623811015-3361044348-30300820-1013</TargetUserSid></EventData></Event>"
)
LOG = event_log([[EVENT.format(n=1), EVENT.format(n=2)], [EVENT.format(n=3)]])
ORIGINALS = (b"mhale", b"203.0.113.9", b"hollowgate", b"3623811015")


@pytest.mark.parametrize("name", ["Security.evtx", "Security.evtx.gz"])
def test_events_are_released_as_lines_of_json_and_as_rows(desk: Desk, name: str) -> None:
    desk.write(name, gzip.compress(LOG) if name.endswith(".gz") else LOG)
    desk.write("app.log", "2026-11-24T10:00:05Z dc7.hollowgate.example app: user=mhale came from 203.0.113.9\n")
    said = desk.run(desk.logs)
    assert said.code == 0, said.all
    native = next(path for path in desk.out.rglob("Security.evtx.jsonl"))
    events = [json.loads(line)["Event"] for line in native.read_bytes().splitlines()]
    assert [event["System"]["EventID"] for event in events] == ["4624"] * 3
    assert not any(original in native.read_bytes() for original in ORIGINALS)
    parts = [str(path) for path in desk.out.rglob("*.parquet") if "dataset=logs" in str(path)]
    rows = duckdb.sql(
        "SELECT epoch(timestamp)::BIGINT % 60, host_name, log_logger FROM read_parquet($parts) "
        "WHERE log_logger = 'Security' ORDER BY 1",
        params={"parts": parts},
    ).fetchall()
    host = events[0]["System"]["Computer"]
    assert rows == [(n, host, "Security") for n in (1, 2, 3)]
    # One host, one account, one address in both.
    text = next(path for path in desk.out.rglob("app.log")).read_text()
    data = events[0]["EventData"]
    assert all(pseudonym in text for pseudonym in (host, data["TargetUserName"], data["IpAddress"]))


def test_a_log_that_ends_early_is_released_as_far_as_it_goes_and_told(desk: Desk) -> None:
    desk.write("Security.evtx", LOG[:-1])
    said = desk.run(desk.logs)
    assert said.code == 4 and "truncated" in said.all, said.all
    assert next(path for path in desk.out.rglob("Security.evtx.jsonl")).read_bytes().count(b"\n") == 2


def test_nothing_is_released_where_no_input_can_be_read(desk: Desk) -> None:
    desk.write("picture.png", b"\x89PNG\r\n\x1a\n")
    said = desk.run(desk.logs)
    assert said.code == 2 and "picture.png: binary: PNG" in said.err, said.all
    assert not desk.archives()
