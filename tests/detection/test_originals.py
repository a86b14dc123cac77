"""Originals are found where they stand between non-word bytes, in any letter case, unless wholly covered."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.originals import Originals
from pipeline.detection.values import Values
from recognizers.declaration import WORD

LETTERS = "abA.-_ /é"


def reference(text: bytes, originals: list[bytes], covered: list[bool]) -> set[tuple[int, int, bytes]]:
    found = set()
    for original in originals:
        first = next((n for n, byte in enumerate(original) if byte in WORD), len(original))
        if len(original) - first < 4:
            continue
        for s in range(len(text) - len(original) + 1):
            e = s + len(original)
            if text[s:e].lower() != original.lower() or all(covered[s:e]):
                continue
            at = s + first
            starts_word = at == 0 or text[at - 1] not in WORD
            ends_word = e == len(text) or text[e] not in WORD or text[e - 1] not in WORD
            if starts_word and ends_word:
                found.add((s, e, original))
    return found


@given(
    st.lists(st.text(LETTERS, min_size=4, max_size=22).map(str.encode), max_size=5, unique_by=bytes.lower),
    st.lists(st.text(LETTERS, max_size=6).map(str.encode), max_size=6),
    st.data(),
)
def test_originals_are_found_as_a_plain_search_finds_them(
    originals: list[bytes], gaps: list[bytes], data: st.DataObject
) -> None:
    pieces = [piece for gap in gaps for piece in (gap, data.draw(st.sampled_from([*originals, b""])))]
    text = b"".join(pieces)
    covered = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    values = Values()
    numbers = np.array(sorted(values.number(0, o) for o in originals), np.int32)
    index = Originals(values, numbers, np.ones(len(numbers), np.bool_))
    start, end, which, _ = index.find(
        np.frombuffer(text or b"\x00", np.uint8),
        np.zeros(1, np.int64),
        np.array([len(text)], np.int64),
        np.zeros(1, np.bool_),
        np.array(covered or [False], np.bool_),
    )
    got = {(s, e, values.text[numbers[w]]) for s, e, w in zip(start.tolist(), end.tolist(), which.tolist())}
    assert got == reference(text, originals, covered)
