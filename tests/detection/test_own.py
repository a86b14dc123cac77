"""A user's own recognizers: what they find is found wherever it stands, and none is ever passed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult

import pipeline.detection.own as own
from pipeline.detection.own import OwnRecognizer, own_recognizer
from pipeline.detection.scanner import Scanner
from pipeline.detection.texts import texts_batch
from pipeline.errors import ConfigurationError
from pipeline.kernels import cache
from recognizers.declaration import WORD, AnchorPattern, DeclaredRecognizer, TokenPattern


def by_pattern(
    regex: str, entity: str = "BADGE", score: float = 0.5, context: list[str] | None = None
) -> OwnRecognizer:
    return own_recognizer(
        PatternRecognizer(entity, name="Badges", patterns=[Pattern("badge", regex, score)], context=context), "b.yaml"
    )


class Given(EntityRecognizer):
    """Returns, or raises, what it was made with."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        super().__init__(supported_entities=["BADGE"], name="Given")

    def load(self) -> None:
        """Nothing."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: object = None) -> Any:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def found_in(scanner: Scanner, texts: list[bytes]) -> set[tuple[bytes, str]]:
    batch = texts_batch(texts)
    found = scanner.scan(batch)
    return {
        (batch.data[start:end].tobytes(), scanner.values.entity_name(int(value)))
        for start, end, value in zip(found.start, found.end, found.value, strict=True)
    }


def test_a_recognizer_of_ones_own_finds_beside_those_that_ship() -> None:
    scanner = Scanner([], own=[by_pattern(r"\bB-\d{4}\b")])
    assert found_in(scanner, [b"B-1234 and B-99999", b"", b"xB-1234", "é B-7777\x00B-8888".encode()]) == {
        (b"B-1234", "BADGE"),
        (b"B-7777", "BADGE"),
        (b"B-8888", "BADGE"),
    }


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["B-1234", "é", "日", " ", "x", "\n", b"\xff", "B-"]), max_size=8), max_size=4)
)
def test_places_are_bytes_whatever_stands_before(parts: list[list[str | bytes]]) -> None:
    texts = [b"".join(p if isinstance(p, bytes) else p.encode() for p in text) for text in parts]
    batch = texts_batch(texts)
    found = Scanner([], own=[by_pattern(r"B-\d{4}")]).scan(batch)
    for start, end in zip(found.start, found.end, strict=True):
        assert batch.data[start:end].tobytes() == b"B-1234"
    assert len(found) == sum(text.count(b"B-1234") for text in texts)
    assert (np.diff(found.start) >= 0).all()


def test_an_entity_that_ships_is_replaced_as_such_even_where_its_own_recognizer_sees_nothing() -> None:
    scanner = Scanner([], own=[by_pattern("nobody", "EMAIL_ADDRESS")])
    assert found_in(scanner, [b"from nobody"]) == {(b"nobody", "EMAIL_ADDRESS")}


def test_a_word_of_context_in_the_text_or_its_key_raises_the_score() -> None:
    recognizer = by_pattern(r"\d{4}", score=0.3, context=["badge"])
    assert [f.score for f in recognizer.find(b"1234", "")] == [0.3]
    assert [f.score for f in recognizer.find(b"Badge 1234", "")] == [pytest.approx(0.65)]
    assert [f.score for f in recognizer.find(b"badges 1234", "")] == [0.3]
    assert [f.score for f in recognizer.find(b"1234", "user.badge_id")] == [pytest.approx(0.65)]


def test_a_pattern_that_takes_too_long_ends_the_run_and_is_not_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "MOST_SECONDS", 0.05)
    scanner = Scanner([], own=[by_pattern(r"(?:a|aa)+(?!.)")])
    with pytest.raises(ConfigurationError, match=r"b.yaml: Badges.badge: took more than 0.05 s") as raised:
        scanner.scan(texts_batch([b"secret " + b"a" * 60 + b"c"]))
    assert "secret" not in str(raised.value) and "aaaa" not in str(raised.value)


def test_a_recognizer_that_swallows_the_timeout_of_its_patterns_is_found_out() -> None:
    class Again(PatternRecognizer):
        def analyze(self, text: str, entities: list[str], nlp_artifacts: object = None, regex_flags: Any = None) -> Any:
            return super().analyze(text, entities, nlp_artifacts, regex_flags=2)

    made = own_recognizer(Again("BADGE", name="Again", patterns=[Pattern("badge", r"\d", 0.5)]), "b.py")
    with pytest.raises(ConfigurationError, match="cannot be timed"):
        list(made.find(b"1", ""))


@pytest.mark.parametrize(
    "answer, told",
    [
        (ValueError("secret"), "failed on a text"),
        (TimeoutError("secret"), "failed on a text"),
        (SystemExit("secret"), "failed on a text"),
        (ConfigurationError("secret"), "failed on a text"),
        ("secret", "failed on a text"),
        ([RecognizerResult("BADGE", 0.0, 1.5, 0.5)], "failed on a text"),  # type: ignore[arg-type]
        ([RecognizerResult("BADGE", 0, 1, "secret")], "failed on a text"),  # type: ignore[arg-type]
        ([RecognizerResult("BADGE", 0, 1, float("nan"))], "a score that is not from 0 to 1"),
        ([RecognizerResult("secret", 0, 1, 0.5)], "returned an entity that its supported_entities does not name"),
        ([RecognizerResult("BADGE", 0, 99, 0.5)], "a place that is not in the text"),
        ([RecognizerResult("BADGE", 3, 3, 0.5)], "a place that is not in the text"),
    ],
)
def test_whatever_else_goes_wrong_ends_the_run_without_a_text(answer: Any, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as raised:
        Scanner([], own=[own_recognizer(Given(answer), "b.py")]).scan(texts_batch([b"secret"]))
    assert "secret" not in str(raised.value)


def test_none_means_nothing_as_it_does_to_presidio() -> None:
    assert found_in(Scanner([], own=[own_recognizer(Given(None), "b.py")]), [b"text"]) == set()


def test_what_is_compiled_of_ones_own_patterns_is_not_kept_on_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Tickets(DeclaredRecognizer):
        ENTITY = "TICKET"
        PATTERNS = (TokenPattern("ticket", "KINGFISHER-[0-9]{4}", 0.6), AnchorPattern("after", "king=", WORD, 0.6))

    monkeypatch.setattr(cache, "folder", lambda: tmp_path)
    assert found_in(Scanner([Tickets()]), [b"kingfisher-0001 king=fisher"]) == {
        (b"kingfisher-0001", "TICKET"),
        (b"fisher", "TICKET"),
    }
    assert not list(tmp_path.iterdir())
