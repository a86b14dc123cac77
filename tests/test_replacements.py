"""Replacements stand in a batch's arena as their codes say, whatever was asked for before."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy.actions import Action
from pipeline.replacements import LITERAL, LONG_MASK, TOKEN, Replacements

ACTIONS = (Action.PSEUDONYMISE, Action.REDACT, Action.MASK, Action.REMOVE, TOKEN)


def plain(code: int) -> bytes:
    payload, action = code >> 4, code & 15
    if action == Action.MASK:
        return b"*" * payload
    return b"" if action == Action.REMOVE else b"%d/%d" % (action, payload) * (payload % 4 + 1)


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 300), st.sampled_from((*ACTIONS, LITERAL))), max_size=30), max_size=4)
)
def test_each_place_holds_the_text_of_its_code(batches: list[list[tuple[int, int]]]) -> None:
    made: list[int] = []

    def make(codes: list[int]) -> list[bytes]:
        made.extend(codes)
        return [plain(c) for c in codes]

    replacements = Replacements(make)
    for batch in batches:
        literals = [b"literal %d" % n for n in range(1 + max((p for p, a in batch if a == LITERAL), default=-1))]
        code = np.array([p << 4 | a for p, a in batch], np.int64)
        start, end, arena = replacements.texts(code, literals)
        got = [arena[s:e].tobytes() for s, e in zip(start.tolist(), end.tolist())]
        assert got == [literals[p] if a == LITERAL else plain(p << 4 | a) for p, a in batch]
    assert len(made) == len(set(made))


def test_a_text_stands_once_in_the_arena_and_is_given_alone_too() -> None:
    replacements = Replacements(lambda codes: [plain(c) for c in codes])
    code = 9 << 4 | Action.PSEUDONYMISE
    start, end, arena = replacements.texts(np.array([code] * 5, np.int64), [])
    assert len(set(start.tolist())) == len(set(end.tolist())) == 1
    assert arena[start[0] : end[0]].tobytes() == plain(code)
    assert replacements.text(code) == plain(code)


def test_what_a_batch_was_given_stays_as_more_is_made() -> None:
    replacements = Replacements(lambda codes: [plain(c) for c in codes])
    code = np.arange(50, dtype=np.int64) << 4 | Action.PSEUDONYMISE
    start, end, arena = replacements.texts(code, [])
    replacements.texts(np.arange(50, 5000, dtype=np.int64) << 4 | Action.PSEUDONYMISE, [])
    assert [arena[s:e].tobytes() for s, e in zip(start, end)] == [plain(c) for c in code.tolist()]


def test_a_mask_may_be_of_any_length() -> None:
    asked: list[int] = []

    def make(codes: list[int]) -> list[bytes]:
        asked.extend(codes)
        return [plain(c) for c in codes]

    replacements = Replacements(make)
    sizes = [1, LONG_MASK - 1, LONG_MASK, 3 * LONG_MASK, 1, 3 * LONG_MASK]
    others = np.array([0, 5 * LONG_MASK], np.int64) << 4 | Action.PSEUDONYMISE
    code = np.concatenate((np.array(sizes, np.int64) << 4 | Action.MASK, others))
    for _ in range(2):
        start, end, arena = replacements.texts(code, [])
        assert [arena[s:e].tobytes() for s, e in zip(start, end)] == [plain(c) for c in code.tolist()]
    assert len(asked) == len(set(asked)) == 6
