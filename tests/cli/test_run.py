"""``redact run`` as a user meets it: what it prints, what it refuses, and with which code it ends."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import pipeline.cli.run as run_module
from pipeline.cli.main import main
from pipeline.cli.outcome import as_text
from pipeline.release.manifest import Totals
from pipeline.release.publish import Outcome, Release

MANIFEST = {
    "counts": {"IP_ADDRESS": {"pseudonymise": 1200, "keep": 3}},
    "verification": {"records_checked": 5000, "leaks": 0, "residual_risk": 2},
    "archive": {"path": "_archive/cisco-r1.tar.gz", "bytes": 1_400_000, "sha256": "ab"},
}
RELEASED = Release("cisco", MANIFEST, "out/cisco/run", "out/cisco/native", "out/cisco/cisco-r1.tar.gz")
CLEAN = Outcome("r1", Totals(5000, 5000), (RELEASED,))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REDACT_ROOT_KEY", raising=False)
    monkeypatch.delenv("REDACT_WORKSPACE", raising=False)
    (tmp_path / "a.log").write_text("Mar  9 10:00:00 gw1 sshd[7]: Accepted password for mhale from 192.0.2.7\n" * 20)
    return tmp_path


RUN = ["run", "a.log", "--client", "acme", "--recipient", "cisco=vendor", "--yes"]


def ended(monkeypatch: pytest.MonkeyPatch, outcome: Outcome) -> list[tuple[Any, ...]]:
    """Let runs end so without doing them; returns what they were called with."""
    calls: list[tuple[Any, ...]] = []

    def carry_out(*args: Any) -> Outcome:
        calls.append(args)
        return outcome

    monkeypatch.setattr(run_module, "carry_out", carry_out)
    return calls


@pytest.mark.parametrize(
    "outcome, code",
    [
        (CLEAN, 0),
        (replace(CLEAN, totals=Totals(5000, 4999, {"oversized": 1})), 4),
        (replace(CLEAN, totals=Totals(5000, 4999, {"oversized": 1}), already=True), 0),
        (replace(CLEAN, releases=(Release("cisco", None, leaks=60, limit=0.01),)), 3),
    ],
    ids=["released", "quarantined", "already published", "refused"],
)
def test_the_exit_code_says_how_a_run_ended(
    desk: Path, monkeypatch: pytest.MonkeyPatch, outcome: Outcome, code: int
) -> None:
    ended(monkeypatch, outcome)
    assert main(RUN) == code


def test_a_refusal_names_recipient_figures_and_limit(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended(monkeypatch, replace(CLEAN, releases=(Release("cisco", None, leaks=60, limit=0.01), RELEASED)))
    assert main(RUN) == 3
    said = capsys.readouterr()
    assert "cisco: verification took out 60 records, more than 1.00%" in said.err
    assert "Send this to cisco" in said.out, "the others are released"


def test_without_a_workspace_and_no_one_to_ask_the_mend_is_told(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(RUN[:-1]) == 2
    said = capsys.readouterr().err
    assert "redact init" in said and "--yes" in said
    assert not (desk / "workspace").exists()


def test_the_first_run_makes_a_workspace_and_says_where_its_key_is(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended(monkeypatch, CLEAN)
    assert main(RUN) == 0
    said = capsys.readouterr().err
    assert "root.key" in said and "Opened client acme" in said and "Opened recipient cisco" in said


def test_what_stands_after_two_dashes_goes_to_beam_and_is_no_input(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = ended(monkeypatch, CLEAN)
    assert main([*RUN, "--workers", "3", "--", "--runner=FlinkRunner", "--parallelism", "2"]) == 0
    plan, workers, options, quiet = calls[0]
    assert [planned.name for planned in plan.inputs] == ["a.log"]
    assert (workers, list(options), quiet) == (3, ["--runner=FlinkRunner", "--parallelism", "2"], False)


def test_json_is_one_document_and_quiet_is_silent(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended(monkeypatch, CLEAN)
    assert main([*RUN, "--json"]) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert said.err == ""
    assert document["records"] == {"in": 5000, "out": 5000, "quarantined": {}}
    assert document["recipients"][0]["archive"] == "out/cisco/cisco-r1.tar.gz"
    assert main([*RUN, "--quiet"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_the_outcome_is_read_at_a_glance() -> None:
    other = replace(RELEASED, recipient="lab", manifest={**MANIFEST, "counts": {}, "archive": MANIFEST["archive"]})
    outcome = replace(CLEAN, totals=Totals(5000, 4998, {"leak": 2}), releases=(RELEASED, other), quarantine="q.jsonl")
    assert as_text([outcome], []) == [
        "Records   in 5,000   out 4,998   quarantined 2 (leak 2)",
        "",
        "Found        cisco                          lab",
        "IP_ADDRESS   3 kept + 1,200 pseudonymised   -",
        "",
        "Verified  cisco   5,000 records read back: no original left; 2 values too short to search for",
        "Verified  lab     5,000 records read back: no original left; 2 values too short to search for",
        "",
        "Quarantined records are listed, without their text, in q.jsonl",
        "Send this to cisco:  out/cisco/cisco-r1.tar.gz (1.4 MB)",
        "Send this to lab:    out/cisco/cisco-r1.tar.gz (1.4 MB)",
    ]


def test_a_real_run_ends_with_the_file_to_send_and_the_same_again_has_nothing_to_do(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(RUN) == 0
    said = capsys.readouterr().out
    (archive,) = (desk / "redact-out").rglob("*.tar.gz")
    assert said.splitlines()[0] == "Records   in 20   out 20   quarantined 0"
    assert f"Send this to cisco:  {archive}" in said
    (native,) = (path for path in (desk / "redact-out").rglob("a.log"))
    assert b"mhale" not in native.read_bytes() and b"192.0.2.7" not in native.read_bytes()
    assert main(RUN) == 0
    assert "Nothing to do" in capsys.readouterr().out
