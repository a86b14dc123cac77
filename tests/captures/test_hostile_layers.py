"""Random bytes, packets cut short, headers in headers: nothing is read or claimed outside, and it comes to an end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.captures import layers
from pipeline.captures.columns import NUMBERS
from pipeline.captures.dissection import dissect
from pipeline.captures.fields import END, ROWS_USED, START, SUM_AT, SUM_END, SUM_START, SUMS_USED, new_out
from pipeline.captures.layer_steps import FAMILY_OF, STEPS
from tests.captures.frames import packets_of
from tests.captures.samples_of_layers import SAMPLES

LAYERS = [layer for layer in range(layers.PIM + 1) if FAMILY_OF[layer]]
#: In the bytes that are not the layer's: what is read of them would show, and what is claimed, too.
AROUND = 64


def run(layer: int, content: bytes, fill: int) -> tuple[object, ...]:
    """One layer over some bytes within others: all that it says, each place counted from where the bytes begin."""
    data = np.full(len(content) + 2 * AROUND, fill, np.uint8)
    data[AROUND : AROUND + len(content)] = np.frombuffer(content, np.uint8)
    out = new_out(1, 4096, len(NUMBERS))
    following, at, stop = STEPS[int(FAMILY_OF[layer])](layer, data, AROUND, AROUND + len(content), out)
    assert AROUND <= stop <= AROUND + len(content)
    assert at >= AROUND
    rows = out.rows[: out.state[ROWS_USED]]
    assert np.all(rows[:, START] >= AROUND) and np.all(rows[:, END] <= AROUND + len(content))
    sums = out.sums[: out.state[SUMS_USED]]
    assert np.all(sums[:, SUM_AT : SUM_START + 1] >= AROUND) and np.all(sums[:, SUM_END] <= AROUND + len(content))
    return following, at, stop, rows.tolist(), sums.tolist(), out.numbers.tolist(), out.state.tolist()


@example(layers.VRRP, b" ".ljust(8, b"\0"))
@given(st.sampled_from(LAYERS), st.binary(min_size=1, max_size=120))
def test_a_layer_reads_and_claims_its_own_bytes_only(layer: int, content: bytes) -> None:
    assert run(layer, content, 0) == run(layer, content, 0xFF)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_valid_packet_cut_anywhere_is_read_as_far_as_it_goes(name: str) -> None:
    link_type, frame = SAMPLES[name]
    frames = [frame[:size] for size in range(len(frame) + 1)]
    cut = dissect(packets_of(frames, link_type, [len(frame)] * len(frames)))
    beside = dissect(packets_of([each + b"\xff" * 9 for each in frames], link_type, [len(frame) + 9] * len(frames)))
    assert len(beside.numbers) == len(frames)
    covered = np.zeros(sum(map(len, frames)), np.int64)
    for start, end in cut.rows[:, :2].tolist():
        covered[start:end] += 1
    assert np.all(covered == 1)


@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_a_valid_packet_with_other_bytes_in_it_covers_itself(name: str, data: st.DataObject) -> None:
    link_type, frame = SAMPLES[name]
    changed = bytearray(frame)
    for place in data.draw(st.lists(st.integers(0, len(frame) - 1), max_size=4)):
        changed[place] = data.draw(st.integers(0, 255))
    rows = dissect(packets_of([bytes(changed)], link_type)).rows
    assert rows[0, START] == 0 and rows[-1, END] == len(frame) and np.all(rows[1:, START] == rows[:-1, END])


@given(st.binary(max_size=300), st.sampled_from(sorted(layers.LINK_LAYERS)))
def test_random_bytes_of_any_link_type_are_covered(content: bytes, link_type: int) -> None:
    rows = dissect(packets_of([content], link_type)).rows
    assert sum(end - start for start, end in rows[:, :2].tolist()) == len(content)
