"""Time zones and languages."""

from __future__ import annotations

import re

from recognizers.declaration import AnchorPattern, DeclaredRecognizer
from recognizers.keys import KEYS
from recognizers.phrases import KEYED, SEPARATOR

_NAME = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/:")
_LANGUAGE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.@")
_ZONE = re.compile(
    rb"(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)(?:/[A-Za-z0-9_+-]{2,32}){1,2}"
    rb"|(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?|UTC|GMT|[A-Z]{3,5}"
)
#: `W. Europe Standard Time`, as Windows names zones in its registry.
_WINDOWS_ZONE = re.compile(rb"[A-Z][A-Za-z0-9.() -]{1,40} (?:Standard|Daylight|Summer) Time")
#: A language, a script, a region (RFC 5646 2.1), or a POSIX locale.
_LOCALE = re.compile(
    rb"[a-z]{2,3}(?:[-_][A-Z][a-z]{3})?(?:[-_](?:[A-Z]{2}|[0-9]{3}))?(?:\.[A-Za-z0-9-]{3,12})?(?:@[a-z]{2,12})?"
)


def is_zone(value: bytes) -> bool:
    return _ZONE.fullmatch(value) is not None


def is_windows_zone(value: bytes) -> bool:
    return _WINDOWS_ZONE.fullmatch(value) is not None


def is_locale(value: bytes) -> bool:
    return _LOCALE.fullmatch(value) is not None


class TimeZoneRecognizer(DeclaredRecognizer):
    """Names of time zones, and offsets, by key."""

    ENTITY = "TIME_ZONE"
    PATTERNS = (
        AnchorPattern(
            "after key",
            r"\b(?:(?:time[ _-]?zone(?:[ _-]?name)?|tz)" + KEYED + r"|time zone (?:set|changed) to )",
            _NAME,
            0.85,
            3,
            frozenset(b":-/"),
            check=is_zone,
        ),
        AnchorPattern(
            "of Windows",
            r"\btime[ _-]?zone(?:[ _-]?(?:name|id))?" + SEPARATOR + r"\\?\x22",
            _NAME,
            0.85,
            3,
            frozenset(b"\\"),
            b'"',
            check=is_windows_zone,
        ),
    )
    KEYS = KEYS["TIME_ZONE"]
    SOURCE = "IANA time zone database, theory.html; ISO 8601-1 4.3.13"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_zone(value) or is_windows_zone(value)


class LocaleRecognizer(DeclaredRecognizer):
    """Language tags and POSIX locales, by key."""

    ENTITY = "LOCALE"
    PATTERNS = (
        AnchorPattern(
            "after key",
            r"(?:\b|_)(?:locale|language|lc_[a-z]{3,12}|accept-language)" + KEYED,
            _LANGUAGE,
            0.85,
            2,
            frozenset(b".-"),
            check=is_locale,
        ),
        # As POSIX names one, with its region: a URL's `lang=en` chooses a page.
        AnchorPattern("after LANG", r"(?:\b|_)lang" + KEYED, _LANGUAGE, 0.85, 5, check=is_locale),
    )
    KEYS = KEYS["LOCALE"]
    SOURCE = "RFC 5646 2.1; POSIX.1-2017 8.2"

    def accepts_key_value(self, value: bytes) -> bool:
        return is_locale(value)
