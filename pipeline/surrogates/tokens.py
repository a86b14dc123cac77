"""Tagged tokens: pseudonyms without a form of their own, such as ``person-k3f9x2apqrtw``."""

from __future__ import annotations

import hmac
import re
from itertools import product

from pipeline.errors import ConfigurationError

#: 32 of [a-z2-9]; without l and o, that are read as digits.
ALPHABET = b"abcdefghijkmnpqrstuvwxyz23456789"
#: 60 bits: of n values two share a token with a chance below n^2 / 2^61, 4 in 10^7 for a million values.
LENGTH = 12
#: Three symbols at a time.
TRIPLES = [bytes(each) for each in product(ALPHABET, repeat=3)]
#: Of the tokens that stand for groups of overlapping findings.
TOKEN_NAMESPACE = "token"
TAG = re.compile(r"[a-z]{1,12}")

#: namespace -> tag, where the namespace is no word to show. ``name`` and ``acct`` differ from names.py's tags, so
#: that no token can equal the pseudonym of another name.
TAGS = {"credential": "secret", "label": "name", "account": "acct"}


class TokenMap:
    """The tokens of one space and namespace: a keyed digest, not invertible."""

    def __init__(self, key: bytes, namespace: str) -> None:
        self._key = key
        tag = TAGS.get(namespace, namespace)
        if not TAG.fullmatch(tag):
            raise ConfigurationError(
                "namespace: 1 to 12 of a-z are needed to name its tokens; mend the recognizer's entity"
            )
        self._tag = tag.encode() + b"-"

    def token(self, canonical: bytes) -> bytes:
        """The same for the same canonical form, whatever its notation or case was."""
        number = int.from_bytes(hmac.digest(self._key, canonical, "sha256")[:8], "big") >> 4
        return b"%b%b%b%b%b" % (
            self._tag,
            TRIPLES[number >> 45],
            TRIPLES[number >> 30 & 32767],
            TRIPLES[number >> 15 & 32767],
            TRIPLES[number & 32767],
        )
