"""Addresses as Linux writes them in /proc/net: hexadecimal digits, without dots or colons between them.

Of sockets (tcp, udp, raw) and routes the words of an address stand as the processor holds them, the last octet first on
all common ones, and a socket's port behind a colon. Interfaces and routes of IPv6 stand in the order of the octets.
proc_pid_net(5); Linux, Documentation/networking/proc_net_tcp.rst.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

#: One socket's address. The port is part of the value: it tells the order of the octets.
SOCKET = r"[0-9a-f]{8}:[0-9a-f]{4}"
_SOCKET = re.compile(rb"(?P<words>[0-9a-f]{8}|[0-9a-f]{32}):[0-9a-f]{4}\Z", re.IGNORECASE)
#: The destination and gateway of a route, behind the interface and before the flags, of which the first byte is zero.
ROUTE = r"\t[0-9a-f]{8}\t[0-9a-f]{8}\t00"
ROUTE_BYTES = len("\t01234567\t01234567\t00")
#: A group of IGMP, behind the row of the interface that has joined it: four tabs, and a blank behind it.
MEMBER = r"\t\t\t\t[0-9a-f]{8} "
MEMBER_BYTES = len("\t01234567 ")
_ROUTED = re.compile(rb"\t(?P<words>[0-9a-f]{8})\Z", re.IGNORECASE)
_DIGITS = re.compile(rb"[0-9a-f]{32}\Z", re.IGNORECASE)
#: Enough zeros to be no digest, and the beginnings of addresses that are given out (RFC 4291 2.4; RFC 4193).
_GIVEN_OUT = re.compile(rb"(?=[0-9a-f]*0{8})(?!ff0{30})(?:[23]|f[cdef])", re.IGNORECASE)
#: Where one may stand in a text, whatever address it is.
_STANDING = re.compile(
    rb"(?<![0-9A-Za-z])(?:(?:[0-9A-F]{8}|[0-9A-F]{32}):[0-9A-F]{4}|[0-9a-f]{32}|[0-9A-F]{32})(?![0-9A-Za-z])"
    rb"|\t[0-9A-F]{8}(?=[\t ])"
)
_DATED = re.compile(rb"(?:19|20)[0-9]{6}:")


def address_in(value: bytes) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a value is which has one of these forms, in either letter case; None for all others."""
    stored = _SOCKET.match(value) or _ROUTED.match(value)
    if stored is not None:
        words = bytes.fromhex(stored["words"].decode("ascii"))
        octets = b"".join(words[at : at + 4][::-1] for at in range(0, len(words), 4))
        return ipaddress.IPv4Address(octets) if len(octets) == 4 else ipaddress.IPv6Address(octets)
    if _DIGITS.match(value):
        return ipaddress.IPv6Address(bytes.fromhex(value.decode("ascii")))
    return None


def is_socket(token: bytes, start: int, end: int) -> bool:
    """Whether a whole token is the address of a socket: no date and time, none that no socket has, and not none."""
    if start or end != len(token) or token != token.upper() or _DATED.match(token):
        return False
    address = address_in(token)
    if not isinstance(address, ipaddress.IPv4Address):
        return False
    first, *_, third, fourth = address.packed
    return 0 < first < 240 and (third > 0 or fourth > 0)


def is_long_socket(token: bytes, start: int, end: int) -> bool:
    if start or end != len(token) or token != token.upper() or b":" not in token:
        return False
    address = address_in(token)
    return isinstance(address, ipaddress.IPv6Address) and not address.is_unspecified


def is_in_digits(token: bytes) -> bool:
    """Whether a whole token is an IPv6 address in 32 digits, and no digest."""
    return _DIGITS.match(token) is not None and _GIVEN_OUT.match(token) is not None


def standing_in(text: bytes) -> Iterator[tuple[int, int]]:
    """Where in a text something of one of these forms stands."""
    for match in _STANDING.finditer(text):
        yield match.span()


def routed(value: bytes) -> tuple[int, int] | None:
    """Where destination and gateway are in what stands behind a route's interface; None where both are zero."""
    both = value[: ROUTE_BYTES - 3]
    if b"\t" not in both[:1] or both.upper() != both or not both.strip(b"\t0"):
        return None
    return (0, len(both))


def joined(value: bytes) -> tuple[int, int] | None:
    """Where a group that an interface has joined is, with the tab before it; None for what is none."""
    group = address_in(value[:-1]) if value == value.upper() else None
    return (0, len(value) - 1) if group is not None and group.is_multicast else None


def parts_of_route(value: bytes) -> list[tuple[int, int]]:
    """The two addresses of a route, each with the tab before it, which tells their order; [] for other values."""
    if len(value) != ROUTE_BYTES - 3 or not (_ROUTED.match(value[:9]) and _ROUTED.match(value[9:])):
        return []
    return [(at, at + 9) for at in (0, 9) if value[at : at + 9].strip(b"\t0")]


def written_as(found: bytes, address: int) -> bytes | None:
    """Another address of the same version in the form found, the port as it is; None where that is none of these."""
    if address_in(found) is None:
        return None
    stored = _SOCKET.match(found) or _ROUTED.match(found)
    if stored is None:
        digits = b"%032x" % address
        return digits.upper() if found.upper() == found else digits
    size = len(stored["words"]) // 2
    octets = address.to_bytes(size, "big")
    words = b"".join(octets[at : at + 4][::-1] for at in range(0, size, 4)).hex().upper().encode()
    begin, end = stored.span("words")
    return found[:begin] + words + found[end:]
