"""Addresses in headers of SIP (RFC 3261 sections 19.1 and 20): user and host are read, names beside them are masked."""

from __future__ import annotations

import numpy as np

from pipeline.captures.fields import SCAN, Kind, claim, keep
from pipeline.captures.word_tables import word_number, word_table
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

WORD = np.int64(Kind.WORD)
TEXT = np.int64(Kind.TEXT)
HOSTNAME = np.int64(ENTITY_ID["HOSTNAME"])
COOKIE = np.int64(ENTITY_ID["COOKIE"])
USERNAME = np.int64(ENTITY_ID["USERNAME"])
PHONE_NUMBER = np.int64(ENTITY_ID["PHONE_NUMBER"])
#: Schemes of URIs, and how a hop of a ``Via`` begins.
SCHEMES = word_table(("sip", "sips", "tel"))
#: Parameters that tell one dialogue from another; some phones put their address into the value.
OPAQUE = word_table("tag branch")
TEL = np.int64(2)


@compiled
def _is_letter(c):  # type: ignore[no-untyped-def]
    return 97 <= c <= 122 or 65 <= c <= 90


@compiled
def _until(data, at, stop, first, second):  # type: ignore[no-untyped-def]
    """Where a space or one of two bytes stands, or ``stop``."""
    while at < stop and data[at] > 32 and data[at] != first and data[at] != second:
        at += 1
    return at


@compiled
def parameters(data, at, stop, out, column):  # type: ignore[no-untyped-def]
    """Claim ``;transport=udp;tag=19``."""
    while at < stop:
        name = at + 1
        end = name
        while end < stop and data[end] != 59:
            end += 1
        equals = name
        while equals < end and data[equals] != 61:
            equals += 1
        if word_number(data, name, equals, OPAQUE) >= 0:
            claim(out, at, min(equals + 1, end), WORD, SCAN, column)
            claim(out, equals + 1, end, TEXT, COOKIE, column)
        else:
            claim(out, at, end, TEXT, SCAN, column)
        at = end


@compiled
def sip_uri(data, at, stop, out, scheme, column):  # type: ignore[no-untyped-def]
    """Claim what follows the scheme and colon of a URI that ends at ``stop``; a password in it is not claimed."""
    rest = at
    if scheme == TEL:
        rest = _until(data, at, stop, 59, 63)
        claim(out, at, rest, TEXT, PHONE_NUMBER, column)
    else:
        user, colon = at, np.int64(-1)
        while rest < stop and data[rest] != 64:
            if data[rest] == 58 and colon < 0:
                colon = rest
            rest += 1
        if rest < stop:
            claim(out, user, colon if colon >= 0 else rest, TEXT, USERNAME, column)
            keep(out, rest, rest + 1)
            at = rest + 1
        rest = _until(data, at, stop, 59, 63)
        claim(out, at, rest, TEXT, HOSTNAME, column)
    parameters(data, rest, stop, out, column)


@compiled
def sip_addresses(data, at, stop, out, column):  # type: ignore[no-untyped-def]
    """Claim the URIs of ``"Bob" <sip:bob@example.com>;tag=1, sip:…`` and the parameters behind them."""
    begun, word = at, at
    while at < stop:
        c = data[at]
        if c == 58 and word_number(data, word, at, SCHEMES) >= 0:
            scheme = word_number(data, word, at, SCHEMES)
            framed = word > begun and data[word - 1] == 60
            claim(out, word, at + 1, WORD, SCAN, column)
            end = _until(data, at + 1, stop, 62, 62 if framed else 44)
            sip_uri(data, at + 1, end, out, scheme, column)
            at = end
            if at < stop and data[at] == 62:
                keep(out, at, at + 1)
                start = at + 1
                at = _until(data, start, stop, 44, 44)
                parameters(data, start, at, out, column)
            word = at
            continue
        if c == 60 or c == 44 or c <= 32:
            keep(out, at, at + 1)
        if not _is_letter(c):
            word = at + 1
        at += 1


@compiled
def via(data, at, stop, out, column):  # type: ignore[no-untyped-def]
    """Claim the hops of ``SIP/2.0/UDP host:port;branch=…, …``."""
    while at < stop:
        end = _until(data, at, stop, 44, 44)
        claim(out, at, end, TEXT, SCAN, column)
        host = end
        while host < stop and data[host] == 32:
            host += 1
        keep(out, end, host)
        end = _until(data, host, stop, 59, 44)
        claim(out, host, end, TEXT, HOSTNAME, column)
        at = end
        while at < stop and data[at] != 44:
            at += 1
        parameters(data, end, at, out, column)
        end = at
        while at < stop and (data[at] == 44 or data[at] <= 32):
            at += 1
        keep(out, end, at)


@compiled
def call_id(data, at, stop, out, column):  # type: ignore[no-untyped-def]
    """Claim ``id@host``."""
    mark = _until(data, at, stop, 64, 64)
    claim(out, at, mark, TEXT, COOKIE, column)
    keep(out, mark, min(mark + 1, stop))
    claim(out, mark + 1, stop, TEXT, HOSTNAME, column)
