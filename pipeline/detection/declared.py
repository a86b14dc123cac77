"""What a format, else a field's key, declares a whole field to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from pipeline.detection.files import is_read
from pipeline.detection.inside import BINARY
from pipeline.detection.values import WHOLE, Values, Vocabulary
from pipeline.records import SCAN, UNDIVIDED, Batch, Int32, Int64
from recognizers.accounts import names_someone_lettered, names_someone_uncommon
from recognizers.declaration import DeclaredRecognizer
from recognizers.entities import ENTITIES, ENTITY_ID
from recognizers.hosts import is_host
from recognizers.ip import address_of
from recognizers.registry import entity_of_key, likely_entity_of_key, loose_entity_of_key
from recognizers.vocabulary import is_harmless

#: Tags of declared texts: one of these and the entity, perhaps UNDIVIDED.
DECLARED_TAG = 1 << 20
KEYED_TAG = 1 << 21
#: With KEYED_TAG: the key also names other things; and few of them.
LOOSELY = UNDIVIDED << 1
LIKELY = UNDIVIDED << 2
#: With KEYED_TAG: it is a cell of a table within a text, which only the heading tells.
IN_TABLE = UNDIVIDED << 3
#: What no one is called.
_AMOUNT = re.compile(rb"[0-9.,]+[A-Za-z%]{0,3}\Z")
_JOINED = re.compile(rb"[a-z0-9][-_.][a-z0-9]|[0-9]", re.IGNORECASE)
#: A port, or the numbers of several: `kilnc[01-04],kilnd1`.
_BEHIND = re.compile(rb":[0-9]{1,5}\Z|[\[,].*")
#: How the evidence of a format is called.
DECLARED = "declared-by-format"
#: Whole fields that hold no value.
NOTHING = frozenset(
    {b"", b"-", b"--", b"?", b"(null)", b"null", b"none", b"unknown", b"n/a", b"(none)", b"(empty)", b"nil", b"*"}
)


class DeclaredFields:
    """Tags of fields, with what the keys' names declare remembered."""

    def __init__(self) -> None:
        self._by_key: dict[str, int] = {}

    def tags(self, batch: Batch, fields: Int64) -> Int32:
        """int32 [k], what the format, else its key, declares each of some fields to be; 0 for those that none does."""
        entity = batch.field_entity[fields]
        tags = np.where(entity >= 0, DECLARED_TAG + entity.astype(np.int32), 0)
        if batch.keys:
            by_key = np.array([self._tag_of(key) for key in batch.keys], np.int32)
            key = batch.field_key[fields]
            keyed = np.flatnonzero((key >= 0) & (entity == SCAN) & (batch.field_column[fields] >= 0))
            tags[keyed] = by_key[key[keyed]]
        return tags

    def _tag_of(self, key: str) -> int:
        known = self._by_key.get(key)
        if known is None:
            entity, loosely = entity_of_key(key), 0
            if entity is None:
                entity, loosely = likely_entity_of_key(key), LOOSELY | LIKELY
            if entity is None:
                entity, loosely = loose_entity_of_key(key), LOOSELY
            known = self._by_key[key] = 0 if entity is None else KEYED_TAG + loosely + ENTITY_ID[entity]
        return known


def evidence_of(tag: int) -> tuple[str, float]:
    """How the evidence of a declaration is called, and its score."""
    if tag < KEYED_TAG:
        return DECLARED, 1.0
    if tag & IN_TABLE:
        return "under-its-heading", 0.5
    return ("like-its-key", 0.4) if tag & LOOSELY else ("declared-by-key", 1.0)


def accepts(recognizer: DeclaredRecognizer, tag: int, text: bytes) -> bool:
    """Whether a text that its key declares is a value of the recognizer's entity."""
    if tag & IN_TABLE and not may_name(recognizer.ENTITY, text):
        return False
    if tag & LIKELY:
        return recognizer.accepts_likely_value(text)
    return recognizer.accepts_loose_value(text) if tag & LOOSELY else recognizer.accepts_key_value(text)


def may_name(entity: str, text: bytes) -> bool:
    """Whether a cell of a table names a host or an account: words, amounts and what is left of a service's account
    (``systemd+``) stand there, too. Of others nothing but their kind is asked."""
    if entity not in ("HOSTNAME", "USERNAME"):
        return True
    if _AMOUNT.match(text):
        return False
    if entity == "HOSTNAME":
        return address_of(text) is not None or is_host(_BEHIND.sub(b"", text))
    if not names_someone_lettered(text) or (text.endswith(b"+") and is_harmless(text[:-1])):
        return False
    return _JOINED.search(text) is not None or names_someone_uncommon(text)


def whole_entity(vocabulary: Vocabulary, tag: int) -> int:
    """The entity if whatever a format declares so is one value, save what says that there is none; else -1."""
    if not DECLARED_TAG <= tag < KEYED_TAG:
        return -1
    undivided, entity = divmod(tag - DECLARED_TAG, UNDIVIDED)
    return entity if undivided or vocabulary.is_undivided(ENTITIES[entity]) else -1


def rows_of_whole(
    values: Values, entity: Int64, first: int, texts: Sequence[bytes], evidence: Callable[[int], int]
) -> tuple[Int32, Int32]:
    """Of texts that are one value as a whole: numbers of those that are, int32 [k], and the row of each, int32 [7, k].

    Made together: most are secrets of protocols, a new one in each message.

    Args:
      entity: int64, of each text ``whole_entity``.
      first: the first text's number.
      evidence: of an entity.
    """
    whole, columns = [np.zeros(0, np.int32)], [np.zeros((7, 0), np.int32)]
    for each in np.unique(entity[entity >= 0]).tolist():
        own = [k for k in np.flatnonzero(entity == each).tolist() if texts[k].strip().lower() not in NOTHING]
        said = [texts[k] for k in own]
        if each == BINARY:
            own = [k for k in own if not is_read(texts[k])]
            said = [b""] * len(own)  # as ``detection.inside`` has it
        rows = np.zeros((7, len(own)), np.int32)
        rows[1] = [len(texts[k]) for k in own]
        rows[2] = values.numbers(each, said)
        rows[3:] = np.array((WHOLE, each, True, evidence(each)))[:, None]
        whole.append(first + np.array(own, np.int32))
        columns.append(rows)
    return np.concatenate(whole), np.concatenate(columns, axis=1)
