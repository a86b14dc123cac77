"""Two recipients, or one recipient of two clients, join their pseudonyms on values; no rows are compared."""

from __future__ import annotations

import ipaddress
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.surrogates.names import suffix_labels
from pipeline.surrogates.numbers import luhn
from pipeline.surrogates.subscribers import country_digits

if TYPE_CHECKING:
    from conftest import Space, Stated

COUNT = 1_000
ROUNDS = 20
VENDORS = ("00005e", "001b21", "3c5282", "f4ce46", "a0369f", "525400")
TYPES = ("35693803", "86012304", "01326100", "35209900")
WORDS = ("core", "edge", "lab", "mail", "db", "web", "print", "cam", "gate", "store", "hr", "plant", "north", "south")


def drawn(make: Callable[[random.Random], str], seed: int = 21) -> list[bytes]:
    """So many different values."""
    chances = random.Random(seed)
    values: dict[str, None] = {}
    while len(values) < COUNT:
        values[make(chances)] = None
    return [value.encode() for value in values]


def digits(chances: random.Random, count: int) -> str:
    return "".join(chances.choice("0123456789") for _ in range(count))


def checked(body: str) -> str:
    return f"{body}{luhn(body.encode())}"


def host(chances: random.Random) -> str:
    name = chances.choice(("{w}-{n}", "{w}{n}", "{w}-{v}-{n}")).format(
        w=chances.choice(WORDS), v=chances.choice(WORDS), n=chances.randrange(1, 400)
    )
    return f"{name}.{chances.choice(('acme', 'acme-labs'))}.{chances.choice(('example', 'com', 'co.uk'))}"


MAKE: dict[str, Callable[[random.Random], str]] = {
    "mac": lambda c: c.choice(VENDORS) + f"{c.getrandbits(24):06x}",
    "imei": lambda c: checked(c.choice(TYPES) + digits(c, 6)),
    "imsi": lambda c: c.choice(("26201", "23415", "31026")) + digits(c, 10),
    "phone": lambda c: f"+{c.choice(('49', '1', '351'))}{c.randrange(1, 10)}{digits(c, c.choice((8, 9)))}",
    "serial": lambda c: c.choice(("FOC", "JAE", "S")) + digits(c, c.choice((4, 8))) + c.choice(("", "X", "AB")),
    "uuid": lambda c: f"{c.getrandbits(48):012x}{c.choice('147')}{c.getrandbits(12):03x}8{c.getrandbits(60):015x}",
    "hash": lambda c: f"{c.getrandbits(256):064x}"[: c.choice((32, 40, 64))],
    "label": host,
    "account": lambda c: f"{c.choice(WORDS)}{c.choice(('.', '_', '-', ''))}{c.choice(WORDS)}{c.randrange(100)}",
    "person": lambda c: f"{c.choice(WORDS)} {c.choice(WORDS)} {c.randrange(9999)}",
    "credential": lambda c: digits(c, 12),
}


def names_form(text: str, tag: str) -> Hashable:
    return re.sub("[a-z0-9]", "x", text.lower().removeprefix(tag))


def host_form(text: str) -> Hashable:
    labels = text.split(".")
    own = len(labels) - suffix_labels(text.encode(), len(labels))[0]
    return tuple(names_form(label, "host-") for label in labels[:own]), *labels[own:]


#: What a pseudonym keeps of its original, by policy and design: all that one value can be joined by.
KEPT: dict[str, Callable[[str], Hashable]] = {
    "mac": lambda v: v[:6],
    "imei": lambda v: v[:8],
    "imsi": len,
    "phone": lambda v: (v[:1], len(v)),
    "serial": lambda v: re.sub("[A-Z]", "A", re.sub("[0-9]", "0", v)),
    "uuid": lambda v: (v[12], int(v[16], 16) >> 2),
    "hash": len,
    "label": host_form,
    "account": lambda v: names_form(v, "user-"),
    "person": lambda v: None,
    "credential": lambda v: None,
}


def groups(values: list[bytes], kept: Callable[[str], Hashable]) -> dict[Hashable, list[int]]:
    places: dict[Hashable, list[int]] = defaultdict(list)
    for place, value in enumerate(values):
        places[kept(value.decode())].append(place)
    return places


def joined(ours: list[bytes], theirs: list[bytes], kept: Callable[[str], Hashable]) -> tuple[float, float, float]:
    """Shares of values joined right: by chance within what is kept, by order, and by most equal symbols."""
    chances = random.Random(22)
    by_chance = by_order = by_symbols = 0
    other = groups(theirs, kept)
    for key, mine in groups(ours, kept).items():
        its = other[key]
        assert sorted(mine) == sorted(its), "what is kept of a value differs between two recipients"
        for _ in range(ROUNDS):
            by_chance += sum(chances.choice(its) == place for place in mine)
        by_order += sum(a == b for a, b in zip(sorted(mine, key=ours.__getitem__), sorted(its, key=theirs.__getitem__)))
        width = max(len(v) for v in (*(ours[m] for m in mine), *(theirs[t] for t in its)))
        a, b = (np.array([list(values[p].ljust(width)) for p in ps]) for values, ps in ((ours, mine), (theirs, its)))
        best = [int((b == row).sum(axis=1).argmax()) for row in a]
        by_symbols += sum(its[found] == place for found, place in zip(best, mine))
    return by_chance / ROUNDS / len(ours), by_order / len(ours), by_symbols / len(ours)


@pytest.mark.parametrize("namespace", MAKE)
@pytest.mark.parametrize("who", ["two recipients", "two clients"])
def test_values_join_no_better_than_chance_within_what_is_kept(namespace: str, who: str, space: Space) -> None:
    values = drawn(MAKE[namespace])
    other = space(recipient="juniper") if who == "two recipients" else space(client="globex")
    ours, theirs = (s.pseudonyms(namespace, values, values) for s in (space(), other))
    # Equal pseudonyms mean nothing: hardly any value has the same one on both sides.
    assert sum(a == b for a, b in zip(ours, theirs)) <= 2
    bound = len(groups(values, KEPT[namespace])) / len(values)
    for share, trials in zip(joined(ours, theirs, KEPT[namespace]), (ROUNDS, 1, 1)):
        assert share <= bound + 4.5 * np.sqrt(bound / len(values) / trials)


def country(text: str) -> Hashable:
    return text[: 1 + country_digits(text[1:].encode())], len(text)


#: (what is kept, namespace, options of the space, the kept part)
PARTS: tuple[tuple[str, str, dict[str, bool], Callable[[str], Hashable]], ...] = (
    ("MAC, vendor prefix kept", "mac", {}, KEPT["mac"]),
    ("MAC, vendor prefix not kept", "mac", {"keep_vendor_prefix": False}, lambda v: int(v[:2], 16) & 3),
    ("IMEI, type allocation code", "imei", {}, KEPT["imei"]),
    ("telephone number, length", "phone", {}, KEPT["phone"]),
    ("telephone number, country kept", "phone", {"keep_country": True}, country),
    ("serial number, places of letters and digits", "serial", {}, KEPT["serial"]),
    ("UUID, version and variant", "uuid", {}, KEPT["uuid"]),
    ("digest, length", "hash", {}, KEPT["hash"]),
    ("host name, suffix, lengths and punctuation", "label", {}, KEPT["label"]),
    ("account, length and punctuation", "account", {}, KEPT["account"]),
    ("any token, nothing", "person", {}, KEPT["person"]),
)


def test_what_is_kept_is_what_joins(space: Space, stated: Stated) -> None:
    """The gain of each kept part, over 1 in 1,000: one right guess in each group of values that keep the same."""
    measured = {}
    for words, namespace, options, kept in PARTS:
        values = drawn(MAKE[namespace])
        ours, theirs = (
            space(recipient=r, **options).pseudonyms(namespace, values, values) for r in ("cisco", "juniper")
        )
        share, _, _ = joined(ours, theirs, kept)
        bound = len(groups(values, kept)) / len(values)
        assert abs(share - bound) < 4.5 * np.sqrt(bound / len(values) / ROUNDS) + 1e-9
        measured[f"joins two recipients' 1,000 values: {words}"] = f"{bound:.1%} right; chance is 0.1%"
    stated(measured)


# Addresses: what is kept is the tree of their prefixes.


def plan() -> list[int]:
    """A client's addresses: 30 subnets of 10/8 and 192.168/16 of three to sixty hosts, low numbers more often."""
    chances = random.Random(23)
    found = set()
    for _ in range(30):
        subnet = chances.choice((10 << 24 | chances.randrange(1 << 4) << 16, 0xC0A80000)) | chances.randrange(256) << 8
        size = chances.randrange(3, 60)
        found |= {subnet | int(254 * chances.random() ** 2) + 1 for _ in range(size)}
    return sorted(found)


def shapes(addresses: list[int], numbers: dict[tuple[int, int], int]) -> dict[int, Hashable]:
    """address -> what the tree of all addresses shows of its place: the shapes beside its path, whatever the bits.

    Two addresses have the same exactly if some map that keeps prefixes and the set takes one to the other.
    ``numbers`` names the shapes, and is shared by the sets that are compared.
    """
    places: dict[int, list[tuple[int, int]]] = {address: [] for address in addresses}

    def shape(part: list[int], bit: int) -> int:
        if bit < 0:
            return 0
        sides = ([a for a in part if not a >> bit & 1], [a for a in part if a >> bit & 1])
        left, right = (shape(side, bit - 1) if side else -1 for side in sides)
        for side, (own, beside) in zip(sides, ((left, right), (right, left))):
            for address in side:
                places[address].append((own, beside))
        return numbers.setdefault((min(left, right), max(left, right)), len(numbers) + 1)

    # The classes stay, and are trees of their own.
    for top in (10, 0xC0):
        part = [a for a in addresses if a >> 24 == top]
        shape(part, 23 if top == 10 else 15)
    return {address: (address >> 24, tuple(places[address])) for address in addresses}


def test_the_tree_of_prefixes_joins_addresses_and_finds_them_in_a_known_plan(space: Space, stated: Stated) -> None:
    """No key is needed: what is alone in its place in the tree is found, and nothing else but by chance."""
    addresses = plan()
    texts = [str(ipaddress.IPv4Address(a)).encode() for a in addresses]
    ours, theirs = (
        [int(ipaddress.IPv4Address(p.decode())) for p in space(recipient=r).pseudonyms("ip", texts, texts)]
        for r in ("cisco", "juniper")
    )
    names: dict[tuple[int, int], int] = {}
    chances = random.Random(24)
    order = chances.sample(range(len(addresses)), len(addresses))

    def matched(one: list[int], other: list[int]) -> tuple[float, float]:
        """Shares of addresses found for certain, and by a guess among those of equal place."""
        left, right = numbered(one), numbered(other)
        of_place: dict[Hashable, list[int]] = defaultdict(list)
        for place in order:
            of_place[right[place]].append(place)
        certain = [place for place in range(len(one)) if len(of_place[left[place]]) == 1]
        assert all(of_place[left[place]] == [place] for place in certain)
        guessed = sum(1 / len(of_place[left[place]]) for place in range(len(one)) if place in of_place[left[place]])
        return len(certain) / len(one), guessed / len(one)

    def numbered(values: list[int]) -> list[Hashable]:
        found = shapes(values, names)
        return [found[value] for value in values]

    joins, plans = matched(ours, theirs), matched(ours, addresses)
    assert joins == plans, "the tree is all that is kept: two recipients see of it what the plan shows"
    # A subnet of which each address occurs shows no place that differs from another.
    assert max(Counter(shapes([10 << 24 | 5 << 8 | host for host in range(256)], names).values()).values()) == 256
    of = f"{len(addresses)} private addresses in 30 subnets"
    stated({
        f"joins two recipients' {of} by the tree of prefixes": f"{joins[0]:.0%} for certain",
        f"knows which {of} there are, and no pair": f"{plans[0]:.0%} of them for certain, from the tree alone",
    })  # fmt: skip
