"""Prose: paragraph by paragraph, without marks of quoting, each equal one once; names in it by whatever model."""

from __future__ import annotations

import re
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer.nlp_engine import NlpArtifacts

from pipeline.detection.prose import LONGEST_PARAGRAPH, ProseReader, paragraphs, phones
from recognizers.email import addresses_in
from recognizers.file_names import names_document, spaced
from recognizers.models.support_names import training
from recognizers.models.support_names.component import Entity, ProseEngine
from recognizers.models.support_names.model import LOOSE_PERSON, Name, bounds_in, by_form, thresholds
from recognizers.models.support_names.pieces import TYPES

HELD_TEMPLATES = Path(next(iter(training.__path__))) / "templates_held.txt"


class Capitals:
    """An engine to which every run of two capitalised words is a person; it counts what it is shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        self.shown.append(text)
        matches = re.finditer(r"[A-ZÄ-Ü]\w+\s[A-ZÄ-Ü]\w+", text)
        entities = [Entity(match.start(), match.end(), "PER") for match in matches]
        return NlpArtifacts(entities, [], [], [], self, language)  # type: ignore[arg-type]


def found(text: str, engine: Capitals | None = None) -> list[tuple[str, str]]:
    reader = ProseReader(lambda: engine or Capitals())  # type: ignore[arg-type, return-value]
    raw = text.encode("utf-8", "surrogateescape")
    return [(raw[f.start : f.end].decode(), f.entity) for f in reader.find(raw)]


def test_names_are_found_where_they_stand_in_bytes() -> None:
    assert found("Grüße an Zoë Ärger und Jane Doe") == [("Zoë Ärger", "PERSON"), ("Jane Doe", "PERSON")]


def test_what_was_quoted_is_not_looked_at_twice() -> None:
    engine = Capitals()
    text = "ask Jane Doe\nplease\n\n> ask Jane Doe\n> please\n\n>> ask Jane Doe\n>> please"
    assert found(text, engine) == [("Jane Doe", "PERSON")] * 3
    assert engine.shown == ["ask Jane Doe\nplease"]


def test_a_name_over_two_quoted_lines_leaves_the_marks_between() -> None:
    assert found("> thanks, Jane\n> Doe says hello") == [("Jane", "PERSON"), ("Doe", "PERSON")]
    assert found("thanks, Jane\nDoe says hello") == [("Jane\nDoe", "PERSON")]


def test_nothing_is_asked_of_a_text_without_letters() -> None:
    engine = Capitals()
    assert found("1234 -- 5678\n\n\n", engine) == []
    assert engine.shown == []


def test_stray_bytes_do_not_move_what_is_found() -> None:
    raw = b"\xff\xfe ask Jane Doe \xc3"
    (name,) = ProseReader(Capitals).find(raw)  # type: ignore[arg-type]
    assert raw[name.start : name.end] == b"Jane Doe"


@given(st.text(alphabet="ab C>|\n\t.é", max_size=400))
def test_paragraphs_hold_every_line_once_and_say_where_it_stands(text: str) -> None:
    seen = set()
    for lines, paragraph in paragraphs(text):
        assert len(paragraph) <= LONGEST_PARAGRAPH
        for line in lines:
            assert paragraph[line.at : line.at + line.length] == text[line.start : line.start + line.length]
            seen.update(range(line.start, line.start + line.length))
    missed = "".join(letter for place, letter in enumerate(text) if place not in seen)
    assert set(missed) <= set(">| \t\n")


class Said(Capitals):
    """An engine to which a whole text is one entity."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return NlpArtifacts([Entity(0, len(text), self.label)], [], [], [], self, language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text, label, taken",
    [
        ("Thu, 29 Apr 2009", "STREET_ADDRESS", False), ("Thu,", "STREET_ADDRESS", False),
        ("Sun, 13", "STREET_ADDRESS", False), ("1 September 2026", "LOCATION", False),
        ("17 March Street", "STREET_ADDRESS", True), ("April", "PERSON", True),
        ("April May", "PERSON", True), ("Sunderland", "LOCATION", True), ("ISO-2022-JP", "PERSON", False),
        ("TLSv1.2", "PERSON", False), ("self.partition[8].run", "PERSON", False), ("sid:2650838", "PERSON", False),
        ("ECDHE", "PERSON", False), ("max", "PERSON", True), ("J. Doe", "PERSON", True),
        ("utf-8", "ORGANIZATION", False), ("Anne-Marie", "PERSON", True),
        ("Jane Doe@ACME", "PERSON", True), ("root@gw", "PERSON", False),
    ],
)  # fmt: skip
def test_a_date_is_no_place_and_a_character_set_no_name(text: str, label: str, taken: bool) -> None:
    assert bool(found(text, Said(label))) is taken


@pytest.mark.parametrize(
    "text, names",
    [
        ("see Jane_Doe.pdf", ["Jane_Doe"]), ("(Jane.Doe-CV.docx)", ["Jane.Doe"]),
        ("a/Minutes-2026_Jane-Doe.txt", ["Jane-Doe"]),
        ("Jane Doe.pdf, Jane_Doe.JPG.", ["Jane Doe", "Jane_Doe"]), ("Jane_Doe.log", []), ("Jane_Doe.pdf.gz", []),
        ("Jane_Doe.doc@example.com", []), ("class Jane_Doe.txtual", []),
    ],
)  # fmt: skip
def test_a_name_in_the_name_of_a_document_is_one(text: str, names: list[str]) -> None:
    assert found(text) == [(name, "PERSON") for name in names]


@given(st.text(alphabet="aB_-. /.,é", max_size=40).map(lambda text: text.replace(",", ".pdf")))
def test_names_of_documents_are_spaced_without_moving_anything(text: str) -> None:
    out = spaced(text)
    assert len(out) == len(text)
    assert all(a == b or (a in "_-." and b in " /") for a, b in zip(text, out, strict=True))
    assert names_document(text) is bool(re.search(r"(?s).\.pdf\Z", text))


def test_long_paragraphs_are_cut() -> None:
    assert max(len(p) for _, p in paragraphs("word " * 5_000)) <= LONGEST_PARAGRAPH


@pytest.mark.parametrize(
    "text",
    [
        "call 650-588-6078 please",
        "my number is (415) 555-2671.",
        "+44 20 7946 0958",
        "Tel. 030 901820",
        "ring me on 0161 496 0753",
    ],
)
def test_telephone_numbers_are_found_as_people_write_them(text: str) -> None:
    assert phones_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "on 2026-11-26 at 10:42",
        "version 10.0.19045.3693",
        "ticket 4711, order 1234567",
        "192.0.2.14 port 51234",
        "error 0x80070005",
        "2026/11/26 10:42:11",
        "Thu, 3 Mar 2016 14:15:33 -0800 (PST)",
    ],
)
def test_dates_versions_addresses_and_tickets_are_no_telephone_numbers(text: str) -> None:
    assert phones_in(text) == []


def phones_in(text: str) -> list[str]:
    return [text[start:end] for start, end, *_ in phones(text)]


def named(text: str) -> list[tuple[str, str]]:
    entities = ProseEngine().process_text(text, "en").entities
    return [(text[entity.start_char : entity.end_char], entity.label_) for entity in entities]


def test_a_name_in_a_mail_address_is_the_address_s() -> None:
    assert named("Please write to Kevin.Boone@example.com or call Kevin Boone") == [("Kevin Boone", "PERSON")]
    text = "see Lisa_resume.doc, lisa@example.com, lisa@home"
    lisas = [Name(match.start(), match.end(), "PERSON", 1.0) for match in re.finditer("[Ll]isa", text)]
    assert by_form(text, lisas) == [lisas[0], lisas[2]]


def test_a_name_the_other_way_round_is_one_between_quotes_and_in_a_list_of_mailboxes() -> None:
    assert named('"Townsend, George" <gt@example.com>') == [("Townsend, George", "PERSON")]
    assert named("To: Castellano, Bianca; Oyelaran, Femi") == [
        ("Castellano, Bianca", "PERSON"),
        ("Oyelaran, Femi", "PERSON"),
    ]
    assert named("I met Townsend, George and Jane") == [(n, "PERSON") for n in ("Townsend", "George", "Jane")]


@pytest.mark.parametrize(
    "text, addresses",
    [
        ("write to jane.doe@example.com.", ["jane.doe@example.com"]),
        ("\u00e4\u00f6 <j\u00fcrgen@example.net>, bob@example.org", ["j\u00fcrgen@example.net", "bob@example.org"]),
        ("franz...@example.com", []),
        ("jane @ home, ctr@openssh.com", ["ctr@openssh.com"]),
        ("aes256-ctr@openssh.com", []),
    ],
)
def test_addresses_stand_where_their_recognizer_finds_them(text: str, addresses: list[str]) -> None:
    assert [text[start:end] for start, end in addresses_in(text)] == addresses


def test_the_engine_says_what_its_pipeline_says() -> None:
    engine = ProseEngine()
    lines = HELD_TEMPLATES.read_text(encoding="utf-8").splitlines()
    names = cycle(
        ["Jane Doe", "José Müller-Núñez", "12 High Street, Leeds LS1 4AP", "Acme Ltd", "o'brien", "Rue de la Paix 5"]
    )
    texts = [re.sub(r"\{[^}]*\}", lambda _: next(names), line) for line in lines]
    texts += [*lines[1:20], "Lisa_resume.doc/Jane  and\tJane Doe's(Bob)", "ask 'Jane Doe', Bob-Lee/Ann", ""]
    for text in texts:
        ents = engine.nlp["en"](text).ents
        assert engine.process_text(text, "en").entities == [Entity(e.start_char, e.end_char, e.label_) for e in ents]


@pytest.mark.parametrize(
    "text, loose",
    [
        ("ask jane", True),
        ("Ask jane", False),
        ("@bob Ask jane", True),
        ("#vpn Ask", True),
        ("To bob@example.com", False),
    ],
)
def test_a_person_counts_sooner_where_names_are_loosely_written(text: str, loose: bool) -> None:
    least = thresholds()
    person = TYPES.index("PERSON")
    assert least[LOOSE_PERSON] < least["PERSON"]
    assert bounds_in(text, least)[person] == np.float32(least[LOOSE_PERSON if loose else "PERSON"])
