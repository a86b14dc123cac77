"""Dates of birth: by key, and in sentences that say so. Any other date tells of nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recognizers.declaration import AnchorPattern, DeclaredRecognizer
from recognizers.keys import KEYS
from recognizers.phrases import KEYED

#: A date is looked for in its own record alone: elsewhere it is as likely any other.
SCORE = 0.5
_NUMBERS = frozenset(b"0123456789/.-")
_YEAR = r"(?:19|20)[0-9]{2}"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_WORDS = (
    r"(?:jan(?:uary|uar|vier|uari)?|f[eé]b(?:ruary|ruar|ruari)?|f[eé]vrier|mar(?:ch|s)?|märz|maart|apr(?:il)?|avril|ma[iy]|mei"
    r"|june?|juni|juin|july?|juli|juillet|aug(?:ust|ustus)?|août|sep(?:t|tember|tembre)?|o[ck]t(?:ober|obre)?"
    r"|nov(?:ember|embre)?|de[cz](?:ember)?|décembre)"
)
_NUMERIC = (
    rf"{_YEAR}(?P<a>[-/.]){_MONTH}(?P=a){_DAY}|{_DAY}(?P<b>[-/.]){_MONTH}(?P=b)(?:{_YEAR}|[0-9]{{2}})"
    rf"|{_MONTH}(?P<c>[-/.]){_DAY}(?P=c)(?:{_YEAR}|[0-9]{{2}})"
)
_WRITTEN = (
    rf"{_DAY}(?:st|nd|rd|th|er|\.)?(?:[ ]of|[ ]de)?[ ]{_WORDS}\.?,?[ ]{_YEAR}"
    rf"|{_WORDS}\.?[ ]{_DAY}(?:st|nd|rd|th)?,?[ ]{_YEAR}"
    rf"|{_DAY}-{_WORDS}-{_YEAR}"
)
_DATE = re.compile(rf"(?:{_NUMERIC}|{_WRITTEN})(?:[T ][0-9:.Z+-]{{2,30}})?|{_YEAR}{_MONTH}{_DAY}", re.IGNORECASE)
_NUMERIC_BYTES = re.compile(rf"(?:{_NUMERIC})".encode())
_SAID = (
    r"(?:date[ ]of[ ]birth|birth[ ]?da(?:te|y)|d\.?o\.?b\.?|born|b-day|geburtsdatum|geburtstag|geboren|geb\."
    r"|date[ ]de[ ]naissance|née?[ ]le|geboortedatum)"
)
_IN_SENTENCE = re.compile(
    rf"\b{_SAID}(?!\w)[^\d\n;!?]{{0,40}}?(?P<date>(?<![\w/.-])(?:{_NUMERIC}|{_WRITTEN})(?![\w/-]))", re.IGNORECASE
)
_KEY = (
    r"(?:\b|_)(?:d\.?o\.?b\.?|birth[ _-]?da(?:te|y)|date[ _-]?of[ _-]?birth|geburtsdatum|date[ _-]de[ _-]naissance"
    r"|geboortedatum)"
)


def is_numeric_date(value: bytes) -> bool:
    """Year, month and day, or day and month in either order and a year, apart by one mark."""
    return _NUMERIC_BYTES.fullmatch(value) is not None


def birth_dates(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of dates that a sentence calls someone's birth, in English, German, French and Dutch."""
    for match in _IN_SENTENCE.finditer(text):
        yield match.span("date")


class BirthDateRecognizer(DeclaredRecognizer):
    """Dates of birth in numbers, after a key or a phrase that says so."""

    ENTITY = "DATE_OF_BIRTH"
    PATTERNS = (
        AnchorPattern(
            "after key", _KEY + "(?:" + KEYED + r"|[ \t]{1,2})", _NUMBERS, SCORE, 6, frozenset(b"/.-"),
            check=is_numeric_date,
        ),
        AnchorPattern(
            "after phrase",
            r"\b(?:born(?: on)?|(?:birthday|birthdate|date of birth|dob) (?:is|was)|geboren (?:am|op))[ \t]",
            _NUMBERS,
            SCORE,
            6,
            frozenset(b"/.-"),
            check=is_numeric_date,
        ),
    )  # fmt: skip
    KEYS = KEYS["DATE_OF_BIRTH"]
    SOURCE = "ISO 8601; vCard BDAY, RFC 6350 6.2.5"

    def accepts_key_value(self, value: bytes) -> bool:
        return _DATE.fullmatch(value.decode("utf-8", "replace").strip()) is not None
