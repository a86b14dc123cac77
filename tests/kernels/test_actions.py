"""Actions by table are what a plain reading of the rules gives."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.actions import count_actions, decide_actions, keep_unchanged

ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.booleans()), max_size=20)
ENTITY_OF = np.array([0, 1, 2, 2, 0], np.int16)
WHOLE = np.array([False, True, False, False, True, True, True])


@given(ROWS, st.tuples(*[st.integers(0, 6)] * 3))
def test_a_part_takes_the_stricter_action_and_a_compound_its_own_or_none(
    rows: list[tuple[int, int, bool]], policy: tuple[int, int, int]
) -> None:
    action = np.empty(len(rows), np.int8)
    value, holder = np.array([r[0] for r in rows], np.int32), np.array([r[1] for r in rows], np.int16)
    compound = np.array([r[2] for r in rows], np.bool_)
    decide_actions(value, holder, compound, ENTITY_OF, np.array(policy, np.int8), WHOLE, action)
    for (v, h, is_compound), got in zip(rows, action.tolist()):
        own = policy[h]
        assert got == ((own if WHOLE[own] else -1) if is_compound else max(policy[ENTITY_OF[v]], own))


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([-1, 0, 3, 5])), max_size=20), st.data())
def test_only_a_pseudonym_that_is_the_value_itself_becomes_kept(
    rows: list[tuple[int, int]], data: st.DataObject
) -> None:
    same = np.array([data.draw(st.integers(0, 2)) for _ in range(5)], np.int8)
    action = np.array([r[1] for r in rows], np.int8)
    unknown = np.empty(len(rows), np.int64)
    count = keep_unchanged(np.array([r[0] for r in rows], np.int32), action, 3, 0, same, unknown)
    assert action.tolist() == [0 if a == 3 and same[v] == 2 else a for v, a in rows]
    assert unknown[:count].tolist() == [k for k, (v, a) in enumerate(rows) if a == 3 and same[v] == 0]


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.integers(-1, 6)), max_size=20))
def test_actions_are_counted_by_entity_without_compounds(rows: list[tuple[int, bool, int]]) -> None:
    value, compound, action = (np.array([r[i] for r in rows], t) for i, t in enumerate((np.int32, np.bool_, np.int8)))
    counts = np.zeros((3, 7), np.int64)
    count_actions(value, compound, ENTITY_OF, action, counts)
    expected = Counter((int(ENTITY_OF[v]), a) for v, is_compound, a in rows if a >= 0 and not is_compound)
    assert {(int(e), int(a)): int(counts[e, a]) for e, a in zip(*np.nonzero(counts))} == expected
