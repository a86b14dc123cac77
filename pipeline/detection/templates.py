"""Messages that a person has accepted: their unknown words are harmless where they stand, and nowhere else.

A template is the text of a field with ``<@>`` for what is found, ``<#>`` for numbers, ``<*>`` for any unknown word, and
``<=word>`` for the one that is accepted in that place: ``session <#> of <=frobnicator> closed by <@>``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import ConfigurationError
from pipeline.kernels import word_runs
from pipeline.kernels.texts import TextTable
from pipeline.records import Batch, Bools, Bytes, Int64

if TYPE_CHECKING:
    from pipeline.detection.unknown import Words

#: Bytes. Longer texts are no messages.
LONGEST = 2048
#: A place in a message in which more than so many words stand takes any word, none of which is accepted.
MOST_WORDS = 3
#: Readings of one message, and messages, that are counted.
MOST_OF_SHAPE = 10_000
MOST_MESSAGES = 200_000
_PART = re.compile(r"<(@|#|\*|=[^<>\s]+)>")
_MARKS = {"@": word_runs.FINDING_MARK, "#": word_runs.NUMBER_MARK, "*": word_runs.UNKNOWN_MARK}
#: Any unknown word.
ANY = -1


def parts_of(template: str) -> tuple[bytes, list[bytes | None]]:
    """(shape, accepted word or None for each unknown one) of a template."""
    shape = bytearray()
    words: list[bytes | None] = []
    here = 0
    for part in _PART.finditer(template):
        shape += template[here : part.start()].encode()
        here = part.end()
        mark = part.group(1)
        shape.append(_MARKS.get(mark, word_runs.UNKNOWN_MARK))
        if mark not in "@#":
            words.append(None if mark == "*" else mark[1:].encode())
    return bytes(shape + template[here:].encode()), words


def template_of(shape: bytes, words: Iterable[bytes | None]) -> str | None:
    """The template of a shape and its words; None where none can be written: it is no text, or reads like one."""
    rest = iter(words)
    try:
        text = shape.decode()
        if _PART.search(text) or chr(word_runs.OTHER_MARK) in text:
            return None
        given = [None if word is None else word.decode() for word in rest]
    except UnicodeDecodeError:
        return None
    pieces = text.split(chr(word_runs.UNKNOWN_MARK))
    marks = ["<*>" if word is None else f"<={word}>" for word in given]
    whole = "".join(piece + mark for piece, mark in zip(pieces, [*marks, ""]))
    whole = whole.replace(chr(word_runs.FINDING_MARK), "<@>").replace(chr(word_runs.NUMBER_MARK), "<#>")
    return whole if parts_of(whole) == (shape, [*given_bytes(given)]) else None


def given_bytes(words: Iterable[str | None]) -> Iterable[bytes | None]:
    return (None if word is None else word.encode() for word in words)


def accepts_something(template: str) -> bool:
    """Whether a text is a template that accepts a word."""
    return any(word is not None for word in parts_of(template)[1])


class Templates:
    """Accepted messages by their shape; shapes are compared as texts, words by their numbers in a table."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._of_shape: dict[bytes, list[list[bytes | None]]] = {}
        for template in templates:
            shape, words = parts_of(template)
            self._of_shape.setdefault(shape, []).append(words)

    def forget(self, table: TextTable) -> None:
        """Start anew, with another table of words."""
        self._table = table
        self._shapes = TextTable()
        self._wanted: list[list[Int64]] = []

    def accepted(self, batch: Batch, words: Words) -> Bools:
        """bool [k]: unknown words of accepted messages."""
        accepted = np.zeros(len(words.start), np.bool_)
        if not self._of_shape:
            return accepted
        for number, places in self.by_shape(batch, words):
            read = words.number[places]  # [fields, unknown words in each]
            for wanted in self._wanted_of(number):
                alike = ((wanted == ANY) | (read == wanted)).all(axis=1)
                accepted[places[alike][:, wanted != ANY].ravel()] = True
        return accepted

    def by_shape(self, batch: Batch, words: Words) -> Iterable[tuple[int, Int64]]:
        """(number of a shape, int64 [fields, unknown words in each] places in ``words``), of fields with such words."""
        unknown = np.flatnonzero(words.kind == word_runs.UNKNOWN)
        which, first_unknown, count = np.unique(words.field[unknown], return_index=True, return_counts=True)
        short = batch.field_end[which] - batch.field_start[which] <= LONGEST
        which, first_unknown, count = which[short], first_unknown[short], count[short]
        if not len(which):
            return
        first = np.searchsorted(words.field, which)
        sizes = batch.field_end[which] - batch.field_start[which]
        out: Bytes = np.empty(int(sizes.sum()) + 8, np.uint8)
        offset = np.empty(len(which) + 1, np.int64)
        word_runs.shapes(
            batch.data, batch.field_start, batch.field_end, which, words.marks, words.start, words.end, words.kind,
            first, out, offset,
        )  # fmt: skip
        number = self._shapes.intern(out, offset[:-1], offset[1:], np.zeros(len(which), np.int32))
        order = np.argsort(number, kind="stable")
        edges = np.flatnonzero(np.diff(number[order], prepend=-1, append=-1))
        for a, b in zip(edges.tolist(), edges[1:].tolist()):
            rows = order[a:b]
            yield int(number[rows[0]]), unknown[first_unknown[rows][:, None] + np.arange(count[rows[0]])]

    def shape(self, number: int) -> bytes:
        return self._shapes.text(number)

    def _wanted_of(self, number: int) -> list[Int64]:
        """For each template of a shape the numbers of its words, ANY for any."""
        for n in range(len(self._wanted), self._shapes.count):
            lists = self._of_shape.get(self._shapes.text(n), [])
            self._wanted.append([self._numbers(words) for words in lists])
        return self._wanted[number]

    def _numbers(self, words: list[bytes | None]) -> Int64:
        texts = [word or b"" for word in words]
        end = np.cumsum([len(text) for text in texts]).astype(np.int64)
        start = end - np.array([len(text) for text in texts], np.int64)
        data = np.frombuffer(b"".join(texts) + bytes(8), np.uint8)
        numbers = self._table.intern(data, start, end, np.zeros(len(texts), np.int32)).astype(np.int64)
        return np.where(np.array([word is None for word in words]), ANY, numbers)


class Messages:
    """Gathers the messages of a client's inputs that hold unknown words: ``note`` each batch, then ask for ``found``.

    Args:
      fewest: records in which a message with its words must stand.
    """

    def __init__(self, fewest: int) -> None:
        self._fewest = fewest
        self._counts: dict[bytes, Counter[tuple[bytes, ...]]] = {}

    def note(self, batch: Batch, words: Words, templates: Templates, text: Callable[[int], bytes]) -> None:
        """Count the messages of a batch of which no unknown word is accepted.

        Args:
          text: of a word's number.

        Raises:
          ConfigurationError: more than MOST_MESSAGES messages.
        """
        accepted = templates.accepted(batch, words)
        for number, places in templates.by_shape(batch, words):
            open_ = places[~accepted[places].any(axis=1)]
            if not len(open_):
                continue
            counts = self._counts.setdefault(templates.shape(number), Counter())
            read, often = np.unique(words.number[open_], axis=0, return_counts=True)
            for row, count in zip(read.tolist(), often.tolist()):
                key = tuple(text(n) for n in row)
                if key in counts or len(counts) < MOST_OF_SHAPE:
                    counts[key] += count
        if len(self._counts) > MOST_MESSAGES:
            raise ConfigurationError(
                f"inputs: more than {MOST_MESSAGES:,} messages, too many to look through; learn from fewer inputs"
            )

    def found(self) -> list[tuple[str, int]]:
        """(template, records) of messages, the most frequent first; a place of many words takes any."""
        found: Counter[str] = Counter()
        for shape, counts in self._counts.items():
            many = [len(set(column)) > MOST_WORDS for column in zip(*counts)]
            merged: Counter[tuple[bytes | None, ...]] = Counter()
            for words, count in counts.items():
                merged[tuple(None if any_word else word for word, any_word in zip(words, many))] += count
            for kept, count in merged.items():
                template = template_of(shape, kept)
                if count >= self._fewest and template is not None and accepts_something(template):
                    found[template] += count
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))
