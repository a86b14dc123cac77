"""Fields that read alike, and the rows that one gives to all, equal to what a dict gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.alike import count_rows, first_alike, move_rows, repeat_rows

COLUMNS = 3
FIELDS = st.lists(st.tuples(st.text("ab", max_size=20), st.integers(0, 1), st.integers(0, COLUMNS - 1)), max_size=80)


@given(FIELDS, st.lists(st.booleans(), min_size=COLUMNS, max_size=COLUMNS))
def test_each_field_is_told_the_first_of_its_text_and_kind(
    fields: list[tuple[str, int, int]], passed: list[bool]
) -> None:
    texts = [text.encode() for text, _, _ in fields]
    end = np.cumsum([0, *map(len, texts)])
    data = np.frombuffer(b"".join(texts) or b"\x00", np.uint8)
    first, seen = np.empty(len(fields), np.int64), np.zeros((2, COLUMNS), np.int64)
    first_alike(
        data, end[:-1], end[1:], np.arange(len(fields)), np.array([kind for _, kind, _ in fields], np.int64),
        np.array([column for *_, column in fields], np.int64), np.array(passed), np.uint64(7),
        np.zeros(256, np.uint64), seen, first,
    )  # fmt: skip
    known: dict[tuple[str, int], int] = {}
    expected = [k if passed[c] else known.setdefault((text, kind), k) for k, (text, kind, c) in enumerate(fields)]
    assert first.tolist() == expected
    for column in range(COLUMNS):
        looked = [k for k, (*_, c) in enumerate(fields) if c == column and not passed[c]]
        assert seen[0, column] == sum(len(texts[k]) for k in looked)
        assert seen[1, column] == sum(len(texts[k]) for k in looked if expected[k] != k)


def test_texts_of_one_hash_are_told_apart() -> None:
    # Of a length that is no multiple of eight, in a table of two slots: all that is left is the text itself.
    data = np.frombuffer(b"abcdefghi" * 2 + b"abcdefghj", np.uint8)
    start = np.array([0, 9, 18])
    first = np.empty(3, np.int64)
    first_alike(
        data, start, start + 9, np.arange(3), np.zeros(3, np.int64), np.zeros(3, np.int64), np.zeros(1, np.bool_),
        np.uint64(1), np.zeros(8, np.uint64), np.zeros((2, 1), np.int64), first,
    )  # fmt: skip
    assert first.tolist() == [0, 0, 2]


@given(st.lists(st.integers(0, 5), max_size=20), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_rows_of_a_field_are_repeated_for_each_that_it_stands_for(
    rows: list[int], pairs: list[tuple[int, int]]
) -> None:
    field, fstart = np.sort(np.array(rows, np.int64)), np.arange(6) * 100
    which, first = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    begin = np.empty(7, np.int64)
    total = count_rows(field, first, begin)
    row, to, shift = (np.empty(total, np.int64) for _ in range(3))
    repeat_rows(begin, which, first, fstart, row, to, shift)
    expected = [(r, f, 100 * (f - g)) for f, g in pairs for r in range(len(rows)) if field[r] == g]
    assert list(zip(row.tolist(), to.tolist(), shift.tolist())) == expected
    if sorted(rows) != rows:
        assert count_rows(np.array(rows, np.int64), first, begin) == -1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-40, 40)), max_size=20))
def test_rows_are_moved_and_it_is_said_whether_they_go_by_start(taken: list[tuple[int, int]]) -> None:
    rng = np.random.default_rng(1)
    start = 50 + np.sort(rng.integers(0, 99, 10))
    columns = (
        start, start + rng.integers(1, 9, 10), rng.integers(0, 99, 10).astype(np.int32),
        rng.integers(0, 5, 10).astype(np.uint8), rng.integers(0, 40, 10).astype(np.int16),
        rng.integers(0, 2, 10).astype(np.bool_), rng.integers(0, 99, 10).astype(np.int32),
    )  # fmt: skip
    row, shift = (np.array([pair[side] for pair in taken], np.int64) for side in (0, 1))
    to = tuple(np.empty(len(row), column.dtype) for column in columns)
    ordered = move_rows(row, shift, *columns, to)
    for place, (column, moved) in enumerate(zip(columns, to)):
        assert moved.tolist() == (column[row] + shift if place < 2 else column[row]).tolist()
    assert ordered == bool((np.diff(to[0]) >= 0).all())
