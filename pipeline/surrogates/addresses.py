"""IPv4 and IPv6 addresses: subnets stay subnets, private stays private, public stays public.

Each class of addresses (private blocks, link-local, unique local, public …) has its own key and its prefix stays; a
prefix-preserving map runs on the bits below it. A public address is walked past the other blocks. No IPv4 block is
longer than /16, so public prefixes of /16 and longer are kept exactly.

Documentation ranges count as public. Listed special addresses are kept; the maps do not know of them, so now and then
a map gives one of them, or gives an address itself: a coincidence no permutation can exclude.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from pipeline.kernels.address_classes import HOLDS_IPV4, MADE_OF_MAC, OTHER, interface_kinds, last_match
from pipeline.kernels.address_text import FOUR, LONGEST, SIX, read_addresses, write_addresses
from pipeline.records import Bools, Bytes, Int64
from pipeline.surrogates.ff1 import FF1
from pipeline.surrogates.macs import LOW, MacMap
from pipeline.surrogates.notation import is_upper
from pipeline.surrogates.prefixes import PrefixMap
from pipeline.surrogates.special import Kept
from pipeline.surrogates.strings import Strings
from pipeline.surrogates.words import Words, cycle, mapped16, word
from recognizers.proc_net import written_as

#: name -> the block. Class 0 is public, all that is in no block (RFC 6890; none longer than /16).
IPV4_BLOCKS: tuple[tuple[str, str], ...] = (
    ("this-network", "0.0.0.0/8"),
    ("private-10", "10.0.0.0/8"),
    ("shared", "100.64.0.0/10"),
    ("loopback", "127.0.0.0/8"),
    ("link-local", "169.254.0.0/16"),
    ("private-172", "172.16.0.0/12"),
    ("private-192", "192.168.0.0/16"),
    ("benchmark", "198.18.0.0/15"),
    ("multicast", "224.0.0.0/4"),
    ("reserved", "240.0.0.0/4"),
)
IPV4_NAMES = ("public", *(name for name, _ in IPV4_BLOCKS))
IPV4_FIXED = (0, *(int(block.rpartition("/")[2]) for _, block in IPV4_BLOCKS))

_DOTS = re.compile(rb"[\[(](?:\.|dot)[\])]|\.", re.IGNORECASE)
_HEX_NUMBER = re.compile(rb"((?:0x)?)([0-9a-f]{8})", re.IGNORECASE)
TOP = (1 << 64) - 1
#: (name, value, mask of the /64 that must agree, bits of the prefix that stay); a later line wins over an earlier.
IPV6_CLASSES: tuple[tuple[str, int, int, int], ...] = (
    ("other", 0, 0, 0),
    ("global", 0x2000 << 48, 0xE000 << 48, 3),
    ("6to4", 0x2002 << 48, 0xFFFF << 48, 48),
    ("low", 0, TOP, 64),
    ("nat64", 0x0064FF9B << 32, TOP, 64),
    ("nat64-local", 0x0064FF9B0001 << 16, TOP ^ 0xFFFF, 48),
    ("discard", 0x0100 << 48, TOP, 64),
    ("unique-local-fc", 0xFC << 56, 0xFF << 56, 8),
    ("unique-local-fd", 0xFD << 56, 0xFF << 56, 8),
    ("link-local-wide", 0xFE80 << 48, 0xFFC0 << 48, 10),
    ("link-local", 0xFE80 << 48, TOP, 64),
    ("site-local", 0xFEC0 << 48, 0xFFC0 << 48, 10),
    ("multicast-wide", 0xFF << 56, 0xFF << 56, 16),
    ("multicast", 0xFF << 56, TOP ^ (0xFF << 48), 64),
)
_VALUES, _MASKS = (np.array([line[column] for line in IPV6_CLASSES], np.uint64) for column in (1, 2))
GLOBAL_6TO4, NAT64, WIDE_GROUP, GROUP = 2, 4, 12, 13
#: Classes of one /64 within another: a shorter network is in the wider one.
WIDER = {10: 9, GROUP: WIDE_GROUP}


@cache
def _ipv4_table() -> Bytes:
    """The class of each /16."""
    table = np.zeros(1 << 16, np.uint8)
    for number, (_, block) in enumerate(IPV4_BLOCKS, 1):
        network = ipaddress.IPv4Network(block)
        first = int(network.network_address) >> 16
        table[first : first + (network.num_addresses >> 16)] = number
    return table


def ipv4_class(addresses: Words) -> Bytes:
    """The place in IPV4_NAMES of each address, uint64 [n]."""
    return _ipv4_table()[addresses >> word(16)]


class Ipv4Map:
    """The IPv4 addresses of one space; ``derive`` gives 32 bytes a name."""

    def __init__(self, derive: Callable[[str], bytes], kept: Kept) -> None:
        self._kept = kept
        self._maps = [PrefixMap(derive(f"ipv4 {name}")) for name in IPV4_NAMES]

    def mapped(self, addresses: Words, *, inverse: bool = False) -> Words:
        """uint64 [n] of 32 bits -> the same, injective; nothing is kept here."""
        classes = ipv4_class(addresses)
        done = np.empty_like(addresses)
        for number in _present(classes):
            chosen = np.flatnonzero(classes == number)
            done[chosen] = self._walked(number, addresses[chosen], inverse)
        return done

    def pseudonyms(self, addresses: Words, *, inverse: bool = False) -> Words:
        """``mapped``, save that listed special addresses stay, in both directions."""
        return np.where(self._kept.has_ipv4(addresses), addresses, self.mapped(addresses, inverse=inverse))

    def prefixes(self, addresses: Words, lengths: Int64, *, inverse: bool = False) -> Words:
        """Networks, by their first address and the bits of their prefix, int64 [n]; what is below the prefix is zero.

        A prefix of 31 bits and more is an address (RFC 3021). From /16 on the pseudonyms of a network's addresses
        are in the network's. Kept is a network in a kept network, whatever single addresses are.
        """
        others = self.mapped(addresses, inverse=inverse)
        masks = word(0xFFFFFFFF) << (32 - lengths).astype(np.uint64)
        masked = np.where(self._kept.has_in_network(addresses), addresses, others & masks)
        return np.where(lengths >= 31, np.where(self._kept.has_ipv4(addresses), addresses, others), masked)

    def _walked(self, number: int, addresses: Words, inverse: bool) -> Words:
        prefixes, fixed = self._maps[number], IPV4_FIXED[number]
        return cycle(lambda w: prefixes.ipv4(w, fixed, inverse=inverse), addresses, lambda w: ipv4_class(w) == number)


def ipv6_class(high: Words) -> Bytes:
    """The place in IPV6_CLASSES of each /64, uint64 [n]."""
    classes = np.empty(len(high), np.uint8)
    last_match(high, _VALUES, _MASKS, classes)
    return classes


class Ipv6Map:
    """The IPv6 addresses of one space: the /64 by a prefix map, the interface id apart, the same in every subnet.

    What holds an IPv4 address (mapped, NAT64, 6to4, ISATAP) or a MAC (EUI-64, solicited-node groups) follows it.
    """

    def __init__(self, derive: Callable[[str], bytes], kept: Kept, ipv4: Ipv4Map, macs: MacMap) -> None:
        self._kept, self._ipv4, self._macs = kept, ipv4, macs
        self._maps = [PrefixMap(derive(f"ipv6 {name}")) for name, *_ in IPV6_CLASSES]
        self._identifiers = FF1(derive("ipv6 interface"), 16)
        self._groups = FF1(derive("ipv6 group"), 16)

    def mapped(
        self, high: Words, low: Words, lengths: Int64 | None = None, *, inverse: bool = False
    ) -> tuple[Words, Words]:
        """The two words of each address, uint64 [n] each; both maps keep the class, so it can be read off either.

        ``lengths`` says of how many bits a prefix is, where it is one.
        """
        classes = ipv6_class(high)
        network = self.networks(high, lengths, inverse=inverse)
        interface = low.copy()
        groups = (classes == GROUP) | (classes == WIDE_GROUP)
        interface[groups] = self._group(low[groups], inverse)
        interface[~groups] = self._interface(classes[~groups] == NAT64, low[~groups], inverse)
        return network, interface

    def pseudonyms(self, high: Words, low: Words, *, inverse: bool = False) -> tuple[Words, Words]:
        """``mapped``, save that listed special addresses stay, in both directions."""
        others = self.mapped(high, low, inverse=inverse)
        kept = self._kept.has_ipv6(high, low)
        return np.where(kept, high, others[0]), np.where(kept, low, others[1])

    def prefixes(self, high: Words, low: Words, lengths: Int64, *, inverse: bool = False) -> tuple[Words, Words]:
        """Networks, as ``Ipv4Map.prefixes``, exact where a network is in one class.

        One longer than /64 and shorter than /127 keeps its form only, and has no way back.
        """
        others = self.mapped(high, low, lengths, inverse=inverse)
        shift = np.minimum(lengths, 64)
        top = np.where(shift > 0, word(TOP) << np.minimum(64 - shift, 63).astype(np.uint64), word(0))
        rest = np.minimum(128 - np.maximum(lengths, 64), 63).astype(np.uint64)
        bottom = np.where(lengths > 64, word(TOP) << rest, word(0))
        top, bottom = (np.where(lengths >= 127, word(TOP), mask) for mask in (top, bottom))
        kept = self._kept.has_ipv6(high, low)
        return np.where(kept, high, others[0] & top), np.where(kept, low, others[1] & bottom)

    def networks(self, high: Words, lengths: Int64 | None = None, *, inverse: bool = False) -> Words:
        """The /64s: uint64 [n] -> the same; ``lengths`` as for ``mapped``."""
        classes = ipv6_class(high)
        if lengths is not None:
            for narrow, wide in WIDER.items():
                classes[(classes == narrow) & (lengths < 64)] = wide
        done = np.empty_like(high)
        for number in _present(classes):
            chosen = np.flatnonzero(classes == number)
            old = high[chosen]
            if IPV6_CLASSES[number][3] == 64:
                done[chosen] = old
            elif number == GLOBAL_6TO4:  # 2002:<IPv4>:<subnet>; the subnet's map depends on the plain IPv4 address
                inner = (old >> word(16)) & word(0xFFFFFFFF)
                if lengths is None:
                    inner = self._ipv4.pseudonyms(inner, inverse=inverse)
                else:
                    inner = self._ipv4.prefixes(inner, np.clip(lengths[chosen] - 16, 0, 32), inverse=inverse)
                other = word(0x2002 << 48) | inner << word(16)
                subnet = self._walked(number, other | old & word(0xFFFF) if inverse else old, inverse)
                done[chosen] = other | subnet & word(0xFFFF)
            else:
                done[chosen] = self._walked(number, old, inverse)
        return done

    def _interface(self, in_nat64: Bools, low: Words, inverse: bool) -> Words:
        done = low.copy()
        kinds = _kinds(low, in_nat64)
        inner = np.flatnonzero(kinds == HOLDS_IPV4)
        done[inner] = low[inner] & word(0xFFFFFFFF << 32) | self._ipv4.pseudonyms(
            low[inner] & word(0xFFFFFFFF), inverse=inverse
        )
        made = np.flatnonzero(kinds == MADE_OF_MAC)
        done[made] = self._macs.eui64(low[made], inverse=inverse)
        for nat64 in (False, True):
            other = np.flatnonzero((kinds == OTHER) & (in_nat64 == nat64))
            done[other] = self._other(low[other], nat64, inverse)
        return done

    def _walked(self, number: int, high: Words, inverse: bool) -> Words:
        prefixes, fixed = self._maps[number], IPV6_CLASSES[number][3]
        return cycle(lambda w: prefixes.network(w, fixed, inverse=inverse), high, lambda w: ipv6_class(w) == number)

    def _other(self, low: Words, nat64: bool, inverse: bool) -> Words:
        """Interface ids of no special form, walked past the special forms of their class."""
        return cycle(
            lambda w: mapped16(self._identifiers, w, 16, inverse),
            low,
            lambda w: _kinds(w, np.full(len(w), nat64)) == OTHER,
        )

    def _group(self, low: Words, inverse: bool) -> Words:
        """Group ids: the low 24 bits as a MAC's, the octet above stays, so that 33:33 MACs agree (RFC 2464)."""
        top = low >> word(32)
        named = top > word(1)  # 0 and 1 are forms (solicited nodes stand under 1), not names
        top[named] = cycle(lambda w: mapped16(self._groups, w, 8, inverse), top[named], lambda w: w > word(1))
        return top << word(32) | low & word(0xFF000000) | self._macs.low(low & word(LOW), inverse=inverse)


def read_all(canonical: Sequence[bytes], found: Sequence[bytes]) -> tuple[Bytes, Words, Words]:
    """The address of each canonical form, or of what was found where only that is an IPv6 address.

    Returns:
      FOUR, SIX or 0, and the two words of each.
    """
    texts, others = Strings.of(canonical), Strings.of(found)
    kinds = np.empty(len(texts), np.uint8)
    high, low = np.zeros(len(texts), np.uint64), np.zeros(len(texts), np.uint64)
    read_addresses(texts.flat, texts.starts, others.flat, others.starts, kinds, high, low)
    return kinds, high, low


def write_all(kinds: Bytes, high: Words, low: Words, found: Sequence[bytes]) -> list[bytes]:
    """Each address in the notation found, or in its canonical form where ``found`` is empty."""
    others = Strings.of(found) if found else Strings.empty(len(kinds))
    out, starts = np.empty(LONGEST * len(kinds), np.uint8), np.empty(len(kinds) + 1, np.int64)
    write_addresses(kinds, high, low, others.flat, others.starts, out, starts)
    written = Strings(out[: starts[-1]], starts).texts()
    for place in np.flatnonzero((kinds == FOUR) & _is_no_quad(others)).tolist():
        written[place] = _as_found(written[place], found[place])
    for place in np.flatnonzero((kinds == SIX) & _is_in_digits(others)).tolist():
        address = int(high[place]) << 64 | int(low[place])
        written[place] = written_as(found[place], address) or written[place]
    return written


def _is_no_quad(texts: Strings) -> Bools:
    """Texts that hold no dot, or one between brackets."""
    plain = np.cumsum(np.concatenate(([0], texts.flat == 0x2E)))
    brackets = np.cumsum(np.concatenate(([0], (texts.flat == 0x5B) | (texts.flat == 0x28))))
    plain, brackets = np.diff(plain[texts.starts]), np.diff(brackets[texts.starts])
    return (texts.lengths > 0) & ((plain == 0) | (brackets > 0))


def _is_in_digits(texts: Strings) -> Bools:
    """Texts as long as 32 digits are, alone or before a colon and a port."""
    return np.isin(texts.lengths, (32, 37))


def _as_found(quad: bytes, found: bytes) -> bytes:
    """A dotted quad as one number, or with dots that link nothing, as another address was found."""
    dots = _DOTS.findall(found)
    if len(dots) == 3:
        return b"".join(part + dot for part, dot in zip(quad.split(b"."), [*dots, b""]))
    number = int.from_bytes(bytes(map(int, quad.split(b"."))), "big")
    if found.isdigit():
        return b"%d" % number
    digits = _HEX_NUMBER.fullmatch(found)
    if digits is None:
        return written_as(found, number) or quad
    return digits.group(1) + (b"%08X" if is_upper(digits.group(2)) else b"%08x") % number


def _kinds(low: Words, in_nat64: Bools) -> Bytes:
    kinds = np.empty(len(low), np.uint8)
    interface_kinds(low, in_nat64, kinds)
    return kinds


def _present(classes: Bytes) -> list[int]:
    """The classes that there are; for small numbers quicker than sorting."""
    return np.flatnonzero(np.bincount(classes)).tolist()
