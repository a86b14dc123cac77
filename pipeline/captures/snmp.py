"""SNMP of all versions (RFC 1157, RFC 3416, RFC 3412, RFC 3414)."""

from __future__ import annotations

import numpy as np

from pipeline.captures.ber import CONSTRUCTED, INTEGER, NULL, OBJECT_ID, OCTET_STRING, element
from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import IPV4, MAC, NONE, SCAN, SECRET, byte, claim, keep, note
from pipeline.captures.plain_text import octets, text
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_VERSION = NUMBER_ID["snmp_version"]
_TEXTS = TEXT_ID["snmp_text"]
_USERNAME, _DEVICE_ID = ENTITY_ID["USERNAME"], ENTITY_ID["DEVICE_ID"]
_IP_ADDRESS = 0x40
_SEQUENCE, _FIRST_PDU, _TRAP, _LAST_PDU = 0x30, 0xA0, 0xA4, 0xA8
_MOST_DIGITS = 9
_COLUMN_ARCS, _LONGEST_ID = 10, 64
#: How an engine's identifier goes on behind its enterprise (RFC 3411, SnmpEngineID).
_BY_IPV4, _BY_MAC, _BY_TEXT = 1, 3, 4

#: Objects whose value is what no text says of itself: a system's name and those of neighbours (RFC 3418, LLDP-MIB,
#: CISCO-CDP-MIB), serial numbers (RFC 6933, CISCO's chassis), whom to call and where a system stands.
_MASKED = np.int64(-2)
_NAMED = {
    "1.3.6.1.2.1.1.5": "HOSTNAME",
    "1.0.8802.1.1.2.1.3.3": "HOSTNAME",
    "1.0.8802.1.1.2.1.4.1.1.9": "HOSTNAME",
    "1.3.6.1.4.1.9.9.23.1.2.1.1.6": "HOSTNAME",
    "1.3.6.1.4.1.9.2.1.3": "HOSTNAME",
    "1.3.6.1.2.1.47.1.1.1.1.11": "SERIAL_NUMBER",
    "1.3.6.1.4.1.9.3.6.3": "SERIAL_NUMBER",
    "1.3.6.1.2.1.1.4": "",
    "1.3.6.1.2.1.1.6": "",
}


def _encoded(arcs: str) -> bytes:
    """An object identifier as it is sent (X.690 section 8.19)."""
    first, second, *rest = map(int, arcs.split("."))
    found = bytes([first * 40 + second])
    for arc in rest:
        found += bytes(0x80 | arc >> shift & 0x7F for shift in (14, 7) if arc >> shift) + bytes([arc & 0x7F])
    return found


_OBJECT_SIZES = np.array([len(_encoded(arcs)) for arcs in _NAMED])
_OBJECTS = np.array([list(_encoded(arcs).ljust(_OBJECT_SIZES.max(), b"\0")) for arcs in _NAMED], np.uint8)
_OBJECT_ENTITIES = np.array([ENTITY_ID[entity] if entity else _MASKED for entity in _NAMED.values()])

#: Counters, gauges, ticks, and what says that there is no value (RFC 3416 section 3).
_IS_NUMBER = np.zeros(256, np.bool_)
_IS_NUMBER[[0x41, 0x42, 0x43, 0x45, 0x46, 0x47, 0x80, 0x81, 0x82]] = True


@compiled
def snmp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A message: its version tells what follows."""
    tag, start, end = element(data, at, stop)
    if tag != _SEQUENCE:
        return
    end = min(end, stop)
    tag, number, place = element(data, start, end)
    if tag != INTEGER or place != number + 1 or place > end:
        return
    version = byte(data, number)
    keep(out, at, place)
    note(out, _VERSION, version)
    if version == 3:
        _version3(data, place, end, out)
    elif version < 3:
        tag, start, stop = element(data, place, end)
        if tag == OCTET_STRING and stop <= end:
            keep(out, place, start)
            claim(out, start, stop, SECRET, SCAN, NONE)
            _pdu(data, stop, end, out)


@compiled
def _version3(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Header, security parameters of the user model in a string, and what is said, perhaps encrypted."""
    tag, start, place = element(data, at, stop)
    if tag != _SEQUENCE or place > stop:
        return
    keep(out, at, start)
    _numbers(data, start, place, out)
    tag, start, end = element(data, place, stop)
    if tag != OCTET_STRING or end > stop:
        return
    keep(out, place, start)
    tag, inner, inner_end = element(data, start, end)
    if tag != _SEQUENCE or inner_end > end:
        return
    keep(out, start, inner)
    _security(data, inner, inner_end, out)
    tag, start, place = element(data, end, stop)
    if tag != _SEQUENCE or place > stop:
        return
    keep(out, end, start)
    tag, inner, place = element(data, start, stop)
    if tag != OCTET_STRING or place > stop:
        return
    keep(out, start, inner)
    _engine(data, inner, place, out)
    tag, start, end = element(data, place, stop)
    if tag == OCTET_STRING and end <= stop:  # the context's name
        keep(out, place, start)
        text(data, start, end, SCAN, _TEXTS, out)
        _pdu(data, end, stop, out)


@compiled
def _numbers(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Whatever of some elements is an integer or short flags."""
    while at < stop:
        tag, start, end = element(data, at, stop)
        if tag < 0 or end > stop:
            return
        keep(out, at, start)
        if (tag == INTEGER and end - start <= _MOST_DIGITS) or end - start == 1:
            keep(out, start, end)
        at = end


@compiled
def _security(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Engine, boots, time, user, two digests (RFC 3414 section 2.4)."""
    for number in range(6):
        tag, start, end = element(data, at, stop)
        if tag < 0 or end > stop:
            return
        keep(out, at, start)
        if tag == INTEGER and end - start <= _MOST_DIGITS:
            keep(out, start, end)
        elif tag == OCTET_STRING and number == 0:
            _engine(data, start, end, out)
        elif tag == OCTET_STRING and number == 3:
            text(data, start, end, _USERNAME, _TEXTS, out)
        elif tag == OCTET_STRING:
            claim(out, start, end, SECRET, SCAN, NONE)
        at = end


@compiled
def _engine(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Enterprise, and an address or a text of the machine's administrator; what else makes it unique is left."""
    if stop - at < 6 or data[at] < 0x80:
        return
    kind = data[at + 4]
    if kind == _BY_IPV4 and stop - at == 9:
        claim(out, at + 5, stop, IPV4, SCAN, NONE)
    elif kind == _BY_MAC and stop - at == 11:
        claim(out, at + 5, stop, MAC, SCAN, NONE)
    elif kind == _BY_TEXT:
        if not text(data, at + 5, stop, _DEVICE_ID, _TEXTS, out):
            return
    elif kind > 5 and kind < 128:
        return
    keep(out, at, at + 5)


@compiled
def _pdu(data, at, stop, out):  # type: ignore[no-untyped-def]
    """What is asked for or told: what holds other elements is entered, since they follow each other in any case."""
    tag, _, _ = element(data, at, stop)
    if tag < _FIRST_PDU or tag > _LAST_PDU:
        return
    entity = np.int64(SCAN)
    while at < stop:
        tag, start, end = element(data, at, stop)
        if tag < 0:
            return
        keep(out, at, start)
        if tag & CONSTRUCTED:
            at = start
            continue
        if end > stop:
            return
        size = end - start
        if tag == OBJECT_ID:
            entity = _entity_of(data, start, end)
            _object_id(data, start, end, out)
        elif tag == OCTET_STRING:
            if entity != _MASKED and not octets(data, start, end, entity, _TEXTS, out) and size == 6:
                claim(out, start, end, MAC, SCAN, NONE)
        elif tag == _IP_ADDRESS:
            if size == 4:
                claim(out, start, end, IPV4, SCAN, NONE)
        elif size <= _MOST_DIGITS and (tag in (INTEGER, NULL) or _IS_NUMBER[tag]):
            keep(out, start, end)
        at = end


@compiled
def _entity_of(data, at, stop):  # type: ignore[no-untyped-def]
    """What the value behind an object identifier is, by the object: an entity, SCAN or _MASKED."""
    for number in range(len(_OBJECTS)):
        size = _OBJECT_SIZES[number]
        same = at + size < stop
        place = 0
        while same and place < size:
            same = data[at + place] == _OBJECTS[number, place]
            place += 1
        if same:
            return _OBJECT_ENTITIES[number]
    return np.int64(SCAN)


@compiled
def _object_id(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Keep an object identifier, without what may be an address or a name in a table's index.

    Columns of standard tables have ten arcs or little more. Where four or more follow, and not all of them are digits,
    they are left.
    """
    arcs, value, place, column_end = 1, np.int64(0), at, stop
    is_index = False
    while place < stop:
        value = (value << 7 | (byte(data, place) & 0x7F)) & 0xFFFF
        if data[place] < 0x80:
            arcs += 1
            is_index |= arcs > _COLUMN_ARCS and value > 9
            value = np.int64(0)
            if arcs == _COLUMN_ARCS:
                column_end = place + 1
        place += 1
    keep(out, at, column_end if is_index and arcs >= _COLUMN_ARCS + 4 else min(stop, at + _LONGEST_ID))
