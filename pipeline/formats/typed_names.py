"""Names and ids in JSON beside what they are of: of ``{"type": "Controller", "name": "…"}`` the type tells it.

Services write so of whatever an event is about (``targetType`` and ``targetName``; ``entity`` and ``entityLabel``;
STIX 2.1 3.1, Activity Streams 2.0 2.1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from pipeline.formats.named_values import Property
from pipeline.formats.paths import key_text
from pipeline.kernels.field_rows import COLUMN, DECODER, END, ENTITY, KEY, START
from pipeline.kernels.json_fields import TEXT
from pipeline.kernels.named_values import NAME, VALUE, named_values
from pipeline.records import SCAN, Bytes, Decoder, Int32, Int64
from recognizers.accounts import names_with_capitals
from recognizers.entities import ENTITY_ID
from recognizers.key_words import IDS, meant_by_type, normalise_key
from recognizers.keys import entity_of_key
from recognizers.registry import recognizer_for

_TYPES = frozenset(("type", "kind", "class", "category"))
_NAMES = frozenset(("name", "label", "title", "value", "presentation"))
#: What kind of name it is, and what has one, whatever it is.
_DESCRIBING = frozenset(("display", "friendly", "full", "short"))
_ANYTHING = frozenset(((), ("entity",), ("object",), ("item",), ("resource",), ("target",)))
#: So many names are read beside types in one object.
MOST = 4
SHORTEST_ID = 8
_STRING = int(Decoder.JSON_STRING)
_PERSON = ENTITY_ID["PERSON"]


def declare_typed(data: Bytes, rows: Int32, record_field: Int64, keys: tuple[str, ...], parent: Int64) -> None:
    """Give names and ids the entities that the types beside them prove, in place.

    Args:
      rows, record_field: of ``json_fields``, before ``place_values``.
      keys, parent: of each node, its path and the node above.
    """
    beside = _beside(keys, parent)
    if not beside:
        return
    above = np.ascontiguousarray(parent)
    raw = data.tobytes()
    known: dict[tuple[bytes, int, bool], Property | None] = {}
    judged: dict[tuple[Property, bytes, int], int] = {}
    for turn in range(MOST):
        role = np.zeros(len(keys), np.uint8)
        are_ids = np.zeros(len(keys), np.bool_)
        for pairs in beside.values():
            for kind, name, is_id in pairs[turn : turn + 1]:
                role[kind], role[name], are_ids[name] = NAME, VALUE, is_id
        if not role.any():
            return
        kinds, names = named_values(rows, record_field, role, above).T
        told = (rows[kinds, COLUMN] == TEXT) & (rows[names, COLUMN] == TEXT) & (rows[names, ENTITY] == SCAN)
        kinds, names = kinds[told], names[told]
        spans = np.column_stack((rows[kinds][:, [START, END, DECODER]], rows[names][:, [START, END, DECODER, KEY]]))
        for row, (first, last, decoder, start, end, how, node) in zip(names.tolist(), spans.tolist(), strict=True):
            which = raw[first:last], decoder, bool(are_ids[node])
            if which not in known:
                known[which] = _meant(key_text(which[0], decoder == _STRING), which[2])
            meant = known[which]
            if meant is None:
                continue
            asked = meant, raw[start:end], how
            if asked not in judged:
                judged[asked] = _entity_of(meant, key_text(asked[1], how == _STRING).encode())
            rows[row, ENTITY] = judged[asked]


def _entity_of(meant: Property, value: bytes) -> int:
    """What a value is that would have a property, SCAN where it has not."""
    if meant.accepts(value):
        return ENTITY_ID[meant.entity]
    return _PERSON if meant.entity == "USERNAME" and names_with_capitals(value) else SCAN


def _beside(keys: tuple[str, ...], parent: Int64) -> dict[int, list[tuple[int, int, bool]]]:
    """Of each node above: (type, name or id beside it, whether it is an id)."""
    objects: defaultdict[int, dict[tuple[str, ...], int]] = defaultdict(dict)
    for node, (key, above) in enumerate(zip(keys, parent.tolist(), strict=True)):
        objects[above][tuple(normalise_key(key.rpartition(".")[2]).split("_"))] = node
    found = {}
    for above, words_of in objects.items():
        pairs = list(_pairs(words_of, keys)) if len(words_of) > 1 else []
        if pairs:
            found[above] = pairs
    return found


def _pairs(words_of: dict[tuple[str, ...], int], keys: tuple[str, ...]) -> Iterator[tuple[int, int, bool]]:
    for words, node in words_of.items():
        is_id = words[-1] in IDS
        if not is_id and words[-1] not in _NAMES or entity_of_key(keys[node]) is not None:
            continue
        of = tuple(word for word in words[:-1] if word not in _DESCRIBING)
        types = [(*of, called) for called in sorted(_TYPES)]
        if of in _ANYTHING:
            types += [(called,) for called in sorted(_TYPES)]
        elif not is_id:
            types.append(of)  # `entity` beside `entityLabel`
        if of == ("entity",):
            types.append(of)
        kind = next((words_of[each] for each in types if each in words_of), None)
        if kind is not None and kind != node:
            yield kind, node, is_id


def _meant(kind: str, is_id: bool) -> Property | None:
    """What a name or an id is beside what is said to be of that kind."""
    meant = meant_by_type(kind)
    if meant is None:
        return None
    if is_id:
        accepts_id = recognizer_for("DEVICE_ID").accepts_key_value
        if meant.entity != "HOSTNAME":
            return None
        return Property("DEVICE_ID", lambda value: len(value) >= SHORTEST_ID and accepts_id(value))
    recognizer = recognizer_for(meant.entity)
    likely = recognizer.accepts_likely_value
    if not meant.surely:
        return Property(meant.entity, likely)
    sure = recognizer.accepts_key_value
    return Property(meant.entity, lambda value: likely(value) or (not value.isalpha() and sure(value)))
