"""What is kept as it stands: listed addresses, service labels, system accounts. A list changes no map."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from importlib.resources import files

import numpy as np

from pipeline.records import Bools
from pipeline.surrogates.words import Words

FULL = (1 << 32) - 1


def listed(name: str) -> tuple[str, ...]:
    """The lines of a data file of this room, without comments."""
    lines = files("pipeline.surrogates").joinpath(name).read_text(encoding="ascii").splitlines()
    return tuple(line for line in (raw.split("#", 1)[0].strip() for raw in lines) if line)


@lru_cache(maxsize=1)
def service_labels() -> frozenset[bytes]:
    return frozenset(line.encode() for line in listed("service_labels.txt"))


@lru_cache(maxsize=1)
def system_accounts() -> frozenset[bytes]:
    return frozenset(line.encode().lower() for line in listed("system_accounts.txt"))


@lru_cache(maxsize=1)
def ipv4() -> tuple[Words, tuple[tuple[int, int], ...]]:
    """Kept IPv4 addresses, uint64 sorted, and kept networks as (address, mask)."""
    addresses = {FULL ^ (FULL >> bits) for bits in range(33)} | {FULL >> bits for bits in range(8, 33)}
    networks = []
    for line in listed("special_addresses.txt"):
        if "." in line and "/" in line:
            network = ipaddress.IPv4Network(line)
            networks.append((int(network.network_address), int(network.netmask)))
        elif "." in line:
            addresses.add(int(ipaddress.IPv4Address(line)))
    return np.array(sorted(addresses), np.uint64), tuple(networks)


@lru_cache(maxsize=1)
def ipv6() -> frozenset[int]:
    lines = listed("special_addresses.txt")
    return frozenset(int(ipaddress.IPv6Address(line)) for line in lines if ":" in line and not is_mac(line))


@lru_cache(maxsize=1)
def macs() -> frozenset[int]:
    """Kept MAC addresses, those of the kept IP groups among them (RFC 1112, RFC 2464)."""
    kept = {int(line.replace(":", ""), 16) for line in listed("special_addresses.txt") if is_mac(line)}
    kept |= {0x01005E << 24 | int(a) & 0x7FFFFF for a in ipv4()[0] if int(a) >> 28 == 0xE}
    return frozenset(kept | {0x3333 << 32 | a & FULL for a in ipv6() if a >> 120 == 0xFF})


def is_mac(line: str) -> bool:
    return line.count(":") == 5 and len(line) == 17


def among(values: Words, listed: Words) -> Bools:
    """Whether each is listed, uint64 [n] -> bool [n]; the list is sorted and not empty."""
    return listed[np.minimum(np.searchsorted(listed, values), len(listed) - 1)] == values


@lru_cache(maxsize=1)
def sorted_macs() -> Words:
    return np.array(sorted(macs()), np.uint64)


def is_kept_mac(addresses: Words) -> Bools:
    """uint64 [n] of 48 bits -> bool [n]."""
    return among(addresses, sorted_macs())


def is_kept_ipv6(high: Words, low: Words) -> Bools:
    """The two words of each address, uint64 [n] -> bool [n]."""
    values = ipv6()
    kept = np.zeros(len(high), np.bool_)
    for i in np.flatnonzero(among(low, ipv6_lows())).tolist():
        kept[i] = int(high[i]) << 64 | int(low[i]) in values
    return kept


@lru_cache(maxsize=1)
def ipv6_lows() -> Words:
    return np.array(sorted({value & (1 << 64) - 1 for value in ipv6()}), np.uint64)


def is_kept_ipv4(addresses: Words) -> Bools:
    """uint64 [n] of 32 bits -> bool [n]."""
    return among(addresses, ipv4()[0]) | is_in_kept_network(addresses)


def is_in_kept_network(addresses: Words) -> Bools:
    """uint64 [n] of 32 bits -> bool [n]."""
    kept = np.zeros(len(addresses), np.bool_)
    for network, mask in ipv4()[1]:
        kept |= (addresses & np.uint64(mask)) == np.uint64(network)
    return kept
