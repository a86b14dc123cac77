"""Exports of chats and tickets as JSON, lines or one document, edited in place: a mapping says what a path means.

A record is a turn, an element of the array that the mapping names; what stands around the turns are records, too.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.formats.conversations import conversations
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
    KEY_COLUMN,
    PROSE,
    SCAN,
    TIME_COLUMN,
    Bytes,
    Decoder,
    Int32,
    Int64,
)
from recognizers.entities import ENTITY_ID

DATE_TIME, EMAIL_ADDRESS = ENTITY_ID["DATE_TIME"], ENTITY_ID["EMAIL_ADDRESS"]
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
#: ``Jane Doe <jane@example.com>`` between the quotes of a JSON string.
_MAILBOX = re.compile(
    rb"\s*+(?:\\\"|')?+\s*+(?P<name>(?:[^<>@\"\\\s]|\\u[0-9A-Fa-f]{4})(?:(?:[^<>@\"\\]|\\u[0-9A-Fa-f]{4}){0,200}?"
    rb"(?:[^<>@\"\\\s']|\\u[0-9A-Fa-f]{4}))?)\s*+(?:\\\"|')?+\s*+<(?P<address>[^\s@<>,;:\"\\]+@[^\s@<>,;:\"\\]+)>\s*"
)
LONGEST_MAILBOX = 512
_EPOCH = re.compile(rb"\d{10}(?:\.\d{1,9}|\d{3}|\d{6})?")
#: What turns begin with: a turn is cut off with the bracket or comma before it.
WITHIN = b"[,"
NAME = "mapped-json"
SHIPPED = ("zendesk", "intercom", "slack", "teams", "freshdesk")


def parse(data: Bytes, record_start: Int64, record_end: Int64, context: Context, name: str = NAME) -> Fields:
    """As JSON lines, save what the mapping says of a path; what does not parse is prose as a whole."""
    mapping = _mapping(context, name)
    arrays = np.array([not step for step in mapping.steps], np.bool_)
    rows, record_field, shaped, nodes = json_fields(data, record_start, record_end, SEED, arrays)
    given = _given(mapping)
    keys = spell_paths(data, nodes, escaped=True, given=given)
    places = _places(nodes, keys, mapping)
    kinds = [(mapping.turn if within else mapping.conversation).kinds.get(path) for within, path in places]
    columns = np.array([ATTRIBUTES if kind is None else _KINDS[kind][0] for kind in kinds], np.int16)
    entities = np.array([SCAN if kind is None else _KINDS[kind][1] for kind in kinds], np.int16)
    named = np.array([path in (mapping.turn.keys if within else mapping.keys_around) for within, path in places])
    is_key = np.flatnonzero(rows[:, COLUMN] == KEY_COLUMN)
    rows[is_key[named[rows[is_key, KEY]]], ENTITY] = HARMLESS  # the export's own word
    rows, record_field = _parted(rows, record_field, _declare(data, rows, entities))
    time = place_values(
        data, rows, record_field, columns, _IS_INTEGER, COLUMN_ID["message"], DATE_TIME,
        context.zone_minutes,
    )  # fmt: skip
    conversation = conversations(data, rows, record_field, record_end, shaped, places, mapping)
    return fields_from(rows, record_field, time, shaped, keys, nodes[:, PARENT].astype(np.int32), conversation)


def _mapping(context: Context, name: str) -> Mapping:
    return mapping_of(context.mapping) if name == NAME else shipped(name)


def _given(mapping: Mapping) -> list[str]:
    """Names of the steps to a turn, which has none itself."""
    names = [".".join(filter(None, mapping.steps[:k])) for k in range(1, len(mapping.steps))]
    return [*names, ""] if mapping.steps else []


def _places(nodes: Int64, keys: tuple[str, ...], mapping: Mapping) -> list[tuple[bool, str]]:
    """Of each path, whether it stands in a turn, and how a mapping spells it there."""
    steps = mapping.steps
    places: list[tuple[bool, str]] = [(not steps, "")]
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
    return places


#: (start, end, entity, kind of value) of the parts of a value that is more than one field.
Parts = list[tuple[int, int, int, Any]]


def _declare(data: Bytes, rows: Int32, entities: npt.NDArray[np.int16]) -> dict[int, Parts]:
    """Give each value what its path says that it is, and what is no JSON what a text is; returns row -> its parts."""
    rows[rows[:, COLUMN] == WHOLE_LINE, ENTITY] = PROSE
    value = np.flatnonzero((rows[:, COLUMN] >= 0) & (rows[:, COLUMN] != WHOLE_LINE) & (rows[:, COLUMN] != LITERAL))
    said = entities[rows[value, KEY]]
    text = rows[value, DECODER] != Decoder.JSON_NUMBER
    sure = (said >= 0) | ((said == PROSE) & text)
    rows[value[sure], ENTITY] = said[sure]
    looked = np.flatnonzero((said <= PROSE) & (text | (said == TIMES)))
    parts: dict[int, Parts] = {}
    for f, kind in zip(value[looked].tolist(), said[looked].tolist(), strict=True):
        start, end = rows[f, [START, END]].tolist()
        raw = data[start:end].tobytes()
        if kind == PROSE:
            parts[f] = [
                (start + a, start + b, SCAN if pasted else PROSE, TEXT)
                for a, b, pasted in stretches(raw, 0, len(raw), markup=True, lines=JSON_LINES)
            ]
            continue
        mailbox = _MAILBOX.fullmatch(raw) if kind == ADDRESS and len(raw) <= LONGEST_MAILBOX else None
        if mailbox is not None:
            # The name is an attribute, so that the column holds the address.
            (a, b), (c, d) = mailbox.span("name"), mailbox.span("address")
            entity = entity_of_speaker(key_text(mailbox["name"], escaped=True).encode())
            parts[f] = [(start + a, start + b, entity, LITERAL), (start + c, start + d, EMAIL_ADDRESS, TEXT)]
        else:
            rows[f, ENTITY] = _entity_of(key_text(raw, escaped=True).encode(), kind)
    return parts


def _entity_of(told: bytes, kind: int) -> int:
    if kind == ADDRESS:
        return EMAIL_ADDRESS if _ADDRESS.fullmatch(told) else PROSE
    if kind == SPEAKER:
        return entity_of_speaker(told)
    if kind == TIMES:  # a date in full is told under any key
        return DATE_TIME if _EPOCH.fullmatch(told) else SCAN
    return HARMLESS if is_role(told) else SCAN


def _parted(rows: Int32, record_field: Int64, parts: dict[int, Parts]) -> tuple[Int32, Int64]:
    """Rows and record_field, with the parts of a value in its place."""
    many = np.ones(len(rows), np.int64)
    many[list(parts)] = [len(part) for part in parts.values()]
    first = np.concatenate(([0], np.cumsum(many)))
    rows = np.repeat(rows, many, axis=0)
    for f, part in parts.items():
        rows[first[f] : first[f + 1], [START, END, ENTITY, COLUMN]] = part
    return rows, first[record_field]


def sniff(head: bytes, name: str) -> float:
    return 1.0 if shipped(name).fits(head[:SNIFFED]) else 0.0


def _framing(context: Context, name: str = NAME) -> Framing:
    return Elements(_mapping(context, name).steps)


def _format(name: str) -> Format:
    return Format(
        name, "sequential", NEVER, partial(parse, name=name), partial(sniff, name=name), dataset="transcripts",
        framing=partial(_framing, name=name), within=WITHIN,
    )  # fmt: skip


#: By name, those of the mappings that ship, and one for the user's own, which no beginning tells.
FORMATS = (
    *map(_format, SHIPPED),
    Format(NAME, "sequential", NEVER, parse, lambda head: 0.0, dataset="transcripts", framing=_framing, within=WITHIN),
)
