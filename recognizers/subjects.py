"""Whom or what a sentence is about: the name right before its verb, in whose place a line's first word often stands."""

from __future__ import annotations

import re
from typing import NamedTuple

from recognizers.phrases import NAME_BYTES

#: What is read of a sentence, backwards from its verb.
SENTENCE = NAME_BYTES | frozenset(b" $\x22')]/=")
#: What stands between a subject and its verb: the end of a quote or a bracket, a blank.
BEFORE_VERB = r"[a-z0-9_.$\x22')\]-] "
_NAME = re.compile(rb"[A-Za-z0-9_.$+\x80-\xff-]+\Z")
_CLOSING = b"\x22')]"
#: How bad it is, which some write before the sentence.
_SEVERITY = re.compile(
    rb"(?:.*[\x22')\] ])?(?:trace|debug|info|notice|warn|warning|error|err|fatal|alert|alarm|audit) *\Z", re.IGNORECASE
)


class Subject(NamedTuple):
    """Where a subject stands, and whether the sentence begins with it."""

    start: int
    end: int
    is_first: bool


def before_verb(verbs: str) -> re.Pattern[bytes]:
    """A verb at the end of what was read, and the words that only bend it."""
    return re.compile(rb"(?: (?:has|had|was|is|been|also|now|just))* (?:%s)\Z" % verbs.encode(), re.IGNORECASE)


def subject_of(value: bytes, tail: re.Pattern[bytes]) -> Subject | None:
    """The one word before the verb, less the quotes or brackets around it."""
    verb = tail.search(value)
    if verb is None:
        return None
    said = value[: verb.start()]
    end = len(said) - (said[-1:] in (b'"', b"'", b")", b"]"))
    name = _NAME.search(said, 0, end)
    if name is None:
        return None
    before = said[: name.start()]
    return Subject(name.start(), end, not before.strip(b" " + _CLOSING) or _SEVERITY.match(before) is not None)
