"""A user's own recognizers in the scanner: run text by text, each within a time, and never passed over.

Presidio leaves a pattern out when it takes too long, and goes on: what it would have found stays. Here that, and any
other failure of a recognizer, ends the run.
"""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import index
from pathlib import PurePath
from typing import Any, NamedTuple

import regex
from presidio_analyzer import EntityRecognizer, PatternRecognizer

from pipeline.errors import ConfigurationError

#: Processor seconds that one recognizer, and each of its patterns, may take for one text.
MOST_SECONDS = 2.0
#: What a word of a recognizer's context in the text or its key adds to a score, and what it makes it at least:
#: Presidio's defaults (https://microsoft.github.io/presidio/analyzer/ context enhancement).
CONTEXT_ADDS = 0.35
CONTEXT_LEAST = 0.4


class OwnFound(NamedTuple):
    """A finding in a text: [start, end) in bytes, the entity, the recognizer and the score."""

    start: int
    end: int
    entity: str
    recognizer: str
    score: float


@dataclass(frozen=True)
class OwnRecognizer:
    """A Presidio recognizer of the user's.

    Attributes:
      origin: the file or module it came from, for errors.
    """

    recognizer: EntityRecognizer
    origin: str

    @property
    def entities(self) -> tuple[str, ...]:
        return tuple(self.recognizer.supported_entities)

    def find(self, raw: bytes, key: str) -> Iterator[OwnFound]:
        """Findings in one text.

        Args:
          raw: the text; bytes that are no UTF-8 come to the recognizer as lone surrogates.
          key: what it stands under, or empty.

        Raises:
          ConfigurationError: the recognizer failed, took too long, or returned what is no finding. No text is in it.
        """
        text = raw.decode("utf-8", "surrogateescape")
        words = context_words(tuple(self.recognizer.context or ()))
        for first, last, entity, score in self._results(text):
            start = first if len(raw) == len(text) else _bytes_of(text[:first])
            end = last if len(raw) == len(text) else _bytes_of(text[:last])
            if words is not None and (words.search(text) or words.search(key.replace("_", " "))):
                score = min(1.0, max(score + CONTEXT_ADDS, CONTEXT_LEAST))
            yield OwnFound(start, end, entity, self.recognizer.name, score)

    def _results(self, text: str) -> list[tuple[int, int, str, float]]:
        """(start, end, entity, score) of what it returns."""
        began = time.thread_time()
        try:
            returned = self.recognizer.analyze(text, list(self.entities), None) or ()
            results = [(index(r.start), index(r.end), r.entity_type, float(r.score)) for r in returned]
        except KeyboardInterrupt:
            raise
        except _TookTooLong as slow:
            raise ConfigurationError(str(slow)) from None
        except BaseException as error:  # whatever its author did not foresee: sys.exit would show what it is given
            raise self._wrong(f"failed on a text ({type(error).__name__} at {_place(error)})") from None
        if time.thread_time() - began > MOST_SECONDS:
            raise self._wrong(f"took more than {MOST_SECONDS:g} s for one text")
        if not _all_timed(self.recognizer):
            raise self._wrong("compiles its patterns anew, so that they cannot be timed; call analyze without flags")
        for start, end, entity, score in results:
            if entity not in self.entities:
                raise self._wrong("returned an entity that its supported_entities does not name")
            if not 0 <= start < end <= len(text):
                raise self._wrong("returned a place that is not in the text")
            if not 0 <= score <= 1:
                raise self._wrong("returned a score that is not from 0 to 1")
        return results

    def _wrong(self, problem: str) -> ConfigurationError:
        return ConfigurationError(f"{self.origin}: {self.recognizer.name}: {problem}; mend the recognizer")


class _TookTooLong(Exception):
    """A pattern took too long. Any other error may be a recognizer's own and quote a text."""


class TimedPattern:
    """In the place of a compiled pattern: raises where Presidio would leave the pattern out.

    Its error is none of TimeoutError's kind, so that Presidio does not catch it.
    """

    def __init__(self, compiled: Any, name: str) -> None:
        self._compiled = compiled
        self._name = name

    def finditer(self, text: str, timeout: float) -> Iterator[Any]:
        try:
            yield from self._compiled.finditer(text, timeout=min(timeout, MOST_SECONDS))
        except TimeoutError:
            raise _TookTooLong(
                f"{self._name}: took more than {MOST_SECONDS:g} s for one text; write the regex so that it cannot "
                "match one text in many ways (no repetition inside a repetition)"
            ) from None


def own_recognizer(recognizer: EntityRecognizer, origin: str) -> OwnRecognizer:
    """A recognizer with its patterns compiled, each within its time.

    Raises:
      ConfigurationError: a pattern does not compile.
    """
    if isinstance(recognizer, PatternRecognizer):
        flags = recognizer.global_regex_flags
        for pattern in recognizer.patterns:
            name = f"{origin}: {recognizer.name}.{pattern.name}"
            try:
                compiled = regex.compile(pattern.regex, flags=flags)
            except regex.error as error:
                raise ConfigurationError(f"{name}: regex: {error}; mend it") from None
            pattern.compiled_regex, pattern.compiled_with_flags = TimedPattern(compiled, name), flags
    return OwnRecognizer(recognizer, origin)


@cache
def context_words(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Any of some words, whole, in any letter case."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE) if words else None


def own_entities(own: Sequence[OwnRecognizer]) -> list[str]:
    return sorted({entity for each in own for entity in each.entities})


def _all_timed(recognizer: EntityRecognizer) -> bool:
    if not isinstance(recognizer, PatternRecognizer):
        return True
    return all(isinstance(pattern.compiled_regex, TimedPattern) for pattern in recognizer.patterns)


def _bytes_of(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
