"""The command as a user calls it: another process, a folder of its own, nothing on standard input."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import pipeline

MAIN = "import sys; from pipeline.cli.main import main; sys.exit(main())"
#: What a process of the command begins with where it is forked off one that has imported it: importing takes longer
#: than most of these runs.
IMPORTED = ["pipeline.cli.run", "pipeline.cli.outcome", "pipeline.beam.batch", "pipeline.unit", "pipeline.capture_unit"]

#: What such a process does, as text: the one that it is forked off knows of no tests.
FORKED = """
import os, sys
os.chdir(folder)
os.environ.clear()
os.environ.update(environment)
for number, path in enumerate(streams):
    os.dup2(os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT), number)
sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")
sys.argv = ["redact", *arguments]
from pipeline.cli.main import main
sys.exit(main())
"""


@dataclass(frozen=True)
class Said:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


class Desk:
    """A user's folder: her logs in it, the workspace, the output, and the command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.workspace = folder / "workspace"
        self.out = folder / "out"

    def write(self, name: str, data: str | bytes) -> Path:
        path = self.logs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def redact(
        self, *arguments: object, code: str = MAIN, stdin: bytes = b"", before: Callable[[], None] | None = None
    ) -> Said:
        """Runs ``redact`` with these arguments; ``before`` runs in the new process before it starts."""
        # The package that the tests import, wherever it is: the tree, or an installed copy.
        home = str(Path(next(iter(pipeline.__path__))).parent)
        environment = {**os.environ, "PYTHONPATH": home, "COLUMNS": "200"}
        environment.pop("REDACT_ROOT_KEY", None)
        if code == MAIN and before is None and sys.platform == "linux":
            return _forked(self.folder, environment, [*map(str, arguments)], stdin)
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)],
            cwd=self.folder,
            env=environment,
            input=stdin,
            capture_output=True,
            preexec_fn=before,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def run(self, *inputs: object, options: tuple[object, ...] = (), **how: object) -> Said:
        """``redact run`` for client acme and recipient cisco, in one process."""
        arguments = ["run", *inputs, "--client", "acme", "--recipient", "cisco=vendor", "--out", self.out]
        arguments += ["--workspace", self.workspace, "--yes", "--workers", "1", *options]
        return self.redact(*arguments, **how)  # type: ignore[arg-type]

    def native(self) -> bytes:
        """All native files of the release, in order of their names."""
        found = self.out.glob("cisco/client=*/_native/run=*/**/*")
        return b"".join(path.read_bytes() for path in sorted(found) if path.is_file())

    def archives(self) -> list[Path]:
        return sorted(self.out.glob("cisco/client=*/_archive/*.tar.gz"))

    @property
    def root_key(self) -> Path:
        (path,) = self.workspace.rglob("root*key*")
        return path


def _forked(folder: Path, environment: dict[str, str], arguments: list[str], stdin: bytes) -> Said:
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(IMPORTED)
    with tempfile.TemporaryDirectory() as kept:
        streams = [f"{kept}/{name}" for name in ("in", "out", "err")]
        Path(streams[0]).write_bytes(stdin)
        given = {"folder": folder, "environment": environment, "arguments": arguments, "streams": streams}
        process = forks.Process(target=exec, args=(FORKED, given))
        process.start()
        process.join()
        out, err = (Path(path).read_text("utf-8") for path in streams[1:])
        return Said(process.exitcode or 0, out, err)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield Desk(tmp_path)
