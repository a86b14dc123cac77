"""Plain text that people wrote, such as a note or a ticket's text: a record is a paragraph.

Nothing tells it from a log: it is read so where it is said to be a transcript (``--dataset transcripts``).
"""

from __future__ import annotations

from pipeline.formats.captions import Blocks
from pipeline.formats.format import Context, Fields, Format
from pipeline.formats.turns import TurnRows, spans_of
from pipeline.kernels.framing import NEVER
from pipeline.records import Bytes, Int64

NAME = "prose"


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    rows = TurnRows(data, len(record_start), context.zone_minutes)
    for start, end in spans_of(rows.text, record_start, record_end):
        rows.put_prose(start, end)
        rows.close(2 if start == end else 0)
    return rows.fields()


FORMAT = Format(NAME, "sequential", NEVER, parse, lambda head: 0.0, dataset="transcripts", framing=Blocks)
