"""DHCP unique identifiers (RFC 8415 section 11): those made of a link-layer address hold a MAC; others are left."""

from __future__ import annotations

from pipeline.captures.fields import EUI64, MAC, SCAN, be16, claim, keep
from pipeline.kernels.compiling import compiled

_ETHERNET, _EUI64_HARDWARE = 1, 27


@compiled
def identifier(data, at, stop, column, out):  # type: ignore[no-untyped-def]
    """Claim an identifier that fills ``data[at:stop]``."""
    if stop - at < 4:
        return
    kind = be16(data, at)
    if kind == 1 and stop - at > 8:  # with the time at which it was made
        keep(out, at, at + 8)
        link_address(data, at + 8, stop, be16(data, at + 2), column, out)
    elif kind == 3:
        keep(out, at, at + 4)
        link_address(data, at + 4, stop, be16(data, at + 2), column, out)
    elif kind == 2 or kind == 4:  # by enterprise, UUID
        keep(out, at, at + 2)


@compiled
def link_address(data, at, stop, hardware, column, out):  # type: ignore[no-untyped-def]
    """Claim a link-layer address whose size goes with its hardware type."""
    if hardware == _ETHERNET and stop - at == 6:
        claim(out, at, stop, MAC, SCAN, column)
    elif hardware == _EUI64_HARDWARE and stop - at == 8:
        claim(out, at, stop, EUI64, SCAN, column)
