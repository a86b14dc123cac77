"""Actions as Presidio operators: the same texts as in a release, and the document's script as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NoOpNlpEngine
from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import ConflictResolutionStrategy, OperatorConfig, RecognizerResult

from pipeline.operators import OPERATORS
from pipeline.policy.workspace import Workspace
from recognizers.registry import all_recognizers

if TYPE_CHECKING:
    from conftest import Desk

DOCUMENT = (Path(__file__).parent.parent.parent / "docs" / "presidio.md").read_text(encoding="utf-8")

#: (entity, value, the text before it that tells what it is).
VALUES = (
    ("IP_ADDRESS", "203.0.113.17", "from "),
    ("IP_ADDRESS", "127.0.0.1", "from "),
    ("IP_ADDRESS", "10.20.30.0/24", "route "),
    ("IP_ADDRESS", "2001:db8:1:2::77", "from "),
    ("MAC_ADDRESS", "00-00-5E-00-53-01", "to "),
    ("MAC_ADDRESS", "0000.5e00.5301", "to "),
    ("HOSTNAME", "gw-01.acme.example", "at "),
    ("HOSTNAME", "WWW.ACME.EXAMPLE", "at "),
    ("HOSTNAME", "ip-10-20-30-40.acme.example", "at "),
    ("USERNAME", "mhale", "Accepted password for "),
    ("USERNAME", r"ACME\mhale", "user="),
    ("USERNAME", "root", "Accepted password for "),
    ("EMAIL_ADDRESS", "mhale@acme.example", "to "),
    ("EMAIL_ADDRESS", "m.hale%40acme.example", "to "),
    ("URL", "https://mhale@gw-01.acme.example:8443/cgi/login?from=10.20.30.40&lang=en", "opened "),
    ("URL", "http://10.20.30.40/", "opened "),
    ("URL", "https://gw-01.acme.example/?to=mhale%40acme.example&next=http%3A%2F%2Fgw-01.acme.example%2Fa", "opened "),
    ("UUID", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "id "),
    ("FILE_HASH", "9e107d9d372bb6826bd81d3542a419d6", "md5 "),
    ("SERIAL_NUMBER", "FCW2143L0AB", "serial number "),
    ("IMEI", "490154203237518", "imei "),
)


@pytest.fixture
def parties(desk: Desk) -> dict[str, str]:
    there = ("--workspace", desk.workspace)
    for arguments in (
        ("init", desk.workspace),
        ("client", "add", "acme", *there),
        ("recipient", "add", "cisco", "--profile", "vendor", "--client", "acme", *there),
    ):
        said = desk.redact(*arguments)
        assert said.code == 0, said.all
    return {"workspace": str(desk.workspace), "client": "acme", "recipient": "cisco"}


def engine() -> AnonymizerEngine:
    made = AnonymizerEngine()
    for operator in OPERATORS:
        made.add_anonymizer(operator)
    return made


def test_a_value_has_the_same_stand_in_in_a_release_and_by_the_operator(desk: Desk, parties: dict[str, str]) -> None:
    lines = [f"app {before}{value} done" for _, value, before in VALUES]
    said = desk.run(desk.write("a.log", "".join(line + "\n" for line in lines)))
    assert said.code == 0, said.all
    released = desk.native().decode().splitlines()
    made = [
        engine()
        .anonymize(
            line,
            [RecognizerResult(entity, start := len(f"app {before}"), start + len(value), 1.0)],
            {entity: OperatorConfig("pseudonymise", parties)},
        )
        .text
        for line, (entity, value, before) in zip(lines, VALUES)
    ]
    assert made == released
    # Most are replaced; what a list keeps stays.
    same = [value for line, new, (_, value, _) in zip(lines, made, VALUES) if line == new]
    assert same == ["127.0.0.1", "root"]


def test_two_recipients_share_no_stand_in_and_a_shift_is_theirs_alone(desk: Desk, parties: dict[str, str]) -> None:
    workspace = Workspace.open(desk.workspace)
    workspace.add_recipient("globex", "vendor", ["acme"])
    texts = set()
    for recipient in ("cisco", "globex"):
        own = {**parties, "recipient": recipient}
        operators = {"IP_ADDRESS": OperatorConfig("pseudonymise", own), "DATE_TIME": OperatorConfig("shift", own)}
        found = [RecognizerResult("DATE_TIME", 0, 20, 1.0), RecognizerResult("IP_ADDRESS", 21, 33, 1.0)]
        texts.add(engine().anonymize("2026-03-09T10:00:00Z 203.0.113.17", found, operators).text)
    assert len({part for text in texts for part in text.split()}) == 4
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [\d.]+", text) for text in texts)


def test_a_shift_is_the_one_of_a_release(desk: Desk, parties: dict[str, str]) -> None:
    policy = desk.workspace / "recipients" / "cisco.yaml"
    policy.write_text(policy.read_text() + "entities: {DATE_TIME: shift}\n")
    line = "<13>1 2026-03-09T10:00:00.250Z gw app - - - done"
    assert desk.run(desk.write("a.log", line + "\n")).code == 0
    operators = {"DATE_TIME": OperatorConfig("shift", parties)}
    made = engine().anonymize(line, [RecognizerResult("DATE_TIME", 6, 30, 1.0)], operators).text
    assert made.split()[1] == desk.native().decode().split()[1] != line.split()[1]


def test_the_documents_script_does_what_the_document_says(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands, script = re.findall(r"^```(?:python)?\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    for command in commands.splitlines():
        said = desk.redact(*command.split()[1:])
        assert said.code == 0, said.all
    monkeypatch.chdir(desk.folder)
    names: dict[str, object] = {}
    exec(compile(script, "presidio.md", "exec"), names)  # noqa: S102
    released = names["released"]
    assert isinstance(released, list)
    assert capsys.readouterr().out.splitlines() == released
    whole = "\n".join(released)
    for original in ("acme", "gw-01", "mhale", "203.0.113.17", "10.20.30.40", "00:53:01", "hunter2", "10:01"):
        assert original not in whole.replace("10:00:00Z", "")
    log_in, lease, mail = (line.split() for line in released)
    assert {line[0] for line in (log_in, lease, mail)} == {"2026-03-09T10:00:00Z"}
    assert log_in[1] == lease[1] == mail[1]
    user, host = mail[5].split("@")
    assert (user, host) == (log_in[6], log_in[1].partition(".")[2])
    assert mail[7] == lease[5]
    assert lease[7].startswith("00:00:5e:")  # the maker, as profile vendor has it
    assert mail[3] == "password=<CREDENTIAL>"
    # And they are those of a run.
    lines = names["lines"]
    assert isinstance(lines, list)
    assert desk.run(desk.write("a.log", "".join(line + "\n" for line in lines))).code == 0
    of_run = desk.native().decode().splitlines()
    assert [line.split()[1:] for line in of_run] == [line.split()[1:] for line in released]


def analyzer() -> AnalyzerEngine:
    registry = RecognizerRegistry(supported_languages=["en"])
    for recognizer in all_recognizers():
        registry.add_recognizer(recognizer)
    nlp = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": ""}])
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])


URL = "opened https://cdn.example.net/a?mail=mhale@acme.example done"


def test_the_traps_that_the_document_names_are_presidios() -> None:
    found = analyzer().analyze(URL, language="en")
    assert {"URL", "EMAIL_ADDRESS"} <= {result.entity_type for result in found}
    how = {"EMAIL_ADDRESS": OperatorConfig("replace"), "URL": OperatorConfig("keep")}
    resolve = ConflictResolutionStrategy.REMOVE_INTERSECTIONS
    assert engine().anonymize(URL, found, dict(how), conflict_resolution=resolve).text == URL
    how["URL"] = OperatorConfig("keep_alone", {"along": ["HOSTNAME"]})
    alone = engine().anonymize(URL, found, dict(how), conflict_resolution=resolve).text
    assert alone == "opened https://cdn.example.net/a?mail=<EMAIL_ADDRESS> done"
    # Neighbours of one entity are one value, unless they are told not to be.
    two = "10.0.0.1 10.0.0.2"
    found = [RecognizerResult("IP_ADDRESS", 0, 8, 1.0), RecognizerResult("IP_ADDRESS", 9, 17, 1.0)]
    how = {"IP_ADDRESS": OperatorConfig("generalise", {"to": "/24"})}
    assert engine().anonymize(two, found, dict(how)).text == "<IP_ADDRESS>"
    apart = engine().anonymize(two, found, dict(how), merge_entities_with_spaces=False).text
    assert apart == "10.0.0.0/24 10.0.0.0/24"
