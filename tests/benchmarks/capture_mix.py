"""Captures to measure with: pcap and pcapng of a named mix, the same bytes for the same size.

    python tests/benchmarks/capture_mix.py office 200 --pcapng > office.pcapng

Mix ``office``, by packets: 25 % DNS, 15 % HTTP, 20 % TLS, 40 % bulk TCP; a fifth of all over IPv6. 4,000 clients with
private addresses and 600 servers with addresses for documentation, drawn by Zipf's law (the one of rank k stands 1/k as
often as the first); 4,000 names. Checksums are right, 20 microseconds lie between packets.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from capture_packets import COOKIE, Bytes, Template, bulk, dns, fill, http, tls
from log_mix import SYLLABLES

FORMS = ("pcap", "pcapng")
#: mix -> share of each kind of traffic, by packets.
MIXES = {
    "office": {"dns": 0.25, "http": 0.15, "tls": 0.20, "bulk": 0.40},
    "dns": {"dns": 1.0},
    "http": {"http": 1.0},
    "tls": {"tls": 1.0},
    "bulk": {"bulk": 1.0},
}
TRAFFIC = {"dns": dns, "http": http, "tls": tls, "bulk": bulk}
PACKETS_A_BLOCK = 20_000
SHARE_OF_IPV6 = 0.2
CLIENTS, SERVERS, NAMES = 4000, 600, 4000
FIRST = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
MICROSECONDS_APART = 20
#: Bytes before and behind a packet, by format; pcapng pads to four.
_HEAD = {"pcap": 16, "pcapng": 28}


def header(form: str) -> bytes:
    """What stands before the first packet."""
    if form == "pcap":
        return np.array([0xA1B2C3D4, 4 << 16 | 2, 0, 0, 262144, 1], "<u4").tobytes()
    section = np.array([0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0xFFFFFFFF, 0xFFFFFFFF, 28], "<u4")
    return section.tobytes() + np.array([1, 20, 1, 0, 20], "<u4").tobytes()


@cache
def hosts(count: int, servers: bool, version: int) -> Bytes:
    """uint8 [count, 6 + 4 or 16]: MAC, locally administered, and address of each host."""
    number = np.arange(count)
    made = np.zeros((count, 10 if version == 4 else 22), np.uint8)
    made[:, :4] = (2, 0, 0x5E, int(servers))
    made[:, 4], made[:, 5] = number >> 8, number & 255
    if version == 6:
        made[:, 6:10] = (0x20, 1, 0x0D, 0xB8)
        made[:, 11], made[:, 13] = 1 + servers, number % 40
        made[:, 18:] = np.random.default_rng(11 + servers).integers(0, 256, (count, 4))
    elif servers:
        networks = np.array([(192, 0, 2), (198, 51, 100), (203, 0, 113)], np.uint8)
        made[:, 6:9] = networks[number % 3]
        made[:, 9] = number // 3
    else:
        made[:, 6:10] = np.stack((number * 0 + 10, number >> 8, number & 255, number * 7 % 250 + 1), axis=1)
    return made


@cache
def words(letters: int) -> Bytes:
    """uint8 [NAMES, letters]: three syllables, and a number where there is room."""
    count = len(SYLLABLES)
    texts = [
        SYLLABLES[n % count] + SYLLABLES[n // count % count] + SYLLABLES[n // count**2 % count] + f"{n % 97:02d}"
        for n in range(NAMES)
    ]
    return np.frombuffer("".join(text[:letters] for text in texts).encode(), np.uint8).reshape(NAMES, letters)


def ranks(rng: np.random.Generator, count: int, size: int) -> np.ndarray:
    weight = np.cumsum(1 / np.arange(1, count + 1))
    return np.minimum(np.searchsorted(weight / weight[-1], rng.random(size)), count - 1)


def block(mix: str, form: str, number: int) -> bytes:
    """Block ``number`` of PACKETS_A_BLOCK packets; a pure function of its arguments."""
    rng = np.random.default_rng((list(MIXES).index(mix), number))
    shares = MIXES[mix]
    kinds = rng.choice(len(shares), PACKETS_A_BLOCK, p=list(shares.values()))
    versions = np.where(rng.random(PACKETS_A_BLOCK) < SHARE_OF_IPV6, 6, 4)
    pieces: list[memoryview] = [memoryview(b"")] * PACKETS_A_BLOCK
    for kind, name in enumerate(shares):
        for version in (4, 6):
            alike = np.flatnonzero((kinds == kind) & (versions == version))
            templates = TRAFFIC[name](version)
            for turn, made in enumerate(templates):
                places = alike[turn :: len(templates)]
                rows = written(made, rng, form, places + number * PACKETS_A_BLOCK)
                flat, size = memoryview(rows.reshape(-1)), rows.shape[1]
                for row, place in enumerate(places.tolist()):
                    pieces[place] = flat[row * size : (row + 1) * size]
    return b"".join(pieces)


def written(made: Template, rng: np.random.Generator, form: str, numbers: np.ndarray) -> Bytes:
    """uint8 [n, ...]: packets of one template, each with what the format puts around it."""
    count, size, head = len(numbers), len(made.packet), _HEAD[form]
    whole = head + size if form == "pcap" else head + (size + 3) // 4 * 4 + 4
    rows = np.zeros((count, whole), np.uint8)
    packets = rows[:, head : head + size]
    packets[:] = np.frombuffer(made.packet, np.uint8)
    for text, places in made.holes.items():
        if places:
            values = rng.integers(97, 123, (count, 16), dtype=np.uint8) if text == COOKIE else words(len(text))
            chosen = values if text == COOKIE else values[ranks(rng, NAMES, count)]
            for at in places:
                packets[:, at : at + len(text)] = chosen
    clients = hosts(CLIENTS, False, made.version)[ranks(rng, CLIENTS, count)]
    servers = hosts(SERVERS, True, made.version)[ranks(rng, SERVERS, count)]
    fill(made, packets, clients, servers, numbers)
    time = FIRST * 10**6 + numbers * MICROSECONDS_APART
    frame = np.zeros((count, head // 4), "<u4")
    if form == "pcap":
        frame[:] = np.stack((time // 10**6, time % 10**6, *[np.full(count, size)] * 2), axis=1)
    else:
        frame[:, :2] = (6, whole)
        frame[:, 3], frame[:, 4] = time >> 32, time & 0xFFFFFFFF
        frame[:, 5:] = size
        rows[:, -4:] = np.full((count, 1), whole, "<u4").view(np.uint8)
    rows[:, :head] = frame.view(np.uint8)
    return rows


def blocks(mix: str, form: str) -> Iterator[bytes]:
    number = 0
    while True:
        yield block(mix, form, number)
        number += 1


def write_capture(mix: str, form: str, size: int, to: BinaryIO) -> int:
    """Write whole blocks of packets until ``size`` bytes are reached; returns how many packets there are."""
    done = to.write(header(form))
    packets = 0
    for made in blocks(mix, form):
        done += to.write(made)
        packets += PACKETS_A_BLOCK
        if done >= size:
            return packets
    raise AssertionError("blocks never end")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mix", choices=MIXES)
    parser.add_argument("megabytes", type=int)
    parser.add_argument("--pcapng", action="store_true")
    arguments = parser.parse_args()
    write_capture(arguments.mix, FORMS[arguments.pcapng], arguments.megabytes * 1_000_000, sys.stdout.buffer)
