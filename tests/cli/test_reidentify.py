"""``redact reidentify`` and ``redact audit`` as a user meets them: what they refuse, and what they leave."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import pipeline.cli.reidentify as reidentify
import pipeline.governance.audit as audit
from pipeline.cli.main import main

LOG = "Mar  9 10:00:00 gw1 sshd[7]: Accepted password for mhale from 192.0.2.7\n" * 20
RUN = ["run", "a.log", "--client", "acme", "--recipient", "cisco=vendor", "--workers", "1", "--quiet", "--yes"]
REIDENTIFY = ["reidentify", "answer.txt", "--client", "acme", "--recipient", "cisco", "--reason", "T-1"]
Ended = Callable[..., tuple[int, str, str]]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("REDACT_ROOT_KEY", "REDACT_WORKSPACE", "REDACT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.log").write_text(LOG)
    assert main(RUN) == 0
    (tmp_path / "answer.txt").write_bytes(native(tmp_path, 0))
    return tmp_path


@pytest.fixture
def ended(capsys: pytest.CaptureFixture[str]) -> Ended:
    def ended(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return ended


def native(desk: Path, number: int) -> bytes:
    paths = sorted(desk.glob("redact-out/cisco/client=*/_native/run=*/a.log"), key=lambda path: path.stat().st_mtime_ns)
    return paths[number].read_bytes()


def audited(desk: Path) -> list[str]:
    path = desk / "workspace/audit.jsonl"
    return path.read_text().splitlines() if path.exists() else []


def test_the_answer_goes_to_standard_output_and_the_record_to_the_audit_file(desk: Path, ended: Ended) -> None:
    code, out, err = ended(*REIDENTIFY)
    assert (code, out) == (0, LOG)
    assert err == "turned back: 60 places, 3 pseudonyms (account 20, ip 20, label 20)\n"
    (line,) = audited(desk)
    entry = json.loads(line)
    wanted = {
        "action": "reidentify",
        "client": "acme",
        "recipient": "cisco",
        "epochs": [1],
        "reason": "T-1",
        "distinct": 3,
        "not_ours": 0,
    }
    assert {name: entry[name] for name in wanted} == wanted
    for original in ("mhale", "192.0.2.7", "gw1"):
        assert original not in line
    assert ended("audit", "verify")[1].startswith("1 lines, none changed or missing; digest ")
    assert "T-1" in ended("audit", "show")[1]
    assert json.loads(ended("audit", "show", "--json")[1])[0]["number"] == 1


def test_nothing_is_shown_that_could_not_be_recorded(desk: Path, ended: Ended, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(audit.os, "fsync", full)
        code, out, err = ended(*REIDENTIFY)
    assert (code, out) == (2, "")
    assert "nothing is turned back" in err
    (desk / "workspace/audit.jsonl").write_text("{}\n")
    code, out, err = ended(*REIDENTIFY)
    assert (code, out) == (3, "")
    assert ended("audit", "verify")[0] == ended("audit", "show")[0] == 3


def test_a_reason_that_is_no_code_is_refused_before_anything_else(desk: Path, ended: Ended) -> None:
    code, out, err = ended(*REIDENTIFY[:-1], "because I want to")
    assert (code, out, audited(desk)) == (2, "", [])
    assert "--reason" in err


def test_without_the_key_it_ends_with_5(desk: Path, ended: Ended) -> None:
    root = desk / "workspace/keys/root.key"
    data = root.read_bytes()
    root.unlink()
    assert ended(*REIDENTIFY)[:2] == (5, "")
    root.write_bytes(b"A" * 43 + b"\n")
    root.chmod(0o600)
    assert ended(*REIDENTIFY)[:2] == (5, "")
    root.write_bytes(data)
    (key,) = (desk / "workspace/keys/clients").glob("*/1.json")
    entry = json.loads(key.read_text())
    key.write_text(json.dumps({**entry, "wrapped": entry["wrapped"][::-1]}))
    code, out, err = ended(*REIDENTIFY)
    assert (code, out, audited(desk)) == (5, "", [])
    assert "1.json" in err


def test_without_a_vault_it_ends_with_2_and_says_what_is_missing(desk: Path, ended: Ended) -> None:
    assert main(["recipient", "add", "stats", "--profile", "vendor", "--client", "acme"]) == 0
    code, out, err = ended(*REIDENTIFY[:-4], "--recipient", "stats", "--reason", "T-1")
    assert (code, out, audited(desk)) == (2, "", [])
    assert "no vault of recipient stats for client acme in epoch 1" in err
    assert ended(*REIDENTIFY, "--epoch", "7")[0] == 5


def test_an_answer_of_another_epoch_or_of_two_is_told_and_nothing_is_half_done(desk: Path, ended: Ended) -> None:
    assert main(["keys", "rotate", "acme"]) == 0
    code, out, err = ended(*REIDENTIFY)
    assert (code, out) == (2, "")
    assert "there is one of epoch 1" in err
    assert main(RUN) == 0
    (desk / "answer.txt").write_bytes(native(desk, 0))
    code, out, err = ended(*REIDENTIFY)
    assert (code, out, audited(desk)) == (2, "", [])
    assert "another epoch than 2: 3 of epoch 1; nothing was turned back" in err
    assert ended(*REIDENTIFY, "--epoch", "1")[:2] == (0, LOG)
    (desk / "answer.txt").write_bytes(native(desk, 0) + native(desk, -1))
    for epoch, other in (("1", "2"), ("2", "1")):
        code, out, err = ended(*REIDENTIFY, "--epoch", epoch)
        assert (code, out, len(audited(desk))) == (2, "", 1)
        assert f"another epoch than {epoch}: 3 of epoch {other}" in err
        assert "--epoch 1 --epoch 2" in err
    assert ended(*REIDENTIFY, "--epoch", "1", "--epoch", "2")[:2] == (0, LOG + LOG)


def test_an_answer_may_come_on_standard_input_and_be_any_bytes(
    desk: Path, ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk / "answer.txt").write_bytes(b"\xff\x00 \xe9 " + native(desk, 0)[:-1])
    code, out, _ = ended(*REIDENTIFY, "--json")
    assert code == 0
    assert json.loads(out)["text"].encode("utf-8", "surrogateescape") == b"\xff\x00 \xe9 " + LOG.encode()[:-1]
    (desk / "answer.txt").write_bytes(b"")
    assert ended(*REIDENTIFY)[:2] == (0, "")
    monkeypatch.setattr(reidentify, "LONGEST_ANSWER", 10)
    (desk / "answer.txt").write_bytes(b"x" * 11)
    assert ended(*REIDENTIFY)[:2] == (2, "")
