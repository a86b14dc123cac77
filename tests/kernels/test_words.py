"""Originals that stand anywhere in their record are found as a plain search finds them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.originals import covered_bytes
from pipeline.kernels import bitsets, words
from pipeline.records import Bytes, Int64

KEY = np.uint64(0x5DEECE66D)


def reference(records: list[bytes], spans: list[tuple[int, int]], covered: list[bool], blanked: bytes) -> list[bool]:
    source, found, low = b"".join(records), [], 0
    for record in records:
        high = low + len(record)
        sought = [
            source[s:e] for s, e in spans if low <= s < high and e - s >= words.INSIDE_WORDS and all(covered[s:e])
        ]
        found.append(
            any(
                not covered[at] and blanked[at:high].startswith(text) for text in sought for at in range(low, high)
            )
        )  # fmt: skip
        low = high
    return found


Asked = tuple[Bytes, Int64, Int64, Int64, Int64, Bytes, Bytes]


def found_inside(asked: Asked, every: bool) -> list[tuple[int, int]]:
    """(start, end) of what still stands."""
    data, starts, ends, start, end, source, bits = asked
    at, span = np.empty(4_096, np.int64), np.empty(4_096, np.int64)
    sought = np.ones(len(start), np.bool_)
    count = words.find_inside(data, starts, ends, start, end, sought, source, bits, every, KEY, at, span)
    at, span = at[:count], span[:count]
    return list(zip(at.tolist(), (at + end[span] - start[span]).tolist(), strict=True))


@given(st.lists(st.text("abx", max_size=60).map(str.encode), min_size=1, max_size=4), st.data())
def test_a_record_is_marked_where_a_text_that_it_replaces_still_stands(
    records: list[bytes], data: st.DataObject
) -> None:
    spans, edits, low = [], [], 0
    for record in records:
        # Repeat part of the record, so that there is something to be found.
        for _ in range(data.draw(st.integers(0, 2))):
            if len(record) > 8:
                s = data.draw(st.integers(0, len(record) - 8))
                e = data.draw(st.integers(s + 7, len(record)))
                spans.append((low + s, low + e))
                if data.draw(st.integers(0, 4)):
                    edits.append((low + s, low + e))
        low += len(record)
    spans.sort()
    source = b"".join(records)
    covered = [any(s <= n < e for s, e in edits) for n in range(len(source))]
    blanked = bytes(ord("x") if c else b for b, c in zip(source, covered, strict=True))
    ends = np.cumsum([len(r) for r in records]).astype(np.int64)
    starts = ends - np.array([len(r) for r in records], np.int64)
    start, end = np.array([s for s, _ in spans], np.int64), np.array([e for _, e in spans], np.int64)
    edit_start, edit_end = np.array([s for s, _ in edits], np.int64), np.array([e for _, e in edits], np.int64)
    bits = covered_bytes(len(source), edit_start, edit_end, np.ones(len(edits), np.bool_))
    asked = np.frombuffer(blanked, np.uint8), starts, ends, start, end, np.frombuffer(source, np.uint8), bits
    one, every = found_inside(asked, every=False), found_inside(asked, every=True)
    told = reference(records, spans, covered, blanked)
    assert [any(low <= at < high for at, _ in one) for low, high in zip(starts, ends, strict=True)] == told
    assert len(one) == sum(told) and set(one) <= set(every)
    assert not any(covered[at] for at, _ in every)
    # With every place overwritten nothing is left to be found.
    gone = bytearray(blanked)
    for at, stop in every:
        gone[at:stop] = b"." * (stop - at)
    assert not found_inside((np.frombuffer(bytes(gone), np.uint8), *asked[1:]), every=False)


def test_an_original_is_found_at_every_place_of_its_record() -> None:
    text = b"zephyr-9"
    for before in range(12):
        for after in range(12):
            record = text + b"|" + b"." * before + text + b"." * after
            data = np.frombuffer(b"x" * len(text) + record[len(text) :], np.uint8)
            place = np.zeros(1, np.int64)
            covered = covered_bytes(len(record), place, place + len(text), np.ones(1, np.bool_))
            source = np.frombuffer(record, np.uint8)
            asked = data, place, place + len(record), place, place + len(text), source, covered
            assert found_inside(asked, every=True)[0][0] == len(text) + 1 + before


@pytest.mark.parametrize("stands", [True, False])
def test_a_blanked_byte_before_the_rest_of_an_original_makes_none(stands: bool) -> None:
    record = b"xephyr-9 " + (b"x" if stands else b"Z") + b"ephyr-9"
    start, end = np.array([0, 9], np.int64), np.array([8, 9 if stands else 10], np.int64)
    data, covered = np.frombuffer(record, np.uint8).copy(), bitsets.empty_set(len(record))
    bitsets.blank(start, end, ord("x"), data, covered)
    whole = np.array([len(record)], np.int64)
    asked = data, np.zeros(1, np.int64), whole, start, end, np.frombuffer(record, np.uint8), covered
    assert bool(found_inside(asked, every=False)) == stands


def places_of(text: bytes, record: bytes, free: list[bool]) -> list[int]:
    """Where a text stands, on a byte that is not covered; of two that overlap the first."""
    places, at = [], 0
    while at <= len(record) - len(text):
        if free[at] and record.startswith(text, at):
            places.append(at)
            at += len(text)
        else:
            at += 1
    return places


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=60),
    st.lists(st.integers(0, 40), max_size=60),
    st.integers(0, 9),
    st.integers(0, 120),
)
def test_any_number_of_originals_that_begin_alike_are_found_at_every_place(
    written: list[int], again: list[int], length: int, long: int
) -> None:
    def text(number: int) -> bytes:
        return b"srv-0000" + b"%0*d" % (length, number) * (1 + number % 2) + b"z" * (long * (number % 3 == 0))

    source = b" ".join([*map(text, written), *(b"q" + text(number) for number in again)])
    ends = np.cumsum([len(text(number)) + 1 for number in written]) - 1
    starts = ends - [len(text(number)) for number in written]
    covered = covered_bytes(len(source), starts, ends, np.ones(len(starts), np.bool_))
    data = np.frombuffer(b"x" * (ends[-1] + 1) + source[ends[-1] + 1 :], np.uint8)
    whole = np.array([len(source)], np.int64)
    asked = data, np.zeros(1, np.int64), whole, starts, ends, np.frombuffer(source, np.uint8), covered
    free = [place >= ends[-1] for place in range(len(source))]
    expected = sorted(
        (at, at + len(text(number))) for number in written for at in places_of(text(number), data.tobytes(), free)
    )
    assert sorted(found_inside(asked, every=True)) == expected
    assert set(found_inside(asked, every=False)) <= set(expected)
    assert len(found_inside(asked, every=False)) == bool(expected)
