"""The recognizers' declarations and the client's known values, compiled for Hyperscan and the kernels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import hyperscan
import numpy as np

from pipeline.detection.databases import database, hits, kept_database
from pipeline.detection.encoded import ENCODINGS
from pipeline.errors import ConfigurationError
from pipeline.kernels import spans, texts
from pipeline.records import Bools, Bytes, Int64
from recognizers.declaration import (
    BEGINNING,
    DIGITS,
    LETTERS,
    LONG_VALUE,
    MOST_NESTED,
    TOKEN_BYTES,
    WORD,
    AnchorPattern,
    DeclaredRecognizer,
)
from recognizers.distinctive import is_distinctive

LONGEST_UNTIL = 32
#: What names a client and nothing else is found in the middle of words from so many bytes on, as in ``kingfisherdb``.
NAMING, LONG_NAME = ("KEYWORD", "PERSON"), 8
NO_HITS = (np.zeros(0, np.int64), np.zeros(0, np.int64))
HOST_BYTES = WORD | frozenset(b".-")


def byte_table(members: frozenset[int]) -> Bools:
    table = np.zeros(256, np.bool_)
    table[list(members)] = True
    return table


IS_TOKEN = byte_table(TOKEN_BYTES)
IS_WORD = byte_table(WORD)
#: Bytes of tokens, by what they tell (recognizers.declaration.is_telling).
TOKEN_KINDS = (
    IS_TOKEN * texts.ANY
    + byte_table(LETTERS) * texts.LETTER
    + byte_table(DIGITS) * texts.DIGIT
    + byte_table(frozenset(b".")) * texts.DOT
    + byte_table(frozenset(b":")) * texts.COLON
    + byte_table(frozenset(b"-")) * texts.HYPHEN
    + byte_table(frozenset(b"@%")) * texts.SIGN
).astype(np.uint8)
#: What a known value may not touch: bytes of other scripts, or stray ones, do not hide it.
IS_ASCII_WORD = byte_table(frozenset(b for b in WORD if b < 0x80))


@dataclass(frozen=True)
class Literal:
    """A known value to be found wherever it stands between words, caseless.

    Attributes:
      text: UTF-8 bytes.
      entity: what it is.
      back: whether labels to its left belong to it (a domain).
      foreign: it is another client's, and the record that holds it is not released.
    """

    text: bytes
    entity: str
    back: bool = False
    foreign: bool = False

    @property
    def in_words(self) -> bool:
        """Whether it tells within a word, too."""
        return self.entity in NAMING and len(self.text) >= LONG_NAME and is_distinctive(self.text)


class TokenGate:
    """Which recognizers may find something in a token: a superset, decided for many tokens in one pass.

    Args:
      keep: whether what is compiled is kept for the next process.

    Attributes:
      plain_from: in a token that is shorter and not telling, none finds anything.
    """

    def __init__(self, recognizers: Sequence[DeclaredRecognizer], keep: bool = True) -> None:
        expressions: list[bytes] = []
        owner: list[int] = []
        for place, recognizer in enumerate(recognizers):
            for pattern in recognizer.token_patterns:
                expressions.append(pattern.pattern.encode("ascii"))
                owner.append(place)
        self.owner = np.array(owner, np.int64)
        plain = [p.plain_from for r in recognizers for p in r.token_patterns if p.plain_from is not None]
        self.plain_from = min(plain, default=np.iinfo(np.int64).max)
        # A token holds no line feed, so that ^ and $ mean its ends once tokens are joined by one.
        made = kept_database if keep else database
        self.db = made(expressions, hyperscan.HS_FLAG_MULTILINE) if expressions else None

    def candidates(self, arena: Bytes, offset: Int64) -> list[tuple[int, int]]:
        """(token, recognizer) pairs for the tokens ``arena[offset[i] : offset[i + 1] - 1]``."""
        joined = arena[offset[0] : offset[-1]].copy()
        joined[offset[1:] - offset[0] - 1] = 0x0A
        pattern, end = hits(self.db, joined) if self.db else NO_HITS
        token = np.searchsorted(offset[1:] - offset[0], end, side="left")
        pairs = np.unique(token * len(self.owner) + self.owner[pattern]) if len(end) else np.zeros(0, np.int64)
        return list(zip((pairs // len(self.owner)).tolist(), (pairs % len(self.owner)).tolist()))


_APART = ("HOSTNAME", "USERNAME")


class Anchors:
    """All anchor patterns and literals, as one row of byte tables each; and the marks of encodings.

    Args:
      keep: whether what is compiled of the patterns is kept for the next process.
    """

    def __init__(
        self, recognizers: Sequence[DeclaredRecognizer], literals: Sequence[Literal], keep: bool = True
    ) -> None:
        self.patterns: list[tuple[DeclaredRecognizer, AnchorPattern]] = []
        for recognizer in recognizers:
            for pattern in recognizer.anchor_patterns:
                refuse_reaching_over_nul(f"{type(recognizer).__name__}.{pattern.name}", pattern.anchor)
                self.patterns.append((recognizer, pattern))
        self.literals = list(literals)
        count = len(self.patterns) + len(self.literals)
        marks = [(mark, place) for place, encoding in enumerate(ENCODINGS) for mark in encoding.marks]
        #: The number of the first that marks an encoded text, and the encoding that each of them marks.
        self.first_mark = count
        self.marked = np.array([place for _, place in marks], np.int32)
        self.in_value = np.zeros((count, 256), np.bool_)
        self.in_trim = np.zeros((count, 256), np.bool_)
        self.in_back = np.zeros((count, 256), np.bool_)
        self.until = np.zeros((count, LONGEST_UNTIL), np.uint8)
        self.until_size = np.zeros(count, np.int64)
        self.back_over = np.full(count, -1, np.int64)
        self.min_length = np.zeros(count, np.int64)
        self.bounded = np.zeros(count, np.uint8)
        #: Bytes of the value in the match.
        self.ahead = np.zeros(count + len(marks), np.int64)
        for n, (_, p) in enumerate(self.patterns):
            self.in_value[n] = byte_table(p.value)
            self.in_trim[n] = byte_table(p.trim)
            self.min_length[n] = p.min_length
            self.ahead[n] = has_first_byte(p)
            if p.until is not None:
                self.until[n, : len(p.until)] = list(p.until)
                self.until_size[n] = len(p.until)
            if p.back is not None:
                self.in_back[n] = byte_table(p.back)
                self.back_over[n] = p.back_over
        for n, literal in enumerate(self.literals, len(self.patterns)):
            if not literal.in_words:
                self.bounded[n] = spans.LOOSELY if is_distinctive(literal.text) else spans.STRICTLY
            self.back_over[n] = len(literal.text)
            if literal.back:
                self.in_back[n] = byte_table(HOST_BYTES)
        made = kept_database if keep else database
        texts = [b"".join(map(b"\\x%02x".__mod__, literal.text)) for literal in self.literals]
        # Apart, since Hyperscan reads slower the more it looks for: marks are rare, and by themselves soon looked for;
        # and the two entities of most patterns, each by itself, with the rest take a fifth less than all at once.
        apart = [r.ENTITY if r.ENTITY in _APART else "" for r, _ in self.patterns]
        parts = [np.array([n for n, own in enumerate(apart) if own == entity], np.int64) for entity in ("", *_APART)]
        self._parts = [
            *((part, made([followed(self.patterns[n][1]) for n in part.tolist()])) for part in parts if len(part)),
            (np.arange(self.first_mark, self.first_mark + len(marks)), made([m.encode("ascii") for m, _ in marks])),
        ]
        if texts:
            self._parts.append((np.arange(len(self.patterns), count), database(texts)))

    def hits(self, data: Bytes) -> tuple[Int64, Int64]:
        """(number, end) of every anchor, literal and mark."""
        found = [(part, *hits(db, data)) for part, db in self._parts]
        return np.concatenate([part[number] for part, number, _ in found]), np.concatenate([to for *_, to in found])


def followed(pattern: AnchorPattern) -> bytes:
    """The expression of an anchor; one whose value must have a byte matches up to and with its first, and so is not
    reported where no value follows. A text begins where the scanned bytes do, or behind a NUL."""
    anchor = pattern.anchor
    if anchor.startswith(BEGINNING):
        anchor = rf"{BEGINNING}\x00{anchor[len(BEGINNING) :]}"
    if not has_first_byte(pattern):
        return anchor.encode("ascii")
    return b"(?:%s)[%s]" % (anchor.encode("ascii"), b"".join(b"\\x%02x" % byte for byte in sorted(pattern.value)))


def has_first_byte(pattern: AnchorPattern) -> bool:
    return pattern.until is None and pattern.min_length > 0 and bool(pattern.value)


_CLASS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[.^$]")


def refuse_reaching_over_nul(name: str, anchor: str) -> None:
    """NUL separates texts: an anchor that could match it would join neighbours."""
    for part in _CLASS.findall(anchor.replace("^|", "", 1) if anchor.startswith(BEGINNING) else anchor):
        negated = part.startswith("[^") and "\\x00" not in part and "\\0" not in part
        if part in (".", "^", "$", r"\S", r"\W", r"\D") or negated:
            raise ConfigurationError(
                f"{name}: anchor: {part} may stand for the byte between two texts; name the bytes instead, "
                r"or add \x00 to the negated class"
            )


def judged(start: Int64, end: Int64, number: Int64) -> tuple[Bools, Bools]:
    """Of values after anchors: bool [k], those that are looked at, and of these the ones that are taken unchecked.

    The same choice as in DeclaredRecognizer.find_anchored, so that what many anchors of one text cost is bounded.
    """
    looked, unchecked = np.ones(len(start), np.bool_), np.zeros(len(start), np.bool_)
    long = np.flatnonzero(end - start > LONG_VALUE)
    if len(long) <= MOST_NESTED:
        return looked, unchecked
    order = long[np.lexsort((start[long], end[long], number[long]))]
    group = np.append(True, (np.diff(end[order]) != 0) | (np.diff(number[order]) != 0))
    rank = np.cumsum(group | np.append(True, np.diff(start[order]) != 0))
    rank -= rank[np.flatnonzero(group)][np.cumsum(group) - 1]
    looked[order[rank > MOST_NESTED]] = False
    unchecked[order[rank == MOST_NESTED]] = True
    return looked, unchecked
