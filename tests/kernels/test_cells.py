"""Cells of columns, equal to what plain Python says of each."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.cells import any_edited, count_before, read_numbers, see_numbers

NUMBERS = st.one_of(
    st.integers(-(10**19), 10**19).map(lambda n: b"%d" % n),
    st.sampled_from([b"", b"-", b"--1", b"007", b"-0", b"1.5", b"+1", b" 1", b"9" * 18, b"-" + b"9" * 18]),
    st.binary(max_size=4),
)


def number(text: bytes) -> int | None:
    digits = text.removeprefix(b"-")
    return int(text) if 0 < len(digits) <= 18 and all(48 <= byte <= 57 for byte in digits) else None


@given(st.lists(st.tuples(NUMBERS, st.booleans(), st.booleans()), max_size=12))
def test_a_number_is_an_untouched_integer_of_at_most_eighteen_digits(cells: list[tuple[bytes, bool, bool]]) -> None:
    texts = [text for text, _, _ in cells]
    end = np.cumsum([len(text) for text in texts], dtype=np.int64)
    start = end - [len(text) for text in texts] if texts else end
    edited = np.array([e for _, e, _ in cells], np.int64)
    field_edit = np.concatenate(([0], np.cumsum(edited))).astype(np.int64)
    fields = np.array([k if there else -1 for k, (_, _, there) in enumerate(cells)], np.int32)
    value, good = np.empty(len(cells), np.int64), np.empty(len(cells), np.bool_)
    data = np.frombuffer(b"".join(texts) or b"\x00", np.uint8)
    bad = read_numbers(data, start, end, field_edit, fields, 18, value, good)
    expected = [number(text) if there and not e else None for text, e, there in cells]
    assert [v if g else None for v, g in zip(value.tolist(), good.tolist())] == expected
    assert not value[~good].any()
    assert bad == sum(there and n is None for (_, _, there), n in zip(cells, expected))
    assert any_edited(fields, field_edit) == any(e and there for _, e, there in cells)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=20).map(sorted))
def test_what_stood_in_a_row_before_is_counted(pairs: list[tuple[int, int]]) -> None:
    row, code = (np.array([pair[i] for pair in pairs], np.int64) for i in (0, 1))
    rank = np.empty(len(pairs), np.int64)
    found = count_before(row, code, np.full(5, -1, np.int64), np.zeros(5, np.int64), rank)
    assert rank.tolist() == [pairs[:k].count(pair) for k, pair in enumerate(pairs)]
    assert found == bool(rank.any())


@given(st.lists(st.integers(-1, 5)))
def test_a_number_that_occurs_is_seen(number: list[int]) -> None:
    seen = np.zeros(6, np.bool_)
    see_numbers(np.array(number, np.int32), seen)
    assert np.flatnonzero(seen).tolist() == sorted(set(number) - {-1})
