"""Names in what people wrote: found by a language model, paragraph by paragraph, each equal one once.

What a paragraph holds is a function of its text alone, so that neither order, worker nor batch changes a release; the
marks of quoting before its lines are no part of it, so that what was said once is not looked at again in every answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import phonenumbers
from presidio_analyzer.nlp_engine import NlpEngine

from pipeline.detection.name_checks import checked, entity_of
from pipeline.detection.own import OwnFound
from pipeline.detection.texts import Texts
from pipeline.records import PROSE, Batch
from recognizers.birth import birth_dates
from recognizers.file_names import spaced
from recognizers.phone import told_numbers
from recognizers.postal import postal_codes, streets
from recognizers.salutations import nicks, people_addressed
from recognizers.spoken_numbers import spoken_numbers

#: A model's opinion: above a mere shape, below a shape that is plausible by itself; a name is not looked for in other
#: records on its word alone.
OPINION = 0.5
CHECKED = 0.85
#: Characters of a paragraph that are looked at together; longer ones are cut at line ends, or else anywhere.
LONGEST_PARAGRAPH = 2_000
#: Countries whose telephone numbers are recognized without their code.
REGIONS = ("US", "GB", "CA", "AU", "DE", "FR", "NL", "IN")
_BLANK_LINES = re.compile(r"\n[ \t>|]*(?=\n)")
_QUOTE = re.compile(r"[ \t]*(?:[>|][ \t]?)*[ \t]*")
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d(?:[ ().\-/]{0,3}\d){6}")
#: What a number follows that is part of a time of day: ``14:15:33 -0800``.
_CLOCK = re.compile(r"\d:\Z")
_OTHER_NUMBER = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?![\d-])|\d{1,3}(?:\.\d{1,3}){3}")


@dataclass(frozen=True)
class _Line:
    """A line of a paragraph: where it begins in the paragraph as the model reads it, and in the text, in characters."""

    at: int
    start: int
    length: int


LANGUAGE = "en"


@cache
def engine_of(pipeline: str) -> NlpEngine:
    """Presidio's engine over a spaCy pipeline, by name or folder; over the model that ships where none is named."""
    from recognizers.models.support_names.component import ProseEngine

    return ProseEngine(pipeline or None)


class ProseReader:
    """Finds names in prose.

    Args:
      load: gives Presidio's interface to a language model, when the first prose comes.
    """

    def __init__(self, load: Callable[[], NlpEngine] = lambda: engine_of("")) -> None:
        self._load = load
        self._engine: NlpEngine | None = None
        self.forget()

    def forget(self) -> None:
        """Start the cache anew."""
        self._known: dict[str, tuple[tuple[int, int, str, str, float], ...]] = {}

    @property
    def remembered(self) -> int:
        return len(self._known)

    def findings(self, batch: Batch, texts: Texts) -> Iterator[tuple[int, OwnFound]]:
        """(place of the text, finding) of those texts that are fields of prose."""
        for place in np.flatnonzero(batch.field_entity[texts.which] == PROSE).tolist():
            yield from ((place, found) for found in self.find(texts.text(place)))

    def find(self, raw: bytes) -> Iterator[OwnFound]:
        """Findings in one text of UTF-8 bytes, in order of its paragraphs."""
        text = raw.decode("utf-8", "surrogateescape")
        place = _byte_places(text) if len(text) != len(raw) else None
        for lines, paragraph in paragraphs(text):
            for start, end, entity, by, score in self._in_paragraph(paragraph):
                for first, last in _in_lines(lines, start, end):
                    if place is not None:
                        first, last = place[first], place[last]
                    yield OwnFound(first, last, entity, by, score)

    def _in_paragraph(self, paragraph: str) -> tuple[tuple[int, int, str, str, float], ...]:
        known = self._known.get(paragraph)
        if known is None:
            clean = paragraph.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            # A stray byte becomes one character, as it was one; where it does not, the model sees it as it is.
            seen = clean if len(clean) == len(paragraph) else paragraph.encode("ascii", "replace").decode("ascii")
            names = tuple(self._names(spaced(seen)))
            people = [(start, end) for start, end, entity, *_ in names if entity == "PERSON"]
            known = self._known[paragraph] = (*names, *addressed(seen, people), *told(seen))
        return known

    def _names(self, text: str) -> Iterator[tuple[int, int, str, str, float]]:
        if not any(letter.isalpha() for letter in text):
            return
        if self._engine is None:
            self._engine = self._load()
        found = self._engine.process_text(text, LANGUAGE)
        named = zip(found.entities, found.scores, strict=True)
        said = [(span.start_char, span.end_char, entity_of(span.label_), score) for span, score in named]
        yield from ((start, end, entity, "in prose", OPINION) for start, end, entity, _ in checked(text, said))


def paragraphs(text: str) -> Iterator[tuple[list[_Line], str]]:
    """(lines, the paragraph as the model reads it: without marks of quoting)."""
    begin = 0
    edges = [match.start() + 1 for match in _BLANK_LINES.finditer(text)] if "\n" in text else []
    for edge in [*edges, len(text)]:
        yield from _pieces(text, begin, edge)
        begin = edge


def _pieces(text: str, begin: int, end: int) -> Iterator[tuple[list[_Line], str]]:
    lines: list[_Line] = []
    size, here = 0, begin
    while here < end:
        stop = text.find("\n", here, end)
        stop = end if stop < 0 else stop
        match = _QUOTE.match(text, here, stop)
        start = match.end() if match else here
        while start < stop:
            length = min(stop - start, LONGEST_PARAGRAPH)
            if lines and size + length > LONGEST_PARAGRAPH:
                yield lines, "\n".join(text[line.start : line.start + line.length] for line in lines)
                lines, size = [], 0
            lines.append(_Line(size, start, length))
            size += length + 1
            start += length
        here = stop + 1
    if lines:
        yield lines, "\n".join(text[line.start : line.start + line.length] for line in lines)


def _in_lines(lines: list[_Line], start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch of a paragraph as stretches of the text: one, unless marks of quoting stand between."""
    parts = [
        (line.start + max(start - line.at, 0), line.start + min(end - line.at, line.length))
        for line in lines
        if start < line.at + line.length and line.at < end
    ]
    joined: list[tuple[int, int]] = []
    for first, last in parts:
        if joined and first == joined[-1][1] + 1:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    yield from joined


def _byte_places(text: str) -> list[int]:
    """Where each character begins in the UTF-8 bytes, and where the last one ends."""
    places, here = [0], 0
    for letter in text:
        here += 1 if letter < "\x80" or "\udc80" <= letter <= "\udcff" else len(letter.encode("utf-8", "surrogatepass"))
        places.append(here)
    return places


def addressed(text: str, people: list[tuple[int, int]]) -> Iterator[tuple[int, int, str, str, float]]:
    """Whom a greeting, thanks or a closing formula names, and who is not among the people that were found."""
    for start, end in people_addressed(text):
        if not any(first <= start and end <= last for first, last in people):
            yield start, end, "PERSON", "in prose", OPINION


def told(text: str) -> Iterator[tuple[int, int, str, str, float]]:
    """What has a form, or words beside it that tell: nicks, telephone numbers, streets, postal codes, births."""
    yield from ((*span, "USERNAME", "in prose", OPINION) for span in nicks(text))
    yield from ((*span, "PHONE_NUMBER", "in prose", OPINION) for span in spoken_numbers(text))
    if _DIGIT.search(text) is not None:
        yield from phones(text)
        yield from ((*span, "STREET_ADDRESS", "in prose", OPINION) for span in streets(text))
        yield from ((*span, "POSTAL_CODE", "in prose", OPINION) for span in postal_codes(text))
        yield from ((*span, "DATE_OF_BIRTH", "in prose", OPINION) for span in birth_dates(text))


def phones(text: str) -> Iterator[tuple[int, int, str, str, float]]:
    """Telephone numbers as people write them, with or without a country's code."""
    if _DIGITS.search(text) is None:
        return
    taken: list[tuple[int, int]] = []
    for region in REGIONS:
        for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID):
            if _OTHER_NUMBER.fullmatch(match.raw_string) or _CLOCK.search(text, max(match.start - 2, 0), match.start):
                continue
            if not any(match.start < end and start < match.end for start, end in taken):
                taken.append((match.start, match.end))
                yield match.start, match.end, "PHONE_NUMBER", "in prose", CHECKED
    for start, end in told_numbers(text):
        if _OTHER_NUMBER.fullmatch(text, start, end) or any(start < last and first < end for first, last in taken):
            continue
        yield start, end, "PHONE_NUMBER", "in prose", CHECKED
