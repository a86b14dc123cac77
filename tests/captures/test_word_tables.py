"""Tables of words: what stands in one is found whatever its letter case, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures.word_tables import LONGEST, word_number, word_table

WORDS = st.text("abYZ-9", min_size=1, max_size=5)


@given(st.lists(WORDS, min_size=1, max_size=60, unique_by=str.lower), st.lists(WORDS, max_size=20))
def test_a_word_is_found_whatever_its_letter_case(words: list[str], others: list[str]) -> None:
    table = word_table(words)
    lowered = [word.lower() for word in words]
    for word in [*words, *(w.swapcase() for w in words), *others]:
        data = np.frombuffer(f"b{word}a".encode(), np.uint8)
        plain = lowered.index(word.lower()) if word.lower() in lowered else -1
        assert word_number(data, 1, len(data) - 1, table) == plain


def test_an_empty_word_and_one_that_is_too_long_are_in_no_table() -> None:
    data = np.frombuffer(b"a" * (LONGEST + 1), np.uint8)
    table = word_table("a")
    assert word_number(data, 0, 1, table) == 0
    assert word_number(data, 1, 1, table) == -1
    assert word_number(data, 0, len(data), table) == -1


@pytest.mark.parametrize("words", ["a A", "a" * (LONGEST + 1)])
def test_a_table_that_could_not_be_read_back_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="distinct"):
        word_table(words)
