"""One side of the comparison as a process of its own, which says how many packets it did and in what time.

    python tests/benchmarks/capture_stages.py rewrite office.pcap rewritten.pcap

Of the product: ``read`` (packets from the file), ``dissect`` (and the fields of each), ``rewrite`` (and every
identifier replaced for one recipient, native bytes written; not verified, no Parquet). Of others: ``scapy``, which
replaces addresses of IP and IPv6 headers and lets Scapy make the checksums anew.
"""

from __future__ import annotations

import ipaddress
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
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


def rewrite(source: str, target: str) -> int:
    from pipeline.captures.dissection import dissect
    from pipeline.captures.native import native_bytes
    from pipeline.detection.scanner import Scanner
    from pipeline.policy.compiled import compile_policy
    from pipeline.policy.model import load_profile
    from pipeline.redaction import Redactor
    from pipeline.rewriting.binary_values import BinaryValues
    from pipeline.rewriting.found import find
    from pipeline.rewriting.name_values import NameValues
    from pipeline.rewriting.rewriting import Rewriter
    from pipeline.surrogates.keystore import Keystore
    from pipeline.surrogates.rootkey import RootKey
    from pipeline.surrogates.space import SurrogateSpace
    from recognizers.registry import all_recognizers

    policy = compile_policy(load_profile("vendor"))
    with tempfile.TemporaryDirectory() as folder, open(target, "wb") as out:
        key = Keystore.create(Path(folder) / "keys", RootKey.create(Path(folder) / "root")).new_client("acme")
        scanner = Scanner(all_recognizers())
        known = BinaryValues(scanner.values), NameValues(scanner.values)
        rewriter = Rewriter(Redactor(policy, SurrogateSpace(key, "cisco", **policy.space_options), scanner), known[0])
        packets = 0
        for piece in packets_in(source):
            found = find(scanner, known, piece, dissect(piece), lambda numbers: np.zeros(len(numbers), np.bool_))
            kept = np.ones(len(piece), np.bool_)
            for run in native_bytes(piece, rewriter.rewrite(found).data, kept, b"rewritten"):
                out.write(run.data.data)
            packets += len(piece)
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


STAGES: dict[str, Callable[[str, str], int]] = {"read": read, "dissect": dissect, "rewrite": rewrite, "scapy": scapy}

if __name__ == "__main__":
    name, source, target = sys.argv[1:]
    # What is compiled or imported on first use is no part of the time: a small capture of the same mix goes before.
    STAGES[name](source + ".little", target)
    began, busy = time.perf_counter(), time.process_time()
    count = STAGES[name](source, target)
    print(json.dumps({"packets": count, "wall": time.perf_counter() - began, "cpu": time.process_time() - busy}))
