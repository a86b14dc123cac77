"""Where moments may begin: the kernel leaves out no place at which the recognizer finds one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detection.times import LONGEST
from pipeline.kernels.moments import time_starts
from recognizers.date_time import WORD, moments

NUMBERS = "0 1 2 3 9 09 12 26 31 2026 1999 20260309 260309 101213 1773051133 1773051133250 10:12 10:12:13 .250"
WORDS = 'Mon monday Mar March may September of at AM pm st nd T Z x é exp= _ - / . : , = "'
PARTS = st.sampled_from([*f"{NUMBERS} {WORDS}".split(" "), " ", "  ", ", ", "ts: ", "\x00", "\n"])
TEXTS = st.lists(PARTS, max_size=14).map("".join)
DATES = st.datetimes().flatmap(
    lambda t: st.sampled_from([
        f"{t:%Y-%m-%d %H:%M:%S}", f"{t:%d/%b/%Y:%H:%M}", f"{t:%A, %B %d, %Y}", f"{t:%b %e %H:%M:%S}", f"{t:%d.%m.%Y}",
        f"{t:%y%m%d %H:%M:%S}", f"{t:%Y%m%d}", f"{t:%e %B %Y at %H:%M}", f"{t:%m/%d/%y %H:%M}", f"{t:%d-%b-%y}",
    ])
)  # fmt: skip


@given(st.lists(st.one_of(TEXTS, DATES), max_size=4).map("".join))
@settings(max_examples=600, deadline=None)
def test_no_start_of_a_moment_is_left_out(text: str) -> None:
    raw = text.encode()
    data = np.frombuffer(raw, np.uint8)
    starts = np.empty(len(raw) // 2 + 1, np.int64)
    starts = starts[: time_starts(data, starts)]
    told = list(moments(raw, starts.tolist()))
    assert told == list(moments(raw, (word.start() for word in WORD.finditer(raw))))
    assert all(end - start <= LONGEST for start, end in told)
