"""Which conversation a turn belongs to, where its id stands before the turns, in what is around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pipeline.formats.mapping import Mapping
from pipeline.kernels.field_rows import END, KEY
from pipeline.records import Bytes, Int32, Int64

#: ``Fields.shaped`` of a record of white space.
BLANK = 2
#: What stands behind a value: strings, which are passed over, and brackets.
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)
_KEY_OR_ARRAY = re.compile(r"[^.\[\]]+|\[\]")


def conversations(
    data: Bytes,
    rows: Int32,
    record_field: Int64,
    record_end: Int64,
    shaped: Bytes,
    places: Sequence[tuple[bool, str]],
    mapping: Mapping,
) -> Int64:
    """int64 [r], the field that names each turn's conversation, in a record before it; -1 where none does.

    Args:
      places: of each key, whether it stands in a turn, and its path.
    """
    of_record = np.full(len(shaped), -1, np.int64)
    if not mapping.conversation.conversation:
        return of_record
    levels = [-1 if in_turn else _levels(path, mapping) for in_turn, path in places]
    key = rows[:, KEY]
    around = np.append([not in_turn for in_turn, _ in places], False)[key]
    level = np.append(levels, -1)[key]
    first, last = record_field[:-1].tolist(), record_field[1:].tolist()
    open_field = -1
    for record, (begin, end) in enumerate(zip(first, last, strict=True)):
        if shaped[record] == BLANK:
            continue
        if shaped[record] and begin < end and not around[begin:end].any():
            of_record[record] = open_field
            continue
        # What cannot be read may be the beginning of another conversation, an end without fields is that of one.
        open_field = -1
        named = np.flatnonzero(level[begin:end] >= 0)
        if len(named):
            field = begin + int(named[-1])
            behind = data[rows[field, END] : record_end[record]].tobytes().removeprefix(b'"')
            open_field = field if _stays_open(behind, int(level[field])) else -1
    return of_record


def _levels(path: str, mapping: Mapping) -> int:
    """How many brackets stand around an id and not around the turns; -1 for a path that holds none."""
    if path not in mapping.conversation.conversation:
        return -1
    own, way = _KEY_OR_ARRAY.findall(path)[:-1], _KEY_OR_ARRAY.findall(mapping.turns)
    common = next((k for k, step in enumerate(own) if way[k : k + 1] != [step]), len(own))
    return len(own) - common


def _stays_open(behind: bytes, levels: int) -> bool:
    """Whether the object in which an id stands, so many brackets up, goes on to the end of the record."""
    depth = levels
    for match in _STRING_OR_BRACKET.finditer(behind):
        bracket = match.group()
        depth += bracket in (b"{", b"[")
        depth -= bracket in (b"}", b"]")
        if depth < 0:
            return False
    return True
