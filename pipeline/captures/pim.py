"""PIM, with which routers agree on trees of multicast groups (RFC 7761)."""

from __future__ import annotations

from pipeline.captures.fields import ADDRESS_BYTES, CHECKSUM, IPV4, IPV6, NONE, SCAN, be16, byte, claim, keep
from pipeline.captures.ip_header import cover_payload
from pipeline.captures.layers import DONE, RAW
from pipeline.kernels.compiling import compiled

_HELLO, _REGISTER, _STOP, _JOIN, _BOOTSTRAP, _ASSERT, _GRAFT, _GRAFT_ACK, _CANDIDATE, _REFRESH = range(10)
#: Hello options of addresses; of those listed the content is numbers (section 4.9.2).
_ADDRESSES, _NUMBERS = 24, (1, 2, 19, 20, 21, 22)
#: What an encoded address has before it: of a unicast address, of a group and of a source (section 4.9.1).
_UNICAST, _GROUP = 2, 4


@compiled
def pim(data, at, stop, out):  # type: ignore[no-untyped-def]
    """The header and its message; a register's packet goes on to the rendezvous point, and its sum leaves it out."""
    if stop - at < 4 or byte(data, at) >> 4 != 2:
        return DONE, at, stop
    kind = byte(data, at) & 15
    register = kind == _REGISTER and stop - at >= 8
    keep(out, at, at + 2)
    claim(out, at + 2, at + 4, CHECKSUM, SCAN, NONE)
    over_ipv6 = out.state[ADDRESS_BYTES] == 16
    cover_payload(data, out, at + 2, at, at + 8 if register else stop, over_ipv6, False)
    if register:
        keep(out, at + 4, at + 8)
        return RAW, at + 8, stop
    at += 4
    if kind == _HELLO:
        _options(data, at, stop, out)
    elif kind in (_JOIN, _GRAFT, _GRAFT_ACK):
        _trees(data, at, stop, out)
    elif kind == _STOP:
        _encoded(data, _encoded(data, at, stop, _GROUP, out), stop, _UNICAST, out)
    elif kind == _ASSERT:
        place = _encoded(data, _encoded(data, at, stop, _GROUP, out), stop, _UNICAST, out)
        keep(out, place, min(place + 8, stop))
    elif kind == _BOOTSTRAP and stop - at >= 4:
        keep(out, at, at + 4)
        _rendezvous(data, _encoded(data, at + 4, stop, _UNICAST, out), stop, out)
    elif kind == _CANDIDATE and stop - at >= 4:
        keep(out, at, at + 4)
        place = _encoded(data, at + 4, stop, _UNICAST, out)
        for _ in range(byte(data, at)):
            place = _encoded(data, place, stop, _GROUP, out)
    elif kind == _REFRESH:
        place = _encoded(data, _encoded(data, at, stop, _GROUP, out), stop, _UNICAST, out)
        place = _encoded(data, place, stop, _UNICAST, out)
        keep(out, place, min(place + 12, stop))
    return DONE, stop, stop


@compiled
def _encoded(data, at, stop, head, out):  # type: ignore[no-untyped-def]
    """Claim an address behind ``head`` bytes of family, type, flags and length; behind it, or ``stop``."""
    if at + head > stop:
        return stop
    size = 4 if byte(data, at) == 1 else 16
    if byte(data, at) not in (1, 2) or byte(data, at + 1) != 0 or at + head + size > stop:
        return stop
    keep(out, at, at + head)
    claim(out, at + head, at + head + size, IPV4 if size == 4 else IPV6, SCAN, NONE)
    return at + head + size


@compiled
def _options(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Holdtimes, priorities, ids of a generation; a router's other addresses."""
    while at + 4 <= stop:
        kind, end = be16(data, at), at + 4 + be16(data, at + 2)
        keep(out, at, at + 4)
        if end > stop:
            return
        if kind in _NUMBERS and end - at <= 8:
            keep(out, at + 4, end)
        elif kind == _ADDRESSES:
            place = at + 4
            while place < end:
                place = _encoded(data, place, end, _UNICAST, out)
        at = end


@compiled
def _trees(data, at, stop, out):  # type: ignore[no-untyped-def]
    """The router upstream, then of groups the sources that are joined and left."""
    at = _encoded(data, at, stop, _UNICAST, out)
    if at + 4 > stop:
        return
    keep(out, at, at + 4)
    groups = byte(data, at + 1)
    at += 4
    for _ in range(groups):
        at = _encoded(data, at, stop, _GROUP, out)
        if at + 4 > stop:
            return
        keep(out, at, at + 4)
        sources = be16(data, at) + be16(data, at + 2)
        at += 4
        for _ in range(sources):
            if at >= stop:
                return
            at = _encoded(data, at, stop, _GROUP, out)


@compiled
def _rendezvous(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Groups, each with the rendezvous points that there are for it."""
    while at < stop:
        at = _encoded(data, at, stop, _GROUP, out)
        if at + 4 > stop:
            return
        keep(out, at, at + 4)
        points = byte(data, at + 1)
        at += 4
        for _ in range(points):
            at = _encoded(data, at, stop, _UNICAST, out)
            if at + 4 > stop:
                return
            keep(out, at, at + 4)
            at += 4
