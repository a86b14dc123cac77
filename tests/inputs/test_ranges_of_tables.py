"""Tables in ranges of a large input: a range begins below a heading that it does not hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import records
from pipeline.errors import RedactError
from pipeline.formats import tables as tables_module
from pipeline.inputs import find_inputs
from pipeline.inputs import reading as reading_module
from pipeline.inputs.model import Range
from tests.formats.printed_tables import NO_TABLES, TABLES
from tests.inputs.test_reading import an_input, cuts, read


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    printed=st.lists(st.sampled_from([*(t for t, _ in TABLES.values()), *NO_TABLES, "a\0b\n", "x" * 500 + "\n"])),
    places=st.lists(st.integers(0, 5000), max_size=6),
    batch_bytes=st.integers(1, 3000),
    window=st.integers(1, 700),
    longest=st.integers(20, 1000),
    reach=st.integers(20, 1000),
)
def test_cells_of_tables_are_the_same_for_every_cut_window_and_batch(
    printed: list[str], places: list[int], batch_bytes: int, window: int, longest: int, reach: int, tmp_path: Path
) -> None:
    """A range finds the heading above it, as far up as a table reaches."""
    raw = "".join(printed).encode()
    item = an_input(tmp_path / "x", raw)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(records, "LONGEST_RECORD", longest)
        patched.setattr(tables_module, "REACH", reach)
        patched.setattr(reading_module, "REACH", reach)
        whole = read([item], [Range(0, 0, len(raw))])
        patched.setattr(reading_module, "_window_size", lambda *_: window)
        assert read([item], cuts(len(raw), places), batch_bytes) == whole


def test_a_range_whose_beginning_cannot_be_read_any_more_does_not_pass_without_it(tmp_path: Path) -> None:
    path = tmp_path / "alice.txt"
    path.write_text("nothing\n")
    (item,), _ = find_inputs([str(path)], out=None)
    path.unlink()
    with pytest.raises(RedactError) as raised:
        reading_module._read_before(item, 4)
    assert "alice" not in str(raised.value) and raised.value.__cause__ is None
