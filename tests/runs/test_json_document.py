"""JSON documents through whole runs: each comes out as a document of the same shape, whatever is taken out of it."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from pipeline.records import LONGEST_RECORD

if TYPE_CHECKING:
    from conftest import Desk

EVENTS: list[dict[str, Any]] = [
    {
        "time": f"2026-11-24T10:00:0{n}Z",
        "level": "warning",
        "user": {"name": "zmarrow", "display": 'Z. "Zoë" Marrow'},
        "device": {"name": "oakfield-lt7", "ip": "192.0.2.21", "serial": None},
        "properties": [{"name": "Computer Name", "value": "oakfield-lt7"}, {"name": "Path", "value": "C:\\x\\y"}],
        "risk": 0.50,
        "count": n,
        "message": f"login of zmarrow@oakfield.example from 2001:db8::{n + 1} failed",
    }
    for n in range(6)
]
LIST = {"@odata.context": "https://graph.example.com/beta/$metadata", "value": EVENTS, "owner": {"user": "zmarrow"}}
ORIGINALS = (b"zmarrow", b"oakfield", b"192.0.2.21", b"2001:db8::1")


def shape(value: Any) -> Any:
    """What is left of a document without its texts."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value) if isinstance(value, str) else value


def natives(desk: Desk, recipient: str) -> bytes:
    (path,) = (p for p in desk.out.glob(f"{recipient}/client=*/_native/run=*/**/*") if p.is_file())
    return path.read_bytes()


@pytest.mark.parametrize(("document", "indent"), [(LIST, None), (LIST, 2), (EVENTS, "\t")])
def test_three_recipients_get_documents_of_the_same_shape(desk: Desk, document: Any, indent: Any) -> None:
    raw = json.dumps(document, indent=indent).encode()
    others = ("--recipient", "stats=analytics", "--recipient", "desk=support")
    said = desk.run(desk.write("events.json", raw), options=others)
    assert said.code == 0, said.all
    texts = {name: natives(desk, name) for name in ("cisco", "stats", "desk")}
    for text in texts.values():
        assert shape(json.loads(text)) == shape(document)
        assert not [original for original in ORIGINALS if original in text]
        assert text.count(b"\n") == raw.count(b"\n")
        assert text.count(b'"risk": 0.5') == len(EVENTS)
    assert len(set(texts.values())) == 3
    rows = duckdb.sql(
        "SELECT user_name, timestamp IS NULL, message FROM "
        f"read_parquet('{desk.out}/cisco/client=*/dataset=logs/**/*.parquet') WHERE user_name IS NOT NULL"
    ).fetchall()
    left = json.loads(texts["cisco"])
    events = left if isinstance(left, list) else left["value"]
    assert sorted(rows) == sorted((e["user"]["name"], False, e["message"]) for e in events)


def test_documents_one_after_the_other_and_compressed_ones_stay_documents(desk: Desk) -> None:
    printed = "\n".join(json.dumps(event, indent=4) for event in EVENTS)
    desk.write("journal.json.gz", gzip.compress(printed.encode()))
    desk.write("devices.json", ("\ufeff" + json.dumps(LIST, indent=2)).encode("utf-16-le"))
    said = desk.run(desk.logs)
    assert said.code == 0, said.all
    (journal,) = desk.out.glob("cisco/client=*/_native/run=*/logs/journal.json")
    text, left = journal.read_text(), []
    while text.strip():
        value, at = json.JSONDecoder().raw_decode(text.lstrip())
        left.append(value)
        text = text.lstrip()[at:]
    assert [shape(each) for each in left] == [shape(event) for event in EVENTS]
    (devices,) = desk.out.glob("cisco/client=*/_native/run=*/logs/devices.json")
    assert shape(json.loads(devices.read_bytes())) == shape(LIST)
    assert json.loads(devices.read_bytes())["value"][0]["user"] == left[0]["user"]


def test_a_document_from_standard_input_without_anything_to_replace_comes_out_byte_for_byte(desk: Desk) -> None:
    raw = (
        b'{\r\n "items" : [\r\n  {"state":"up", "load": 1.5e1 , "on":true}\r\n ,{"state" :"down","load":-0}\r\n] }\r\n'
    )
    said = desk.run("-", stdin=raw)
    assert said.code == 0, said.all
    assert desk.native() == raw


def test_an_element_that_is_too_large_is_held_back_and_the_rest_is_a_document(desk: Desk) -> None:
    document = {**LIST, "value": [*EVENTS[:2], {"user": "zmarrow", "dump": "y" * LONGEST_RECORD}, *EVENTS[2:]]}
    said = desk.run(desk.write("events.json", json.dumps(document, indent=2)))
    assert said.code == 4, said.all
    assert shape(json.loads(desk.native())) == shape(LIST)


def test_what_another_client_alone_has_is_held_back_and_the_rest_is_a_document(desk: Desk) -> None:
    where = ("--workspace", desk.workspace)
    assert desk.redact("init", desk.workspace).code == 0
    assert desk.redact("client", "add", "acme", *where).code == 0
    assert desk.redact("client", "add", "globex", "--keyword", "kestrelworks", *where).code == 0
    events = [*EVENTS[:3], {"note": "as at kestrelworks"}, *EVENTS[3:], {"note": "kestrelworks"}]
    said = desk.run(desk.write("events.json", json.dumps({**LIST, "value": events}, indent=2)))
    assert said.code == 4, said.all
    assert shape(json.loads(desk.native())) == shape(LIST)


def test_a_key_on_the_way_to_the_list_is_replaced_in_the_names_of_attributes(desk: Desk) -> None:
    document = {"note": "of 192.0.2.21", "192.0.2.21": [{"state": "up", "zone": "a"}] * 20}
    said = desk.run(desk.write("hosts.json", json.dumps(document, indent=2)))
    assert said.code == 0, said.all
    (key,) = set(json.loads(desk.native())) - {"note"}
    names = duckdb.sql(
        "SELECT DISTINCT unnest(map_keys(attributes)) FROM "
        f"read_parquet('{desk.out}/cisco/client=*/dataset=logs/**/*.parquet')"
    ).fetchall()
    assert key != "192.0.2.21"
    assert {name for (name,) in names} == {"note", f"{key}.state", f"{key}.zone"}


def test_a_look_and_a_question_read_a_document_as_a_run_does(desk: Desk) -> None:
    path = desk.write("events.json", json.dumps(LIST, indent=2))
    said = desk.redact("scan", path, "--json")
    assert said.code == 0, said.all
    assert json.loads(said.out)["records"] == {"json": len(EVENTS) + 2}
    line = 1 + path.read_text().splitlines().index('        "name": "zmarrow",')
    said = desk.redact("why", f"{path}:{line}")
    assert "format json" in said.out and "USERNAME" in said.out and "zmarrow" in said.out
