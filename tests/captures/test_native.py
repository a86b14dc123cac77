"""Native files: the same bytes where nothing changes; blocks left out, and a comment that tools read."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures.framing import join
from pipeline.captures.native import commented, native_bytes
from pipeline.captures.packets import Packets
from tests.captures.building import block, enhanced, framed, interface, pcap_file, pcapng_file, section
from tests.captures.framing_laws import compiled, kinds_of, listed

ORDERS = pytest.mark.parametrize("order", ["<", ">"])
SECRETS = block(10, struct.pack("<II", 0x544C534B, 4) + b"keys")


def all_of(packets: Packets) -> np.ndarray:
    return np.ones(len(packets), np.bool_)


def written(packets: Packets, kept: np.ndarray, comment: bytes = b"") -> dict[int, tuple[bytes, int]]:
    runs = native_bytes(packets, packets.data, kept, comment)
    found: dict[int, tuple[bytes, int]] = {}
    for run in runs:
        data, count = found.get(run.input, (b"", 0))
        found[run.input] = data + run.data.tobytes(), count + run.packets
    return found


def test_where_nothing_is_to_change_the_bytes_are_those_read_and_not_copied() -> None:
    files = [pcap_file([b"abc", b"de"]), pcapng_file([b"xyz"], ">"), section() + interface()]
    packets = join([framed(file, form, n) for n, (file, form) in enumerate(zip(files, ["pcap", "pcapng", "pcapng"]))])
    runs = native_bytes(packets, packets.data, all_of(packets))
    assert [(run.input, run.data.tobytes(), run.packets) for run in runs] == [
        (0, files[0], 2), (1, files[1], 1), (2, files[2], 0),
    ]  # fmt: skip
    assert all(np.shares_memory(run.data, packets.data) for run in runs)


@given(st.lists(st.tuples(st.binary(max_size=9), st.booleans()), max_size=9), st.sampled_from(["pcap", "pcapng"]))
def test_packets_that_are_not_kept_are_left_out_with_their_blocks(packets: list[tuple[bytes, bool]], form: str) -> None:
    make = {"pcap": pcap_file, "pcapng": pcapng_file}[form]
    read = framed(make([body for body, _ in packets]), form)
    kept = np.array([keep for _, keep in packets], np.bool_)
    ((file, count),) = written(read, kept).values()
    again, (at, reason) = compiled(file, form)
    assert reason == "whole"
    assert count == len(again) == kept.sum()
    assert [p[4:] for p in listed(again)] == [p[4:] for p, keep in zip(listed(read), kept) if keep]
    assert [file[a:b] for a, b in zip(again.start, again.end)] == [body for body, keep in packets if keep]


def test_secrets_are_left_out_unless_they_are_asked_for() -> None:
    file = section() + interface() + SECRETS + enhanced(b"abc")
    packets = framed(file, "pcapng")
    assert written(packets, all_of(packets))[0][0] == file.replace(SECRETS, b"")
    (run,) = native_bytes(packets, packets.data, all_of(packets), secrets=True)
    assert run.data.tobytes() == file


@ORDERS
@pytest.mark.parametrize("pairs", [[], [(1, b"first"), (3, b"Linux")]])
def test_each_section_takes_the_comment_before_its_other_options(order: str, pairs: list[tuple[int, bytes]]) -> None:
    other = section(">") + interface(">") + enhanced(b"de", ">")
    file = section(order, pairs) + interface(order) + enhanced(b"abc", order) + other
    packets = framed(file, "pcapng")
    new = written(packets, all_of(packets), b"rewritten")[0][0]
    again, (_, reason) = compiled(new, "pcapng")
    assert reason == "whole"
    assert [p[4:] for p in listed(again)] == [p[4:] for p in listed(packets)]
    texts = [new[a:b] for a, b, kind, *_ in again.frame.tolist() if kind == 10]
    assert texts == [b"rewritten", *(text for _, text in pairs), b"rewritten"]
    assert kinds_of(again, new)[b"rewritten"] == ("TEXT", -1)


def test_a_section_with_a_comment_no_longer_says_its_length() -> None:
    header = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, 4000))
    assert commented(np.frombuffer(header, np.uint8), b"abc")[16:24] == b"\xff" * 8


def test_a_pcap_file_has_no_place_for_a_comment() -> None:
    packets = framed(pcap_file([b"abc"]), "pcap")
    assert written(packets, all_of(packets), b"rewritten")[0][0] == pcap_file([b"abc"])


@pytest.mark.skipif(shutil.which("capinfos") is None, reason="Wireshark's capinfos is not installed")
@ORDERS
def test_wiresharks_tools_read_the_comment_and_the_packets(tmp_path: Path, order: str) -> None:
    packets = framed(pcapng_file([b"abc" * 9, b"de" * 9], order) + SECRETS * (order == "<"), "pcapng")
    target = tmp_path / "out.pcapng"
    target.write_bytes(written(packets, all_of(packets), b"rewritten for a test")[0][0])
    said = subprocess.run(["capinfos", "-c", "-k", str(target)], capture_output=True, text=True, check=True).stdout
    assert "rewritten for a test" in said
    assert "Number of packets:   2" in said
