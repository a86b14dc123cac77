"""Plain text: what no other format knows. Stack traces and dumps of bytes stay with the line they follow."""

from __future__ import annotations

from pipeline.formats.format import Context, Fields, Format, fields_from, share_of_shaped
from pipeline.formats.wording import declare_written_records
from pipeline.kernels.framing import INDENTED, TRACE
from pipeline.kernels.text_fields import text_fields
from pipeline.records import Bytes, Int64


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    rows, record_field, time, shaped = text_fields(
        data, record_start, record_end, context.year, context.month, context.zone_minutes
    )
    declare_written_records(data, rows, record_field, shaped < 2)
    return fields_from(rows, record_field, time, shaped, ())


def sniff(head: bytes) -> float:
    """Anything is text, and everything else is preferred."""
    return 0.0


def has_times(head: bytes) -> bool:
    """Whether a line of a file's beginning begins with a time that is read."""
    return share_of_shaped(head + b"\n", parse, FORMAT.continues) > 0


FORMAT = Format("text", "lines", INDENTED | TRACE, parse, sniff, tables=True)
