"""Strict mode in prose: a word that a vocabulary holds is masked where people greet, sign and write names."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from presidio_analyzer.nlp_engine import NlpArtifacts

from pipeline.detection.prose import ProseReader
from pipeline.detection.scanner import Scanner, texts_batch
from pipeline.detection.unknown import UnknownWords
from pipeline.records import PROSE, Decoder
from recognizers.entities import UNKNOWN
from recognizers.models.support_names.component import Entity
from recognizers.registry import all_recognizers
from recognizers.words import load_words


class Does:
    """An engine to which Doe is a person, and nobody else."""

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        entities = [Entity(match.start(), match.end(), "PERSON") for match in re.finditer("Doe", text)]
        return NlpArtifacts(entities, [], [], [], self, language)  # type: ignore[arg-type]


def masked(*texts: bytes, decoder: int = Decoder.PLAIN, prose: bool = True) -> list[bytes]:
    """What strict mode masks of some texts, that stand side by side in a batch."""
    batch = texts_batch(texts)
    if prose:
        batch = replace(batch, field_entity=np.full(batch.fields, PROSE, np.int16))
    batch = replace(batch, field_decoder=np.full(batch.fields, decoder, np.uint8))
    scanner = Scanner(all_recognizers(), unknown=UnknownWords(), prose=ProseReader(Does))  # type: ignore[arg-type]
    findings = scanner.with_unknown(batch, scanner.scan(batch))
    rows = np.flatnonzero(findings.holder == UNKNOWN).tolist()
    return [batch.data[findings.start[k] : findings.end[k]].tobytes() for k in rows]


@pytest.mark.parametrize(
    "text, words",
    [
        (b"Visit ,\nthe box is fine\n-- \nM\n", [b"Visit", b"M"]),
        (b"> Visit,\n> see below", [b"Visit"]),
        (b"dp", [b"dp"]),
        (b"Thanks,\nvisit\nok", []),
        (b"Visit us", []),
        (b"Great!\nVisit.\nYes", []),
        (b"- M\r\n", [b"M"]),
    ],
)
def test_a_word_on_a_line_of_its_own_is_masked_if_it_may_be_a_name(text: bytes, words: list[bytes]) -> None:
    assert masked(text) == words
    assert masked(b"so", text, b"so") == words
    assert masked(text, prose=False) == []


@pytest.mark.parametrize(
    "text, words",
    [
        (b"my name is Visit Doe", [b"Visit"]),
        (b"Visit Doe and see", []),
        (b"G. K. Doe is here", [b"G", b"K"]),
        (b"I asked what I Doe", []),
        (b"ask Doe B today", [b"B"]),
        (b"ask Doe I will", []),
        (b"they call her Visit Zephyrine now", [b"Visit", b"Zephyrine"]),
        (b"we call it visit Doe", []),
    ],
)
def test_a_capital_beside_a_name_is_part_of_it(text: bytes, words: list[bytes]) -> None:
    assert masked(text) == words
    assert masked(b"so", text, b"so") == words


def test_lines_end_in_escapes_and_at_tags_too() -> None:
    assert masked(rb"hello\n\nVisit,\nthe box", decoder=Decoder.JSON_STRING) == [b"Visit"]
    assert masked(b"hello<br>Visit</p>", decoder=Decoder.MARKUP) == [b"Visit"]


def test_words_that_stand_alone_are_lower_case() -> None:
    assert all(word.isalpha() and word == word.lower() for word in load_words("lone_words"))
