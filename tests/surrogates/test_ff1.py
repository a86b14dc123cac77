"""FF1 is NIST's FF1: its samples, and a plain reading of the standard beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.surrogates.ff1 import FF1, SMALLEST_DOMAIN, shortest
from pipeline.surrogates.strings import Strings

SAMPLES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("ff1_samples.json").read_text())["samples"]
KEY = bytes(range(32))


def number(digits: bytes, radix: int) -> int:
    value = 0
    for digit in digits:
        value = value * radix + digit
    return value


def numerals(value: int, radix: int, length: int) -> bytes:
    return bytes(value // radix**place % radix for place in reversed(range(length)))


def plainly(key: bytes, radix: int, digits: bytes, tweak: bytes, *, inverse: bool = False) -> bytes:
    """SP 800-38G, algorithms 7 and 8, one string at a time."""

    def cipher(block: bytes) -> bytes:
        return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)

    n, t = len(digits), len(tweak)
    u = n // 2
    v = n - u
    b = ((radix**v - 1).bit_length() + 7) // 8
    d = 4 * ((b + 3) // 4) + 4
    p = b"\x01\x02\x01" + radix.to_bytes(3, "big") + b"\x0a" + bytes([u % 256]) + n.to_bytes(4, "big")
    p += t.to_bytes(4, "big")

    def rounded(i: int, half: int) -> int:
        q = tweak + bytes((-t - b - 1) % 16) + bytes([i]) + half.to_bytes(b, "big")
        state = bytes(16)
        for at in range(0, len(p + q), 16):
            state = cipher(bytes(x ^ y for x, y in zip(state, (p + q)[at : at + 16])))
        stream = state
        for j in range(1, (d + 15) // 16):
            stream += cipher(bytes(x ^ y for x, y in zip(state, j.to_bytes(16, "big"))))
        return int.from_bytes(stream[:d], "big")

    a, b_half = number(digits[:u], radix), number(digits[u:], radix)
    for i in reversed(range(10)) if inverse else range(10):
        modulus = radix ** (v if i % 2 else u)
        if inverse:
            a, b_half = (b_half - rounded(i, a)) % modulus, a
        else:
            a, b_half = b_half, (a + rounded(i, b_half)) % modulus
    return numerals(a, radix, u) + numerals(b_half, radix, v)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: f"{len(s['key']) * 4}-{s['radix']}-{s['tweak']}")
def test_every_published_sample_holds_in_both_directions(sample: dict[str, Any]) -> None:
    key, radix, tweak = bytes.fromhex(sample["key"]), sample["radix"], bytes.fromhex(sample["tweak"])
    plain, cipher = (bytes(int(c, 36) for c in sample[side]) for side in ("plain", "cipher"))
    ff1 = FF1(key, radix)
    assert ff1.mapped(Strings.of([plain] * 3), Strings.of([tweak] * 3)).texts() == [cipher] * 3
    assert ff1.mapped(Strings.of([cipher] * 3), Strings.of([tweak] * 3), inverse=True).texts() == [plain] * 3
    assert plainly(key, radix, plain, tweak) == cipher
    assert plainly(key, radix, cipher, tweak, inverse=True) == plain


@st.composite
def strings(draw: st.DrawFn) -> tuple[int, list[bytes], list[bytes]]:
    radix = draw(st.sampled_from([2, 3, 10, 16, 26, 36, 255, 256]))
    least = shortest(radix)
    symbols = st.integers(0, radix - 1) | st.just(radix - 1)
    lengths = st.integers(least, least + 4) | st.integers(least, 128)
    some = lengths.flatmap(lambda n: st.lists(symbols, min_size=n, max_size=n).map(bytes))
    values = draw(st.lists(some, min_size=1, max_size=6))
    return radix, values, draw(st.lists(st.binary(max_size=70), min_size=len(values), max_size=len(values)))


@given(strings())
@settings(max_examples=200, deadline=None)
def test_strings_of_any_lengths_together_are_what_the_standard_makes_of_each(
    case: tuple[int, list[bytes], list[bytes]],
) -> None:
    radix, values, tweaks = case
    ff1 = FF1(KEY, radix)
    done = ff1.mapped(Strings.of(values), Strings.of(tweaks))
    assert done.texts() == [plainly(KEY, radix, value, tweak) for value, tweak in zip(values, tweaks)]
    assert ff1.mapped(done, Strings.of(tweaks), inverse=True).texts() == values
    assert plainly(KEY, radix, done.texts()[0], tweaks[0], inverse=True) == values[0]


@pytest.mark.parametrize(("radix", "length"), [(10, 5), (36, 3), (2, 19), (10, 129)])
def test_domains_too_small_to_be_safe_and_strings_too_long_are_refused(radix: int, length: int) -> None:
    with pytest.raises(ValueError, match="are needed"):
        FF1(KEY, radix).mapped(Strings.of([bytes(length)]), Strings.empty(1))


@pytest.mark.parametrize("radix", [2, 10, 16, 26, 36, 256])
def test_the_shortest_strings_are_the_first_with_a_million(radix: int) -> None:
    assert radix ** (shortest(radix) - 1) < SMALLEST_DOMAIN <= radix ** shortest(radix)


def test_no_strings_at_all_are_no_strings() -> None:
    assert FF1(KEY, 10).mapped(Strings.empty(0), Strings.empty(0)).texts() == []


@given(st.lists(st.tuples(st.binary(max_size=9), st.binary(max_size=9)), max_size=8), st.data())
@settings(deadline=None)
def test_many_texts_in_one_array_are_the_texts(pairs: list[tuple[bytes, bytes]], data: st.DataObject) -> None:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    texts = Strings.of(one)
    assert texts.texts() == one and len(texts) == len(one)
    assert texts.beside(Strings.of(other)).texts() == [a + b for a, b in pairs]
    chosen = data.draw(st.lists(st.integers(0, len(one) - 1), max_size=6)) if one else []
    assert texts.take(np.array(chosen, np.int64)).texts() == [one[i] for i in chosen]
    assert texts.only(texts.flat > 99).texts() == [bytes(c for c in a if c > 99) for a in one]
    assert Strings.of_rows(np.zeros((2, 3), np.uint8)).texts() == [bytes(3)] * 2
