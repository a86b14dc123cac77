"""Sets of positions hold what lists of booleans would."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from pipeline.detection.originals import covered_bytes, wholly_covered
from pipeline.detection.patterns import IS_WORD
from pipeline.kernels import bitsets
from recognizers.declaration import WORD

SIZE = 150
spans_of_some = st.lists(
    st.tuples(st.integers(0, SIZE), st.integers(0, 140)).map(lambda p: (p[0], min(p[0] + p[1], SIZE))), max_size=6
)


@njit
def lowest(bits):  # type: ignore[no-untyped-def]
    return bitsets.lowest(bits)


def members(positions: np.ndarray, size: int) -> list[bool]:
    return np.unpackbits(positions, bitorder="little", count=size).astype(bool).tolist()


def columns(drawn: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([s for s, _ in drawn], np.int64), np.array([e for _, e in drawn], np.int64)


@given(st.integers(0, 2**64 - 1))
def test_the_lowest_bit_is_told_by_its_place(bits: int) -> None:
    assert lowest(np.uint64(bits)) == ((bits & -bits).bit_length() - 1 if bits else 64)


@given(spans_of_some, st.data())
def test_a_byte_is_covered_if_it_lies_in_a_chosen_span(drawn: list[tuple[int, int]], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.booleans(), min_size=len(drawn), max_size=len(drawn)))
    got = covered_bytes(SIZE, *columns(drawn), np.array(chosen, np.bool_))
    assert members(got, SIZE) == [any(c and s <= n < e for (s, e), c in zip(drawn, chosen)) for n in range(SIZE)]


@given(spans_of_some, spans_of_some)
def test_a_span_is_wholly_covered_if_each_of_its_bytes_is(
    drawn: list[tuple[int, int]], asked: list[tuple[int, int]]
) -> None:
    covered = covered_bytes(SIZE, *columns(drawn), np.ones(len(drawn), np.bool_))
    there = members(covered, SIZE)
    assert wholly_covered(covered, *columns(asked)).tolist() == [all(there[s:e]) for s, e in asked]


@given(spans_of_some)
def test_blanked_bytes_are_those_in_the_set_and_no_others(drawn: list[tuple[int, int]]) -> None:
    data, positions = np.zeros(SIZE, np.uint8), bitsets.empty_set(SIZE)
    bitsets.blank(*columns(drawn), ord("x"), data, positions)
    expected = [any(s <= n < e for s, e in drawn) for n in range(SIZE)]
    assert members(positions, SIZE) == expected
    assert data.tolist() == [ord("x") if there else 0 for there in expected]


@given(st.binary(max_size=40), st.integers(0, 255))
def test_word_bytes_are_those_of_the_recognizers_declarations(text: bytes, lead: int) -> None:
    data = np.frombuffer(bytes([lead]) * 5 + text, np.uint8)
    words = bitsets.empty_set(len(data))
    bitsets.find_word_bytes(data, np.zeros(1, np.int64), np.full(1, len(data)), words)
    assert members(words, len(data)) == [byte in WORD for byte in data.tolist()]


@given(spans_of_some, st.text("ab-", min_size=SIZE, max_size=SIZE).map(str.encode))
def test_word_bytes_of_spans_are_found_in_all_of_each(drawn: list[tuple[int, int]], text: bytes) -> None:
    data = np.frombuffer(text, np.uint8)
    words = bitsets.empty_set(SIZE)
    bitsets.find_word_bytes(data, *columns(drawn), words)
    found = members(words, SIZE)
    for start, end in drawn:
        assert found[start:end] == [byte in WORD for byte in text[start:end]]


def test_every_byte_is_a_word_byte_or_none_wherever_it_stands() -> None:
    for shift in range(8):
        data = np.frombuffer(bytes(shift) + bytes(range(256)), np.uint8)
        words = bitsets.empty_set(len(data))
        bitsets.find_word_bytes(data, np.zeros(1, np.int64), np.full(1, len(data)), words)
        assert members(words, len(data))[shift:] == [byte in WORD for byte in range(256)]


@given(spans_of_some, st.text("ab-", min_size=SIZE, max_size=SIZE).map(str.encode), st.sets(st.integers(1, SIZE - 1)))
def test_a_field_is_cut_where_a_covered_run_begins_or_ends_between_letters(
    drawn: list[tuple[int, int]], text: bytes, edges: set[int]
) -> None:
    covered = covered_bytes(SIZE, *columns(drawn), np.ones(len(drawn), np.bool_))
    there, starts = members(covered, SIZE), [0, *sorted(edges)]
    cut = np.zeros(len(starts), np.bool_)
    bitsets.mark_cut(covered, np.frombuffer(text, np.uint8), IS_WORD, np.array(starts, np.int64), cut)
    at = {n for n in range(SIZE - 1) if there[n] != there[n + 1] and b"-" not in text[n : n + 2]}
    expected = [any(s <= n < e for n in at) for s, e in zip(starts, [*starts[1:], SIZE], strict=True)]
    assert cut.tolist() == expected


def unescaped(text: bytes) -> list[bool]:
    """Whether each byte is neither a backslash nor escaped by one."""
    plain = [True] * len(text)
    at = 0
    while at < len(text):
        size = 1
        if text[at] == 0x5C:
            size = 6 if text[at + 1 : at + 2] == b"u" else 2
            plain[at : at + size] = [False] * len(plain[at : at + size])
        at += size
    return plain


@given(st.lists(st.tuples(st.text("abu\\ é", max_size=24).map(str.encode), st.booleans()), max_size=4))
def test_what_is_escaped_is_taken_out(drawn: list[tuple[bytes, bool]]) -> None:
    data = np.frombuffer(b"".join(text for text, _ in drawn), np.uint8)
    end = np.cumsum([len(text) for text, _ in drawn]).astype(np.int64)
    start = end - np.array([len(text) for text, _ in drawn], np.int64)
    words = bitsets.empty_set(len(data))
    bitsets.find_word_bytes(data, np.zeros(1, np.int64), np.full(1, len(data)), words)
    before = members(words, len(data))
    bitsets.take_escapes(data, start, end, np.array([escaped for _, escaped in drawn], np.bool_), words)
    stays = [ok for text, escaped in drawn for ok in (unescaped(text) if escaped else [True] * len(text))]
    assert members(words, len(data)) == [was and ok for was, ok in zip(before, stays, strict=True)]
