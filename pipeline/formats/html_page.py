"""HTML pages: a knowledge article, a chat or ticket that was saved from a browser. A record is a block of the page.

Source: https://html.spec.whatwg.org/multipage/parsing.html
"""

from __future__ import annotations

import re

import numpy as np

from pipeline.formats.format import Context, Fields, Format
from pipeline.formats.markup import markup_spans
from pipeline.formats.turns import TurnRows, spans_of
from pipeline.kernels.framing import NEVER
from pipeline.records import PROSE, Bytes, Int64

_OPENING = re.compile(
    rb"<!--|<(?P<raw>script|style|textarea)(?=[\s/>])|<(?:address|article|aside|blockquote|body|d[dlt]|details|div|figure"
    rb"|footer|form|h[1-6]|head|header|li|main|nav|ol|p|pre|section|table|tr|ul)(?=[\s/>])",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
#: No mark that the framing looks for is longer.
_MARK = 12


class Blocks:
    """Frames a page: a record starts at a tag that opens a block, outside of comments, scripts and styles."""

    def __init__(self, context: Context) -> None:
        self._closing: re.Pattern[bytes] | None = None  # what ends the open comment or script
        self._begun = False

    def __call__(self, data: Bytes, used: int, scanned: int, at_end: bool, /) -> tuple[Int64, int]:
        text = data[scanned:used].tobytes()
        limit = len(text) if at_end else len(text) - _MARK
        starts: list[int] = []
        at = 0
        while at < limit:
            mark = (self._closing or _OPENING).search(text, at)
            if mark is None or mark.start() >= limit:
                at = limit
                break
            at = mark.end()
            if self._closing is not None:
                self._closing = None
            elif mark[0] == b"<!--":
                self._closing = re.compile(rb"-->")
            elif mark["raw"]:
                self._closing = re.compile(rb"</" + mark["raw"] + rb"(?=[\s/>])", re.IGNORECASE)
            elif mark.start() or self._begun:
                starts.append(mark.start())
        self._begun = self._begun or at > 0
        return np.array(starts, np.int64) + scanned, scanned + at


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    """What is read of a block is ``message`` up to the first tag in it, and else an attribute of that name."""
    rows = TurnRows(data, len(record_start), context.zone_minutes, markup=True)
    for start, end in spans_of(rows.text, record_start, record_end):
        for first, last, entity in markup_spans(rows.text, start, end):
            rows.put(first, last, entity, "message" if entity == PROSE else "markup")
        rows.close(2 if start == end else int(rows.text.startswith(b"<", start, end)))
    return rows.fields()


def sniff(head: bytes) -> float:
    return 1.0 if _BEGINNING.match(head) else 0.0


FORMAT = Format("html", "sequential", NEVER, parse, sniff, dataset="transcripts", framing=Blocks)
