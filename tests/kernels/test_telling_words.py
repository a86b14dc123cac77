"""Texts that may be someone's: equal to a plain reference."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.telling_words import are_telling, packed_words

LETTERS = rb"[A-Za-z\x80-\xff']+"
WORD = re.compile(LETTERS + rb"[,.:;?!\")]*")
FIRST = re.compile(LETTERS)
TELLING = [b"she", b"it's", b"colleague", "né".encode()]
PIECES = st.sampled_from(
    ["she", "She,", "IT'S", "colleagues", "a", "naïve,", "off.", "7", "a1", "k=v", '"', "()", "\x01", "[b]", "né?!"]
)


@given(
    st.lists(st.lists(PIECES, max_size=14).map(" ".join), min_size=1, max_size=4),
    st.sampled_from([" ", "\t", "\n "]),
    st.integers(0, 2),
)
def test_texts_of_words_that_tell_may_be_someones(texts: list[str], blank: str, least: int) -> None:
    raw = [text.replace(" ", blank).encode() for text in texts]
    end = np.cumsum([len(text) for text in raw]).astype(np.int64)
    start = end - [len(text) for text in raw]
    telling = np.empty(len(raw), np.bool_)
    data = np.frombuffer(b"".join(raw) + b"\0", np.uint8)
    are_telling(data, start, end, packed_words(TELLING), least, telling)
    expected = []
    for text in raw:
        parts = re.findall(rb"[^\x00-\x20]+", text[:512])
        words = sum(WORD.fullmatch(part) is not None for part in parts)
        begun = [found.group()[:8].lower() for part in parts if (found := FIRST.match(part))]
        told = sum(word in [each[:8] for each in TELLING] for word in begun)
        expected.append(told >= least and words >= 5 and words * 5 >= len(parts) * 3)
    assert telling.tolist() == expected
