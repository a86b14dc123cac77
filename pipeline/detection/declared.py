"""What a format, else a field's key, declares a whole field to be."""

from __future__ import annotations

from pipeline.detection.values import Vocabulary
from pipeline.records import UNDIVIDED
from recognizers.entities import ENTITIES

#: Tags of declared texts: one of these and the entity, perhaps UNDIVIDED.
DECLARED_TAG = 1 << 20
KEYED_TAG = 1 << 21
#: Whole fields that hold no value.
NOTHING = frozenset(
    {b"", b"-", b"--", b"?", b"(null)", b"null", b"none", b"unknown", b"n/a", b"(none)", b"(empty)", b"nil", b"*"}
)


def whole_entity(vocabulary: Vocabulary, tag: int) -> int:
    """The entity if whatever a format declares so is one value, save what says that there is none; else -1."""
    if not DECLARED_TAG <= tag < KEYED_TAG:
        return -1
    undivided, entity = divmod(tag - DECLARED_TAG, UNDIVIDED)
    return entity if undivided or vocabulary.is_undivided(ENTITIES[entity]) else -1
