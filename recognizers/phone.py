"""Telephone numbers: in international form, or by key."""

from __future__ import annotations

import phonenumbers

from recognizers.declaration import AnchorPattern, DeclaredRecognizer
from recognizers.keys import KEYS
from recognizers.phrases import KEYED

_DIGIT = frozenset(b"0123456789")
_NUMBER = _DIGIT | frozenset(b" ().-/")
_TRIM = frozenset(b" ().-/")
LEAST, MOST = 7, 15


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
    )
    KEYS = KEYS["PHONE_NUMBER"]
    SOURCE = "ITU-T E.164; RFC 3966"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_keyed_number(value)

    def canonical(self, value: bytes) -> bytes:
        """The digits, with a plus before them if there is one."""
        return (b"+" if value.lstrip()[:1] == b"+" else b"") + digits_of(value)
