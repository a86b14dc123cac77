"""FF1 is NIST's FF1, and its array form is its scalar form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.surrogates.ff1 import FF1

SAMPLES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("ff1_samples.json").read_text())["samples"]
KEY = bytes(range(32))


def numerals(text: str) -> list[int]:
    return [int(c, 36) for c in text]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: f"{len(s['key']) * 4}-{s['radix']}-{s['tweak']}")
def test_every_published_sample_holds_in_both_forms_and_directions(sample: dict[str, Any]) -> None:
    ff1 = FF1(bytes.fromhex(sample["key"]), sample["radix"])
    tweak, plain, cipher = bytes.fromhex(sample["tweak"]), numerals(sample["plain"]), numerals(sample["cipher"])
    assert ff1.encrypt(plain, tweak) == cipher
    assert ff1.decrypt(cipher, tweak) == plain
    assert ff1.whole(np.array([plain] * 5), tweak, decrypting=False).tolist() == [cipher] * 5
    assert ff1.whole(np.array([cipher] * 5), tweak, decrypting=True).tolist() == [plain] * 5


@st.composite
def strings(draw: st.DrawFn) -> tuple[int, np.ndarray, np.ndarray]:
    radix = draw(st.sampled_from([2, 10, 16, 26, 36, 256, 65536]))
    least = next(n for n in range(2, 30) if radix**n >= 10**6)
    length = draw(st.integers(least, max(least, 70 if radix < 256 else 12)))
    rows = draw(st.lists(st.lists(st.integers(0, radix - 1), min_size=length, max_size=length), min_size=1, max_size=6))
    width = draw(st.integers(0, 40))
    tweaks = draw(st.lists(st.binary(min_size=width, max_size=width), min_size=len(rows), max_size=len(rows)))
    return radix, np.array(rows), np.frombuffer(b"".join(tweaks), np.uint8).reshape(len(rows), width)


@given(strings())
@settings(max_examples=150, deadline=None)
def test_the_array_form_equals_the_scalar_form_and_decrypts(case: tuple[int, np.ndarray, np.ndarray]) -> None:
    radix, rows, tweaks = case
    ff1 = FF1(KEY, radix)
    expected = [ff1.encrypt(row.tolist(), tweak.tobytes()) for row, tweak in zip(rows, tweaks, strict=True)]
    done = ff1.whole(rows, tweaks, decrypting=False)
    assert done.tolist() == expected
    assert ff1.encrypt_many(rows, tweaks).tolist() == expected
    assert ff1.whole(done, tweaks, decrypting=True).tolist() == rows.tolist()
    assert ff1.decrypt_many(done, tweaks).tolist() == rows.tolist()
    assert ff1.decrypt(expected[0], tweaks[0].tobytes()) == rows[0].tolist()


@pytest.mark.parametrize(("radix", "length"), [(10, 5), (36, 3), (2, 19), (1000, 1)])
def test_domains_too_small_to_be_safe_are_refused(radix: int, length: int) -> None:
    with pytest.raises(ValueError, match="fewer than"):
        FF1(KEY, radix).encrypt([0] * length)
