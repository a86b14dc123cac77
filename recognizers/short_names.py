"""What a host is called where its domain goes without saying: the first label of its name, where that tells enough."""

from __future__ import annotations

import re

from recognizers.conventions import is_region
from recognizers.hosts import INTERNAL_SUFFIXES, LETTER, suffix_of
from recognizers.vocabulary import is_harmless
from recognizers.words import common_words

_NUMBERED = re.compile(rb"[0-9-]")


def short_name(name: bytes) -> bytes | None:
    """The first label of a qualified name, where it can only be that host when it stands alone.

    That is: below a domain that someone has registered, or below an internal suffix, and not of words alone; one
    without a number or a hyphen must be in no vocabulary.
    """
    label, dot, rest = name.partition(b".")
    if not dot or not LETTER.search(label):
        return None
    lower, suffix = label.lower(), suffix_of(name.lower())
    if not _NUMBERED.search(label) and (suffix is None or is_harmless(label)):
        return None
    if all(part.isdigit() or part in common_words() for part in re.split(rb"[-_]", lower)) or is_region(lower):
        return None
    return label if suffix is None or suffix in INTERNAL_SUFFIXES or rest.lower() != suffix else None
