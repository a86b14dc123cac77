"""Access logs in the common and the combined format, of Apache httpd, nginx and all who write the same.

Source: https://httpd.apache.org/docs/2.4/logs.html#accesslog
"""

from __future__ import annotations

from pipeline.formats.format import Context, Fields, Format, fields_from
from pipeline.formats.wording import declare_written_records
from pipeline.kernels.access_fields import ACCESS_KEYS, access_fields
from pipeline.kernels.framing import NEVER
from pipeline.records import Bytes, Int64


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    rows, record_field, time, shaped = access_fields(data, record_start, record_end)
    declare_written_records(data, rows, record_field, shaped == 0)
    return fields_from(rows, record_field, time, shaped, ACCESS_KEYS)


FORMAT = Format("apache-combined", "lines", NEVER, parse)
