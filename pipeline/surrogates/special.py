"""What is kept as it stands: listed addresses, service labels, system accounts, security ids. A list changes no map.

The lists that ship are data files of this room. A policy may hold others: they act at redaction only, so that a value
which is in neither of two lists has one pseudonym under both. A pseudonym may equal a kept value by chance.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np

from pipeline.errors import ConfigurationError
from pipeline.records import Bools
from pipeline.surrogates.words import Words

FULL = (1 << 32) - 1
#: The line that stands for all contiguous IPv4 netmasks and their inverses from 0.255.255.255 on.
NETMASKS = "netmasks"


@dataclass(frozen=True)
class Kept:
    """What one recipient gets as it stands.

    Attributes:
      ipv4, ipv6, macs: single addresses, as numbers.
      ipv4_networks: (address, mask) of networks kept whole.
      labels: of host names, left of a suffix or alone; lower-case.
      accounts: lower-case.
      sids: Windows security ids, lower-case.
    """

    ipv4: frozenset[int] = frozenset()
    ipv4_networks: frozenset[tuple[int, int]] = frozenset()
    ipv6: frozenset[int] = frozenset()
    macs: frozenset[int] = frozenset()
    labels: frozenset[bytes] = frozenset()
    accounts: frozenset[bytes] = frozenset()
    sids: frozenset[bytes] = frozenset()

    @classmethod
    def listed(
        cls,
        addresses: Iterable[str] = (),
        labels: Iterable[str] = (),
        accounts: Iterable[str] = (),
        sids: Iterable[str] = (),
    ) -> Kept:
        """Of lines: an IP or MAC address, an IPv4 network, or ``netmasks``; a label; an account; a security id.

        The MACs of listed IP groups are kept with them (RFC 1112, RFC 2464).

        Raises:
          ConfigurationError: a line is none of these.
        """
        ipv4: set[int] = set()
        networks: set[tuple[int, int]] = set()
        ipv6: set[int] = set()
        macs: set[int] = set()
        for line in addresses:
            try:
                if line == NETMASKS:
                    ipv4 |= {FULL ^ (FULL >> bits) for bits in range(33)} | {FULL >> bits for bits in range(8, 33)}
                elif "." in line and "/" in line:
                    network = ipaddress.IPv4Network(line)
                    networks.add((int(network.network_address), int(network.netmask)))
                elif "." in line:
                    ipv4.add(int(ipaddress.IPv4Address(line)))
                elif is_mac(line):
                    macs.add(int(line.replace(":", ""), 16))
                else:
                    ipv6.add(int(ipaddress.IPv6Address(line)))
            except ValueError as error:
                raise ConfigurationError(
                    f"kept address {line!r}: an IP address, an IPv4 network such as 127.0.0.0/8, a MAC address such as"
                    f" 01:80:c2:00:00:00, or {NETMASKS!r} is needed"
                ) from error
        macs |= {0x01005E << 24 | address & 0x7FFFFF for address in ipv4 if address >> 28 == 0xE}
        macs |= {0x3333 << 32 | address & FULL for address in ipv6 if address >> 120 == 0xFF}
        return cls(
            frozenset(ipv4),
            frozenset(networks),
            frozenset(ipv6),
            frozenset(macs),
            lowered(labels),
            lowered(accounts),
            lowered(sids),
        )

    @classmethod
    def read(cls, text: str) -> Kept:
        """Of JSON ``{"shipped": bool, "addresses": [...], ...}``, the lists as ``listed`` takes them.

        Raises:
          ConfigurationError: a line is no address.
        """
        lists = json.loads(text)
        with_shipped = lists.pop("shipped")
        own = cls.listed(**lists)
        return shipped() | own if with_shipped else own

    def __or__(self, other: Kept) -> Kept:
        """What either keeps."""
        return Kept(
            self.ipv4 | other.ipv4,
            self.ipv4_networks | other.ipv4_networks,
            self.ipv6 | other.ipv6,
            self.macs | other.macs,
            self.labels | other.labels,
            self.accounts | other.accounts,
            self.sids | other.sids,
        )

    def has_ipv4(self, addresses: Words) -> Bools:
        """uint64 [n] of 32 bits -> bool [n]."""
        return among(addresses, self._sorted_ipv4) | self.has_in_network(addresses)

    def has_in_network(self, addresses: Words) -> Bools:
        """Whether each is in a network kept whole, uint64 [n] of 32 bits -> bool [n]."""
        kept = np.zeros(len(addresses), np.bool_)
        for network, mask in self.ipv4_networks:
            kept |= (addresses & np.uint64(mask)) == np.uint64(network)
        return kept

    def has_ipv6(self, high: Words, low: Words) -> Bools:
        """The two words of each address, uint64 [n] -> bool [n]."""
        kept = np.zeros(len(high), np.bool_)
        for i in np.flatnonzero(among(low, self._sorted_ipv6_lows)).tolist():
            kept[i] = int(high[i]) << 64 | int(low[i]) in self.ipv6
        return kept

    def has_mac(self, addresses: Words) -> Bools:
        """uint64 [n] of 48 bits -> bool [n]."""
        return among(addresses, self._sorted_macs)

    @cached_property
    def _sorted_ipv4(self) -> Words:
        return np.array(sorted(self.ipv4), np.uint64)

    @cached_property
    def _sorted_ipv6_lows(self) -> Words:
        return np.array(sorted({address & (1 << 64) - 1 for address in self.ipv6}), np.uint64)

    @cached_property
    def _sorted_macs(self) -> Words:
        return np.array(sorted(self.macs), np.uint64)


@lru_cache(maxsize=1)
def shipped() -> Kept:
    """The lists that come with this room."""
    names = ("special_addresses.txt", "service_labels.txt", "system_accounts.txt", "well_known_sids.txt")
    return Kept.listed(*(lines_of(name) for name in names))


def lines_of(name: str) -> tuple[str, ...]:
    """The lines of a data file of this room, without comments."""
    lines = files("pipeline.surrogates").joinpath(name).read_text(encoding="ascii").splitlines()
    return tuple(line for line in (raw.split("#", 1)[0].strip() for raw in lines) if line)


def lowered(lines: Iterable[str]) -> frozenset[bytes]:
    return frozenset(line.lower().encode() for line in lines)


def is_mac(line: str) -> bool:
    return line.count(":") == 5 and len(line) == 17


def among(values: Words, listed: Words) -> Bools:
    """Whether each is listed, uint64 [n] -> bool [n]; the list is sorted."""
    if not len(listed):
        return np.zeros(len(values), np.bool_)
    return listed[np.minimum(np.searchsorted(listed, values), len(listed) - 1)] == values
