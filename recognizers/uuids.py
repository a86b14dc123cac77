"""UUIDs, with or without braces."""

from __future__ import annotations

import re

from recognizers.declaration import DeclaredRecognizer, TokenPattern
from recognizers.keys import KEYS

_NOT_HEX = re.compile(rb"[^0-9a-f]")
_WHOLE = re.compile(
    rb"(?:urn:uuid:)?\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?", re.IGNORECASE
)


def stands_alone(token: bytes, start: int, end: int) -> bool:
    """No letter or digit touches the groups, and it is neither the nil nor the max UUID (RFC 9562 5.9, 5.10)."""
    if token[start - 1 : start].isalnum() or token[end : end + 1].isalnum():
        return False
    return len(set(token[start:end].replace(b"-", b""))) > 1


class UuidRecognizer(DeclaredRecognizer):
    """UUIDs of every version and variant. Braces around one are no part of the finding."""

    ENTITY = "UUID"
    PATTERNS = (
        TokenPattern(
            "groups",
            r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            0.85,
            stands_alone,
            plain_from=None,
        ),
    )
    KEYS = KEYS["UUID"]
    SOURCE = "RFC 9562 4"

    def accepts_key_value(self, value: bytes) -> bool:
        return _WHOLE.fullmatch(value) is not None

    def canonical(self, value: bytes) -> bytes:
        """Thirty-two lower-case hex digits."""
        return _NOT_HEX.sub(b"", value.lower().removeprefix(b"urn:uuid:"))
