"""Actions by table are what a plain reading of the rules gives."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.actions import code_groups, count_actions, decide_actions, keep_unchanged, replace_fields

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


@given(st.data())
def test_a_group_is_replaced_by_what_its_action_makes_of_its_deciding_row(data: st.DataObject) -> None:
    kind = data.draw(st.lists(st.sampled_from([0, 1, 3]), min_size=1, max_size=8))
    value = [data.draw(st.integers(0, 4)) for _ in kind]
    groups = data.draw(
        st.lists(st.tuples(st.integers(0, len(kind) - 1), st.booleans(), st.integers(1, 6), st.integers(0, 9)))
    )
    start = np.array([100 * g for g in range(len(groups))], np.int64)
    end = start + np.array([g[3] for g in groups], np.int64)
    row = np.array([-1 - r if part else r for r, part, _, _ in groups], np.int64)
    action = np.array([g[2] for g in groups], np.int64)
    field, code, parts = (np.empty(len(groups), np.int64) for _ in range(3))
    count = code_groups(
        np.array(value, np.int32), np.array(kind, np.int8), np.arange(10, 10 + len(kind), dtype=np.int32), ENTITY_OF,
        3, 5, 4, 6, start, end, row, action, field, code, parts,
    )  # fmt: skip
    by_itself = [g for g, (r, part, a, _) in enumerate(groups) if (part or kind[r] == 3) and a < 4]
    assert parts[:count].tolist() == by_itself
    assert row.tolist() == [g[0] for g in groups] and field.tolist() == [10 + g[0] for g in groups]
    for g, (r, _, a, size) in enumerate(groups):
        payload = {5: int(ENTITY_OF[value[r]]), 4: size, 6: 0}.get(a, value[r])
        assert code[g] == payload << 4 | a


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=8))
def test_whole_fields_take_the_place_of_what_is_replaced_in_them(fields: list[tuple[int, bool]]) -> None:
    # Field f stands at [10 f, 10 f + 9), so many groups stand in it, and it is replaced whole or not.
    groups = [(10 * f + 2 * k, f, 7 * k) for f, (count, _) in enumerate(fields) for k in range(count)]
    which = [f for f, (_, whole) in enumerate(fields) if whole]
    start, field, code = (np.array([g[i] for g in groups], np.int64) for i in range(3))
    begin = 10 * np.arange(len(fields), dtype=np.int64)
    made = np.empty((4, len(groups) + len(which)), np.int64)
    count = replace_fields(
        start, start + 1, field, code, np.array(which, np.int64), 1000 + np.array(which, np.int64), begin, begin + 9,
        *made,
    )  # fmt: skip
    expected = [(s, s + 1, f, c) for s, f, c in groups if f not in which]
    expected += [(10 * f, 10 * f + 9, f, 1000 + f) for f in which]
    assert [tuple(place) for place in made[:, :count].T.tolist()] == sorted(expected)
