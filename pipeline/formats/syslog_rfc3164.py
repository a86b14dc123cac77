"""Syslog as RFC 3164 describes it and as rsyslog writes files (https://www.rfc-editor.org/rfc/rfc3164)."""

from __future__ import annotations

from pipeline.formats.format import Context, Fields, Format, fields_from
from pipeline.formats.wording import declare_written_records
from pipeline.kernels.framing import INDENTED
from pipeline.kernels.syslog_fields import HEADER_KEYS, rfc3164_fields
from pipeline.records import Bytes, Int64


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    rows, record_field, time, shaped = rfc3164_fields(
        data, record_start, record_end, context.year, context.month, context.zone_minutes
    )
    declare_written_records(data, rows, record_field, shaped == 0)
    return fields_from(rows, record_field, time, shaped, HEADER_KEYS)


FORMAT = Format("syslog-rfc3164", "lines", INDENTED, parse)
