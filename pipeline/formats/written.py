"""Fields of what people wrote: paragraphs, quoted lines, and what is pasted among them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.formats.pasted import pasted_lines
from pipeline.records import PROSE, SCAN

#: A paragraph is cut behind the line that brings it to so many bytes.
LONGEST_PARAGRAPH = 4 << 10
_LINE = re.compile(rb"[^\r\n]*+(?:\r\n|\n|\r|\Z)")
_QUOTE = re.compile(rb"[ \t]*(?:>[ \t]?)+")
BLANKS = b" \t\r\n\f\v"


def written_spans(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, PROSE or SCAN) of the text in ``raw[start:end]``, in order; blanks and marks of quotes in none.

    A paragraph is one span. Lines that quote, and lines that are pasted, are one each: they stand again in other
    places, where they are known then.
    """
    lines = []
    at = start
    while at < end:
        stop = _end_of_line(raw, at, end)
        quote = _QUOTE.match(raw, at, stop)
        lines.append((quote.end() if quote else at, stop, quote is not None))
        at = stop
    pasted = pasted_lines([raw[first:last] for first, last, _ in lines])
    open_from = open_to = -1
    for (first, last, quoted), machine in zip(lines, pasted, strict=True):
        first, last = trimmed(raw, first, last)
        alone = quoted or machine
        if open_from >= 0 and (alone or first == last or last - open_from > LONGEST_PARAGRAPH):
            yield open_from, open_to, PROSE
            open_from = -1
        if first == last:
            continue
        if alone:
            yield first, last, SCAN if machine else PROSE
        else:
            open_from = first if open_from < 0 else open_from
            open_to = last
    if open_from >= 0:
        yield open_from, open_to, PROSE


def line_spans(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, SCAN) of each line that is not blank: data in a text, not sentences."""
    at = start
    while at < end:
        stop = _end_of_line(raw, at, end)
        first, last = trimmed(raw, at, stop)
        if first < last:
            yield first, last, SCAN
        at = stop


def trimmed(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """[start, end) without the blanks at either end."""
    while start < end and raw[start] in BLANKS:
        start += 1
    while end > start and raw[end - 1] in BLANKS:
        end -= 1
    return start, end


def _end_of_line(raw: bytes, at: int, end: int) -> int:
    match = _LINE.match(raw, at, end)
    assert match is not None  # it matches the empty text
    return match.end()
