"""HAR 1.2, what a browser recorded of its requests, edited in place (http://www.softwareishard.com/blog/har-12-spec/).

A record is one entry; what stands before the first and behind the last are records, too.
"""

from __future__ import annotations

import re

import numpy as np

from pipeline.formats.binary_values import declare_binary
from pipeline.formats.format import SEED, Context, Fields, Format, fields_from
from pipeline.formats.named_values import declare_named
from pipeline.formats.paths import spell_paths
from pipeline.kernels.field_rows import COLUMN, KEY, NO_KEY
from pipeline.kernels.framing import NEVER
from pipeline.kernels.json_elements import Elements
from pipeline.kernels.json_fields import json_fields, place_values
from pipeline.kernels.key_paths import PARENT
from pipeline.records import ATTRIBUTES, COLUMN_ID, LOG_COLUMNS, TIME_COLUMN, Bytes, Int64
from recognizers.entities import ENTITY_ID

#: Path within an entry, in lower case -> column.
_COLUMNS: dict[str, int] = {
    "starteddatetime": TIME_COLUMN,
    "serveripaddress": COLUMN_ID["server_ip"],
    "request.url": COLUMN_ID["url_full"],
    "request.method": COLUMN_ID["http_request_method"],
    "request.httpversion": COLUMN_ID["http_version"],
    "response.status": COLUMN_ID["http_response_status_code"],
    "response.bodysize": COLUMN_ID["http_response_body_bytes"],
}
#: The way to the entries, see ``kernels.json_elements``.
STEPS = ("log", "entries", "")
_IS_INTEGER = np.array([arrow_type == "int64" for arrow_type in LOG_COLUMNS.values()])
#: A document's beginning, whose first key no other kind of record with a ``log`` has, and what else stands near it.
_BEGINNING = re.compile(rb'\s*\{\s*"log"\s*:\s*\{\s*"(?:version|creator|browser|pages|entries|comment)"\s*:')
_MARK = re.compile(rb'"(?:creator|entries)"\s*:\s*[\[{]')


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    """As JSON lines; a value that stands beside its name is what that says: of a header, a cookie, a parameter."""
    rows, record_field, shaped, nodes = json_fields(
        data, record_start, record_end, SEED, np.array([not step for step in STEPS])
    )
    keys = spell_paths(data, nodes, escaped=True, given=("log", "log.entries", ""))
    declare_named(data, rows, record_field, keys, nodes[:, PARENT])
    declare_binary(data, rows, record_field, keys, nodes[:, PARENT])
    columns = np.array([_COLUMNS.get(key.lower(), ATTRIBUTES) for key in keys], np.int16)
    time = place_values(
        data, rows, record_field, columns, _IS_INTEGER, COLUMN_ID["message"], ENTITY_ID["DATE_TIME"],
        context.zone_minutes,
    )  # fmt: skip
    # An entry that is no object stands under no key: it is what the record says.
    alone = rows[:, KEY] == len(STEPS)
    rows[alone, KEY], rows[alone, COLUMN] = NO_KEY, COLUMN_ID["message"]
    return fields_from(rows, record_field, time, shaped, keys, nodes[:, PARENT].astype(np.int32))


def sniff(head: bytes) -> float:
    head = head.removeprefix(b"\xef\xbb\xbf")
    return 1.0 if _BEGINNING.match(head) and _MARK.search(head) else 0.0


FORMAT = Format("har", "sequential", NEVER, parse, sniff, framing=lambda context: Elements(STEPS))
