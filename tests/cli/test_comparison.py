"""Before and after of a line, as the demo shows it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.comparison import CHANGED, PLAIN, SOURCE, compared, kept_lines

LINES = st.text("ab1 .=-", max_size=40)


def test_changes_are_coloured_and_the_same_text_is_shortened_alike() -> None:
    same = "nothing of this changes for anyone, ever, so it need not be read"
    before, (one, two) = compared(
        f"{same} user=mhale end", [f"{same} user=user-x1 end", f"{same} user=mhale end"], True
    )
    assert before == f"… not be read user={SOURCE}mhale{PLAIN} end"
    assert one == f"… not be read user={CHANGED}user-x1{PLAIN} end"
    assert two == "… not be read user=mhale end"


@given(LINES, st.lists(LINES, max_size=3))
def test_colour_adds_nothing_but_colour(before: str, afters: list[str]) -> None:
    plain, coloured = compared(before, afters, False), compared(before, afters, True)
    bare = [re.sub("\033\\[[0-9]+m", "", line) for line in (coloured[0], *coloured[1])]
    assert bare == [plain[0], *plain[1]]


@given(LINES, LINES)
def test_a_short_line_is_shown_whole(before: str, after: str) -> None:
    if max(len(before), len(after)) < 28:
        assert compared(before, [after], False) == (before, [after])


def test_lines_that_were_held_back_are_passed_over() -> None:
    assert list(kept_lines(b"one\ntwo\r\nthree", {4})) == [(1, "one"), (3, "three")]
