"""What in an answer may be a pseudonym: places, in whatever notation and letter case, without a key.

An answer is any text: prose, mail, URLs, quoted logs and JSON. Every span that has the form of a pseudonym in some
namespace is named; whether it is one that was issued, only the vault can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.surrogates.macs import parse_mac
from pipeline.surrogates.names import LONGEST_ACCOUNT, LONGEST_LABEL
from pipeline.surrogates.numbers import LONGEST_HEX, LONGEST_SERIAL
from pipeline.surrogates.space import INVERTIBLE
from pipeline.surrogates.vault import TAG_NAMESPACE, one_spelling, token_namespace
from recognizers.declaration import TOKEN
from recognizers.ip import is_ipv4, version_six_in
from recognizers.words import common_words

#: What can stand in one pseudonym, or in several beside each other; any other byte ends both.
RUN = re.compile(rb"[A-Za-z0-9._:@+/%-]+")
#: Letters and digits, or an escaped byte of a URL: that is beside a pseudonym and never in one.
ATOM = re.compile(rb"%[0-9A-Fa-f]{2}|[A-Za-z0-9]+")
#: An EUI-64 has eight groups; names of more parts have a tag.
MOST_ATOMS = 10
TAG: dict[bytes, str] = {b"host": "label", b"user": "account", **TAG_NAMESPACE}
TAGGED = re.compile(rb"(?<![a-z0-9])(" + b"|".join(sorted(TAG, reverse=True)) + rb")-([a-z0-9_.+-]+)", re.IGNORECASE)
ESCAPED_TAGGED = re.compile(rb"(?<=\\[tnr])" + TAGGED.pattern.partition(b")")[2], re.IGNORECASE)
PUNCTUATION = re.compile(rb"[_.+-]")
#: Digits in groups, as phones and cards are written.
GROUPED = re.compile(rb"\+?\(?\d(?:[ ()./-]{0,2}\d){6,24}")
#: Namespaces of digits and letters in which separators are notation.
NUMBERED = tuple(sorted(INVERTIBLE - {"ip", "mac", "label", "account", "serial"}))
#: What a person takes for a pseudonym at sight, so that one that was not issued is worth a word.
SHOWN = frozenset(("ip", "mac", "uuid"))


class Candidate(NamedTuple):
    """A span of an answer that may be a pseudonym of a namespace, and its one spelling there."""

    start: int
    end: int
    namespace: str
    spelling: bytes


def candidates(answer: bytes) -> set[Candidate]:
    """Every span that has the form of a pseudonym; they overlap, and one span may be of several namespaces."""
    found = {Candidate(s, e, n, one_spelling(n, answer[s:e])) for s, e, n in _spans(answer)}
    return {c for c in found if c.spelling}


def _spans(answer: bytes) -> Iterator[tuple[int, int, str]]:
    for run in RUN.finditer(answer):
        atoms = [match.span() for match in ATOM.finditer(answer, *run.span())]
        if atoms and _after_escape(answer, atoms[0][0]):
            # `\nuser` in a quoted text of JSON: the letter belongs to the escape, or to the word after a backslash.
            start, end = atoms[0]
            yield from _of_atoms(answer, [(start + 1, end), *atoms[1:]] if end > start + 1 else atoms[1:])
        yield from _of_atoms(answer, atoms)
    for match in (*TAGGED.finditer(answer), *ESCAPED_TAGGED.finditer(answer)):
        yield from _tagged(match)
    for token in TOKEN.finditer(answer):
        if token.group().count(b":") > 1:
            for first, last in version_six_in(token.group()):
                zone = token.group().find(b"%", first, last)
                yield token.start() + first, token.start() + (last if zone < 0 else zone), "ip"
    for groups in GROUPED.finditer(answer):
        for namespace in NUMBERED:
            yield *groups.span(), namespace


def _after_escape(answer: bytes, start: int) -> bool:
    return start > 0 and answer[start - 1 : start] == b"\\" and answer[start : start + 1] in (b"t", b"n", b"r")


def _of_atoms(answer: bytes, atoms: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Every span from atom to atom, as far as none is an escape."""
    for first, (start, _) in enumerate(atoms):
        for count, (at, end) in enumerate(atoms[first : first + MOST_ATOMS], 1):
            if answer[at : at + 1] == b"%" or end - start > 253:
                break
            text = answer[start:end]
            for namespace in _forms(text, count):
                yield start, end, namespace


def _forms(text: bytes, atoms: int) -> Iterator[str]:
    """The namespaces in one of whose notations a text may be written, by its form."""
    if 4 <= len(text) <= LONGEST_SERIAL:
        yield "serial"
    if b"." in text and not text.translate(None, b"0123456789."):
        if is_ipv4(text):
            yield "ip"
    elif b"." in text and b":" not in text and b"@" not in text and b"/" not in text:
        yield "label"
    compact = text.translate(None, b" -.:/()+")
    if 5 <= len(compact) <= LONGEST_HEX and compact.isalnum():
        yield from NUMBERED
    if len(compact) <= 16 and atoms in (1, 3, 4, 6, 8) and parse_mac(one_spelling("mac", text)) is not None:
        yield "mac"


def _tagged(match: re.Match[bytes]) -> Iterator[tuple[int, int, str]]:
    """What begins with a tag, at its longest and ended at each mark: `user-wmak.` may end a sentence."""
    start, end = match.span()
    text = match.group()
    namespace = TAG[match.group(1).lower()]
    is_name = match.group(1).lower() in (b"host", b"user")
    ends = {end, *(start + mark.end() for mark in PUNCTUATION.finditer(text))}
    ends |= {start + mark.start() for mark in PUNCTUATION.finditer(text, len(match.group(1)) + 1)}
    for stop in sorted(ends):
        part = text[: stop - start]
        if len(part) == len(match.group(1)) + 1 or stop - start > LONGEST_ACCOUNT + 5:
            continue
        one_name = is_name and (namespace == "account" or (b"." not in part and len(part) <= LONGEST_LABEL))
        if one_name or token_namespace(part) is not None:
            yield start, stop, namespace


def is_shown(answer: bytes, candidate: Candidate) -> bool:
    """Whether a span looks like a pseudonym to a person: a tagged name that is no common word, an address, a UUID."""
    if candidate.namespace in SHOWN:
        return candidate.namespace != "uuid" or len(candidate.spelling) == 32
    match = TAGGED.fullmatch(answer, candidate.start, candidate.end)
    if match is None or PUNCTUATION.match(answer, candidate.end - 1):
        return False
    if token_namespace(match.group()) is not None:
        return True
    return any(part not in common_words() for part in PUNCTUATION.split(match.group(2).lower()))
