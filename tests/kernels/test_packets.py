"""Kernels over rows of packets do what is written here plainly."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels import bitsets, packet_cells, packets

KINDS, COLUMNS, ABSENT = 4, 3, -1
MASKED, FILLER = np.array([True, False, False, True]), np.array([0, 0, 0, 7], np.uint8)
IS_ADDRESS = np.array([False, False, True, False])
MASK = 4


@st.composite
def rows_of_some(draw: st.DrawFn, largest: int = 20) -> np.ndarray:
    """int32 [k, 5]: rows that cover a buffer, one after the other, but for some that are left out."""
    rows, at = [], 0
    for _ in range(draw(st.integers(0, 12))):
        size = draw(st.integers(1, largest))
        kind, column = draw(st.integers(0, KINDS - 1)), draw(st.integers(-1, COLUMNS - 1))
        if draw(st.integers(0, 5)):
            rows.append((at, at + size, kind, 0, column))
        at += size
    return np.array(rows, np.int32).reshape(-1, 5)


def size_of(rows: np.ndarray) -> int:
    return int(rows[:, 1].max(initial=0)) + 3


def positions_of(covered: list[bool]) -> np.ndarray:
    positions = bitsets.empty_set(len(covered))
    for place in np.flatnonzero(covered):
        positions[place >> 3] |= 1 << (place & 7)
    return positions


def flags(draw: st.DataObject, size: int, often: bool) -> list[bool]:
    """As many as asked for: in runs, as captures have them, or each by itself."""
    if often:
        return draw.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    runs = draw.draw(st.lists(st.tuples(st.booleans(), st.integers(1, 90)), min_size=1))
    return ([value for value, times in runs for _ in range(times)] * size)[:size]


@given(rows_of_some(90), st.booleans(), st.data())
def test_a_row_is_marked_that_differs_outside_of_what_was_to_change(
    rows: np.ndarray, often: bool, data: st.DataObject
) -> None:
    size = size_of(rows)
    covered, differs = flags(data, size, often), flags(data, size, not often)
    one = np.arange(size).astype(np.uint8)
    bad = np.zeros(len(rows), np.bool_)
    packets.differs_outside(one, one ^ np.array(differs, np.uint8), positions_of(covered), rows, bad)
    wrong = [d and not c for d, c in zip(differs, covered, strict=True)]
    assert bad.tolist() == [any(wrong[start:end]) for start, end in rows[:, :2].tolist()]


@given(rows_of_some(), st.data())
def test_a_row_that_must_change_lies_in_what_was_to_change_and_holds_what_it_must(
    rows: np.ndarray, data: st.DataObject
) -> None:
    size, count = size_of(rows), 3
    covered = [not flag for flag in flags(data, size, False)]
    out = np.array(data.draw(st.lists(st.sampled_from((0, 0, 7)), min_size=size, max_size=size)), np.uint8)
    raw = np.full((count, 20), 7, np.uint8)
    action_of = np.array(data.draw(st.lists(st.integers(0, 5), min_size=count, max_size=count)), np.int8)
    floor = np.array(data.draw(st.lists(st.integers(0, 5), min_size=COLUMNS + 1, max_size=COLUMNS + 1)), np.int8)
    number = np.array(data.draw(st.lists(st.integers(-1, count - 1), min_size=len(rows), max_size=len(rows))), np.int32)
    bad = np.zeros(len(rows), np.bool_)
    packets.wrong_rows(
        rows, number, MASKED, FILLER, IS_ADDRESS, floor, MASK, action_of, raw, out, positions_of(covered), bad
    )  # fmt: skip
    for (start, end, kind, _, column), n, marked in zip(rows.tolist(), number.tolist(), bad.tolist(), strict=True):
        asked = MASK if MASKED[kind] else 0
        if IS_ADDRESS[kind]:
            asked = max(floor[column + 1], action_of[n] if n >= 0 else MASK)
        wanted = FILLER[kind] if asked >= MASK else 7
        assert marked == (asked > 0 and not (all(covered[start:end]) and (out[start:end] == wanted).all()))


@given(rows_of_some(), st.lists(st.booleans(), min_size=KINDS, max_size=KINDS), st.integers(0, 9))
def test_rows_of_some_kinds_that_stand_together_are_one_run(rows: np.ndarray, taken: list[bool], least: int) -> None:
    found = [np.empty(len(rows), np.int64) for _ in range(4)]
    count = packets.runs_of_rows(rows, np.array(taken), least, *found)
    expected: list[list[int]] = []
    for k, (start, end, kind) in enumerate(rows[:, :3].tolist()):
        if taken[kind] and expected and expected[-1][1] == k - 1 and expected[-1][3] == start:
            expected[-1][1], expected[-1][3] = k, end
        elif taken[kind]:
            expected.append([k, k, start, end])
    assert np.array(found)[:, :count].T.tolist() == [run for run in expected if run[3] - run[2] >= least]


@given(rows_of_some(), st.data())
def test_spans_are_those_of_rows_that_changed_or_are_of_a_kind(rows: np.ndarray, data: st.DataObject) -> None:
    changed = flags(data, len(rows), True)
    start, end = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    count = packets.spans_of_rows(rows, np.array(changed, np.bool_), IS_ADDRESS, start, end)
    chosen = rows[np.array(changed, np.bool_) | (rows[:, 2] == 2)]
    assert start[:count].tolist() == chosen[:, 0].tolist() and end[:count].tolist() == chosen[:, 1].tolist()


@given(st.lists(st.lists(st.sampled_from((ABSENT, 0, 5)), min_size=4, max_size=4), min_size=1), st.data())
def test_columns_of_numbers_are_those_of_packets_that_are_shown(table: list[list[int]], data: st.DataObject) -> None:
    numbers = np.array(table, np.int64)
    which = np.flatnonzero(flags(data, len(numbers), True))
    seen = np.zeros(4, np.bool_)
    packet_cells.see_numbers(numbers, which, ABSENT, seen)
    assert seen.tolist() == (numbers[which] != ABSENT).any(axis=0).tolist()
    columns = np.flatnonzero(seen)
    values, valid = np.empty((len(columns), len(which)), np.int32), np.empty((len(columns), len(which)), np.bool_)
    packet_cells.split_numbers(numbers, which, columns, ABSENT, values, valid)
    expected = numbers[which][:, columns].T
    assert valid.tolist() == (expected != ABSENT).tolist()
    assert values.tolist() == np.where(expected != ABSENT, expected, 0).tolist()


@given(rows_of_some(), st.data())
def test_lists_hold_their_packets_texts_in_order(rows: np.ndarray, data: st.DataObject) -> None:
    count = len(rows)
    text = np.array(data.draw(st.lists(st.integers(-1, 9), min_size=count, max_size=count)), np.int32)
    row_packet = np.sort(np.array(data.draw(st.lists(st.integers(-1, 3), min_size=count, max_size=count)), np.int64))
    place, slot = np.array([0, -1, 1, 2]), np.array([0, -1, 1])
    is_list = np.array([True, True, True])
    seen = np.zeros(COLUMNS, np.bool_)
    packet_cells.see_columns(rows, seen)
    assert np.flatnonzero(seen).tolist() == sorted(set(rows[:, 4].tolist()) - {-1})
    cells, counts = np.zeros((0, 3), np.int32), np.zeros((2, 3), np.int64)
    packet_cells.fill_cells(rows, row_packet, place, text, slot, is_list, cells, counts)
    totals = counts.sum(axis=1)
    values = np.empty(totals.sum(), np.int32)
    packet_cells.fill_lists(rows, row_packet, place, text, slot, is_list, np.cumsum(totals) - totals, values)
    there = [(c, place[p], t) for c, p, t in zip(rows[:, 4].tolist(), row_packet.tolist(), text.tolist(), strict=True)
             if c in (0, 2) and p >= 0 and place[p] >= 0 and t >= 0]  # fmt: skip
    assert values.tolist() == [t for column in (0, 2) for c, _, t in there if c == column]
    for column in (0, 2):
        own = [sum(c == column and p == shown for c, p, _ in there) for shown in range(3)]
        assert counts[slot[column]].tolist() == own


@given(st.lists(st.tuples(st.integers(-1, 5), st.integers(0, 7)), max_size=30), st.lists(st.integers(0, 3), min_size=6))
def test_rows_are_counted_by_entity_and_action(rows: list[tuple[int, int]], entity: list[int]) -> None:
    number, action = (np.array(column, kind) for column, kind in zip(list(zip(*rows)) or [(), ()], (np.int32, np.int8)))
    counts = np.zeros((4, 8), np.int64)
    packets.count_rows(number, action, np.array(entity, np.int16), counts)
    plain = Counter((entity[n], done) for n, done in rows if n >= 0)
    assert {(int(e), int(a)): int(counts[e, a]) for e, a in zip(*np.nonzero(counts))} == plain
