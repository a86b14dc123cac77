"""Exports of chats and tickets as JSON, lines or one document, edited in place: a mapping says what a path means.

A record is a turn, an element of the array that the mapping names; what stands around the turns are records, too.
"""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import numpy.typing as npt

from pipeline.formats.format import SEED, SNIFFED, Context, Fields, Format, Framing, fields_from
from pipeline.formats.mapping import Mapping, mapping_of, shipped
from pipeline.formats.paths import key_text, spell_paths
from pipeline.formats.speakers import entity_of_speaker, is_role
from pipeline.formats.turns import JSON_LINES, stretches
from pipeline.kernels.field_rows import COLUMN, DECODER, END, ENTITY, KEY, START
from pipeline.kernels.framing import NEVER
from pipeline.kernels.json_elements import Elements
from pipeline.kernels.json_fields import LITERAL, TEXT, WHOLE_LINE, json_fields, place_values
from pipeline.kernels.key_paths import PARENT
from pipeline.records import (
    ATTRIBUTES,
    COLUMN_ID,
    COLUMNS,
    HARMLESS,
    PROSE,
    SCAN,
    TIME_COLUMN,
    Bytes,
    Decoder,
    Int32,
    Int64,
)
from recognizers.entities import ENTITY_ID

DATE_TIME = ENTITY_ID["DATE_TIME"]
#: kind of ``Meanings`` -> column, and what its values are declared to be; those below zero look at each value.
SPEAKER, ROLE, ADDRESS, TIMES = -10, -11, -12, -13
_KINDS: dict[str, tuple[int, int]] = {
    "speaker": (COLUMN_ID["speaker"], SPEAKER),
    "speaker_id": (COLUMN_ID["speaker_id"], ENTITY_ID["USERNAME"]),
    "speaker_role": (COLUMN_ID["speaker_role"], ROLE),
    "text": (COLUMN_ID["message"], PROSE),
    "repeated": (ATTRIBUTES, PROSE),
    "subject": (COLUMN_ID["email_subject"], PROSE),
    "time": (TIME_COLUMN, SCAN),
    "times": (ATTRIBUTES, TIMES),
    "conversation": (COLUMN_ID["conversation_id"], TIMES),
    "from_address": (COLUMN_ID["email_from_address"], ADDRESS),
    "to_address": (COLUMN_ID["email_to_address"], ADDRESS),
    "cc_address": (COLUMN_ID["email_cc_address"], ADDRESS),
    "address": (ATTRIBUTES, ADDRESS),
    "person": (ATTRIBUTES, SPEAKER),
    "account": (ATTRIBUTES, ENTITY_ID["USERNAME"]),
    "phone": (ATTRIBUTES, ENTITY_ID["PHONE_NUMBER"]),
}
_IS_INTEGER = np.array([arrow_type == "int64" for arrow_type in COLUMNS.values()])
_ADDRESS = re.compile(rb"[^\s@<>,;:\"\\]+@[^\s@<>,;:\"\\]+")
_EPOCH = re.compile(rb"\d{10}(?:\.\d{1,9}|\d{3}|\d{6})?")
NAME = "mapped-json"
SHIPPED = ("zendesk", "intercom", "slack", "teams", "freshdesk")


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context, name: str = NAME) -> Fields:
    """As JSON lines, save what the mapping says of a path; what does not parse is prose as a whole."""
    mapping = _mapping(context, name)
    arrays = np.array([not step for step in mapping.steps], np.bool_)
    rows, record_field, shaped, nodes = json_fields(data, record_start, record_end, SEED, arrays)
    given = _given(mapping)
    keys = spell_paths(data, nodes, escaped=True, given=given)
    kinds = _kinds(nodes, keys, mapping)
    columns = np.array([ATTRIBUTES if kind is None else _KINDS[kind][0] for kind in kinds], np.int16)
    entities = np.array([SCAN if kind is None else _KINDS[kind][1] for kind in kinds], np.int16)
    _declare(data, rows, entities)
    rows, record_field = _part_pasted(data, rows, record_field)
    time = place_values(
        data, rows, record_field, columns, _IS_INTEGER, COLUMN_ID["message"], DATE_TIME,
        context.zone_minutes,
    )  # fmt: skip
    return fields_from(rows, record_field, time, shaped, keys, nodes[:, PARENT].astype(np.int32))


def _mapping(context: Context, name: str) -> Mapping:
    return mapping_of(context.mapping) if name == NAME else shipped(name)


def _given(mapping: Mapping) -> list[str]:
    """Names of the steps to a turn, which has none itself."""
    names = [".".join(filter(None, mapping.steps[:k])) for k in range(1, len(mapping.steps))]
    return [*names, ""] if mapping.steps else []


def _kinds(nodes: Int64, keys: tuple[str, ...], mapping: Mapping) -> list[str | None]:
    """What the mapping says of each path."""
    steps = mapping.steps
    inside = not steps
    places: list[tuple[bool, str]] = [(inside, "")]  # whether it stands in a turn, and its path as a mapping spells it
    path = ""
    for k, step in enumerate(steps, 1):
        path = (f"{path}.{step}" if path else step) if step else f"{path}[]"
        places.append((True, "") if k == len(steps) else (False, path))
    for node, (parent, start) in enumerate(nodes[len(places) :, :2].tolist(), len(places)):
        within, above = places[parent]
        if start < 0:
            below = f"{above}[]"
        else:
            name = keys[node][len(keys[parent]) + 1 :] if keys[parent] else keys[node]
            below = f"{above}.{name}" if above else name
        # A document's beginning comes to the turns by its own keys.
        places.append((True, "") if not within and below == mapping.turns else (within, below))
    turn, around = mapping.turn.kinds, mapping.conversation.kinds
    return [(turn if within else around).get(path) for within, path in places]


def _declare(data: Bytes, rows: Int32, entities: npt.NDArray[np.int16]) -> None:
    """Give each value what its path says that it is, and what is no JSON what a text is."""
    rows[rows[:, COLUMN] == WHOLE_LINE, ENTITY] = PROSE
    value = np.flatnonzero((rows[:, COLUMN] >= 0) & (rows[:, COLUMN] != WHOLE_LINE) & (rows[:, COLUMN] != LITERAL))
    said = entities[rows[value, KEY]]
    text = rows[value, DECODER] != Decoder.JSON_NUMBER
    sure = (said >= 0) | ((said == PROSE) & text)
    rows[value[sure], ENTITY] = said[sure]
    looked = np.flatnonzero((said < PROSE) & (text | (said == TIMES)))
    for f, kind in zip(value[looked].tolist(), said[looked].tolist(), strict=True):
        raw = data[rows[f, START] : rows[f, END]].tobytes()
        told = key_text(raw, escaped=True).encode()
        if kind == ADDRESS:
            rows[f, ENTITY] = ENTITY_ID["EMAIL_ADDRESS"] if _ADDRESS.fullmatch(told) else PROSE
        elif kind == SPEAKER:
            rows[f, ENTITY] = entity_of_speaker(told)
        elif kind == TIMES:
            # A date in full is told under any key.
            rows[f, ENTITY] = DATE_TIME if _EPOCH.fullmatch(told) else SCAN
        elif is_role(told):
            rows[f, ENTITY] = HARMLESS


def _part_pasted(data: Bytes, rows: Int32, record_field: Int64) -> tuple[Int32, Int64]:
    """Rows and record_field, with lines that were pasted into prose as fields of their own."""
    prose = np.flatnonzero((rows[:, ENTITY] == PROSE) & (rows[:, COLUMN] == TEXT))
    parts: dict[int, list[tuple[int, int, bool]]] = {}
    for f, start, end in zip(prose.tolist(), *rows[prose][:, [START, END]].T.tolist(), strict=True):
        raw = data[start:end].tobytes()
        parts[f] = [
            (start + a, start + b, pasted)
            for a, b, pasted in stretches(raw, 0, len(raw), markup=True, lines=JSON_LINES)
        ]
    many = np.ones(len(rows), np.int64)
    many[list(parts)] = [len(part) for part in parts.values()]
    first = np.concatenate(([0], np.cumsum(many)))
    rows = np.repeat(rows, many, axis=0)
    for f, part in parts.items():
        for k, (start, end, pasted) in enumerate(part, int(first[f])):
            rows[k, START], rows[k, END], rows[k, ENTITY] = start, end, SCAN if pasted else PROSE
    return rows, first[record_field]


def sniff(head: bytes, name: str) -> float:
    return 1.0 if shipped(name).fits(head[:SNIFFED]) else 0.0


def _framing(context: Context, name: str = NAME) -> Framing:
    return Elements(_mapping(context, name).steps)


def _format(name: str) -> Format:
    return Format(
        name, "sequential", NEVER, partial(parse, name=name), partial(sniff, name=name), dataset="transcripts",
        framing=partial(_framing, name=name),
    )  # fmt: skip


#: By name, those of the mappings that ship, and one for the user's own, which no beginning tells.
FORMATS = (
    *map(_format, SHIPPED),
    Format(NAME, "sequential", NEVER, parse, lambda head: 0.0, dataset="transcripts", framing=_framing),
)
