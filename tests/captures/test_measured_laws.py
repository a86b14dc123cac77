"""Laws of whole captures over measured files: what is kept stays to the byte, what is rewritten stays in its place."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.captures.dissection import dissect
from pipeline.captures.native import native_bytes
from pipeline.captures.packets import Packets
from pipeline.detection.scanner import Scanner
from pipeline.inputs import Input
from pipeline.inputs.captures import read_packets
from pipeline.inputs.finding import find_inputs
from pipeline.inputs.planning import plan_units
from pipeline.policy.compiled import CompiledPolicy
from pipeline.records import Quarantined
from pipeline.redaction import Redactor
from pipeline.rewriting.binary_values import BinaryValues
from pipeline.rewriting.found import find
from pipeline.rewriting.name_values import NameValues
from pipeline.rewriting.remains import remaining
from pipeline.rewriting.rewriting import Rewriter, Rewritten
from pipeline.surrogates.space import SurrogateSpace
from recognizers.registry import all_recognizers
from tests.captures.measured import FOLDER, needs_measured
from tests.captures.plain_walks import Ended, Packet, pcap_packets, pcapng_packets
from tests.captures.test_rewriting import keeping_all, new_key, vendor

PLAIN = {"pcap": pcap_packets, "pcapng": pcapng_packets}

pytestmark = needs_measured


@pytest.fixture(scope="module")
def inputs() -> list[Input]:
    found, _ = find_inputs([str(FOLDER)], out=None)
    captures = [item for item in found if item.is_capture]
    assert len(captures) > 1500
    return captures


def rewritten(
    folder: Path, policy: CompiledPolicy, inputs: list[Input]
) -> Iterator[tuple[Packets, Rewriter, Rewritten, np.ndarray]]:
    """Each piece as read, as a recipient gets it, and which packets are held back."""
    scanner = Scanner(all_recognizers())
    binary, names = BinaryValues(scanner.values), NameValues(scanner.values)
    space = SurrogateSpace(new_key(folder), "party", **policy.space_options)
    rewriter = Rewriter(Redactor(policy, space, scanner), binary)
    for unit in plan_units(inputs):
        for read in read_packets(inputs, unit):
            if isinstance(read, Packets):
                found = find(scanner, (binary, names), read, dissect(read), rewriter.redactor.keeps)
                made = rewriter.rewrite(found)
                left = remaining(found, [(rewriter, made)], scanner)
                assert not len(left.frame)
                yield read, rewriter, made, left.packets
            else:
                assert isinstance(read, Quarantined)


def source(item: Input) -> bytes:
    raw = Path(item.uri).read_bytes()
    return gzip.decompress(raw) if item.compression else raw


def whole_packets(file: bytes, form: str) -> tuple[list[Packet], int]:
    """Packets up to what cannot be decoded, and where that begins."""
    found: list[Packet] = []
    try:
        for packet in PLAIN[form](file):
            found.append(packet)  # noqa: PERF402 - what came before the end counts
    except Ended as ended:
        return found, int(ended.args[0])
    return found, len(file)


def test_a_policy_that_keeps_all_gives_every_file_back_byte_for_byte(tmp_path: Path, inputs: list[Input]) -> None:
    files: dict[int, bytes] = {item.number: b"" for item in inputs}
    for read, rewriter, made, held in rewritten(tmp_path, keeping_all(), inputs):
        assert rewriter.keeps_all and not held.any()
        for run in native_bytes(read, made.data, ~held, secrets=rewriter.keeps_secrets):
            files[run.input] += run.data.tobytes()
    for item in inputs:
        file = source(item)
        assert files[item.number] == file[: whole_packets(file, item.format)[1]], item.name


def test_what_is_rewritten_keeps_order_lengths_and_times(tmp_path: Path, inputs: list[Input]) -> None:
    files: dict[int, bytes] = {item.number: b"" for item in inputs}
    held_back: dict[int, set[int]] = {item.number: set() for item in inputs}
    packets = 0
    for read, _, made, held in rewritten(tmp_path, vendor(), inputs):
        packets += len(read)
        for run in native_bytes(read, made.data, ~held):
            files[run.input] += run.data.tobytes()
        for number, place in zip(read.input[held].tolist(), read.number[held].tolist(), strict=True):
            held_back[number].add(place)
    for item in inputs:
        before, _ = whole_packets(source(item), item.format)
        after, end = whole_packets(files[item.number], item.format)
        assert end == len(files[item.number])
        wanted = [packet for place, packet in enumerate(before, 1) if place not in held_back[item.number]]
        assert [about(packet) for packet in after] == [about(packet) for packet in wanted], item.name
    assert sum(map(len, held_back.values())) <= packets / 1000


def about(packet: Packet) -> tuple[int, ...]:
    """Captured length, wire length, time, link type, interface."""
    _, _, start, end, *rest = packet
    return end - start, *rest
