"""Distinct values and the rows of findings: what is known once per text, not once per line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.records import Bools, Bytes, Int32, Int64
from recognizers.declaration import DeclaredRecognizer
from recognizers.distinctive import is_distinctive
from recognizers.entities import ENTITIES, ENTITY_ID
from recognizers.registry import recognizer_for


class Kind(IntEnum):
    """How a row stands in its finding."""

    WHOLE = 0  # a finding of one part
    LEAF = 1  # a part of a compound finding
    HOLDER = 2  # the compound itself: replaced as a whole only by actions that leave none of it


#: Scores from here on count as strong: the value is looked for in the unit's other records, too.
STRONG = 0.6


@lru_cache(maxsize=len(ENTITIES))
def recognizer_of(entity: str) -> DeclaredRecognizer | None:
    try:
        return recognizer_for(entity)
    except KeyError:
        return None


class Values:
    """Numbers for distinct (entity, text) pairs, with what is asked of them.

    Attributes:
      text, entity: of value i (text as found; entity an id of recognizers.entities).
    """

    def __init__(self, foreign: Callable[[str, bytes], bool] | None = None) -> None:
        self.text: list[bytes] = []
        self.entity: list[int] = []
        self.distinctive: list[bool] = []
        self.foreign: list[bool] = []
        self._number: dict[tuple[int, bytes], int] = {}
        self._is_foreign = foreign
        self._columns = np.zeros((3, 1 << 10), np.int16)
        self._seen = 0

    def columns(self) -> npt.NDArray[np.int16]:
        """(entity, distinctive, foreign) of all values, int16 [3, n]."""
        count = len(self.text)
        if count > self._columns.shape[1]:
            grown = np.zeros((3, 2 * count), np.int16)
            grown[:, : self._seen] = self._columns[:, : self._seen]
            self._columns = grown
        self._columns[0, self._seen : count] = self.entity[self._seen :]
        self._columns[1, self._seen : count] = self.distinctive[self._seen :]
        self._columns[2, self._seen : count] = self.foreign[self._seen :]
        self._seen = count
        return self._columns[:, :count]

    def __len__(self) -> int:
        return len(self.text)

    def number(self, entity: int, text: bytes) -> int:
        known = self._number.get((entity, text))
        if known is not None:
            return known
        number = len(self.text)
        self._number[entity, text] = number
        self.text.append(text)
        self.entity.append(entity)
        self.distinctive.append(is_distinctive(text))
        self.foreign.append(self._is_foreign is not None and self._is_foreign(ENTITIES[entity], text))
        return number

    def canonical(self, number: int) -> bytes:
        """The one spelling of the value, by its entity's recognizer."""
        recognizer = recognizer_of(ENTITIES[self.entity[number]])
        text = self.text[number]
        return recognizer.canonical(text) if recognizer else text.lower()


@dataclass(frozen=True)
class Row:
    """One row of an entry's findings: [start, end) in the entry's text."""

    start: int
    end: int
    value: int
    kind: Kind
    holder: int
    strong: bool
    pattern: int


def rows_of(
    values: Values, text: bytes, start: int, end: int, entity: str, score: float, pattern: int
) -> Iterable[Row]:
    """Decompose one finding into rows; nothing where its recognizer sees nothing identifying in it."""
    value = text[start:end]
    recognizer = recognizer_of(entity)
    number = ENTITY_ID[entity]
    strong = score >= STRONG
    leaves = recognizer.leaves(value) if recognizer else None
    if leaves is None or (len(leaves) == 1 and (leaves[0].start, leaves[0].end) == (0, len(value))):
        own = number if leaves is None else ENTITY_ID[leaves[0].entity]
        yield Row(start, end, values.number(own, value), Kind.WHOLE, number, strong, pattern)
        return
    if not leaves:
        return
    yield Row(start, end, values.number(number, value), Kind.HOLDER, number, False, pattern)
    for leaf in leaves:
        part = values.number(ENTITY_ID[leaf.entity], value[leaf.start : leaf.end])
        yield Row(start + leaf.start, start + leaf.end, part, Kind.LEAF, number, strong, pattern)


class RowStore:
    """Rows of findings by entry (a distinct token, anchored value or declared field), in entry order."""

    def __init__(self) -> None:
        self._offset: Int64 = np.zeros(1 << 12, np.int64)
        self._numbers: npt.NDArray[np.int64] = np.zeros((1 << 10, 7), np.int64)
        self.entries = 0

    @property
    def offset(self) -> Int64:
        return self._offset[: self.entries + 1]

    def column(self, place: int) -> Int64:
        return self._numbers[: self._offset[self.entries], place]

    @property
    def start(self) -> Int64:
        return self.column(0)

    @property
    def end(self) -> Int64:
        return self.column(1)

    def extend(self, rows: dict[int, list[Row]], entries: int) -> None:
        """Grow to ``entries`` entries; those not in ``rows`` have none."""
        counts = np.zeros(entries - self.entries, np.int64)
        flat: list[tuple[int, int, int, int, int, int, int]] = []
        for entry in sorted(rows):
            counts[entry - self.entries] = len(rows[entry])
            flat.extend((r.start, r.end, r.value, r.kind, r.holder, r.strong, r.pattern) for r in rows[entry])
        used = int(self._offset[self.entries])
        if entries + 1 > len(self._offset):
            self._offset = np.resize(self._offset, 2 * (entries + 1))
        self._offset[self.entries + 1 : entries + 1] = used + np.cumsum(counts)
        if used + len(flat) > len(self._numbers):
            self._numbers = np.resize(self._numbers, (2 * (used + len(flat)), 7))
        if flat:
            self._numbers[used : used + len(flat)] = flat
        self.entries = entries


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
    """

    field: Int64
    start: Int64
    end: Int64
    value: Int32
    kind: Bytes
    holder: npt.NDArray[np.int16]
    strong: Bools
    pattern: Int32

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: Int64) -> Findings:
        """Some of the rows, in the order given."""
        return Findings(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})
