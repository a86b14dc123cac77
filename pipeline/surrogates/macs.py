"""MAC addresses, and the interface ids and groups made of them.

The low 24 bits go through one untweaked permutation wherever they stand, so that a MAC, the IPv6 interface id made of
it, its solicited-node group and that group's MAC agree. What that costs: two devices with equal low 24 bits and
different vendors still share them. U/L and I/G bits stay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pipeline.kernels.respelling import read_hex, write_hex
from pipeline.records import Bools, Int64
from pipeline.surrogates.ff1 import FF1
from pipeline.surrogates.special import Kept
from pipeline.surrogates.strings import Strings
from pipeline.surrogates.words import Words, cycle, mapped16, mapped_bits, word

LOW = 0xFFFFFF
#: Free bits of a vendor prefix: all but U/L and I/G, the two lowest of the first octet.
VENDOR_BITS = np.array([23, 22, 21, 20, 19, 18, *range(15, -1, -1)], np.uint64)
#: What stands for an IPv4 group's MAC that is not listed: the group 224.0.0.0, which no one can join.
MASKED_GROUP = 0x01005E000000


class MacMap:
    """48-bit addresses of one space."""

    def __init__(self, derive: Callable[[str], bytes], kept: Kept, *, keep_vendor_prefix: bool = True) -> None:
        self._kept = kept
        self._low = FF1(derive("low"), 16)
        self._long = FF1(derive("long"), 16)
        self._vendor = None if keep_vendor_prefix else FF1(derive("vendor"), 2)

    def low(self, values: Words, *, inverse: bool = False) -> Words:
        """The permutation of 24 bits, uint64 [n]."""
        return mapped16(self._low, values, 6, inverse)

    def addresses(self, values: Words, *, inverse: bool = False) -> Words:
        """uint64 [n] of 48 bits -> the same; nothing is kept here. A group (I/G set) keeps its first 24 bits."""
        low = values & word(LOW)
        other = self.low(low, inverse=inverse)
        plain = other if inverse else low
        return self.vendors(values >> word(24), plain, inverse=inverse) << word(24) | other

    def vendors(self, vendors: Words, low: Words, *, inverse: bool = False) -> Words:
        """24-bit prefixes, kept or permuted under the plain low bits as tweak, as this space does."""
        if self._vendor is None or not len(vendors):
            return vendors
        tweaks = Strings.of_rows(low.astype(">u8").view(np.uint8).reshape(-1, 8))
        free = mapped_bits(self._vendor, vendors, VENDOR_BITS, inverse, tweaks)
        own = vendors & word(0x030000)
        return np.where(vendors & word(0x010000), vendors, free | own)

    def pseudonyms(self, values: Words) -> Words:
        """What is written for each 48-bit address: kept where listed, masked where an IPv4 group's is not listed."""
        other = np.where(values >> word(24) == word(0x01005E), word(MASKED_GROUP), self.addresses(values))
        return np.where(self._kept.has_mac(values), values, other)

    def originals(self, values: Words) -> tuple[Words, Bools]:
        """The 48-bit addresses of what was written, and where there are any: none for a masked group."""
        kept = self._kept.has_mac(values) & (values != word(MASKED_GROUP))
        return np.where(kept, values, self.addresses(values, inverse=True)), kept | (
            values >> word(24) != word(0x01005E)
        )

    def eui64(self, identifiers: Words, *, inverse: bool = False) -> Words:
        """Interface ids with ff:fe in the middle (RFC 4291 appendix A), uint64 [n]; the U/L bit stays."""
        low = identifiers & word(LOW)
        other = self.low(low, inverse=inverse)
        vendors = self.vendors(identifiers >> word(40), other if inverse else low, inverse=inverse)
        return vendors << word(40) | word(0xFFFE << 24) | other

    def long_addresses(self, values: Words, *, inverse: bool = False) -> Words:
        """EUI-64 addresses, 64 bits: those made of a MAC follow it, others keep the vendor as MACs do."""
        if not len(values):
            return values
        made = ((values >> word(24)) & word(0xFFFF)) == word(0xFFFE)
        done = np.empty_like(values)
        done[made] = self.eui64(values[made], inverse=inverse)
        rest = values[~made]
        low = rest & word((1 << 40) - 1)
        other = cycle(lambda w: mapped16(self._long, w, 10, inverse), low, lambda w: (w >> word(24)) != word(0xFFFE))
        plain = (other if inverse else low) & word(LOW)
        done[~made] = self.vendors(rest >> word(40), plain, inverse=inverse) << word(40) | other
        return done


def maker_of(text: bytes) -> bytes:
    """What stands for the first half of an address that a program resolved: ``HewlettP_``."""
    maker, mark, _ = text.rpartition(b"_")
    return maker + mark if b":" not in maker else b""


def whole_octets(text: bytes) -> bytes:
    """An address as it may be written, its octets with their leading zeros and without ``0x`` or its maker's name."""
    bare = text.lower().removeprefix(b"0x")
    if b":" in bare.partition(b"_")[0]:
        bare = bare.replace(b"_", b":")  # two halves
    bare = bare.removeprefix(maker_of(bare))
    octets = bare.replace(b"-", b":").split(b":")
    if len(octets) in (6, 8) and all(0 < len(octet) <= 2 for octet in octets):
        return b"".join(octet.rjust(2, b"0") for octet in octets)
    return bare


def read_macs(texts: Sequence[bytes]) -> tuple[Words, Int64]:
    """The number of each address, and the count of its digits: 12, 16, 6 where only the low half
    is told, or 0 where a text is none.

    Any notation with two digits an octet is read.
    """
    strings = Strings.of(texts)
    values, widths = np.empty(len(texts), np.uint64), np.empty(len(texts), np.int64)
    read_hex(strings.flat, strings.starts, values, widths)
    return values, widths


def write_macs(values: Words, widths: Int64) -> list[bytes]:
    """Each as so many lower-case digits."""
    starts = np.zeros(len(values) + 1, np.int64)
    np.cumsum(widths, out=starts[1:])
    out = np.empty(int(starts[-1]), np.uint8)
    write_hex(values, starts, out)
    return Strings(out, starts).texts()
