"""The head of a line in whatever notation: a time, a host, and a program, perhaps with the number of its process.

Syslog's own heads are read by their formats; loggers that write to files, and services that read them, change the time.
Of a plain text the time is cut off: its head begins with the host.
"""

from __future__ import annotations

import re
from functools import lru_cache

from recognizers.conventions import is_header_host
from recognizers.hosts import has_own_part, is_host, is_named
from recognizers.phrases import NAME_BYTES
from recognizers.spoken_hosts import is_numbered_word, is_pair_of_words
from recognizers.words import load_words

#: What is read of a head, backwards from the end of the process's number: a time back to its last colon.
HEAD = NAME_BYTES | frozenset(b" []/,")
_NAME = re.compile(rb"[A-Za-z0-9\x80-\xff][A-Za-z0-9_.\x80-\xff-]*")
_PROGRAM = re.compile(rb"[A-Za-z][A-Za-z0-9_./-]*")
_TIME = re.compile(
    rb"(?:[0-9]{2}(?:[.,][0-9]{1,9})?|[0-9]{8}T[0-9]{4,6}|[0-9]{10}(?:\.[0-9]{1,9})?)"
    rb"(?: ?(?:Z|[+-][0-9]{2,4}|(?:19|20)[0-9]{2}|[A-Z]{3,4}|[AP]M))?\]? {1,2}\Z"
)
#: Bytes of what _TIME matches, at most.
_LONGEST_TIME = 40
#: A host and a program without a number, where a text begins.
BEGINNING_HEAD = r"(?:^|[\n])[a-z][a-z0-9_.-]{1,40} [a-z][a-z0-9_-]{2,20}: "
#: The same behind a date and a time: of RFC 3164's a host is found without its program. Where lines begin, since a time
#: anywhere would cost each scan a tenth more.
TIMED_HEAD = (
    r"(?:^|[\n])[\[(]?(?:[a-z]{3},? ){0,2}[0-9a-z./-]{0,10}"
    r"(?:[a-z0-9][-/.][0-9]{2,4}[ t:][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,6})?(?:z| utc| [ap]m"
    r"|[+-][0-9]{2}:?[0-9]{2})?\]?|[0-9]t[0-9]{6}z?|[0-9]{10}) [a-z][a-z0-9_.-]{1,40} [a-z][a-z0-9_-]{2,20}: "
)
_UNNUMBERED = re.compile(rb"(?:\A|.* )([A-Za-z0-9_.-]+) ([A-Za-z0-9_-]+): \Z")
#: A priority as RFC 3164 4.1.1 has it, and a time of digits.
PRIORITY_AND_TIME = r"(?:^|[\n])<[0-9]{1,3}>(?:1 )?(?:[0-9*:./,+tz-]{1,30} ){1,3}"
_ALONE = re.compile(rb"([A-Za-z0-9\x80-\xff][A-Za-z0-9_.\x80-\xff-]*)\Z")


def host_in_head(value: bytes) -> tuple[int, int] | None:
    """Where the host is in what was read of a head, if there is one. Of most heads nothing but the number is new."""
    cut = value.rfind(b"[")
    blank = value.rfind(b" ", 0, cut)
    end = blank - (value[blank - 1 : blank] == b" ")
    start = value.rfind(b" ", 0, max(end, 0)) + 1
    if blank < 1 or not _PROGRAM.fullmatch(value, blank + 1, cut) or not _NAME.fullmatch(value, start, end):
        return None
    if start and not _TIME.search(value, max(start - _LONGEST_TIME, 0), start):
        return None
    return (start, end) if (_is_host if start else _is_own)(value[start:end]) else None


#: Programs that are called by words of the language.
_PROGRAMS = frozenset(b"kernel login init named mount shutdown".split())


def host_before_program(value: bytes) -> tuple[int, int] | None:
    """`kvarn crond: `: where the host is, if no word of a sentence stands in the program's place."""
    head = _UNNUMBERED.match(value)
    if head is None or not head.group(2).islower():
        return None
    if head.group(2) in load_words("common_words") and head.group(2) not in _PROGRAMS:
        return None
    name = head.group(1)
    taken = is_host(name) and (has_own_part(name) or is_named(name) or is_numbered_word(name) or is_pair_of_words(name))
    return head.span(1) if taken else None


def host_behind_priority(value: bytes) -> tuple[int, int] | None:
    """Behind a priority and a time: a word alone; a program has a colon behind it."""
    word = _ALONE.match(value)
    return word.span() if word is not None and is_host(value) else None


@lru_cache(maxsize=65536)
def _is_host(name: bytes) -> bool:
    return is_host(name)


@lru_cache(maxsize=65536)
def _is_own(name: bytes) -> bool:
    return is_host(name) and (has_own_part(name) or is_header_host(name))
