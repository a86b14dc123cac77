"""What a text's words and form say of what a model takes for names in it, whichever model it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from recognizers.vocabulary import nameless_words, plain_words
from recognizers.words import common_words, load_words

#: Start, end, entity, and how sure the model is, 0 to 1.
Named = tuple[int, int, str, float]
#: What models call their types -> the entity. Presidio's engines map most of them already.
LABELS: Mapping[str, str] = {
    "PER": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "NRP": "LOCATION",
    "ORG": "ORGANIZATION",
    "HANDLE": "USERNAME",
}
#: From which score on plain words are a person's name, and in a text without capitals.
SURE, SURE_IN_SMALL = 0.9, 0.4
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|(?:janu|febru)ary|march|april|june|july|august)"
_LATE_MONTH = r"(?:(?:septem|octo|novem|decem)ber)"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_CALENDAR = re.compile(rf"\b(?:{_MONTH}|{_LATE_MONTH}|{_WEEKDAY})\b", re.IGNORECASE)
#: A date is no place, whatever a model says; a person may be called April.
_DATE = re.compile(
    rf"(?:\b(?:{_MONTH}|{_LATE_MONTH}|{_WEEKDAY}|\d{{1,4}}(?:st|nd|rd|th)?|\d\d?(?::\d\d){{1,2}})\b|[+-]\d{{4}}\b|[\s,./-])+",
    re.IGNORECASE,
)
#: Days and months beside each other or a day's number, in which nobody is called April. In ``Hi May, 5 are left`` the
#: comma tells, in ``10:02 Jan`` the time of day.
_DAY = r"(?<![\d:])\d{1,2}(?:st|nd|rd|th|\.)?"
_UNIT = rf"(?:\b(?:{_MONTH}|{_LATE_MONTH})\b(?!\s*,\s*\d\d?\b(?!:))|\b{_WEEKDAY}\b|{_DAY}(?!\w))"
_BETWEEN = r"(?:[\s,./–-]{1,3}(?:(?:or|and|to|through|until|till|of)\s)?)"
#: What tells of a date: a number, or a word that is nobody's name; ``Jan, April and May`` may be people.
_TOLD_DATE = re.compile(
    rf"\d|\b(?!(?:jan|mar|jun|sun|april|may|june|august)\b)(?:{_MONTH}|{_LATE_MONTH}|{_WEEKDAY})\b", re.I
)
_DATES = re.compile(rf"{_UNIT}(?:{_BETWEEN}{_UNIT})+", re.IGNORECASE)
_CODE = re.compile(r"[:=\[\]]|\A\S*@\S*\Z|[a-z]\.[a-z]|[^\W\d_]-?\d|\d-?[^\W\d_]")
_PLACES = ("STREET_ADDRESS", "LOCATION", "ORGANIZATION")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
#: Alone it is nobody; before a name it may stay, since some say that it belongs to it.
_TITLE = re.compile(
    r"(?:mrs?|ms|miss|mx|drs?|doctor|prof|professor|president|minister|senator|judge|captain|capt|sgt|col|gen|rev"
    r"|herr|frau|mme|mlle|madame|monsieur|sr|sra|dhr|mevr)\.?",
    re.IGNORECASE,
)
#: What begins a sentence behind a mail; ``P.S. Kumar`` alone on a line has initials.
_POSTSCRIPT = re.compile(r"(?:(?<=\n)|\A)P\.?P?\.?S\.?[ :]*(?=\S)")


def entity_of(label: str) -> str:
    return LABELS.get(label, label)


def checked(text: str, found: Iterable[Named]) -> Iterator[Named]:
    """Those that may be names, less the words at the ends of people that are none of theirs."""
    for start, end, entity, score in found:
        if entity == "PERSON":
            start, end = trimmed(text, start, end)
            if is_nameless(text, start, end, score) or in_dates(text, start, end):
                continue
        if is_name(entity, text[start:end]):
            yield start, end, entity, score


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A person without greetings before (``Danke Jörg``), and words of the sentence behind.

    A name of nothing but such words stays as it is.
    """
    first, last = start, end
    if (match := _POSTSCRIPT.match(text, first, end)) and text[end : end + 1] not in ("", "\n"):
        first = match.end()
    words = list(_WORD.finditer(text, first, end))
    while len(words) > 1 and _lower(words[0]) in nameless_words():
        first = words.pop(0).end()
        first = words[0].start()
    while len(words) > 1 and words[0][0][0].isupper() and _is_plain_behind(text, words[-1]):
        words.pop()
        last = words[-1].end()
    return (first, last) if any(letter.isalnum() for letter in text[first:last]) else (start, end)


def _is_plain_behind(text: str, word: re.Match[str]) -> bool:
    return word[0].islower() and text[word.start() - 1].isspace() and _lower(word) in plain_words()


def is_nameless(text: str, start: int, end: int, score: float) -> bool:
    """Whether what a model takes for a person is made of words that name nobody, or of plain ones and it is unsure."""
    words = [_lower(word) for word in _WORD.finditer(text, start, end)]
    telling = [word for word in words if word not in nameless_words()]
    if words and all(word in plain_words() for word in telling):
        return len(telling) < len(words) or score < (SURE if any(map(str.isupper, text)) else SURE_IN_SMALL)
    return _TITLE.fullmatch(text, start, end) is not None


def in_dates(text: str, start: int, end: int) -> bool:
    """Whether a stretch is part of a date: a day or month beside another one or a number."""
    if _CALENDAR.search(text, start, end) is None:
        return False
    around = [match for match in _DATES.finditer(text) if match.start() <= start and end <= match.end()]
    return any(_TOLD_DATE.search(match[0]) for match in around)


def is_name(entity: str, text: str) -> bool:
    """Whether what a model takes for a name may be one, as it is written."""
    if entity == "PERSON" and is_technical(text):
        return False
    return not (entity in _PLACES and is_date(text)) and not is_charset(text)


def is_date(text: str) -> bool:
    """Whether a text is nothing but (part of) a date and its time of day, in English."""
    return _DATE.fullmatch(text) is not None and _CALENDAR.search(text) is not None


def is_technical(text: str) -> bool:
    """Whether what a model takes for a person is written as programs write: with marks of code, with letters and digits
    in one word, or in technical words of capitals. A mail address is found by its form; ``Jane Doe@ACME`` is none."""
    if _CODE.search(text):
        return True
    words = re.findall(r"[^\W_]+", text)
    return bool(words) and all(word.isupper() and _is_term(word.lower().encode()) for word in words)


def _is_term(word: bytes) -> bool:
    return word in load_words("technical_words") or word in load_words("system_words")


def is_charset(text: str) -> bool:
    """Whether a text is a character set's name: without it, ``=?iso-2022-jp?B?…?=`` cannot be read."""
    return "-" in text and text.lower().encode("utf-8", "replace") in common_words()


def _lower(word: re.Match[str]) -> bytes:
    return word[0].lower().encode("utf-8", "replace")
