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

#: A separator and what opens the value; behind the end of an XML tag no other tag does.
KEYED = (
    r"""[\x22'\\]{0,4}(?:[ \t]{0,4}(?:=>|[:=])(?:[ \t]|#011|\\t){0,6}(?:\\{0,3}[\x22']){0,2}[<\[({]?"""
    r"""|>(?:\\{0,3}[\x22']){0,2}[\[({]?)"""
)

PRINTABLE = frozenset(range(0x21, 0x7F)) | frozenset(range(0x80, 0x100))
NAME_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-") | frozenset(
    range(0x80, 0x100)
)
#: A word of a sentence, and what tells that it is none.
SPOKEN = NAME_BYTES | frozenset(b"=/([{<\\@$%:")
_SPACE = r"[ \t\r\n]{0,24}"
#: From a JSON object to the `name` in it, over ids and the like, in a text that is not read as JSON.
BELOW = (
    rf"{_SPACE}:{_SPACE}\{{(?:{_SPACE}\x22[a-z_]{{0,20}}(?:id|type|version)\x22{_SPACE}:{_SPACE}"
    rf"(?:\x22[a-z0-9_.:/ -]{{0,64}}\x22|[0-9]{{1,20}}|null){_SPACE},){{0,3}}{_SPACE}\x22name\x22{_SPACE}:{_SPACE}\x22"
)
#: From a property's name to its value, in a text that is not read as JSON: `"name": "Host Name", "value": "`.
BESIDE = rf"\x22{_SPACE},{_SPACE}\x22(?:value|text)\x22{_SPACE}:{_SPACE}\x22"

#: The first four bytes of addresses of one's own (RFC 1918, RFC 3927, RFC 5737) and of shared ones (RFC 6598), all of
#: one length.
OWN_BEGINNINGS = r"(?:10\.[0-9]|100\.|169\.|172\.|192\.|198\.|203\.)"
#: A column, and one behind it that begins like an address; with a blank between only behind a number.
BEFORE_ADDRESS = rf"(?:[a-z0-9_.-][,;|\t]|[a-z-][0-9]{{1,3}} ){OWN_BEGINNINGS}"
