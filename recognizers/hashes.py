"""Digests of files."""

from __future__ import annotations

import re

from recognizers.declaration import DeclaredRecognizer, TokenPattern
from recognizers.keys import KEYS

_WHOLE = re.compile(rb"[0-9a-zA-Z+/=:_.-]{28,256}")


def is_digest(token: bytes, start: int, end: int) -> bool:
    """Letters and digits both, as every digest has but one in millions, and no longer run of hex around it."""
    value = token[start:end]
    return not value.isdigit() and not value.isalpha() and len(set(value)) > 4


class FileHashRecognizer(DeclaredRecognizer):
    """MD5, SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512 in hex, as a whole run of letters and digits."""

    ENTITY = "FILE_HASH"
    PATTERNS = tuple(
        TokenPattern(name, rf"\b[0-9a-f]{{{digits}}}\b", 0.6, is_digest, plain_from=digits)
        for name, digits in (
            ("MD5", 32),
            ("SHA-1", 40),
            ("SHA-224", 56),
            ("SHA-256", 64),
            ("SHA-384", 96),
            ("SHA-512", 128),
        )
    )
    KEYS = KEYS["FILE_HASH"]
    SOURCE = "RFC 1321; FIPS 180-4"

    def accepts_key_value(self, value: bytes) -> bool:
        return _WHOLE.fullmatch(value) is not None
