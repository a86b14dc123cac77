"""Strict mode: what is harmless whoever writes it, and messages that a person has accepted."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer.nlp_engine import NlpArtifacts

from pipeline.detection.prose import ProseReader
from pipeline.detection.scanner import Scanner, texts_batch
from pipeline.detection.templates import Messages, parts_of, template_of
from pipeline.detection.unknown import UnknownWords
from pipeline.errors import ConfigurationError
from pipeline.records import PROSE
from recognizers.entities import UNKNOWN
from recognizers.registry import all_recognizers
from recognizers.vocabulary import is_harmless, is_harmless_in_prose, prose_vocabulary, vocabulary
from recognizers.words import load_words

CORPORA = Path(__file__).parent / "corpora"


class Silent:
    """An engine that finds no names."""

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return NlpArtifacts([], [], [], [], self, language)  # type: ignore[arg-type]


def lines_of(name: str) -> list[str]:
    return [line for line in (CORPORA / name).read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


@pytest.mark.parametrize("word", lines_of("harmless_words.txt"))
def test_a_term_a_number_or_an_identifier_is_harmless(word: str) -> None:
    assert is_harmless(word.encode())


@pytest.mark.parametrize("word", lines_of("unknown_words.txt"))
def test_a_name_an_id_or_a_long_number_is_not(word: str) -> None:
    assert not is_harmless(word.encode())


@pytest.mark.parametrize("word", ["favourite", "house", "summer", "Attendees", "thx"])
def test_a_word_of_a_sentence_is_harmless_there_alone(word: str) -> None:
    assert is_harmless_in_prose(word.encode()) and not is_harmless(word.encode())
    prose, log = texts_batch([b"so " + word.encode()]), texts_batch([b"so " + word.encode()])
    prose = replace(prose, field_entity=np.full(1, PROSE, np.int16))
    scanner = Scanner(all_recognizers(), unknown=UnknownWords(), prose=ProseReader(Silent))  # type: ignore[arg-type]
    masked = [(scanner.with_unknown(b, scanner.scan(b)).holder == UNKNOWN).sum() for b in (prose, log)]
    assert masked == [0, 1]


@pytest.mark.parametrize("word", ["House", "frank", "Summer", "zephyrine", "kestrelix", "Calloway", "m\u00fcller"])
def test_a_name_of_a_sentence_is_not(word: str) -> None:
    assert not is_harmless_in_prose(word.encode())


def test_words_of_sentences_are_lower_case_and_no_names_but_in_small_letters() -> None:
    assert all(word.isalpha() and word.islower() and word.isascii() for word in prose_vocabulary())
    assert not prose_vocabulary() & (load_words("names_among_words") | load_words("common_words"))
    assert load_words("words_before_names") < load_words("names_among_words")


def test_the_vocabulary_is_lower_case_without_names_or_digits() -> None:
    names = load_words("names_among_words")
    assert len(vocabulary()) > 40_000
    assert all(word == word.lower() and not re.search(rb"[0-9]", word) for word in load_words("technical_words"))
    assert not names & load_words("technical_words")
    assert {b"hale", b"smith"} <= names


@given(st.binary(max_size=40))
def test_whatever_a_word_is_it_is_judged(word: bytes) -> None:
    assert is_harmless(word) in (True, False)


def scanner(*templates: str) -> Scanner:
    return Scanner(all_recognizers(), unknown=UnknownWords(templates))


def unknown_in(text: str, using: Scanner) -> list[str]:
    batch = texts_batch([text.encode()])
    findings = using.with_unknown(batch, using.scan(batch))
    rows = np.flatnonzero(findings.holder == UNKNOWN)
    return [batch.data[findings.start[r] : findings.end[r]].tobytes().decode() for r in rows.tolist()]


PLAIN = scanner()


def test_what_is_found_is_not_unknown_and_what_is_left_of_its_word_is_judged_alone() -> None:
    assert unknown_in("Accepted password for kbrandt from 192.0.2.7 port 22 ssh2", PLAIN) == []
    assert unknown_in("the kbrandt queue at xyzzy.example", PLAIN) == ["kbrandt"]
    assert unknown_in("Zürich: 中192.0.2.7中 said", PLAIN) == ["Zürich", "中", "中"]


def test_colours_are_no_part_of_the_words_beside_them() -> None:
    assert unknown_in("\x1b[32minfo\x1b[39m: the \x1b[1;36mkestrelix\x1b[0m queue\x1b[K", PLAIN) == ["kestrelix"]


MESSAGE = "session <#> of <=frobnicatrix> closed by <@> after <*>"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("session 17 of frobnicatrix closed by 192.0.2.7 after quuxing", ["quuxing"]),
        ("session  9\tof frobnicatrix closed by 2001:db8::1 after grault", ["grault"]),
        ("session 17 of kestrelix closed by 192.0.2.7 after quuxing", ["kestrelix", "quuxing"]),
        ("session 17 of Frobnicatrix closed by 192.0.2.7 after quuxing", ["Frobnicatrix", "quuxing"]),
        ("session 17 of frobnicatrix opened by 192.0.2.7 after quuxing", ["frobnicatrix", "quuxing"]),
        ("session 17 of frobnicatrix closed by 192.0.2.7 after quuxing, corge", ["frobnicatrix", "quuxing", "corge"]),
    ],
)
def test_an_accepted_word_is_harmless_in_its_place_in_its_message_alone(text: str, left: list[str]) -> None:
    using = scanner(MESSAGE)
    assert [word for word in unknown_in(text, using) if len(word) > 2] == [
        w for w in left if not is_harmless(w.encode())
    ]
    using.forget()
    assert unknown_in(text, using) == unknown_in(text, using)


def test_messages_are_gathered_with_what_varies_left_open() -> None:
    texts = [f"session {n} of frobnicatrix closed by 192.0.2.{n} after quux{'abcdefgh'[n]}zz" for n in range(8)]
    batch = texts_batch([text.encode() for text in texts] * 2)
    messages = Messages(3)
    assert PLAIN.unknown is not None
    PLAIN.unknown.note(batch, PLAIN.scan(batch), messages)
    assert messages.found() == [(MESSAGE, 16)]
    using = scanner(MESSAGE)
    assert unknown_in(texts[0], using) == ["quuxazz"]
    nothing_new = Messages(3)
    assert using.unknown is not None
    using.unknown.note(batch, using.scan(batch), nothing_new)
    assert nothing_new.found() == []


def test_a_flood_of_messages_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.detection.templates.MOST_MESSAGES", 1)
    batch = texts_batch([b"one frobnicatrix", b"two frobnicatrix"])
    assert PLAIN.unknown is not None
    with pytest.raises(ConfigurationError, match="too many to look through"):
        PLAIN.unknown.note(batch, PLAIN.scan(batch), Messages(1))


@given(
    st.text("ab <>=*#@é\x01\x02\x03\x04", max_size=20), st.lists(st.sampled_from([b"zz", None, "é".encode(), b"a>"]))
)
def test_a_template_is_read_as_it_was_written_or_not_written(shape: str, words: list[bytes | None]) -> None:
    given_words = (words * 20)[: shape.count("\x03")] if words else [None] * shape.count("\x03")
    written = template_of(shape.encode(), given_words)
    if written is not None:
        assert parts_of(written) == (shape.encode(), given_words)
