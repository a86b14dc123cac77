"""DHCPv4 and BOOTP (RFC 2131, options of RFC 2132 and its followers)."""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.dhcp_identifiers import identifier
from pipeline.captures.dns import addresses, name, names
from pipeline.captures.fields import IPV4, MAC, NONE, SCAN, be32, byte, claim, keep, note
from pipeline.captures.plain_text import octets, text
from pipeline.kernels.compiling import compiled
from pipeline.records import Bytes
from recognizers.entities import ENTITY_ID

_HOSTNAME, _URL, _FILE_PATH = (ENTITY_ID[entity] for entity in ("HOSTNAME", "URL", "FILE_PATH"))
_TYPE, _TRANSACTION = NUMBER_ID["dhcp_message_type"], NUMBER_ID["dhcp_transaction_id"]
_CLIENT_MAC, _CLIENT_IP, _ASSIGNED_IP, _SERVER_IP, _HOST_NAME, _TEXTS = (
    TEXT_ID[each]
    for each in (
        "dhcp_client_mac", "dhcp_client_ip", "dhcp_assigned_ip", "dhcp_server_ip", "dhcp_host_name",
        "dhcp_options_text",
    )
)  # fmt: skip
_OPTIONS_AT, _COOKIE = 240, 0x63825363
_NAME_AT, _FILE_AT, _COOKIE_AT = 44, 108, 236
#: What an option holds: nothing that is understood, a number of at most eight bytes, a list of codes, IPv4 addresses,
#: a text, a host or domain name, a URL; all others are read by ``_structured``.
_NUMBER, _CODES, _ADDRESSES, _SOME_TEXT, _HOST, _LINK = range(1, 7)


def _contents() -> Bytes:
    contents = np.zeros(256, np.uint8)
    of = {
        _NUMBER: (2, 13, *range(19, 21), *range(22, 28), 29, 30, 31, 34, 35, 36, 37, 38, 39, 46, 51, 52, 53, 57, 58, 59,
                  80, 91, 93, 94, 108, 116),
        _CODES: (55,),
        _ADDRESSES: (1, *range(3, 12), 16, 21, 28, 32, 33, 41, 42, 44, 45, 48, 49, 50, 54, 65, *range(68, 77), 85, 92,
                     112, 118, 136, 138, 150),
        _SOME_TEXT: (14, 17, 18, 47, 56, 60, 62, 67, 77, 86, 87, 100, 101, 113),
        _HOST: (12, 15, 40, 64, 66),
        _LINK: (98, 114, 160, 161),
    }  # fmt: skip
    for content, codes in of.items():
        contents[list(codes)] = content
    return contents


_CONTENTS = _contents()


@compiled
def dhcp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A message of a client, server or relay; from ``at`` on, ports tell that it is one."""
    if at + _COOKIE_AT > stop or data[at] == 0 or data[at] > 2:
        return
    keep(out, at, at + 12)
    note(out, _TRANSACTION, be32(data, at + 4))
    _address(data, at + 12, _CLIENT_IP, out)
    _address(data, at + 16, _ASSIGNED_IP, out)
    _address(data, at + 20, NONE, out)
    _address(data, at + 24, NONE, out)
    if data[at + 1] == 1 and data[at + 2] == 6:
        claim(out, at + 28, at + 34, MAC, SCAN, _CLIENT_MAC)
    is_dhcp = at + _OPTIONS_AT <= stop and be32(data, at + _COOKIE_AT) == _COOKIE
    overload = np.int64(0)
    if is_dhcp:
        keep(out, at + _COOKIE_AT, at + _OPTIONS_AT)
        overload = _options(data, at + _OPTIONS_AT, stop, out)
    if overload & 2:
        _options(data, at + _NAME_AT, at + _FILE_AT, out)
    else:
        _until_zero(data, at + _NAME_AT, at + _FILE_AT, _HOSTNAME, out)
    if overload & 1:
        _options(data, at + _FILE_AT, at + _COOKIE_AT, out)
    else:
        _until_zero(data, at + _FILE_AT, at + _COOKIE_AT, _FILE_PATH, out)


@compiled
def _address(data, at, column, out):  # type: ignore[no-untyped-def]
    claim(out, at, at + 4, IPV4, SCAN, column if be32(data, at) else NONE)


@compiled
def _until_zero(data, at, stop, entity, out):  # type: ignore[no-untyped-def]
    end = at
    while end < stop and data[end] != 0:
        end += 1
    text(data, at, end, entity, _TEXTS, out)


@compiled
def _options(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim options up to their end; what the one says by which the fields of name and file hold options, too."""
    overload = np.int64(0)
    while at < stop:
        code = byte(data, at)
        if code == 0 or code == 255:
            keep(out, at, at + 1)
            at += 1
            if code == 255:
                break
            continue
        if at + 2 > stop:
            break
        start, end = at + 2, at + 2 + byte(data, at + 1)
        if end > stop:
            break
        keep(out, at, start)
        if code == 52 and end == start + 1:
            overload = byte(data, start)
        _option(data, start, end, code, out)
        at = end
    return overload


@compiled
def _option(data, at, stop, code, out):  # type: ignore[no-untyped-def]
    content = _CONTENTS[code]
    if content == _NUMBER:
        if code == 53 and stop > at:
            note(out, _TYPE, byte(data, at))
        if stop - at <= 8:
            keep(out, at, stop)
    elif content == _CODES:
        keep(out, at, stop)
    elif content == _ADDRESSES:
        column = _CLIENT_IP if code == 50 else _SERVER_IP if code == 54 else NONE
        addresses(data, at, stop, 4, IPV4, column, out)
    elif content == _SOME_TEXT:
        if not text(data, at, stop, _FILE_PATH if code == 67 else SCAN, _TEXTS, out):
            _classes(data, at, stop, code, out)
    elif content == _HOST:
        text(data, at, stop, _HOSTNAME, _HOST_NAME if code == 12 else _TEXTS, out)
    elif content == _LINK:
        text(data, at, stop, _URL, _TEXTS, out)
    else:
        _structured(data, at, stop, code, out)


@compiled
def _structured(data, at, stop, code, out):  # type: ignore[no-untyped-def]
    size = stop - at
    if code == 61:  # client identifier
        _client(data, at, stop, out)
    elif code == 81:  # client FQDN (RFC 4702): flags, two codes, a name on the wire or as text
        if size > 3:
            keep(out, at, at + 3)
            if data[at] & 4:
                client_name(data, at + 3, stop, out)
            else:
                text(data, at + 3, stop, _HOSTNAME, _HOST_NAME, out)
    elif code == 82:  # relay agent information (RFC 3046)
        _relay(data, at, stop, out)
    elif code == 119:  # domain search (RFC 3397)
        names(data, at, stop, at, _TEXTS, out)
    elif code == 120:  # SIP servers (RFC 3361)
        if size > 1:
            keep(out, at, at + 1)
            if data[at] == 0:
                names(data, at + 1, stop, at + 1, _TEXTS, out)
            elif data[at] == 1:
                addresses(data, at + 1, stop, 4, IPV4, NONE, out)
    elif code == 121 or code == 249:  # classless routes (RFC 3442)
        _routes(data, at, stop, out)


@compiled
def client_name(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim a client's name on the wire; one that is not qualified has no root, so that its labels are texts."""
    if name(data, at, stop, at, _HOST_NAME, out) == stop:
        return
    end = at
    while end < stop and 0 < data[end] < 64:
        end += 1 + byte(data, end)
    while end == stop and at < stop:
        label = at + 1 + byte(data, at)
        if not text(data, at + 1, label, _HOSTNAME, _HOST_NAME, out):
            return
        keep(out, at, at + 1)
        at = label


@compiled
def _client(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A hardware address behind its type, a name behind 0, or what DHCPv6 has (RFC 4361) behind 255."""
    if stop - at < 2:
        return
    kind = data[at]
    if kind == 1 and stop - at == 7:
        keep(out, at, at + 1)
        claim(out, at + 1, stop, MAC, SCAN, _CLIENT_MAC)
    elif kind == 0:
        if octets(data, at + 1, stop, SCAN, _TEXTS, out):
            keep(out, at, at + 1)
    elif kind == 255 and stop - at > 5:
        keep(out, at, at + 1)
        identifier(data, at + 5, stop, NONE, out)


@compiled
def _relay(data, at, stop, out):  # type: ignore[no-untyped-def]
    while at + 2 <= stop:
        code, start, end = data[at], at + 2, at + 2 + byte(data, at + 1)
        if end > stop:
            return
        keep(out, at, start)
        size = end - start
        if (code == 5 or code == 11) and size == 4:  # link selection, server identifier
            claim(out, start, end, IPV4, SCAN, NONE)
        elif code == 2 and size == 6:
            claim(out, start, end, MAC, SCAN, NONE)
        elif code == 2 and size == 8 and data[start] == 0 and data[start + 1] == 6:  # as switches write it
            keep(out, start, start + 2)
            claim(out, start + 2, end, MAC, SCAN, NONE)
        elif code == 10 and size == 1:  # flags
            keep(out, start, end)
        elif code in (1, 2, 6, 12):  # circuit, remote, subscriber, relay
            octets(data, start, end, SCAN, _TEXTS, out)
        at = end


@compiled
def _routes(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Prefix lengths, as many bytes of prefixes as they need (left, where an address is not whole), and routers."""
    while at < stop:
        size = (byte(data, at) + 7) // 8
        end = at + 1 + size + 4
        if size > 4 or end > stop:
            return
        keep(out, at, at + 1)
        if size == 4:
            claim(out, at + 1, at + 5, IPV4, SCAN, NONE)
        claim(out, at + 1 + size, end, IPV4, SCAN, NONE)
        at = end


@compiled
def _classes(data, at, stop, code, out):  # type: ignore[no-untyped-def]
    """User classes, each behind its length (RFC 3004)."""
    while code == 77 and at < stop:
        end = at + 1 + byte(data, at)
        if end > stop or not text(data, at + 1, end, SCAN, _TEXTS, out):
            return
        keep(out, at, at + 1)
        at = end
