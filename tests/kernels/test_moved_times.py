"""Times that are moved or truncated many at once: as one by one."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.kernels.moved_times import PARTS, move_times
from pipeline.surrogates.times import DAY, SECOND, UNITS, shift_text, shifted_texts, truncate_text, truncated_texts

TAILS = [
    "",
    "Z",
    "z",
    "+01:00",
    "-0530",
    " +0100",
    " UTC",
    ".250Z",
    ",123456789",
    ".1234567890",
    ".",
    "x",
    "+1:00",
    ".5+01",
]
WRITTEN = st.builds(
    lambda when, form, tail: f"{when:{form}}{tail}",
    st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)),
    st.sampled_from([
        "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d_%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%b %d %H:%M:%S",
        "%Y-%m-%dt%H:%M:60", "%Y-02-30T%H:%M:%S", "%Y-%m/%dT%H:%M:%S", "%Y-%m-%dT25:%M:%S",
    ]),
    st.sampled_from(TAILS),
)  # fmt: skip
TEXTS = st.lists(st.one_of(WRITTEN, st.text(max_size=30)), max_size=8)


def laid_out(texts: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    offset = np.concatenate(([0], np.cumsum([len(text) + 1 for text in texts]))).astype(np.int64)
    return np.frombuffer(b"".join(text + b"\x00" for text in texts), np.uint8), offset


@given(TEXTS, st.integers(-180 * DAY, 180 * DAY).filter(bool))
@settings(max_examples=300, deadline=None)
def test_many_times_are_shifted_as_one_is(texts: list[str], seconds: int) -> None:
    raw = [text.encode() for text in texts]
    assert shifted_texts(*laid_out(raw), seconds * SECOND, 2026) == [shift_text(t, seconds * SECOND, 2026) for t in raw]


@given(TEXTS, st.sampled_from(UNITS))
@settings(max_examples=300, deadline=None)
def test_many_times_are_truncated_as_one_is(texts: list[str], unit: str) -> None:
    raw = [text.encode() for text in texts]
    assert truncated_texts(*laid_out(raw), unit) == [truncate_text(text, unit) for text in raw]


@given(st.datetimes(datetime(1700, 1, 1), datetime(2300, 1, 1)), st.integers(-180 * DAY, 180 * DAY))
@settings(deadline=None)
def test_what_log_lines_begin_with_is_moved_here(when: datetime, seconds: int) -> None:
    texts, offset = laid_out([f"{when:%Y-%m-%dT%H:%M:%S.%fZ}".encode()])
    out, moved = texts.copy(), np.zeros(1, np.bool_)
    move_times(texts, offset, seconds, PARTS, out, moved)
    later = when + timedelta(seconds=seconds)
    assert moved.all() and out.tobytes() == f"{later:%Y-%m-%dT%H:%M:%S.%fZ}".encode() + b"\x00"
