"""Originals of a unit: distinctive values, looked for wherever they stand, to replace them and to prove them gone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from pipeline.detection.patterns import IS_WORD
from pipeline.detection.values import Findings, Kind, Values
from pipeline.kernels import bitsets, words
from pipeline.records import Batch, Bools, Bytes, Int32, Int64
from recognizers.distinctive import is_distinctive
from recognizers.vocabulary import is_harmless

_WORD = re.compile(rb"[0-9A-Za-z_\x80-\xff]+")
_DOTTED = re.compile(rb"[.:].*[.:]", re.DOTALL)
_WITHIN_ENDS = re.compile(rb"[0-9A-Za-z_\x80-\xff](?:.*[0-9A-Za-z_\x80-\xff])?", re.DOTALL)


class Originals:
    """An index of values by their first word.

    Attributes:
      value: int32 [n], numbers of Values.
      strong: bool [n], whether it was found with strong evidence: then it is looked for in the whole unit, else only
        in the records in which it was found.
    """

    def __init__(self, values: Values, numbers: Int32, strong: Bools) -> None:
        self.value: Int32 = numbers
        self.strong = strong
        self.arena, self.offset = values.texts(numbers)
        self.key = np.uint64(secrets.randbits(64) | 1)
        self.first_word = np.zeros(len(numbers), np.int64)
        self.chain = np.full(len(numbers), -1, np.int64)
        self.slots = np.full(1 << max(4, (4 * len(numbers)).bit_length()), -1, np.int64)
        self.lengths = np.zeros(1 << words.LENGTH_BITS, np.uint64)
        self.passing = np.zeros(1 << words.FILTER_BITS - 6, np.uint64)
        words.index_originals(
            self.arena, self.offset, IS_WORD, self.key, self.first_word, self.chain, self.slots, self.lengths,
            self.passing,
        )  # fmt: skip

    def find(
        self, data: Bytes, start: Int64, end: Int64, skipped: Bools, escaped: Bools, covered: Bytes
    ) -> tuple[Int64, Int64, Int64, Int64]:
        """Occurrences in spans of ``data`` that are not wholly covered.

        Args:
          skipped: bool [k], spans that are not looked at.
          escaped: bool [k], spans in which a backslash and what it escapes is no part of a word.
          covered: a set of positions (``covered_bytes``).

        Returns:
          (start, end, which original, which span), int64 each.
        """
        if len(data) < 8:
            data = np.concatenate((data, np.zeros(8, np.uint8)))
        word_bytes = bitsets.empty_set(len(data))
        bitsets.find_word_bytes(data, start, end, word_bytes)
        bitsets.take_escapes(data, start, end, escaped, word_bytes)
        room = len(start) + 1024
        while True:
            out = [np.empty(room, np.int64) for _ in range(4)]
            count = words.find_originals(
                data, start, end, skipped, word_bytes, covered, IS_WORD, self.arena, self.offset, self.key,
                self.first_word, self.chain, self.slots, self.lengths, self.passing, *out,
            )  # fmt: skip
            if count >= 0:
                return out[0][:count], out[1][:count], out[2][:count], out[3][:count]
            room *= 4

    def written_alike(self, data: Bytes, start: Int64, original: Int64) -> Bools:
        """bool [k]: whether each occurrence is written as its original is, letter case included."""
        alike = np.empty(len(start), np.bool_)
        words.written_alike(data, start, original, self.arena, self.offset, alike)
        return alike


def words_inside(
    data: Bytes, batch: Batch, findings: Findings, sought: Bools, source: Bytes, covered: Bytes, every: bool = True
) -> tuple[Int64, Int64]:
    """(start, row) of what is written in ``data`` as in ``source`` a row of the record is that is ``sought``.

    Args:
      sought: bool [k]; those stay that are covered and long.
      covered: a set of positions (``covered_bytes``), at which nothing is found to begin.
      every: all places, else one of each record.
    """
    room, key = batch.records + 64, np.uint64(secrets.randbits(64))
    while True:
        start, row = np.empty(room, np.int64), np.empty(room, np.int64)
        count = words.find_inside(
            data, batch.record_start, batch.record_end, findings.start, findings.end, sought, source, covered, every,
            key, start, row,
        )  # fmt: skip
        if count >= 0:
            return start[:count], row[:count]
        room *= 4


def originals_of(
    values: Values,
    findings: Iterable[Findings],
    kept: Callable[[Int32], Bools],
    besides: Sequence[int] | Int32 = (),
) -> Originals:
    """The distinctive values found in some batches and their other forms, save what every recipient keeps.

    Args:
      kept: bool [n] for numbers of values, int32 [n].
      besides: numbers of values that are as sure as any.
    """
    found = np.zeros(len(values), np.bool_)
    strong = np.zeros(len(values), np.bool_)
    named = np.zeros(len(values), np.bool_)
    for f in findings:
        part = f.kind != Kind.HOLDER
        found[f.value[part]] = True
        strong[f.value[part & f.strong]] = True
        named[f.value[~part & f.strong]] = True
    besides = np.asarray(besides, np.int32)
    found[besides] = strong[besides] = True
    distinctive = values.columns()[1]
    found &= distinctive.astype(np.bool_)
    numbers = _not_kept(found, kept)
    # Other forms are looked for only where the value itself is replaced; a person's accounts where it is proven.
    people = _not_kept(named, kept)
    accounts = [(account, person) for person in people.tolist() for account in values.accounts.get(person, ())]
    form, bearer = np.array(accounts, np.int32).reshape(-1, 2).T
    hosts = numbers[values.short_names()[numbers] >= 0]
    form, bearer = np.append(form, values.short_names()[hosts]), np.append(bearer, hosts)
    told = distinctive[form].astype(np.bool_)
    found[form[told]] = True
    strong[form[told & (strong | named)[bearer]]] = True
    numbers = _not_kept(found, kept)
    return Originals(values, numbers, strong[numbers])


def _not_kept(found: Bools, kept: Callable[[Int32], Bools]) -> Int32:
    numbers = np.flatnonzero(found).astype(np.int32)
    return numbers[~kept(numbers)]


def covered_bytes(size: int, start: Int64, end: Int64, chosen: Bools) -> Bytes:
    """The set of positions, of ``size``, that lie in one of the chosen spans (see kernels.bitsets)."""
    covered = bitsets.empty_set(size)
    bitsets.cover(start, end, chosen, covered)
    return covered


def wholly_covered(covered: Bytes, start: Int64, end: Int64) -> Bools:
    """bool [k]: whether every byte of a span is covered."""
    inside = np.empty(len(start), np.bool_)
    bitsets.lie_in(start, end, covered, inside)
    return inside


def still_told(data: Bytes, edited: Bytes, kept: tuple[Int64, Int64], names: tuple[Int64, Int64]) -> Bools:
    """bool [k]: whether names, by start and end, that stand in overwritten data tell of something.

    A name does of which no byte was overwritten; of another what is left between such bytes and what is kept must be
    distinctive, and more than harmless words and numbers. What bytes were overwritten with may make a name that nobody
    wrote: ``server [req-xxxxxxxx``.

    Args:
      edited: the set of overwritten positions.
      kept: start and end of what stands where it may.
    """
    gone = edited.copy()
    bitsets.cover(*kept, np.ones(len(kept[0]), np.bool_), gone)
    told = np.ones(len(names[0]), np.bool_)
    for k, (start, end) in enumerate(zip(*(places.tolist() for places in names), strict=True)):
        overwritten = _members(edited, start, end)
        if overwritten.any():
            text = data[start:end].tobytes()
            last = text.rfind(b".") + 1
            if last and end - start - last > 1 and overwritten[last:].all():
                told[k] = False  # `none-any.xxx`: a host's name for its end alone
                continue
            left = np.where(_members(gone, start, end), np.uint8(0), data[start:end]).tobytes()
            pieces = (_WITHIN_ENDS.search(piece) for piece in left.split(b"\x00"))
            told[k] = any(piece and is_distinctive(piece[0]) and _is_no_word(piece[0]) for piece in pieces)
    return told


def _is_no_word(piece: bytes) -> bool:
    """Whether a part of a name is more than words and numbers that are harmless whoever writes them."""
    if _DOTTED.search(piece):
        return True
    return any(not word.isdigit() and not is_harmless(word) for word in _WORD.findall(piece))


def _members(positions: Bytes, start: int, end: int) -> Bytes:
    """uint8 [end - start]: 1 where a set has a position."""
    return np.unpackbits(positions[start >> 3 : (end + 7) >> 3], bitorder="little")[start & 7 :][: end - start]
