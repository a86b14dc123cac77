"""RADIUS (RFC 2865, RFC 2866, RFC 2869, RFC 3162, RFC 5176)."""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import INTERFACE_ID, IPV4, IPV6, NONE, SCAN, SECRET, be16, be32, byte, claim, keep, note
from pipeline.captures.plain_text import octets, text
from pipeline.kernels.compiling import compiled
from pipeline.records import Bytes
from recognizers.entities import ENTITY_ID

_CODE = NUMBER_ID["radius_code"]
_USER_NAME, _TEXTS = TEXT_ID["radius_user_name"], TEXT_ID["text"]
_USERNAME, _EMAIL, _HOSTNAME, _MAC_ADDRESS, _SSID, _PHONE = (
    ENTITY_ID[entity] for entity in ("USERNAME", "EMAIL_ADDRESS", "HOSTNAME", "MAC_ADDRESS", "SSID", "PHONE_NUMBER")
)
_HEADER = 20
_CISCO = 9
#: What an attribute holds; nothing that is understood where it has none.
_NUMBER, _IPV4, _IPV6, _PREFIX, _INTERFACE, _TEXT, _USER, _STATION, _HOST, _TELEPHONE, _SECRET = range(1, 12)


def _contents() -> Bytes:
    contents = np.zeros(256, np.uint8)
    of = {
        _NUMBER: (5, 6, 7, 10, 12, 13, 15, 16, 27, 28, 29, 37, 38, *range(40, 44), *range(45, 50), 51, 52, 53, 55, 61,
                  62, 64, 65, 75, 76, 83, 85, 86, 101),
        _IPV4: (4, 8, 9, 14),
        _IPV6: (95, 98, 168),
        _PREFIX: (97, 123),
        _INTERFACE: (96,),
        _TEXT: (11, 18, 22, 34, 35, 44, 50, 66, 67, 77, 81, 82, 87, 88, 90, 91, 99, 100),
        _USER: (1,),
        _STATION: (30, 31),
        _HOST: (32,),
        _TELEPHONE: (19,),
        _SECRET: (2, 3, 24, 25, 33, 60, 69, 80),
    }  # fmt: skip
    for content, kinds in of.items():
        contents[list(kinds)] = content
    return contents


_CONTENTS = _contents()


@compiled
def radius(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A packet: code, identifier, length, authenticator, attributes."""
    if at + _HEADER > stop or be16(data, at + 2) < _HEADER:
        return
    keep(out, at, at + 4)
    note(out, _CODE, byte(data, at))
    claim(out, at + 4, at + _HEADER, SECRET, SCAN, NONE)
    stop = min(stop, at + be16(data, at + 2))
    at += _HEADER
    while at + 2 <= stop:
        end = at + byte(data, at + 1)
        if end < at + 2 or end > stop:
            return
        keep(out, at, at + 2)
        _attribute(data, at + 2, end, byte(data, at), out)
        at = end


@compiled
def _attribute(data, at, stop, kind, out):  # type: ignore[no-untyped-def]
    content, size = _CONTENTS[kind], stop - at
    if content == _NUMBER:
        if size <= 8:
            keep(out, at, stop)
    elif content == _IPV4:
        if size == 4:
            claim(out, at, stop, IPV4, SCAN, NONE)
    elif content == _IPV6:
        if size == 16:
            claim(out, at, stop, IPV6, SCAN, NONE)
    elif content == _PREFIX:  # a part of an address is left
        keep(out, at, min(at + 2, stop))
        if size == 18:
            claim(out, at + 2, stop, IPV6, SCAN, NONE)
    elif content == _INTERFACE:
        if size == 8:
            claim(out, at, stop, INTERFACE_ID, SCAN, NONE)
    elif content == _TEXT:
        # Of tunnels a tag may stand before the text (RFC 2868).
        if 64 <= kind <= 91 and size > 1 and data[at] < 32:
            keep(out, at, at + 1)
            at += 1
        octets(data, at, stop, SCAN, _TEXTS, out)
    elif content == _USER:
        _user(data, at, stop, out)
    elif content == _STATION:
        _station(data, at, stop, out)
    elif content == _HOST:
        text(data, at, stop, _HOSTNAME, _TEXTS, out)
    elif content == _TELEPHONE:
        text(data, at, stop, _PHONE, _TEXTS, out)
    elif content == _SECRET:
        claim(out, at, stop, SECRET, SCAN, NONE)
    elif kind == 26:
        _vendors(data, at, stop, out)


@compiled
def _user(data, at, stop, out):  # type: ignore[no-untyped-def]
    entity = np.int64(_USERNAME)
    for place in range(at, stop):
        if data[place] == 64:  # @
            entity = np.int64(_EMAIL)
    text(data, at, stop, entity, _USER_NAME, out)


@compiled
def _station(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A MAC, behind which may stand a colon and the network's name (RFC 3580 section 3.20), or a telephone."""
    if stop - at >= 17 and _is_mac(data, at) and (stop == at + 17 or data[at + 17] == 58):
        text(data, at, at + 17, _MAC_ADDRESS, _TEXTS, out)
        keep(out, at + 17, min(at + 18, stop))
        text(data, min(at + 18, stop), stop, _SSID, _TEXTS, out)
        return
    is_number = stop - at > 4
    for place in range(at, stop):
        is_number &= 48 <= data[place] <= 57 or (place == at and data[place] == 43)
    text(data, at, stop, _PHONE if is_number else SCAN, _TEXTS, out)


@compiled
def _is_mac(data, at):  # type: ignore[no-untyped-def]
    """Whether 17 bytes are six pairs of digits with hyphens or colons between."""
    for place in range(17):
        code = byte(data, at + place)
        if place % 3 == 2:
            if code not in (45, 58):
                return False
        elif not (48 <= code <= 57 or 65 <= code <= 70 or 97 <= code <= 102):
            return False
    return True


@compiled
def _vendors(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A vendor's number; of Cisco's attributes the texts."""
    if at + 4 > stop:
        return
    keep(out, at, at + 4)
    if be32(data, at) != _CISCO:
        return
    at += 4
    while at + 2 <= stop:
        end = at + byte(data, at + 1)
        if end < at + 2 or end > stop:
            return
        keep(out, at, at + 2)
        octets(data, at + 2, end, SCAN, _TEXTS, out)
        at = end
