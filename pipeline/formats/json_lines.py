"""JSON lines: one object per line, of any nesting, edited in place (https://www.rfc-editor.org/rfc/rfc8259)."""

from __future__ import annotations

import numpy as np

from pipeline.formats.binary_values import declare_binary
from pipeline.formats.format import SEED, Context, Fields, Format, fields_from
from pipeline.formats.json_keys import PATH_COLUMN
from pipeline.formats.named_values import declare_named, declare_properties
from pipeline.formats.paths import spell_paths
from pipeline.formats.sibling_keys import declare_by_siblings
from pipeline.formats.wording import declare_written
from pipeline.kernels.framing import NEVER
from pipeline.kernels.json_fields import json_fields, place_values
from pipeline.kernels.key_paths import PARENT
from pipeline.records import ATTRIBUTES, COLUMN_ID, LOG_COLUMNS, Bytes, Int64
from recognizers.entities import ENTITY_ID

_IS_INTEGER = np.array([arrow_type == "int64" for arrow_type in LOG_COLUMNS.values()])


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    """A line that is no JSON object, nests deeper than 64 or spells too many paths is one ``message``.

    Strings without a backslash are PLAIN. ``true``, ``false`` and ``null`` are HARMLESS, with the decoder of numbers,
    so that what replaces one is written in quotes. Of several values for one column the first takes it, and of
    several times the first that can be read. What a value's name beside it proves is declared. A text
    that is a date and time as a whole is one under any key; what people filled in and reads so is prose.
    """
    rows, record_field, shaped, nodes = json_fields(data, record_start, record_end, SEED)
    keys = spell_paths(data, nodes, escaped=True)
    declare_by_siblings(rows, record_field, keys)
    declare_named(data, rows, record_field, keys, nodes[:, PARENT])
    declare_binary(data, rows, record_field, keys, nodes[:, PARENT])
    declare_properties(data, rows, record_field, keys, nodes[:, PARENT])
    declare_written(data, rows, record_field, keys)
    columns = np.array([PATH_COLUMN.get(key.lower(), ATTRIBUTES) for key in keys], np.int16)
    time = place_values(
        data, rows, record_field, columns, _IS_INTEGER, COLUMN_ID["message"], ENTITY_ID["DATE_TIME"],
        context.zone_minutes,
    )  # fmt: skip
    return fields_from(rows, record_field, time, shaped, keys, nodes[:, PARENT].astype(np.int32))


FORMAT = Format("json-lines", "lines", NEVER, parse)
