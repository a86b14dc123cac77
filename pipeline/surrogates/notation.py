"""A pseudonym written as its original was found: notation, separators, letter case."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pipeline.kernels.respelling import SEPARATOR, SYMBOL, respell_all
from pipeline.surrogates.strings import Strings

HEX = frozenset(b"0123456789abcdefABCDEF")
DIGITS = frozenset(b"0123456789")
ALPHANUMERIC = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
#: No pseudonym has another byte, so that none needs an escape in JSON, CSV or a URL.
SAFE = ALPHANUMERIC | frozenset(b"._:@+/-")
SEPARATORS = frozenset(b":-./")
HYPHENS = b"-"
#: What may stand before the symbols of a value: notations of MACs, UUIDs (RFC 9562) and digests.
PREFIXES = frozenset((b"", b"0x", b"urn:uuid:", b"md5:", b"sha1:", b"sha256:", b"sha384:", b"sha512:"))


class Spelling:
    """How values of one kind are written.

    Args:
      symbols: the bytes of which values are made.
      otherwise: how the new symbols are written where what was found does not spell the old ones; takes both.
    """

    def __init__(self, symbols: frozenset[int], otherwise: Callable[[bytes, bytes], bytes]) -> None:
        self._symbols = symbols
        self._otherwise = otherwise
        self._kinds = np.zeros(256, np.uint8)
        self._kinds[list(SEPARATORS)] = SEPARATOR
        self._kinds[list(symbols)] = SYMBOL

    def write(self, found: Sequence[bytes], old: list[bytes], new: list[bytes]) -> list[bytes]:
        """The new symbols, lower-case as the old ones, in each notation found."""
        texts, olds = Strings.of(found), Strings.of(old)
        out, spelled = np.empty_like(texts.flat), np.empty(len(found), np.bool_)
        news = Strings.of(new)
        respell_all(texts.flat, texts.starts, olds.flat, news.flat, olds.starts, self._kinds, out, spelled)
        written = Strings(out, texts.starts).texts()
        for i in np.flatnonzero(~spelled).tolist():
            written[i] = respell(found[i], old[i], new[i], self._symbols) or self._otherwise(found[i], new[i])
        return written


def is_upper(text: bytes) -> bool:
    """Whether a text has letters, all upper-case."""
    return text != text.lower() and text == text.upper()


def respell(found: bytes, old: bytes, new: bytes, symbols: frozenset[int]) -> bytes | None:
    """``found`` with its last symbols, which must spell ``old`` whatever the case, replaced by ``new``.

    Letters are upper-case where all of the replaced letters were. None where ``found`` does not spell ``old``, or
    holds anything besides but separators and a known prefix: what is not replaced must not pass.
    """
    places = [at for at, byte in enumerate(found) if byte in symbols][-len(old) :] if old else []
    spelled = bytes(found[at] for at in places)
    if not places or spelled.lower() != old.lower() or len(old) != len(new):
        return None
    prefix, rest = found[: places[0]].lower(), found[places[0] :]
    if prefix not in PREFIXES or any(byte not in symbols and byte not in SEPARATORS for byte in rest):
        return None
    written = bytearray(found)
    for at, byte in zip(places, new.upper() if is_upper(spelled) else new.lower()):
        written[at] = byte
    return bytes(written)


def plain(found: bytes, new: bytes) -> bytes:
    """Without separators."""
    return new


def hyphenated(found: bytes, new: bytes) -> bytes:
    """A UUID's 32 digits in their groups (RFC 9562)."""
    return b"-".join((new[:8], new[8:12], new[12:16], new[16:20], new[20:]))


def in_octets(found: bytes, new: bytes) -> bytes:
    """A MAC's 12 or 16 digits; octets found without leading zeros are written so, too."""
    octets = [new[at : at + 2] for at in range(0, len(new), 2)]
    for separator in (b":", b"-"):
        groups = found.split(separator)
        if len(groups) == len(octets) and all(group and HEX.issuperset(group) for group in groups):
            written = separator.join(b"%x" % int(octet, 16) for octet in octets)
            return written.upper() if is_upper(found) else written
    return b":".join(octets)
