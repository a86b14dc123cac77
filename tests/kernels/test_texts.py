"""The table of distinct texts, and the cutting of tokens, equal to what a dict and ``re`` give."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.patterns import TOKEN_KINDS
from pipeline.kernels.texts import TextTable
from recognizers.declaration import TOKEN


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


def test_a_table_grows_past_its_first_room() -> None:
    table = TextTable()
    texts = [(0, b"%d" % n * 20) for n in range(30_000)]
    assert interned(table, texts) == list(range(30_000))
    assert interned(table, texts[::-1]) == list(range(30_000))[::-1]


@given(st.lists(st.text("ab.: ", max_size=30).map(str.encode), max_size=4), st.integers(1, 4))
def test_tokens_are_maximal_runs_and_only_those_come_back_that_bear_or_are_new(texts: list[bytes], least: int) -> None:
    table, bearing = TextTable(), {b"a.": 1}
    for text in texts:
        bears = np.array([table.text(n) in bearing for n in range(table.count)], np.bool_)
        known = {table.text(n) for n in range(table.count)}
        data = np.frombuffer(text, np.uint8)
        start, number = table.intern_tokens(data, TOKEN_KINDS, 0, least, bears)
        wanted = [m for m in TOKEN.finditer(text) if len(m[0]) >= least or (len(m[0]) > 1 and set(m[0]) & set(b".:"))]
        expected = [(m.start(), m[0]) for m in wanted if m[0] in bearing or m[0] not in known]
        assert [(s, table.text(n)) for s, n in zip(start.tolist(), number.tolist())] == expected


def test_tokens_are_numbered_past_the_first_room_of_the_table() -> None:
    table = TextTable()
    text = b" ".join(b"%d.%s" % (n, b"x" * (n % 7 * 100)) for n in range(20_000))
    start, number = table.intern_tokens(np.frombuffer(text, np.uint8), TOKEN_KINDS, 0, 1, np.zeros(0, np.bool_))
    assert number.tolist() == list(range(20_000))
    assert start.tolist() == [m.start() for m in TOKEN.finditer(text)]
    assert table.text(19_999) == text.split()[-1]
