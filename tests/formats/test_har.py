"""HAR: told by its shape, one record an entry, and values that are what the names beside them say."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.format import Context, records_of, split_records
from pipeline.formats.registry import FORMATS, sniff
from pipeline.kernels.json_fields import json_fields
from pipeline.kernels.named_values import NAME, NEITHER, VALUE, named_values
from pipeline.records import ATTRIBUTES, COLUMN_ID, KEY_COLUMN, SCAN, UNDIVIDED
from recognizers.entities import ENTITIES

HEAD = b'{"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": ['


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (HEAD, "har"),
        (b"\xef\xbb\xbf" + HEAD + b"\n", "har"),
        (HEAD.replace(b" ", b"\r\n  "), "har"),
        (b'{"log": {"level": "info"}, "message": "x"}\n', "json-lines"),
        (b'{"log": {"version": "1", "level": "info"}}\n', "json-lines"),
        (b'{"version": 1, "log": {"entries": []}}\n', "json-lines"),
    ],
)
def test_a_document_is_told_by_its_first_keys(head: bytes, name: str) -> None:
    assert sniff(head) == name


def entities(form: str, document: Any) -> dict[str, str]:
    """Path -> entity of the values for which one is declared."""
    raw = json.dumps(document).encode()
    data = np.frombuffer(bytearray(raw), np.uint8)
    fields = FORMATS[form].parse(data, *split_records(data, FORMATS[form].continues), Context(2026, 0))
    found = {}
    for f in range(len(fields.field_start)):
        entity = int(fields.field_entity[f])
        if entity >= 0 and fields.field_column[f] != KEY_COLUMN:
            found[fields.keys[fields.field_key[f]]] = ENTITIES[entity % UNDIVIDED] + "*" * (entity // UNDIVIDED)
    return found


def named(**values: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in values.items()]


def test_a_headers_name_says_what_its_value_is() -> None:
    headers = named(
        Host="www.example.com:80", Cookie="a=b", AUTHORIZATION="Basic YQ==", Referer="http://example.com/x",
        Location="/y", X_Forwarded_For="192.0.2.1, 192.0.2.2", X_Real_IP="192.0.2.3",
        Date="Tue, 24 Nov 2026 09:00:00 GMT", Expires="0", Server="nginx", X_User_Name="alice",
    )  # fmt: skip
    expected = [
        "HOSTNAME",
        "COOKIE",
        "CREDENTIAL",
        "URL",
        "URL",
        None,
        "IP_ADDRESS",
        "DATE_TIME",
        None,
        None,
        "USERNAME",
    ]
    for form in ("har", "json-lines"):
        found = entities(form, {"request": {"headers": headers}})
        assert [found.get(f"request.headers.{k}.value") for k in range(len(headers))] == expected


def test_a_cookies_value_is_one_whatever_its_name() -> None:
    assert entities("har", {"cookies": [{"name": "theme", "value": "dark", "path": "/"}]}) == {
        "cookies.0.value": "COOKIE"
    }


def test_a_parameter_is_what_it_is_in_a_url() -> None:
    """So a value has one pseudonym in both; a URL among them is taken apart, as it is there."""
    query = named(user="alice", q="John Hale", n="5", lang="en", next="http://www.example.com/x", r="www.example.com/x")
    found = entities("har", {"request": {"queryString": query, "postData": {"params": query}}})
    expected = ["USERNAME", "URL*", None, None, "URL", "URL"]
    for path in ("request.queryString", "request.postData.params"):
        assert [found.get(f"{path}.{k}.value") for k in range(len(query))] == expected


def test_what_stands_beside_a_value_says_that_it_is_base64() -> None:
    for form in ("har", "json-lines"):
        assert entities(form, {"content": {"text": "AAEC", "encoding": "base64"}}) == {"content.text": "BINARY_CONTENT"}
        frames = [{"opcode": 2, "data": "AAEC"}, {"opcode": 1, "data": "AAEC"}]
        assert entities(form, {"frames": frames}) == {"frames.0.data": "BINARY_CONTENT"}
        assert entities(form, {"isBase64Encoded": True, "body": "AAEC"}) == {"body": "BINARY_CONTENT"}
        assert entities(form, {"isBase64Encoded": False, "body": "AAEC"}) == {}
        assert entities(form, {"content": {"text": "AAEC", "encoding": "gzip"}, "text": "AAEC"}) == {}


def test_names_and_values_elsewhere_say_nothing() -> None:
    assert entities("har", {"tags": named(Host="x", Cookie="y"), "headers": {"name": "Host", "value": "x"}}) == {}


def test_a_propertys_name_says_in_logs_what_its_value_is() -> None:
    """Machines, accounts and their ids; under names that say less a value must look like one."""
    properties = {"Computer Name": "kiosk", "userName": "zqtam", "Device ID": "a-00771", "Cookie": "y", "worker": "up"}
    found = entities("json-lines", {"evidence": [{"value": v, "key": k} for k, v in properties.items()]})
    assert found == {"evidence.0.value": "HOSTNAME", "evidence.1.value": "USERNAME", "evidence.2.value": "DEVICE_ID"}
    assert entities("json-lines", {"a": {"name": "Host", "x": 1}, "b": {"value": "kiosk"}}) == {}


@given(
    st.lists(
        st.lists(st.sampled_from([("name", "Host"), ("value", "x"), ("comment", "c"), ("value", 1)]), max_size=3),
        max_size=4,
    )
)
def test_a_value_is_paired_within_its_own_object(objects: list[list[tuple[str, Any]]]) -> None:
    raw = json.dumps({"headers": [dict(pairs) for pairs in objects]}).encode()
    data = np.frombuffer(bytearray(raw), np.uint8)
    rows, record_field, _, nodes = json_fields(data, np.array([0]), np.array([len(raw)]), 1)
    names = [raw[start:end] for start, end in nodes[:, 1:3].tolist()]
    role = np.array([{b"name": NAME, b"value": VALUE}.get(n, NEITHER) for n in names], np.uint8)
    found = named_values(rows, record_field, role, np.ascontiguousarray(nodes[:, 0]))
    texts = [tuple(raw[rows[f, 0] : rows[f, 1]] for f in pair) for pair in found.tolist()]
    whole = [dict(pairs) for pairs in objects]
    expected = [(b"Host", str(o["value"]).encode()) for o in whole if "name" in o and "value" in o]
    assert texts == expected


def test_of_more_places_than_have_paths_of_their_own_each_value_has_its_own_name() -> None:
    headers = [*named(Server="x") * 300, *named(Host="a.example", Via="1.1 b", Cookie="c=d")]
    raw = json.dumps({"headers": headers}).encode()
    data = np.frombuffer(bytearray(raw), np.uint8)
    fields = FORMATS["har"].parse(data, *split_records(data, FORMATS["har"].continues), Context(2026, 0))
    values = fields.field_entity[(fields.field_column != KEY_COLUMN)][1::2].tolist()
    assert [ENTITIES[e] if e != SCAN else None for e in values[-3:]] == ["HOSTNAME", None, "COOKIE"]


def test_an_entry_that_is_no_object_is_what_its_record_says() -> None:
    raw = b'{"log": {"entries": [5, "a b", null, {"a": 1}]}}'
    data = np.frombuffer(bytearray(raw), np.uint8)
    context = Context(2026, 0)
    fields = FORMATS["har"].parse(data, *records_of(FORMATS["har"], data, context), context)
    message = COLUMN_ID["message"]
    said = [raw[a:b] for a, b, c in zip(fields.field_start, fields.field_end, fields.field_column) if c == message]
    assert said == [b"5", b"a b", b"null"]
    assert (fields.field_key[fields.field_column == ATTRIBUTES] >= 0).all()
