"""Comma-separated records of firewalls that bear no header: the vendor's manual says which column is whose.

PAN-OS names the kind of a record in its fourth column, and ends what all kinds have with the four levels of the
device's group, the virtual system and the device (PAN-OS Administrator's Guide, Syslog Field Descriptions).
Umbrella writes each column in quotes (Cisco, Umbrella Log Management, Log Formats).
"""

from __future__ import annotations

import re

from recognizers.declaration import AnchorPattern
from recognizers.hosts import is_host
from recognizers.phrases import NAME_BYTES
from recognizers.words import is_placeholder, load_words

_ACCOUNT = NAME_BYTES | frozenset(b"@$\\")
_CELL = r"[\x20-\x2b\x2d-\x7e\x80-\xff]"
_ADDRESS = re.compile(rb"[0-9.]*\Z")


def _column(**places: int) -> str:
    """The anchor of a column that is so many columns after that of the kind, by kind."""
    return ",(?:" + "|".join(rf"{kind}(?:,{_CELL}*){{{place - 1}}}" for kind, place in places.items()) + "),"


def names_account(value: bytes) -> bool:
    return not is_placeholder(value) and value.lower() not in load_words("not_usernames")


def names_machine(value: bytes) -> bool:
    return not is_placeholder(value) and not _ADDRESS.match(value)


def names_device(value: bytes) -> bool:
    """Here numbers alone lead to the column: a word would be one of another record."""
    return is_host(value) and len(value) > 3


#: Umbrella's records: a time, whom a request is put down to, all to whom it could be, addresses, a verdict.
IDENTITIES = re.compile(
    rb'"[0-9-]{10} [0-9:]{8}","([^"]+)","(?:([^"]*[^0-9a-fA-F.:"][^"]*)",")?(?:[0-9a-fA-F.:]+","){2}(?:[^"]*","){0,3}'
    rb'(?:Allowed|Blocked)","\Z',
    re.IGNORECASE,
)


def names_identities(value: bytes) -> bool:
    return IDENTITIES.search(value) is not None


#: The anchor of the serial number of a client's machine.
SERIALS = _column(GLOBALPROTECT=17, HIPMATCH=25)
ACCOUNTS = (
    AnchorPattern(
        "columns of identities",
        r"\x22,\x22(?:allowed|blocked)\x22,\x22",
        frozenset(),
        0.6,
        0,
        back=frozenset(range(0x20, 0x100)),
        back_over=13,
        check=names_identities,
    ),
    AnchorPattern(
        "column of an account",
        _column(TRAFFIC=9, THREAT=9, DECRYPTION=9, GLOBALPROTECT=9, HIPMATCH=4, USERID=6, AUTHENTICATION=6, CONFIG=7),
        _ACCOUNT,
        0.6,
        2,
        check=names_account,
    ),
    AnchorPattern(
        "column of a called account",
        _column(TRAFFIC=10, THREAT=10, DECRYPTION=10),
        _ACCOUNT,
        0.6,
        2,
        check=names_account,
    ),
)
MACHINES = (
    AnchorPattern(
        "column of a machine", _column(HIPMATCH=6, GLOBALPROTECT=11), NAME_BYTES, 0.6, 2, check=names_machine
    ),
    AnchorPattern(
        "column of a device",
        r"(?:,[0-9]{1,6}){3},0,(?:[a-z][a-z0-9 _-]{0,30})?,",
        NAME_BYTES,
        0.6,
        2,
        check=names_device,
    ),
)
