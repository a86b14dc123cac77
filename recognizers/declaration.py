"""What a recognizer declares, and the one way a declaration is read.

A recognizer is a Presidio ``EntityRecognizer`` and a declaration that the pipeline's scanner compiles. Both find the
same spans: ``find`` below is the plain reading of the declaration, and the scanner is tested to be equal to it.

Two kinds of pattern, by closure:

* a ``TokenPattern`` can match only inside one *token*, a maximal run of ``[A-Za-z0-9_.:@%+-]`` and bytes >= 0x80.
  Its findings are a pure function of the token.
* an ``AnchorPattern`` is a phrase or key after which a value stands. The value is a run of a byte class.

Patterns are ASCII, caseless, on UTF-8 bytes, and use no look-around (Hyperscan has none). Neither kind reaches over
a NUL byte: NUL separates texts in a scan.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import regex
from presidio_analyzer import EntityRecognizer, RecognizerResult

#: Of values longer than this, bytes, so many that end in one place are judged.
LONG_VALUE = 512
MOST_NESTED = 8
LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") | frozenset(range(0x80, 0x100))
DIGITS = frozenset(b"0123456789")
WORD = LETTERS | DIGITS | frozenset(b"_")
#: What an anchor begins with before which a text's beginning may stand, or a byte of the class that this opens.
BEGINNING = "(?:^|["
#: So far back a value reaches at most: many anchors in one long run would else be read over and over.
LONGEST_BACK = 512
TOKEN_BYTES = WORD | frozenset(b".:@%+-")
TOKEN = re.compile(rb"[A-Za-z0-9_.:@%+\-\x80-\xff]+")


def is_telling(token: bytes) -> bool:
    """Whether the marks of a token are such as identifiers have: ``@`` or ``%``, two of ``.``, ``:`` or ``-``, or a
    letter with a dot, or with a hyphen and a digit. ``eth0:``, ``10.5`` and ``read-only`` are not."""
    if len(token) < 2:
        return False
    if b"@" in token or b"%" in token or max(map(token.count, (b".", b":", b"-"))) > 1:
        return True
    if LETTERS.isdisjoint(token):
        return False
    return b"." in token or (b"-" in token and not DIGITS.isdisjoint(token))


@dataclass(frozen=True)
class TokenPattern:
    """A pattern that can match only inside one token.

    Attributes:
      name: what it is, for evidence and errors; unique within a recognizer.
      pattern: regular expression over the token's bytes; the whole match is the finding.
      score: 0.4 shape only, 0.6 shape and plausibility, 0.85 checked structure, 1.0 checksum or declared.
      check: ``check(token, start, end)`` refuses a match by looking at the whole token; None accepts.
      plain_from: the shortest match that is not telling (``is_telling``); None where every match is. Shorter tokens
        that are not, most of a log's, are then not looked at.
    """

    name: str
    pattern: str
    score: float
    check: Callable[[bytes, int, int], bool] | None = None
    plain_from: int | None = 1


@dataclass(frozen=True)
class AnchorPattern:
    """A phrase or key, right after which a value stands.

    Attributes:
      name: what it is, for evidence and errors; unique within a recognizer.
      anchor: regular expression that ends where the value starts; never empty. It may begin with ``BEGINNING``, and
        holds no ``^`` else. Where it can end in two places from one start, the shorter end must be followed by a byte
        outside ``value``, or the value refused by ``check``.
      value: bytes that may stand in the value: the value is the maximal run of them (never NUL).
      score: as for TokenPattern.
      min_length: shorter values are no finding.
      trim: bytes taken off the value's end (a sentence's full stop).
      until: the value reaches up to this literal, whatever stands between, or to the text's end; ``value`` is unused.
      back: bytes before the anchor's last ``back_over`` bytes that belong to the value (a scheme before ``://``), no
        more than ``LONGEST_BACK`` of them.
      back_over: how many of the anchor's last bytes belong to the value; the anchor must then end in that literal.
      check: ``check(value)`` refuses a value; None accepts.
      part: ``part(value)`` says where in it the finding is, or None where it is none: the rest was only read.
    """

    name: str
    anchor: str
    value: frozenset[int]
    score: float
    min_length: int = 1
    trim: frozenset[int] = frozenset()
    until: bytes | None = None
    back: frozenset[int] | None = None
    back_over: int = 0
    check: Callable[[bytes], bool] | None = None
    part: Callable[[bytes], tuple[int, int] | None] | None = None

    def found_in(self, value: bytes) -> tuple[int, int] | None:
        """Where the finding is in a value, or None where it is refused."""
        if self.part is not None:
            return self.part(value)
        return (0, len(value)) if self.check is None or self.check(value) else None


class Leaf(NamedTuple):
    """A part of a finding that is replaced on its own: [start, end) in the finding's text, and its entity."""

    start: int
    end: int
    entity: str


class Found(NamedTuple):
    """One finding in a text: [start, end) in bytes, the entity and the pattern that found it."""

    start: int
    end: int
    entity: str
    pattern: str
    score: float


@cache
def compiled(pattern: str) -> regex.Pattern[bytes]:
    return regex.compile(pattern.encode("ascii"), regex.ASCII | regex.IGNORECASE)


@cache
def within_token(pattern: str) -> re.Pattern[bytes]:
    """The same for one token, whose matches do not overlap: read by the faster of the two engines."""
    return re.compile(pattern.encode("ascii"), re.ASCII | re.IGNORECASE)


class DeclaredRecognizer(EntityRecognizer):
    """A Presidio recognizer made of declarations.

    Subclasses set the class attributes; they need no ``__init__``.

    Attributes:
      ENTITY: the entity it finds.
      PATTERNS: token and anchor patterns.
      KEYS: names of JSON keys, columns and parameters (lower case, ``-``, ``.`` and spaces as ``_``) whose whole value
        is this entity where a format declares fields; ``accepts_key_value`` may refuse one.
      OVERRULES: entities whose findings within one of these are none: what stands after ``version=`` is no address.
      SOURCE: where the form is specified.
    """

    ENTITY: str = ""
    PATTERNS: tuple[TokenPattern | AnchorPattern, ...] = ()
    KEYS: frozenset[str] = frozenset()
    OVERRULES: frozenset[str] = frozenset()
    SOURCE: str = ""

    def __init__(self, supported_language: str = "en", name: str | None = None) -> None:
        super().__init__(
            supported_entities=[self.ENTITY], supported_language=supported_language, name=name or type(self).__name__
        )

    def load(self) -> None:
        """Nothing to load: patterns compile on first use."""

    @cached_property
    def token_patterns(self) -> tuple[TokenPattern, ...]:
        return tuple(p for p in self.PATTERNS if isinstance(p, TokenPattern))

    @cached_property
    def anchor_patterns(self) -> tuple[AnchorPattern, ...]:
        return tuple(p for p in self.PATTERNS if isinstance(p, AnchorPattern))

    # What a subclass may say of its values.

    def accepts_key_value(self, value: bytes) -> bool:
        """Whether a whole field under one of KEYS is a value of this entity."""
        return bool(value)

    def accepts_likely_value(self, value: bytes) -> bool:
        """Whether a whole field is one whose key also names few other things (``keys.likely_entity_of_key``)."""
        return self.accepts_loose_value(value)

    def accepts_loose_value(self, value: bytes) -> bool:
        """Whether a whole field whose key also names other things (``keys.loose_entity_of_key``) looks like one."""
        return False

    def canonical(self, value: bytes) -> bytes:
        """The one spelling under which equal values are equal (lower case by default)."""
        return value.lower()

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """The parts that are replaced on their own; by default the value is one part."""
        return (Leaf(0, len(value), self.ENTITY),)

    # How a declaration is read.

    def find_in_token(self, token: bytes) -> Iterator[Found]:
        """Findings of the token patterns in one token: leftmost first, not overlapping within a pattern."""
        yield from self.found_by(self.token_patterns, token)

    def found_by(self, patterns: Iterable[TokenPattern], token: bytes) -> Iterator[Found]:
        for pattern in patterns:
            for match in within_token(pattern.pattern).finditer(token):
                start, end = match.span()
                if start < end and (pattern.check is None or pattern.check(token, start, end)):
                    yield Found(start, end, self.ENTITY, pattern.name, pattern.score)

    def find_anchored(self, text: bytes) -> Iterator[Found]:
        """Findings of the anchor patterns in one text that holds no NUL byte.

        Many long values with one end (`password=password=…`) lie within each other: of those behind the first
        MOST_NESTED one stands for all, whatever it is.
        """
        for pattern in self.anchor_patterns:
            ends = {match.end() for match in compiled(pattern.anchor).finditer(text, overlapped=True)}
            spans = {span for span in (value_span(pattern, text, end) for end in ends) if span is not None}
            nested: Counter[int] = Counter()
            for start, end in sorted(spans):
                nested[end] += end - start > LONG_VALUE
                unchecked = end - start > LONG_VALUE and nested[end] == MOST_NESTED + 1
                if end - start > LONG_VALUE and nested[end] > MOST_NESTED + 1:
                    continue
                found = (0, end - start) if unchecked else pattern.found_in(text[start:end])
                if found is not None:
                    yield Found(start + found[0], start + found[1], self.ENTITY, pattern.name, pattern.score)

    def find(self, text: bytes) -> list[Found]:
        """All findings in a text of UTF-8 bytes, sorted, equal ones once."""
        found: set[Found] = set()
        base = 0
        for piece in text.split(b"\x00"):
            for token in TOKEN.finditer(piece):
                found.update(shifted(self.find_in_token(token.group()), base + token.start()))
            found.update(shifted(self.find_anchored(piece), base))
            base += len(piece) + 1
        return sorted(found, key=lambda f: (f.start, f.end, f.pattern))

    def analyze(self, text: str, entities: list[str], nlp_artifacts: object = None) -> list[RecognizerResult]:
        """Presidio's interface: positions in characters of ``text``."""
        if self.ENTITY not in entities:
            return []
        raw = text.encode("utf-8", "surrogatepass")
        plain = len(raw) == len(text)
        results = []
        for f in self.find(raw):
            start = f.start if plain else len(raw[: f.start].decode("utf-8", "ignore"))
            end = f.end if plain else len(raw[: f.end].decode("utf-8", "ignore"))
            results.append(RecognizerResult(self.ENTITY, start, end, f.score))
        return results


@cache
def value_run(value: frozenset[int]) -> re.Pattern[bytes]:
    """A run of the bytes of a value, possibly empty."""
    return re.compile(b"[" + b"".join(b"\\x%02x" % byte for byte in sorted(value)) + b"]*" if value else b"")


def shifted(found: Iterable[Found], by: int) -> Iterator[Found]:
    for f in found:
        yield Found(f.start + by, f.end + by, f.entity, f.pattern, f.score)


def value_span(pattern: AnchorPattern, text: bytes, at: int) -> tuple[int, int] | None:
    """The [start, end) of the value that stands at ``at``, or None where there is none."""
    start = at
    if pattern.until is not None:
        end = text.find(pattern.until, at)
        end = len(text) if end < 0 else end
    else:
        run = value_run(pattern.value).match(text, at)
        end = run.end() if run else at
    while end > at and text[end - 1] in pattern.trim:
        end -= 1
    if end - at < pattern.min_length:
        return None
    if pattern.back is not None:
        start = at - pattern.back_over
        first = max(start - LONGEST_BACK, 0)
        while start > first and text[start - 1] in pattern.back:
            start -= 1
    return start, end
