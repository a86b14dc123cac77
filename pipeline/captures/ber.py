"""Elements of ASN.1's basic and distinguished encodings (X.690 section 8.1)."""

from __future__ import annotations

from pipeline.captures.fields import byte
from pipeline.kernels.compiling import compiled

INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT_ID, CONSTRUCTED = 2, 3, 4, 5, 6, 0x20


@compiled
def element(data, at, stop):  # type: ignore[no-untyped-def]
    """(Tag, where the contents begin, where they end, which may be beyond ``stop``); the tag is -1 for what is none.

    Tags of several bytes and lengths that are not said are left to no one: what dissectors read has none.
    """
    if at + 2 > stop:
        return -1, stop, stop
    tag, size = byte(data, at), byte(data, at + 1)
    place = at + 2
    if tag & 0x1F == 0x1F or size == 0x80 or size > 0x84:
        return -1, stop, stop
    if size > 0x80:
        more = size & 0x7F
        if place + more > stop:
            return -1, stop, stop
        size = 0
        for _ in range(more):
            size = size << 8 | byte(data, place)
            place += 1
    return tag, place, place + size
