"""Units: every byte once, large inputs cut, small ones packed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.inputs import Input, plan_units
from pipeline.inputs.planning import weight


def an_input(number: int, size: int, form: str = "text", compression: str = "") -> Input:
    return Input(number, f"{number}", f"/{number}", size, form, compression, "utf-8", 2026, 0, "")


@given(
    st.lists(st.tuples(st.integers(0, 500), st.sampled_from(["text", "json-lines"]), st.sampled_from(["", "gzip"]))),
    st.integers(1, 200),
)
def test_every_byte_of_every_input_is_in_one_range(sizes: list[tuple[int, str, str]], unit_bytes: int) -> None:
    inputs = [an_input(n, *size) for n, size in enumerate(sizes)]
    units = plan_units(inputs, unit_bytes)
    assert [unit.number for unit in units] == list(range(len(units)))
    assert all(unit.ranges for unit in units)
    for item in inputs:
        ranges = sorted((r.start, r.end) for unit in units for r in unit.ranges if r.input == item.number)
        if item.sequential:
            assert ranges == [(0, -1)]
        else:
            assert [ranges[0][0], *[end for _, end in ranges]] == [*[start for start, _ in ranges], item.size]


@given(st.lists(st.integers(0, 500)), st.integers(1, 200))
def test_units_are_between_the_size_asked_for_and_its_double(sizes: list[int], unit_bytes: int) -> None:
    """All but the last pack, which holds what remains."""
    inputs = [an_input(n, size) for n, size in enumerate(sizes)]
    by_number = {item.number: item for item in inputs}
    totals = []
    for unit in plan_units(inputs, unit_bytes):
        totals.append(sum(r.end - r.start for r in unit.ranges))
        assert len(unit.ranges) == 1 or all(weight(by_number[r.input]) < unit_bytes for r in unit.ranges)
    assert all(unit_bytes <= total < 2 * unit_bytes for total in totals[:-1])
    assert all(total < 2 * unit_bytes for total in totals)


def test_a_plan_does_not_depend_on_the_order_in_which_inputs_are_listed() -> None:
    inputs = [an_input(0, 10), an_input(1, 20, "json-lines"), an_input(2, 30)]
    assert plan_units(inputs, 100) == plan_units(inputs[::-1], 100)
    assert [r.input for r in plan_units(inputs, 100)[0].ranges] == [1, 0, 2]
