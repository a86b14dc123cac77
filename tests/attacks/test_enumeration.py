"""An attacker without the key who tries all values there are: addresses, the MACs of one vendor, a list of names.

Trying all values under a function finds exactly those that the function maps to their pseudonyms. So each function is
applied to the originals themselves: what it hits is what trying all 2^32 addresses would find.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import zlib
from collections.abc import Callable, Iterator
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.numbers import luhn
from pipeline.surrogates.space import SurrogateSpace

if TYPE_CHECKING:
    from conftest import Space, Stated

COUNT = 800
#: A vendor's prefix (RFC 7042).
OUI = "00005e"
FIRST = (  # noqa: SIM905
    "ada ben carla dario elena farid greta hugo ines jonas karin luca marion nils olga pedro quentin rosa sven tara"
    " uwe vera wim yara zoe andreas beatrice christoph dominique elisabeth"
).split()
LAST = (  # noqa: SIM905
    "adler brandt castro dietz ebert fischer gallo hale ivanov jensen keller lang moreau novak okafor peters quint"
    " rossi schmid tanaka ullman vega weber xu york zeller abernathy bergstrom castellano dietrichson"
).split()
#: What people take for a secret, and what a recipient reads in a release or guesses: names, ids, defaults.
GUESSES = (
    b"", b"\0", b"\xff", b"0", b"1", b"0" * 16, b"key", b"secret", b"password", b"changeme", b"redact", b"surrogate",
    b"acme", b"cisco", b"acme cisco",
)  # fmt: skip


def addresses() -> list[bytes]:
    """Half private, half public, outside what is kept."""
    chances = random.Random(11)
    private = [10 << 24 | n for n in chances.sample(range(1 << 24), COUNT // 2)]
    public = [n << 8 | chances.randrange(256) for n in chances.sample(range(0xC63400, 0xDFFFFF), COUNT // 2)]
    return [b"%d.%d.%d.%d" % tuple(n.to_bytes(4, "big")) for n in private + public]


def macs() -> list[bytes]:
    return [f"{OUI}{n:06x}".encode() for n in random.Random(12).sample(range(1 << 24), COUNT)]


def names() -> list[bytes]:
    return [f"{first}.{last}".encode() for first, last in product(FIRST, LAST)][:COUNT]


VALUES: dict[str, Callable[[], list[bytes]]] = {"ip": addresses, "mac": macs, "account": names}


def spellings(namespace: str, value: bytes) -> list[bytes]:
    """The ways to write a value before it is hashed."""
    if namespace == "ip":
        octets = bytes(map(int, value.split(b".")))
        return [value, octets, octets[::-1]]
    if namespace == "mac":
        octets = bytes.fromhex(value.decode())
        return [value, octets, value[6:], octets[3:], octets.hex(":").encode(), octets.hex(":").upper().encode()]
    return [value, value.upper(), value.replace(b".", b"")]


def mapped_part(namespace: str, value: bytes) -> tuple[int, int]:
    """What is mapped of a value, as a number, and how many there are. Of an address the last 24 bits are asked for."""
    if namespace == "ip":
        return int.from_bytes(bytes(map(int, value.split(b"."))), "big") & 0xFFFFFF, 1 << 24
    if namespace == "mac":
        return int(value[6:], 16), 1 << 24
    core = value.removeprefix(b"user-").replace(b".", b"")
    return int(core, 36), 36 ** len(core)


def functions(text: bytes) -> Iterator[int]:
    """Numbers that functions without a secret, or with a guessable one, make of a text."""
    yield int.from_bytes(text, "big")
    yield zlib.crc32(text)
    yield zlib.adler32(text)
    for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256"):
        yield int.from_bytes(hashlib.new(name, text).digest(), "big")
    for guess in GUESSES:
        yield int.from_bytes(hmac.digest(guess, text, "sha256"), "big")
        yield int.from_bytes(hashlib.sha256(guess + text).digest(), "big")


def tried(namespace: str, original: bytes) -> Iterator[int]:
    """Mapped parts that an attacker makes of an original: either end of each function's number, alone or added."""
    old, size = mapped_part(namespace, original)
    for text in spellings(namespace, original):
        for number in functions(text):
            for end in (number % size, number >> max(0, number.bit_length() - size.bit_length() + 1)):
                yield end % size
                yield (end + old) % size
                yield (end ^ old) % size


@pytest.mark.parametrize("namespace", VALUES)
def test_no_function_without_the_key_makes_a_pseudonym(namespace: str, space: Space) -> None:
    originals = VALUES[namespace]()
    pseudonyms = space().pseudonyms(namespace, originals, originals)
    found = chance = 0.0
    for original, pseudonym in zip(originals, pseudonyms):
        part, size = mapped_part(namespace, pseudonym)
        made = set(tried(namespace, original))
        found += part in made
        chance += len(made) / size
    assert chance < 0.2
    assert found == 0


@pytest.mark.parametrize("namespace", VALUES)
def test_the_products_own_maps_under_guessed_keys_turn_nothing_back(namespace: str, space: Space) -> None:
    originals = VALUES[namespace]()
    pseudonyms = space().pseudonyms(namespace, originals, originals)
    for guess in GUESSES:
        for secret in {guess.ljust(32, b"\0"), (guess * 32)[:32].ljust(32, b"\0"), hashlib.sha256(guess).digest()}:
            wrong = SurrogateSpace(ClientKey("acme", 1, "0" * 16, "0" * 16, 1, "", secret), "cisco")
            assert not any(a == b for a, b in zip(wrong.originals(namespace, pseudonyms), originals))
    assert space().originals(namespace, pseudonyms) == originals


#: Numbered values as makers and administrators give them out -> (value, symbols there are, bytes that are mapped).
NUMBERED: dict[str, tuple[Callable[[int], str], int, slice]] = {
    "mac": (lambda n: f"{OUI}12{n:04x}", 16, slice(6, 12)),
    "imei": (lambda n: (body := f"35693803{n:06d}") + str(luhn(body.encode())), 10, slice(8, 14)),
    "imsi": (lambda n: f"26201{n:010d}", 10, slice(1, 15)),
    "phone": (lambda n: f"+4930{n:07d}", 10, slice(2, 12)),
    "serial": (lambda n: f"FOC{n:08d}", 10, slice(3, 11)),
    "hash": (lambda n: f"{n:032x}", 16, slice(0, 32)),
    "account": (lambda n: f"user{n:04d}", 36, slice(5, 13)),
    "label": (lambda n: f"sw{n:03d}", 36, slice(5, 10)),
}


@pytest.mark.parametrize("namespace", NUMBERED)
def test_pseudonyms_of_neighbours_are_no_more_alike_than_of_strangers(namespace: str, space: Space) -> None:
    """Values that differ in one or a few last symbols: at each place two pseudonyms agree once in as many symbols."""
    make, symbols, part = NUMBERED[namespace]
    values = [make(n).encode() for n in range(100, 100 + COUNT)]
    cores = np.array([list(p[part]) for p in space().pseudonyms(namespace, values, values)])
    pairs = COUNT * (COUNT - 1) / 2
    for column in cores.T:
        _, counts = np.unique(column, return_counts=True)
        alike = float((counts * (counts - 1) / 2).sum()) / pairs
        # 4.5 standard deviations of a count over pairs of independent symbols, and as much again for permutations.
        assert abs(alike - 1 / symbols) < 9 * np.sqrt(1 / symbols / pairs)
    near = (cores[1:] == cores[:-1]).mean()
    assert abs(near - 1 / symbols) < 4.5 * np.sqrt(1 / symbols / (COUNT - 1) / cores.shape[1])


def test_a_list_of_addresses_tells_class_and_prefixes_and_no_bit(stated: Stated) -> None:
    """Over 400 keys: the map turns each bit of an address with a chance of 1/2, apart from all others.

    For public addresses the first bits are an exception: walking past the private blocks favours some.
    """
    keys = 400
    private = [10 << 24 | n for n in (0x14050A, 0x14050B, 0x94050A)]
    public = [0xCB007107, 0xC6336407, 0x08080808]
    texts = [b"%d.%d.%d.%d" % tuple(n.to_bytes(4, "big")) for n in (*private, *public)]
    turned = np.zeros((keys, len(texts), 32), np.int64)
    for key in range(keys):
        secret = hashlib.sha256(b"key %d" % key).digest()
        made = SurrogateSpace(ClientKey("acme", 1, "0" * 16, "0" * 16, 1, "", secret), "cisco")
        for place, written in enumerate(made.pseudonyms("ip", texts, texts)):
            difference = int.from_bytes(bytes(map(int, written.split(b"."))), "big") ^ (*private, *public)[place]
            turned[key, place] = [difference >> 31 - bit & 1 for bit in range(32)]
    margin = 4.5 * 0.5 / np.sqrt(keys)
    share = turned.mean(axis=0)
    assert not turned[:, :3, :8].any()
    assert (abs(share[:3, 8:] - 0.5) < margin).all()
    assert (abs(share[3:, 4:] - 0.5) < margin).all()
    # Two bits of one address, and equal bits of two addresses that part above, turn together half the time.
    apart = [(turned[:, 0, a], turned[:, 0, b]) for a in range(8, 32) for b in range(a) if b >= 8]
    apart += [(turned[:, 0, bit], turned[:, 2, bit]) for bit in range(9, 32)]
    assert all(abs((a == b).mean() - 0.5) < 5 * 0.5 / np.sqrt(keys) for a, b in apart)
    # Two neighbours share all but the last bit, which is turned in both or in neither.
    assert (turned[:, 0] == turned[:, 1]).all()
    best = float(np.maximum(share, 1 - share)[3:, :4].max())
    figure = f"right for {best:.0%} of keys at best; chance is 50%"
    stated({"guesses one of the first four bits of a public address": figure})


def test_a_list_of_names_is_narrowed_by_length_and_punctuation_alone(space: Space, stated: Stated) -> None:
    """The attacker holds all names, and guesses among those of the pseudonym's form."""
    staff = names()
    measured = {}
    for make in (lambda a, b: f"{a}.{b}", lambda a, b: f"{a[0]}{b}"):
        known = sorted({make(*name.decode().split(".")).encode() for name in staff})
        pseudonyms = space().pseudonyms("account", known, known)
        by_form: dict[tuple[int, ...], list[bytes]] = {}
        for name in known:
            by_form.setdefault(form(name), []).append(name)
        chances = random.Random(13)
        rounds = 25
        right = sum(
            chances.choice(by_form[form(p.removeprefix(b"user-"))]) == name
            for _ in range(rounds)
            for name, p in zip(known, pseudonyms)
        )
        expected = len(by_form) / len(known)
        assert abs(right / (rounds * len(known)) - expected) < 4 * np.sqrt(expected / (rounds * len(known)))
        alone = sum(len(group) == 1 for group in by_form.values())
        measured[f"holds the list of all {len(known)} accounts like `{make('ada', 'hale')}`"] = (
            f"{expected:.1%} guessed right; chance is {1 / len(known):.1%}; {alone} for certain"
        )
    stated(measured)


def form(name: bytes) -> tuple[int, ...]:
    return tuple(len(part) for part in name.split(b"."))
