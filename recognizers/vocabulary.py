"""Words that are harmless whoever writes them: language, technical terms, numbers and what formats are made of.

What strict mode judges is a *word*: a maximal run of letters, digits, ``_`` and bytes >= 0x80.
"""

from __future__ import annotations

import re
from functools import cache

from recognizers.words import common_words, load_words

#: Letters or digits. So short a word tells of no one.
SHORTEST = 3
#: Digits. A longer number may be a telephone's, a card's or a customer's.
LONGEST_NUMBER = 8
_LONGEST_HEX = 4  # as of a PCI device; longer ones may be part of an id
_UNITS = (
    r"ns|us|ms|s|sec|secs|min|mins|m|h|hr|hrs|d|k|kb|kib|m|mb|mib|g|gb|gib|t|tb|tib|b|bit|bits|bytes?|hz|khz|mhz|ghz|v|mv"
    r"|w|mw|a|ma|c|f|x|px|pt|p|st|nd|rd|th|kbps|mbps|gbps|kbit|mbit|gbit|rpm|db|dbm|pages|kpages|way|u|l|ll|ul|ull"
)
_FORMS = re.compile(
    rf"[0-9]{{1,{LONGEST_NUMBER}}}(?:{_UNITS})?"
    # Seconds, milliseconds, micro- and nanoseconds since 1970, of 2001 to 2033.
    r"|1[0-9]{9}(?:[0-9]{3}){0,3}"
    # ISO 8601 (basic, or the part of an extended form that is one word), and its fractions and zones; durations.
    r"|[0-9]{2,8}t[0-9]{2,6}z?|[0-9]{1,9}z|t[0-9]{2,6}z?|(?:[0-9]{1,4}[dhms]){1,4}|p(?:t?[0-9]{1,4}[dhmsyw]){1,6}"
    # Constants: flags and codes, addresses of a kernel.
    rf"|0x0*[0-9a-f]{{1,8}}|(?:0x)?ffff[0-9a-f]{{12}}|0b[01]{{1,16}}|[0-9]{{1,4}}x[0-9]{{1,4}}"
    rf"|(?=[a-f]*[0-9])[0-9a-f]{{1,{_LONGEST_HEX}}}|v[0-9]{{1,4}}"
    # Network interfaces by their place (systemd.net-naming-scheme(7)); not by their MAC address.
    r"|(?:en|wl|ww)(?:o|p|s)[0-9]{1,3}(?:[dfpsn][0-9]{1,3}){0,3}".encode()
)
_PARTS = re.compile(rb"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]|[0-9]+")
_DIGITS = re.compile(rb"[0-9]{1,3}")


@cache
def vocabulary() -> frozenset[bytes]:
    """Lower-case words; in one with digits each run of them is ``#``. No name of a person that is not a term, too."""
    language = common_words() - load_words("system_words") - load_words("names_among_words")
    terms = load_words("technical_words") | load_words("telemetry_words") | load_words("system_words")
    return language | terms | {_DIGITS.sub(b"#", word) for word in load_words("system_words")}


def is_harmless(word: bytes) -> bool:
    """Whether a word is known to tell of no one: too short, a number or a constant, in the vocabulary, or made of such.

    An identifier of a program (``maxRetryCount``, ``tcp_rcv_space``) is what its parts are: all must be in the
    vocabulary. A word and a number (``eth0``) must be there as such: so are machines called, too. Numbers among several
    parts are harmless where the first is in lower case (``sourceRule2Id``), as in programs and seldom in names.
    """
    lower = word.lower()
    if not word.isascii():
        return False
    if len(word) < SHORTEST or _FORMS.fullmatch(lower) or _in_vocabulary(lower):
        return True
    pieces = [piece for piece in word.split(b"_") if piece]
    return all(_is_harmless_piece(piece) for piece in pieces)


@cache
def prose_vocabulary() -> frozenset[bytes]:
    """Lower-case words that are known, too, in what people write."""
    return load_words("prose_words")


@cache
def plain_words() -> frozenset[bytes]:
    """Lower-case words of the language and of technology that are no name of a person, however few are called so.

    Those of one or two letters may be anybody's initials, or a short name.
    """
    words = common_words() | prose_vocabulary() | load_words("technical_words") | load_words("lone_words")
    return frozenset(word for word in words - load_words("names_that_are_words") if len(word) >= SHORTEST)


@cache
def nameless_words() -> frozenset[bytes]:
    """Lower-case words that models take for names: of mails and forms, days, months, vendors and products."""
    return load_words("nameless_words")


def is_harmless_in_prose(word: bytes) -> bool:
    """As ``is_harmless``, of a word of a sentence: a longer list, and in small letters words that may be a name, too.

    A name is written with a capital there, or a model looks for it.
    """
    if is_harmless(word):
        return True
    return word.lower() in prose_vocabulary() or word in load_words("words_before_names")


def _is_harmless_piece(piece: bytes) -> bool:
    lower = piece.lower()
    if len(piece) < SHORTEST or _FORMS.fullmatch(lower) or _in_vocabulary(lower):
        return True
    parts = _PARTS.findall(piece)
    told = [part for part in parts if not part.isdigit()]
    if len(told) < 2 or b"".join(parts) != piece or max(map(len, told)) < SHORTEST:
        return False
    if len(told) < len(parts) and not (piece[:1].islower() and all(len(p) <= 3 for p in parts if p.isdigit())):
        return False
    if len(told) == 2 and min(map(len, told)) == 1:
        return False  # an initial and a name
    return all(_in_vocabulary(part.lower()) for part in told if len(part) >= SHORTEST)


def _in_vocabulary(lower: bytes) -> bool:
    return _DIGITS.sub(b"#", lower) in vocabulary()
