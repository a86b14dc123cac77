"""Claims become rows: every byte in one of them, and what two claim in none but a masked one."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures.dissection import dissect, settle, settle_in_order
from pipeline.captures.fields import Kind
from pipeline.captures.jobs import NEXT_RUN, NO_RUN, RUN_COLUMNS, RUN_END
from tests.captures.frames import packets_of

CLAIM = st.tuples(st.integers(0, 40), st.integers(1, 12), st.sampled_from([*Kind]), st.integers(-1, 1)).map(
    lambda made: (made[0], made[0] + made[1], int(made[2]), -1, made[3])
)
Row = tuple[int, int, int, int, int]
NOTHING = (int(Kind.MASKED), -1, -1)


def plainly_settled(claims: list[Row], begin: int, end: int) -> tuple[list[Row], set[int]]:
    """Byte by byte: rows, and the bytes of which more than one claim is made or one that reaches out."""
    clashing: set[int] = set()
    for at, (start, stop, *_) in enumerate(claims):
        alone = all(stop <= other[0] or other[1] <= start for place, other in enumerate(claims) if place != at)
        if not alone or start < begin or stop > end:
            clashing |= set(range(start, stop))
    of_byte: list[tuple[int, tuple[int, int, int]]] = [(-1, NOTHING)] * end
    for at, (start, stop, *said) in enumerate(claims):
        for place in range(max(start, begin), min(stop, end)):
            if place not in clashing:
                merges = said[0] <= Kind.NUMBER and said[2] == -1
                of_byte[place] = (-1 if merges else at, (said[0], said[1], said[2]))
    rows: list[Row] = []
    place = begin
    for (_, said), bytes_of in groupby(of_byte[begin:end]):
        size = len(list(bytes_of))
        rows.append((place, place + size, *said))
        place += size
    return rows, clashing


@given(st.lists(CLAIM, max_size=14), st.integers(0, 20), st.integers(0, 30))
def test_rows_are_those_of_the_plain_reading(claims: list[Row], begin: int, size: int) -> None:
    rows = np.zeros((3 + 2 * len(claims) + 1, 5), np.int32)
    sums = np.zeros((50, 8), np.int64)
    sums[:, 0] = np.arange(50)
    end = begin + size
    used = settle(np.array(claims, np.int32).reshape(-1, 5), begin, end, rows, 3, sums)
    expected, clashing = plainly_settled(claims, begin, end)
    assert [tuple(row) for row in rows[3:used].tolist()] == expected
    assert {at for at in range(begin, end) if sums[at, 0] < 0} == {at for at in clashing if begin <= at < end}


@given(st.lists(CLAIM, max_size=8), st.booleans(), st.integers(0, 8), st.integers(0, 20), st.integers(0, 60))
def test_claims_in_order_are_settled_where_they_stand_and_no_others(
    claims: list[Row], sort: bool, cut: int, begin: int, size: int
) -> None:
    """The packet's claims are two runs, of which the first stands behind the second."""
    claims = sorted(claims) if sort else claims
    cut, end = min(cut, len(claims)), begin + size
    laid = np.array(claims[cut:] + claims[:cut], np.int32).reshape(-1, 5)
    runs = np.zeros((len(laid) + 1, RUN_COLUMNS), np.int32)
    behind = len(claims) - cut
    firsts = [(behind, len(claims))] * (cut > 0) + [(0, behind)] * (behind > 0)
    for (first, stop), following in zip(firsts, [*firsts[1:], (NO_RUN, 0)]):
        runs[first, RUN_END], runs[first, NEXT_RUN] = stop, following[0]
    rows, others = np.zeros((2, 3 + 2 * len(claims) + 1, 5), np.int32)
    used = settle_in_order(laid, firsts[0][0] if firsts else NO_RUN, runs, begin, end, rows, 3)
    reached = [begin, *(stop for _, stop, *_ in claims)]
    plain = all(start >= last for (start, *_), last in zip(claims, reached)) and reached[-1] <= end
    assert (used >= 0) == plain
    if plain:
        assert used == settle(np.array(claims, np.int32).reshape(-1, 5), begin, end, others, 3, np.zeros((0, 8), int))
        assert rows[3:used].tolist() == others[3:used].tolist()


@given(st.lists(st.integers(0, 1 << 20), min_size=60, max_size=300))
def test_many_claims_out_of_order_are_sorted(starts: list[int]) -> None:
    claims = np.array([(at, at + 1, 2, -1, -1) for at in starts], np.int32)
    rows = np.zeros((2 * len(claims) + 1, 5), np.int32)
    used = settle(claims, 0, 1 << 21, rows, 0, np.zeros((0, 8), np.int64))
    words = rows[:used][rows[:used, 2] == Kind.WORD]
    assert sorted(starts.count(at) == 1 for at in starts).count(True) == len(words)
    assert np.all(rows[1:used, 0] == rows[: used - 1, 1])


def test_rows_of_the_frame_stand_between_packets_and_what_they_say_of_packets_does_not_count() -> None:
    packets = replace(packets_of([b"\0" * 60]), data=np.zeros(100, np.uint8))
    packets.start[0], packets.end[0] = 20, 80
    frame = np.array([(90, 95, 2, -1, -1), (0, 4, 1, -1, -1), (16, 24, 2, -1, -1), (70, 85, 2, -1, -1)], np.int32)
    dissection = dissect(replace(packets, frame=frame, link_type=np.array([999], np.int32)))
    assert list(zip(dissection.row_packet.tolist(), dissection.rows[:, :3].tolist())) == [
        (-1, [0, 4, 1]),
        (-1, [4, 20, 0]),
        (0, [20, 80, 0]),
        (-1, [80, 90, 0]),
        (-1, [90, 95, 2]),
        (-1, [95, 100, 0]),
    ]


def test_packets_that_overlap_are_refused() -> None:
    packets = packets_of([b"\0" * 60, b"\0" * 60])
    packets.start[1] = 59
    with pytest.raises(ValueError, match="overlap"):
        dissect(packets)


def test_no_packets_are_no_rows() -> None:
    dissection = dissect(packets_of([]))
    assert len(dissection.rows) == len(dissection.sums) == len(dissection.numbers) == 0
