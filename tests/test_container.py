"""The container file: what it copies is there, and its commands run in an environment that is made as it says.

REDACT_CONTAINER=1 runs its commands without an engine, which takes minutes: dependencies are fetched, kernels compiled.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.pages import called

HOME = Path(__file__).parents[1]
INSTRUCTIONS = [
    (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
    for line in (HOME / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    if line.strip() and not line.startswith("#")
]
SOURCE, PLACE = "/source", "/opt/redact"
#: What changes the image's system, not what is installed in it.
OF_THE_SYSTEM = ("useradd",)


def given(name: str) -> list[str]:
    return [what for kind, what in INSTRUCTIONS if kind == name]


def test_every_path_that_is_copied_is_there() -> None:
    copied = [[word for word in shlex.split(what) if not word.startswith("--")] for what in given("COPY")]
    assert copied == [[".", SOURCE], [PLACE, PLACE]]
    assert (HOME / "setup.py").is_file()
    made = " && ".join(given("RUN"))
    assert f"-m venv {PLACE}" in made and f"install --no-cache-dir {SOURCE}" in made


def test_a_later_stage_copies_from_one_that_is_named_and_of_the_same_base() -> None:
    stages = [what.split() for what in given("FROM")]
    assert len({stage[0] for stage in stages}) == 1, "the environment's interpreter is the base's"
    named = {stage[2] for stage in stages if len(stage) > 2}
    assert set(re.findall(r"--from=(\w+)", " ".join(given("COPY")))) <= named
    python = re.search(r"python:(\d+\.\d+)", stages[0][0])
    assert python and f">={python[1]}" in (HOME / "setup.py").read_text()


def test_every_command_is_one_that_is_installed() -> None:
    installed = {entry.name for entry in entry_points(group="console_scripts") if entry.value.startswith("pipeline.")}
    commands = [part.split()[0] for what in given("RUN") for part in re.split(r"&&|;", what)]
    commands.append(called("running-on-flink.md", "podman build").partition(" redact redact ")[1].split()[1])
    for command in commands:
        assert command in {*installed, "python", "rm", f"{PLACE}/bin/pip", *OF_THE_SYSTEM}, command
    assert given("CMD") == ['["redact", "--help"]']
    assert given("ENV") == [f"PATH={PLACE}/bin:$PATH"]


@pytest.mark.skipif(os.environ.get("REDACT_CONTAINER") != "1", reason="takes minutes: REDACT_CONTAINER=1 runs it")
def test_its_commands_run_in_an_environment_of_their_own(tmp_path: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOME, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HOME / name, tmp_path / "source" / name)
    places = {SOURCE: str(tmp_path / "source"), PLACE: str(tmp_path / "redact"), "/tmp/warm": str(tmp_path / "warm")}
    environment = {
        "PATH": f"{tmp_path / 'redact' / 'bin'}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        **{name: text for name, text in os.environ.items() if name.startswith("PIP_")},
    }

    def run(command: str) -> str:
        for old, new in places.items():
            command = re.sub(rf"{old}\b", new, command)
        done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    for command in given("RUN"):
        if command.split()[0] not in OF_THE_SYSTEM:
            run(command)
    assert not (tmp_path / "warm").exists()
    # What the page then runs in the image, and what a cluster starts in it.
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.log").write_text(
        "Mar  9 10:00:00 gw-1 sshd[7]: Accepted password for jdoe from 192.0.2.7\n"
    )
    _, _, asked = called("running-on-flink.md", "podman build").partition("redact redact ")
    run(f"redact {asked}")
    (native,) = tmp_path.glob("redact-out/cisco/client=*/_native/run=*/logs/a.log")
    assert "192.0.2.7" not in native.read_text()
    assert "REDACT_JAVA_CLASSES" in subprocess.run(
        ["redact-java-worker"], env=environment, capture_output=True, text=True
    ).stderr  # fmt: skip
    assert "--provision_endpoint" in subprocess.run(
        ["redact-worker"], env=environment, capture_output=True, text=True
    ).stderr  # fmt: skip
