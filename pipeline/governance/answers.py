"""What in an answer may be a pseudonym: places, in whatever notation and letter case, without a key.

An answer is any text: prose, mail, URLs, quoted logs and JSON. Every span that has the form of a pseudonym in some
namespace is named; whether it is one that was issued, only the vault can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from pipeline.surrogates.names import LONGEST_ACCOUNT, LONGEST_LABEL
from pipeline.surrogates.numbers import LONGEST_HEX, LONGEST_SERIAL
from pipeline.surrogates.space import INVERTIBLE
from pipeline.surrogates.vault import TAG_NAMESPACE, one_spelling, token_namespace
from recognizers.defanged import DOT_BY_NAME, DOT_IN_BRACKETS
from recognizers.ip import is_ipv4, number_of, version_six_in
from recognizers.mac import resolved_in
from recognizers.proc_net import address_in, standing_in
from recognizers.words import common_words

#: What can stand in one pseudonym, or in several beside each other; any other byte ends both.
RUN = re.compile(rb"[A-Za-z0-9._:@+/%-]+")
#: Letters and digits, or an escaped byte of a URL: that is beside a pseudonym and never in one.
ATOM = re.compile(rb"%[0-9A-Fa-f]{2}|[A-Za-z0-9]+")
#: An escaped byte of a URL, or what is between two.
PIECE = re.compile(rb"%[0-9A-Fa-f]{2}|(?:(?!%[0-9A-Fa-f]{2})[A-Za-z0-9._:@+/%-])+")
#: Bytes of a run that is remembered with its spans.
REMEMBERED = 256
#: An EUI-64 has eight groups; names of more parts have a tag.
MOST_ATOMS = 10
TAG: dict[bytes, str] = {b"host": "label", b"user": "account", **TAG_NAMESPACE}
#: What may stand right before a pseudonym and ends in letters or digits: escapes of JSON, of syslog and of URLs.
ESCAPE = re.compile(rb"\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[bfnrt]|#0[0-7]{2}|%[0-9a-f]{2}", re.IGNORECASE)
TAGGED = re.compile(
    rb"(?:(?<![a-z0-9])|" + b"|".join(rb"(?<=%s)" % escape for escape in ESCAPE.pattern.split(b"|")) + rb")"
    rb"(" + b"|".join(sorted(TAG, reverse=True)) + rb")-(?=([a-z0-9_.+-]{1,%d}))" % (LONGEST_ACCOUNT + 1),
    re.IGNORECASE,
)
HOST = re.compile(rb"(?<![a-z0-9_-])[a-z0-9_-]++(?:\.[a-z0-9_-]++)*", re.IGNORECASE)
DASHED = re.compile(rb"\d-\d{1,3}-\d{1,3}-\d")
#: What a name that is a pseudonym holds: a tagged label, or an address in one.
NAMED = re.compile(rb"(?:host|name)-|" + DASHED.pattern, re.IGNORECASE)
REVERSE = b".arpa"
#: Spans of more labels than this are not looked at; a reverse IPv6 name has 34.
MOST_LABELS, MOST_REVERSE_LABELS = 12, 36
#: Of the marks in an account, those at which it may already end.
MOST_MARKS = 8
PUNCTUATION = re.compile(rb"[_.+-]")
MAC = re.compile(rb"[0-9a-f]{12}(?:[0-9a-f]{4})?")
#: What makes an address a network: bits of a prefix, or an IPv4 netmask.
LENGTH = re.compile(rb"/\d{1,3}(?:\.\d{1,3}){3}|/\d{1,3}")
#: A MAC in the name that Linux gives an interface by it (systemd.net-naming-scheme(7)).
INTERFACE = re.compile(rb"(?<![0-9a-z])(?:en|wl|ww|ib|sl)x([0-9a-f]{12})(?![0-9a-z])", re.IGNORECASE)
DEFANGED = re.compile(
    rf"\d{{1,3}}(?:(?:\.|{DOT_IN_BRACKETS}|{DOT_BY_NAME})\d{{1,3}}){{3}}(?!\d)".encode(), re.IGNORECASE
)
#: Digits in groups, as phones and cards are written.
GROUPED = re.compile(rb"\+?\(?\d(?:[ ()./-]{0,2}\d){6,24}")
#: Namespaces of digits and letters in which separators are notation.
HEX_DIGITS = b"0123456789abcdefABCDEF"
SHORTEST_NUMBER, LONGEST_NUMBER = 7, 22
NUMBERED = tuple(sorted(INVERTIBLE - {"ip", "mac", "label", "account", "serial", "hash", "uuid", "sid"}))
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
    found: set[Candidate] = set()
    for run in RUN.finditer(answer):
        for at in _starts(answer, run.start()):
            text = answer[at : run.end()]
            spans = _in_run(text) if len(text) > REMEMBERED else _in_known_run(text)
            found.update(Candidate(at + c.start, at + c.end, *c[2:]) for c in spans)
    found.update(_candidate(answer, *span) for span in _beyond_runs(answer))
    return found


def _candidate(text: bytes, start: int, end: int, namespace: str) -> Candidate:
    return Candidate(start, end, namespace, one_spelling(namespace, text[start:end]))


@lru_cache(maxsize=1 << 14)
def _in_known_run(run: bytes) -> tuple[Candidate, ...]:
    """Answers repeat themselves, quoted logs above all."""
    return _in_run(run)


def _in_run(run: bytes) -> tuple[Candidate, ...]:
    """Spans of a run, by its text alone."""
    spans = list(_of_atoms(run, [match.span() for match in ATOM.finditer(run)]))
    for piece in PIECE.finditer(run):
        spans.extend(_version_six(piece))
    networks = [(start, LENGTH.match(run, end), name) for start, end, name in spans if name == "ip"]
    spans += [(start, length.end(), name) for start, length, name in networks if length]
    return tuple(_candidate(run, *span) for span in spans)


def _beyond_runs(answer: bytes) -> Iterator[tuple[int, int, str]]:
    for name in HOST.finditer(answer):
        for start in _starts(answer, name.start()):
            yield from _of_labels(answer, start, name.end())
    for match in TAGGED.finditer(answer):
        yield from _tagged(answer, match)
    for name in INTERFACE.finditer(answer):
        yield *name.span(1), "mac"
    for start, end in resolved_in(answer):
        yield start, end, "mac"
    for start, end in standing_in(answer):
        yield start, end, "ip"
    for address in DEFANGED.finditer(answer):
        yield *address.span(), "ip"
    for groups in GROUPED.finditer(answer):
        for namespace in NUMBERED:
            yield *groups.span(), namespace


def _starts(answer: bytes, start: int) -> Iterator[int]:
    """Where a word starts: also after an escape, whose last bytes look like the word's first."""
    yield start
    escape = ESCAPE.match(answer, start - 1) if start else None
    if escape:
        yield escape.end()


def _version_six(piece: re.Match[bytes]) -> Iterator[tuple[int, int, str]]:
    """IPv6 addresses, without their zone: a pseudonym has none."""
    text = piece.group()
    if text.count(b":") > 1:
        for first, last in version_six_in(text):
            zone = text.find(b"%", first, last)
            yield piece.start() + first, piece.start() + (last if zone < 0 else zone), "ip"


def _of_labels(answer: bytes, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Every span of two labels or more in a name that may be a pseudonym, and a label alone if an address is in it."""
    reverse = answer[end - len(REVERSE) : end].lower() == REVERSE
    if not reverse and NAMED.search(answer, start, end) is None:
        return
    dots = [at for at in range(start, end) if answer[at] == 0x2E]
    firsts, lasts = [start, *(dot + 1 for dot in dots)], [*dots, end]
    for place, first in enumerate(firsts):
        if DASHED.search(answer, first, lasts[place]):
            yield first, lasts[place], "label"
        for last in lasts[place + 1 : place + MOST_LABELS]:
            yield first, last, "label"
        if reverse and len(firsts) - MOST_REVERSE_LABELS <= place < len(firsts) - MOST_LABELS:
            yield first, end, "label"


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
    if atoms > 4 and text[:4].upper() == b"S-1-":
        yield "sid"
    if atoms == 4 and is_ipv4(text) or atoms == 1 and number_of(text) is not None:
        yield "ip"
    compact = text.translate(None, b" -.:/()+")
    if SHORTEST_NUMBER <= len(compact) <= LONGEST_NUMBER and compact.isalnum():
        yield from NUMBERED
    if atoms in (1, 5) and len(compact) <= LONGEST_HEX and not compact.translate(None, HEX_DIGITS):
        if len(compact) == 32:
            yield "uuid"
        if atoms == 1 and len(compact) > 1:
            yield "hash"
    if len(compact) <= 16 and atoms in (1, 2, 3, 4, 6, 8) and MAC.fullmatch(one_spelling("mac", text)):
        yield "mac"


def _tagged(answer: bytes, match: re.Match[bytes]) -> Iterator[tuple[int, int, str]]:
    """What begins with a tag, at its longest and ended at each mark: `user-wmak.` may end a sentence."""
    start, (first, end) = match.start(), match.span(2)
    namespace = TAG[match.group(1).lower()]
    is_name = match.group(1).lower() in (b"host", b"user")
    marks = [mark.start() for mark in islice(PUNCTUATION.finditer(answer, first, end), MOST_MARKS)]
    for stop in sorted({end, *marks, *(mark + 1 for mark in marks)}):
        text = answer[start:stop]
        if stop == first or len(text) > LONGEST_ACCOUNT + 5:
            continue
        one_name = is_name and (namespace == "account" or (b"." not in text and len(text) <= LONGEST_LABEL))
        if one_name or token_namespace(text) is not None:
            yield start, stop, namespace


def is_shown(answer: bytes, candidate: Candidate) -> bool:
    """Whether a span looks like a pseudonym to a person: a tagged name that is no common word, an address, a UUID."""
    if candidate.namespace in SHOWN:
        if candidate.namespace == "ip" and address_in(answer[candidate.start : candidate.end]) is not None:
            return False  # digits, as of a digest
        return candidate.namespace != "uuid" or len(candidate.spelling) == 32
    match = TAGGED.match(answer, candidate.start)
    if match is None or candidate.namespace != TAG[match.group(1).lower()]:
        return False
    if candidate.end <= match.start(2) or PUNCTUATION.match(answer, candidate.end - 1):
        return False
    if token_namespace(answer[candidate.start : candidate.end]) is not None:
        return True
    core = answer[match.start(2) : candidate.end].lower()
    return any(part not in common_words() for part in PUNCTUATION.split(core))
