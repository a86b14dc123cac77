"""A folder watched: every line that is written to it is released once, whatever befalls file and process."""

from __future__ import annotations

import gzip
import os
import random
import re
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

import pipeline.records as records_module
import pipeline.service.compaction as compaction
import pipeline.service.following as following
from pipeline.cli.main import main
from pipeline.errors import ConfigurationError
from pipeline.policy.workspace import Workspace
from pipeline.service.compaction import compact
from pipeline.service.watch import Watch, Watched
from tests.inputs.archive_files import tar_of

if TYPE_CHECKING:
    from conftest import Place

#: How often the process is killed; REDACT_KILLS=100 for the long test.
KILLS = int(os.environ.get("REDACT_KILLS", "4"))


def once(*numbers: range) -> Counter[int]:
    return Counter(number for some in numbers for number in some)


def test_what_is_dropped_and_what_grows_is_released_once(place: Place) -> None:
    place.write("a.log", range(10))
    watch = place.watch()
    assert place.ticks(watch)
    assert place.ticks(watch) == 0
    place.write("a.log", range(10, 20))
    place.write("b.log", range(100, 110))
    assert place.ticks(watch)
    assert place.rows() == once(range(20), range(100, 110))
    assert len(set(place.row_ids())) == 30, "rows of two ticks share no id"
    assert "192.0.2" not in place.natives()
    assert place.ticks(place.watch()) == 0, "another process goes on where this one was"


def test_a_line_is_soon_out(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    watch = place.watch()
    watch.warm()
    place.write("a.log", range(3))
    place.ticks(watch)
    began = time.monotonic()
    place.write("a.log", range(3, 6))
    while place.rows() != once(range(6)):
        watch.tick()
        time.sleep(0.02)
        assert time.monotonic() - began < 20
    print(f"out after {time.monotonic() - began:.2f} s")


@pytest.mark.parametrize("rotate", ["rename", "copy and cut", "rename and compress", "cut"])
def test_rotation_loses_and_doubles_nothing(place: Place, rotate: str) -> None:
    watch = place.watch(patience=0.3)
    log = place.folder / "a.log"
    place.write("a.log", range(40))
    place.ticks(watch)
    place.write("a.log", range(40, 50))
    if rotate == "rename":
        log.rename(place.folder / "a.log.1")
        place.write("a.log", range(50, 55))
    elif rotate == "copy and cut":
        shutil.copyfile(log, place.folder / "a.log.1")
        with log.open("r+") as file:
            file.truncate()
        place.write("a.log", range(50, 55))
    elif rotate == "rename and compress":
        log.rename(place.folder / "a.log.1")
        place.ticks(watch)
        (place.folder / "a.log.1.gz").write_bytes(gzip.compress((place.folder / "a.log.1").read_bytes()))
        (place.folder / "a.log.1").unlink()
        place.write("a.log", range(50, 55))
    else:
        place.ticks(watch)
        place.write("a.log", range(50, 55), "w")
    place.ticks(watch, 1.0)
    place.write("a.log", range(55, 60))
    place.ticks(watch, 0.5)
    assert place.rows() == once(range(60))


def test_a_compressed_file_and_one_of_utf_16_are_taken_whole_once_they_are_still(place: Place) -> None:
    (place.folder / "old.log.gz").write_bytes(gzip.compress("".join(map(place.line, range(5))).encode()))
    (place.folder / "wide.log").write_bytes("".join(map(place.line, range(5, 9))).encode("utf-16"))
    place.ticks(place.watch(patience=0.2), 0.6)
    assert place.rows() == once(range(9))


def test_an_archive_is_not_taken_and_told_once_with_what_to_do(place: Place) -> None:
    (place.folder / "bundle.tgz").write_bytes(gzip.compress(tar_of({"a.log": place.line(1).encode()})))
    place.write("a.log", range(3))
    place.ticks(place.watch(patience=0.2), 1.2)
    assert place.rows() == once(range(3))
    assert [said for said in place.said if "bundle.tgz" in said] == [f"not taken: bundle.tgz: {following.ARCHIVE}"]


@pytest.mark.parametrize("becomes", ["gone", "another", "written anew"])
def test_a_whole_file_that_changes_behind_the_look_is_taken_as_it_is_then(
    place: Place, monkeypatch: pytest.MonkeyPatch, becomes: str
) -> None:
    log, aside = place.folder / "a.log", place.folder.parent / "aside"
    log.write_bytes("".join(map(place.line, range(5))).encode("utf-16"))
    looked = following.Follower.look

    def then_changed(*given: Any) -> following.Look:
        found = looked(*given)
        if found.slices and not aside.exists():
            aside.write_text("".join(map(place.line, range(5, 20))))
            if becomes == "gone":
                log.unlink()
            elif becomes == "another":
                shutil.copyfile(aside, place.folder / ".b")
                (place.folder / ".b").rename(log)
            else:
                shutil.copyfile(aside, log)
        return found

    monkeypatch.setattr(following.Follower, "look", then_changed)
    place.ticks(place.watch(patience=0.2), 1.0)
    assert aside.exists()
    assert place.rows() == (once() if becomes == "gone" else once(range(5, 20)))


def test_an_unfinished_line_waits_and_is_then_released_as_it_stands(place: Place) -> None:
    watch = place.watch(patience=0.6)
    with (place.folder / "a.log").open("a") as file:
        file.write(place.line(1) + place.line(2).rstrip("\n")[:-3])
    place.ticks(watch)
    assert place.rows() == once(range(1, 2))
    place.ticks(watch, 1.0)
    assert place.natives().count("Accepted") == 2, "it stood still for too long"
    place.ticks(watch, 0.8)
    assert place.natives().count("Accepted") == 2, "and is not released again as it is"
    with (place.folder / "a.log").open("a") as file:
        file.write("=2q\n")
    place.ticks(watch, 0.2)
    assert place.rows() == once(range(1, 3)), "what it became is a whole line, and not the end of one"


def test_a_stack_trace_stays_with_its_line(place: Place) -> None:
    watch = place.watch()
    with (place.folder / "app.txt").open("a") as file:
        file.write("request of mhale failed\n")
        file.flush()
        assert watch.tick() is None, "more of it may come"
        file.write("\tat com.acme.Login.check(Login.java:7)\n\tat com.acme.Main.main(Main.java:1)\nnext one\n")
    place.ticks(watch, 0.8)
    assert len(duckdb.sql(place.live).fetchall()) == 2


def test_an_inode_that_is_another_files_by_now_is_no_reason_to_pass_it_over(place: Place) -> None:
    place.write("a.log", range(10))
    place.ticks(place.watch())
    watch = place.watch()
    size = (place.folder / "a.log").stat().st_size
    text = "".join(map(place.line, range(10, 30))).encode()[: size - 1] + b"\n"
    (place.folder / "a.log").write_bytes(text)
    assert (place.folder / "a.log").stat().st_size == size
    place.ticks(watch, 0.4)
    assert set(place.rows()) >= set(range(18))


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux")
def test_a_file_whose_name_is_no_utf_8_is_taken_like_any_other(place: Place) -> None:
    name = os.fsdecode(b"caf\xe9\n.log")
    place.write(name, range(3))
    place.write(os.fsdecode(b"na\xefve\n.bin"), range(0))
    (place.folder / os.fsdecode(b"na\xefve\n.bin")).write_bytes(bytes(range(256)))
    watch = place.watch()
    assert place.ticks(watch, 0.6)
    place.write(name, range(3, 5))
    assert place.ticks(place.watch())
    assert place.rows() == once(range(5))


def test_what_is_no_text_and_what_is_hidden_is_not_taken(place: Place) -> None:
    (place.folder / "core").write_bytes(b"\x7fELF" + bytes(2000))
    (place.folder / ".half.log").write_text(place.line(1))
    place.ticks(place.watch(), 0.8)
    assert place.rows() == Counter()
    assert place.said == ["not taken: core: binary: ELF"]


def test_a_large_file_is_taken_in_pieces_of_whole_lines(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "FILE_BYTES", 1000)
    place.write("a.log", range(60))
    watch = place.watch()
    assert place.ticks(watch, 0.3) > 5
    assert place.rows() == once(range(60))


@pytest.mark.parametrize("long", ["one line", "lines that go on"])
@pytest.mark.parametrize("size", [1999, 2000, 2001, 3500, 9000])
def test_of_a_record_that_is_too_long_to_be_read_nothing_passes_and_those_around_it_do(
    place: Place, monkeypatch: pytest.MonkeyPatch, long: str, size: int
) -> None:
    """What is left of it begins in its middle, where a half of a name or of a key is not known for one."""
    monkeypatch.setattr(following, "FILE_BYTES", 1000)
    monkeypatch.setattr(records_module, "LONGEST_RECORD", 900)
    words = (f"{n:06d}q" for n in range(2000))
    text = "".join(f" {word}" if long == "one line" else f"\n  at {word}" for word in words)[:size].rstrip()
    head = place.line(5).replace("mark=5q\n", "")
    watch = place.watch()
    for piece in ("".join(map(place.line, range(5))), f"{head}{text}\n", "".join(map(place.line, range(6, 30)))):
        with (place.folder / "a.log").open("a") as file:
            file.write(piece)
        place.ticks(watch, 0.3)
    assert place.rows() == once(range(5), range(6, 30))
    assert not re.search(r"\b\d{6}q", place.natives())
    told = duckdb.sql(f"SELECT records FROM '{place.out}/cisco/client=*/dataset=logs/run=*/_manifest.json'").fetchall()
    assert sum(each["records_in"] for (each,) in told) == 30, "it is one record, whatever its length"


@pytest.mark.parametrize("wrong", ["out", "workspace", "nothing"])
def test_a_folder_that_would_watch_itself_is_refused(tmp_path: Path, workspace: Workspace, wrong: str) -> None:
    folder, out = {
        "out": (tmp_path, tmp_path / "out"),
        "workspace": (workspace.folder.parent, tmp_path / "out"),
        "nothing": (tmp_path / "none", tmp_path / "out"),
    }[wrong]
    with pytest.raises(ConfigurationError):
        Watch(Watched(workspace, str(folder), "acme", ("cisco",), str(out)), print)


def test_a_policy_that_changes_holds_from_the_next_ticks_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place_of: Callable[[Path, Workspace], Place]
) -> None:
    monkeypatch.setattr("pipeline.service.watch.FRESH_SECONDS", -1.0)
    monkeypatch.setattr(following, "SETTLED", 0.0)
    workspace = Workspace.create(tmp_path / "workspace")
    workspace.add_client("acme")
    workspace.add_recipient("cisco", "vendor", ["acme"])
    place = place_of(tmp_path, workspace)
    watch = place.watch()
    place.write("a.log", range(2))
    place.ticks(watch)
    path = workspace.folder / "recipients" / "cisco.yaml"
    path.write_text(path.read_text() + "entities:\n  USERNAME: {action: redact}\n")
    place.write("a.log", range(2, 4))
    place.ticks(watch)
    released = place.natives().splitlines()
    assert ["<USERNAME>" in text for text in released] == [False, False, True, True]


def forked(work: Callable[[], None]) -> int:
    """A process that does some work; its id."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(1)
    return pid


@pytest.fixture
def steady() -> Iterator[random.Random]:
    yield random.Random(7)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, which this system cannot")
def test_killed_at_any_point_it_loses_and_doubles_nothing(place: Place, steady: random.Random) -> None:
    """A process watches and joins while lines are written and rotated, and is killed, again and again."""
    place.write("a.log", range(5))
    place.ticks(place.watch())  # opens what the forked processes need
    compact(str(place.out))
    written = 5

    def work() -> None:
        watch = place.watch(patience=0.3)
        while True:
            watch.tick()
            if steady.random() < 0.2:
                compact(str(place.out), compaction.timedelta(seconds=1))

    for number in range(KILLS):
        steady.seed(number)
        pid = forked(work)
        until = time.monotonic() + steady.uniform(0.2, 2.5)
        while time.monotonic() < until:
            more = steady.randrange(1, 40)
            place.write("a.log", range(written, written + more))
            written += more
            way = steady.random()
            if way < 0.15:
                for old in range(4, 0, -1):
                    if (place.folder / f"a.log.{old}").exists():
                        # None is deleted: what is gone before it was looked at is gone.
                        later = f"a.log.{old + 1}" if old < 4 else f"a.log.old-{written}"
                        (place.folder / f"a.log.{old}").rename(place.folder / later)
                (place.folder / "a.log").rename(place.folder / "a.log.1")
            elif way < 0.2:
                place.write(f"dropped-{written}.log", range(written, written + 3))
                written += 3
            time.sleep(steady.uniform(0, 0.2))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    place.ticks(place.watch(patience=0.3), 1.5)
    assert place.rows() == once(range(written))
    compact(str(place.out), compaction.timedelta(0))
    assert place.rows() == once(range(written))
    assert len(set(place.row_ids())) == written
    assert not list((place.out / "_staging").glob("*"))


def test_a_tick_that_was_killed_is_completed_to_the_same_bytes(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "SETTLED", 0.0)
    place.write("a.log", range(30))

    def killed(*parts: object) -> None:
        raise KeyboardInterrupt

    watch = place.watch()
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr("pipeline.service.watch.publish", killed)
        watch.tick()
    shutil.copytree(place.out, place.out.with_name("before"))
    (place.folder / "a.log").unlink()
    place.write("a.log", range(30, 40))
    watch = place.watch()
    assert watch.tick() is not None
    staged = {p.name: p.read_bytes() for p in place.out.with_name("before").rglob("part-*.parquet")}
    assert staged == {p.name: p.read_bytes() for p in place.out.rglob("part-*.parquet")}
    watch.tick()
    monkeypatch.setattr(watch._claims, "done", killed)
    place.write("a.log", range(40, 50))
    with pytest.raises(KeyboardInterrupt):
        place.ticks(watch)
    again = place.watch()
    outcome = again.tick()
    assert outcome is not None and outcome.already
    place.ticks(again)
    assert place.rows() == once(range(50))


def test_the_command_takes_what_is_there_and_ends(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.write("a.log", range(4))
    where = ["--out", str(place.out), "--workspace", str(place.workspace.folder)]
    command = ["watch", str(place.folder), "--client", "acme", "--recipient", "cisco", "--once", "--patience", "0"]
    assert main([*command, *where]) == 0, capsys.readouterr().err
    assert place.rows() == once(range(4))
    assert main(["compact", str(place.out)]) == 0
    assert place.rows() == once(range(4))
    capsys.readouterr()
    assert main(["compact", str(place.out)]) == 0
    assert capsys.readouterr().out == "Nothing to join.\n"
