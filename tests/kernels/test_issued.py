"""The kernel that marks what was issued, held to a plain reference."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernels.issued import mark_issued


@given(st.lists(st.tuples(st.booleans(), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 15)), max_size=5))))
def test_marked_is_what_the_action_made_in_records_that_are_kept(
    records: list[tuple[bool, list[tuple[int, int]]]],
) -> None:
    made = np.array([value << 4 | action for _, edits in records for value, action in edits], np.int64)
    record_edit = np.concatenate(([0], np.cumsum([len(edits) for _, edits in records]))).astype(np.int64)
    keep = np.array([kept for kept, _ in records], np.bool_)
    for wanted in (3, 7):
        issued = np.zeros(10, np.bool_)
        mark_issued(made, record_edit, keep, wanted, issued)
        plain = {value for kept, edits in records if kept for value, action in edits if action == wanted}
        assert set(np.flatnonzero(issued).tolist()) == plain
