"""The vault: which pseudonyms were issued to a recipient, and what the tokens among them stand for.

A row is a keyed digest of (namespace, pseudonym in one spelling). A pseudonym that its key inverts has nothing more; a
token, which nothing inverts, has its original beside it, encrypted. Both keys lie below the client's key of the epoch,
so that destroying that shreds what is in here. Where rows lie: ``pipeline.release.vaults``.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from functools import cache
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from pipeline.errors import KeyProblem
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.macs import whole_octets
from pipeline.surrogates.notation import PREFIXES
from pipeline.surrogates.numbers import INVERTIBLE_HEX
from pipeline.surrogates.space import INVERTIBLE
from pipeline.surrogates.tokens import ALPHABET, LENGTH, TAGS, TOKEN_NAMESPACE
from recognizers.defanged import refanged
from recognizers.entities import NAMESPACES
from recognizers.ip import compressed, number_of
from recognizers.proc_net import address_in

#: Bytes of a digest.
DIGEST = 16
#: Namespaces whose pseudonyms are spelled with letters and punctuation of their own: only the letter case is not told
#: apart. In all others separators are notation.
NAMED = frozenset(("label", "account", "serial", "sid"))
SEPARATORS = b" -.:/()+"
TAG_NAMESPACE: Mapping[bytes, str] = {
    TAGS.get(namespace, namespace).encode(): namespace for namespace in (*NAMESPACES.values(), TOKEN_NAMESPACE)
}
_TOKEN_LETTERS = frozenset(ALPHABET)


def token_namespace(written: bytes) -> str | None:
    """The namespace of what has the form of a token, in any letter case, or None."""
    if written[-LENGTH - 1 : -LENGTH] != b"-":
        return None
    lower = written.lower()
    return TAG_NAMESPACE.get(lower[: -LENGTH - 1]) if _TOKEN_LETTERS.issuperset(lower[-LENGTH:]) else None


@cache
def _prefixes() -> tuple[bytes, ...]:
    return tuple(sorted((prefix for prefix in PREFIXES if prefix), key=len, reverse=True))


def one_spelling(namespace: str, written: bytes) -> bytes:
    """The spelling in which a pseudonym is looked up, whatever its notation and letter case."""
    lower = written.lower()
    if namespace in NAMED or namespace not in INVERTIBLE or token_namespace(lower):
        return lower.removesuffix(b".") if namespace == "label" else lower
    if namespace == "ip":
        return _address(lower)
    if namespace == "mac":
        return whole_octets(lower).translate(None, SEPARATORS)
    for prefix in _prefixes():
        if lower.startswith(prefix):
            lower = lower[len(prefix) :]
            break
    return lower.translate(None, SEPARATORS)


def _address(text: bytes) -> bytes:
    """An address, or a network with its length in bits, in RFC 5952 or as dotted quad without leading zeros."""
    number = number_of(text)
    if number is not None:
        return str(ipaddress.IPv4Address(number)).encode()
    stored = address_in(text)
    if stored is not None:
        text = str(stored).encode()
    address, slash, length = refanged(text).partition(b"/")
    try:
        if address.translate(None, b"0123456789."):
            address = compressed(ipaddress.IPv6Address(address.split(b"%", 1)[0].decode("ascii", "replace")))
        else:
            address = b".".join([octet.lstrip(b"0") or b"0" for octet in address.split(b".")])
        if slash and b"." in length:
            length = b"%d" % ipaddress.IPv4Network(f"0.0.0.0/{length.decode('ascii', 'replace')}").prefixlen
    except ValueError:
        return text
    return address + slash + length


def is_inverted(namespace: str, spelling: bytes) -> bool:
    """Whether a pseudonym, in ``one_spelling``, is turned back by its key alone."""
    if namespace not in INVERTIBLE or token_namespace(spelling) is not None:
        return False
    return namespace != "hash" or len(spelling) <= INVERTIBLE_HEX


class VaultKey:
    """What seals and opens rows for one recipient of one client and epoch. Never printed, never pickled."""

    __slots__ = ("_digest", "_siv")

    def __init__(self, key: ClientKey, recipient_id: str) -> None:
        self._digest = hashlib.blake2b(key=key.derive("vault", recipient_id, "digests"), digest_size=DIGEST)
        self._siv = AESSIV(key.derive("vault", recipient_id, "originals", length=64))

    def digest(self, namespace: str, spelling: bytes) -> bytes:
        """Keyed BLAKE2b (RFC 7693) of a pseudonym in ``one_spelling``: 16 bytes."""
        state = self._digest.copy()
        state.update(namespace.encode() + b"\0" + spelling)
        return state.digest()

    def seal(self, digest: bytes, original: bytes) -> bytes:
        """AES-SIV (RFC 5297), bound to the row: the same run makes the same bytes, and a nonce is never used twice."""
        return self._siv.encrypt(original, [b"original", digest])

    def open(self, digest: bytes, sealed: bytes) -> bytes:
        """The original. Raises KeyProblem where the row was changed or is another's."""
        try:
            return self._siv.decrypt(sealed, [b"original", digest])
        except (InvalidTag, ValueError):
            raise KeyProblem(
                "vault: a row does not open under its key: it was changed; restore it from a backup"
            ) from None

    def rows(self, namespace: str, pseudonym: bytes, original: bytes) -> list[tuple[bytes, bytes | None]]:
        """(digest, sealed original or None) of one pseudonym; of a host name also of each label that has a tag.

        Args:
          pseudonym, original: as written, and as found.
        """
        spelling = one_spelling(namespace, pseudonym)
        rows = [self._row(namespace, spelling, original)]
        if namespace == "label" and b"." in spelling:
            labels, olds = spelling.split(b"."), original.removesuffix(b".").split(b".")
            if len(labels) == len(olds):
                rows += [
                    self._row(namespace, new, old)
                    for new, old in zip(labels, olds)
                    if new.startswith(b"host-") or token_namespace(new)
                ]
        return rows

    def _row(self, namespace: str, spelling: bytes, original: bytes) -> tuple[bytes, bytes | None]:
        digest = self.digest(namespace, spelling)
        return digest, None if is_inverted(namespace, spelling) else self.seal(digest, original)

    def __repr__(self) -> str:
        return "VaultKey()"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a vault key is not pickled: each worker derives its own")
