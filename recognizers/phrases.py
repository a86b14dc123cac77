"""Anchors that several recognizers share: a key, its separator, and the quote that opens the value.

The separators cover ``key=value``, ``key: value``, ``key => value``, JSON and JSON inside text
(``\\"key\\":\\"value\\"``, ``""key"":""value""``), XML (``Name="key">value``) and Windows event text, where
tabs may stand as ``#011``. Every place at which a separator could end early is followed by one of its own bytes,
none of which may start a value.
"""

from __future__ import annotations

BLANK = r"(?:[ \t]|#011|\\t)"
SEPARATOR = r"""[\x22'\\]{0,4}(?:[ \t]{0,4}(?:=>|[:=])(?:[ \t]|#011|\\t){0,6}|>)"""
EQUALS = r"""[\x22'\\]{0,4}[ \t]{0,2}=>?[ \t]{0,2}"""
OPENERS = r"""(?:\\{0,3}[\x22']){0,2}[<\[({]?"""

PRINTABLE = frozenset(range(0x21, 0x7F)) | frozenset(range(0x80, 0x100))
NAME_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-") | frozenset(
    range(0x80, 0x100)
)
