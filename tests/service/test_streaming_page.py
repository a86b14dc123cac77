"""docs/streaming.md: each command of it, as written there."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

import pipeline
from tests.pages import called, commands, queries

PAGE = (Path(__file__).parent.parent.parent / "docs" / "streaming.md").read_text(encoding="utf-8")
MAIN = "import sys; from pipeline.cli.main import main; sys.exit(main())"
PORT = "8765"


def environment(folder: Path) -> dict[str, str]:
    home = str(Path(next(iter(pipeline.__path__))).parent)
    kept = {name: text for name, text in os.environ.items() if name != "REDACT_ROOT_KEY"}
    return {**kept, "PYTHONPATH": home, "REDACT_WORKSPACE": str(folder / "workspace")}


def redact(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-c", MAIN, *shlex.split(command)[1:]]
    return subprocess.run(
        arguments, cwd=folder, env=environment(folder), capture_output=True, text=True, check=True, timeout=120
    )


@contextmanager
def running(folder: Path, command: str, until: str) -> Iterator[str]:
    """A command that goes on until it is told to end; gives the line in which it says ``until``."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, *shlex.split(command)[1:]],
        cwd=folder,
        env=environment(folder),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        yield next(line for line in process.stderr if until in line)
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    redact(tmp_path, "redact init workspace")
    redact(tmp_path, "redact client add acme")
    return tmp_path


def test_every_command_of_the_page_is_run_here() -> None:
    starts = ("redact watch", "redact compact", "redact token", "redact serve", "curl -s http:", 'curl -s "http:')
    elsewhere = ("redact stream",)  # tests/integration
    assert sorted(commands("streaming.md")) == sorted(called("streaming.md", start) for start in starts + elsewhere)


def test_a_folder_is_watched_joined_and_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "Mar  9 10:00:0{} gw-1 sshd[7]: Accepted password for mhale from 192.0.2.17 port 22 ssh2\n"
    with running(folder, called("streaming.md", "redact watch"), "Watching"):
        for number in range(2):
            with (folder / "logs" / "a.log").open("a") as log:
                log.write("".join(line.format(n) for n in range(3)))
            due = time.monotonic() + 60
            while len(list(folder.glob("released/cisco/client=*/dataset=logs/run=*/_manifest.json"))) <= number:
                assert time.monotonic() < due
                time.sleep(0.05)
        time.sleep(2)
    assert "joined" in redact(folder, called("streaming.md", "redact compact")).stdout
    monkeypatch.chdir(folder)
    (query,) = [query for query in queries("streaming.md") if "run=*" in query]
    ((host, count),) = duckdb.sql(query).fetchall()
    assert count == 6 and host.startswith("host-")


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_texts_are_answered(folder: Path) -> None:
    redact(folder, "redact recipient add cisco --profile vendor --client acme")
    token = redact(folder, called("streaming.md", "redact token")).stdout.strip()
    (folder / "texts.jsonl").write_text('{"text": "from 192.0.2.17"}\n{"text": "up"}\n')
    assert f"`127.0.0.1:{PORT}`" in PAGE
    with running(folder, f"{called('streaming.md', 'redact serve')} --port 0", "Listening on") as said:
        port = said.split("127.0.0.1:")[1].split("/")[0]

        def asked(start: str) -> list[dict[str, object]]:
            command = called("streaming.md", start).replace(PORT, port).replace("$TOKEN", token)
            done = subprocess.run(shlex.split(command), cwd=folder, capture_output=True, text=True, check=True)
            return [json.loads(line) for line in done.stdout.splitlines()]

        (answer,) = asked("curl -s http:")
        assert answer["records"] == 1
        assert "192.0.2.17" not in str(answer["text"])
        lines = asked('curl -s "http:')
        assert [line.get("text") for line in lines][1:] == ["up", None]
        assert lines[-1]["texts"] == 2
