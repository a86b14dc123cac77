"""NTLM's messages within other protocols (MS-NLMP section 2.2.1)."""

from __future__ import annotations

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.fields import NONE, SCAN, SECRET, be32, claim, keep, le16, le32
from pipeline.captures.plain_text import text, text16
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_NAMES = TEXT_ID["smb_names"]
_HOSTNAME, _USERNAME = ENTITY_ID["HOSTNAME"], ENTITY_ID["USERNAME"]
_NEGOTIATE, _CHALLENGE, _AUTHENTICATE = 1, 2, 3
#: NegotiateFlags: text is UTF-16.
_UNICODE = 1
_HEADER = 12


@compiled
def ntlm(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim the message that stands somewhere in a token; what is around it is left."""
    while at + _HEADER <= stop:
        if data[at] == 78 and be32(data, at) == 0x4E544C4D and be32(data, at + 4) == 0x53535000:  # NTLMSSP
            _message(data, at, stop, out)
            return
        at += 1


@compiled
def _message(data, at, stop, out):  # type: ignore[no-untyped-def]
    kind = le32(data, at + 8)
    if kind == _NEGOTIATE and at + 32 <= stop:
        keep(out, at, at + 32)
        _field(data, at, 16, 32, stop, False, _HOSTNAME, out)
        _field(data, at, 24, 32, stop, False, _HOSTNAME, out)
    elif kind == _CHALLENGE and at + 48 <= stop:
        keep(out, at, at + 24)
        claim(out, at + 24, at + 32, SECRET, SCAN, NONE)
        keep(out, at + 32, at + 48)
        _field(data, at, 12, 48, stop, le32(data, at + 20) & _UNICODE, _HOSTNAME, out)
        _target(data, at, stop, out)
    elif kind == _AUTHENTICATE and at + 64 <= stop:
        keep(out, at, at + 64)
        is_wide = le32(data, at + 60) & _UNICODE
        _secret(data, at, 12, stop, out)
        _secret(data, at, 20, stop, out)
        _field(data, at, 28, 64, stop, is_wide, _HOSTNAME, out)
        _field(data, at, 36, 64, stop, is_wide, _USERNAME, out)
        _field(data, at, 44, 64, stop, is_wide, _HOSTNAME, out)
        _secret(data, at, 52, stop, out)


@compiled
def _field(data, at, place, least, stop, is_wide, entity, out):  # type: ignore[no-untyped-def]
    """Claim the text that a length and an offset at ``place`` tell of, behind the message's fixed part."""
    start = at + le32(data, at + place + 4)
    end = start + le16(data, at + place)
    if start < at + least or end > stop:
        return
    if is_wide:
        text16(data, start, end, entity, _NAMES, out)
    else:
        text(data, start, end, entity, _NAMES, out)


@compiled
def _secret(data, at, place, stop, out):  # type: ignore[no-untyped-def]
    start = at + le32(data, at + place + 4)
    end = start + le16(data, at + place)
    if start >= at + 64 and end <= stop:
        claim(out, start, end, SECRET, SCAN, NONE)


@compiled
def _target(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Names of a machine and its domains, each behind its number and length (MS-NLMP section 2.2.2.1)."""
    start = at + le32(data, at + 44)
    end = start + le16(data, at + 40)
    if start < at + 48 or end > stop:
        return
    while start + 4 <= end:
        kind, value = le16(data, start), start + 4 + le16(data, start + 2)
        if value > end:
            return
        keep(out, start, start + 4)
        if 1 <= kind <= 5:
            text16(data, start + 4, value, _HOSTNAME, _NAMES, out)
        start = value
