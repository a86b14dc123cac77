"""Laws of the declarations themselves: what a scanner may rely on."""

from __future__ import annotations

import re
from pathlib import Path

import hyperscan
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from recognizers.declaration import (
    BEGINNING,
    AnchorPattern,
    DeclaredRecognizer,
    TokenPattern,
    compiled,
    is_telling,
    value_span,
)
from recognizers.entities import NAMESPACES
from recognizers.keys import KEYS
from recognizers.registry import RECOGNIZERS, all_recognizers, recognizer_for

FOLDER = Path(__file__).parent / "corpora"
DECLARED = [
    pytest.param(recognizer, pattern, id=f"{recognizer.ENTITY}-{pattern.name}")
    for recognizer in all_recognizers()
    for pattern in recognizer.PATTERNS
]
ANCHORS = [case for case in DECLARED if isinstance(case.values[1], AnchorPattern)]
HOSTILE = (
    b"a",
    b"a.",
    b"a@",
    b"::",
    b"a:",
    b"0:",
    b"00:",
    b"1.",
    b"user=",
    b"password=",
    b'token="',
    b"-----BEGIN PRIVATE KEY-----",
    b"eyJ-",
    b"a://",
    b"a\\",
    b"\\users\\",
    b"%40",
    b"/home/",
    b"f0",
    b"Cookie: ",
    b"\xc3\xa9.",
)


def expression(pattern: TokenPattern | AnchorPattern) -> str:
    return pattern.anchor if isinstance(pattern, AnchorPattern) else pattern.pattern


@pytest.mark.parametrize(("recognizer", "pattern"), DECLARED)
def test_every_pattern_compiles_in_hyperscan(
    recognizer: DeclaredRecognizer, pattern: TokenPattern | AnchorPattern
) -> None:
    hyperscan.Database().compile(
        expressions=[expression(pattern).encode("ascii")], ids=[0], elements=1, flags=hyperscan.HS_FLAG_CASELESS
    )


@pytest.mark.parametrize(("recognizer", "pattern"), DECLARED)
def test_no_pattern_looks_around_or_matches_nothing(
    recognizer: DeclaredRecognizer, pattern: TokenPattern | AnchorPattern
) -> None:
    text = expression(pattern)
    assert not any(look in text.removeprefix(BEGINNING) for look in ("(?=", "(?!", "(?<", r"\A", r"\Z", "^", "$ "))
    assert compiled(text).fullmatch(b"") is None


@pytest.mark.parametrize(("recognizer", "pattern"), ANCHORS)
def test_no_value_holds_nul_and_no_anchor_crosses_it(recognizer: DeclaredRecognizer, pattern: AnchorPattern) -> None:
    assert 0 not in pattern.value | pattern.trim | (pattern.back or frozenset())
    assert "[^" not in pattern.anchor and r"\W" not in pattern.anchor and r"\s" not in pattern.anchor


def texts_of_the_corpora() -> list[bytes]:
    corpora = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))]
    return [t.encode() for c in corpora for t in [*(case["text"] for case in c["found"]), *c["absent"]]]


FRAGMENTS = st.sampled_from(
    [b"user", b"name", b"password", b"host", b"mac", b"serial", b"cookie", b"uid", b"token", b" for ", b"invalid user "]
    + [
        b"=",
        b":",
        b" ",
        b"  ",
        b"\t",
        b"#011",
        b"\\t",
        b"\\",
        b'"',
        b"'",
        b">",
        b"<",
        b"(",
        b"://",
        b"/home/",
        b"\\users\\",
    ]
    + [b"alice", b"CORP", b"x1", b"192.0.2.1", b"00:00:5e:00:53:01", b"\n", b",", b";", "\u00e9".encode()]
)


@pytest.mark.parametrize(("recognizer", "pattern"), ANCHORS)
def test_every_end_at_once_finds_what_reading_from_each_start_finds(
    recognizer: DeclaredRecognizer, pattern: AnchorPattern
) -> None:
    database = hyperscan.Database()
    flags = hyperscan.HS_FLAG_CASELESS
    database.compile(expressions=[pattern.anchor.encode("ascii")], ids=[0], elements=1, flags=flags)

    def holds(text: bytes) -> None:
        ends: set[int] = set()
        database.scan(text, match_event_handler=lambda number, start, end, flags, context: ends.add(end))
        spans = {span for span in (value_span(pattern, text, end) for end in ends) if span}
        parts = [(start, pattern.found_in(text[start:end])) for start, end in spans]
        accepted = {(start + part[0], start + part[1]) for start, part in parts if part is not None}
        assert accepted == {(f.start, f.end) for f in recognizer.find_anchored(text) if f.pattern == pattern.name}

    for text in texts_of_the_corpora():
        holds(text)
    given(st.lists(FRAGMENTS, max_size=12).map(b"".join))(settings(max_examples=60, deadline=None)(holds))()


@pytest.mark.parametrize("recognizer", all_recognizers(), ids=lambda r: r.ENTITY)
def test_names_of_patterns_are_unique_within_a_recognizer(recognizer: DeclaredRecognizer) -> None:
    names = [pattern.name for pattern in recognizer.PATTERNS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("recognizer", all_recognizers(), ids=lambda r: r.ENTITY)
def test_a_recognizer_names_a_known_entity_its_keys_and_its_source(recognizer: DeclaredRecognizer) -> None:
    assert recognizer.ENTITY in NAMESPACES and recognizer.SOURCE and KEYS[recognizer.ENTITY] == recognizer.KEYS


def test_the_registry_is_in_fixed_order_and_makes_each_recognizer_once() -> None:
    assert tuple(type(recognizer) for recognizer in all_recognizers()) == RECOGNIZERS
    assert recognizer_for("URL") is recognizer_for("URL")
    with pytest.raises(KeyError):
        recognizer_for("MAC_ADRESS")


@pytest.mark.parametrize("recognizer", all_recognizers(), ids=lambda r: r.ENTITY)
@pytest.mark.parametrize("unit", HOSTILE, ids=repr)
def test_hostile_repetition_is_read_to_its_end(recognizer: DeclaredRecognizer, unit: bytes) -> None:
    text = unit * (200_000 // len(unit)) + b"!"
    for token in text.split()[:1]:
        assert sum(1 for _ in recognizer.find_in_token(token)) >= 0
    assert isinstance(recognizer.find(text[:20_000]), list)


@pytest.mark.parametrize(("recognizer", "pattern"), [c for c in DECLARED if isinstance(c.values[1], TokenPattern)])
def test_a_match_that_is_not_telling_is_as_long_as_its_pattern_says(
    recognizer: DeclaredRecognizer, pattern: TokenPattern
) -> None:
    matches = st.from_regex(compiled_by_re(pattern.pattern), fullmatch=True)

    @given(matches)
    def law(match: bytes) -> None:
        if not is_telling(match):
            assert pattern.plain_from is not None and len(match) >= pattern.plain_from

    law()


def compiled_by_re(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode("ascii"), re.IGNORECASE)
