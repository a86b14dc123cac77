"""Telephone numbers: in international form, by key, and in sentences behind words that tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from recognizers.declaration import AnchorPattern, DeclaredRecognizer
from recognizers.keys import KEYS
from recognizers.phrases import KEYED
from recognizers.service_logs import NUMBERS_OF_SERVICES
from recognizers.spoken_numbers import digits_said

_DIGIT = frozenset(b"0123456789")
_NUMBER = _DIGIT | frozenset(b" ().-/")
_TRIM = frozenset(b" ().-/")
LEAST, MOST = 7, 15
_IN_SENTENCE = re.compile(
    r"\b(?:(?:tele)?phone|mobile|cell(?:phone)?|tel|fax|landline|handy|rufnummer|telefon(?:nummer)?|téléphone"
    r"|(?:call|ring|phone|reach|text|dial|bel)(?:[ ](?:me|us|him|her|them|back))+"
    r"|(?:my|his|her|their|our|your)[ ]number)\b[ ]?"
    r"(?:(?:no|nr|number|is|was|are|on|at|under|ist|lautet|est|le|au|op|via|still|new|me|him|her)\b|[ :.#=,'s]){0,8}"
    r"(?P<number>\+?\(?[0-9](?:[ ().\-/]{0,3}[0-9]){6,14})(?![\w-]|[.,:/][0-9])",
    re.IGNORECASE,
)
#: Behind words that other numbers follow, too, only what stands in groups.
_IN_GROUPS = re.compile(
    r"\b(?:(?:the|a|this)[ ]number[ ](?:is|was)|dial|(?:be|get)[ ](?:reached|contacted)[ ](?:at|on|under|via|through)"
    r"|call[ ](?:\w+[ ]){0,3}(?:at|on|under|via|through))[ :]{1,2}"
    r"(?!(?:19|20)[0-9]{2}[-./][0-9]|(?:[0-9]{1,3}\.){3}[0-9])"  # dates, addresses
    r"(?P<number>\+?\(?[0-9]{1,5}\)?(?:[ .\-/][0-9]{2,5}){2,6})(?![\w-]|[.,:/][0-9])",
    re.IGNORECASE,
)
_ABROAD = re.compile(r"(?<![\w+.])\+[1-9][0-9 ().\-/]{6,20}[0-9](?![\w-])")


def digits_of(value: bytes) -> bytes:
    return bytes(byte for byte in value if byte in _DIGIT)


def is_international(value: bytes) -> bool:
    """A number that its country gives out, with ``+`` before it; groups one blank or mark apart."""
    if not LEAST <= len(digits_of(value)) <= MOST or b"  " in value or b"--" in value or b".." in value:
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value.decode("ascii")))
    except phonenumbers.NumberParseException:
        return False


def is_keyed_number(value: bytes) -> bool:
    return value.translate(None, b"+ ().-/").isdigit() and LEAST <= len(digits_of(value)) <= MOST


def told_numbers(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of telephone numbers in a sentence: behind a word that tells, or in groups behind a country's code.

    No country need have given them out: people mistype, and numbers for examples never are.
    """
    for form in (_IN_SENTENCE, _IN_GROUPS):
        for match in form.finditer(text):
            if is_keyed_number(match["number"].encode()):
                yield match.span("number")
    for match in _ABROAD.finditer(text):
        if not match[0][1:].isdigit() and _is_possible(match[0]):
            yield match.span()


def _is_possible(number: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


class PhoneRecognizer(DeclaredRecognizer):
    """Telephone numbers. Without a plus or a key a number is as likely anything else, and is left."""

    ENTITY = "PHONE_NUMBER"
    PATTERNS = (
        AnchorPattern(
            "international",
            r"\B\+[1-9]",
            _NUMBER,
            0.85,
            LEAST,
            _TRIM,
            back=frozenset(),
            back_over=2,
            check=is_international,
        ),
        AnchorPattern(
            "after key",
            r"(?:\b|_)(?:tele)?(?:phone|mobile|msisdn|fax|cell|tel)(?:[ _-]?(?:number|no|num|phone))?" + KEYED,
            _NUMBER | frozenset(b"+"),
            0.85,
            LEAST,
            _TRIM,
            check=is_keyed_number,
        ),
        AnchorPattern(
            "URI",
            r"\b(?:tel|callto|sms):",
            _NUMBER - frozenset(b" ") | frozenset(b"+"),
            1.0,
            LEAST,
            _TRIM,
            check=is_keyed_number,
        ),
        *NUMBERS_OF_SERVICES,
    )
    KEYS = KEYS["PHONE_NUMBER"]
    SOURCE = "ITU-T E.164; RFC 3966"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_keyed_number(value)

    def canonical(self, value: bytes) -> bytes:
        """The digits, as they stand or are said in words, with a plus before them if there is one."""
        digits = digits_of(value)
        if len(digits) < LEAST:
            digits = digits_said(value.decode("utf-8", "replace")).encode()
        return (b"+" if value.lstrip()[:1] == b"+" else b"") + digits
