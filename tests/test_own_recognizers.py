"""Files and modules of a user's own recognizers: what is taken, and how a mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.own_recognizers import load_recognizers

BADGES = """
recognizers:
  - name: Badges
    supported_languages: [en, {language: de, context: [Ausweis]}]
    supported_entity: BADGE
    patterns:
      - {name: badge, regex: '\\bB-\\d{4}\\b', score: 0.5}
    deny_list: [Kingfisher]
    context: [badge]
  - UsSsnRecognizer
  - name: Off
    enabled: false
    supported_entity: OFF
    deny_list: [x]
"""
MODULE = """
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult
from recognizers.declaration import DeclaredRecognizer, TokenPattern

class Words(EntityRecognizer):
    def __init__(self):
        super().__init__(supported_entities=["WORD", "BADGE"])
    def load(self):
        pass
    def analyze(self, text, entities, nlp_artifacts=None):
        return []

class Tickets(DeclaredRecognizer):
    ENTITY = "TICKET"
    PATTERNS = (TokenPattern("ticket", r"TICKET-[0-9]{4}", 0.6),)

made = PatternRecognizer("MADE", patterns=[Pattern("made", "made", 0.5)])
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_presidios_yaml_is_taken_as_it_is(here: Path) -> None:
    (here / "badges.yaml").write_text(BADGES)
    (source,) = load_recognizers(["badges.yaml"])
    assert source.place == str(here / "badges.yaml") and source.entities == ["BADGE", "US_SSN"]
    badges = source.plain[0]
    assert badges.recognizer.context == ["badge", "Ausweis"]
    text = b"B-1234 of kingfisher"
    assert {text[f.start : f.end] for f in badges.find(text, "")} == {b"B-1234", b"kingfisher"}


def test_a_modules_instances_and_classes_are_taken_once_and_what_declares_is_compiled(here: Path) -> None:
    (here / "mine.py").write_text(MODULE)
    (source,) = load_recognizers(["mine.py", str(here / "mine.py")])
    assert source.entities == ["BADGE", "MADE", "TICKET", "WORD"]
    assert [each.ENTITY for each in source.declared] == ["TICKET"]
    assert [each.recognizer.name for each in source.plain] == ["PatternRecognizer", "Words"]


def test_an_installed_module_is_taken_by_its_name(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "firm_recognizers").mkdir()
    (here / "firm_recognizers" / "__init__.py").write_text("from firm_recognizers.words import words\n")
    words = here / "firm_recognizers" / "words.py"
    words.write_text(
        "from presidio_analyzer import PatternRecognizer\nwords = PatternRecognizer('WORD', deny_list=['x'])\n"
    )
    monkeypatch.syspath_prepend(here)
    (source,) = load_recognizers(["firm_recognizers"])
    assert source.place == "firm_recognizers" and source.entities == ["WORD"]
    words.write_text(words.read_text() + "# changed\n")
    assert load_recognizers(["firm_recognizers"])[0].digest != source.digest, "all that lies in the package counts"


ONE = "recognizers:\n  - name: A\n    supported_entity: BADGE\n    "


@pytest.mark.parametrize(
    "text, told",
    [
        ("recognizers: []\n", "m.yaml: recognizers:"),
        ("recognizers: [x]\nrecognisers: []\n", "m.yaml: recognisers: unknown key; did you mean recognizers"),
        (ONE + "patern: x\n", "m.yaml: recognizers.0: patern: unknown key; did you mean patterns"),
        (ONE + "patterns: [{name: p, regex: '(', score: 0.5}]\n", r"recognizers.0.patterns.0: Invalid regex"),
        (ONE + "patterns: [{name: p, regex: x, regx: x, score: 0.5}]\n", "recognizers.0.patterns.0: regx: unknown key"),
        (ONE + "patterns: [{name: p, regex: 'x', score: 5}]\n", "recognizers.0.patterns.0: score:"),
        (ONE + "context: [x]\n", "neither patterns nor deny_list"),
        (ONE.replace("BADGE", "bad ge") + "deny_list: [x]\n", "m.yaml: A: entity bad ge: a name is"),
        (ONE.replace("BADGE", "DATE_TIME") + "deny_list: [x]\n", "m.yaml: A: entity DATE_TIME"),
        ("recognizers: [UsSsnRecogniser]\n", "did you mean UsSsnRecognizer"),
        ("recognizers: [SpacyRecognizer]\n", "needs a language model"),
        (ONE + "enabled: false\n", "all are disabled"),
        ("recognizers: [7]\n", "m.yaml: recognizers.0: must be"),
    ],
)
def test_a_mistake_in_yaml_is_told_by_file_place_and_mend(here: Path, text: str, told: str) -> None:
    (here / "m.yaml").write_text(text)
    with pytest.raises(ConfigurationError, match=told):
        load_recognizers(["m.yaml"])


@pytest.mark.parametrize(
    "text, told",
    [
        ("x = 1\n", "m.py: holds no recognizer"),
        ("x =\n", "m.py: line 1: SyntaxError"),
        ("import os\n\nnothing.here\n", "m.py: line 3: NameError"),
        (MODULE.replace("def __init__(self)", "def __init__(self, words)"), "m.py: Words: cannot be made"),
        (MODULE.replace("[0-9]{4}", "[0-9"), "m.py: Tickets: a pattern does not compile"),
        (MODULE.replace("[0-9]{4}", "(?<=x)[0-9]"), "m.py: Tickets: a pattern does not compile"),
    ],
)
def test_a_mistake_in_a_module_is_told_by_file_and_line(here: Path, text: str, told: str) -> None:
    (here / "m.py").write_text(text)
    with pytest.raises(ConfigurationError, match=told):
        load_recognizers(["m.py"])


@pytest.mark.parametrize(
    "place, told",
    [("none.yaml", "cannot be read"), ("no_such_module", "ModuleNotFoundError"), ("a b", "neither .yaml nor .py")],
)
def test_a_place_without_recognizers_is_refused(here: Path, place: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        load_recognizers([place])
