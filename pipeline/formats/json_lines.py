"""JSON lines: one object per line, of any nesting, edited in place (https://www.rfc-editor.org/rfc/rfc8259)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.formats.binary_values import declare_binary
from pipeline.formats.format import SEED, Context, Fields, Format, fields_from
from pipeline.formats.json_keys import PATH_COLUMN
from pipeline.formats.machine_objects import declare_machines
from pipeline.formats.named_values import declare_named, declare_properties
from pipeline.formats.paths import spell_paths
from pipeline.formats.sibling_keys import declare_by_siblings
from pipeline.formats.typed_names import declare_typed
from pipeline.formats.wording import declare_written
from pipeline.kernels.field_rows import COLUMN, KEY, NO_KEY
from pipeline.kernels.framing import NEVER
from pipeline.kernels.json_fields import json_fields, place_values
from pipeline.kernels.key_paths import PARENT
from pipeline.records import ATTRIBUTES, COLUMN_ID, HEADER_NAME, LOG_COLUMNS, Bytes, Int64
from recognizers.entities import ENTITY_ID

_IS_INTEGER = np.array([arrow_type == "int64" for arrow_type in LOG_COLUMNS.values()])


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context) -> Fields:
    """A line that is no JSON object, nests deeper than 64 or spells too many paths is one ``message``.

    Strings without a backslash are PLAIN. ``true``, ``false`` and ``null`` are HARMLESS, with the decoder of numbers,
    so that what replaces one is written in quotes. Of several values for one column the first takes it, and of
    several times the first that can be read. What a value's name beside it proves is declared. A text
    that is a date and time as a whole is one under any key; what people filled in and reads so is prose.
    """
    return parse_values(data, record_start, record_end, context.zone_minutes)


def parse_values(
    data: Bytes, record_start: Int64, record_end: Int64, zone_minutes: int, steps: Sequence[str] = ()
) -> Fields:
    """As ``parse``, of records that are what ``kernels.json_elements`` cuts.

    Args:
      steps: the way to them, of which the last key is the first of their paths; columns do without it.
    """
    arrays = np.array([not step for step in steps], np.bool_)
    rows, record_field, shaped, nodes = json_fields(data, record_start, record_end, SEED, arrays)
    parent = nodes[:, PARENT].copy()
    given = ["" if not k else next(filter(None, reversed(steps[:k])), "") for k in range(1, len(steps) + 1)]
    keys = spell_paths(data, nodes, escaped=True, given=given)
    own = _own_paths(keys, parent, len(steps)) if given else keys
    declare_by_siblings(rows, record_field, own)
    declare_named(data, rows, record_field, keys, parent)
    declare_binary(data, rows, record_field, keys, parent)
    declare_properties(data, rows, record_field, keys, parent)
    declare_typed(data, rows, record_field, keys, parent)
    declare_machines(data, rows, record_field, keys, parent)
    declare_written(data, rows, record_field, keys)
    columns = np.array([PATH_COLUMN.get(key.lower(), ATTRIBUTES) for key in own], np.int16)
    time = place_values(
        data, rows, record_field, columns, _IS_INTEGER, COLUMN_ID["message"], ENTITY_ID["DATE_TIME"], zone_minutes
    )
    if steps and not given[-1]:
        # An element that is no object stands under no key: it is what the record says.
        alone = rows[:, KEY] == len(steps)
        rows[alone, KEY], rows[alone, COLUMN] = NO_KEY, COLUMN_ID["message"]
    parent[1 : len(steps) + 1] = HEADER_NAME
    return fields_from(rows, record_field, time, shaped, keys, parent.astype(np.int32))


def _own_paths(keys: tuple[str, ...], parent: Int64, element: int) -> tuple[str, ...]:
    """Paths within an element, of those in it."""
    if not keys[element]:
        return keys
    behind = len(keys[element]) + 1
    own, within = list(keys), {element}
    for node, above in enumerate(parent.tolist()):
        if above in within:
            within.add(node)
            own[node] = keys[node][behind:]
    return tuple(own)


FORMAT = Format("json-lines", "lines", NEVER, parse)
