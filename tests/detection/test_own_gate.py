"""The pass before a user's patterns spares a look, never a finding."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import Pattern, PatternRecognizer

from pipeline.detection.own import OwnRecognizer, own_recognizer
from pipeline.detection.own_gate import FLAGS, OwnGate, is_simple

SIMPLE = [
    r"\bB-\d{4}\b",
    r"(?<![A-Za-z0-9])E[0-9]{2,}(?![0-9])",
    r"(?:^|(?<=\W))(king|fisher)(?:(?=\W)|$)",
    r"^ab+$",
    r"[^a-z]b",
    r"[Z-a]b",
    r"a.b",
    r"\s\S+\s",
    r"\Bb\B",
    r"(?=a)\w{3}(?!b)",
    r"x\n$",
    r"(a|ab)(?P<rest>b|bb)?1",
    r"a{2}b??1",
    r"(?<=\s)a|(?<!\s)b1",
    r"\-\.\/b",
]
OTHERS = [
    r"(a)\1",
    r"a++b",
    r"(?R)?a",
    r"(?:ab){e<=1}",
    r"[[:alpha:]]1",
    r"\p{L}1",
    r"(?i:a)b",
    r"\Aab",
    r"é1",
    r"(*COMMIT)a",
    r"a{,2}b",
    r"a*",
    r"\x41",
    r"(?>ab)1",
    r"[]a]",
    r"\Kab",
    r"b\n^a",
]


def by_pattern(text: str, flags: int = FLAGS) -> OwnRecognizer:
    made = PatternRecognizer("X", patterns=[Pattern("x", text, 0.5)], global_regex_flags=flags)
    return own_recognizer(made, "x.yaml")


@pytest.mark.parametrize("text", SIMPLE)
def test_a_pattern_of_plain_constructs_is_gated(text: str) -> None:
    assert is_simple(by_pattern(text))


def test_a_pattern_that_two_engines_may_read_in_two_ways_is_not() -> None:
    simple = []
    for text in OTHERS:
        try:
            made = by_pattern(text)
        except Exception:
            continue  # Presidio or the engine itself refuses it
        simple += [text] if is_simple(made) else []
    assert simple == []


def test_other_flags_and_code_of_ones_own_are_not() -> None:
    class Own(PatternRecognizer):
        def analyze(self, text: str, entities: list[str], nlp_artifacts: object = None, regex_flags: Any = None) -> Any:
            return []

    assert not is_simple(by_pattern("ab", FLAGS & ~2))
    assert not is_simple(own_recognizer(Own("X", patterns=[Pattern("x", "ab", 0.5)]), "x.py"))


RECOGNIZERS = [by_pattern(text) for text in SIMPLE]
GATE = OwnGate(RECOGNIZERS)
TEXTS = st.lists(
    st.sampled_from(
        ["a", "b", "A", "B", "ab", "abb", "b1", "1", "12", "B-1234", "E12", "king", "fisher", "x", "_", "`", "^", "Z"]
        + [" ", "\n", "\t", "\r", "\x0b", "\x1c", "-./b", ".", "-", "é", "ſ", "\u212a", "\x00", "\xa0"]
    ),
    max_size=8,
).map("".join)


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
def test_whoever_would_find_something_is_asked(text: str) -> None:
    raw = text.encode()
    asked = {id(each) for each in GATE.asked(raw)}
    for recognizer in RECOGNIZERS:
        assert id(recognizer) in asked or not list(recognizer.find(raw, ""))


def test_the_others_are_spared() -> None:
    badges, employees = by_pattern(SIMPLE[0]), by_pattern(SIMPLE[1])
    gate = OwnGate([badges, employees, by_pattern(OTHERS[0])])
    assert gate.asked(b"B-1234")[0] is badges and employees not in gate.asked(b"B-1234")
    assert len(gate.asked(b"nothing")) == 1, "the one that cannot be gated is asked always"
    assert len(gate.asked("\u00e9".encode())) == 3, "so is each about what is not ASCII"
