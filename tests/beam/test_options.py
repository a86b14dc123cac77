"""Options for runners, and what a cluster starts as a worker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from apache_beam.coders import registry
from apache_beam.portability.api import beam_provision_api_pb2, beam_provision_api_pb2_grpc, endpoints_pb2
from apache_beam.runners.job.utils import dict_to_struct

from pipeline.beam import options as beam_options
from pipeline.beam.boot import worker_environment
from pipeline.beam.options import options_of
from pipeline.beam.outgoing import Header, Record
from pipeline.beam.stream import group_of
from pipeline.cli.main import main
from pipeline.errors import ConfigurationError

FLINK = ["--runner=FlinkRunner", "--parallelism=2"]
GIVEN = ["--environment_type=EXTERNAL", "--environment_config=localhost:50000"]


@pytest.mark.parametrize(
    "workers, given, expected",
    [
        (1, [], ["--direct_num_workers=1"]),
        (3, ["--runner", "DirectRunner", "--a=b"], ["--direct_num_workers=3", "--a=b"]),
        (3, [*FLINK, *GIVEN], [*FLINK, *GIVEN]),
        (3, ["--runner=SparkRunner"], ["--runner=SparkRunner"]),
    ],
)  # fmt: skip
def test_options_pass_and_a_local_runner_is_made_here(workers: int, given: list[str], expected: list[str]) -> None:
    assert options_of(workers, given) == expected


def test_a_cluster_is_told_how_to_start_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beam_options, "command_path", lambda: "/opt/redact/bin/redact-worker")
    *before, kind, config = options_of(1, FLINK)
    assert (before, kind) == (FLINK, "--environment_type=PROCESS")
    assert json.loads(config.partition("=")[2]) == {"command": "/opt/redact/bin/redact-worker"}
    monkeypatch.setattr(beam_options, "command_path", lambda: "")
    with pytest.raises(ConfigurationError, match="redact-worker: not beside"):
        options_of(1, FLINK)


@pytest.fixture
def provision() -> Iterator[str]:
    """Address of a runner that tells a worker what it must know."""

    class Servicer(beam_provision_api_pb2_grpc.ProvisionServiceServicer):
        def GetProvisionInfo(self, request: Any, context: Any) -> Any:
            assert ("worker_id", "7-1") in context.invocation_metadata()
            info = beam_provision_api_pb2.ProvisionInfo(
                pipeline_options=dict_to_struct({"beam:option:streaming:v1": True}),
                control_endpoint=endpoints_pb2.ApiServiceDescriptor(url="localhost:2"),
                runner_capabilities=["beam:protocol:x:v1"],
            )
            return beam_provision_api_pb2.GetProvisionInfoResponse(info=info)

    server = grpc.server(ThreadPoolExecutor(1))
    beam_provision_api_pb2_grpc.add_ProvisionServiceServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None)


def test_a_worker_learns_from_the_runner_what_beams_own_boot_program_learns(provision: str) -> None:
    given = ["--id=7-1", f"--provision_endpoint={provision}", "--logging_endpoint=localhost:1", "--artifact_endpoint=x"]
    environment = worker_environment(given, 0)
    assert json.loads(environment.pop("PIPELINE_OPTIONS")) == {
        "beam:option:streaming:v1": True,
        "beam:option:experiments:v1": [],
    }
    assert environment == {
        "WORKER_ID": "7-1",
        "HARNESS_ID": "7-1",
        "LOGGING_API_SERVICE_DESCRIPTOR": 'url: "localhost:1"\n',
        "CONTROL_API_SERVICE_DESCRIPTOR": 'url: "localhost:2"\n',
        "RUNNER_CAPABILITIES": "beam:protocol:x:v1",
    }


def test_a_record_crosses_to_java_as_a_row_of_plain_fields() -> None:
    """Beam falls back on pickle for a type that it cannot read; Kafka's sink then fails at the first message."""
    encoded = registry.get_coder(Record).encode(Record(b"k", b"v", [Header("h", b"s")], "t"))
    assert b"pickle" not in encoded and b"pipeline" not in encoded
    assert encoded == b"\x04\x00\x01k\x01v\x00\x00\x00\x01\x02\x00\x01h\x01s\x01t"


def test_streams_of_one_topic_for_other_parties_do_not_take_messages_from_each_other() -> None:
    """Where a group has committed offsets, who joins it begins behind them."""
    groups = [group_of("c1", ["r1"], "t"), group_of("c1", ["r2"], "t"), group_of("c1", ["r1", "r2"], "t")]
    groups += [group_of("c2", ["r1"], "t"), group_of("c1", ["r1"], "u")]
    assert len(set(groups)) == 5
    assert group_of("c1", ["r2", "r1"], "t") == groups[2]


@pytest.mark.parametrize(
    "options, told",
    [
        ([], "needs a runner that keeps checkpoints"),
        (["--to-topic", "fixed", "--", *FLINK], "put {recipient} into it"),
        (["--dead-letters", "tickets", "--", *FLINK], "named for two purposes"),
        (["--kafka-option", "sasl.password", "--", *FLINK], "--kafka-option: give NAME=VALUE"),
    ],
)
def test_a_stream_that_cannot_be_is_told_why(
    options: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = ["--workspace", str(tmp_path / "workspace")]
    assert main(["init", workspace[1]]) == 0
    stream = ["stream", "--kafka", "localhost:1", "--topic", "tickets", "--to-topic", "tickets.{recipient}"]
    assert main([*stream, "--client", "acme", "--recipient", "cisco=vendor", *workspace, *options]) == 2
    assert told in capsys.readouterr().err
