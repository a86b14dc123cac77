"""Pseudonyms that were published under a key stay as they are, whatever becomes of the code (scheme version 1)."""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.numbers import luhn
from pipeline.surrogates.space import SurrogateSpace

#: {"values": {namespace: [[canonical, found, pseudonym], …]}, "digests": {space: {namespace: SHA-256}}}
GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())
SPACES = {
    "vendor kept": SurrogateSpace(
        ClientKey("acme", 1, "0" * 16, "0" * 16, 1, "", b"k" * 32), "cisco-1", keep_country=True
    ),
    "vendor permuted": SurrogateSpace(
        ClientKey("acme", 1, "0" * 16, "0" * 16, 1, "", b"k" * 32), "cisco-1", keep_vendor_prefix=False
    ),
}
COUNT = 1_000


def number(place: int, bits: int) -> int:
    """A number of so many bits for each place, the same on every machine."""
    return int.from_bytes(hashlib.sha256(b"%d" % place).digest(), "big") >> (256 - bits)


def symbols(place: int, alphabet: str, least: int, most: int) -> str:
    value = number(place, 250)
    length = least + value % (most - least + 1)
    return "".join(alphabet[(value >> 4 + 7 * k) % len(alphabet)] for k in range(length))


def ipv6(place: int) -> str:
    high = number(place, 64)
    tops = (0x2001 << 48, 0xFE80 << 48, 0xFD00 << 48, 0x2002 << 48, 0xFF02 << 48, 0x0064FF9B << 32, 0, high)
    masks = (48, 0, 56, 48, 0, 0, 0, 64)
    low = number(place, 128) & (1 << 64) - 1
    lows = (low, low & 0xFFFF, low >> 40 << 40 | 0xFFFE << 24 | low & 0xFFFFFF, 0xFFFF << 32 | low & 0xFFFFFFFF)
    top = tops[place % 8] | high & (1 << masks[place % 8]) - 1
    value = top << 64 | lows[place // 8 % 4]
    return ":".join(f"{value >> bits & 0xFFFF:04x}" for bits in range(112, -16, -16))


def ipv4(place: int) -> str:
    blocks = (0, 10 << 24, 192 << 24 | 168 << 16, 172 << 24 | 16 << 16, 100 << 24 | 64 << 16, 224 << 24)
    free = (32, 24, 16, 20, 22, 28)
    return str(ipaddress.IPv4Address(blocks[place % 6] | number(place, free[place % 6])))


def with_luhn(body: str) -> str:
    return f"{body}{luhn(body.encode())}"


LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
KINDS: dict[str, Callable[[int], str]] = {
    "ip": lambda n: ipv4(n) if n % 2 else ipv6(n // 2),
    "mac": lambda n: f"{number(n, 48):012x}" if n % 5 else f"{number(n, 64):016x}",
    "uuid": lambda n: f"{number(n, 128):032x}",
    "label": lambda n: ".".join(
        (symbols(n, LETTERS + "-_", 1, 30), symbols(n // 8, LETTERS, 1, 9), ("com", "example", "co.uk", "lan")[n % 4])
    ),
    "account": lambda n: symbols(n, LETTERS + "-_.+", 1, 30),
    "imei": lambda n: with_luhn(symbols(n, "0123456789", 14, 14)),
    "card": lambda n: with_luhn(symbols(n, "0123456789", 11, 18)),
    "serial": lambda n: symbols(n, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-", 5, 20) + "7",
    "hash": lambda n: symbols(n, "0123456789abcdef", 1, 32) * (1 + n % 3),
    "person": lambda n: symbols(n, LETTERS + " ", 3, 20),
    "credential": lambda n: symbols(n, LETTERS, 8, 30),
}


@pytest.mark.parametrize("namespace", GOLDEN["values"])
def test_pseudonyms_of_listed_values_stay_what_they_were(namespace: str) -> None:
    canonical, found, expected = ([text.encode() for text in column] for column in zip(*GOLDEN["values"][namespace]))
    assert SPACES["vendor kept"].pseudonyms(namespace, canonical, found) == expected


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("namespace", KINDS)
def test_pseudonyms_of_a_thousand_values_stay_what_they_were(namespace: str, space: str) -> None:
    values = [KINDS[namespace](place).encode() for place in range(COUNT)]
    done = SPACES[space].pseudonyms(namespace, values, values)
    assert hashlib.sha256(b"\n".join(done)).hexdigest() == GOLDEN["digests"][space][namespace]
