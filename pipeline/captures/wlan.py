"""IEEE 802.11 frames, with radiotap before them or without (IEEE 802.11-2020 section 9; https://www.radiotap.org)."""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.fields import FINGERPRINT, MAC, NONE, SCAN, TEXT, byte, claim, keep, le16, le32, note
from pipeline.captures.layers import DONE, LLC, WLAN
from pipeline.kernels.compiling import compiled
from pipeline.records import Bytes
from recognizers.entities import ENTITY_ID

_TYPE = NUMBER_ID["wlan_type"]
_SOURCE, _DESTINATION = TEXT_ID["source_mac"], TEXT_ID["destination_mac"]
_BSSID, _SSID_COLUMN = TEXT_ID["wlan_bssid"], TEXT_ID["wlan_ssid"]
_SSID = ENTITY_ID["SSID"]


def _most_of_element() -> Bytes:
    most = np.zeros(256, np.uint8)
    # Rates, channel, traffic, IBSS, protection, HT, more rates, HT's operation, abilities, VHT and its operation.
    for kind, size in (
        (1, 8),
        (3, 1),
        (5, 36),
        (6, 2),
        (42, 1),
        (45, 26),
        (50, 8),
        (61, 22),
        (127, 16),
        (191, 12),
        (192, 5),
    ):
        most[kind] = size
    return most


#: Of what a radio measures none has more bytes, with those that align it.
_MOST_OF_FIELD = 16
#: By element the bytes of numbers that it may have; 0 for those that are not read.
_MOST_OF_ELEMENT = _most_of_element()


@compiled
def bits(word):  # type: ignore[no-untyped-def]
    """How many bits of 32 are set."""
    count = 0
    while word:
        word &= word - 1
        count += 1
    return count


@compiled
def radiotap(data, at, stop, out):  # type: ignore[no-untyped-def]
    """What the radio measured. It says whether a check sequence ends the frame, which then is none of its content."""
    if stop - at < 8:
        return DONE, at, stop
    size = le16(data, at + 2)
    end = at + size
    if size < 8 or end > stop:
        return DONE, at, stop
    keep(out, at, at + 8)
    present, field = le32(data, at + 4), at + 8
    word, own, count = present, True, bits(present)
    while word >> 31:
        if field + 4 > end:
            return DONE, at, stop
        # After a bit of another namespace (30, or 29 for a repeated one) fields are counted anew, by whoever it is.
        own &= word >> 29 & 3 == 0
        word = le32(data, field)
        keep(out, field, field + 4)
        count += bits(word)
        field += 4
    own &= word >> 30 & 1 == 0
    if present & 1:
        field += -(field - at) % 8
        if field + 8 <= end:
            claim(out, field, field + 8, FINGERPRINT, SCAN, NONE)
        field += 8
    if present & 2 and field < end and byte(data, field) & 0x10 and stop - end >= 4:
        stop -= 4
    if own and end - field <= _MOST_OF_FIELD * count:
        keep(out, field, end)
    return WLAN, end, stop


@compiled
def wlan(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Addresses by the direction of the frame; of management frames the elements, of data what is not encrypted."""
    if stop - at < 10:
        return DONE, at, stop
    control, flags = byte(data, at), byte(data, at + 1)
    kind, subtype = control >> 2 & 3, control >> 4
    note(out, _TYPE, kind << 4 | subtype)
    keep(out, at, at + 4)
    if kind == 1:
        claim(out, at + 4, at + 10, MAC, SCAN, _DESTINATION)
        # All but a control wrapper, CTS and ACK name the sender, too.
        if subtype >= 8 and subtype != 12 and subtype != 13 and stop - at >= 16:
            claim(out, at + 10, at + 16, MAC, SCAN, _SOURCE)
        return DONE, at, stop
    if kind == 3 or stop - at < 24:
        claim(out, at + 4, at + 10, MAC, SCAN, NONE)
        return DONE, at, stop
    to_system, from_system = flags & 1, flags >> 1 & 1
    first = _BSSID if to_system and not from_system else _DESTINATION
    second = _BSSID if from_system and not to_system else _SOURCE
    third = _BSSID
    if to_system:
        third = _DESTINATION
    elif from_system:
        third = _SOURCE
    if to_system and from_system:
        first, second = NONE, NONE
    claim(out, at + 4, at + 10, MAC, SCAN, first)
    claim(out, at + 10, at + 16, MAC, SCAN, second)
    claim(out, at + 16, at + 22, MAC, SCAN, third)
    keep(out, at + 22, at + 24)
    fragment = byte(data, at + 22) & 15
    ordered, encrypted = flags >> 7, flags >> 6 & 1
    at += 24
    if kind == 0:
        if not encrypted:
            _management(data, at + 4 * ordered, stop, subtype, out)
        return DONE, at, stop
    if to_system and from_system:
        if stop - at < 6:
            return DONE, at, stop
        claim(out, at, at + 6, MAC, SCAN, _SOURCE)
        at += 6
    aggregated = 0
    if subtype & 8:
        if stop - at < 2:
            return DONE, at, stop
        keep(out, at, at + 2)
        aggregated = byte(data, at) >> 7
        at += 2 + 4 * ordered
    if encrypted or aggregated or fragment or subtype & 4 or at >= stop:
        return DONE, at, stop
    return LLC, at, stop


@compiled
def _management(data, at, stop, subtype, out):  # type: ignore[no-untyped-def]
    """Fixed fields by the subtype, then elements."""
    if subtype == 8 or subtype == 5:  # beacon and probe response: the access point's clock comes first
        if stop - at < 12:
            return
        claim(out, at, at + 8, FINGERPRINT, SCAN, NONE)
        keep(out, at + 8, at + 12)
        at += 12
    elif subtype == 2:  # reassociation: the access point so far
        if stop - at < 10:
            return
        keep(out, at, at + 4)
        claim(out, at + 4, at + 10, MAC, SCAN, NONE)
        at += 10
    elif subtype == 0 or subtype == 1 or subtype == 3 or subtype == 10 or subtype == 11 or subtype == 12:
        size = 4 if subtype == 0 else 6 if subtype < 10 or subtype == 11 else 2
        if stop - at < size:
            return
        keep(out, at, at + size)
        at += size
    elif subtype != 4:
        return
    _elements(data, at, stop, out)


@compiled
def _elements(data, at, stop, out):  # type: ignore[no-untyped-def]
    """The network's name, and elements of rates, channels and capabilities; others stay unclaimed."""
    while at + 2 <= stop:
        kind, end = byte(data, at), at + 2 + byte(data, at + 1)
        keep(out, at, at + 2)
        if end > stop:
            return
        if kind == 0:
            claim(out, at + 2, end, TEXT, _SSID, _SSID_COLUMN)
        elif end - at - 2 <= _MOST_OF_ELEMENT[kind]:
            keep(out, at + 2, end)
        at = end
