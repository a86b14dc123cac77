"""``redact scan`` as a user meets it: counts, findings in their places, and no value unless it is asked for."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline import survey
from pipeline.cli.main import main
from pipeline.detection.prose import ProseReader
from pipeline.inputs import find_inputs
from pipeline.survey import LEAST_TIMED, recognizer_seconds
from recognizers.registry import all_recognizers

LOG = (
    "Mar  9 10:00:00 gw1 sshd[7]: Accepted password for mhale from 192.0.2.7 port 22\n"
    "Mar  9 10:00:01 gw1 app[7]: mailed jane@acme.example\n"
)
JSON = '{"user":"zo\\u00eb","ip":"192.0.2.8","message":"nothing here"}\n'


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REDACT_ROOT_KEY", raising=False)
    monkeypatch.delenv("REDACT_WORKSPACE", raising=False)
    (tmp_path / "a.log").write_text(LOG)
    (tmp_path / "b.jsonl").write_text(JSON)
    return tmp_path


def found_in(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_counts_are_told_by_entity_format_and_column(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "a.log", "b.jsonl", "--json", "--quiet"]) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert said.err == ""
    assert document["records"] == {"json-lines": 1, "syslog-rfc3164": 2}
    assert document["bytes"] == len(LOG) + len(JSON)
    counts = {(row["entity"], row["format"], row["column"]): row["count"] for row in document["found"]}
    assert counts["HOSTNAME", "syslog-rfc3164", "host_name"] == 2
    assert counts["EMAIL_ADDRESS", "syslog-rfc3164", "message"] == 1, "a compound counts"
    assert counts["USERNAME", "syslog-rfc3164", "message"] == 2, "and so does its part"
    assert counts["USERNAME", "json-lines", "user_name"] == 1
    assert counts["IP_ADDRESS", "json-lines", "attributes"] == 1, "found by its form and by its key, but one value"
    assert counts["DATE_TIME", "syslog-rfc3164", "(time)"] == 2


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_no_value_is_printed_or_written_unless_asked_for(
    desk: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    assert main(["scan", "a.log", "b.jsonl", "--findings", "f.jsonl", *options]) == 0
    said = capsys.readouterr()
    everything = said.out + said.err + (desk / "f.jsonl").read_text()
    for value in ("mhale", "192.0.2", "jane", "acme.example", "gw1", "zo"):
        assert value not in everything
    assert main(["scan", "a.log", "b.jsonl", "--findings", "f.jsonl", "--show", *options]) == 0
    shown = capsys.readouterr().out
    assert "mhale" in shown and "192.0.2.7" in shown
    assert {"mhale", "gw1", "192.0.2.7"} <= {found["text"] for found in found_in(desk / "f.jsonl")}


def test_a_finding_names_its_place_in_the_decompressed_input(desk: Path) -> None:
    (desk / "c.log.gz").write_bytes(gzip.compress(LOG.encode()))
    assert main(["scan", "a.log", "b.jsonl", "c.log.gz", "--findings", "f.jsonl", "--show", "--quiet"]) == 0
    sources = {"a.log": LOG, "b.jsonl": JSON, "c.log.gz": LOG}
    found = found_in(desk / "f.jsonl")
    assert {each["input"] for each in found} == set(sources)
    for each in found:
        source = sources[each["input"]].encode()
        assert source[each["start"] : each["end"]].decode() == each["text"]
        assert source[: each["start"]].count(b"\n") + 1 == each["record"]
        assert each["evidence"] and (each["score"] is None or 0.4 <= each["score"] <= 1)
    holders = [each for each in found if each["kind"] == "holder"]
    assert {(each["entity"], each["text"]) for each in holders} == {("EMAIL_ADDRESS", "jane@acme.example")}
    assert (desk / "f.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_record_keeps_its_number_when_one_before_it_cannot_be_read(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "d.log").write_bytes(LOG.encode() + b"\x00x" * 40 + b"\n" + LOG.encode())
    assert main(["scan", "d.log", "--findings", "f.jsonl", "--quiet"]) == 4
    assert {each["record"] for each in found_in(desk / "f.jsonl")} == {1, 2, 4, 5}
    assert "Not read: 1 records: undecodable" in capsys.readouterr().out


def test_names_of_files_are_looked_at(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "logs" / "192.0.2.77").mkdir(parents=True)
    (desk / "logs" / "192.0.2.77" / "x.log").write_text("nothing\n")
    assert main(["scan", "logs", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["found"] == [
        {"entity": "IP_ADDRESS", "format": "", "column": "(file name)", "count": 1}
    ]


def test_with_values_attributes_are_told_apart_as_a_policy_names_them(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def columns() -> set[str]:
        assert main(["scan", "b.jsonl", "--json", "--show", "--quiet"]) == 0
        return {row["column"] for row in json.loads(capsys.readouterr().out)["found"]}

    assert columns() == {"user_name", "attributes.ip"}
    monkeypatch.setattr(survey, "MOST_PLACES", 0)
    (desk / "b.jsonl").write_text(JSON * 2)
    assert columns() == {"user_name", "attributes"}


def test_no_workspace_is_needed_or_made_and_a_clients_known_values_are_found_with_one(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "k.log").write_text("the plan of kingfisher\n")
    before = sorted(desk.iterdir())
    assert main(["scan", "k.log"]) == 0
    assert "Found  nothing" in capsys.readouterr().out
    assert sorted(desk.iterdir()) == before
    assert main(["scan", "k.log", "--client", "acme"]) == 2
    assert main(["init", "workspace"]) == 0
    assert main(["client", "add", "acme", "--keyword", "kingfisher"]) == 0
    capsys.readouterr()
    assert main(["scan", "k.log", "--client", "acme", "--json", "--quiet"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["found"]
    assert (row["entity"], row["count"]) == ("KEYWORD", 1)


def test_findings_that_cannot_be_written_are_refused_before_a_byte_is_read(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", "a.log", "--findings", "nowhere/f.jsonl"]) == 2
    assert "--findings nowhere/f.jsonl" in capsys.readouterr().err


def test_each_recognizer_is_timed_where_there_is_enough_to_time(desk: Path) -> None:
    inputs, _ = find_inputs(["a.log"], out=None)
    assert recognizer_seconds(inputs, all_recognizers()) == {}
    (desk / "long.log").write_text(LOG * (LEAST_TIMED // len(LOG) + 1))
    inputs, _ = find_inputs(["long.log"], out=None)
    seconds = recognizer_seconds(inputs, all_recognizers()[:3])
    assert list(seconds) == [type(r).__name__ for r in all_recognizers()[:3]]
    assert all(each >= 0 for each in seconds.values())


def test_the_model_that_looks_for_names_is_not_timed_with_each_recognizer(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProseReader, "find", lambda self, raw: pytest.fail("the model was asked"))
    (desk / "chat.txt").write_text("AGENT: How can I help?\nCUSTOMER: Nothing works\n" * (LEAST_TIMED // 40))
    inputs, _ = find_inputs(["chat.txt"], out=None)
    assert inputs[0].format == "dialogue"
    assert recognizer_seconds(inputs, all_recognizers()[:1])
