"""What a format, else a field's key, declares a whole field to be."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.detection.values import WHOLE, Row, Values, Vocabulary
from pipeline.records import UNDIVIDED
from recognizers.entities import ENTITIES

#: Tags of declared texts: one of these and the entity, perhaps UNDIVIDED.
DECLARED_TAG = 1 << 20
KEYED_TAG = 1 << 21
#: How the evidence of a format is called.
DECLARED = "declared-by-format"
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


def rows_of_whole(
    values: Values, entity: int, evidence: int, texts: Sequence[tuple[int, bytes]]
) -> dict[int, list[Row]]:
    """Rows of texts, each with its number, that are values of one entity as a whole.

    Made together: most are secrets of protocols, a new one in each message.
    """
    told = [(n, text) for n, text in texts if text.strip().lower() not in NOTHING]
    numbers = values.numbers(entity, [text for _, text in told])
    return {
        n: [(0, len(text), number, WHOLE, entity, True, evidence)]
        for (n, text), number in zip(told, numbers, strict=True)
    }
