"""Laws that every recognizer keeps over its corpus.

A corpus names, for one entity: texts with the values found in them, values that are found wherever they stand
(``plain``), texts in which nothing is found, canonical forms and leaves.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from recognizers.declaration import DeclaredRecognizer, Found, compiled
from recognizers.registry import all_recognizers, recognizer_for

FOLDER = Path(__file__).parent / "corpora"
CORPORA: dict[str, dict[str, Any]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))
}
WRAPPINGS = (
    "{}",
    " {} ",
    "({})",
    "[{}]",
    "<{}>",
    '"{}"',
    "'{}'",
    "{},",
    "{};",
    "{}!",
    "x={}",
    "x={}&y=1",
    '{{"k":"{}"}}',
    "a\n{}\nb",
    "|{}|",
)


def cases(part: str) -> list[Any]:
    return [
        pytest.param(entity, case, id=f"{entity}-{n}")
        for entity, c in CORPORA.items()
        for n, case in enumerate(c[part])
    ]


def outermost(found: list[Found]) -> list[tuple[int, int]]:
    """The spans that no other span contains, in order."""
    spans = {(f.start, f.end) for f in found}
    return sorted(s for s in spans if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans))


def values_in(recognizer: DeclaredRecognizer, text: bytes) -> list[bytes]:
    return [text[start:end] for start, end in outermost(recognizer.find(text))]


def test_every_recognizer_has_a_corpus() -> None:
    assert set(CORPORA) == {recognizer.ENTITY for recognizer in all_recognizers()}


@pytest.mark.parametrize(("entity", "case"), cases("found"))
def test_values_are_found_exactly(entity: str, case: dict[str, Any]) -> None:
    assert values_in(recognizer_for(entity), case["text"].encode()) == [value.encode() for value in case["values"]]


@pytest.mark.parametrize(("entity", "case"), cases("found"))
def test_a_neighbouring_text_beyond_nul_changes_nothing(entity: str, case: dict[str, Any]) -> None:
    recognizer, text = recognizer_for(entity), case["text"].encode()
    alone = [text[f.start : f.end] for f in recognizer.find(text)]
    joined = b"user=\x00" + text + b"\x00.example.com"
    together = recognizer.find(joined)
    assert [joined[f.start : f.end] for f in together if 6 <= f.start < 6 + len(text)] == alone


@pytest.mark.parametrize(("entity", "case"), cases("absent"))
def test_hard_negatives_are_left_alone(entity: str, case: str) -> None:
    assert values_in(recognizer_for(entity), case.encode()) == []


@pytest.mark.parametrize(("entity", "case"), cases("plain"))
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_punctuation_and_quoting_around_a_value_do_not_matter(entity: str, case: str, wrapping: str) -> None:
    if entity == "URL" and "&" in wrapping:
        pytest.skip("an ampersand is one of a URL's own bytes")
    assert case.encode() in values_in(recognizer_for(entity), wrapping.format(case).encode())


@pytest.mark.parametrize("entity", CORPORA)
def test_order_of_texts_does_not_matter(entity: str) -> None:
    recognizer = recognizer_for(entity)
    texts = [case["text"].encode() for case in CORPORA[entity]["found"]]
    forward = {text: recognizer.find(text) for text in texts}
    assert forward == {text: recognizer.find(text) for text in reversed(texts)}


@pytest.mark.parametrize(("entity", "case"), cases("canonical"))
def test_spellings_of_one_value_have_one_canonical_form(entity: str, case: list[str]) -> None:
    assert recognizer_for(entity).canonical(case[0].encode()) == case[1].encode()


@pytest.mark.parametrize(("entity", "case"), cases("leaves"))
def test_a_value_falls_into_its_leaves(entity: str, case: list[Any]) -> None:
    value = case[0].encode()
    leaves = recognizer_for(entity).leaves(value)
    assert [(value[leaf.start : leaf.end].decode(), leaf.entity) for leaf in leaves] == [
        tuple(want) for want in case[1]
    ]


@pytest.mark.parametrize(("entity", "case"), cases("found"))
def test_leaves_lie_in_the_value_and_do_not_overlap(entity: str, case: dict[str, Any]) -> None:
    recognizer, text = recognizer_for(entity), case["text"].encode()
    for found in recognizer.find(text):
        at = 0
        for leaf in recognizer.leaves(text[found.start : found.end]):
            assert at <= leaf.start < leaf.end <= found.end - found.start
            at = leaf.end


@pytest.mark.parametrize(("entity", "case"), cases("found"))
def test_a_token_in_which_something_is_found_passes_a_gate(entity: str, case: dict[str, Any]) -> None:
    recognizer = recognizer_for(entity)
    for token in case["text"].encode().split():
        if any(True for _ in recognizer.find_in_token(token)):
            assert any(compiled(pattern.pattern).search(token) for pattern in recognizer.token_patterns)


class BlankNlpEngine(NlpEngine):
    """No model: what a recognizer made of patterns needs."""

    def load(self) -> None: ...

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return NlpArtifacts([], [], [], [], self, language)

    def process_batch(self, texts: Any, language: str, **_: Any) -> Any:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    def is_punct(self, word: str, language: str) -> bool:
        return False

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return ["en"]


@pytest.mark.parametrize("entity", CORPORA)
def test_presidio_runs_the_recognizer_alone(entity: str) -> None:
    registry = RecognizerRegistry(recognizers=[recognizer_for(entity)], supported_languages=["en"])
    engine = AnalyzerEngine(registry=registry, nlp_engine=BlankNlpEngine(), supported_languages=["en"])
    for case in CORPORA[entity]["found"]:
        text = case["text"]
        results = engine.analyze(text, language="en", entities=[entity])
        assert {text[r.start : r.end] for r in results} >= set(case["values"]) and {r.entity_type for r in results} == {
            entity
        }
