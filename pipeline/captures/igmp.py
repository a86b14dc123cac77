"""IGMP (RFC 1112, 2236, 3376)."""

from __future__ import annotations

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import CHECKSUM, IPV4, IPV6, NONE, SCAN, be16, byte, claim, compiled_once, keep, note_last
from pipeline.captures.ip_header import cover_payload
from pipeline.captures.layers import DONE
from pipeline.kernels.compiling import compiled

_TYPE, _GROUP = NUMBER_ID["igmp_type"], TEXT_ID["multicast_group_ip"]
_QUERY, _REPORT3 = 0x11, 0x22


@compiled
def igmp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Queries, reports and leaves; of DVMRP and others that share the protocol's number the type alone."""
    if stop - at < 8:
        return DONE, at, stop
    kind = byte(data, at)
    note_last(out, _TYPE, kind)
    keep(out, at, at + 2)
    claim(out, at + 2, at + 4, CHECKSUM, SCAN, NONE)
    cover_payload(data, out, at + 2, at, stop, False, False)
    if kind == _REPORT3:
        keep(out, at + 4, at + 8)
        group_records(data, at + 8, stop, be16(data, at + 6), 4, out)
    elif kind in (_QUERY, 0x12, 0x16, 0x17):
        claim(out, at + 4, at + 8, IPV4, SCAN, _GROUP)
        if kind == _QUERY and stop - at >= 12:
            keep(out, at + 8, at + 12)
            claim_addresses(out, at + 12, stop, be16(data, at + 10), 4, NONE)
    return DONE, at, stop


@compiled
def group_records(data, at, stop, count, size, out):  # type: ignore[no-untyped-def]
    """Records of a report, of IGMP 3 or with addresses of 16 bytes of MLD 2: a group, and sources."""
    for _ in range(count):
        if stop - at < 4 + size:
            return
        keep(out, at, at + 4)
        auxiliary, sources = byte(data, at + 1) * 4, be16(data, at + 2)
        claim_addresses(out, at + 4, stop, 1, size, _GROUP)
        claim_addresses(out, at + 4 + size, stop, sources, size, NONE)
        at += 4 + size + sources * size + auxiliary


@compiled_once(5)
def claim_addresses(out, at, stop, count, size, column):  # type: ignore[no-untyped-def]
    """So many addresses of 4 or 16 bytes, as far as they are there; none without a network layer."""
    for place in range(min(count, max(0, stop - at) // max(size, 1))):
        start = at + place * size
        claim(out, start, start + size, IPV4 if size == 4 else IPV6, SCAN, column)
