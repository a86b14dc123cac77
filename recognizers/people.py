"""People: beside their mail address (RFC 5322 3.4, A.5), behind the key of a part of a name, before what they own."""

from __future__ import annotations

import re

from recognizers.declaration import AnchorPattern
from recognizers.vocabulary import SHORTEST, is_harmless, nameless_words, plain_words

_PRINTED = frozenset(range(0x20, 0x7F)) | frozenset(range(0x80, 0x100))
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") | frozenset(range(0x80, 0x100))
_LOCAL_PART = r"[a-z0-9._%+=~-]+"
_CAPITAL = rb"[A-Z\x80-\xff]"
_PARTICLES = rb"(?:(?:van|von|vom|zu|zur|de|der|den|di|da|do|dos|del|della|du|la|le|el|al|bin|ibn|ten|ter)[ ]){0,3}"
_WORD = rb"%b[A-Za-z\x80-\xff'.-]*" % _CAPITAL
_WORDS = rb"%b(?:,?[ ]%b%b){0,4}" % (_WORD, _PARTICLES, _WORD)
#: The words before an address, or what is quoted there.
_ADDRESS = rb"[^<([@]+@[A-Za-z0-9-]+\.[A-Za-z]"
_BEFORE = re.compile(
    rb"(?:\"(?P<quoted>[^\"\\]{2,80})\\?\"|(?P<words>(?<![A-Za-z\x80-\xff'.-])%b))[ ]?[<([]%b\Z" % (_WORDS, _ADDRESS)
)
_BEHIND = re.compile(rb"(?P<quoted>%b)\Z" % _WORDS)
#: A name's first word, in whatever letters, and others with capitals.
_KEYED = re.compile(rb"(?P<quoted>[A-Za-z\x80-\xff][A-Za-z\x80-\xff'.-]+(?:[ ]%b%b){0,3})" % (_PARTICLES, _WORD))
_OWNER = re.compile(rb"([A-Z\x80-\xff][A-Za-z\x80-\xff-]+)(?:'|\xe2\x80\x99)s [A-Za-z ]+\Z")
_BEFORE_NAMES = frozenset(b"as at by cc in no of on or re to us".split())
_PIECE = re.compile(rb"[A-Za-z0-9\x80-\xff'.-]+")


def _names(found: re.Match[bytes] | None) -> tuple[int, int] | None:
    """Where a name stands: words at both ends that name no one (`To`, `Support Team`) are none of it."""
    if found is None:
        return None
    first, end = found.span(found.lastgroup or 0)
    words = [m.span() for m in _PIECE.finditer(found.string, first, end)]
    while words and _is_plain(found.string[slice(*words[0])]):
        words.pop(0)
    while words and _is_plain(found.string[slice(*words[-1])]):
        words.pop()
    return (words[0][0], words[-1][1]) if words else None


def _is_plain(word: bytes) -> bool:
    lower = word.lower().strip(b".'-")
    if len(lower) < SHORTEST:
        return lower in _BEFORE_NAMES
    return lower in plain_words() or lower in nameless_words() or (word.isupper() and is_harmless(word))


def _owner(value: bytes) -> tuple[int, int] | None:
    found = _OWNER.search(value)
    return found.span(1) if found and not _is_plain(found.group(1)) else None


NAMED = (
    AnchorPattern(
        "before an address",
        rf"[a-z.\x22\x80-\xff] [<(\[]{_LOCAL_PART}@[a-z0-9-]+\.[a-z]",
        frozenset(),
        0.6,
        0,
        back=_PRINTED - frozenset(b">);=|]{}"),
        back_over=1,
        part=lambda value: _names(_BEFORE.search(value)),
    ),
    AnchorPattern(
        "behind an address",
        r"@[a-z0-9-]+\.[a-z0-9.-]+>? \(",
        _PRINTED - frozenset(b")"),
        0.6,
        3,
        part=lambda value: _names(_BEHIND.match(value)),
    ),
    AnchorPattern(
        "after the key of a part",
        r"\b(?:given|first|middle|last|sur|full|maiden|family|real)[ _-]?name\x22?[ \t]{0,60}[=:][ \t\n]{0,30}[\x22']?",
        _LETTERS | frozenset(b" .-'"),
        0.6,
        2,
        part=lambda value: _names(_KEYED.match(value)),
    ),
    AnchorPattern(
        "owner of a device",
        r"(?:'|\xe2\x80\x99)s (?:iphone|ipad|imac|macbook|mac mini|apple watch|airpods|surface|galaxy|pixel|laptop"
        r"|notebook|pc)\b",
        frozenset(),
        0.6,
        0,
        back=_LETTERS | frozenset(b"' -"),
        part=_owner,
    ),
)
