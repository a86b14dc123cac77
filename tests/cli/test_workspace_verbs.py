"""init, client, recipient and keys, as typed; and how the command ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import pipeline
from pipeline.cli.main import VERBS, State, command, main
from pipeline.errors import KeyProblem, RefusedError


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("REDACT_ROOT_KEY", "REDACT_WORKSPACE", "REDACT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def redact(*arguments: str, code: int = 0, stdin: str = "") -> str:
    """What a command prints; it must end with this code."""
    done: Result = CliRunner().invoke(command, list(arguments), obj=State(), input=stdin)
    if code == 0:
        assert done.exception is None, done.output
    else:
        # Errors are turned into lines by main(); what arrives here is the error itself.
        assert getattr(done.exception, "exit_code", done.exit_code) == code, (done.exception, done.output)
    return done.output + (str(done.exception) if done.exception else "")


def ended(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and standard error of the console entry."""
    code = main(arguments)
    return code, capsys.readouterr().err


def test_init_says_where_the_root_key_is_and_what_losing_or_leaking_it_means(desk: Path) -> None:
    said = redact("init")
    assert "workspace/keys/root.key" in said.replace("\\", "/")
    assert "loses it" in said
    assert "gets it" in said
    assert (desk / "workspace" / "redact.yaml").is_file()


def test_a_client_is_added_shown_and_listed_without_its_values() -> None:
    redact("init")
    redact("client", "add", "acme", "--domain", "acme.example", "--staff", "Marion Hale", "--keyword", "Kingfisher")
    redact("client", "known", "acme", "--host", "gw-01", "--user", "mhale")
    redact("recipient", "add", "cisco", "--profile", "vendor", "--client", "acme")
    said = redact("client", "show", "acme") + redact("client", "list") + redact("client", "known", "acme")
    assert "version 2" in said
    assert "cisco" in said
    for value in ("acme.example", "Marion", "Kingfisher", "gw-01", "mhale"):
        assert value not in said


def test_a_mistaken_known_value_is_listed_and_taken_back() -> None:
    redact("init")
    redact("client", "add", "acme", "--domain", "acme.example", "--user", "backup", "--user", "mhale")
    assert "--user     backup" in redact("client", "known", "acme", "--show")
    assert "version 2, declares 1 domains, 1 users" in redact("client", "forget", "acme", "--user", "BACKUP")
    assert "backup" not in redact("client", "known", "acme", "--show")
    said = redact("client", "forget", "acme", "--user", "backup", code=2)
    assert "users, number 1: not among the known values" in said
    assert "name a value" in redact("client", "forget", "acme", code=2)


def test_too_many_known_values_stop_before_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    redact("init")
    redact("client", "add", "acme", "--user", "mhale", "--user", "tgrant")
    redact("client", "add", "globex", "--domain", "globex.example")
    monkeypatch.setattr("pipeline.policy.known_values.MOST", 2)
    assert "3 are more than the 2" in redact("client", "known", "acme", "--user", "rpool", code=2)
    assert "version 1" in redact("client", "show", "acme")
    Path("a.log").write_text("nothing here\n")
    said = redact("run", "a.log", "--client", "acme", "--recipient", "cisco=vendor", code=2)
    assert "redact client forget" in said
    assert not Path("redact-out").exists()


def test_a_person_takes_what_is_learned_or_leaves_some_out(monkeypatch: pytest.MonkeyPatch) -> None:
    redact("init")
    redact("client", "add", "acme")
    Path("a.txt").write_text("user=quillfeather\nuser=wrenlock host=kestrel\n")
    monkeypatch.setattr("pipeline.cli.learn._asks", lambda: True)
    assert "0 taken" in redact("learn", "a.txt", "--client", "acme", stdin="n\n")
    assert "2 taken" in redact("learn", "a.txt", "--client", "acme", stdin="what?\n2-2\n")
    said = redact("client", "known", "acme", "--show")
    assert "--host     kestrel" in said
    assert ("quillfeather" in said) != ("wrenlock" in said)
    assert "1 taken" in redact("learn", "a.txt", "--client", "acme", stdin="\n")
    assert "Nothing that is not known" in redact("learn", "a.txt", "--client", "acme", stdin="")


def test_a_recipient_is_added_shown_and_listed() -> None:
    redact("init")
    redact("client", "add", "acme")
    redact("recipient", "add", "cisco", "--profile", "vendor", "--client", "acme")
    assert "cisco   vendor   maintenance-and-technical-support   clients: acme" in redact("recipient", "list")
    assert "1. cisco (kind: vendor) may receive logs, packets and transcripts of client acme" in redact(
        "recipient", "show", "cisco"
    )


def test_keys_are_listed_rotated_and_destroyed_by_name() -> None:
    redact("init")
    redact("client", "add", "acme", "--domain", "acme.example")
    redact("keys", "rotate", "acme")
    assert [line.split()[:2] for line in redact("keys", "list").splitlines()[1:]] == [["acme", "1"], ["acme", "2"]]
    assert "nothing destroyed" in redact("keys", "destroy", "acme", code=2, stdin="globex\n")
    assert "acme" in redact("client", "list")
    redact("keys", "destroy", "acme", stdin="acme\n")
    assert redact("client", "list") == ""


@pytest.mark.parametrize("verb", ["init", "client", "learn", "recipient", "policy", "keys", "reidentify", "audit"])
def test_each_verbs_help_teaches_with_an_example(verb: str) -> None:
    found = command.get_command(click.Context(command), verb)
    assert found is not None
    commands = [(verb, name) for name in found.commands] if isinstance(found, click.Group) else [(verb,)]
    for words in commands:
        said = redact(*words, "--help")
        assert f"redact {' '.join(words)}" in said.split("Example:")[1]


def test_help_lists_every_verb_and_every_exit_code() -> None:
    said = redact("--help")
    for verb in VERBS:
        assert f"\n  {verb} " in said
    for code in ("0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "130 "):
        assert f"\n    {code} " in said


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_of_the_table_is_there(verb: str) -> None:
    assert command.get_command(click.Context(command), verb) is not None


def test_no_workspace_is_told_with_its_mend(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = ended(capsys, "client", "list")
    assert code == 2
    assert said.startswith("redact: ")
    assert "redact init" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["rum"], ["init", "--wrong"], ["client", "add"], ["recipient", "add", "cisco"], ["--wrong"]]
)
def test_usage_that_is_wrong_ends_with_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code, said = ended(capsys, *arguments)
    assert code == 2
    assert "--help" in said


def test_a_misspelt_verb_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean recipient?" in ended(capsys, "recipent")[1]


def test_a_key_that_others_can_read_ends_with_5(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if os.name != "posix":
        pytest.skip("modes are POSIX")
    redact("init")
    (desk / "workspace" / "keys" / "root.key").chmod(0o644)
    code, said = ended(capsys, "client", "add", "acme")
    assert code == 5
    assert "chmod 600" in said


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def failing(*given: object, **named: object) -> None:
        raise error

    monkeypatch.setattr("pipeline.policy.workspace.Workspace.find", failing)


@pytest.mark.parametrize("error", [KeyProblem("k: r"), RefusedError("k: r")])
def test_an_error_of_ours_is_one_line_and_its_own_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: KeyProblem
) -> None:
    fail_with(monkeypatch, error)
    assert ended(capsys, "client", "list") == (error.exit_code, "redact: k: r\n")


@pytest.mark.parametrize("options", [[], ["--debug"]])
def test_of_any_other_error_only_class_and_place_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    fail_with(monkeypatch, ValueError("cannot read mhale@acme.example"))
    code, said = ended(capsys, *options, "client", "list")
    assert code == 1
    assert "ValueError at pipeline/cli/client.py:" in said
    assert "mhale" not in said
    assert ("open_workspace" in said) == bool(options)


def test_a_full_disk_is_no_defect(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    fail_with(monkeypatch, OSError(28, "No space left on device"))
    code, said = ended(capsys, "client", "list")
    assert code == 2
    assert "make room" in said


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException
) -> None:
    fail_with(monkeypatch, error)
    assert ended(capsys, "client", "list")[0] == 130


def test_an_error_cannot_drive_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, KeyProblem("a\x1b[2Jb\nc"))
    assert ended(capsys, "client", "list")[1] == "redact: a\N{REPLACEMENT CHARACTER}[2Jb c\n"


@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["rum"], 2), (["policy", "explain", "vendr"], 2)])
def test_the_process_returns_the_code(desk: Path, arguments: list[str], code: int) -> None:
    home = str(Path(next(iter(pipeline.__path__))).parent)
    run = [sys.executable, "-m", "pipeline.cli.main", *arguments]
    done = subprocess.run(run, cwd=desk, env={**os.environ, "PYTHONPATH": home}, capture_output=True)
    assert done.returncode == code, done.stderr
