"""JSON documents: told from lines and from what is no JSON, cut at their list, and read as Python's json reads them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.format import Context, Fields, records_of
from pipeline.formats.json_document import FORMAT, Way, way_of
from pipeline.formats.registry import sniff
from pipeline.records import COLUMN_NAMES, KEY_COLUMN, Decoder

EVENTS = [{"time": f"2026-11-24T10:00:{n:02d}Z", "user": {"name": f"u{n}"}, "ip": "192.0.2.7"} for n in range(40)]
LARGE = EVENTS * 40
#: Hardly more than a beginning that is looked at.
HEAD = 64 << 10
LIST = {"next": "https://api.example.com/events?page=2", "value": EVENTS}
EVENT = {"id": 7, "user": {"name": "alice", "groups": [{"name": "a"}, {"name": "b"}]}, "action": "login", "ok": True}


def printed(*values: Any, indent: int | None = 2, end: str = "\n") -> bytes:
    return "".join(json.dumps(value, indent=indent, ensure_ascii=False) + end for value in values).encode()


@pytest.mark.parametrize("indent", [None, 0, 2, "\t"])
@pytest.mark.parametrize(
    ("document", "way"),
    [
        (LIST, ("value", "")),
        (EVENTS, ("",)),
        ({"took": 3, "hits": {"total": {"value": 40}, "hits": EVENTS}}, ("hits", "hits", "")),
        ({"users": EVENTS[:2], "events": EVENTS}, ("events", "")),
        ({"größe": 40, "einträge": EVENTS}, ("einträge", "")),
        ({"items": EVENTS[:1]}, ("items", "")),
        ([EVENTS, EVENTS], ("",)),
        (["a", "b"], ("",)),
        ({"hosts": [{"name": "db1", "samples": LARGE}]}, ("hosts", "", "samples", "")),
        ({"hosts": [{"name": "db1", "tags": LARGE[:400]}, {"name": "db2"}] * 40}, ("hosts", "")),
        ({"name": "x", "groups": [{"members": LARGE, "name": "y"}]}, ("groups", "", "members", "")),
    ],
)
def test_the_list_that_makes_up_a_document_holds_its_records(document: Any, way: Way, indent: Any) -> None:
    raw = printed(document, indent=indent)
    assert sniff(raw[:HEAD]) == "json"
    assert way_of(Context(2026, 0, header=FORMAT.header(raw[:HEAD]))) == way


@pytest.mark.parametrize(
    "raw",
    [
        printed(EVENT),
        printed(EVENT, EVENT, {"another": 1}),
        printed(LIST, LIST),
        printed(EVENT, indent=2, end="\r\n"),
        b"\xef\xbb\xbf" + printed(EVENT).replace(b"\n", b"\r\n"),
        printed(EVENT, EVENT, indent=None, end=""),
        printed({"id": 1, "\\": EVENTS}),
        printed({"id": 1, "": EVENTS}),
        printed({"id": 1, "parts": {"a": EVENTS, "b": EVENTS}}),
        printed({"text": "x" * (17 << 10)}, {"text": "y"}, indent=None),
    ],
)
def test_any_other_document_is_a_record(raw: bytes) -> None:
    assert sniff(raw) == "json"
    assert FORMAT.header(raw) == "[]"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (printed(EVENT, indent=None), "json-lines"),
        (printed(EVENT, EVENT, indent=None), "json-lines"),
        (printed(LIST, LIST, indent=None), "json-lines"),
        (printed(EVENT, indent=None) + b'{"cut": [', "json-lines"),
        (b"[1, 2]\n[3, 4]\n", "text"),
        (b'["a", 2]\n["b", 4]\n', "text"),
        (b"[12.5] kernel: up\n", "text"),
        (b'["main"] started\n["main"] stopped\n', "text"),
        (b"[INFO] started\n", "text"),
        (b"{x} started\n", "text"),
        (b'{\n  "a": NaN\n}\n', "text"),
        (b'{\n  "a": 1,\n}\n', "text"),
        (b'{\n  // said\n  "a": 1\n}\n', "text"),
        (b"{\n  'a': 1\n}\n", "text"),
        (b'{\n  "a": "b\n"\n}\n', "text"),
        (b'{\n  "a": 1\n}\nnoise\n', "text"),
        (b'{\n  "a": 1\n},\n{\n  "a": 2\n}\n', "text"),
        (b'{\n  "a": ' + b"[" * 30_000 + b"]" * 30_000 + b"\n}\n", "text"),
        (printed({f"192.0.2.{n}": EVENT for n in range(250)})[:HEAD], "json"),
        (printed({f"id{n}": EVENT for n in range(2000)})[:HEAD], "text"),
    ],
)
def test_lines_of_json_and_what_is_none_are_read_as_before(raw: bytes, name: str) -> None:
    assert sniff(raw) == name


@given(st.integers(200, 5000))
def test_a_document_is_told_by_any_part_of_its_beginning(size: int) -> None:
    raw = printed(LIST)[:size]
    assert sniff(raw) == "json"
    assert FORMAT.header(raw) == '["value", ""]'


#: A dot or nothing as a name makes paths ambiguous, which is the reader's matter.
KEYS = st.text(st.sampled_from('ab"\\é\u2028\n€😀'), min_size=1, max_size=4)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)


def leaves(value: Any, path: str) -> list[tuple[str, Any]]:
    """(path, key or value) of a document in its order; empty texts have none."""
    found: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            below = f"{path}.{key}" if path else key
            found += [(below, key), *leaves(inner, below)]
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            found += leaves(inner, f"{path}.{place}" if path else str(place))
    elif value != "":
        found.append((path, value))
    return found


def parsed(raw: bytes) -> tuple[Fields, list[bytes]]:
    """Fields, and the records that they stand in."""
    data = np.frombuffer(bytearray(raw), np.uint8)
    context = Context(2026, 0, header=FORMAT.header(raw[:HEAD]))
    starts, ends = records_of(FORMAT, data, context)
    records = [raw[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    assert b"".join(records) == raw
    return FORMAT.parse(data, starts, ends, context), records


def read(fields: Fields, raw: bytes, record: int) -> list[tuple[str, Any]]:
    found = []
    for f in range(fields.record_field[record], fields.record_field[record + 1]):
        text = raw[fields.field_start[f] : fields.field_end[f]]
        quoted = fields.field_decoder[f] != Decoder.JSON_NUMBER
        key = int(fields.field_key[f])
        found.append((fields.keys[key] if key >= 0 else "", json.loads(b'"' + text + b'"' if quoted else text)))
    return found


@given(
    st.lists(OBJECTS, min_size=1, max_size=5),
    st.booleans(),
    st.sampled_from([None, 0, 1, 4]),
    st.sampled_from("\n\r\n"),
)
def test_each_element_has_the_keys_and_values_that_json_loads_gives(
    rows: list[Any], is_array: bool, indent: int | None, line_end: str
) -> None:
    rows = [{"padding": "x" * 40}, *rows]
    text = json.dumps(rows if is_array else {"n": 1, "rows": rows}, indent=indent)
    raw = text.replace("\n", line_end).encode()
    fields, records = parsed(raw)
    assert fields.shaped.all()
    if is_array:
        assert records[-1].strip() == b"]"
        found = [read(fields, raw, r) for r in range(len(records) - 1)]
        assert found == [leaves(row, "") for row in rows]
    else:
        assert read(fields, raw, 0) == [("n", "n"), ("n", 1), ("rows", "rows")]
        found = [read(fields, raw, r) for r in range(1, len(records) - 1)]
        assert found == [leaves(row, "rows") for row in rows]


@given(st.lists(OBJECTS, min_size=2, max_size=4), st.sampled_from([0, 1, 4]), st.booleans())
def test_each_of_several_documents_is_a_record(documents: list[Any], indent: int, ascii_only: bool) -> None:
    text = "\n".join(json.dumps(d, indent=indent, ensure_ascii=ascii_only) for d in documents)
    fields, records = parsed(text.encode())
    assert [json.loads(record) for record in records] == documents
    assert [read(fields, text.encode(), r) for r in range(len(records))] == [leaves(d, "") for d in documents]
    assert fields.shaped.all()


def test_an_element_that_does_not_parse_is_one_text_and_the_others_are_read() -> None:
    broken = printed(LIST).replace(b'"u7"', b"u7").replace(b'"u9"\n', b'"u9",\n')
    fields, records = parsed(broken)
    assert len(records) == len(EVENTS) + 2
    assert np.flatnonzero(fields.shaped != 1).tolist() == [8, 10]
    assert (np.diff(fields.record_field)[[8, 10]] == 1).all()
    said = broken[fields.field_start[fields.record_field[8]] :][: len(records[8])]
    assert said == records[8]


def test_a_document_that_ends_early_loses_nothing() -> None:
    whole = printed(LIST)
    for size in range(200, 500):
        fields, records = parsed(whole[:size])
        assert b"".join(records) == whole[:size]
        assert (np.diff(fields.record_field) > 0).tolist()[:-1] == [True] * (len(records) - 1)


def test_columns_are_told_by_the_path_within_an_element() -> None:
    raw = printed({"rows": [{"user": {"name": "alice"}, "host": "db1", "port": 1}] * 3})
    fields, _ = parsed(raw)
    told = {
        fields.keys[key]: COLUMN_NAMES[column]
        for key, column in zip(fields.field_key.tolist(), fields.field_column.tolist(), strict=True)
        if column != KEY_COLUMN
    }
    assert told == {"rows.user.name": "user_name", "rows.host": "host_name", "rows.port": "attributes"}
