"""How fast pseudonyms of new values are made, on one core: ``python tests/benchmarks/surrogates.py [kind …]``.

Prints values a second for distinct values in batches of 10,000, and the microseconds of one call for 1, 10, 100 and
1,000 new values, since a log brings some hundred new values at a time. ``--million`` makes 10^6 distinct values of each
kind in one space instead, and prints the rates of the first and the last tenth and by how much memory grew.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import psutil

from pipeline.policy.actions import Action
from pipeline.replacements import Replacements
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.numbers import luhn
from pipeline.surrogates.space import SurrogateSpace

BATCH = 10_000
CALLS = (1, 10, 100, 1_000)
ROUNDS = 5
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
Values = tuple[list[bytes], list[bytes]]  # canonical forms, and the same as found


def space() -> SurrogateSpace:
    return SurrogateSpace(ClientKey("acme", 1, "0" * 16, "0" * 16, 1, "", b"k" * 32), "cisco-1")


def name(chance: random.Random, least: int, most: int) -> str:
    return "".join(chance.choices(LETTERS, k=chance.randint(least, most)))


def ipv4(chance: random.Random, count: int) -> Iterator[str]:
    """A third private, as in logs."""
    for number in chance.sample(range(1 << 32), count):
        number = number if number % 3 else 10 << 24 | number & 0xFFFFFF
        yield f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def ipv6(chance: random.Random, count: int) -> Iterator[str]:
    for _ in range(count):
        yield "2001:db8:" + ":".join(f"{chance.randrange(1, 1 << 16):x}" for _ in range(6))


def with_luhn(body: str) -> str:
    return f"{body}{luhn(body.encode())}"


def colons(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


#: kind -> (namespace, values)
KINDS: dict[str, tuple[str, Callable[[random.Random, int], Iterator[str]]]] = {
    "IPv4": ("ip", ipv4),
    "IPv6": ("ip", ipv6),
    "MAC": ("mac", lambda chance, n: (f"{v:012x}" for v in chance.sample(range(1 << 48), n))),
    "token": ("person", lambda chance, n: (f"{name(chance, 3, 8)} {name(chance, 3, 12)}" for _ in range(n))),
    "label": ("label", lambda chance, n: (name(chance, 4, 12) for _ in range(n))),
    "mail domain": ("label", lambda chance, n: (f"{name(chance, 4, 12)}.com" for _ in range(n))),
    "host of one domain": ("label", lambda chance, n: (f"{name(chance, 4, 12)}.acme.example" for _ in range(n))),
    "PTR name": ("label", lambda chance, n: (".".join(a.split(".")[::-1]) + ".in-addr.arpa" for a in ipv4(chance, n))),
    "name of an address": (
        "label",
        lambda chance, n: (f"ip-{a.replace('.', '-')}.isp.example" for a in ipv4(chance, n)),
    ),
    "network": ("ip", lambda chance, n: (a.rpartition(".")[0] + ".0/24" for a in ipv4(chance, n))),
    "account": ("account", lambda chance, n: (f"{name(chance, 1, 5)}.{name(chance, 3, 9)}" for _ in range(n))),
    "UUID": ("uuid", lambda chance, n: (f"{chance.getrandbits(128):032x}" for _ in range(n))),
    "IMEI": ("imei", lambda chance, n: (with_luhn(f"{v:014}") for v in chance.sample(range(10**14), n))),
    "card": ("card", lambda chance, n: (with_luhn(f"4{v:014}") for v in chance.sample(range(10**14), n))),
    "serial": ("serial", lambda chance, n: (f"FTX{v:04}{name(chance, 4, 4).upper()}" for v in range(n))),
    "hash": ("hash", lambda chance, n: (f"{chance.getrandbits(128):032x}" for _ in range(n))),
}


def values(kind: str, count: int) -> Values:
    canonical = list(dict.fromkeys(KINDS[kind][1](random.Random(kind), count)))
    found = [colons(v) if kind == "MAC" else v for v in canonical]
    return [v.encode() for v in canonical], [v.encode() for v in found]


def seconds(made: SurrogateSpace, kind: str, data: Values, start: int, size: int) -> float:
    """Processor time a value, of one call on values from a place on."""
    canonical, found = data[0][start : start + size], data[1][start : start + size]
    begun = time.process_time()
    made.pseudonyms(KINDS[kind][0], canonical, found)
    return (time.process_time() - begun) / len(canonical)


def print_rates(kinds: list[str]) -> None:
    """The best of some rounds for each, since other work on the machine only ever slows one down."""
    print("kind".ljust(20), "values/s".rjust(10), *(f"{n} a call, us".rjust(17) for n in CALLS))
    for kind in kinds:
        data = values(kind, BATCH * (ROUNDS + 1))
        made = space()
        seconds(made, kind, data, 0, BATCH)
        best = min(seconds(made, kind, data, BATCH * n, BATCH) for n in range(1, ROUNDS))
        calls = []
        for size in CALLS:
            starts = range(0, min(200 * size, 10_000), size)
            calls.append(size * min(seconds(made, kind, data, BATCH * ROUNDS + at % 5_000, size) for at in starts))
        print(kind.ljust(20), f"{1 / best:10,.0f}", *(f"{1e6 * call:17,.0f}" for call in calls))
    print("known value".ljust(20), f"{known_rate():10,.0f}")


def known_rate() -> float:
    """Values a second of those that a run has met before: each batch looks them up by number and gets their places."""
    replacements = Replacements(lambda codes: [b"%d" % code for code in codes])
    codes = np.random.default_rng(1).integers(0, BATCH, 20 * BATCH) << 4 | Action.PSEUDONYMISE
    replacements.texts(codes, [])
    best = np.inf
    for _ in range(ROUNDS):
        begun = time.process_time()
        replacements.texts(codes, [])
        best = min(best, time.process_time() - begun)
    return len(codes) / best


def print_million(kinds: list[str]) -> None:
    print("kind".ljust(20), "first, values/s".rjust(17), "last, values/s".rjust(17), "grew, MB".rjust(10))
    process = psutil.Process()
    for kind in kinds:
        data = values(kind, 100 * BATCH)
        made = space()
        seconds(made, kind, data, 0, BATCH)
        before = process.memory_info().rss
        rates, most = [], 0
        for at in range(0, len(data[0]), BATCH):
            rates.append(1 / seconds(made, kind, data, at, BATCH))
            most = max(most, process.memory_info().rss)
        grown = (most - before) / 1e6
        tenth = len(rates) // 10
        first, last = (sorted(part)[tenth // 2] for part in (rates[:tenth], rates[-tenth:]))
        print(kind.ljust(20), f"{first:17,.0f} {last:17,.0f} {grown:10.1f}")


if __name__ == "__main__":
    asked = [argument for argument in sys.argv[1:] if argument != "--million"]
    (print_million if "--million" in sys.argv else print_rates)(asked or list(KINDS))
