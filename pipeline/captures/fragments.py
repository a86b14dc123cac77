"""Datagrams in fragments: which later ones a checksum in the first one covers, as far as they are in the same batch.

A packet in a tunnel may begin in the first fragment of the datagram that carries it: its sum covers the others, too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from pipeline.captures.fields import (
    SUM_ADDRESS_BYTES,
    SUM_AT,
    SUM_DESTINATION,
    SUM_END,
    SUM_PACKET,
    SUM_RULE,
    SUM_SOURCE,
    SUM_START,
    SumRule,
)
from pipeline.records import Bools, Bytes, Int64

#: A datagram has 65,535 bytes, and fragments of a network that deserves the name at least 576.
MOST_PIECES = 128
#: Captures on several interfaces show a datagram again; one that comes back more often is not followed.
MOST_FIRST = 32
_OF_FRAGMENTS = (SumRule.FRAGMENT, SumRule.FRAGMENT_PLAIN, SumRule.FRAGMENT_CRC32C)


@dataclass(frozen=True)
class _Part:
    """One fragment: where it stands, and in its datagram.

    Attributes:
      size: bytes on the wire, of which perhaps fewer are captured.
    """

    key: tuple[bytes, bytes, bytes]
    packet: int
    source: int
    start: int
    end: int
    offset: int
    size: int
    more: bool


def later_pieces(before: Bytes, sums: Int64, whole: Bools) -> tuple[Int64, Int64, Bools]:
    """What the checksum of a first fragment covers elsewhere.

    Of several candidates, as of duplicates or of an identification in use again, the one that stands nearest counts.

    Args:
      before: uint8 [n], packets as they were.
      sums: int64 [m, 8], ``Dissection.sums``.
      whole: bool [p], packets with which all others of their capture are here: a fragment that is missing is nowhere.

    Returns:
      int64 [m + 1], where the pieces of each row begin; int64 [k, 4], pieces: start, end, how many bytes more were on
      the wire, 1 where the sum has begun at an odd byte of the datagram; bool [m], rows of which a piece is missing.
    """
    first, lost = np.zeros(len(sums) + 1, np.int64), np.zeros(len(sums), np.bool_)
    rules = sums[:, SUM_RULE]
    parts = [_part(before, row) for row in sums[rules == SumRule.PART].tolist()]
    pieces: list[tuple[int, int, int, int]] = []
    if parts:
        later: dict[tuple[object, ...], list[_Part]] = defaultdict(list)
        begun: dict[tuple[int, ...], _Part] = {}
        for part in parts:
            if part.offset:
                later[*part.key, part.offset].append(part)
            else:
                begun[part.packet, part.source, part.end] = part
                # The outermost counts for what a tunnel carries.
                begun.setdefault((part.packet, part.end), part)
        tried: dict[tuple[bytes, bytes, bytes], int] = defaultdict(int)
        for at in np.flatnonzero(np.isin(rules, _OF_FRAGMENTS)).tolist():
            row = sums[at]
            packet, source, end = int(row[SUM_PACKET]), int(row[SUM_SOURCE]), int(row[SUM_END])
            begin = begun.get((packet, source, end)) or begun.get((packet, end))
            if begin is None:  # it says that it ends before its fragment does
                continue
            tried[begin.key] += 1
            chain, ended = _chain(begin, later) if tried[begin.key] <= MOST_FIRST else ([], False)
            lost[at] = tried[begin.key] > MOST_FIRST or len(chain) > MOST_PIECES or not (ended or whole[packet])
            if not lost[at]:
                odd = int(row[SUM_START] - begin.start) & 1
                pieces += [(part.start, part.end, part.size - (part.end - part.start), odd) for part in chain]
                first[at + 1] = len(chain)
    return np.cumsum(first), np.array(pieces, np.int64).reshape(-1, 4), lost


def _chain(begin: _Part, later: dict[tuple[object, ...], list[_Part]]) -> tuple[list[_Part], bool]:
    """Later fragments in order, as far as they are here, and whether that is to the end; one more than may be."""
    chain: list[_Part] = []
    part = begin
    while part.more and len(chain) <= MOST_PIECES:
        following = later.get((*part.key, part.offset + part.size))
        if not following or part.size <= 0:
            return chain, False
        place = bisect_left(following, begin.packet, key=lambda each: each.packet)
        # Most come in order: of two that stand equally near the later one counts.
        near = following[max(0, place - 1) : place + 1]
        part = min(reversed(near), key=lambda each: abs(each.packet - begin.packet))
        chain.append(part)
    return chain, True


def _part(before: Bytes, row: list[int]) -> _Part:
    """A fragment by its header, of which the row says where the identification stands."""
    at, source, start, end = row[SUM_AT], row[SUM_SOURCE], row[SUM_START], row[SUM_END]
    size = row[SUM_ADDRESS_BYTES]

    def word(place: int) -> int:
        return int(before[place]) << 8 | int(before[place + 1])

    if size == 4:
        identification, protocol, header = before[at : at + 2], before[at + 5 : at + 6], at - 4
        offset, more = (word(at + 2) & 0x1FFF) * 8, bool(word(at + 2) & 0x2000)
        until = header + word(at - 2)
    else:
        identification, protocol = before[at : at + 4], before[:0]
        offset, more = word(at - 2) & 0xFFF8, bool(word(at - 2) & 1)
        # The payload's length stands four bytes before the source address.
        until = source + 32 + word(source - 4)
    addresses = np.concatenate([before[source : source + size], before[row[SUM_DESTINATION] :][:size]])
    return _Part(
        (addresses.tobytes(), identification.tobytes(), protocol.tobytes()),
        row[SUM_PACKET], source, start, end, offset, max(until - start, end - start), more,
    )  # fmt: skip
