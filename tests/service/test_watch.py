"""A folder watched: every line that is written to it is released once, whatever befalls file and process."""

from __future__ import annotations

import gzip
import os
import random
import re
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

import pipeline.service.compaction as compaction
import pipeline.service.following as following
from pipeline.cli.main import main
from pipeline.errors import ConfigurationError
from pipeline.policy.workspace import Workspace
from pipeline.service.compaction import compact
from pipeline.service.watch import Watch, Watched

#: How often the process is killed; REDACT_KILLS=100 for the long test.
KILLS = int(os.environ.get("REDACT_KILLS", "4"))
MARK = re.compile(r"mark=(\d+)q")
#: What docs/streaming.md says.
LIVE = """
WITH manifests AS (FROM read_json('{out}/cisco/client=*/dataset=logs/run=*/_manifest.json', union_by_name = true))
SELECT * FROM read_parquet('{out}/cisco/client=*/dataset=logs/run=*/**/*.parquet', hive_partitioning = true)
WHERE run IN (SELECT run FROM manifests)
  AND run NOT IN (SELECT unnest(CAST(supersedes AS VARCHAR[])) FROM manifests)
"""


def line(number: int) -> str:
    return (
        f"Mar  9 10:{number // 60 % 60:02d}:{number % 60:02d} gw-{number % 7} sshd[{number % 1000}]: Accepted password "
        f"for user{number % 11}x from 192.0.2.{number % 250} port 22 ssh2 mark={number}q\n"
    )


class Place:
    """A folder that is watched, and what was released of it."""

    def __init__(self, folder: Path, workspace: Workspace) -> None:
        self.folder = folder / "logs"
        self.folder.mkdir()
        self.out = folder / "out"
        self.workspace = workspace
        self.said: list[str] = []

    def watch(self, **how: float) -> Watch:
        watched = Watched(self.workspace, str(self.folder), "acme", ("cisco",), str(self.out))
        return Watch(watched, self.said.append, **how)  # type: ignore[arg-type]

    def write(self, name: str, numbers: range, mode: str = "a") -> None:
        with (self.folder / name).open(mode) as file:
            file.write("".join(map(line, numbers)))

    def natives(self) -> str:
        found = sorted(self.out.glob("cisco/client=*/_native/run=*/**/*"), key=lambda path: path.stat().st_mtime_ns)
        return "".join(path.read_text() for path in found if path.is_file())

    def rows(self) -> Counter[int]:
        """By the numbers of lines, how often each stands in what readers see."""
        if not list(self.out.glob("cisco/client=*/dataset=logs/run=*/_manifest.json")):
            return Counter()
        found = duckdb.sql(LIVE.format(out=self.out)).project("message").fetchall()
        return Counter(int(match[1]) for (message,) in found if (match := MARK.search(message)))

    def row_ids(self) -> list[str]:
        return [str(row) for (row,) in duckdb.sql(LIVE.format(out=self.out)).project("row_id").fetchall()]


@pytest.fixture
def place(tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(following, "SETTLED", 0.05)
    return Place(tmp_path, workspace)


def all_ticks(watch: Watch, quiet: float = 0.2) -> int:
    """Do ticks until there has been nothing new for some seconds; returns how many."""
    count, last = 0, time.monotonic()
    while time.monotonic() - last <= quiet:
        if watch.tick() is not None:
            count, last = count + 1, time.monotonic()
        else:
            time.sleep(0.02)
    return count


def once(*numbers: range) -> Counter[int]:
    return Counter(number for some in numbers for number in some)


def test_what_is_dropped_and_what_grows_is_released_once(place: Place) -> None:
    place.write("a.log", range(10))
    watch = place.watch()
    assert all_ticks(watch)
    assert all_ticks(watch) == 0
    place.write("a.log", range(10, 20))
    place.write("b.log", range(100, 110))
    assert all_ticks(watch)
    assert place.rows() == once(range(20), range(100, 110))
    assert len(set(place.row_ids())) == 30, "rows of two ticks share no id"
    assert "192.0.2" not in place.natives()
    assert all_ticks(place.watch()) == 0, "another process goes on where this one was"


def test_a_line_is_soon_out(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    watch = place.watch()
    watch.warm()
    place.write("a.log", range(3))
    all_ticks(watch)
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
    all_ticks(watch)
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
        all_ticks(watch)
        (place.folder / "a.log.1.gz").write_bytes(gzip.compress((place.folder / "a.log.1").read_bytes()))
        (place.folder / "a.log.1").unlink()
        place.write("a.log", range(50, 55))
    else:
        all_ticks(watch)
        place.write("a.log", range(50, 55), "w")
    all_ticks(watch, 1.0)
    place.write("a.log", range(55, 60))
    all_ticks(watch, 0.5)
    assert place.rows() == once(range(60))


def test_a_compressed_file_and_one_of_utf_16_are_taken_whole_once_they_are_still(place: Place) -> None:
    (place.folder / "old.log.gz").write_bytes(gzip.compress("".join(map(line, range(5))).encode()))
    (place.folder / "wide.log").write_bytes("".join(map(line, range(5, 9))).encode("utf-16"))
    all_ticks(place.watch(patience=0.2), 0.6)
    assert place.rows() == once(range(9))


def test_an_unfinished_line_waits_and_is_then_released_as_it_stands(place: Place) -> None:
    watch = place.watch(patience=0.6)
    with (place.folder / "a.log").open("a") as file:
        file.write(line(1) + line(2).rstrip("\n")[:-3])
    all_ticks(watch)
    assert place.rows() == once(range(1, 2))
    all_ticks(watch, 1.0)
    assert place.natives().count("Accepted") == 2, "it stood still for too long"
    all_ticks(watch, 0.8)
    assert place.natives().count("Accepted") == 2, "and is not released again as it is"
    with (place.folder / "a.log").open("a") as file:
        file.write("=2q\n")
    all_ticks(watch, 0.2)
    assert place.rows() == once(range(1, 3)), "what it became is a whole line, and not the end of one"


def test_a_stack_trace_stays_with_its_line(place: Place) -> None:
    watch = place.watch()
    with (place.folder / "app.txt").open("a") as file:
        file.write("request of mhale failed\n")
        file.flush()
        assert watch.tick() is None, "more of it may come"
        file.write("\tat com.acme.Login.check(Login.java:7)\n\tat com.acme.Main.main(Main.java:1)\nnext one\n")
    all_ticks(watch, 0.8)
    assert len(duckdb.sql(LIVE.format(out=place.out)).fetchall()) == 2


def test_an_inode_that_is_another_files_by_now_is_no_reason_to_pass_it_over(place: Place) -> None:
    place.write("a.log", range(10))
    all_ticks(place.watch())
    watch = place.watch()
    size = (place.folder / "a.log").stat().st_size
    text = "".join(map(line, range(10, 30))).encode()[: size - 1] + b"\n"
    (place.folder / "a.log").write_bytes(text)
    assert (place.folder / "a.log").stat().st_size == size
    all_ticks(watch, 0.4)
    assert set(place.rows()) >= set(range(18))


def test_what_is_no_text_and_what_is_hidden_is_not_taken(place: Place) -> None:
    (place.folder / "core").write_bytes(b"\x7fELF" + bytes(2000))
    (place.folder / ".half.log").write_text(line(1))
    all_ticks(place.watch(), 0.8)
    assert place.rows() == Counter()
    assert place.said == ["not taken: core: binary: ELF"]


def test_a_large_file_is_taken_in_pieces_of_whole_lines(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "FILE_BYTES", 1000)
    place.write("a.log", range(60))
    watch = place.watch()
    assert all_ticks(watch, 0.3) > 5
    assert place.rows() == once(range(60))


@pytest.mark.parametrize("wrong", ["out", "workspace", "nothing"])
def test_a_folder_that_would_watch_itself_is_refused(tmp_path: Path, workspace: Workspace, wrong: str) -> None:
    folder, out = {
        "out": (tmp_path, tmp_path / "out"),
        "workspace": (workspace.folder.parent, tmp_path / "out"),
        "nothing": (tmp_path / "none", tmp_path / "out"),
    }[wrong]
    with pytest.raises(ConfigurationError):
        Watch(Watched(workspace, str(folder), "acme", ("cisco",), str(out)), print)


def test_a_policy_that_changes_holds_from_the_next_ticks_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.service.watch.FRESH_SECONDS", -1.0)
    monkeypatch.setattr(following, "SETTLED", 0.0)
    workspace = Workspace.create(tmp_path / "workspace")
    workspace.add_client("acme")
    workspace.add_recipient("cisco", "vendor", ["acme"])
    place = Place(tmp_path, workspace)
    watch = place.watch()
    place.write("a.log", range(2))
    all_ticks(watch)
    path = workspace.folder / "recipients" / "cisco.yaml"
    path.write_text(path.read_text() + "entities:\n  USERNAME: {action: redact}\n")
    place.write("a.log", range(2, 4))
    all_ticks(watch)
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
    all_ticks(place.watch())  # opens what the forked processes need
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
    all_ticks(place.watch(patience=0.3), 1.5)
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
        all_ticks(watch)
    again = place.watch()
    outcome = again.tick()
    assert outcome is not None and outcome.already
    all_ticks(again)
    assert place.rows() == once(range(50))


def test_small_releases_are_joined_and_superseded_ones_go_later(place: Place) -> None:
    watch = place.watch()
    for start in range(0, 50, 10):
        place.write("a.log", range(start, start + 10))
        all_ticks(watch)
    before = place.rows()
    native = place.natives()
    assert len(list(place.out.glob("cisco/client=*/dataset=logs/run=*/date=*/*"))) >= 5
    (said,) = compact(str(place.out))
    assert re.search(r"joined \d+ releases, 50 records", said)
    assert place.rows() == before == once(range(50)), "while both are there"
    assert compact(str(place.out)) == []
    place.write("a.log", range(50, 60))
    all_ticks(watch)
    said = "\n".join(compact(str(place.out), compaction.timedelta(0)))
    assert "60 records" in said and said.count("removed run") >= 5
    assert place.rows() == once(range(60))
    said = "\n".join(compact(str(place.out), compaction.timedelta(0)))
    assert said.count("removed run") >= 2
    (part,) = place.out.glob("cisco/client=*/dataset=logs/run=*/date=*/*")
    (joined,) = place.out.glob("cisco/client=*/_native/run=*/logs/a.log")
    assert joined.read_text().startswith(native)
    assert len(list(place.out.glob("cisco/client=*/_archive/*"))) == 1
    assert place.rows() == once(range(60))


def test_a_compaction_that_was_killed_leaves_nothing_behind(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = place.watch()
    for start in (0, 10):
        place.write("a.log", range(start, start + 10))
        all_ticks(watch)

    def killed(*parts: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(compaction, "create_if_absent", killed)
        compact(str(place.out))
    assert place.rows() == once(range(20))
    place.write("a.log", range(20, 30))
    all_ticks(watch)
    compact(str(place.out), compaction.timedelta(0))
    assert place.rows() == once(range(30))
    published = list(place.out.glob("cisco/client=*/dataset=logs/run=*/_manifest.json"))
    assert len(published) == len(list(place.out.glob("cisco/client=*/dataset=logs/run=*")))


def test_a_damaged_part_is_not_joined(place: Place) -> None:
    watch = place.watch()
    for start in (0, 10):
        place.write("a.log", range(start, start + 10))
        all_ticks(watch)
    part = next(place.out.glob("cisco/client=*/dataset=logs/run=*/date=*/*"))
    part.write_bytes(part.read_bytes()[:-9] + b"x" * 9)
    with pytest.raises(compaction.RedactError, match="not what its manifest says"):
        compact(str(place.out))


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
