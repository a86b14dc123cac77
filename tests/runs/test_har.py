"""HAR files through whole runs: what a browser recorded of somebody is replaced, and the file is one still."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from pipeline.records import LONGEST_RECORD

if TYPE_CHECKING:
    from conftest import Desk

ORIGINALS = (
    b"hollowgate", b"192.0.2.", b"198.51.100.7", b"mhale", b"hunter2", b"8c1fe0a77d", b"k7Qz1xPw93", b"zx9qqv4411",
    b"aG9sbG93Z2F0ZS",
)  # fmt: skip


def pairs(**values: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in values.items()]


def entry(path: str, body: str, **content: str) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-11-24T10:00:00.250Z",
        "time": 12,
        "request": {
            "method": "POST",
            "url": f"https://hollowgate.example.com{path}?user=mhale&q=zx9qqv4411",
            "httpVersion": "HTTP/1.1",
            "cookies": [{"name": "sid", "value": "8c1fe0a77d", "domain": "hollowgate.example.com"}],
            "headers": pairs(
                Host="hollowgate.example.com", Cookie="sid=8c1fe0a77d", Authorization="Bearer k7Qz1xPw93",
                X_Forwarded_For="192.0.2.21, 198.51.100.7", Referer="https://hollowgate.example.com/in", Accept="*/*",
            ),
            "queryString": pairs(user="mhale", q="zx9qqv4411"),
            "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "user=mhale&password=hunter2"},
        },
        "response": {
            "status": 200,
            "headers": pairs(Set_Cookie="sid=8c1fe0a77d; Path=/", Location="https://hollowgate.example.com/next"),
            "content": {"mimeType": "application/json", "text": body, **content},
            "bodySize": len(body),
        },
        "serverIPAddress": "198.51.100.7",
    }  # fmt: skip


ENTRIES = [
    entry("/a", '{"user": "mhale", "from": "192.0.2.21"}'),
    entry("/b", base64.b64encode(b"hollowgate.example.com, 192.0.2.21, mhale@example.com").decode(), encoding="base64"),
    entry("/c", '<a href="https://hollowgate.example.com/x">192.0.2.21</a>'),
]


def document(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "pages": [], "entries": entries}}


@pytest.mark.parametrize("indent", [None, 2])
def test_nothing_of_anybody_is_left_and_the_file_is_valid(desk: Desk, indent: int | None) -> None:
    said = desk.run(desk.write("site.har", json.dumps(document(ENTRIES), indent=indent)))
    assert said.code == 0, said.all
    out = desk.native()
    for original in ORIGINALS:
        assert original not in out
    left = json.loads(out)["log"]["entries"]
    assert [e["response"]["status"] for e in left] == [200, 200, 200]
    assert {h["name"]: h["value"] for h in left[0]["request"]["headers"]}["Accept"] == "*/*"
    host = left[0]["request"]["headers"][0]["value"]
    assert all(e["request"]["url"].startswith(f"https://{host}/") for e in left)
    assert left[0]["request"]["queryString"][1]["value"] in left[0]["request"]["url"]
    rows = duckdb.sql(
        "SELECT url_full, http_request_method, http_response_status_code, server_ip "
        f"FROM read_parquet('{desk.out}/cisco/client=*/dataset=logs/**/*.parquet') WHERE url_full IS NOT NULL"
    ).fetchall()
    assert sorted(rows) == sorted((e["request"]["url"], "POST", 200, e["serverIPAddress"]) for e in left)


def test_an_entry_that_is_too_large_is_held_back_and_the_others_are_not(desk: Desk) -> None:
    entries = [*ENTRIES[:2], entry("/large", "y" * LONGEST_RECORD), ENTRIES[2]]
    said = desk.run(desk.write("site.har", json.dumps(document(entries))))
    assert said.code == 4, said.all
    assert len(json.loads(desk.native())["log"]["entries"]) == 3


def test_bodies_that_are_no_text_become_as_many_zeros(desk: Desk) -> None:
    """What a photo tells of its place no pattern sees; its type and size stay."""
    photo = b"\xff\xd8\xff\xe1\0\x40Exif\0\0MM\0*" + bytes(range(256)) * 8
    message, font = bytes(range(250, 130, -1)), b"wOF2\0\1\0\0" + bytes(range(256))
    # What would be replaced otherwise leaves no mark in it.
    photo += b"password=k7Qz1xPw93 call +1 212 555 0142 now"
    bodies = [photo, message, font]
    entries = [entry("/x", base64.b64encode(body).decode(), encoding="base64") for body in bodies]
    style = f"a{{src:url(data:font/woff2;base64,{base64.b64encode(font).decode()})}}"
    entries.append(entry("/style", style, mimeType="text/css"))
    entries[0]["request"]["url"] = f"data:image/jpeg;base64,{base64.b64encode(photo).decode()}"
    entries[1]["_webSocketMessages"] = [{"opcode": 2, "data": base64.b64encode(message).decode()}]
    said = desk.run(desk.write("site.har", json.dumps(document(entries))))
    assert said.code == 0, said.all
    left = json.loads(desk.native())["log"]["entries"]
    texts = [e["response"]["content"]["text"] for e in left]
    assert [base64.b64decode(text, validate=True) for text in texts[:3]] == [bytes(len(body)) for body in bodies]
    assert texts[3] == f"a{{src:url(data:font/woff2;base64,{base64.b64encode(bytes(len(font))).decode()})}}"
    assert left[0]["request"]["url"] == f"data:image/jpeg;base64,{base64.b64encode(bytes(len(photo))).decode()}"
    assert base64.b64decode(left[1]["_webSocketMessages"][0]["data"]) == bytes(len(message))
    assert [e["response"]["content"]["mimeType"] for e in left] == ["application/json"] * 3 + ["text/css"]


@pytest.mark.parametrize(("action", "text"), [("redact", "<BINARY_CONTENT>"), ("remove", ""), ("keep", None)])
def test_a_policy_says_what_becomes_of_what_is_no_text(desk: Desk, action: str, text: str | None) -> None:
    body = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(200))).decode()
    path = desk.write("site.har", json.dumps(document([entry("/x", body, encoding="base64")])))
    assert desk.run(path).code == 0
    (policy,) = desk.workspace.glob("recipients/cisco.yaml")
    policy.write_text(policy.read_text() + f"entities: {{BINARY_CONTENT: {action}}}\n")
    assert desk.run(path, options=("--out", desk.folder / "other")).code == 0
    (native,) = desk.folder.glob("other/cisco/client=*/_native/run=*/*")
    (left,) = json.loads(native.read_bytes())["log"]["entries"]
    assert left["response"]["content"]["text"] == (body if text is None else text)
