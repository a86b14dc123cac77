"""Names in X.509 certificates (RFC 5280): of subjects and issuers, and alternative ones. All else of them is left."""

from __future__ import annotations

import numpy as np

from pipeline.captures.ber import BIT_STRING, CONSTRUCTED, INTEGER, NULL, OBJECT_ID, OCTET_STRING, element
from pipeline.captures.columns import TEXT_ID
from pipeline.captures.fields import IPV4, IPV6, NONE, SCAN, be16, byte, claim, keep
from pipeline.captures.plain_text import text
from pipeline.kernels.compiling import compiled
from pipeline.records import Int32
from recognizers.entities import ENTITY_ID

_NAMES = TEXT_ID["tls_certificate_names"]
_HOSTNAME, _EMAIL, _URL, _USERNAME = (ENTITY_ID[entity] for entity in ("HOSTNAME", "EMAIL_ADDRESS", "URL", "USERNAME"))
_BOOLEAN = 1
#: Object identifiers, numbered: 2.5.4.n as n, 2.5.29.n behind them, and single ones.
_EXTENSION, _EMAIL_ADDRESS, _USER_ID, _DOMAIN_COMPONENT, _ACCESS, _TIMESTAMPS = 256, 512, 513, 514, 515, 516
_KINDS = 517
_COMMON_NAME = 3
_NOT_READ = -2


def _entities() -> Int32:
    """What an attribute of a name holds, by its number."""
    entities = np.full(_KINDS, _NOT_READ, np.int32)
    of = {
        "PERSON": (4, 42, 43), "SERIAL_NUMBER": (5,), "LOCATION": (7, 8), "STREET_ADDRESS": (9,), "GROUP": (10, 11),
        "POSTAL_CODE": (17,), "EMAIL_ADDRESS": (_EMAIL_ADDRESS,), "USERNAME": (_COMMON_NAME, _USER_ID),
        "HOSTNAME": (_DOMAIN_COMPONENT,),
    }  # fmt: skip
    for entity, numbers in of.items():
        entities[list(numbers)] = ENTITY_ID[entity]
    entities[6] = SCAN  # country
    return entities


def _read_extensions() -> Int32:
    """Extensions that are entered: 1 where what they hold is structure, 2 where it is names."""
    entered = np.zeros(_KINDS, np.int32)
    entered[[_EXTENSION + 15, _EXTENSION + 19, _EXTENSION + 32, _EXTENSION + 37, _TIMESTAMPS]] = 1
    entered[[_EXTENSION + 17, _EXTENSION + 18, _EXTENSION + 31, _ACCESS]] = 2
    return entered


_ENTITIES = _entities()
_ENTERED = _read_extensions()


@compiled
def certificate(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim names and structure of DER up to ``stop``, where it may be cut.

    What holds other elements is entered and not left again, since they follow each other in any case: so depth costs
    nothing.
    """
    last = np.int64(0)
    names_end = at
    while at < stop:
        tag, start, end = element(data, at, stop)
        if tag < 0:
            return
        if tag & CONSTRUCTED:
            keep(out, at, start)
            at = start
            continue
        if tag == OCTET_STRING and last == _TIMESTAMPS and start + 2 <= stop and be16(data, start) == end - start - 2:
            keep(out, at, start)
            _timestamps(data, start, min(end, stop), out)
            at = end
            continue
        if tag == OCTET_STRING and _ENTERED[last]:
            keep(out, at, start)
            names_end = end if _ENTERED[last] == 2 else start
            at = start
            continue
        if end > stop:
            return
        keep(out, at, start)
        if tag == OBJECT_ID:
            last = _number(data, start, end)
            if end - start <= 16:
                keep(out, start, end)
        elif start < names_end:
            _general_name(data, start, end, tag, out)
        else:
            _attribute(data, start, end, tag, last, out)
        at = end


@compiled
def _number(data, at, stop):  # type: ignore[no-untyped-def]
    """The number of an object identifier, 0 of any other."""
    size = stop - at
    last = byte(data, stop - 1) if size else np.int64(0)
    if size == 3 and data[at] == 0x55:  # 2.5
        if data[at + 1] == 4 and last > 0:
            return last
        if data[at + 1] == 29:
            return _EXTENSION + last
    elif size == 9 and data[at] == 0x2A and data[at + 1] == 0x86 and data[at + 7] == 9 and last == 1:
        return np.int64(_EMAIL_ADDRESS)  # PKCS #9
    elif size == 10 and data[at] == 9 and data[at + 1] == 0x92 and data[at + 8] == 1:  # RFC 4519
        if last == 1:
            return np.int64(_USER_ID)
        if last == 25:
            return np.int64(_DOMAIN_COMPONENT)
    elif size == 8 and data[at] == 0x2B and data[at + 5] == 7 and data[at + 6] == 1 and last == 1:
        return np.int64(_ACCESS)  # RFC 5280 section 4.2.2.1
    elif size == 10 and data[at] == 0x2B and be16(data, at + 5) == 0xD679 and data[at + 8] == 4 and last == 2:
        return np.int64(_TIMESTAMPS)  # RFC 6962 section 3.3
    return np.int64(0)


@compiled
def _timestamps(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Lengths, versions and algorithms of what logs of certificates have signed; ids, times, signatures are left."""
    keep(out, at, at + 2)
    at += 2
    while at + 2 <= stop:
        end = at + 2 + be16(data, at)
        keep(out, at, at + 2)
        # A version, the log's id of 32 bytes, a time, extensions, the signature's algorithms and length.
        extensions = at + 43
        if extensions + 2 <= min(end, stop):
            signature = extensions + 2 + be16(data, extensions)
            keep(out, at + 2, at + 3)
            keep(out, extensions, extensions + 2)
            if signature + 4 <= min(end, stop):
                keep(out, signature, signature + 4)
        at = end


@compiled
def _attribute(data, at, stop, tag, last, out):  # type: ignore[no-untyped-def]
    """What follows an object identifier: a string by what it names, or a small piece of structure."""
    if tag in (12, 19, 20, 22, 26):  # UTF-8, printable, teletex, IA5, visible
        entity = np.int64(_ENTITIES[last])
        if entity == _NOT_READ:
            return
        if last == _COMMON_NAME:
            entity = _common_name(data, at, stop)
        text(data, at, stop, entity, _NAMES if last == _COMMON_NAME else NONE, out)
    elif tag in (_BOOLEAN, NULL) or (tag == INTEGER and stop - at == 1) or (tag == BIT_STRING and stop - at <= 3):
        keep(out, at, min(at + 3, stop))


@compiled
def _common_name(data, at, stop):  # type: ignore[no-untyped-def]
    """A machine's name has dots, a person's or an authority's has none, or blanks."""
    dots = 0
    for place in range(at, stop):
        if data[place] == 64:  # @
            return np.int64(_EMAIL)
        if data[place] == 32:
            return np.int64(_USERNAME)
        dots += data[place] == 46
    return np.int64(_HOSTNAME if dots else _USERNAME)


@compiled
def _general_name(data, at, stop, tag, out):  # type: ignore[no-untyped-def]
    """A name of RFC 5280 section 4.2.1.6."""
    if tag == 0x81:
        text(data, at, stop, _EMAIL, _NAMES, out)
    elif tag == 0x82:
        text(data, at, stop, _HOSTNAME, _NAMES, out)
    elif tag == 0x86:
        text(data, at, stop, _URL, NONE, out)
    elif tag == 0x87:
        if stop - at == 4:
            claim(out, at, stop, IPV4, SCAN, _NAMES)
        elif stop - at == 16:
            claim(out, at, stop, IPV6, SCAN, _NAMES)
