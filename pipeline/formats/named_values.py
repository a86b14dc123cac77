"""What stands beside its name in JSON: of ``{"name": "Host", "value": "…"}`` the name tells what the value is.

HAR writes headers, cookies and parameters so, logs of firewalls and gateways the headers of requests, and services in
clouds whatever they know of an event (``{"key": "Computer Name", "value": "…"}``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pipeline.formats.paths import key_text
from pipeline.kernels.field_rows import COLUMN, DECODER, END, ENTITY, KEY, START
from pipeline.kernels.json_fields import TEXT
from pipeline.kernels.named_values import NAME, VALUE, named_values
from pipeline.records import SCAN, UNDIVIDED, Bytes, Decoder, Int32, Int64
from recognizers.entities import ENTITY_ID
from recognizers.http_headers import ENTITY_OF_HEADER, entity_of_header
from recognizers.keys import ROLE_ENTITIES, entity_of_key, likely_entity_of_key, loose_entity_of_key
from recognizers.registry import recognizer_for
from recognizers.url import is_nested, text_leaf

#: The lists whose elements have a name and a value.
_NAMED = re.compile(r"(?:.*\.)?(headers|cookies|querystring|params)\.[0-9]+\+?\.(name|value)", re.IGNORECASE)
#: What the two are called in objects of any other kind.
_PROPERTY = re.compile(r"(?:.*\.)?(?:(name|key|label|field|property|attribute|type)|value|text)", re.IGNORECASE)
#: Lists of what stood in a URL or a form.
_PARAMETERS = ("querystring", "params")
_STRING = int(Decoder.JSON_STRING)


class Property(NamedTuple):
    """What the values beside a name are, and which of them."""

    entity: str
    accepts: Callable[[bytes], bool]


def declare_named(data: Bytes, rows: Int32, record_field: Int64, keys: tuple[str, ...], parent: Int64) -> None:
    """Give values the entities that their names prove, in place.

    Args:
      rows, record_field: of ``json_fields``, before ``place_values``.
      keys, parent: of each node, its path and the node above.
    """
    kinds = {node: named for node, key in enumerate(keys) if (named := _NAMED.fullmatch(key))}
    if not kinds:
        return
    role = np.zeros(len(keys), np.uint8)
    for node, named in kinds.items():
        role[node] = NAME if named.group(2).lower() == "name" else VALUE
    names, values = named_values(rows, record_field, role, np.ascontiguousarray(parent)).T
    texts = rows[values, COLUMN] == TEXT
    names, values = names[texts], values[texts]
    raw = data.tobytes()
    known: dict[tuple[str, bytes], tuple[str | None, bool]] = {}
    entities = np.full(len(values), SCAN, np.int32)
    spans = np.column_stack((rows[names][:, [START, END, DECODER]], rows[values][:, [KEY, START, END, DECODER]]))
    for place, (first, last, decoder, node, start, end, how) in enumerate(spans.tolist()):
        kind = kinds[node].group(1).lower()
        which = kind, raw[first:last]
        if which not in known:
            known[which] = _entity_named(kind, key_text(which[1], decoder == _STRING))
        entity, proven = known[which]
        if entity is not None or kind in _PARAMETERS:
            entities[place] = _declared(kind, entity, proven, key_text(raw[start:end], how == _STRING).encode())
    rows[values, ENTITY] = entities


def declare_properties(data: Bytes, rows: Int32, record_field: Int64, keys: tuple[str, ...], parent: Int64) -> None:
    """As ``declare_named``, of the properties in objects of any other kind: machines, accounts and their ids."""
    role = np.zeros(len(keys), np.uint8)
    for node, key in enumerate(keys):
        if (found := _PROPERTY.fullmatch(key)) and not _NAMED.fullmatch(key):
            role[node] = NAME if found.group(1) else VALUE
    both = np.intersect1d(parent[role == NAME], parent[role == VALUE])
    if not len(both):
        return
    role[~np.isin(parent, both)] = 0
    pairs = named_values(rows, record_field, role, np.ascontiguousarray(parent))
    names, values = pairs[(rows[pairs[:, 1], COLUMN] == TEXT) & (rows[pairs[:, 0], COLUMN] == TEXT)].T
    raw = data.tobytes()
    known: dict[tuple[bytes, int], Property | None] = {}
    entities = rows[values, ENTITY]
    spans = np.column_stack((rows[names][:, [START, END, DECODER]], rows[values][:, [START, END, DECODER]]))
    for place, (first, last, decoder, start, end, how) in enumerate(spans.tolist()):
        name = raw[first:last], decoder
        if name not in known:
            known[name] = _property_named(key_text(name[0], decoder == _STRING))
        meant = known[name]
        if meant is not None and meant.accepts(key_text(raw[start:end], how == _STRING).encode()):
            entities[place] = ENTITY_ID[meant.entity]
    rows[values, ENTITY] = entities


def _property_named(name: str) -> Property | None:
    """What a property of that name is; the less its name says, the more must its value look like one."""
    entity = entity_of_key(name)
    if entity is not None:
        return Property(entity, recognizer_for(entity).accepts_key_value) if entity in ROLE_ENTITIES else None
    entity = likely_entity_of_key(name)
    if entity is not None:
        return Property(entity, recognizer_for(entity).accepts_likely_value)
    entity = loose_entity_of_key(name)
    return None if entity is None else Property(entity, recognizer_for(entity).accepts_loose_value)


def _entity_named(kind: str, name: str) -> tuple[str | None, bool]:
    """(What a value of that name is, whether it is whatever it looks like)."""
    if kind == "cookies":
        return "COOKIE", True
    if kind == "headers":
        return entity_of_header(name), name.lower() in ENTITY_OF_HEADER
    return entity_of_key(name), False


def _declared(kind: str, entity: str | None, proven: bool, value: bytes) -> int:
    """The entity of a value, as ``Batch.field_entity`` has it."""
    if kind in _PARAMETERS:
        # What it is in the URL that it was read from.
        if entity in (None, "URL") and is_nested(value):
            return ENTITY_ID["URL"]
        leaves = list(text_leaf(value, 0, len(value), entity))
        if len(leaves) != 1 or (leaves[0].start, leaves[0].end) != (0, len(value)):
            return SCAN
        return ENTITY_ID[leaves[0].entity] + (UNDIVIDED if leaves[0].entity == "URL" else 0)
    assert entity is not None
    if entity == "DATE_TIME":
        accepted = value[:1].isalpha()  # not `Expires: -1`
    else:
        accepted = proven or recognizer_for(entity).accepts_key_value(value)
    return ENTITY_ID[entity] if accepted else SCAN
