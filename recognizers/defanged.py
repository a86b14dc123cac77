"""Addresses and names written so that nothing turns them into links: `192[.]0[.]2[.]7`, `hxxps://mail[.]example[.]com`."""

from __future__ import annotations

import re

#: What stands for a dot, three bytes and five.
DOT_IN_BRACKETS = r"(?:\[\.\]|\(\.\))"
DOT_BY_NAME = r"(?:\[dot\]|\(dot\))"
_SIGNS = {b".": b".", b"dot": b".", b":": b":", b"@": b"@", b"at": b"@"}
_SIGN = re.compile(rb"[\[(](\.|dot|:|@|at)[\])]", re.IGNORECASE)


def refanged(value: bytes) -> bytes:
    """The value with its dots, colons and at signs as such."""
    return _SIGN.sub(lambda sign: _SIGNS[sign.group(1).lower()], value) if b"[" in value or b"(" in value else value
