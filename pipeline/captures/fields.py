"""What dissectors say of a packet's bytes: each belongs to one field, and each field has one action.

A dissector is a compiled function ``layer(data, at, stop, out)``: it reads ``data[at:stop]``, never beyond, claims what
it understands through ``claim`` and its kin, and leaves the rest. Bytes that no one claims are not understood, and are
masked. Claims may come in any order; where two overlap, both are masked (``dissection.settle``).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple, cast

import numpy as np
from numba import njit, types

from pipeline.kernels.compiling import compiled
from pipeline.records import Int32, Int64


class Kind(IntEnum):
    """What a field is. The comment says how many bytes, where that is fixed."""

    MASKED = 0  # not understood, or of no use to anyone: overwritten
    NUMBER = 1  # structure, lengths, types, counters, ports: kept, and no text
    WORD = 2  # text that the protocol itself gives (a method, a header's name): kept, searched by verification
    MAC = 3  # 6
    EUI64 = 4  # 8
    IPV4 = 5  # 4
    IPV6 = 6  # 16
    INTERFACE_ID = 7  # 8, the lower half of an IPv6 address that stands alone
    NAME = 8  # DNS name on the wire (RFC 1035 section 4.1.4), to its root or pointer; aux: where its message begins
    NETBIOS = 9  # 32, a NetBIOS name in first-level encoding (RFC 1001 section 14.1)
    TEXT = 10  # UTF-8 or ASCII text; aux: an entity id, SCAN (looked through as a log line is), see ``claim_text``
    TEXT16 = 11  # the same as UTF-16LE
    SECRET = 12  # overwritten whatever the policy: keys, passwords, tickets, cookies of protocols
    FINGERPRINT = 13  # tells one host's make from another's (TCP timestamps, IP id, TTL): by policy
    CHECKSUM = 14  # 2, kept in step with what it covers (see ``cover``)
    CRC32C = 15  # 4, SCTP's
    TIME = 16  # 8, a time in the file's frame; aux: a place in Packets.clocks, which says how it is held
    ENCRYPTED_LENGTH = 17  # 4, SSH's: overwritten as MASKED is, but not with zeros, which say that nothing follows


#: The same as plain numbers, for compiled code.
(
    MASKED, NUMBER, WORD, MAC, EUI64, IPV4, IPV6, INTERFACE_ID, NAME, NETBIOS, TEXT, TEXT16, SECRET, FINGERPRINT,
    CHECKSUM, CRC32C, TIME, ENCRYPTED_LENGTH,
) = (int(kind) for kind in Kind)  # fmt: skip


#: Columns of ``rows``.
START, END, KIND, AUX, COLUMN = range(5)
#: No column.
NONE = -1
#: A row's aux where there is nothing to say; as an entity: scanned.
SCAN = -1
#: Columns of ``sums``: where the checksum stands, what it covers (``cover``), and how it is to be read.
SUM_AT, SUM_START, SUM_END, SUM_SOURCE, SUM_DESTINATION, SUM_ADDRESS_BYTES, SUM_RULE, SUM_PACKET = range(8)


class SumRule(IntEnum):
    """How a checksum is kept in step."""

    PLAIN = 0  # good stays good, bad stays bad
    ZERO_IS_NONE = 1  # UDP over IPv4: zero stays zero, and a sum of zero is written 0xffff
    CRC32C = 2  # no pseudo header; SUM_DESTINATION: how many more bytes it covers beyond SUM_END
    FRAGMENT = 3  # as ZERO_IS_NONE, of a datagram that goes on in later fragments
    FRAGMENT_PLAIN = 4  # as PLAIN, of the same
    PART = 5  # no checksum: what one fragment carries of its datagram; SUM_AT: its identification
    FRAGMENT_CRC32C = 6  # as CRC32C, of the same
    PSEUDO = 7  # what a sender leaves to its network card: the pseudo header's sum, not complemented


#: Places in ``state``: what a layer tells the next one. Cleared for each packet.
(
    PACKET, ROWS_USED, SUMS_USED, OVERFLOW,
    SOURCE_AT, DESTINATION_AT, ADDRESS_BYTES,  # the innermost IP header's addresses, for pseudo headers
    PROTOCOL, PAYLOAD_START, PAYLOAD_END,  # of the innermost IP header, by its length field: may end past the captured
    FRAGMENT_OFFSET, MORE_FRAGMENTS, FRAGMENT_ID,
    OUTER_MORE,  # 1 where the header is carried by a datagram in fragments
    SOURCE_PORT, DESTINATION_PORT, TRANSPORT,  # TRANSPORT: IP protocol number
    IP_LAYERS, EMBEDDED,  # how many IP headers were met; 1 within an ICMP error
    OUTER_ROW, CUT,  # the row of the first IP header's source; CUT: 1 where the packet is captured in part
    STATES,
) = range(22)  # fmt: skip


class Out(NamedTuple):
    """Where dissectors write.

    Attributes:
      rows: int32 [room, 5]: start, end (positions in the batch), kind, aux, column (a place in columns.TEXTS, or NONE).
      sums: int64 [room, 8].
      numbers: int64 [packets, len(columns.NUMBERS)], ABSENT where a packet has none.
      state: int64 [STATES].
    """

    rows: Int32
    sums: Int64
    numbers: Int64
    state: Int64


ABSENT = np.iinfo(np.int64).min

_OUT = types.NamedTuple((types.int32[:, ::1], types.int64[:, ::1], types.int64[:, ::1], types.int64[::1]), Out)


def compiled_once(numbers: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As ``compiled``, of a function of ``out`` and so many numbers: without a type given it is compiled anew for each
    constant that it is called with.
    """
    given = types.void(_OUT, *(types.int64,) * numbers)
    return cast("Callable[..., Callable[..., None]]", njit(given, cache=True, nogil=True, _nrt=False))


@compiled_once(5)
def claim(out, start, end, kind, aux, column):  # type: ignore[no-untyped-def]
    """Say what ``data[start:end]`` is. Nothing happens where end <= start."""
    if end <= start:
        return
    used = out.state[ROWS_USED]
    if used >= len(out.rows):
        out.state[OVERFLOW] = 1
        return
    row = out.rows[used]
    row[0] = start
    row[1] = end
    row[2] = kind
    row[3] = aux
    row[4] = column
    out.state[ROWS_USED] = used + 1


@compiled_once(2)
def keep(out, start, end):  # type: ignore[no-untyped-def]
    """Structure that stays as it is."""
    claim(out, start, end, 1, -1, -1)


@compiled_once(2)
def note(out, number, value):  # type: ignore[no-untyped-def]
    """Give the packet's value of a column of columns.NUMBERS; the first one stays."""
    if out.numbers[out.state[PACKET], number] == ABSENT:
        out.numbers[out.state[PACKET], number] = value


@compiled_once(2)
def note_last(out, number, value):  # type: ignore[no-untyped-def]
    """As ``note``, but the last one stays: of headers in headers the innermost."""
    out.numbers[out.state[PACKET], number] = value


@compiled_once(7)
def cover(out, at, start, end, source, destination, address_bytes, rule):  # type: ignore[no-untyped-def]
    """Say what the checksum at ``at`` covers: ``data[start:end]`` and, where there is a pseudo header, two addresses.

    Both ``at`` and the addresses must be claimed as fields, too. ``start`` is even within the sum. ``end`` may not lie
    beyond what is captured; bytes that are not there do not change. What covers others is said before them: sums are
    kept in step in reverse order, the innermost first.
    """
    used = out.state[SUMS_USED]
    if used >= len(out.sums):
        out.state[OVERFLOW] = 1
        return
    row = out.sums[used]
    row[0] = at
    row[1] = start
    row[2] = end
    row[3] = source
    row[4] = destination
    row[5] = address_bytes
    row[6] = rule
    row[7] = out.state[PACKET]
    out.state[SUMS_USED] = used + 1


@compiled
def byte(data, at):  # type: ignore[no-untyped-def]
    return np.int64(data[at])


@compiled
def be16(data, at):  # type: ignore[no-untyped-def]
    return np.int64(data[at]) << 8 | np.int64(data[at + 1])


@compiled
def be32(data, at):  # type: ignore[no-untyped-def]
    return be16(data, at) << 16 | be16(data, at + 2)


@compiled
def le16(data, at):  # type: ignore[no-untyped-def]
    return np.int64(data[at]) | np.int64(data[at + 1]) << 8


@compiled
def le32(data, at):  # type: ignore[no-untyped-def]
    return le16(data, at) | le16(data, at + 2) << 16


def new_out(packets: int, rows: int, numbers: int) -> Out:
    return Out(
        np.empty((rows, 5), np.int32),
        np.empty((rows, 8), np.int64),
        np.full((packets, numbers), ABSENT, np.int64),
        np.zeros(STATES, np.int64),
    )
