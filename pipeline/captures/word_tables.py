"""Words of protocols, looked up by their bytes, whatever their letter case: open addressing over constants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipeline.kernels.compiling import compiled
from pipeline.records import Bytes, Int32

#: No word of a table is longer.
LONGEST = 64


class WordTable(NamedTuple):
    """Some words.

    Attributes:
      slots: int32 [power of two], the number of a word or -1.
      edges: int32 [n + 1], word i is ``letters[edges[i]:edges[i + 1]]``.
      letters: uint8, in lower case.
    """

    slots: Int32
    edges: Int32
    letters: Bytes


@compiled
def lower(c):  # type: ignore[no-untyped-def]
    return c + np.uint8(32) if 65 <= c <= 90 else c


@compiled
def _hash(data, start, end):  # type: ignore[no-untyped-def]
    h = np.int64(2166136261)
    for k in range(start, end):
        h = ((h ^ np.int64(lower(data[k]))) * np.int64(16777619)) & np.int64(0xFFFFFFFF)
    return h ^ (h >> np.int64(15))


@compiled
def word_number(data, start, end, table):  # type: ignore[no-untyped-def]
    """The number of the word ``data[start:end]``, or -1."""
    if end <= start or end - start > 64:
        return np.int64(-1)
    mask = len(table.slots) - 1
    at = _hash(data, start, end) & mask
    while table.slots[at] >= 0:
        word = np.int64(table.slots[at])
        first = np.int64(table.edges[word])
        if table.edges[word + 1] - first == end - start:
            k = np.int64(0)
            while k < end - start and lower(data[start + k]) == table.letters[first + k]:
                k += 1
            if k == end - start:
                return word
        at = (at + 1) & mask
    return np.int64(-1)


def word_table(words: str | Sequence[str]) -> WordTable:
    """The table of some words, divided by spaces or each for itself; a word's number is its place.

    Raises:
      ValueError: a word is longer than LONGEST, or stands twice.
    """
    lowered = [word.lower().encode() for word in (words.split() if isinstance(words, str) else words)]
    if len(set(lowered)) != len(lowered) or max(map(len, lowered)) > LONGEST:
        raise ValueError("words of a table are distinct and at most 64 bytes long")
    letters = np.frombuffer(b"".join(lowered), np.uint8).copy()
    edges = np.concatenate(([0], np.cumsum([len(word) for word in lowered]))).astype(np.int32)
    slots = np.full(4 << len(lowered).bit_length(), -1, np.int32)
    for number, (first, last) in enumerate(zip(edges, edges[1:], strict=False)):
        at = _slot(letters, int(first), int(last)) & (len(slots) - 1)
        while slots[at] >= 0:
            at = (at + 1) & (len(slots) - 1)
        slots[at] = number
    return WordTable(slots, edges, letters)


def _slot(letters: Bytes, first: int, last: int) -> int:
    """As ``_hash``, in Python: a table is made at import, and must not wait for a compiler."""
    h = 2166136261
    for c in letters[first:last].tolist():
        h = ((h ^ c) * 16777619) & 0xFFFFFFFF
    return h ^ (h >> 15)
