"""Security identifiers of Windows: whose domain, machine or account they name."""

from __future__ import annotations

import re

from recognizers.declaration import DeclaredRecognizer, TokenPattern
from recognizers.keys import KEYS

_WHOLE = re.compile(rb"S-1-(?:0x[0-9a-f]{1,12}|[0-9]{1,15})(?:-[0-9]{1,10}){1,15}", re.IGNORECASE)
#: Families whose SIDs are digests of names that Windows itself gives, capabilities, levels of integrity, and
#: sessions of its own services: the same on every machine, and too many for a list (MS-DTYP 2.4.2.4).
_SHARED_AUTHORITIES = frozenset((b"15", b"16", b"17", b"18", b"19"))
_SHARED_UNDER_NT = frozenset(b"64 65 80 81 82 84 86 87 88 90 94 95 96".split())
#: What `\t`, `\n`, `\r` and `#011` leave before a value in text where control characters are escaped.
_ESCAPES = frozenset((b"", b"t", b"n", b"r", b"011", b"012", b"015"))


def names_something(sid: bytes) -> bool:
    """Whether a SID is of no family that is the same everywhere."""
    authority, first = sid.split(b"-")[2:4]
    return authority not in _SHARED_AUTHORITIES and not (authority == b"5" and first in _SHARED_UNDER_NT)


def is_sid(token: bytes, start: int, end: int) -> bool:
    before = token[:start]
    if before[-1:].isalnum() and before not in _ESCAPES:
        return False
    return not token[end : end + 1].isalnum() and names_something(token[start:end])


class SidRecognizer(DeclaredRecognizer):
    """SIDs of domains, accounts, virtual machines, directory objects and logon sessions.

    Well-known ones (``S-1-5-18``) are found like any other: whether they are kept is a policy's matter.
    """

    ENTITY = "WINDOWS_SID"
    PATTERNS = (
        TokenPattern(
            "S-1",
            r"S-1-(?:0x[0-9a-f]{1,12}|[0-9]{1,15})(?:-[0-9]{1,10}){1,15}",
            0.85,
            is_sid,
            plain_from=None,
        ),
    )
    KEYS = KEYS["WINDOWS_SID"]
    OVERRULES = frozenset({"USERNAME"})  # `user_id` may hold either
    SOURCE = "MS-DTYP 2.4.2"

    def accepts_key_value(self, value: bytes) -> bool:
        return _WHOLE.fullmatch(value) is not None and names_something(value)

    def canonical(self, value: bytes) -> bytes:
        """Upper case, numbers in decimal without leading zeros; what is no SID in lower case."""
        if not _WHOLE.fullmatch(value):
            return value.lower()
        head, version, *numbers = value.upper().split(b"-")
        plain = [b"%d" % int(number, 16 if number[:2] == b"0X" else 10) for number in numbers]
        return b"-".join([head, version, *plain])
