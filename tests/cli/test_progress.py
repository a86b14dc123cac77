"""What is said while a long run goes on."""

from __future__ import annotations

import io
import sys
import time

import pytest

from pipeline.cli.progress import LINE_SECONDS, shown_progress, size_text
from pipeline.inputs import Progress

HALF = Progress(1, 2, 1_400_000, 2_800_000, 12_345)


def test_where_no_one_looks_a_line_comes_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with shown_progress(False, "Publishing") as show:
        for _ in range(25):
            now += LINE_SECONDS / 10
            show(HALF)
    assert capfd.readouterr().err == 2 * "Publishing: 1.4 MB of 2.8 MB, 12,345 records\n"


def test_on_a_terminal_a_bar_says_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with shown_progress(False) as show:
        show(HALF)
    said = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert "Redacting" in said and "1.4/2.8 MB" in said


def test_quiet_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with shown_progress(True) as show:
        show(HALF)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1400, "1.4 kB"), (10**6, "1.0 MB"), (5 * 10**12, "5000.0 GB")],
)
def test_sizes_are_for_people(size: int, text: str) -> None:
    assert size_text(size) == text
