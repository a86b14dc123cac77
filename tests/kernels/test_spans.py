"""Values after anchors and groups of overlapping rows, equal to their plain readings."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.patterns import IS_WORD, byte_table
from pipeline.kernels import spans
from recognizers.declaration import WORD, AnchorPattern, value_span

PATTERNS = (
    AnchorPattern("plain", "x=", frozenset(b"abc.,"), 0.6, trim=frozenset(b".,")),
    AnchorPattern("long", "x=", frozenset(b"abc"), 0.6, min_length=3),
    AnchorPattern("until", "x=", frozenset(), 0.6, until=b"=="),
    AnchorPattern("back", "x=", frozenset(b"abc"), 0.6, back=frozenset(b"bx"), back_over=1),
)


BACK = st.text("bx", min_size=500, max_size=530).map(lambda text: text + "x=")


@given(
    (st.text("abcx=., ", max_size=40) | BACK).map(str.encode),
    st.integers(0, len(PATTERNS) - 1),
    st.data(),
)
def test_a_value_is_read_as_its_declaration_says(text: bytes, number: int, data: st.DataObject) -> None:
    pattern = PATTERNS[number]
    if pattern.back_over > len(text):
        return
    # Several at once, as values lie within each other.
    to = data.draw(st.lists(st.integers(pattern.back_over, len(text)), min_size=1, max_size=6))
    tables = np.array([byte_table(pattern.value)]), np.array([byte_table(pattern.trim)])
    back = np.array([byte_table(pattern.back or frozenset())])
    until = np.zeros((1, 32), np.uint8)
    until[0, : len(pattern.until or b"")] = list(pattern.until or b"")
    start, end = np.full(len(to), -7, np.int64), np.full(len(to), -7, np.int64)
    spans.values_after_anchors(
        np.frombuffer(text + b"\x00", np.uint8), np.array(to), np.zeros(len(to), np.int64), *tables, back, until,
        np.array([len(pattern.until or b"")]), np.array([pattern.back_over if pattern.back else -1]),
        np.array([pattern.min_length]), np.zeros(1, np.bool_), IS_WORD, np.array([[1, 0]]), start, end,
    )  # fmt: skip
    found = [None if a < 0 else (a, b) for a, b in zip(start.tolist(), end.tolist())]
    assert found == [value_span(pattern, text, at) for at in to]


def reference_groups(rows: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    groups: list[list[int]] = []
    reach = -1
    for n, (start, end, _, _) in enumerate(rows):
        if groups and start < reach:
            groups[-1].append(n)
        else:
            groups.append([n])
        reach = max(reach, end) if len(groups[-1]) > 1 else end
    out = []
    for group in groups:
        start, end = min(rows[n][0] for n in group), max(rows[n][1] for n in group)
        strictest = max(rows[n][2] for n in group)
        if not strictest:
            continue
        best = [n for n in group if rows[n][2] == strictest]
        spanning = [n for n in best if rows[n][:2] == (start, end)]
        chosen = min(spanning or best, key=lambda n: rows[n][3])
        out.append((start, end, strictest, chosen if spanning else -1 - chosen))
    return out


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6), st.integers(-1, 6), st.integers(0, 4)), max_size=12))
def test_overlapping_rows_form_one_group_with_the_strictest_action(drawn: list[tuple[int, int, int, int]]) -> None:
    rows = sorted(((s, s + size, a, e) for s, size, a, e in drawn), key=lambda r: r[0])
    start, end, action = (np.array([r[k] for r in rows], np.int64) for k in range(3))
    entity_of = np.array([r[3] for r in rows], np.int16)
    out = [np.empty(len(rows), np.int64) for _ in range(4)]
    value = np.arange(len(rows), dtype=np.int32)
    count = spans.resolve_groups(start, end, action.astype(np.int8), value, entity_of, *out)
    taken = [n for n, row in enumerate(rows) if row[2] >= 0]
    found = [
        (s, e, a, taken[n] if n >= 0 else -1 - taken[-1 - n])
        for s, e, a, n in reference_groups([rows[n] for n in taken])
    ]
    assert list(zip(*(o[:count].tolist() for o in out), strict=True)) == found


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)), max_size=12), st.data())
def test_a_span_lies_outside_if_no_single_edit_holds_it(drawn: list[tuple[int, int]], data: st.DataObject) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, 40), max_size=10)))
    edits = list(zip(edges[::2], edges[1::2]))
    asked = data.draw(st.lists(st.booleans(), min_size=len(drawn), max_size=len(drawn)))
    outside = np.empty(len(drawn), np.bool_)
    spans.lie_outside(
        np.array([s for s, _ in drawn], np.int64), np.array([s + n for s, n in drawn], np.int64),
        np.array(asked, np.bool_), np.array([s for s, _ in edits], np.int64), np.array([e for _, e in edits], np.int64),
        outside,
    )  # fmt: skip
    # Of an edit's end and the next one's start at one place the next one is meant: only an empty span can tell.
    holds = [max((e for e in edits if e[0] <= s), default=(0, -1)) for s, _ in drawn]
    assert outside.tolist() == [a and e[1] < s + n for (s, n), a, e in zip(drawn, asked, holds, strict=True)]


def test_words_are_what_recognizers_call_words() -> None:
    assert set(np.flatnonzero(IS_WORD).tolist()) == set(WORD)
