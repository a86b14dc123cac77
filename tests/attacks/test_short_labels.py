"""Short names go through a keyed table; what those who know k pairs of it can tell of the rest."""

from __future__ import annotations

import random
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from pipeline.surrogates.special import Kept

if TYPE_CHECKING:
    from conftest import Space, Stated

SYMBOLS = "0123456789abcdefghijklmnopqrstuvwxyz"


def names(length: int) -> list[bytes]:
    return ["".join(symbols).encode() for symbols in product(SYMBOLS, repeat=length)]


def cores(space: Space, accounts: list[bytes], client: str) -> list[bytes]:
    """Of accounts of which none is kept."""
    bare = space(client=client, kept=Kept())
    return [p.removeprefix(b"user-") for p in bare.pseudonyms("account", accounts, accounts)]


def test_k_known_pairs_leave_one_of_the_rest(space: Space, stated: Stated) -> None:
    """Guessed are any core that is not taken, and the core as far from the nearest known one as the name is.

    Over many keys, on accounts of one and of two symbols.
    """
    measured = {}
    chances = random.Random(31)
    for length, known, keys in ((1, 0, 400), (1, 18, 400), (1, 34, 400), (2, 0, 60), (2, 648, 60), (2, 1286, 60)):
        every = names(length)
        place = {core: at for at, core in enumerate(every)}
        right = by_distance = trials = 0
        for key in range(keys):
            done = cores(space, every, f"client {key}")
            order = chances.sample(range(len(every)), len(every))
            free = [done[place] for place in order[known:]]
            targets = order[known : known + 50]
            right += sum(chances.choice(free) == done[place] for place in targets)
            trials += len(targets)
            for target in targets if known else ():
                near = min(order[:known], key=lambda name: abs(name - target))
                by_distance += (place[done[near]] + target - near) % len(every) == place[done[target]]
        bound = 1 / (len(every) - known)
        margin = 4.5 * np.sqrt(bound / trials) + 1 / trials
        assert abs(right / trials - bound) < margin
        assert by_distance / trials < bound + margin
        known_text = f"knows {known:,} of the {len(every):,} names of {length} symbol{'s' * (length > 1)}"
        measured[known_text] = f"1 in {len(every) - known:,} for each other name"
    stated(measured)


def test_two_forms_known_whole_tell_a_third(space: Space, stated: Stated) -> None:
    """Each form goes through one table T, then a step of its own, then T again.

    So the way from one form's cores to another's is T back, a step, T: where it is one cycle, the way to any third form
    is a power of it, and one pair tells which. That needs two forms whole: what the tables hold against is fewer pairs.
    """
    every = names(2)
    dashed, dotted, lined = ([b"%c%b%c" % (n[0], mark, n[1]) for n in every] for mark in (b"-", b".", b"_"))
    found = []
    for client in range(12):
        one, two, three = (
            [core[:1] + core[-1:] for core in cores(space, form, f"client {client}")]
            for form in (dashed, dotted, lined)
        )
        step = dict(zip(one, two))
        cycle = [one[0]]
        while (after := step[cycle[-1]]) != cycle[0]:
            cycle.append(after)
        if len(cycle) < len(every):
            continue
        place = {core: at for at, core in enumerate(cycle)}
        power = (place[three[0]] - place[one[0]]) % len(cycle)
        guesses = [cycle[(place[core] + power) % len(cycle)] for core in one]
        found.append(sum(a == b for a, b in zip(guesses, three)) / len(every))
    assert found
    assert min(found) == 1
    stated(
        {"knows all 1,296 names like `a-b` and like `a.b`, and one like `a_b`": f"{min(found):.0%} of those like `a_b`"}
    )
