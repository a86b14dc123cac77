"""Times of records through whole runs, for recipients who do not get them as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import Desk

#: Of one moment, in notations that are read and in others.
TIMES = (
    "2026-03-09T10:00:00Z", "Mon, 09 Mar 2026 10:00:00 GMT", "Mon Mar  9 10:00:00 2026", "09.03.2026 10:00:00",
    "03/09/26 10:00:00 AM", "20260309T100000Z", "2026-W11-1T10", "9 Mar 2026", 1773050400, 1773050400.5, 1.7730504e18,
    134175240000000000,
)  # fmt: skip


def desk_with(desk: Desk, action: object) -> None:
    assert desk.run(desk.write("seed.log", "x\n")).code == 0
    path = desk.workspace / "recipients" / "cisco.yaml"
    policy = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump({**policy, "entities": {"DATE_TIME": action, "HOSTNAME": "pseudonymise"}}))


@pytest.mark.parametrize("action", ["shift", "redact", "mask", "remove", {"action": "generalise", "to": "month"}])
def test_no_notation_of_a_records_time_stays_beside_one_that_does_not(desk: Desk, action: object) -> None:
    desk_with(desk, action)
    keys = ("@timestamp", "ts", "time")
    records = [{key: time, "n": n} for n, time in enumerate(TIMES) for key in keys]
    log = desk.write("app.jsonl", "".join(json.dumps(record) + "\n" for record in records))
    table = desk.write("t.csv", "timestamp,host,level\n" + "".join(f'"{time}",alderbox,info\n' for time in TIMES[:-4]))
    said = desk.run(log, table, options=("--out", desk.folder / "moved"))
    assert said.code == 0, said.all
    (native,) = (desk.folder / "moved").glob("cisco/client=*/_native/run=*/app.jsonl")
    left = [json.loads(line) for line in native.read_text().splitlines()]
    assert [record["n"] for record in left] == [record["n"] for record in records]
    for before, after in zip(records, left):
        assert all(str(before[key]) != str(after[key]) for key in keys if key in before), after
    (native,) = (desk.folder / "moved").glob("cisco/client=*/_native/run=*/t.csv")
    for time in TIMES[:-4]:
        assert str(time) not in native.read_text()


def test_durations_and_counters_under_the_key_of_a_time_stay(desk: Desk) -> None:
    desk_with(desk, "shift")
    text = "".join(json.dumps({"time": value}) + "\n" for value in (0, 12, 0.123456789, 1500, "12 ms", "-", "never"))
    said = desk.run(desk.write("app.jsonl", text), options=("--out", desk.folder / "moved"))
    assert said.code == 0, said.all
    (native,) = (desk.folder / "moved").glob("cisco/client=*/_native/run=*/app.jsonl")
    assert native.read_text() == text


def test_a_line_of_a_leap_day_is_read_whatever_year_its_file_is_of(desk: Desk) -> None:
    log = desk.write("messages.log", "Feb 28 10:00:00 alderbox app: one\nFeb 29 10:00:00 alderbox app: two\n")
    said = desk.run(log, options=("--year", "2026"))
    assert said.code == 0, said.all
    assert b"alderbox" not in desk.native()
