"""The edge rule: an identifier that two segments share does not show in either."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures.segment_edges import line_end, whole_words

TEXTS = st.text("ab \n\r\t.:", max_size=30).map(str.encode)


def plainly(raw: bytes, begins: bool) -> bytes:
    if not begins:
        raw = re.sub(rb"\A[^\x00-\x20]+", b"", raw)
    return re.sub(rb"[^\x00-\x20]+\Z", b"", raw)


@given(TEXTS, st.booleans())
def test_words_at_an_edge_are_left_out(raw: bytes, begins: bool) -> None:
    data = np.frombuffer(b"x" + raw + b"x", np.uint8)
    start, end = whole_words(data, 1, 1 + len(raw), begins)
    assert 1 <= start <= end <= 1 + len(raw)
    assert data[start:end].tobytes() == plainly(raw, begins)


@given(TEXTS, TEXTS, st.sampled_from(["alice", "192.0.2.1", "a@b"]))
def test_a_word_cut_anywhere_shows_in_neither_segment(before: bytes, after: bytes, word: str) -> None:
    whole = before + b" " + word.encode() + b" " + after
    for cut in range(len(before) + 2, len(before) + 1 + len(word)):
        shown = plainly(whole[:cut], True), plainly(whole[cut:], False)
        assert shown[0] == before[: len(before)] + b" "
        assert shown[1] == b" " + re.sub(rb"[^\x00-\x20]+\Z", b"", after)


@given(TEXTS)
def test_a_line_ends_before_its_line_ending(raw: bytes) -> None:
    data = np.frombuffer(raw + b"x", np.uint8)
    end, after = line_end(data, 0, len(raw))
    line, feed, _ = raw.partition(b"\n")
    if feed:
        assert (end, after) == (len(line[:-1] if line.endswith(b"\r") else line), len(line) + 1)
    else:
        assert (end, after) == (len(raw), -1)
