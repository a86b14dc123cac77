"""redact policy: schema, check and explain, as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli.main import main
from pipeline.policy.model import profile_names

VALID = "extends: vendor\npurpose: finance\nclients: [acme]\n"


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("REDACT_ROOT_KEY", raising=False)
    monkeypatch.delenv("REDACT_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_valid_file_is_said_to_be_valid(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "cisco.yaml").write_text(VALID)
    assert main(["policy", "check", "cisco.yaml"]) == 0
    assert "cisco.yaml: valid" in capsys.readouterr().out


def test_every_mistake_in_a_file_is_told(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "cisco.yaml").write_text(VALID + "other_columns: scam\nentities: {MAC_ADRESS: keep, PERSN: mask}\n")
    assert main(["policy", "check", "cisco.yaml"]) == 2
    said = capsys.readouterr().err
    assert "cisco.yaml: entities.MAC_ADRESS: unknown entity; did you mean MAC_ADDRESS?\n" in said
    assert "cisco.yaml: entities.PERSN: unknown entity; did you mean PERSON?\n" in said
    assert "cisco.yaml: other_columns: unknown word; did you mean scan?\n" in said
    assert said.splitlines()[-1].startswith("redact: cisco.yaml: 3 to mend")


def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", "none.yaml"]) == 2
    assert "none.yaml: cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_is_explained_without_a_workspace(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "explain", name]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(". ")[0] for line in lines] == [str(number) for number in range(1, len(lines) + 1)]


def test_a_recipient_of_the_workspace_and_a_file_are_explained(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init"]) == 0
    assert main(["client", "add", "acme"]) == 0
    assert main(["recipient", "add", "cisco", "--profile", "vendor", "--client", "acme"]) == 0
    (desk / "other.yaml").write_text(VALID)
    capsys.readouterr()
    for name, purpose in (("cisco", "maintenance and technical support"), ("other.yaml", "finance")):
        assert main(["policy", "explain", name]) == 0
        assert f"The purpose is {purpose};" in capsys.readouterr().out


def test_an_unknown_name_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "explain", "vendr"]) == 2
    assert "did you mean vendor?" in capsys.readouterr().err
