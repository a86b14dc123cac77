"""Host names made of addresses: they follow the address, so that ``ip-10-0-0-1`` and ``1.0.0.10.in-addr.arpa`` agree.

Read are names of the reverse tree (RFC 1035 3.5, RFC 3596 2.5), of whole addresses and of their zones, and labels with
four octets between hyphens, alone or with one word of a list before or behind them: ``220-135-151-1``, ``ip-10-0-0-1``,
``ec2-203-0-113-7``, ``203-0-113-7-static``. A label with any other word in it is a name like others, since the word may
tell of someone; so is one with leading zeros, and a name with the octets in labels of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from pipeline.surrogates.addresses import Ipv4Map, Ipv6Map

#: What providers put beside an address, and what says nothing of anyone.
WORDS = frozenset(
    b"ip ipv4 ec2 static dyn dynamic dhcp pool ppp pppoe dsl adsl vdsl xdsl cable fiber ftth cpe client customer cust"
    b" host node nat net rev ptr user broadband mobile gprs wifi wlan vpn vps vm srv server unassigned".split()
)
_WORD = rb"(?:" + b"|".join(sorted(WORDS)) + rb")"
_OCTET = rb"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_DASHED = re.compile(rb"((?:" + _WORD + rb"-?)?)" + b"-".join([_OCTET] * 4) + rb"((?:-" + _WORD + rb")?)")
_OCTET_LABEL = re.compile(_OCTET)
_NIBBLE_LABEL = re.compile(rb"[0-9a-f]")
_FOUR, _SIX = b"in-addr.arpa", b"ip6.arpa"


def dashed_address(label: bytes) -> tuple[bytes, int, bytes] | None:
    """What stands before, the IPv4 address, and what stands behind; None for any other label."""
    if not 3 <= label.count(b"-") <= 5:
        return None
    found = _DASHED.fullmatch(label)
    if found is None:
        return None
    before, *octets, behind = found.groups()
    return before, int.from_bytes(bytes(map(int, octets)), "big"), behind


def write_dashed(before: bytes, address: int, behind: bytes) -> bytes:
    return b"%b%d-%d-%d-%d%b" % (before, *address.to_bytes(4, "big"), behind)


def zone_of(name: bytes) -> tuple[bytes, bytes, bytes] | None:
    """The labels before an address in the reverse tree, those of the address, and the tree; None for other names."""
    for tree, most, label in ((_FOUR, 4, _OCTET_LABEL), (_SIX, 32, _NIBBLE_LABEL)):
        if name.endswith(b"." + tree):
            labels = name[: -len(tree) - 1].split(b".")
            first = len(labels)
            while first and len(labels) - first < most and label.fullmatch(labels[first - 1]):
                first -= 1
            if first < len(labels):
                return b".".join(labels[:first]), b".".join(labels[first:]), tree
    return None


class AddressNames:
    """The names made of the addresses of one space."""

    def __init__(self, ipv4: Ipv4Map, ipv6: Ipv6Map) -> None:
        self._ipv4, self._ipv6 = ipv4, ipv6

    def dashed(self, labels: Iterable[bytes], *, inverse: bool = False) -> dict[bytes, bytes]:
        """label -> as it is written, or back, for the labels that are made of an address."""
        found = {label: parts for label in labels if (parts := dashed_address(label)) is not None}
        if not found:
            return {}
        addresses = np.array([address for _, address, _ in found.values()], np.uint64)
        others = self._ipv4.pseudonyms(addresses, inverse=inverse).tolist()
        return {
            label: write_dashed(before, other, behind)
            for (label, (before, _, behind)), other in zip(found.items(), others)
        }

    def zones(self, zones: Iterable[tuple[bytes, bytes]], *, inverse: bool = False) -> dict[tuple[bytes, bytes], bytes]:
        """(labels of an address, tree) -> labels of the other; nothing for what is finer than a /64 and no address."""
        distinct = list(dict.fromkeys(zones))
        units = {zone: zone[0].split(b".")[::-1] for zone in distinct}
        done: dict[tuple[bytes, bytes], bytes] = {}
        fours = [zone for zone in distinct if zone[1] == _FOUR]
        if fours:
            numbers = [int.from_bytes(bytes(map(int, units[z])).ljust(4, b"\0"), "big") for z in fours]
            lengths = np.array([8 * len(units[zone]) for zone in fours], np.int64)
            others = self._ipv4.prefixes(np.array(numbers, np.uint64), lengths, inverse=inverse)
            for zone, other in zip(fours, others.tolist()):
                octets = other.to_bytes(4, "big")[: len(units[zone])]
                done[zone] = b".".join(b"%d" % octet for octet in reversed(octets))
        sixes = [zone for zone in distinct if zone[1] == _SIX and (len(units[zone]) <= 16 or len(units[zone]) == 32)]
        if sixes:
            digits = [b"".join(units[zone]).ljust(32, b"0") for zone in sixes]
            high, low = (np.array([int(d[at : at + 16], 16) for d in digits], np.uint64) for at in (0, 16))
            lengths = np.array([4 * len(units[zone]) for zone in sixes], np.int64)
            high, low = self._ipv6.prefixes(high, low, lengths, inverse=inverse)
            for zone, h, w in zip(sixes, high.tolist(), low.tolist()):
                done[zone] = b".".join(
                    b"%c" % digit for digit in reversed((b"%016x%016x" % (h, w))[: len(units[zone])])
                )
        return done
