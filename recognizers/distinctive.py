"""Which found values are distinctive enough to be searched for elsewhere in their record."""

from __future__ import annotations

import re

from recognizers.conventions import is_region
from recognizers.vocabulary import is_harmless
from recognizers.words import common_words

SHORTEST = 4
LONG_NUMBER = 8
_LETTER = re.compile(rb"[A-Za-z\x80-\xff]")
#: As programs name what they log: `SessionID`, `displayName`.
_IDENTIFIER = re.compile(rb"[A-Za-z][a-z]+(?:[A-Z][a-z]+)*(?:[A-Z]+|[A-Z][a-z]+)")


def is_distinctive(value: bytes) -> bool:
    """Whether an occurrence of ``value`` elsewhere can be taken to mean the same thing.

    True for values of at least 4 bytes that hold a letter, or at least 8 bytes (7 for four numbers with dots), and are
    no common English word, log word, command or package name, whatever their case, nor several in one, as programs
    write them. A region of a cloud tells of nobody, nor does one letter or digit over and over.
    """
    lower = value.lower()
    if len(value) < SHORTEST or lower in common_words() or (b"-" in lower and is_region(lower)):
        return False
    ends = lower.strip(b"-_.:")
    # Few end as they begin: of the others the letters need no count.
    if ends[:1] == ends[-1:] and len(set(ends.translate(None, b"-_.:"))) < 2:
        return False
    if _IDENTIFIER.fullmatch(value) and is_harmless(value):
        return False
    return len(value) >= LONG_NUMBER or value.count(b".") == 3 or _LETTER.search(value) is not None
