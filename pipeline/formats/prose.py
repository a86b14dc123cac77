"""Plain text that people wrote, such as a note or a ticket's text: a record is a paragraph.

It is told from a log by its words, as far as that goes; where it is said to be a transcript (``--dataset transcripts``)
all is read so that nothing else fits.
"""

from __future__ import annotations

import re

from pipeline.formats import text
from pipeline.formats.captions import Blocks
from pipeline.formats.format import SNIFFED, Context, Fields, Format
from pipeline.formats.turns import TurnRows, spans_of
from pipeline.formats.wording import is_note
from pipeline.kernels.framing import NEVER
from pipeline.records import Bytes, Int64

NAME = "prose"
_BLANK_LINE = re.compile(rb"\n[ \t]*\r?\n")


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    rows = TurnRows(data, len(record_start), context.zone_minutes)
    for start, end in spans_of(rows.text, record_start, record_end):
        rows.put_prose(start, end)
        rows.close(2 if start == end else 0)
    return rows.fields()


def sniff(head: bytes) -> float:
    """No more than just enough, so that what has another shape, too, has that; and short paragraphs.

    Where lines begin with a time they are records of their own (``text``), or their times would not be moved.
    """
    head = head[:SNIFFED].removeprefix(b"\xef\xbb\xbf")
    begun = len(head) == SNIFFED and not _BLANK_LINE.search(head)
    return 0.0 if begun or not is_note(head) or text.has_times(head) else 0.5


FORMAT = Format(NAME, "sequential", NEVER, parse, sniff, dataset="transcripts", framing=Blocks)
