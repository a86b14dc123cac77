"""Networks as they are written: an address, a slash, and the bits of a prefix or an IPv4 netmask.

The canonical form is the address and the length, as ``192.0.2.0/24``. Where all bits below the prefix are zero it is
the network, and they stay zero; where not, it is an address with its network's length, and follows the bare address.
One address of a network may itself be mapped to zeros below the prefix: with its length it then reads as the network.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import numpy as np

from pipeline.kernels.address_text import FOUR, SIX
from pipeline.records import Bools, Bytes, Int64
from pipeline.surrogates.addresses import Ipv4Map, Ipv6Map, read_all, write_all
from pipeline.surrogates.words import Words, word

TOP = word((1 << 64) - 1)


def networks(
    maps: tuple[Ipv4Map, Ipv6Map], canonical: Sequence[bytes], found: Sequence[bytes], *, inverse: bool = False
) -> list[bytes | None]:
    """Pseudonyms of networks, or their canonical originals; None for what is none."""
    heads, tails = zip(*(text.split(b"/", 1) for text in canonical)) if canonical else ((), ())
    spelled = [text.split(b"/", 1)[0] for text in found]
    kinds, high, low = read_all(heads, spelled)
    lengths = np.array([length_of(tail, kind) for tail, kind in zip(tails, kinds.tolist())], np.int64)
    kinds[lengths < 0] = 0
    zero = ends_in_zeros(kinds, high, low, lengths)
    known = kinds > 0
    for kind in (FOUR, SIX):
        rows = np.flatnonzero(kinds == kind)
        whole = 32 if kind == FOUR else 128
        if not len(rows):
            continue
        prefix = np.where(zero[rows], lengths[rows], whole)
        if kind == FOUR:
            low[rows] = maps[0].prefixes(low[rows], prefix, inverse=inverse)
        else:
            known[rows] &= (not inverse) | ~zero[rows] | (prefix <= 64) | (prefix >= 127)
            high[rows], low[rows] = maps[1].prefixes(high[rows], low[rows], prefix, inverse=inverse)
    written = write_all(kinds, high, low, [] if inverse else spelled)
    slashes = [b"/" if inverse else text[len(head) :] for text, head in zip(found, spelled)]
    return [
        text + suffix(slash, kind, length) if good else None
        for text, slash, kind, length, good in zip(written, slashes, kinds.tolist(), lengths.tolist(), known.tolist())
    ]


def length_of(tail: bytes, kind: int) -> int:
    """The bits of a prefix, from their number or an IPv4 netmask; -1 where it is neither."""
    if tail.isdigit() and len(tail) <= 3:
        return int(tail) if int(tail) <= (32 if kind == FOUR else 128) else -1
    try:
        return ipaddress.IPv4Network(f"0.0.0.0/{tail.decode('ascii')}").prefixlen if kind == FOUR else -1
    except ValueError:
        return -1


def ends_in_zeros(kinds: Bytes, high: Words, low: Words, lengths: Int64) -> Bools:
    """Whether each address is all zero below its prefix."""
    bits = np.where(kinds == FOUR, 32, 128) - lengths  # below the prefix, 0 to 128
    below = np.where(bits >= 64, TOP, (word(1) << np.minimum(bits, 63).astype(np.uint64)) - word(1))
    above = np.where(bits > 64, TOP >> np.clip(128 - bits, 0, 63).astype(np.uint64), word(0))
    return ((low & below) == word(0)) & ((high & above) == word(0))


def suffix(found: bytes, kind: int, length: int) -> bytes:
    """The length as it was found, where it is that length, or bits; nothing where it was found without."""
    if found == b"" or length_of(found[1:], kind) == length:
        return found
    return b"/%d" % length
