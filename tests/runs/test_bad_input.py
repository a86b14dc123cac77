"""Bad input: a clear error with the mend in it, nothing lost, nothing half-published."""

from __future__ import annotations

import ctypes
import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from conftest import Desk

LINE = "Mar  9 10:00:00 gw-01 sshd[211]: Accepted password for mhale from 192.0.2.17 port 50022 ssh2\n"


def lines(count: int) -> str:
    """Lines that differ, so that nothing compresses away."""
    return "".join(
        f"Mar  9 10:{n // 60 % 60:02d}:{n % 60:02d} gw-01 sshd[{n}]: Accepted password for mhale "
        f"from 192.0.2.{n % 250 + 1} port {n % 60000} ssh2: {n * 2654435761 % 2**32:08x}\n"
        for n in range(count)
    )


def give_up_reading_everything() -> None:
    """As root, a file's mode forbids nothing; without these two capabilities it does."""
    prctl_drop, dac_override, dac_read_search = 24, 1, 2
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (dac_override, dac_read_search):
            if libc.prctl(prctl_drop, capability, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "prctl")


@pytest.mark.skipif(sys.platform != "linux", reason="capabilities are Linux's")
def test_an_unreadable_file_is_named_and_the_rest_is_released(desk: Desk) -> None:
    desk.write("good.log", LINE)
    secret = desk.write("locked.log", LINE)
    secret.chmod(0)
    said = desk.run(desk.logs, before=give_up_reading_everything)
    assert said.code == 4, said.all
    assert "locked.log" in said.all
    assert desk.native().count(b"\n") == 1
    assert len(desk.archives()) == 1


def test_a_folder_that_holds_the_workspace_is_refused_with_its_root_key(desk: Desk) -> None:
    desk.write("a.log", LINE)
    assert desk.redact("init", desk.logs / "workspace").code == 0
    said = desk.run(desk.logs, options=("--workspace", desk.logs / "workspace"))
    assert said.code == 2, said.all
    assert "--workspace" in said.err
    assert not desk.out.exists()


def test_more_names_of_fields_than_16_bits_count_are_released(desk: Desk) -> None:
    lines = [f'{{"a{n}": {n}, "b{n}": "x", "c{n}": "user=zephyr9", "d{n}": null}}' for n in range(8200)]
    desk.write("app.jsonl", "\n".join(lines) + "\n")
    said = desk.run(desk.logs)
    assert said.code == 0, said.all
    assert desk.native().count(b"\n") == len(lines) and b"zephyr9" not in desk.native()


def test_an_unknown_format_names_the_nearest(desk: Desk) -> None:
    said = desk.run(desk.write("a.log", LINE), options=("--format", "syslog_rfc3146"))
    assert said.code == 2, said.all
    assert "--format" in said.err
    assert "rfc3164" in said.err
    assert not desk.archives()


def test_a_policy_with_a_typo_is_told_by_file_place_and_mend(desk: Desk) -> None:
    log = desk.write("a.log", LINE)
    there = ("--workspace", desk.workspace)
    assert desk.redact("init", desk.workspace).code == 0
    assert desk.redact("client", "add", "acme", *there).code == 0
    assert desk.redact("recipient", "add", "cisco", "--profile", "vendor", "--client", "acme", *there).code == 0
    policy = desk.workspace / "recipients" / "cisco.yaml"
    policy.write_text(policy.read_text() + "entities:\n  MAC_ADRESS: keep\n")
    said = desk.run(log)
    assert said.code == 2, said.all
    assert "cisco.yaml: entities.MAC_ADRESS: unknown entity" in said.err
    assert "MAC_ADDRESS" in said.err
    assert not desk.out.exists()


def test_a_missing_key_is_an_error_of_its_own_and_no_new_one_is_made(desk: Desk) -> None:
    log = desk.write("a.log", LINE)
    assert desk.redact("init", desk.workspace).code == 0
    key = desk.root_key
    key.unlink()
    said = desk.run(log)
    assert said.code == 5, said.all
    assert str(key.name) in said.err
    assert not key.exists()
    assert not desk.archives()


def test_a_key_that_others_can_read_is_refused(desk: Desk) -> None:
    log = desk.write("a.log", LINE)
    assert desk.redact("init", desk.workspace).code == 0
    desk.root_key.chmod(0o644)
    said = desk.run(log)
    assert said.code == 5, said.all
    assert "chmod 600" in said.err
    assert not desk.archives()


def test_an_output_folder_inside_the_input_is_refused(desk: Desk) -> None:
    desk.write("a.log", LINE)
    desk.out = desk.logs / "out"
    said = desk.run(desk.logs)
    assert said.code == 2, said.all
    assert "--out" in said.err
    assert not desk.out.exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root on Linux only")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_publishes_nothing_and_the_same_command_completes_it(desk: Desk, small_disk: Path) -> None:
    log = desk.write("a.log", lines(40_000))
    desk.out = small_disk / "out"
    said = desk.run(log)
    assert said.code == 2, said.all
    assert "full" in said.err or "No space" in said.err
    assert not desk.archives()
    assert not list(desk.out.rglob("_manifest.json"))
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    said = desk.run(log)
    assert said.code == 0, said.all
    assert desk.native().count(b"\n") == 40_000


def test_a_truncated_gzip_gives_what_it_holds_and_says_so(desk: Desk) -> None:
    whole = gzip.compress(lines(2_000).encode())
    desk.write("cut.log.gz", whole[: len(whole) // 2])
    desk.write("good.log", LINE)
    said = desk.run(desk.logs, options=("--json",))
    assert said.code == 4, said.all
    outcome = json.loads(said.out)
    assert outcome["records"]["in"] == outcome["records"]["out"] + sum(outcome["records"]["quarantined"].values())
    assert 100 < outcome["records"]["out"] < 2_001


def test_a_file_with_the_longest_name_is_released(desk: Desk) -> None:
    desk.write("x" * 251 + ".log", LINE)
    desk.write("mhale@mail.acme.example." * 10 + "log", LINE)
    said = desk.run(desk.logs)
    assert said.code == 0, said.all
    assert desk.native().count(b"\n") == 2


@pytest.mark.skipif(sys.platform != "linux", reason="such names are Linux's")
def test_a_name_of_a_file_does_not_drive_the_terminal_or_feign_a_line(desk: Desk) -> None:
    desk.write("bad\x1b[2J\nVerified.bin", bytes(range(256)))
    desk.write("a.log", LINE)
    for said in (desk.run(desk.logs), desk.redact("scan", desk.logs)):
        assert "\x1b" not in said.all and "\nVerified.bin" not in said.all
        assert said.all.count("Verified.bin: binary: not text") >= 1


def test_a_symlink_loop_ends(desk: Desk) -> None:
    desk.write("a.log", LINE)
    (desk.logs / "again").symlink_to(desk.logs)
    (desk.logs / "self").symlink_to(desk.logs / "self")
    said = desk.run(desk.logs)
    assert said.code in (0, 4), said.all
    assert desk.native().count(b"\n") == 1


def test_five_thousand_small_files_are_all_there(desk: Desk) -> None:
    for number in range(5_000):
        desk.write(f"{number % 50:02d}/{number}.log", LINE)
    said = desk.run(desk.logs, options=("--json",))
    assert said.code == 0, said.all
    assert json.loads(said.out)["records"] == {"in": 5_000, "out": 5_000, "quarantined": {}}


def test_the_same_input_twice_is_taken_once_and_the_same_run_twice_does_nothing(desk: Desk) -> None:
    log = desk.write("a.log", LINE)
    said = desk.run(log, desk.logs, log)
    assert said.code == 0, said.all
    assert desk.native().count(b"\n") == 1
    before = {path: path.stat().st_mtime_ns for path in desk.out.rglob("*") if path.is_file()}
    said = desk.run(log, desk.logs, log)
    assert said.code == 0, said.all
    assert "Nothing to do" in said.out
    assert {path: path.stat().st_mtime_ns for path in desk.out.rglob("*") if path.is_file()} == before


def test_a_run_that_another_process_is_doing_is_not_begun(desk: Desk) -> None:
    log = desk.write("a.log", LINE)
    said = desk.run(log, options=("--json",))
    assert said.code == 0, said.all
    assert not list(desk.workspace.glob(".run-*")), "the lock goes with the run"
    shutil.rmtree(desk.out)
    with FileLock(desk.workspace / f".run-{json.loads(said.out)['run']}.lock"):
        said = desk.run(log)
        assert said.code == 2 and "another process is doing it" in said.err, said.all
        assert not list(desk.out.rglob("*.parquet"))
    assert desk.run(log).code == 0
