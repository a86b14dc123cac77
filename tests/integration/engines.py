"""Kafka and Flink as processes of this machine, from Maven's artefacts: fetched once into the user's cache.

Everything listens on the loopback interface, but for Beam's expansion service, which knows no other way: it is there
only while a stream is started.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pipeline
from tests.pages import words

HOME = str(Path(next(iter(pipeline.__path__))).parent)
MAIN = "import sys; from pipeline.cli.main import main; sys.exit(main())"
POMS = Path(__file__).parent / "poms"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "redact-engines"
NAMES = ("flink", "job-server", "expansion", "kafka")
FETCH_SECONDS = 300
OPENS = [
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in (
        "java.lang", "java.lang.reflect", "java.net", "java.io", "java.nio", "sun.nio.ch", "java.text", "java.time",
        "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks",
    )
]  # fmt: skip
#: Flink wants every size by hand where no start script works it out.
TASK_MANAGER_MEMORY = {
    "framework.heap.size": "128m", "task.heap.size": "500m", "managed.size": "200m", "network.min": "192m",
    "network.max": "192m", "task.off-heap.size": "64m", "framework.off-heap.size": "128m", "jvm-metaspace.size": "256m",
    "jvm-overhead.min": "192m", "jvm-overhead.max": "192m",
}  # fmt: skip


def why_not() -> str:
    """Fetch what is missing; returns why the engines cannot be had, or an empty text."""
    if not shutil.which("java"):
        return "java is not installed"
    for name in NAMES:
        listed = (POMS / f"{name}.xml").read_bytes()
        fetched = CACHE / f"{name}-{hashlib.sha256(listed).hexdigest()[:12]}.fetched"
        if fetched.exists():
            continue
        if not shutil.which("mvn"):
            return f"mvn is not installed, and {CACHE / name} is not there"
        shutil.rmtree(CACHE / name, ignore_errors=True)
        command = ["mvn", "-q", "-B", "-f", str(POMS / f"{name}.xml"), "dependency:copy-dependencies"]
        command += ["-DincludeScope=runtime", f"-DoutputDirectory={CACHE / name}"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=FETCH_SECONDS)
        except subprocess.TimeoutExpired:
            return f"mvn did not fetch {name} in {FETCH_SECONDS} s"
        if done.returncode:
            return f"mvn could not fetch {name} (code {done.returncode}); is Maven Central reachable?"
        fetched.touch()
    return ""


def classes(name: str) -> str:
    return f"{CACHE / name}/*"


FLINK = ["java", "-Xmx600m", *OPENS, "-Dlog4j2.level=WARN", "-cp", classes("flink")]


def job_server_jar(folder: Path) -> Path:
    """A jar of nothing but a manifest that names the class path, since Beam starts the job server by ``java -jar``."""
    text = "Class-Path: " + " ".join(sorted(jar.as_uri() for jar in (CACHE / "job-server").glob("*.jar")))
    # Lines of a manifest hold 72 bytes; a blank goes on with the one before.
    lines = [text[:70], *(f" {text[at : at + 69]}" for at in range(70, len(text), 69))]
    head = ["Manifest-Version: 1.0", "Main-Class: org.apache.beam.runners.flink.FlinkJobServerDriver"]
    path = folder / "job-server.jar"
    with zipfile.ZipFile(path, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "\r\n".join([*head, *lines, "", ""]))
    return path


def free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_until(done: Callable[[], Any], what: str, seconds: float, every: float = 0.5) -> Any:
    """What ``done`` returns once it is true. AssertionError where that takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = done()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"{what}: not within {seconds} s")


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def program(folder: Path, entry: str) -> Path:
    """What ``redact-worker`` and ``redact-java-worker`` are, for the package that is tested, installed or not."""
    path = folder / entry
    path.write_text(f"#!{sys.executable}\nfrom pipeline.beam.boot import {entry}\n{entry}()\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def environment_in(folder: Path) -> dict[str, str]:
    """What commands of the package that is tested see: a workspace of the folder."""
    return {**os.environ, "PYTHONPATH": HOME, "REDACT_WORKSPACE": str(folder / "workspace")}


@dataclass
class Engines:
    """Processes that are stopped in the end.

    Attributes:
      folder: of their settings, state and logs.
      environment: what they and their workers see.
    """

    folder: Path
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    rest: int = 0
    kafka: int = 0
    expansion: int = 0

    def start(self, name: str, command: Sequence[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                list(command), cwd=self.folder, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """kill -9."""
        process = self.processes.pop(name)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)

    # Flink.

    def start_flink(self, task_managers: int) -> None:
        self.rest, rpc = free_port(), free_port()
        conf = self.folder / "conf"
        conf.mkdir()
        settings = {
            "jobmanager.rpc.address": "localhost", "jobmanager.rpc.port": rpc, "jobmanager.bind-host": "localhost",
            "taskmanager.bind-host": "localhost", "taskmanager.host": "localhost", "rest.address": "localhost",
            "rest.bind-address": "localhost", "rest.port": self.rest, "taskmanager.numberOfTaskSlots": 2,
            "cluster.evenly-spread-out-slots": "true", "restart-strategy.type": "fixed-delay",
            "restart-strategy.fixed-delay.attempts": 20, "restart-strategy.fixed-delay.delay": "2 s",
            # A machine that is busy answers late; one that is gone is found by its closed connection.
            "heartbeat.interval": 2000, "heartbeat.timeout": 120000, "pekko.ask.timeout": "120 s",
            "state.checkpoints.dir": (self.folder / "checkpoints").as_uri(), "jobmanager.memory.process.size": "900m",
        }  # fmt: skip
        (conf / "flink-conf.yaml").write_text("".join(f"{name}: {value}\n" for name, value in settings.items()))
        entry = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
        self.start("job-manager", [*FLINK, entry, "--configDir", str(conf)])
        for number in range(task_managers):
            self.run_task_manager(number)
        wait_until(lambda: len(self.ask("/taskmanagers", "taskmanagers")) == task_managers, "Flink", 180)

    def run_task_manager(self, number: int) -> None:
        temporary = self.folder / f"tmp{number}"
        temporary.mkdir(exist_ok=True)
        options = [f"taskmanager.memory.{name}={size}" for name, size in TASK_MANAGER_MEMORY.items()]
        options += [f"taskmanager.resource-id=tm{number}", "taskmanager.cpu.cores=2", f"io.tmp.dirs={temporary}"]
        command = [*FLINK, "org.apache.flink.runtime.taskexecutor.TaskManagerRunner", "--configDir"]
        command.append(str(self.folder / "conf"))
        self.start(f"tm{number}", [*command, *(word for option in options for word in ("-D", option))])

    def ask(self, path: str, key: str) -> Any:
        """A value of an answer of Flink's, or an empty list while there is none."""
        try:
            with urllib.request.urlopen(f"http://localhost:{self.rest}{path}", timeout=10) as answer:
                return json.load(answer)[key]
        except (OSError, ValueError, KeyError):
            return []

    def running_job(self) -> str:
        """The job of which every task runs and a checkpoint is complete, or an empty text."""
        for job in self.ask("/jobs/overview", "jobs"):
            tasks = job["tasks"]
            if job["state"] == "RUNNING" and tasks["total"] and tasks["running"] == tasks["total"]:
                counts = self.ask(f"/jobs/{job['jid']}/checkpoints", "counts")
                if counts and counts["completed"]:
                    return str(job["jid"])
        return ""

    def cancel_jobs(self) -> None:
        for job in self.ask("/jobs/overview", "jobs"):
            if job["state"] in ("RUNNING", "RESTARTING", "CREATED"):
                address = f"http://localhost:{self.rest}/jobs/{job['jid']}?mode=cancel"
                urllib.request.urlopen(urllib.request.Request(address, method="PATCH"), timeout=10).close()

    def documented(self, page: str, start: str, places: Mapping[str, str], *more: str) -> list[str]:
        """A command of a page as it is called on this cluster.

        Args:
          places: to stand for those of the page, beside those of the cluster.
          more: options of ``redact`` beside the page's.
        """
        given = {"localhost:8081": f"localhost:{self.rest}", "job-server.jar": str(job_server_jar(self.folder))}
        _, *arguments = words(page, start, {**given, **places})
        end = arguments.index("--")
        # Installed, the package's own worker would be found beside the interpreter.
        environment = json.dumps({"command": str(program(self.folder, "main"))})
        worker = ["--environment_type=PROCESS", f"--environment_config={environment}"]
        return [sys.executable, "-c", MAIN, *arguments[:end], *more, *arguments[end:], *worker]

    # Kafka.

    def start_kafka(self) -> None:
        self.kafka, controller = free_port(), free_port()
        settings = {
            "process.roles": "broker,controller", "node.id": 1, "controller.quorum.voters": f"1@localhost:{controller}",
            "listeners": f"PLAINTEXT://localhost:{self.kafka},CONTROLLER://localhost:{controller}",
            "controller.listener.names": "CONTROLLER", "log.dirs": self.folder / "kafka",
            "offsets.topic.replication.factor": 1, "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1, "group.initial.rebalance.delay.ms": 0,
        }  # fmt: skip
        properties = self.folder / "server.properties"
        properties.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        java = ["java", "-Xmx400m", "-cp", classes("kafka")]
        command = [*java, "kafka.tools.StorageTool", "format", "-t", "Aq3fX2kMTc2aZ1cQb0mV9A", "-c", str(properties)]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        self.run_kafka()

    def run_kafka(self) -> None:
        java = ["java", "-Xmx400m", "-cp", classes("kafka")]
        self.start("kafka", [*java, "kafka.Kafka", str(self.folder / "server.properties")])
        wait_until(lambda: listens(self.kafka), "Kafka", 60)

    def start_expansion(self, java_worker: Path) -> None:
        self.expansion = free_port()
        empty = self.folder / "empty.jar"
        empty.touch()
        places = {
            "expansion/*": classes("expansion"), "8097": str(self.expansion), "empty.jar": str(empty),
            "/opt/redact/bin/redact-java-worker": str(java_worker),
        }  # fmt: skip
        command = words("running-on-flink.md", "java", places)
        self.start("expansion", [*command[:1], "-Xmx300m", *command[1:]])
        wait_until(lambda: listens(self.expansion), "the expansion service", 60)


@contextmanager
def engines_in(folder: Path, environment: dict[str, str]) -> Iterator[Engines]:
    engines = Engines(folder, {**environment, "REDACT_JAVA_CLASSES": classes("expansion")})
    try:
        yield engines
    finally:
        engines.stop()
