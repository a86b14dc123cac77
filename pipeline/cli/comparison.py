"""Before and after of single lines: what changed is coloured, what did not is shortened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from difflib import SequenceMatcher

#: Of text that did not change, so many characters stay at either end.
AROUND = 18
#: Fewer are not worth leaving out.
LEFT_OUT = 10
CHANGED, SOURCE, DIM, PLAIN = "\033[32m", "\033[31m", "\033[2m", "\033[0m"
_PIECE = re.compile(r"\w+|\W")


def compared(before: str, afters: Sequence[str], colour: bool) -> tuple[str, list[str]]:
    """A line and what it became, shortened alike where nothing changed in any.

    Args:
      colour: whether to colour changes for a terminal (ANSI).
    """
    pieces = _PIECE.findall(before)
    rest = [_PIECE.findall(after) for after in afters]
    blocks = [SequenceMatcher(None, pieces, after, autojunk=False).get_opcodes() for after in rest]
    touched = {
        place for steps in blocks for kind, a, b, _, _ in steps if kind != "equal" for place in range(a, max(b, a + 1))
    }
    shown = "".join(
        _coloured(text, SOURCE, colour) if changed else _shortened(text, start, end, len(pieces))
        for changed, start, end, text in _runs(pieces, touched)
    )
    made = []
    for after, steps in zip(rest, blocks):
        line = ""
        for kind, a, b, c, d in steps:
            if kind != "equal":
                line += _coloured("".join(after[c:d]), CHANGED, colour)
                continue
            for changed, start, end, text in _runs(pieces[a:b], {place - a for place in touched}):
                line += text if changed else _shortened(text, a + start, a + end, len(pieces))
        made.append(line)
    return shown, made


def kept_lines(text: bytes, dropped: Set[int]) -> Iterator[tuple[int, str]]:
    """(number from 1, text) of the lines that were released, those at the dropped offsets left out."""
    offset = 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if offset not in dropped:
            yield number, line.decode("utf-8", "replace").rstrip("\r\n")
        offset += len(line)


def _runs(pieces: Sequence[str], touched: Set[int]) -> Iterator[tuple[bool, int, int, str]]:
    """(whether touched, start, end, text) of maximal runs of pieces."""
    start = 0
    for end in range(1, len(pieces) + 1):
        if end == len(pieces) or (end in touched) != (start in touched):
            yield start in touched, start, end, "".join(pieces[start:end])
            start = end


def _shortened(text: str, start: int, end: int, length: int) -> str:
    """Unchanged text with its middle left out; at the line's ends only the side beside a change stays."""
    if start == 0 and end == length:
        return text
    head = "" if start == 0 else text[:AROUND]
    tail = "" if end == length else text[-AROUND:]
    return f"{head}…{tail}" if len(head) + len(tail) + LEFT_OUT <= len(text) else text


def _coloured(text: str, code: str, colour: bool) -> str:
    return f"{code}{text}{PLAIN}" if colour and text else text
