"""Telephone numbers as people say them, digit by digit in words: as in notes and transcripts of calls."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Words of digits in English, German and Dutch.
_ONES = {
    word: str(digit)
    for digit, words in enumerate(
        (
            "zero oh o nought null nul", "one eins een", "two zwei zwo twee", "three drei drie", "four vier",
            "five fünf vijf", "six sechs zes", "seven sieben zeven", "eight acht", "nine neun negen",
        )
    )
    for word in words.split()
}  # fmt: skip
_TEENS = {
    word: str(10 + over)
    for over, word in enumerate(
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
    )
}
_TENS = {
    word: str(2 + over)
    for over, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_ZEROS = {"hundred": "00", "thousand": "000"}
_WORDS = sorted([*_ONES, *_TEENS, *_TENS, *_TIMES, *_ZEROS], key=len, reverse=True)
_UNIT = rf"(?:{'|'.join(_WORDS)}|[0-9]{{1,4}})"
_SPOKEN = re.compile(
    rf"\b{_UNIT}(?:[\s,.-]{{1,3}}(?:(?:and|um|uh|er|then|dash|hyphen)[\s,.-]{{1,3}})?{_UNIT}){{2,31}}\b", re.IGNORECASE
)
_UNITS = re.compile(rf"\b{_UNIT}\b", re.IGNORECASE)
#: Fewer words of digits in a row are a count: ``one two three testing``; and fewer or more digits no number (E.164).
_FEWEST_WORDS = 4
_LEAST, _MOST = 7, 15
_COUNT = re.compile(r"thousand|hundred|ten\b|[a-z]+teen|[a-z]+ty\b", re.IGNORECASE)
_AREA = re.compile(r"\b(?:area|city|country|dialling)[ ]codes?(?:[ ]is|[ ]was)?[ :,]*\Z", re.IGNORECASE)
_NEAR = 24


def spoken_numbers(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of telephone numbers in words: of seven to fifteen digits, or fewer behind ``area code``."""
    for match in _SPOKEN.finditer(text):
        words = sum(not unit.isdigit() for unit in _UNITS.findall(match[0])) - len(_COUNT.findall(match[0]))
        area = _AREA.search(text[max(match.start() - _NEAR, 0) : match.start()]) is not None
        if (area or words >= _FEWEST_WORDS) and (1 if area else _LEAST) <= len(digits_said(match[0])) <= _MOST:
            yield match.span()


def digits_said(text: str) -> str:
    """The digits that words stand for, in the order in which they are said: ``double oh, twenty-one`` is 0021."""
    units = [unit.lower() for unit in _UNITS.findall(text)]
    said, times = "", 1
    for place, unit in enumerate(units):
        if unit in _TIMES:
            times = _TIMES[unit]
            continue
        if unit in _TENS:
            alone = place + 1 == len(units) or units[place + 1] not in _ONES
            digits = _TENS[unit] + ("0" if alone else "")
        else:
            digits = _ONES.get(unit) or _TEENS.get(unit) or _ZEROS.get(unit) or unit
        said += digits * times
        times = 1
    return said
