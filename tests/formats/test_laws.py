"""What holds of the fields of any bytes in any format."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.mapping import own_mapping
from pipeline.formats.format import Context, Fields, records_of
from pipeline.formats.mail_headers import BOUNDARY, FIXED_PARAMETERS, FIXED_VALUES, FIXED_WORDS, KINDS, TYPES
from pipeline.formats.mapped_json import SHIPPED
from pipeline.formats.markup import ATTRIBUTES as MARKUP_ATTRIBUTES
from pipeline.formats.markup import TAGS
from pipeline.formats.registry import FORMATS
from pipeline.records import (
    ATTRIBUTES,
    COLUMN_NAMES,
    COLUMNS,
    HARMLESS,
    KEY_COLUMN,
    NO_TIME,
    TIME_COLUMN,
    Decoder,
)
from recognizers.entities import ENTITY_ID

CORPORA = Path(__file__).parent / "corpora"
CONTEXT = Context(2026, 0)
CONTEXTS = {
    name: replace(
        CONTEXT,
        header=form.header((CORPORA / f"{name}.log").read_bytes()),
        mapping=own_mapping(CORPORA / f"{name}.yaml") if (CORPORA / f"{name}.yaml").exists() else "",
    )
    for name, form in FORMATS.items()
}
BOM = b"\xef\xbb\xbf"
#: All that may stand outside of fields.
PUNCTUATION = {
    "har": b'{}[],:" \t\r\n',
    "json": b'{}[],:" \t\r\n',
    "json-lines": b'{}[],:" \t\r\n',
    **dict.fromkeys(("mapped-json", *SHIPPED), b"{}[],:\" \t\r\n<>'\\"),
    "syslog-rfc5424": b'<> []="-\r\n',
    "syslog-rfc3164": b"<> []:\r\n",
    "apache-combined": b'[] "\r\n',
    "text": b"[] \r\n",
    "prose": b" \t\r\n\f\v",
    "csv": b'", \r\n',
    "csv-multiline": b'", \r\n',
    "w3c-extended": b'" \r\n',
    "zeek": b'" \t\r\n',
    "mail": b"<>()[]{}\"'@,;:=/!?- \t\r\n\f\v",
    "html": b"<>()[]{}\"'@,;:=/!?- \t\r\n\f\v",
    "mbox": b"<>()[]{}\"'@,;:=/!?- \t\r\n\f\v",
}
_OF_MAILS = frozenset().union(
    KINDS, TYPES, FIXED_WORDS, FIXED_PARAMETERS, FIXED_VALUES, [b"from"],
    *(name.split(b":") for name in TAGS | MARKUP_ATTRIBUTES),
)  # fmt: skip
#: Of formats whose own words stand there, too.
WORDS = dict.fromkeys(("mail", "mbox", "html"), _OF_MAILS)
_WORD = re.compile(rb"[A-Za-z0-9](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?")
#: Of formats that have words among it: what each stretch between two fields consists of.
STRETCHES = {
    "webvtt": rb"(?:\s|WEBVTT|NOTE|STYLE|REGION|-->|</?v|>|[-:,/()\[\]]|\xe2\x80\x93)*",
    "srt": rb"(?:\s|WEBVTT|NOTE|STYLE|REGION|-->|</?v|>|[-:,/()\[\]]|\xe2\x80\x93)*",
    "dialogue": rb"(?:[\s\[\]()<>@+%&~!*:,/-]|From|[Tt]o|Direct Message|Privately)*"
    rb"|\s*\xe2(?:\x86\x92|\x86\x90|\x80\x93)\s*",
}
PIECES = [line for path in sorted(CORPORA.glob("*.log")) for line in path.read_bytes().splitlines(keepends=True)]


def parsed(name: str, raw: bytes) -> Fields:
    data = np.frombuffer(bytearray(raw), np.uint8)
    return FORMATS[name].parse(data, *records_of(FORMATS[name], data, CONTEXTS[name]), CONTEXTS[name])


def assert_well_formed(name: str, raw: bytes) -> None:
    """Fields are in order within their record, and only punctuation stands outside of them."""
    data = np.frombuffer(bytearray(raw), np.uint8)
    starts, ends = records_of(FORMATS[name], data, CONTEXTS[name])
    assert [*starts.tolist(), len(raw)] == [0, *ends.tolist()]
    fields = FORMATS[name].parse(data, starts, ends, CONTEXTS[name])
    assert len(fields.record_field) == len(starts) + 1
    assert fields.record_field[-1] == len(fields.field_start)
    for r in range(len(starts)):
        at, outside, taken = starts[r], [], []
        for f in range(fields.record_field[r], fields.record_field[r + 1]):
            assert at <= fields.field_start[f] < fields.field_end[f]
            outside.append(raw[at : fields.field_start[f]])
            at = fields.field_end[f]
            taken.append(int(fields.field_column[f]))
            if fields.field_column[f] == ATTRIBUTES or fields.field_column[f] == KEY_COLUMN:
                assert 0 <= fields.field_key[f] < len(fields.keys)
            elif fields.field_column[f] >= 0 and COLUMNS[COLUMN_NAMES[fields.field_column[f]]] == "int64":
                text = raw[fields.field_start[f] : at]
                assert text.removeprefix(b"-").isdigit() and len(text) <= 19
            if fields.field_column[f] == TIME_COLUMN:
                assert fields.field_entity[f] == ENTITY_ID["DATE_TIME"]
        assert at <= ends[r]
        outside.append(raw[at : ends[r]])
        if name in STRETCHES:
            outside[0] = outside[0].removeprefix(BOM)
            assert [stretch for stretch in outside if not re.fullmatch(STRETCHES[name], stretch)] == []
        else:
            assert not between_words(name, b"|".join(outside)).replace(b"|", b"").translate(None, PUNCTUATION[name])
        named = [column for column in taken if column not in (ATTRIBUTES, KEY_COLUMN)]
        assert len(named) == len(set(named)), "a named column has one field of a record"
        assert (fields.time[r] != NO_TIME) == (TIME_COLUMN in taken)


def between_words(name: str, outside: bytes) -> bytes:
    """What stands outside of fields, without the words of the format's own."""
    outside = outside.replace(BOM, b"")
    if name not in WORDS:
        return outside
    outside = re.sub(rb"--" + BOUNDARY, b"", outside)
    outside = re.sub(b'"?' + BOUNDARY + b'"?', b"", outside)
    assert [word for word in _WORD.findall(outside) if word.lower() not in WORDS[name]] == []
    return _WORD.sub(b"", outside)


@pytest.mark.parametrize("name", FORMATS)
@given(st.lists(st.sampled_from(PIECES), max_size=6), st.binary(max_size=12), st.integers(0, 400))
def test_only_punctuation_stands_outside_of_fields(name: str, pieces: list[bytes], noise: bytes, at: int) -> None:
    """Any bytes anywhere in lines of any format are read as every format."""
    raw = b"".join(pieces)
    assert_well_formed(name, raw[:at] + noise + raw[at:])
    assert_well_formed(name, raw[:at])


@pytest.mark.parametrize("name", FORMATS)
@given(st.lists(st.sampled_from(PIECES), max_size=6), st.integers(0, 6))
def test_a_record_is_parsed_alike_whatever_stands_beside_it(name: str, pieces: list[bytes], at: int) -> None:
    def described(raw: bytes) -> list[Any]:
        data = np.frombuffer(bytearray(raw), np.uint8)
        starts, ends = records_of(FORMATS[name], data, CONTEXTS[name])
        out = []
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            one = parsed_alone(name, raw[start:end])
            out.append(one)
        together = FORMATS[name].parse(data, starts, ends, CONTEXTS[name])
        assert out == [rows_of(together, raw, r, int(starts[r])) for r in range(len(starts))]
        return out

    described(b"".join(pieces))


def parsed_alone(name: str, raw: bytes) -> list[Any]:
    data = np.frombuffer(bytearray(raw), np.uint8)
    whole = np.array([0, len(raw)], np.int64)
    return rows_of(FORMATS[name].parse(data, whole[:1].copy(), whole[1:].copy(), CONTEXTS[name]), raw, 0, 0)


def rows_of(fields: Fields, raw: bytes, r: int, base: int) -> list[Any]:
    rows: list[Any] = [int(fields.time[r])]
    for f in range(fields.record_field[r], fields.record_field[r + 1]):
        key = int(fields.field_key[f])
        rows.append((
            int(fields.field_start[f]) - base, int(fields.field_end[f]) - base, int(fields.field_decoder[f]),
            int(fields.field_entity[f]), int(fields.field_column[f]), fields.keys[key] if key >= 0 else None,
        ))  # fmt: skip
    return rows


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """(path, key or value) of a JSON document in its order, as fields stand; empty texts have none."""
    found: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            below = f"{path}.{key}" if path else key
            found += ([(below, key)] if key else []) + leaves(inner, below)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            name = str(place) if place < 256 else "255+"
            found += leaves(inner, f"{path}.{name}" if path else name)
    elif value != "":
        found.append((path, value))
    return found


def read(raw: bytes, decoder: int) -> Any:
    if decoder == Decoder.JSON_NUMBER:
        return json.loads(raw)
    if decoder == Decoder.JSON_STRING:
        return json.loads(b'"' + raw + b'"')
    return raw.decode()


#: Dots and empty names make paths ambiguous, which is the reader's matter and not the parser's.
KEYS = st.text(st.characters(exclude_characters=".", exclude_categories=["Cs"]), min_size=1, max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(
    st.dictionaries(KEYS, VALUES, max_size=5),
    st.booleans(),
    st.sampled_from([(",", ":"), (" , ", ": "), (",\t", " :\r")]),
)
def test_json_fields_are_what_json_loads_gives(document: Any, ascii_only: bool, separators: tuple[str, str]) -> None:
    raw = (json.dumps(document, ensure_ascii=ascii_only, separators=separators) + "\n").encode()
    fields = parsed("json-lines", raw)
    found = [
        (
            fields.keys[fields.field_key[f]],
            read(raw[fields.field_start[f] : fields.field_end[f]], fields.field_decoder[f]),
        )
        for f in range(len(fields.field_start))
    ]
    assert found == leaves(json.loads(raw))
    assert fields.shaped.tolist() == [1]


@given(st.text(st.sampled_from('{}[],:"\\ua01.-+eE tfn\x01'), max_size=24))
def test_a_line_is_an_object_exactly_where_json_loads_reads_one(inner: str) -> None:
    raw = ('{"a":' + inner + "}").encode()
    try:
        expected = isinstance(json.loads(raw, parse_constant=lambda _: 1 / 0), dict)
    except (ValueError, ZeroDivisionError):
        expected = False
    assert parsed("json-lines", raw).shaped.tolist() == [1 if expected else 0]


def test_nesting_deeper_than_64_is_one_text() -> None:
    deepest, deeper = (b'{"a":' * n + b"1" + b"}" * n for n in (64, 65))
    assert parsed("json-lines", deepest).shaped.tolist() == [1]
    assert parsed("json-lines", deeper).shaped.tolist() == [0]
    assert parsed("json-lines", b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}").shaped.tolist() == [0]


def test_paths_that_add_up_to_far_more_than_the_record_make_it_one_text() -> None:
    raw = json.dumps({"k" * 2000: {f"{n}": 1 for n in range(2000)}}).encode()
    fields = parsed("json-lines", raw)
    assert fields.shaped.tolist() == [0]
    assert (fields.field_start[0], fields.field_end[0]) == (0, len(raw))


def test_elements_of_a_long_array_share_a_path_from_256_on() -> None:
    fields = parsed("json-lines", json.dumps({"a": list(range(1000))}).encode())
    assert len(fields.field_start) == 1001
    assert fields.keys[fields.field_key[256]] == "a.255"
    assert {fields.keys[k] for k in fields.field_key[257:]} == {"a.255+"}


def test_many_distinct_keys_are_each_their_own() -> None:
    document = {f"key{n}": {f"inner{n % 7}": n} for n in range(5000)}
    fields = parsed("json-lines", json.dumps(document).encode())
    assert [fields.keys[k] for k in fields.field_key[2::3]] == [f"key{n}.inner{n % 7}" for n in range(5000)]


def test_literals_are_harmless_and_what_replaces_them_is_quoted() -> None:
    fields = parsed("json-lines", b'{"a":[true,false,null]}')
    assert fields.field_entity[1:].tolist() == [HARMLESS] * 3
    assert fields.field_decoder[1:].tolist() == [Decoder.JSON_NUMBER] * 3
