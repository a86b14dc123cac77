"""Beam's options: whose runner, and how a cluster starts our workers."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from pipeline.beam.boot import COMMAND, command_path
from pipeline.errors import ConfigurationError

LOCAL_RUNNER = "FnApiRunner"
#: Runners that start workers by Beam's environments.
PORTABLE_RUNNERS = ("FlinkRunner", "PortableRunner")


def runner_of(options: Sequence[str]) -> str:
    """The runner that Beam options name; without one, the local."""
    for place, option in enumerate(options):
        if option.startswith("--runner="):
            return option.removeprefix("--runner=")
        if option == "--runner" and place + 1 < len(options):
            return options[place + 1]
    return LOCAL_RUNNER


def options_of(workers: int, options: Sequence[str]) -> list[str]:
    """Beam's options for a run: those given pass as they are, but for the local runner, which is made here.

    ``DirectRunner`` is taken as the local runner, since by that name Beam would look for another engine to download.
    A cluster that is not told how to start workers would look for a container: it is told ``redact-worker``, by the
    path that it has here.
    """
    if not is_local(options):
        told = any(option.partition("=")[0] in ("--environment_type", "--environment_config") for option in options)
        return [*options, *(() if told or runner_of(options) not in PORTABLE_RUNNERS else process_environment())]
    given = [
        o for k, o in enumerate(options) if not o.startswith("--runner") and (k == 0 or options[k - 1] != "--runner")
    ]
    return [f"--direct_num_workers={workers}", *given]


def process_environment() -> list[str]:
    """Options by which a cluster starts our workers as processes.

    Raises:
      ConfigurationError: the program is not installed.
    """
    command = command_path()
    if not command:
        raise ConfigurationError(
            f"{COMMAND}: not beside {sys.executable}; install redact-pipeline there, or say --environment_type and "
            "--environment_config after --"
        )
    return ["--environment_type=PROCESS", f"--environment_config={json.dumps({'command': command})}"]


def is_local(options: Sequence[str]) -> bool:
    return runner_of(options) in (LOCAL_RUNNER, "DirectRunner")
