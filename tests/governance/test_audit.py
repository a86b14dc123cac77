"""The audit file: what is in it, and that a change of it shows."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError, RefusedError
from pipeline.governance.audit import AUDIT, append, checked_reason, user_name, verified

KEY = bytes(range(32))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    for number in range(4):
        append(tmp_path, KEY, {"action": "reidentify", "reason": f"T-{number}"})
    return tmp_path / AUDIT


def test_lines_name_who_when_and_why_in_order(file: Path) -> None:
    lines = verified(file.parent, KEY)
    assert [line["number"] for line in lines] == [1, 2, 3, 4]
    assert [line["reason"] for line in lines] == ["T-0", "T-1", "T-2", "T-3"]
    assert {line["who"] for line in lines} == {user_name()}
    assert all(line["time"].endswith("+00:00") for line in lines)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_it_is_for_its_owner_only_or_for_the_team_that_shares_the_folder(file: Path, tmp_path: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    team = tmp_path / "team"
    team.mkdir()
    team.chmod(0o2770)
    append(team, KEY, {})
    assert (team / AUDIT).stat().st_mode & 0o777 == 0o660


def test_the_account_is_the_systems_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    before = user_name()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "someone-else")
    assert os.name != "posix" or user_name() == before


@pytest.mark.parametrize("number", range(3))
def test_a_line_taken_out_shows(file: Path, number: int) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:number] + lines[number + 1 :]))
    with pytest.raises(RefusedError, match=f"line {number + 1}"):
        verified(file.parent, KEY)


def test_a_line_changed_put_in_or_moved_shows_and_nothing_is_added_to_it(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    entry = json.loads(lines[1])
    for damaged in (
        [lines[0], lines[1].replace(b"T-1", b"T-7"), *lines[2:]],
        [lines[0], lines[0], *lines[1:]],
        [lines[1], lines[0], *lines[2:]],
        [lines[0], json.dumps({**entry, "digest": "0" * 64}).encode() + b"\n"],
        [lines[0], lines[1].replace(b'"reason"', b'"reason":"T-7","reason"'), *lines[2:]],
        [lines[0], lines[1].replace(b"{", b"{ "), *lines[2:]],
        [lines[0], lines[1].replace(b"\n", b"\r\n"), *lines[2:]],
        [lines[0], json.dumps({**entry, "digest": "\u00e9"}, separators=(",", ":")).encode() + b"\n"],
        [lines[0], b"[" * 100_000 + b"]" * 100_000 + b"\n"],
        [lines[0], b"[]\n"],
        [lines[0], b"{}\n"],
    ):
        file.write_bytes(b"".join(damaged))
        with pytest.raises(RefusedError, match="line"):
            append(file.parent, KEY, {})
        assert file.read_bytes() == b"".join(damaged)


def test_a_line_cut_short_by_a_crash_is_told_with_its_mend(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(RefusedError, match="cut short.*take that line off"):
        append(file.parent, KEY, {})


@pytest.mark.skipif(os.name != "posix", reason="links and pipes are POSIX")
def test_what_is_no_file_of_its_own_takes_no_line(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    with pytest.raises(RefusedError, match="a link"):
        append(file.parent, KEY, {})
    assert elsewhere.read_bytes() == before
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(RefusedError, match="no regular file"):
        verified(file.parent, KEY)


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of size ends a write in its middle on Linux")
def test_a_line_for_which_there_is_no_room_leaves_nothing(file: Path) -> None:
    import resource

    before = file.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, hard))
    try:
        with pytest.raises(ConfigurationError, match="nothing is turned back"):
            append(file.parent, KEY, {"reason": "T-9"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert file.read_bytes() == before
    append(file.parent, KEY, {})


def test_lines_taken_off_the_end_show_against_a_digest_noted_before(file: Path) -> None:
    noted = verified(file.parent, KEY)[-1]["digest"]
    append(file.parent, KEY, {})
    assert len(verified(file.parent, KEY, noted)) == 5
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:3]))
    assert len(verified(file.parent, KEY)) == 3
    with pytest.raises(RefusedError, match="taken off the end"):
        verified(file.parent, KEY, noted)
    with pytest.raises(ConfigurationError, match="--noted"):
        verified(file.parent, KEY, "")


def test_another_root_key_does_not_verify_it(file: Path) -> None:
    with pytest.raises(RefusedError):
        verified(file.parent, bytes(32))


@pytest.mark.parametrize("reason", ["", "free text", "a" * 65, "T-1\n", "ticket:7", "Zürich", "mhale@acme.example"])
def test_a_reason_is_a_short_code(reason: str) -> None:
    with pytest.raises(ConfigurationError, match="--reason"):
        checked_reason(reason)


@pytest.mark.parametrize("reason", ["T-1", "INC_0001/2.b", "a" * 64])
def test_a_code_is_a_reason(reason: str) -> None:
    assert checked_reason(reason) == reason
