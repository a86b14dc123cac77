"""Distinct values and the rows of findings: what is known once per text, not once per line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.kernels.texts import texts_of
from pipeline.records import Bools, Bytes, Int32, Int64
from recognizers.declaration import DeclaredRecognizer
from recognizers.distinctive import is_distinctive
from recognizers.entities import ENTITIES, ENTITY_ID, UNKNOWN_NAME
from recognizers.prose import accounts_of
from recognizers.registry import all_recognizers
from recognizers.short_names import short_name


class Kind(IntEnum):
    """How a row stands in its finding."""

    WHOLE = 0  # a finding of one part
    LEAF = 1  # a part of a compound finding
    HOLDER = 2  # the compound itself: replaced as a whole only by actions that leave none of it
    INSIDE = 3  # a part of what an encoded text says: decides on the whole encoded text, which a token stands for
    SAID = 4  # in the cache only: where an encoded text stands; its value is a place in Scanner.said


HOST_ENTITY, PERSON_ENTITY, ACCOUNT_ENTITY = (ENTITY_ID[name] for name in ("HOSTNAME", "PERSON", "USERNAME"))
#: Entities of which a value may be written in other ways.
_WITH_FORMS = frozenset((HOST_ENTITY, PERSON_ENTITY))
WHOLE, LEAF, HOLDER, INSIDE, SAID = (int(kind) for kind in Kind)
#: Entity -> those that it overrules.
OVERRULED = {
    ENTITY_ID[r.ENTITY]: [ENTITY_ID[entity] for entity in sorted(r.OVERRULES)] for r in all_recognizers() if r.OVERRULES
}
#: Scores from here on count as strong: the value is looked for in the unit's other records, too.
STRONG = 0.6


class Vocabulary:
    """The entities of a scanner: those that ship, in their order, unknown words, and those of users' own recognizers.

    Attributes:
      names, ids: of the entities.
    """

    def __init__(self, recognizers: Sequence[DeclaredRecognizer], own: Sequence[str]) -> None:
        names = {*own, *(recognizer.ENTITY for recognizer in recognizers)} - set(ENTITIES)
        self.names = (*ENTITIES, UNKNOWN_NAME, *sorted(names))
        self.ids = {name: number for number, name in enumerate(self.names)}
        self._recognizers: dict[str, DeclaredRecognizer] = {}
        # Of two for one entity the first says what a value's parts and spellings are: one that ships, where one does.
        for recognizer in (*all_recognizers(), *recognizers):
            self._recognizers.setdefault(recognizer.ENTITY, recognizer)
        #: The parts of a value of an entity, None where no recognizer has it. A domain stands behind many accounts.
        self.leaves = lru_cache(1 << 14)(lambda entity, text: (r := self.recognizer(entity)) and r.leaves(text))

    def recognizer(self, entity: str) -> DeclaredRecognizer | None:
        return self._recognizers.get(entity)

    def is_undivided(self, entity: str) -> bool:
        """Whether no value of an entity has parts."""
        recognizer = self.recognizer(entity)
        return recognizer is None or type(recognizer).leaves is DeclaredRecognizer.leaves


class Values:
    """Numbers for distinct (entity, text) pairs, with what is asked of them.

    Attributes:
      text, entity: of value i (text as found; entity an id of the vocabulary).
      accounts: of a person, numbers of what he or she is called elsewhere (``jdoe``, ``jane.doe``).
    """

    def __init__(self, vocabulary: Vocabulary, foreign: Callable[[str, bytes], bool] | None = None) -> None:
        self.vocabulary = vocabulary
        self.text: list[bytes] = []
        self.entity: list[int] = []
        self.foreign: list[bool] = []
        self.accounts: dict[int, tuple[int, ...]] = {}
        #: By entity: a pair of both would be one more object for each value.
        self._number: defaultdict[int, dict[bytes, int]] = defaultdict(dict)
        self._canonical: list[bytes | None] = []
        self._is_foreign = foreign
        self._columns = np.zeros((3, 1 << 10), np.int16)
        self._short: Int32 = np.full(1 << 10, -1, np.int32)
        self._new_short: list[tuple[int, int]] = []
        self._seen = 0
        self._arena: Bytes = np.zeros(1 << 14, np.uint8)
        self._offset: Int64 = np.zeros(1 << 10, np.int64)
        self._placed = 0

    def columns(self) -> npt.NDArray[np.int16]:
        """(entity, distinctive, foreign) of all values, int16 [3, n]."""
        count = len(self.text)
        if count > self._columns.shape[1]:
            grown = np.zeros((3, 2 * count), np.int16)
            grown[:, : self._seen] = self._columns[:, : self._seen]
            self._columns = grown
            self._short = np.append(self._short, np.full(2 * count - len(self._short), -1, np.int32))
        self._columns[0, self._seen : count] = self.entity[self._seen :]
        self._columns[1, self._seen : count] = [is_distinctive(text) for text in self.text[self._seen :]]
        self._columns[2, self._seen : count] = self.foreign[self._seen :]
        for number, short in self._new_short:
            self._short[number] = short
        self._new_short.clear()
        self._seen = count
        return self._columns[:, :count]

    def short_names(self) -> Int32:
        """int32 [n]: the number of a qualified host name's first label, where that tells; -1 for all others."""
        count = self.columns().shape[1]
        return self._short[:count]

    def texts(self, numbers: Int32) -> tuple[Bytes, Int64]:
        """Texts of some values, one after the other, eight bytes of zero, and int64 [k + 1] where each begins."""
        first, count = self._placed, len(self.text)
        if first < count:
            used = int(self._offset[first])
            last = used + np.cumsum([len(text) for text in self.text[first:]])
            if count >= len(self._offset):
                self._offset = np.resize(self._offset, 2 * count)
            if int(last[-1]) > len(self._arena):
                self._arena = np.resize(self._arena, 2 * int(last[-1]))
            self._offset[first + 1 : count + 1] = last
            self._arena[used : int(last[-1])] = np.frombuffer(b"".join(self.text[first:]), np.uint8)
            self._placed = count
        return texts_of(self._arena, self._offset, numbers)

    def __len__(self) -> int:
        return len(self.text)

    def entity_name(self, number: int) -> str:
        return self.vocabulary.names[self.entity[number]]

    def number(self, entity: int, text: bytes, canonical: bytes | None = None) -> int:
        """The number of a text as an entity; whoever knows its one spelling can say it."""
        of_entity = self._number[entity]
        known = of_entity.get(text)
        if known is not None:
            return known
        number = of_entity[text] = len(self.text)
        self.text.append(text)
        self.entity.append(entity)
        self._canonical.append(canonical)
        self.foreign.append(self._is_foreign is not None and self._is_foreign(self.vocabulary.names[entity], text))
        if entity == HOST_ENTITY and (short := short_name(text)) is not None:
            self._new_short.append((number, self.number(entity, short)))
        elif entity == PERSON_ENTITY:
            self.accounts[number] = tuple(self.number(ACCOUNT_ENTITY, account) for account in accounts_of(text))
        return number

    def numbers(self, entity: int, texts: Sequence[bytes]) -> list[int]:
        """The number of each of many texts as an entity without other forms: secrets are new in every message."""
        if entity in _WITH_FORMS:
            return [self.number(entity, text) for text in texts]
        known = self._number[entity]
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, range(len(self.text), len(self.text) + len(new))))
        self.text += new
        self.entity += [entity] * len(new)
        self._canonical += [None] * len(new)
        foreign, name = self._is_foreign, self.vocabulary.names[entity]
        self.foreign += [foreign is not None and foreign(name, text) for text in new]
        return [known[text] for text in texts]

    def canonical(self, number: int) -> bytes:
        """The one spelling of the value, by its entity's recognizer."""
        known = self._canonical[number]
        if known is None:
            recognizer = self.vocabulary.recognizer(self.entity_name(number))
            text = self.text[number]
            known = recognizer.canonical(text) if recognizer else text.lower()
            # Most are spelled so: one object for both.
            self._canonical[number] = known = text if known == text else known
        return known


#: One row of a text's findings: (start, end) in the text, value, kind, holder, strong, pattern, as in Findings.
Row = tuple[int, int, int, int, int, bool, int]


def rows_of(values: Values, text: bytes, start: int, end: int, entity: str, score: float, pattern: int) -> list[Row]:
    """Decompose one finding into rows; nothing where its recognizer sees nothing identifying in it."""
    value = text[start:end]
    ids = values.vocabulary.ids
    number = ids[entity]
    strong = score >= STRONG
    leaves = values.vocabulary.leaves(entity, value)
    if leaves is None or (len(leaves) == 1 and (leaves[0].start, leaves[0].end) == (0, len(value))):
        own = number if leaves is None else ids[leaves[0].entity]
        return [(start, end, values.number(own, value), WHOLE, number, strong, pattern)]
    if not leaves:
        return []
    whole = values.number(number, value)
    rows: list[Row] = [(start, end, whole, HOLDER, number, strong and number == PERSON_ENTITY, pattern)]
    for leaf in leaves:
        part = values.number(ids[leaf.entity], value[leaf.start : leaf.end])
        rows.append((start + leaf.start, start + leaf.end, part, LEAF, number, strong, pattern))
    return rows


@dataclass(frozen=True)
class Anchored:
    """Where anchors end in plain fields of a batch, whatever follows.

    Attributes:
      field: int64 [k], the batch's field.
      to: int64 [k], raw positions in the batch's data.
      pattern: int64 [k], a number of Scanner.anchors.
      coloured: int64 [n], fields that are read without the colours in them, so that nothing is told of them.
    """

    field: Int64
    to: Int64
    pattern: Int64
    coloured: Int64


@dataclass(frozen=True)
class Encoded:
    """Where encoded texts stand that can be replaced only as a whole.

    Attributes:
      field: int64 [k], the batch's field.
      start, end: int64 [k], raw positions in the batch's data.
      said: int32 [k], what each says, a place in Scanner.said.
    """

    field: Int64
    start: Int64
    end: Int64
    said: Int32

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True)
class Findings:
    """Rows found in a batch, sorted by start.

    Attributes:
      field: int64 [k], the batch's field.
      start, end: int64 [k], raw positions in the batch's data.
      value: int32 [k], a number of Values.
      kind: uint8 [k], a Kind.
      holder: int16 [k], entity id of the finding the row belongs to.
      strong: bool [k].
      pattern: int32 [k], a number of Scanner.pattern_names (evidence).
      anchored: where anchors were met, for another look at what follows them.
      encoded: where encoded texts stand, whatever is found in them.
    """

    field: Int64
    start: Int64
    end: Int64
    value: Int32
    kind: Bytes
    holder: npt.NDArray[np.int16]
    strong: Bools
    pattern: Int32
    anchored: Anchored
    encoded: Encoded

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: Int64) -> Findings:
        """Some of the rows, in the order given."""
        return replace(self, **{name: getattr(self, name)[rows] for name in self._columns()})

    def joined(self, others: Findings) -> Findings:
        """These rows and a few others, sorted by start; of equal starts these come first."""
        by_start = np.argsort(others.start, kind="stable")
        place = np.searchsorted(self.start, others.start[by_start], side="right")
        order = np.insert(np.arange(len(self)), place, len(self) + by_start)
        joined: dict[str, Any] = {
            name: np.concatenate((getattr(self, name), getattr(others, name)))[order] for name in self._columns()
        }
        return replace(self, **joined)

    def without_overruled(self, known: Bools) -> Findings:
        """Less those within a finding that says better what the text is (``DeclaredRecognizer.OVERRULES``).

        What is inside an encoded text was held to this where it was read: here all of it has one place.

        Args:
          known: bool [k], rows of values that the client has declared, which nothing overrules.
        """
        kept = ~self.overruled_by(self) | known
        return self if kept.all() else self.take(np.flatnonzero(kept))

    def overruled_by(self, others: Findings) -> Bools:
        """bool [k]: what lies within one of other findings that says better what the text is."""
        over = np.zeros(len(self), np.bool_)
        for entity, overruled in OVERRULED.items():
            by = np.flatnonzero((others.holder == entity) & ((others.kind == WHOLE) | (others.kind == HOLDER)))
            if len(by):
                within = _within(self, others.start[by], others.end[by])
                over |= within & np.isin(self.holder, overruled) & (self.kind != INSIDE)
        return over

    def within(self, rows: Int64) -> Bools:
        """bool [k]: what lies within one of some rows, at least one, in order."""
        return _within(self, self.start[rows], self.end[rows])

    def _columns(self) -> list[str]:
        return [name for name in self.__dataclass_fields__ if name not in ("anchored", "encoded")]


def _within(findings: Findings, start: Int64, end: Int64) -> Bools:
    """bool [k]: what lies within one of some spans, at least one, sorted by start."""
    reach = np.maximum.accumulate(end)
    before = np.searchsorted(start, findings.start, side="right") - 1
    return (before >= 0) & (reach[before] >= findings.end)
