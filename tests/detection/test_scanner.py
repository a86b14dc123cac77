"""The scanner finds what each recognizer finds by itself, whatever the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detection.encoded import ENCODINGS
from pipeline.detection.originals import covered_bytes
from pipeline.detection.patterns import Literal, refuse_reaching_over_nul
from pipeline.detection.scanner import Scanner
from pipeline.detection.texts import texts_batch
from pipeline.detection.values import Findings, Kind
from pipeline.errors import ConfigurationError
from pipeline.records import UNDIVIDED
from pipeline.verification import Union, cut_words
from recognizers.declaration import TOKEN, compiled, value_span
from recognizers.entities import ENTITY_ID
from recognizers.registry import all_recognizers

PIECES = [
    "192.0.2.7",
    "198.51.100.23:443",
    "2001:db8::1",
    "fe80::200:5eff:fe00:5301",
    "00:00:5E:00:53:01",
    "0000.5e00.5301",
    "https://bob:pw@www.example.com/a?user=eve&x=1",
    "jane.doe@example.com",
    "mail.example.org",
    "user=",
    "user=bob",
    'user="bob smith"',
    "password: hunter2",
    "pwd=",
    "Failed password for invalid user ",
    "Failed password for ",
    " from ",
    "session opened for user ",
    "/home/eve/",
    "ACME\\bob",
    "uid=1000(bob)",
    "token=",
    "Authorization: Bearer ",
    "abc.def",
    "550e8400-e29b-41d4-a716-446655440000",
    "version=",
    " S-1-5-21-1-2-3-1107",
    "imei=490154203237518",
    "serial number: ",
    "SN12345678",
    "host=db51",
    "rhost=",
    "d41d8cd98f00b204e9800998ecf8427e",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----END RSA PRIVATE KEY-----",
    "bob",
    "eve",
    "é",
    "ñandú",
    "日本",
    "\x00",
    "\n",
    "\r\n",
    "\t",
    " ",
    " ",
    "=",
    ":",
    ",",
    ".",
    '"',
    "'",
    "\\",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "@",
    "%40",
    "-",
    "_",
    "/",
    "?",
    "&",
    ";",
    "x",
    "0",
    "true",
    "null",
    "MAC=",
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=12).map("".join)


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(all_recognizers())


SCANNER = Scanner(all_recognizers())


#: What is found in what an encoded text says has its own test (test_encoded.py).
IN_ENCODED = re.compile(rf"( in ({'|'.join(e.name for e in ENCODINGS)})| not read)$")


def as_it_stands(scanner: Scanner, found: Findings) -> np.ndarray:
    read = np.array([IN_ENCODED.search(name) is not None for name in scanner.pattern_names])
    return (found.kind != Kind.LEAF) & ~read[found.pattern]


def by_scanner(scanner: Scanner, text: bytes) -> set[tuple[int, int, str]]:
    found = scanner.scan(texts_batch([text]))
    whole = as_it_stands(scanner, found)
    names = [scanner.pattern_names[p] for p in found.pattern[whole]]
    return set(zip(found.start[whole].tolist(), found.end[whole].tolist(), names, strict=True))


def by_recognizers(text: bytes) -> Iterator[tuple[int, int, str]]:
    found = [
        (f, recognizer)
        for recognizer in all_recognizers()
        for f in recognizer.find(text)
        if recognizer.leaves(text[f.start : f.end])
    ]
    for f, _ in found:
        if not any(f.entity in by.OVERRULES and o.start <= f.start and f.end <= o.end for o, by in found):
            yield f.start, f.end, f"{f.entity}.{f.pattern}"


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_the_scanner_finds_what_the_recognizers_find(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    assert by_scanner(SCANNER, raw) == set(by_recognizers(raw))


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, max_size=5))
def test_a_text_is_scanned_by_itself_whatever_stands_beside_it(texts: list[str]) -> None:
    raw = [t.encode("utf-8", "surrogatepass") for t in texts]
    batch = texts_batch(raw)
    found = SCANNER.scan(batch)
    for n, text in enumerate(raw):
        mine = (found.field == n) & as_it_stands(SCANNER, found)
        base = int(batch.field_start[n])
        names = [SCANNER.pattern_names[p] for p in found.pattern[mine]]
        spans = zip((found.start[mine] - base).tolist(), (found.end[mine] - base).tolist(), names, strict=True)
        assert set(spans) == set(by_recognizers(text))


def test_findings_are_sorted_and_a_second_scan_finds_the_same(scanner: Scanner) -> None:
    batch = texts_batch([b"user=bob from 192.0.2.7 and jane@example.com", b"bob"])
    first, second = scanner.scan(batch), scanner.scan(batch)
    assert (np.diff(first.start) >= 0).all()
    assert first.start.tolist() == second.start.tolist() and first.value.tolist() == second.value.tolist()


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        (b"agent version 10.6.12.104 started", "FIRMWARE_VERSION"),
        (b"agent version 192.168.7.11 started", "IP_ADDRESS"),
        (b"user_id=S-1-5-21-1-2-3-1107 x", "WINDOWS_SID"),
    ],
)
def test_what_a_text_is_beyond_doubt_overrules_what_it_looks_like(scanner: Scanner, text: bytes, entity: str) -> None:
    assert [name.partition(".")[0] for _, _, name in by_scanner(scanner, text)] == [entity]


def test_nothing_overrules_a_known_value() -> None:
    scanner = Scanner(all_recognizers(), [Literal(b"10.6.12.104", "IP_ADDRESS")])
    names = {name for _, _, name in by_scanner(scanner, b"agent version 10.6.12.104 started")}
    assert names == {"FIRMWARE_VERSION.four numbers after key", "IP_ADDRESS.known-value"}


def test_known_values_are_found_wherever_they_stand_but_not_inside_words() -> None:
    scanner = Scanner([], [Literal(b"acme.example", "HOSTNAME", back=True), Literal("Zoë Doe".encode(), "PERSON")])
    text = "see db1.ACME.example, xacme.example2 and zoë? Zoë Doe! (zoë doe), zoëdoe".encode()
    found = scanner.scan(texts_batch([text]))
    assert [text[s:e].decode() for s, e in zip(found.start, found.end, strict=True)] == [
        "db1.ACME.example",
        "Zoë Doe",
        "zoë doe",
    ]


def test_where_a_text_begins_something_may_stand_for_what_is_before_it() -> None:
    texts = [b"BARN\\kim7 left", rb"\\fs-barn1\books denied", b"//fs-barn2/books"]
    scanner = Scanner(all_recognizers())
    batch = texts_batch(texts)
    found = scanner.scan(batch)
    spans = {batch.data[a:b].tobytes() for a, b in zip(found.start, found.end, strict=True)}
    assert {b"kim7", b"BARN", b"fs-barn1", b"fs-barn2"} <= spans


@pytest.mark.parametrize("anchor", ["user.", "^user", "(?:^|[ ])a^b", r"user\S", "[^a]=", r"\W="])
def test_an_anchor_that_could_reach_over_nul_is_refused(anchor: str) -> None:
    with pytest.raises(ConfigurationError, match="may stand for the byte between two texts"):
        refuse_reaching_over_nul("X.y", anchor)


@pytest.mark.parametrize("anchor", [r"user\.", r"[^\x00a]=", r"\buser\s*=", "(?:^|[ ])user="])
def test_an_anchor_that_stays_in_its_text_is_accepted(anchor: str) -> None:
    refuse_reaching_over_nul("X.y", anchor)


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=4)


@settings(max_examples=300, deadline=None)
@given(TEXTS, SPANS)
def test_a_second_look_finds_what_an_anchor_that_is_left_still_shows(text: str, drawn: list[tuple[int, int]]) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    batch = texts_batch([raw])
    edited = np.zeros(len(raw), np.bool_)
    for start, size in drawn:
        edited[start : start + size] = True
    data = batch.data.copy()
    data[edited] = ord("x")
    blanked = replace(batch, data=data)
    place = np.flatnonzero(edited)
    covered = covered_bytes(len(raw), place, place + 1, np.ones(len(place), np.bool_))
    afresh = cut_words(batch, Union(covered, np.ones(1, np.bool_), blanked))
    found = SCANNER.scan_again(blanked, np.zeros(1, np.int64), SCANNER.scan(batch).anchored, afresh, ord("x"))
    whole = found.kind != Kind.LEAF
    names = [SCANNER.pattern_names[p] for p in found.pattern[whole]]
    again = set(zip(found.start[whole].tolist(), found.end[whole].tolist(), names))
    assert set(anchored_in(data.tobytes(), edited)) - again == set()
    assert set(touching_tokens_in(data.tobytes(), edited)) - again == set()


def touching_tokens_in(text: bytes, edited: np.ndarray) -> Iterator[tuple[int, int, str]]:
    """What the token patterns find in tokens with an edited byte."""
    for token in TOKEN.finditer(text):
        if edited[token.start() : token.end()].any():
            for recognizer in all_recognizers():
                for f in recognizer.find_in_token(token.group()):
                    if recognizer.leaves(token.group()[f.start : f.end]):
                        yield token.start() + f.start, token.start() + f.end, f"{f.entity}.{f.pattern}"


def anchored_in(text: bytes, edited: np.ndarray) -> Iterator[tuple[int, int, str]]:
    """What the anchors find of which no byte is edited, nor the first of their value; NUL ends a text."""
    base = 0
    for piece in text.split(b"\x00"):
        yield from _anchored_in(piece, edited[base : base + len(piece) + 1], base)
        base += len(piece) + 1


def _anchored_in(text: bytes, edited: np.ndarray, base: int) -> Iterator[tuple[int, int, str]]:
    for recognizer in all_recognizers():
        for pattern in recognizer.anchor_patterns:
            for match in compiled(pattern.anchor).finditer(text, overlapped=True):
                span = value_span(pattern, text, match.end())
                if span is None or edited[match.start() : match.end() + 1].any():
                    continue
                part = pattern.found_in(text[span[0] : span[1]])
                if part is None:
                    continue
                start, end = span[0] + part[0], span[0] + part[1]
                if recognizer.leaves(text[start:end]):
                    yield base + start, base + end, f"{recognizer.ENTITY}.{pattern.name}"


@pytest.mark.parametrize(
    "unit", [b"password=", b"cn=", b"cn=a", b'user="', b"/home/", b"\\users\\", b"pwd=/home/", b"host="]
)
@pytest.mark.parametrize("count", [20, 2_000])
def test_values_within_each_other_are_found_as_the_recognizers_find_them(unit: bytes, count: int) -> None:
    text = unit * count
    assert by_scanner(SCANNER, text) == set(by_recognizers(text))


def test_what_anchors_within_one_value_cost_is_bounded() -> None:
    """A line that is nothing but anchors: as many long values as lines have bytes would be remembered."""
    scanner = Scanner(all_recognizers())
    for unit in (b"password=", b"cn=", b"user="):
        found = scanner.scan(texts_batch([unit * 30_000]))
        assert len(found) and found.start.min() < 400 and found.end.max() == 30_000 * len(unit)
    remembered = len(scanner.entries.table.arena)
    assert remembered < 200 << 20


def test_an_undivided_field_is_one_value_whatever_its_form() -> None:
    batch = texts_batch([b"bob@example.com", b"bob@example.com"])
    entities = np.array([ENTITY_ID["URL"], ENTITY_ID["URL"] + UNDIVIDED], np.int16)
    scanner = Scanner(all_recognizers())
    found = scanner.scan(replace(batch, field_entity=entities))
    named = [
        {scanner.values.text[v] for v in found.value[(found.field == k) & (found.kind == Kind.WHOLE)].tolist()}
        for k in range(2)
    ]
    assert named == [{b"example.com"}, {b"bob@example.com", b"example.com"}]
