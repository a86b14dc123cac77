"""DHCPv6 (RFC 8415, options of its followers); what relays pass on is read, too, down to a bound."""

from __future__ import annotations

import numpy as np

from pipeline.captures.columns import NUMBER_ID, TEXT_ID
from pipeline.captures.dhcp import client_name, dhcp
from pipeline.captures.dhcp_identifiers import identifier, link_address
from pipeline.captures.dns import addresses, names
from pipeline.captures.fields import IPV6, NONE, SCAN, be16, be32, byte, claim, keep, note
from pipeline.captures.plain_text import octets, text
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

_URL = ENTITY_ID["URL"]
_TYPE, _TRANSACTION = NUMBER_ID["dhcp_message_type"], NUMBER_ID["dhcp_transaction_id"]
_CLIENT_MAC, _ASSIGNED_IP, _TEXTS = (
    TEXT_ID[each] for each in ("dhcp_client_mac", "dhcp_assigned_ip", "dhcp_options_text")
)
_RELAY_FORWARD, _RELAY_REPLY = 12, 13
#: RFC 8415 section 7.6, HOP_COUNT_LIMIT.
_MOST_RELAYS = 8


@compiled
def dhcpv6(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A message of a client, server or relay."""
    for _ in range(_MOST_RELAYS + 1):
        if at + 4 > stop:
            return
        kind = byte(data, at)
        note(out, _TYPE, kind)
        if kind in (_RELAY_FORWARD, _RELAY_REPLY):
            if at + 34 > stop:
                return
            keep(out, at, at + 2)
            addresses(data, at + 2, at + 34, 16, IPV6, NONE, out)
            at, stop = _options(data, at + 34, stop, out)
        else:
            keep(out, at, at + 4)
            note(out, _TRANSACTION, be32(data, at) & 0xFFFFFF)
            _options(data, at + 4, stop, out)
            return


@compiled
def _options(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim options; where the message that a relay passes on begins and ends."""
    inner_at = inner_stop = np.int64(0)
    while at + 4 <= stop:
        code, start, end = be16(data, at), at + 4, at + 4 + be16(data, at + 2)
        if end > stop:
            break
        keep(out, at, start)
        if code == 9:
            inner_at, inner_stop = start, end
        elif code == 3 and end - start >= 12:  # a number that clients often make of their MAC, two times
            keep(out, start + 4, start + 12)
            _leases(data, start + 12, end, out)
        elif code == 4 and end - start >= 4:
            _leases(data, start + 4, end, out)
        elif code == 25 and end - start >= 12:
            keep(out, start + 4, start + 12)
            _leases(data, start + 12, end, out)
        else:
            _option(data, start, end, code, out)
        at = end
    return inner_at, inner_stop


@compiled
def _leases(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Options of an association: addresses, prefixes and what became of them."""
    while at + 4 <= stop:
        code, start, end = be16(data, at), at + 4, at + 4 + be16(data, at + 2)
        if end > stop:
            return
        keep(out, at, start)
        if code == 5 and end - start >= 24:
            claim(out, start, start + 16, IPV6, SCAN, _ASSIGNED_IP)
            keep(out, start + 16, start + 24)
            _statuses(data, start + 24, end, out)
        elif code == 26 and end - start >= 25:
            keep(out, start, start + 9)
            claim(out, start + 9, start + 25, IPV6, SCAN, _ASSIGNED_IP)
            _statuses(data, start + 25, end, out)
        elif code == 13:
            _status(data, start, end, out)
        at = end


@compiled
def _statuses(data, at, stop, out):  # type: ignore[no-untyped-def]
    while at + 4 <= stop:
        end = at + 4 + be16(data, at + 2)
        if end > stop:
            return
        keep(out, at, at + 4)
        if be16(data, at) == 13:
            _status(data, at + 4, end, out)
        at = end


@compiled
def _status(data, at, stop, out):  # type: ignore[no-untyped-def]
    if at + 2 <= stop:
        keep(out, at, at + 2)
        text(data, at + 2, stop, SCAN, _TEXTS, out)


@compiled
def _option(data, at, stop, code, out):  # type: ignore[no-untyped-def]
    size = stop - at
    if code in (1, 2):  # client, server
        identifier(data, at, stop, _CLIENT_MAC if code == 1 else NONE, out)
    elif code in (6, 43):  # codes asked for
        keep(out, at, stop)
    elif code in (7, 8, 19, 32, 60, 61, 82, 83):
        if size <= 8:
            keep(out, at, stop)
    elif code in (12, 22, 23, 27, 28, 31, 34, 40):  # servers
        addresses(data, at, stop, 16, IPV6, NONE, out)
    elif code in (21, 24, 29, 30, 33, 57, 64, 65):  # domains
        names(data, at, stop, at, _TEXTS, out)
    elif code == 13:
        _status(data, at, stop, out)
    elif code == 15:
        _texts(data, at, stop, out)
    elif code == 16 and size >= 4:  # vendor's number, classes
        keep(out, at, at + 4)
        _texts(data, at + 4, stop, out)
    elif code == 17 and size >= 4:  # vendor's number, options of its own
        keep(out, at, at + 4)
        place = at + 4
        while place + 4 <= stop:
            keep(out, place, place + 4)
            place += 4 + be16(data, place + 2)
    elif code == 37 and size >= 4:  # remote id (RFC 4649)
        keep(out, at, at + 4)
        octets(data, at + 4, stop, SCAN, _TEXTS, out)
    elif code in (18, 38, 41, 42):  # interface, subscriber, time zones
        octets(data, at, stop, SCAN, _TEXTS, out)
    elif code == 39 and size > 1:  # client FQDN (RFC 4704)
        keep(out, at, at + 1)
        client_name(data, at + 1, stop, out)
    elif code == 56:
        _time_servers(data, at, stop, out)
    elif code in (59, 103):  # boot file, captive portal
        text(data, at, stop, _URL, _TEXTS, out)
    elif code == 79 and size > 2:  # client's link-layer address (RFC 6939)
        keep(out, at, at + 2)
        link_address(data, at + 2, stop, be16(data, at), _CLIENT_MAC, out)
    elif code == 87:  # DHCPv4 over DHCPv6 (RFC 7341)
        dhcp(data, at, stop, out)


@compiled
def _texts(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Texts, each behind its length."""
    while at + 2 <= stop:
        end = at + 2 + be16(data, at)
        if end > stop:
            return
        keep(out, at, at + 2)
        text(data, at + 2, end, SCAN, _TEXTS, out)
        at = end


@compiled
def _time_servers(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Addresses, groups and names (RFC 5908)."""
    while at + 4 <= stop:
        code, start, end = be16(data, at), at + 4, at + 4 + be16(data, at + 2)
        if end > stop:
            return
        keep(out, at, start)
        if code in (1, 2):
            addresses(data, start, end, 16, IPV6, NONE, out)
        elif code == 3:
            names(data, start, end, start, _TEXTS, out)
        at = end
