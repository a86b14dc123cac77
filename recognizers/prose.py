"""People and organizations: by key, by what a client declares, and in prose by a model (models/)."""

from __future__ import annotations

import re

from recognizers import descriptions
from recognizers.declaration import DeclaredRecognizer, Leaf
from recognizers.directives import PEOPLE
from recognizers.keys import KEYS
from recognizers.people import NAMED
from recognizers.words import is_placeholder

#: A word of a name; marks within it belong to it.
_WORD = re.compile(rb"[A-Za-z0-9\x80-\xff]+(?:['.&-]+[A-Za-z0-9\x80-\xff]+|\xe2\x80\x99[A-Za-z0-9\x80-\xff]+)*")
_TITLES = frozenset(b"mr mrs ms mx dr prof sir herr frau mme mlle madame monsieur sr sra jr dhr mevr".split())
_POSSESSIVE = re.compile(rb"(?:'|\xe2\x80\x99)s\Z", re.IGNORECASE)


class PersonRecognizer(DeclaredRecognizer):
    """Names of people.

    A name falls into its words, each of which has a stand-in of its own: whoever is called Jane Doe in one line, Jane
    in the next and Doe, Jane in the address book is told apart by the same words. So two people of one family share
    that word. Titles stay.
    """

    ENTITY = "PERSON"
    PATTERNS = (*PEOPLE, *NAMED, *descriptions.PEOPLE)
    KEYS = KEYS["PERSON"]
    SOURCE = "https://microsoft.github.io/presidio/supported_entities/"

    def accepts_key_value(self, value: bytes) -> bool:
        return bool(value) and not is_placeholder(value) and _WORD.search(value) is not None

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        return self.words(value)

    @classmethod
    def words(cls, value: bytes) -> tuple[Leaf, ...]:
        """The words of a name that are no titles."""
        parts = []
        for match in _WORD.finditer(value):
            word = _POSSESSIVE.sub(b"", match.group())
            if word.lower() not in _TITLES:
                parts.append(Leaf(match.start(), match.start() + len(word), cls.ENTITY))
        return tuple(parts)


class OrganizationRecognizer(DeclaredRecognizer):
    """Names of companies and institutions: in prose, and in what people write into configurations. Under the keys of
    logs stand vendors and networks."""

    ENTITY = "ORGANIZATION"
    PATTERNS = descriptions.ORGANIZATIONS
    SOURCE = "https://microsoft.github.io/presidio/supported_entities/"

    def leaves(self, value: bytes) -> tuple[Leaf, ...]:
        """The name; of a description behind its keyword the names in it."""
        named = descriptions.described(value)
        return super().leaves(value) if named is None else tuple(named)


def accounts_of(name: bytes) -> tuple[bytes, ...]:
    """Account names that are made of a person's name: of its first and last word. None of a name of one word."""
    words = [
        word.lower()
        for leaf in PersonRecognizer.words(name)
        if (word := name[leaf.start : leaf.end]).isalnum() and word.isascii()
    ]
    if len(words) < 2:
        return ()
    first, last = words[0], words[-1]
    return (
        first[:1] + last,
        first + b"." + last,
        first + b"_" + last,
        first + last,
        last + first[:1],
        last + b"." + first,
    )
