"""``redact-worker`` and ``redact-java-worker``: what a cluster starts on its machines instead of containers.

Beam's ``PROCESS`` environment runs one executable with addresses as its arguments. This one asks the runner for the
options of the pipeline, as Beam's own boot program in its container images does
(https://beam.apache.org/documentation/runtime/environments/), and becomes a worker. It fetches nothing: the package,
the workspace and, for Kafka's transforms, Beam's Java classes are on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import grpc  # type: ignore[import-untyped]
from apache_beam.portability.api import beam_provision_api_pb2, beam_provision_api_pb2_grpc, endpoints_pb2
from apache_beam.runners.job.utils import struct_to_dict

from pipeline.beam import worker

COMMAND = "redact-worker"
#: Where the classes of Beam's Java worker are, as Java's class path.
CLASSES = "REDACT_JAVA_CLASSES"
HARNESS, JAVA_HEAP = "org.apache.beam.fn.harness.FnHarness", "512m"
EXPERIMENTS = "beam:option:experiments:v1"
#: The option by which a worker sends at the latest after some milliseconds what it has made. Beam's Java worker sends
#: whole elements. Its Python worker does it from another thread, in the middle of an element, and forgets what comes
#: between sending and clearing: elements are lost.
HELD = "data_buffer_time_limit_ms"
JAVA_HELD = 50
#: Seconds in which the runner must answer.
PATIENCE = 60


def command_path() -> str:
    """Where this program stands beside the interpreter that runs, or an empty text where it is not installed."""
    found = Path(sys.executable).parent / COMMAND
    return str(found) if found.is_file() else ""


def with_held(options: str, held: int) -> str:
    """Options of a pipeline, JSON, under which a worker holds what it has made for so many milliseconds; 0 is no limit,
    other than that a bundle's end sends all."""
    told = json.loads(options)
    experiments = [one for one in told.get(EXPERIMENTS) or () if one.partition("=")[0] != HELD]
    return json.dumps({**told, EXPERIMENTS: experiments + [f"{HELD}={held}"] * (held > 0)})


def worker_environment(arguments: Sequence[str], held: int) -> Mapping[str, str]:
    """What Beam's worker reads from its environment.

    Args:
      arguments: ``--id``, ``--provision_endpoint`` and what else the runner gives.
      held: as in ``with_held``.

    Raises:
      grpc.RpcError: the runner does not answer.
    """
    parser = argparse.ArgumentParser(COMMAND)
    parser.add_argument("--id", required=True)
    parser.add_argument("--provision_endpoint", required=True)
    parser.add_argument("--logging_endpoint", default="")
    parser.add_argument("--control_endpoint", default="")
    given, _ = parser.parse_known_args(list(arguments))
    with grpc.insecure_channel(given.provision_endpoint) as channel:
        service = beam_provision_api_pb2_grpc.ProvisionServiceStub(channel)
        asked = beam_provision_api_pb2.GetProvisionInfoRequest()
        answer = service.GetProvisionInfo(
            asked, timeout=PATIENCE, wait_for_ready=True, metadata=(("worker_id", given.id),)
        )
    info = answer.info
    return {
        "WORKER_ID": given.id,
        "HARNESS_ID": given.id,
        "PIPELINE_OPTIONS": with_held(json.dumps(struct_to_dict(info.pipeline_options)), held),
        "LOGGING_API_SERVICE_DESCRIPTOR": _described(info.logging_endpoint.url or given.logging_endpoint),
        "CONTROL_API_SERVICE_DESCRIPTOR": _described(info.control_endpoint.url or given.control_endpoint),
        "RUNNER_CAPABILITIES": " ".join(info.runner_capabilities),
    }


def _described(url: str) -> str:
    return str(endpoints_pb2.ApiServiceDescriptor(url=url))


def java_main() -> None:
    """Become Beam's Java worker. Its log is Beam's and may quote an element: it goes nowhere."""
    classes = os.environ.get(CLASSES, "")
    if not classes:
        sys.exit(f"{CLASSES}: not set; give the class path of Beam's Java worker")
    environment = {**os.environ, **worker_environment(sys.argv[1:], JAVA_HELD)}
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.execvpe("java", ["java", f"-Xmx{JAVA_HEAP}", "-cp", classes, HARNESS], environment)


def main() -> None:
    os.environ.update(worker_environment(sys.argv[1:], 0))
    worker.main()


if __name__ == "__main__":
    main()
