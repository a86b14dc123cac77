"""The captures to measure with are what they say: the same bytes each time, right checksums, many hosts."""

from __future__ import annotations

import io

import numpy as np
import pytest

from tests.benchmarks import capture_mix
from tests.captures.framing_laws import compiled


def written(mix: str, form: str) -> bytes:
    target = io.BytesIO()
    capture_mix.write_capture(mix, form, 1, target)
    return target.getvalue()


def bodies(file: bytes, form: str) -> list[bytes]:
    packets, (_, reason) = compiled(file, form)
    assert reason == "whole"
    assert len(packets) == capture_mix.PACKETS_A_BLOCK
    assert (np.diff(packets.time) == capture_mix.MICROSECONDS_APART * 1000).all()
    return [file[a:b] for a, b in zip(packets.start, packets.end)]


def ones_complement(data: bytes) -> int:
    total = sum(int.from_bytes(data[at : at + 2].ljust(2, b"\0"), "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


@pytest.mark.parametrize("mix", capture_mix.MIXES)
def test_both_formats_hold_the_same_packets_each_time(mix: str) -> None:
    file = written(mix, "pcap")
    assert file == written(mix, "pcap")
    assert bodies(file, "pcap") == bodies(written(mix, "pcapng"), "pcapng")


def test_checksums_are_right_and_hosts_are_many() -> None:
    packets = bodies(written("office", "pcap"), "pcap")
    for packet in packets[:2000]:
        old = packet[12:14] == b"\x08\x00"
        at, length = (34, 4) if old else (54, 16)
        assert not old or ones_complement(packet[14:34]) == 0xFFFF
        pseudo = (
            packet[at - 2 * length : at] + (len(packet) - at).to_bytes(4, "big") + bytes([packet[23 if old else 20]])
        )
        assert ones_complement(pseudo[:-1] + b"\0" + pseudo[-1:] + packet[at:]) == 0xFFFF
    sources = {packet[26:30] for packet in packets if packet[12:14] == b"\x08\x00"}
    assert len(sources) > 1000
    assert 0.15 < sum(packet[12:14] == b"\x86\xdd" for packet in packets) / len(packets) < 0.25
