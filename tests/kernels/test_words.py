"""Originals that stand anywhere in their record are found as a plain search finds them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.originals import covered_bytes
from pipeline.kernels import bitsets, words


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
    hit = np.zeros(len(records), np.bool_)
    words.records_with_original(
        np.frombuffer(blanked, np.uint8), starts, ends, start, end, np.ones(len(spans), np.bool_),
        np.frombuffer(source, np.uint8), bits, hit,
    )  # fmt: skip
    assert hit.tolist() == reference(records, spans, covered, blanked)


def test_an_original_is_found_at_every_place_of_its_record() -> None:
    text = b"zephyr-9"
    for before in range(12):
        for after in range(12):
            record = text + b"|" + b"." * before + text + b"." * after
            data = np.frombuffer(b"x" * len(text) + record[len(text) :], np.uint8)
            place = np.zeros(1, np.int64)
            covered = covered_bytes(len(record), place, place + len(text), np.ones(1, np.bool_))
            hit = np.zeros(1, np.bool_)
            words.records_with_original(
                data, place, place + len(record), place, place + len(text), np.ones(1, np.bool_),
                np.frombuffer(record, np.uint8), covered, hit,
            )  # fmt: skip
            assert hit[0]


@pytest.mark.parametrize("stands", [True, False])
def test_a_blanked_byte_before_the_rest_of_an_original_makes_none(stands: bool) -> None:
    record = b"xephyr-9 " + (b"x" if stands else b"Z") + b"ephyr-9"
    start, end = np.array([0, 9], np.int64), np.array([8, 9 if stands else 10], np.int64)
    data, covered = np.frombuffer(record, np.uint8).copy(), bitsets.empty_set(len(record))
    bitsets.blank(start, end, ord("x"), data, covered)
    hit, whole = np.zeros(1, np.bool_), np.array([len(record)], np.int64)
    words.records_with_original(
        data, np.zeros(1, np.int64), whole, start, end, np.ones(2, np.bool_), np.frombuffer(record, np.uint8), covered,
        hit,
    )  # fmt: skip
    assert hit[0] == stands
