"""Which found values are distinctive enough to be searched for elsewhere in their record."""

from __future__ import annotations

import re

from recognizers.words import common_words

SHORTEST = 4
LONG_NUMBER = 8
_LETTER = re.compile(rb"[A-Za-z\x80-\xff]")


def is_distinctive(value: bytes) -> bool:
    """Whether an occurrence of ``value`` elsewhere can be taken to mean the same thing.

    True for values of at least 4 bytes that hold a letter, or at least 8 bytes (7 for four numbers with dots), and are
    no common English word, log word, command or package name, whatever their case.
    """
    if len(value) < SHORTEST or value.lower() in common_words():
        return False
    return len(value) >= LONG_NUMBER or value.count(b".") == 3 or _LETTER.search(value) is not None
