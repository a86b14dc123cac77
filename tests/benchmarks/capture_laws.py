"""What tshark says of captures before and after they are rewritten: malformed packets and the state of checksums.

    python tests/benchmarks/capture_laws.py ../shared/data/captures --work /tmp/laws --of ssh --list SSH sums

Packets are rewritten as a recipient of profile ``vendor`` gets them (those that a run would hold back, too, so that
numbers agree). tshark takes longer to start than to read most files, so packets of files that share no pair of
addresses, and so no state, are asked for together. What it said of bytes is kept in the folder ``--work``, as are the
keys: after a change only what is rewritten otherwise is asked again. Nothing is asserted: figures depend on tshark.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from pipeline.captures.dissection import Dissection, dissect
from pipeline.captures.fields import END, KIND, START, Kind
from pipeline.captures.packets import Packets
from pipeline.detection.scanner import Scanner
from pipeline.inputs import Input
from pipeline.inputs.captures import read_packets
from pipeline.inputs.finding import find_inputs
from pipeline.inputs.planning import plan_units
from pipeline.policy.compiled import compile_policy
from pipeline.policy.model import read_policy
from pipeline.redaction import Redactor
from pipeline.rewriting.binary_values import BinaryValues
from pipeline.rewriting.found import find
from pipeline.rewriting.name_values import NameValues
from pipeline.rewriting.rewriting import Rewriter
from pipeline.surrogates.keystore import Keystore
from pipeline.surrogates.rootkey import RootKey
from pipeline.surrogates.space import SurrogateSpace
from recognizers.registry import all_recognizers

SUMS = ("ip", "tcp", "udp", "icmp", "icmpv6", "igmp", "sctp", "gre", "vrrp", "eigrp", "cdp", "dccp")
OPTIONS = ("ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE", "sctp.checksum:CRC32C")
MALFORMED = re.compile(r"\[Malformed Packet: ([^]:]*)")
#: Packets that are asked for together, unless one file has more.
MOST_PACKETS = 4000


@dataclass(frozen=True)
class Taken:
    """A packet with what a recipient gets of it; ``pairs`` are addresses between which it goes, in headers' order."""

    link_type: int
    wire_length: int
    before: bytes
    after: bytes
    pairs: frozenset[bytes]


@dataclass(frozen=True)
class Said:
    """What tshark says of a packet: protocols that are malformed, and of each of SUMS the states, outermost first."""

    malformed: tuple[str, ...]
    sums: tuple[str, ...]


def rewritten(inputs: Sequence[Input], work: Path, policy: str) -> dict[int, list[Taken]]:
    """By input its packets."""
    if not (work / "keys").exists():
        Keystore.create(work / "keys", RootKey.create(work / "root.key")).new_client("acme")
    key = Keystore.open(work / "keys", RootKey.load(work / "root.key")).open_client("acme")
    scanner = Scanner(all_recognizers())
    known = BinaryValues(scanner.values), NameValues(scanner.values)
    compiled = compile_policy(read_policy(policy.encode(), "measured.yaml"))
    space = SurrogateSpace(key, "party", **compiled.space_options)
    rewriter = Rewriter(Redactor(compiled, space, scanner), known[0])
    taken: dict[int, list[Taken]] = {item.number: [] for item in inputs}
    for unit in plan_units(inputs):
        for read in read_packets(inputs, unit):
            if isinstance(read, Packets):
                dissection = dissect(read)
                data = rewriter.rewrite(find(scanner, known, read, dissection, rewriter.redactor.keeps)).data
                for packet, pairs in enumerate(pairs_of(read, dissection)):
                    place = slice(int(read.start[packet]), int(read.end[packet]))
                    taken[int(read.input[packet])].append(
                        Taken(
                            int(read.link_type[packet]), int(read.wire_length[packet]),
                            read.data[place].tobytes(), data[place].tobytes(), pairs,
                        )
                    )  # fmt: skip
    return taken


def pairs_of(packets: Packets, dissection: Dissection) -> Iterator[frozenset[bytes]]:
    rows = dissection.rows
    which = np.flatnonzero(np.isin(rows[:, KIND], (Kind.IPV4, Kind.IPV6)))
    bounds = np.searchsorted(dissection.row_packet[which], np.arange(len(packets) + 1))
    for first, last in zip(bounds[:-1], bounds[1:], strict=True):
        spans = rows[which[first:last]][:, [START, END]].tolist()
        found = [packets.data[start:end].tobytes() for start, end in spans[:6]]
        yield frozenset(b"-".join(sorted(pair)) for pair in zip(found, found[1:], strict=False))


def shelves(files: Sequence[list[Taken]]) -> list[list[int]]:
    """Places of files that may be asked for together."""
    found: list[tuple[list[int], set[bytes], int]] = []
    for place, packets in enumerate(files):
        pairs = set().union(*(packet.pairs for packet in packets)) if packets else set()
        for number, (places, seen, size) in enumerate(found):
            if size + len(packets) <= MOST_PACKETS and not seen & pairs:
                found[number] = [*places, place], seen | pairs, size + len(packets)
                break
        else:
            found.append(([place], pairs, len(packets)))
    return [places for places, _, _ in found]


def pcapng(packets: Sequence[tuple[int, int, bytes]]) -> bytes:
    """A capture of (link type, length on the wire, bytes)."""
    links = sorted({link for link, _, _ in packets})
    out = [struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)]
    out += [struct.pack("<IIHHII", 1, 20, link, 0, 0, 20) for link in links]
    for number, (link, wire, data) in enumerate(packets):
        size = 32 + len(data) + -len(data) % 4
        head = struct.pack("<IIIIIII", 6, size, links.index(link), 0, number * 1000, len(data), max(wire, len(data)))
        out.append(head + data + bytes(-len(data) % 4) + struct.pack("<I", size))
    return b"".join(out)


class Answers:
    """What tshark said of captures, asked once for the same bytes."""

    def __init__(self, work: Path) -> None:
        self._work, self._file = work, work / "said.json"
        self._said = json.loads(self._file.read_text()) if self._file.exists() else {}

    def of(self, capture: bytes) -> list[Said]:
        digest = hashlib.sha256(capture).hexdigest()[:32]
        if digest not in self._said:
            self._said[digest] = self._asked(capture)
        return [Said(tuple(malformed), tuple(sums)) for malformed, sums in self._said[digest]]

    def keep(self) -> None:
        self._file.write_text(json.dumps(self._said))

    def _asked(self, capture: bytes) -> list[tuple[list[str], list[str]]]:
        place = self._work / "asked.pcapng"
        place.write_bytes(capture)
        command = ["tshark", "-n", "-r", str(place), "-T", "fields", "-E", "aggregator=|", "-e", "_ws.malformed"]
        for name in SUMS:
            command += ["-e", f"{name}.checksum.status"]
        for option in OPTIONS:
            command += ["-o", option]
        done = subprocess.run(command, capture_output=True, timeout=1200, check=False)
        lines = [line.split("\t") for line in done.stdout.decode(errors="replace").splitlines()]
        return [(MALFORMED.findall(first), rest) for first, *rest in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("captures", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="keys, and what tshark said")
    parser.add_argument("--of", nargs="*", default=[""], help="only files with one of these in their names")
    parser.add_argument("--policy", default="{extends: vendor, purpose: law}")
    parser.add_argument("--list", nargs="*", default=[], help="list what is new of these protocols, or of sums")
    parser.add_argument("--write", type=Path, help="write the files with what is listed to this folder, both ways")
    asked = parser.parse_args()
    asked.work.mkdir(exist_ok=True, parents=True)
    found, _ = find_inputs([str(asked.captures)], out=None)
    chosen = [item for item in found if item.is_capture and any(part in item.name for part in asked.of)]
    # Units name their inputs by place.
    inputs = [replace(item, number=number) for number, item in enumerate(chosen)]
    files = rewritten(inputs, asked.work, asked.policy)
    answers = Answers(asked.work)
    counts: Counter[str] = Counter()
    fresh: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for shelf in shelves([files[item.number] for item in inputs]):
        together = [(place, number, packet) for place in shelf for number, packet in enumerate(files[place], 1)]
        old = answers.of(pcapng([(each.link_type, each.wire_length, each.before) for _, _, each in together]))
        new = answers.of(pcapng([(each.link_type, each.wire_length, each.after) for _, _, each in together]))
        if not len(old) == len(new) == len(together):
            raise RuntimeError(f"tshark told of {len(old)} and {len(new)} of {len(together)} packets")
        for (place, number, _), one, other in zip(together, old, new, strict=True):
            counts["packets"] += 1
            counts["before"] += bool(one.malformed)
            counts["after"] += bool(other.malformed)
            notes = []
            if other.malformed and not one.malformed:
                fresh.update(set(other.malformed))
                notes += [name for name in set(other.malformed) if name in asked.list]
            for name, was, now in zip(SUMS, one.sums, other.sums, strict=True):
                if was != now:
                    changed = now.count("|") == was.count("|") and now
                    sums[f"{name} {'changed' if changed else 'unseen'}"] += 1
                    notes += [f"{name} {was} {now}"] if changed and "sums" in asked.list else []
            if notes:
                print(inputs[place].name, number, *notes)
                if asked.write:
                    write(asked.write, Path(inputs[place].name).name, files[place])
    answers.keep()
    print(f"{len(inputs)} files, {counts['packets']} packets")
    print(f"malformed: {counts['before']} before, {counts['after']} after; of new ones: {dict(fresh.most_common())}")
    print(f"checksums: {dict(sums)}")


def write(folder: Path, name: str, packets: Sequence[Taken]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"before-{name}.pcapng").write_bytes(pcapng([(p.link_type, p.wire_length, p.before) for p in packets]))
    (folder / f"after-{name}.pcapng").write_bytes(pcapng([(p.link_type, p.wire_length, p.after) for p in packets]))


if __name__ == "__main__":
    main()
