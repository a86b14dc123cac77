"""Blanks behind a replacement make up for its length, and nothing else changes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.alignment import keep_columns

#: Pieces of a line: a text, the replacement of it or None, and how many blanks follow.
PIECES = st.lists(
    st.tuples(
        st.text("ab", min_size=1, max_size=6), st.none() | st.text("xyz", min_size=0, max_size=9), st.integers(0, 5)
    ),
    max_size=6,
)


def spliced(pieces: list[tuple[str, str | None, int]]) -> tuple[str, str]:
    """The line before, and as ``keep_columns`` has it."""
    before = "".join(text + " " * blanks for text, _, blanks in pieces)
    at, start, end, texts = 0, [], [], []
    for text, new, blanks in pieces:
        if new is not None:
            start.append(at)
            end.append(at + len(text))
            texts.append(new.encode())
        at += len(text) + blanks
    arena = np.frombuffer(b"".join(texts) + b"?", np.uint8)
    text_end = np.cumsum([len(text) for text in texts]).astype(np.int64)
    text_start = text_end - np.array([len(text) for text in texts], np.int64)
    data = np.frombuffer(before.encode() or b"?", np.uint8)
    first = np.array(start, np.int64)
    last = np.full(len(start), len(before), np.int64)
    stop, text_start, text_end, arena = keep_columns(
        data, first, np.array(end, np.int64), last, text_start, text_end, arena
    )
    after, here = "", 0
    for s, e, a, b in zip(start, stop.tolist(), text_start.tolist(), text_end.tolist(), strict=True):
        after += before[here:s] + arena[a:b].tobytes().decode()
        here = e
    return before, after + before[here:]


def plain(pieces: list[tuple[str, str | None, int]]) -> str:
    """The same, piece by piece."""
    line = ""
    for place, (text, new, blanks) in enumerate(pieces):
        written = text if new is None else new
        if new is not None and blanks > 1 and place + 1 < len(pieces):
            blanks = max(1, blanks + len(text) - len(new))
        line += written + " " * blanks
    return line


@given(PIECES)
def test_blanks_make_up_for_the_difference_and_one_stays(pieces: list[tuple[str, str | None, int]]) -> None:
    assert spliced(pieces)[1] == plain(pieces)


def test_a_table_stays_a_table() -> None:
    rows = [("gw-01", "host-x1", 9), ("192.0.2.7", "198.51.100.201", 6), ("printer", "host-qwertzu", 4), ("a", "", 20)]
    lines = ["".join((f"{name:<{len(name) + blanks}}", "up")) for name, _, blanks in rows]
    after = [spliced([(name, new, blanks), ("up", None, 0)])[1] for name, new, blanks in rows]
    assert [line.index("up") for line in lines] == [14, 15, 11, 21]
    assert [line.index("up") for line in after] == [14, 15, 13, 21], "where it fits; else one blank is left"


def test_one_blank_is_no_column_and_those_at_the_end_are_left() -> None:
    assert spliced([("ab", "x", 1), ("b", None, 0)])[1] == "x b"
    assert spliced([("ab", "x", 3)])[1] == "x   "
