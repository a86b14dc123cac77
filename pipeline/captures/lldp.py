"""LLDP (IEEE 802.1AB-2016 section 8)."""

from __future__ import annotations

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.fields import IPV4, IPV6, MAC, NONE, SCAN, be16, byte, claim, keep
from pipeline.captures.plain_text import octets, text
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_SYSTEM_NAME, _TEXTS = TEXT_ID["lldp_system_name"], TEXT_ID["text"]
_HOSTNAME, _SERIAL = ENTITY_ID["HOSTNAME"], ENTITY_ID["SERIAL_NUMBER"]
_CHASSIS, _PORT, _TIME, _PORT_TEXT, _NAME, _SYSTEM_TEXT, _ABILITIES, _ADDRESS, _ORGANIZATION = (
    1, 2, 3, 4, 5, 6, 7, 8, 127,
)  # fmt: skip
#: Subtypes of a chassis's identifier that are a MAC and an address; a port's are one less.
_MAC_OF, _ADDRESS_OF = 4, 5
_IEEE_8021, _IEEE_8023, _TIA = 0x0080C2, 0x00120F, 0x0012BB


@compiled
def lldp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim the elements of a frame, up to the one that ends it."""
    while at + 2 <= stop:
        kind, start, end = byte(data, at) >> 1, at + 2, at + 2 + (be16(data, at) & 0x1FF)
        if end > stop:
            return
        keep(out, at, start)
        if kind == 0:
            return
        if kind in (_CHASSIS, _PORT):
            _identifier(data, start, end, kind == _PORT, out)
        elif kind == _TIME and end == start + 2 or kind == _ABILITIES and end == start + 4:
            keep(out, start, end)
        elif kind in (_PORT_TEXT, _SYSTEM_TEXT):
            text(data, start, end, SCAN, _TEXTS, out)
        elif kind == _NAME:
            text(data, start, end, _HOSTNAME, _SYSTEM_NAME, out)
        elif kind == _ADDRESS:
            _management(data, start, end, out)
        elif kind == _ORGANIZATION and end >= start + 4:
            keep(out, start, start + 4)
            _organization(data, start + 4, end, byte(data, start) << 16 | be16(data, start + 1), data[start + 3], out)
        at = end


@compiled
def _identifier(data, at, stop, is_port, out):  # type: ignore[no-untyped-def]
    """A subtype, then a MAC, an address behind its family, or a text."""
    if at >= stop:
        return
    keep(out, at, at + 1)
    kind = byte(data, at) + (1 if is_port else 0)
    if kind == _MAC_OF:
        if stop - at == 7:
            claim(out, at + 1, stop, MAC, SCAN, NONE)
    elif kind == _ADDRESS_OF:
        _address(data, at + 1, stop, out)
    else:
        octets(data, at + 1, stop, SCAN, _TEXTS, out)


@compiled
def _address(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A family (IANA's address family numbers), and what it says."""
    if at >= stop:
        return
    keep(out, at, at + 1)
    family, size = data[at], stop - at - 1
    if family == 1 and size == 4:
        claim(out, at + 1, stop, IPV4, SCAN, NONE)
    elif family == 2 and size == 16:
        claim(out, at + 1, stop, IPV6, SCAN, NONE)
    elif family == 6 and size == 6:
        claim(out, at + 1, stop, MAC, SCAN, NONE)


@compiled
def _management(data, at, stop, out):  # type: ignore[no-untyped-def]
    """An address behind its length, an interface's number, an object identifier that is left."""
    if at >= stop:
        return
    end = at + 1 + byte(data, at)
    if end > stop:
        return
    keep(out, at, at + 1)
    _address(data, at + 1, end, out)
    keep(out, end, min(end + 6, stop))


@compiled
def _organization(data, at, stop, owner, kind, out):  # type: ignore[no-untyped-def]
    """VLANs and their names, physical layers, inventories of telephones (TIA-1057)."""
    if owner == _IEEE_8021:
        if kind == 3 and stop - at >= 3:
            keep(out, at, at + 3)
            text(data, at + 3, stop, SCAN, _TEXTS, out)
        elif kind in (1, 2) and stop - at <= 3:
            keep(out, at, stop)
    elif owner == _IEEE_8023:
        if stop - at <= 12:
            keep(out, at, stop)
    elif owner == _TIA:
        if kind == 8:
            text(data, at, stop, _SERIAL, _TEXTS, out)
        elif kind in (5, 6, 7, 9, 10, 11):
            text(data, at, stop, SCAN, _TEXTS, out)
        elif kind in (1, 2, 4) and stop - at <= 4:
            keep(out, at, stop)
