"""Texts that may be sentences: equal to a plain reference."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.wordy import are_wordy

WORD = re.compile(rb"[A-Za-z\x80-\xff']+[,.:;?!\")]*")
PIECES = st.sampled_from(
    ["she", "it's", "a", "naïve,", "off.", "7", "a1", "k=v", "x", '"', "()", "\x01", "[b]", "né?!"]
)


@given(
    st.lists(st.lists(PIECES, max_size=14).map(" ".join), min_size=1, max_size=4), st.sampled_from([" ", "\t", "\n "])
)
def test_texts_of_words_may_be_sentences(texts: list[str], blank: str) -> None:
    raw = [text.replace(" ", blank).encode() for text in texts]
    end = np.cumsum([len(text) for text in raw]).astype(np.int64)
    start = end - [len(text) for text in raw]
    wordy = np.empty(len(raw), np.bool_)
    are_wordy(np.frombuffer(b"".join(raw) + b"\0", np.uint8), start, end, wordy)
    parts = [re.findall(rb"[^\x00-\x20]+", text[:512]) for text in raw]
    words = [sum(WORD.fullmatch(part) is not None for part in each) for each in parts]
    assert wordy.tolist() == [w >= 5 and w * 5 >= len(each) * 3 for w, each in zip(words, parts)]
