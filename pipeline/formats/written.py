"""Fields of what people wrote: sentences, and what is pasted among them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.formats.pasted import pasted_lines
from pipeline.records import PROSE, SCAN

#: A field ends with the line that brings it to so many bytes.
LONGEST_FIELD = 32 << 10
BLANKS = b" \t\r\n\f\v"
_LINE = re.compile(rb"[^\r\n]*+(?:\r\n|\n|\r|\Z)")
#: Marks of a quote are no part of the line that they stand before.
_QUOTE = re.compile(rb"(?:[ \t]*>)*+")


def written_spans(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, PROSE or SCAN) of the text in ``raw[start:end]``, in order; blanks at either end are in none.

    Lines of one kind that follow each other are one span, with the empty ones between.
    """
    lines = list(_lines(raw, start, end))
    told = [_QUOTE.sub(b"", raw[first:last], count=1) for first, last in lines]
    spans: list[tuple[int, int, int]] = []
    for (first, last), line, pasted in zip(lines, told, pasted_lines(told), strict=True):
        kind = SCAN if pasted else PROSE
        if spans and spans[-1][1] - spans[-1][0] < LONGEST_FIELD and (kind == spans[-1][2] or not line.strip()):
            spans[-1] = spans[-1][0], last, spans[-1][2]
        else:
            spans.append((first, last, kind))
    for first, last, kind in spans:
        first, last = trimmed(raw, first, last)
        if first < last:
            yield first, last, kind


def data_spans(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, SCAN) of lines of data, which are no sentences."""
    open_from = start
    for _, last in _lines(raw, start, end):
        if last - open_from >= LONGEST_FIELD or last == end:
            first, stop = trimmed(raw, open_from, last)
            if first < stop:
                yield first, stop, SCAN
            open_from = last


def trimmed(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """[start, end) without the blanks at either end."""
    while start < end and raw[start] in BLANKS:
        start += 1
    while end > start and raw[end - 1] in BLANKS:
        end -= 1
    return start, end


def _lines(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """[start, end) of each line, with what ends it."""
    while start < end:
        match = _LINE.match(raw, start, end)
        assert match is not None  # it matches the empty text
        yield start, match.end()
        start = match.end()
