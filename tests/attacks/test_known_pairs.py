"""Pairs of an address and its pseudonym that someone knows, from outside or because she wrote them into the log.

A prefix-preserving map gives away, of each other address, the bits up to and with the first one in which its pseudonym
differs from a known one, and nothing below (Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address Anonymization, 2002;
writing into the log: Brekne, Årnes, Øslebø, PET 2005).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from conftest import Space, Stated

#: Addresses of 10.0.0.0/8: the first 8 bits stay, 24 are mapped.
FIXED, WIDTH = 8, 32
Pairs = Sequence[tuple[int, int]]


def text(address: int) -> bytes:
    return b"%d.%d.%d.%d" % tuple(address.to_bytes(4, "big"))


def number(written: bytes) -> int:
    return int.from_bytes(bytes(map(int, written.split(b"."))), "big")


def mapped(addresses: Sequence[int], space: Space) -> list[int]:
    texts = [text(address) for address in addresses]
    return [number(written) for written in space().pseudonyms("ip", texts, texts)]


def shared_bits(one: int, other: int) -> int:
    return WIDTH - (one ^ other).bit_length()


def deduced(pseudonym: int, pairs: Pairs) -> tuple[int, int]:
    """How many bits of the original the pairs tell, and the original as far as they tell it."""
    bits, original = max((shared_bits(pseudonym, known), plain) for plain, known in pairs)
    if bits == WIDTH:
        return WIDTH, original
    # The pseudonyms part at the next bit, and so do the originals.
    told = bits + 1
    return told, (original ^ 1 << WIDTH - told) >> WIDTH - told << WIDTH - told


def expected_bits(pairs: int) -> float:
    """Of 24 mapped bits of a random address, told by so many random pairs: the sum over t of P(at least t told)."""
    free = WIDTH - FIXED
    return 1 + sum(1 - (1 - 2.0**-t) ** pairs for t in range(1, free))


def drawn(seed: int, count: int) -> list[int]:
    return [10 << 24 | n for n in random.Random(seed).sample(range(1 << 24), count)]


def test_random_pairs_tell_the_prefixes_they_share_and_no_bit_more(space: Space, stated: Stated) -> None:
    addresses = drawn(1, 1024 + 2000)
    pseudonyms = mapped(addresses, space)
    targets = list(zip(addresses[1024:], pseudonyms[1024:]))
    told: dict[int, float] = {}
    for pairs in (1, 16, 256, 1024):
        known = list(zip(addresses[:pairs], pseudonyms[:pairs]))
        turned: dict[int, int] = {}
        total = []
        for original, pseudonym in targets:
            bits, guess = deduced(pseudonym, known)
            assert shared_bits(original, guess) >= bits
            total.append(bits - FIXED)
            for bit in range(bits, WIDTH):
                turned[1 << bit | original >> WIDTH - bit] = (original ^ pseudonym) >> WIDTH - 1 - bit & 1
        # Below that nothing helps: a bit of the pseudonym is the original's or its opposite, as likely as not.
        assert abs(np.mean(list(turned.values())) - 0.5) < 4 * 0.5 / np.sqrt(len(turned))
        told[pairs] = float(np.mean(total))
        assert abs(told[pairs] - expected_bits(pairs)) < 4 * np.std(total) / np.sqrt(len(total)) + 0.01
    stated(
        {
            f"knows {n:,} random pair{'s' * (n > 1)} in 10/8": f"{b:.1f} of the 24 bits of another address"
            for n, b in told.items()
        }
    )


def test_one_pair_of_a_subnet_tells_the_subnet(space: Space, stated: Stated) -> None:
    """A plan of 40 subnets of /24 with 25 hosts each; the attacker knows one host in every one of ten."""
    chances = random.Random(2)
    subnets = [10 << 24 | n << 8 for n in chances.sample(range(1 << 16), 40)]
    hosts = [subnet | host for subnet in subnets for host in chances.sample(range(256), 25)]
    pseudonyms = dict(zip(hosts, mapped(hosts, space)))
    known = [(hosts[25 * n], pseudonyms[hosts[25 * n]]) for n in range(10)]
    inside = [h for h in hosts[:250] if h not in dict(known)]
    outside = hosts[250:]
    subnet_told = sum(deduced(pseudonyms[h], known)[0] >= 24 for h in inside) / len(inside)
    bits = float(np.mean([deduced(pseudonyms[h], known)[0] for h in inside])) - 24
    elsewhere = sum(deduced(pseudonyms[h], known)[0] >= 24 for h in outside) / len(outside)
    assert subnet_told == 1
    assert elsewhere == 0
    # A subnet of 25 hosts: the known one tells 1 + 1/2 + 1/4 … of its last eight bits, as expected_bits(1).
    assert abs(bits - 2) < 0.4
    stated({
        "knows one host of a /24": f"the /24 of {subnet_told:.0%} of its other hosts, and {bits:.1f} of their 8 bits",
        "knows no host of the /24": f"the /24 of {elsewhere:.0%} of its hosts",
    })  # fmt: skip


def test_who_writes_addresses_into_the_log_reads_any_address_bit_by_bit(space: Space, stated: Stated) -> None:
    """She sees the target's pseudonym, has a line with an address of her choice in each release, and learns from it."""
    releases = []
    for target in drawn(3, 100):
        (pseudonym,) = mapped([target], space)
        chances = random.Random(target)
        pairs: list[tuple[int, int]] = []
        guess, bits = 10 << 24, FIXED
        while bits < WIDTH:
            own = guess | chances.getrandbits(WIDTH - bits)
            pairs.append((own, *mapped([own], space)))
            bits, guess = deduced(pseudonym, pairs)
        assert guess == target
        releases.append(len(pairs))
    assert max(releases) <= WIDTH - FIXED
    # Each line tells two bits on average.
    assert abs(np.mean(releases) - 12) < 4 * np.std(releases) / 10 + 0.5
    figure = f"all 24 bits of a target after {np.mean(releases):.0f} lines on average, {max(releases)} at most"
    stated({"has one line with an address of 10/8 of her choice in each release": figure})
