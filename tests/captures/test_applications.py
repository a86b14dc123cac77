"""A payload is read by its ports, and where they say nothing by how it begins."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.captures import layers
from pipeline.captures.applications import read_payloads
from pipeline.captures.fields import DESTINATION_PORT, SOURCE_PORT, TRANSPORT, Out
from pipeline.captures.jobs import AT, COLUMNS, LAYER, STATE, STOP
from pipeline.records import Bytes
from tests.captures.claims import claims
from tests.captures.samples import SAMPLES

TCP, UDP = 6, 17
#: sample -> transport and the port of its server.
SERVICES = {
    "dns": (UDP, 53),
    "dns over tcp": (TCP, 53),
    "dhcp": (UDP, 67),
    "dhcpv6": (UDP, 547),
    "netbios query": (UDP, 137),
    "netbios datagram": (UDP, 138),
    "snmp": (UDP, 161),
    "tftp": (UDP, 69),
    "ntp": (UDP, 123),
    "syslog": (UDP, 514),
    "radius": (UDP, 1812),
    "ssh": (TCP, 22),
    "smb": (TCP, 445),
    "tls": (TCP, 8443),
}


def application(data: Bytes, at: int, stop: int, out: Out) -> None:
    """Read a payload of one packet as the ports in ``out.state`` say."""
    jobs = np.zeros((1, COLUMNS), np.int64)
    jobs[0, LAYER] = layers.APPLICATION if at < stop else layers.DONE
    jobs[0, AT], jobs[0, STOP] = at, stop
    jobs[0, STATE:] = out.state
    assert read_payloads(data, jobs, np.zeros(len(out.rows), np.int32), out) == -1


def state(transport: int, source: int, destination: int) -> dict[int, int]:
    return {TRANSPORT: transport, SOURCE_PORT: source, DESTINATION_PORT: destination}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_known_whoever_sends(name: str) -> None:
    transport, port = SERVICES[name]
    sample = SAMPLES[name]
    alone = claims(sample.layer, sample.message)
    assert claims(application, sample.message, state(transport, port, 50000)) == alone
    assert claims(application, sample.message, state(transport, 40000, port)) == alone
    assert claims(application, sample.message, state(transport, 1, port)) == alone


@pytest.mark.parametrize("name", ["ssh", "smb", "tls"])
def test_ports_need_not_tell_of_what_tells_of_itself(name: str) -> None:
    sample = SAMPLES[name]
    assert claims(application, sample.message, state(TCP, 50000, 50001)) == claims(sample.layer, sample.message)


@pytest.mark.parametrize("transport", [TCP, UDP, 132])
def test_what_no_one_knows_is_left(transport: int) -> None:
    message = b"\x81unknown protocol of 192.0.2.7"
    assert claims(application, message, state(transport, 50000, 50001)).unclaimed == message
    assert claims(application, b"", state(transport, 53, 53)).rows == []
