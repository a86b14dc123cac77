"""Places by key: cities and countries, postal codes, street addresses. Names of places in prose are not looked for."""

from __future__ import annotations

import re

from recognizers.declaration import AnchorPattern, DeclaredRecognizer
from recognizers.descriptions import PLACES
from recognizers.keys import KEYS
from recognizers.phrases import BLANK
from recognizers.places import is_place
from recognizers.words import common_words, is_placeholder

_NAME = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.'-") | frozenset(range(0x80, 0x100))
_CODE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")
#: A word of a name begins with a capital or stands between such; names in other scripts have no capitals.
_PROPER = re.compile(
    rb"[A-Z\x80-\xff][A-Za-z\x80-\xff.'-]*"
    rb"(?:[ ,]{1,2}(?:[A-Z\x80-\xff(][A-Za-z\x80-\xff.')-]*"
    rb"|of|and|the|de|la|le|du|des|del|da|do|am|an|der|den|im|on|upon))*"
)
#: Degrees to a kilometre or finer: fewer decimals are as likely a duration.
_COORDINATE = re.compile(rb"[+-]?[0-9]{1,3}\.[0-9]{2,}")
_POSTAL = re.compile(
    rb"(?:[A-Z]{1,2}-)?[0-9]{3,6}(?:-[0-9]{3,4})?|[0-9]{3} [0-9]{2}"
    rb"|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z][ -]?[0-9][A-Z][0-9]|[0-9]{4} ?[A-Z]{2}",
    re.IGNORECASE,
)
_STREET = re.compile(rb"[^@=<>{}\\]{5,120}")
_TWO_LETTERS = re.compile(rb"[A-Za-z\x80-\xff]{2}")
LONGEST = 80
_KEY = (
    r"(?:\b|_)(?:src|dst|source|dest|destination|user|client|geo|login)?[_. ]?"
    r"(?:city(?:_?name)?|country(?:_?name|_?code)?)[\x22'\\]{0,4}"
)


def is_place_name(value: bytes) -> bool:
    """Whether a value under a place's key is a name: one that is known, or one written as names are."""
    if not 2 <= len(value) <= LONGEST or is_placeholder(value):
        return False
    if is_place(value):
        return True
    return len(value) > 3 and _PROPER.fullmatch(value) is not None and value.lower() not in common_words()


def is_postal_code(value: bytes) -> bool:
    return _POSTAL.fullmatch(value) is not None


def is_street(value: bytes) -> bool:
    if _STREET.fullmatch(value) is None or is_placeholder(value) or _TWO_LETTERS.search(value) is None:
        return False
    return not value.isalpha()


class LocationRecognizer(DeclaredRecognizer):
    """Cities, regions, countries and coordinates, by key."""

    ENTITY = "LOCATION"
    PATTERNS = (
        AnchorPattern(
            "quoted after key",
            _KEY + r"[ \t]{0,2}[=:][ \t]{0,2}\\{0,3}\x22",
            frozenset(),
            0.85,
            2,
            frozenset(b"\\"),
            until=b'"',
            check=is_place_name,
        ),
        AnchorPattern("after key", _KEY + r"[=:]" + BLANK + "?", _NAME, 0.6, 2, frozenset(b".'-"), check=is_place_name),
        *PLACES,
    )
    KEYS = KEYS["LOCATION"]
    SOURCE = "Elastic Common Schema 8, geo fields; OCSF 1.3, object location; ISO 3166-1"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_place_name(value) or _COORDINATE.fullmatch(value) is not None


class PostalCodeRecognizer(DeclaredRecognizer):
    """Postal codes, by key."""

    ENTITY = "POSTAL_CODE"
    PATTERNS = (
        AnchorPattern(
            "after key",
            # `event.zip: 274 entries` is a file.
            r"(?:(?:\b|_)(?:postal|post|zip)[_ ]?code|[ \t,;{(\[\x22']zip|\bplz)[\x22'\\]{0,4}[=:]"
            + BLANK
            + r"?[\x22']?",
            _CODE,
            0.85,
            3,
            frozenset(b"-"),
            check=is_postal_code,
        ),
    )
    KEYS = KEYS["POSTAL_CODE"]
    SOURCE = "UPU S42; Elastic Common Schema 8, geo.postal_code"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_postal_code(value)


class StreetAddressRecognizer(DeclaredRecognizer):
    """Streets with their numbers, by key."""

    ENTITY = "STREET_ADDRESS"
    PATTERNS = (
        AnchorPattern(
            "quoted after key",
            r"(?:\b|_)(?:street(?:_?(?:address|name))?|(?:home|postal|mailing|billing|shipping)_?address|address_?line_?[12])"
            r"[\x22'\\]{0,4}[ \t]{0,2}[=:][ \t]{0,2}\\{0,3}\x22",
            frozenset(),
            0.85,
            5,
            frozenset(b"\\"),
            until=b'"',
            check=is_street,
        ),
    )
    KEYS = KEYS["STREET_ADDRESS"]
    SOURCE = "RFC 4519 2.34 (street); Elastic Common Schema 8"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_street(value)
