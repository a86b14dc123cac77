"""Texts that were looked at once, and the rows that were found in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from pipeline.detection.values import Row
from pipeline.kernels.texts import TextTable
from pipeline.records import Bools, Bytes, Int32, Int64


class RowStore:
    """Rows of findings in texts, those of one text after each other.

    Attributes:
      columns: int32 [7, n], the parts of a Row.
    """

    def __init__(self) -> None:
        self._columns: Int32 = np.zeros((7, 1 << 10), np.int32)
        self.count = 0

    @property
    def columns(self) -> Int32:
        return self._columns[:, : self.count]

    def add(self, rows: Int32) -> None:
        count = self.count + rows.shape[1]
        if count > self._columns.shape[1]:
            grown = np.zeros((7, 2 * count), np.int32)
            grown[:, : self.count] = self.columns
            self._columns = grown
        self._columns[:, self.count : count] = rows
        self.count = count


@dataclass(frozen=True)
class NewRows:
    """Rows of texts that are looked at for the first time.

    Attributes:
      rows: by number, of texts that have any.
      whole, columns: int32 [k], numbers of other texts, of which each is one finding of one part, and int32 [7, k].
    """

    rows: Mapping[int, Sequence[Row]]
    whole: Int32
    columns: Int32

    def laid_out(self, first: int, end: int) -> tuple[Int64, Int32]:
        """How many rows each of the texts ``[first, end)`` has, int64, and int32 [7, n], the rows, text by text."""
        size = np.zeros(end - first, np.int64)
        numbers = sorted(self.rows)
        size[np.array(numbers, np.int64) - first] = [len(self.rows[n]) for n in numbers]
        several = size > 0
        size[self.whole - first] = 1
        # One number after the other: numpy would look at each row first, to see what it is.
        flat = np.fromiter(chain.from_iterable(row for n in numbers for row in self.rows[n]), np.int32)
        laid = np.empty((7, int(size.sum())), np.int32)
        laid[:, np.repeat(several, size)] = flat.reshape(-1, 7).T
        laid[:, (np.cumsum(size) - 1)[self.whole - first]] = self.columns
        return size, laid


NO_WHOLE = np.zeros(0, np.int32), np.zeros((7, 0), np.int32)


class KnownTexts:
    """Distinct texts (tokens; anchored values and declared fields), each with its rows in a store.

    Attributes:
      table: their numbers.
      seen: how many of them have been looked at.
    """

    def __init__(self, store: RowStore) -> None:
        self.table = TextTable()
        self._store = store
        self._rows: Int64 = np.zeros((2, 1 << 12), np.int64)
        self._bears: Bools = np.zeros(1 << 12, np.bool_)
        self.seen = 0

    @property
    def rows(self) -> Int64:
        """int64 [2, n and more], rows of text i are ``rows[0, i] : rows[1, i]`` of the store."""
        return self._rows

    @property
    def bears(self) -> Bools:
        """bool [n], whether a text has rows."""
        return self._bears[: self.seen]

    def look(self, rows_of_new: Callable[[int, int], NewRows]) -> None:
        """Find the rows of texts not looked at before: ``rows_of_new(first, end)`` has those that there are."""
        first, end = self.seen, self.table.count
        if first == end:
            return
        size, rows = rows_of_new(first, end).laid_out(first, end)
        if end > len(self._bears):
            self._rows = np.concatenate((self._rows[:, :first], np.zeros((2, 2 * end - first), np.int64)), axis=1)
            self._bears = np.concatenate((self.bears, np.zeros(2 * end - first, np.bool_)))
        last = self._store.count + np.cumsum(size)
        self._rows[0, first:end] = last - size
        self._rows[1, first:end] = last
        self._bears[first:end] = size > 0
        self._store.add(rows)
        self.seen = end


class KnownTokens(KnownTexts):
    """Distinct tokens.

    Attributes:
      encodings: uint8 [n], how each may be encoded (kernels.encodings); empty as long as none may.
    """

    def __init__(self, store: RowStore) -> None:
        super().__init__(store)
        self.encodings: Bytes = np.zeros(0, np.uint8)

    def note_encodings(self, first: int, kinds: Bytes) -> None:
        """How tokens from ``first`` on may be encoded."""
        if len(self.encodings) or kinds.any():
            self.encodings = np.concatenate((self.encodings, np.zeros(first - len(self.encodings), np.uint8), kinds))
