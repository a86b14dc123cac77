"""Many short texts in one array, so that a batch of values of any lengths is one call of a kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.records import Bytes, Int64


@dataclass(frozen=True, slots=True)
class Strings:
    """n texts, one after the other.

    Attributes:
      flat: uint8, all of them.
      starts: int64 [n + 1], where each begins, and where the last one ends.
    """

    flat: Bytes
    starts: Int64

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> Strings:
        starts = np.zeros(len(texts) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=starts[1:])
        # A bytearray: kernels are compiled for arrays that can be written, and would be once more for others.
        return cls(np.frombuffer(bytearray(b"".join(texts)), np.uint8), starts)

    @classmethod
    def of_rows(cls, rows: Bytes) -> Strings:
        """uint8 [n, length]: texts of one length."""
        starts = np.arange(len(rows) + 1, dtype=np.int64) * rows.shape[1]
        return cls(np.ascontiguousarray(rows).reshape(-1), starts)

    @classmethod
    def empty(cls, count: int) -> Strings:
        return cls(np.zeros(0, np.uint8), np.zeros(count + 1, np.int64))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> Int64:
        return np.diff(self.starts)

    def texts(self) -> list[bytes]:
        joined = self.flat.tobytes()
        return [joined[start:end] for start, end in pairwise(self.starts.tolist())]

    def text(self, place: int) -> bytes:
        return self.flat[self.starts[place] : self.starts[place + 1]].tobytes()

    def rows(self, length: int) -> Bytes:
        """uint8 [n, length], where every text has that length."""
        return self.flat.reshape(-1, length)

    def places(self, chosen: Int64) -> Int64:
        """Where the bytes of the chosen texts stand in ``flat``, text by text."""
        lengths = self.lengths[chosen]
        ends = np.cumsum(lengths)
        return np.repeat(self.starts[chosen] - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)

    def take(self, chosen: Int64) -> Strings:
        """Some of the texts, in that order."""
        starts = np.zeros(len(chosen) + 1, np.int64)
        np.cumsum(self.lengths[chosen], out=starts[1:])
        return Strings(self.flat[self.places(chosen)], starts)

    def only(self, inside: Bytes) -> Strings:
        """Of each text those bytes for which ``inside``, bool as long as ``flat``, is true."""
        before = np.zeros(len(self.flat) + 1, np.int64)
        np.cumsum(inside, out=before[1:])
        return Strings(self.flat[inside], before[self.starts])

    def beside(self, other: Strings) -> Strings:
        """Each text with the other's text after it."""
        flat = np.empty(len(self.flat) + len(other.flat), np.uint8)
        flat[np.arange(len(self.flat)) + np.repeat(other.starts[:-1], self.lengths)] = self.flat
        flat[np.arange(len(other.flat)) + np.repeat(self.starts[1:], other.lengths)] = other.flat
        return Strings(flat, self.starts + other.starts)
