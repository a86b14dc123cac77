"""The table of distinct texts, and the cutting of tokens, equal to what a dict and ``re`` give."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.patterns import TOKEN_KINDS
from pipeline.detection.values import Values, Vocabulary
from pipeline.kernels.texts import WANTED, TextTable, tokens_in
from recognizers.declaration import TOKEN, is_telling


def interned(table: TextTable, texts: list[tuple[int, bytes]]) -> list[int]:
    sizes = np.array([len(t) for _, t in texts], np.int64)
    end = np.cumsum(sizes)
    data = np.frombuffer(b"".join(t for _, t in texts) or b"\x00", np.uint8)
    return table.intern(data, end - sizes, end, np.array([tag for tag, _ in texts], np.int32)).tolist()


@given(st.lists(st.lists(st.tuples(st.integers(0, 2), st.binary(max_size=6)), max_size=40), max_size=4))
def test_equal_tagged_texts_get_equal_numbers_in_order_of_first_sight(calls: list[list[tuple[int, bytes]]]) -> None:
    table, reference = TextTable(), dict[tuple[int, bytes], int]()
    for texts in calls:
        expected = [reference.setdefault(t, len(reference)) for t in texts]
        assert interned(table, texts) == expected
    assert table.count == len(reference)
    for (tag, text), number in reference.items():
        assert table.text(number) == text and table.tag[number] == tag


@given(st.lists(st.lists(st.binary(max_size=20), max_size=5), max_size=4), st.randoms())
def test_texts_of_values_come_in_the_order_asked_for(calls: list[list[bytes]], random: Random) -> None:
    values = Values(Vocabulary([], []))
    for texts in calls:
        for text in texts:
            values.number(0, text)
        numbers = [random.randrange(len(values)) for _ in range(4 if len(values) else 0)]
        data, begin = values.texts(np.array(numbers, np.int32))
        cut = [data[start:end].tobytes() for start, end in zip(begin, begin[1:])]
        assert cut == [values.text[n] for n in numbers]
        assert data[begin[-1] :].tobytes() == bytes(8)


def test_a_table_grows_past_its_first_room() -> None:
    table = TextTable()
    texts = [(0, b"%d" % n * 20) for n in range(30_000)]
    assert interned(table, texts) == list(range(30_000))
    assert interned(table, texts[::-1]) == list(range(30_000))[::-1]


@given(st.text("abx1.:-@_ ", max_size=60).map(str.encode), st.integers(1, 6), st.booleans())
def test_tokens_are_maximal_runs_of_token_bytes_less_those_passed_over(text: bytes, least: int, with_x: bool) -> None:
    kinds = TOKEN_KINDS.copy()
    kinds[ord("x")] |= WANTED
    start, end = tokens_in(np.frombuffer(text, np.uint8), kinds, WANTED if with_x else 0, least)
    found = list(zip(start.tolist(), end.tolist()))
    assert found == [
        m.span()
        for m in TOKEN.finditer(text)
        if (len(m[0]) >= least or is_telling(m[0])) and (b"x" in m[0] or not with_x)
    ]


def test_all_tokens_are_found_where_they_are_many() -> None:
    text = b". " * 10_000 + b"a. " * 10_000
    start, _ = tokens_in(np.frombuffer(text, np.uint8), TOKEN_KINDS, 0, 15)
    assert start.tolist() == list(range(20_000, 50_000, 3))
