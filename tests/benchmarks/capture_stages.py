"""One side of the comparison as a process of its own, which says how many packets it did and in what time.

    python tests/benchmarks/capture_stages.py rewrite office.pcap rewritten.pcap

Of the product: ``read`` (packets from the file), ``dissect`` (and the fields of each), ``rewrite`` (and every
identifier replaced for one recipient, native bytes written; not verified, no Parquet), ``parquet`` (the same with rows
in Parquet parts instead of native bytes, one part for each piece as in a run; not verified, not read back); memory is
kept as the process of a run keeps it. Of others: ``scapy``, which replaces addresses of IP and IPv6 headers and lets
Scapy make the checksums anew.
"""

from __future__ import annotations

import ipaddress
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np


def packets_in(path: str) -> Iterator:  # type: ignore[type-arg]
    from pipeline.captures.packets import Packets
    from pipeline.inputs import find_inputs, plan_units
    from pipeline.inputs.captures import read_packets

    inputs, unreadable = find_inputs([path], out=None)
    assert not unreadable, unreadable
    for unit in plan_units(inputs):
        for found in read_packets(inputs, unit):
            assert isinstance(found, Packets), found
            yield found


def read(source: str, target: str) -> int:
    return sum(len(found) for found in packets_in(source))


def dissect(source: str, target: str) -> int:
    from pipeline.captures.dissection import dissect

    packets = 0
    for found in packets_in(source):
        dissect(found)
        packets += len(found)
    return packets


@cache
def prepared() -> tuple:  # type: ignore[type-arg]
    """(scanner, known values, rewriter) for one recipient: opened once, as in a run."""
    from pipeline.detection.scanner import Scanner
    from pipeline.policy.compiled import compile_policy
    from pipeline.policy.model import load_profile
    from pipeline.redaction import Redactor
    from pipeline.rewriting.binary_values import BinaryValues
    from pipeline.rewriting.name_values import NameValues
    from pipeline.rewriting.rewriting import Rewriter
    from pipeline.surrogates.keystore import Keystore
    from pipeline.surrogates.rootkey import RootKey
    from pipeline.surrogates.space import SurrogateSpace
    from recognizers.registry import all_recognizers

    policy = compile_policy(load_profile("vendor"))
    with tempfile.TemporaryDirectory() as folder:
        key = Keystore.create(Path(folder) / "keys", RootKey.create(Path(folder) / "root")).new_client("acme")
        space = SurrogateSpace(key, "cisco", **policy.space_options)
    scanner = Scanner(all_recognizers())
    known = BinaryValues(scanner.values), NameValues(scanner.values)
    return scanner, known, Rewriter(Redactor(policy, space, scanner), known[0])


def rewriting(source: str) -> Iterator:  # type: ignore[type-arg]
    """(what was found, the rewriter, what it made of it) of each piece."""
    from pipeline.captures.dissection import dissect
    from pipeline.rewriting.found import find

    scanner, known, rewriter = prepared()
    for piece in packets_in(source):
        found = find(scanner, known, piece, dissect(piece), lambda numbers: np.zeros(len(numbers), np.bool_))
        yield found, rewriter, rewriter.rewrite(found)


def rewrite(source: str, target: str) -> int:
    from pipeline.captures.native import native_bytes

    packets = 0
    with open(target, "wb") as out:
        for found, _, rewritten in rewriting(source):
            kept = np.ones(len(found.packets), np.bool_)
            for run in native_bytes(found.packets, rewritten.data, kept, b"rewritten"):
                out.write(run.data.data)
            packets += len(found.packets)
    return packets


def parquet(source: str, target: str) -> int:
    import pyarrow.fs as pafs

    from pipeline.release.layout import PACKETS
    from pipeline.release.parts import PartWriter, part_days
    from pipeline.rewriting.packet_table import packet_table
    from pipeline.tally import row_ids

    packets = 0
    for number, (found, rewriter, rewritten) in enumerate(rewriting(source)):
        kept = np.ones(len(found.packets), np.bool_)
        ids = row_ids(bytes(16), found.packets.input, found.packets.offset, ["0" * 16])
        table = packet_table(found, rewriter, rewritten, kept, ids, [Path(source).name])
        (days,) = part_days([rewritten.time // 1000])
        parts = PartWriter(pafs.LocalFileSystem(), f"{target}.parts", str(number), PACKETS)
        parts.write(table, days)
        written = parts.close()
        assert sum(part.rows for part in written) == len(found.packets)
        packets += len(found.packets)
    return packets


def scapy(source: str, target: str) -> int:
    from scapy.layers.inet import IP, TCP, UDP
    from scapy.layers.inet6 import IPv6
    from scapy.utils import PcapReader, PcapWriter

    known: dict[str, str] = {}

    def other(address: str) -> str:
        if address not in known:
            known[address] = str(ipaddress.ip_address(int(ipaddress.ip_address(address)) ^ 0x5A5A))
        return known[address]

    packets = 0
    with PcapReader(source) as reader, PcapWriter(target) as writer:
        for packet in reader:
            for layer in (IP, IPv6):
                if layer in packet:
                    packet[layer].src, packet[layer].dst = other(packet[layer].src), other(packet[layer].dst)
            if IP in packet:
                del packet[IP].chksum
            for layer in (TCP, UDP):
                if layer in packet:
                    del packet[layer].chksum
            writer.write(packet)
            packets += 1
    return packets


STAGES: dict[str, Callable[[str, str], int]] = {
    "read": read, "dissect": dissect, "rewrite": rewrite, "parquet": parquet, "scapy": scapy,
}  # fmt: skip

if __name__ == "__main__":
    name, source, target = sys.argv[1:]
    from pipeline.memory import keep_memory

    keep_memory()
    # What is compiled or imported on first use is no part of the time: a small capture of the same mix goes before.
    STAGES[name](source + ".little", target)
    # The second time each address, name and text is known: what is left is what every packet costs.
    for values in ("new", "known") if name in ("rewrite", "parquet") else ("new",):
        # Nor is taking away what the pass before wrote.
        Path(target).unlink(missing_ok=True)
        began, busy = time.perf_counter(), time.process_time()
        count = STAGES[name](source, target)
        cpu, wall = time.process_time() - busy, time.perf_counter() - began
        print(json.dumps({"values": values, "packets": count, "wall": wall, "cpu": cpu}))
