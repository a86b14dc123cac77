"""Security identifiers of Windows (MS-DTYP 2.4.2): a domain's accounts stay one domain's, well-known accounts stay."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pipeline.surrogates.ff1 import FF1, LONGEST
from pipeline.surrogates.numbers import Derive, NumberMap
from pipeline.surrogates.strings import Strings

_SID = re.compile(rb"S-1-(\d{1,15})((?:-\d{1,10})+)", re.IGNORECASE)
_DOMAIN = b"S-1-5-21"
DOMAIN_WORDS = 3
#: As many numbers of 32 bits as one permutation takes; a SID with more behind its head takes a token.
MOST_WORDS = LONGEST // 32
#: Relative ids below are the same in every domain (500 the administrator, 513 its users).
FIRST_OWN = 1000
TOP = 1 << 32


def sids(derive: Derive, kept: frozenset[bytes]) -> NumberMap:
    """Under ``S-1-5-21`` the domain's 96 bits are permuted, and its own relative ids under the domain as tweak; under
    any other head all that follows its first number. Heads stay, and so do the SIDs ``kept`` (lower case), which no
    other is mapped to."""
    domains, ids, others = (FF1(derive(name), 2) for name in ("domain", "relative id", "other"))

    def parse(text: bytes) -> bytes | None:
        match = _SID.fullmatch(text)
        if match is None:
            return None
        numbers = [int(number) for number in match.group(2)[1:].split(b"-")]
        if text.lower() in kept:
            return text.upper()
        if max(numbers) >= TOP or not 1 < len(numbers) <= MOST_WORDS + 1:
            return None
        head = b"S-1-%d-%d" % (int(match.group(1)), numbers[0])
        return b"-".join([head, *(b"%d" % number for number in numbers[1:])])

    def mapped(values: list[bytes], inverse: bool) -> list[bytes | None]:
        return [value if value.lower() in kept else walked(value, inverse) for value in values]

    def walked(value: bytes, inverse: bool) -> bytes:
        new = one(value, inverse)
        while new.lower() in kept:
            new = one(new, inverse)
        return new

    def one(value: bytes, inverse: bool) -> bytes:
        head, words = parts(value)
        if head != _DOMAIN or len(words) < DOMAIN_WORDS:
            return written(head, permuted(others, words, head, inverse))
        domain, relative = words[:DOMAIN_WORDS], words[DOMAIN_WORDS:]
        new = permuted(domains, domain, b"", inverse)
        tweak = written(_DOMAIN, new if inverse else domain)
        if relative and relative[0] >= FIRST_OWN:
            relative = permuted(ids, relative, tweak, inverse)
            while relative[0] < FIRST_OWN:
                relative = permuted(ids, relative, tweak, inverse)
        return written(head, new + relative)

    def write(found: Sequence[bytes], old: list[bytes], new: list[bytes]) -> list[bytes]:
        return [spelling if a == b else spelling[:1] + b[1:] for spelling, a, b in zip(found, old, new)]

    return NumberMap(parse, mapped, write)


def parts(value: bytes) -> tuple[bytes, list[int]]:
    """``S-1-5-21`` and the numbers behind it."""
    pieces = value.split(b"-")
    return b"-".join(pieces[:4]), [int(piece) for piece in pieces[4:]]


def written(head: bytes, words: list[int]) -> bytes:
    return b"-".join([head, *(b"%d" % word for word in words)])


def permuted(ff1: FF1, words: list[int], tweak: bytes, inverse: bool) -> list[int]:
    """Numbers of 32 bits, permuted as one."""
    octets = np.frombuffer(b"".join(word.to_bytes(4, "big") for word in words), np.uint8)
    bits = Strings.of_rows(np.unpackbits(octets).reshape(1, -1))
    new = np.packbits(ff1.mapped(bits, Strings.of([tweak]), inverse=inverse).flat)
    return [int(word) for word in new.view(">u4")]
