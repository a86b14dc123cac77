"""Payment cards and bank accounts, by their checksums."""

from __future__ import annotations

import re

from recognizers.declaration import AnchorPattern, DeclaredRecognizer, TokenPattern
from recognizers.device import passes_luhn
from recognizers.keys import KEYS
from recognizers.phrases import KEYED

_DIGIT = frozenset(b"0123456789")
_ALPHANUMERIC = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_SEPARATORS = b" -"
#: Issuers' prefixes and the lengths of their numbers (ISO/IEC 7812-2; the networks' own pages).
_ISSUED = re.compile(
    rb"4[0-9]{15}(?:[0-9]{3})?|(?:5[1-5][0-9]{2}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720))[0-9]{12}"
    rb"|3[47][0-9]{13}|(?:6011|65[0-9]{2}|64[4-9][0-9])[0-9]{12}|35(?:2[89]|[3-8][0-9])[0-9]{12}"
    rb"|3(?:0[0-5]|[68][0-9])[0-9]{11}|62[0-9]{14,17}"
)
#: Characters of an IBAN by country (ISO 13616, IBAN registry); others are not taken.
_LENGTHS = {
    country.encode(): int(length)
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD FK", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM TL SO",
        24: "AD CZ ES MD PK RO SA SE SK TN VG DZ", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU", 31: "MT SC", 32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip


def is_card(value: bytes) -> bool:
    """An issuer's prefix, the length that goes with it, and Luhn."""
    digits = value.translate(None, _SEPARATORS)
    return _ISSUED.fullmatch(digits) is not None and len(set(digits)) > 1 and passes_luhn(digits)


def is_card_in_token(token: bytes, start: int, end: int) -> bool:
    """Alone between marks that do not make a number, a version or an id of it."""
    if token[start - 1 : start] in (b".", b"-", b"+", b"_") and start:
        return False
    after = token[end : end + 2]
    return not (after[:1] in (b".", b"-", b"_") and after[1:].isalnum()) and is_card(token[start:end])


def is_iban(value: bytes) -> bool:
    """The country's length, and 1 modulo 97 (ISO 7064)."""
    text = value.translate(None, _SEPARATORS).upper()
    if value[:1] == b" " or _LENGTHS.get(text[:2]) != len(text) or not text.isalnum() or not text[2:4].isdigit():
        return False
    return int("".join(str(int(chr(byte), 36)) for byte in text[4:] + text[:4])) % 97 == 1


def is_spaced_card(value: bytes) -> bool:
    """A card's number in groups; two groups of zeros stand in dumps of memory."""
    return value.count(b"0000") < 2 and is_card(value)


class CreditCardRecognizer(DeclaredRecognizer):
    """Numbers of payment cards, bare or in groups of four."""

    ENTITY = "CREDIT_CARD"
    PATTERNS = (
        TokenPattern("digits", r"\b[2-6][0-9]{14,18}\b", 0.6, is_card_in_token, plain_from=15),
        TokenPattern(
            "hyphened", r"\b[2-6][0-9]{3}-[0-9]{4}-[0-9]{4}-[0-9]{4}\b", 0.85, is_card_in_token, plain_from=None
        ),
        AnchorPattern(
            "in groups of four",
            r"\b[2-6][0-9]{3} [0-9]{4} [0-9]{4} ",
            _DIGIT,
            0.85,
            4,
            back=frozenset(),
            back_over=15,
            check=is_spaced_card,
        ),
        AnchorPattern(
            "after key",
            r"\b(?:card|cc|pan)[ _-]?(?:number|num|no)" + KEYED,
            _DIGIT,
            1.0,
            14,
            check=is_card,
        ),
    )
    KEYS = KEYS["CREDIT_CARD"]
    SOURCE = "ISO/IEC 7812-1"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_card(value)

    def canonical(self, value: bytes) -> bytes:
        """The digits."""
        return value.translate(None, _SEPARATORS)


class IbanRecognizer(DeclaredRecognizer):
    """Bank account numbers, bare, or after a key in groups, too."""

    ENTITY = "IBAN_CODE"
    PATTERNS = (
        TokenPattern(
            "bare",
            r"\b[a-z]{2}[0-9]{2}[a-z0-9]{11,29}\b",
            0.85,
            lambda token, start, end: is_iban(token[start:end]),
            plain_from=15,
        ),
        AnchorPattern(
            "after key",
            r"\biban(?: (?:no|number))?" + KEYED,
            _ALPHANUMERIC | frozenset(b" "),
            1.0,
            15,
            frozenset(b" "),
            check=is_iban,
        ),
    )
    KEYS = KEYS["IBAN_CODE"]
    SOURCE = "ISO 13616-1; SWIFT, IBAN registry"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_iban(value)

    def canonical(self, value: bytes) -> bytes:
        """Upper case, without separators."""
        return value.translate(None, _SEPARATORS).upper()
