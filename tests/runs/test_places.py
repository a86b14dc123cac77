"""Places under keys of structured logs: replaced, or reduced to where many are; what is not known is never kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Desk

CITIES = ["Berlin", "Springdorf am Bach", "San José"]


def test_a_city_becomes_its_country_and_an_unknown_one_its_type(desk: Desk) -> None:
    records = [
        {
            "source": {"geo": {"city_name": city, "country_iso_code": "DE", "postal_code": 10115}},
            "message": f"in {city}",
        }
        for city in CITIES
    ]
    desk.write("a.jsonl", "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))
    assert desk.run("logs/a.jsonl").code == 0
    policy = desk.workspace / "recipients" / "cisco.yaml"
    rules = {
        "LOCATION": {"action": "generalise", "to": "country"},
        "POSTAL_CODE": {"action": "generalise", "to": "area"},
    }
    policy.write_text(policy.read_text() + f"entities: {json.dumps(rules)}\n")
    run = desk.folder / "again"
    said = desk.run("logs/a.jsonl", options=("--out", run))
    assert said.code == 0, said.all
    (native,) = run.glob("cisco/client=*/_native/run=*/a.jsonl")
    released = [json.loads(line) for line in native.read_text().splitlines()]
    assert [record["source"]["geo"]["city_name"] for record in released] == ["Germany", "<LOCATION>", "<LOCATION>"]
    assert [record["message"] for record in released] == ["in Germany", "in <LOCATION>", "in <LOCATION>"]
    assert {record["source"]["geo"]["country_iso_code"] for record in released} == {"DE"}
    assert {record["source"]["geo"]["postal_code"] for record in released} == {10}
