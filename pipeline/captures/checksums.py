"""Checksums kept in step with bytes that were overwritten (RFC 1624; of CRC-32C by its linearity)."""

from __future__ import annotations

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
    be16,
    le32,
)
from pipeline.captures.fragments import later_pieces
from pipeline.captures.ip_header import fold
from pipeline.kernels.compiling import compiled
from pipeline.kernels.wide import AHEAD, load8, prefetch
from pipeline.records import Bools, Bytes, Int64

_ZERO_IS_NONE, _FRAGMENT, _PART = int(SumRule.ZERO_IS_NONE), int(SumRule.FRAGMENT), int(SumRule.PART)
_CRC32C, _FRAGMENT_CRC32C, _PSEUDO = int(SumRule.CRC32C), int(SumRule.FRAGMENT_CRC32C), int(SumRule.PSEUDO)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def adjust(before: Bytes, after: Bytes, sums: Int64, whole: Bools | None = None) -> int:
    """Bring checksums into step with what was overwritten in place.

    What was good stays good. What was bad stays bad, and by as much. A zero that says that there is no checksum, and
    a sum of the pseudo header alone, stay what they are. Nothing happens to a checksum where nothing that it covers was
    changed to another sum.

    Args:
      before: uint8 [n], packets as they were.
      after: uint8 [n], overwritten but for the checksums, which still are as they were; changed here.
      sums: int64 [m, 8], ``Dissection.sums``: in each packet outer ones first.
      whole: bool [p], packets of captures that are here to their ends: fragments that are missing cannot change, and no
        one can tell whether the checksum was good. None where nothing is known of any.

    Returns:
      How many checksums were given up, and are zero now: of datagrams in fragments, of which some may stand elsewhere.
    """
    if whole is None:
        whole = np.zeros(sums[:, SUM_PACKET].max(initial=-1) + 1, np.bool_)
    first, pieces, lost = later_pieces(before, sums, whole)
    return int(_adjust(before, after, sums, first, pieces, lost, _CASTAGNOLI))


@compiled
def _adjust(before, after, sums, first, pieces, lost, table):  # type: ignore[no-untyped-def]
    given_up = 0
    # The innermost first: each is part of what the outer ones cover.
    for row in range(len(sums) - 1, -1, -1):
        rule, at = sums[row, SUM_RULE], sums[row, SUM_AT]
        start, end = sums[row, SUM_START], sums[row, SUM_END]
        for place in range(sums[max(row - AHEAD, 0), SUM_START], sums[max(row - AHEAD, 0), SUM_END], 64):
            prefetch(before, place)
            prefetch(after, place)
        if rule == _PART:
            continue
        if rule in (_CRC32C, _FRAGMENT_CRC32C):
            old = le32(before, at)
            if old == 0:  # not computed: left to the network card, or not needed (RFC 9653)
                continue
            change = _crc_change(before, after, start, end, at, 0, table)
            change = _shift(change, sums[row, SUM_DESTINATION], table)
            touched = change != 0
            for piece in range(first[row], first[row + 1]):
                change = _crc_change(before, after, pieces[piece, 0], pieces[piece, 1], at, change, table)
                change = _shift(change, pieces[piece, 2], table)
            new = old ^ change
            if lost[row] and touched:
                new = 0
                given_up += 1
            for place in range(4):
                after[at + place] = new >> 8 * place & 0xFF
            continue
        old = be16(after, at)
        if old == 0 and rule in (_ZERO_IS_NONE, _FRAGMENT):
            continue
        change = _change(before, after, start, end)
        if start <= at < end:
            # Of a sum in two pieces the one that was looked at before has changed the checksum itself.
            change += 0xFFFF + be16(before, at) - old
        size = sums[row, SUM_ADDRESS_BYTES]
        for address in (sums[row, SUM_SOURCE], sums[row, SUM_DESTINATION]):
            change += _change(before, after, address, address + size)
        touched = change % 0xFFFF != 0
        for piece in range(first[row], first[row + 1]):
            grown = _change(before, after, pieces[piece, 0], pieces[piece, 1])
            change += (grown & 0xFF) << 8 | grown >> 8 if pieces[piece, 3] else grown
        change %= 0xFFFF
        if lost[row] and touched:
            new = 0
            given_up += 1
        elif change == 0:
            continue
        elif rule == _PSEUDO:
            new = fold(old + change)
        else:
            new = 0xFFFF ^ fold((0xFFFF ^ old) + change)
            if new == 0 and (rule in (_ZERO_IS_NONE, _FRAGMENT) or _is_empty(after, at, start, end, size)):
                new = 0xFFFF
        after[at] = new >> 8
        after[at + 1] = new & 0xFF
    return given_up


@compiled
def _is_empty(data, at, start, end, address_bytes):  # type: ignore[no-untyped-def]
    """Whether all that is covered, beside the checksum, is zero: then its sum is zero, and not what adds up to zero."""
    return address_bytes == 0 and _sum(data, start, at) == 0 and _sum(data, at + 2, end) == 0


@compiled
def _change(before, after, start, end):  # type: ignore[no-untyped-def]
    """By how much the ones'-complement sum of ``[start, end)`` has grown: 0 to 0xfffe."""
    # In the order of the machine, as in _sum. A word holds two halves, and 2 ** 32 is one modulo 0xffff. Sums of so few
    # halves need no sign: one of what was and one of what is are taken apart.
    eights = max(0, end - start) >> 3
    was, now = np.uint64(0), np.uint64(0)
    for step in range(eights):
        old = load8(before, start + 8 * step)
        was += (old & _LOW) + (old >> _HALF)
    for step in range(eights):
        new = load8(after, start + 8 * step)
        now += (new & _LOW) + (new >> _HALF)
    grown = np.int64(now) - np.int64(was)
    place = start + 8 * eights
    for tail in range(place, end):
        grown += (np.int64(after[tail]) - np.int64(before[tail])) << 8 * (tail - place & 1)
    grown %= 0xFFFF
    return (grown & 0xFF) << 8 | grown >> 8


@compiled
def _sum(data, start, end):  # type: ignore[no-untyped-def]
    """The ones'-complement sum of words that begin at ``start``, a last half one filled with zero."""
    # In the order of the machine, eight bytes at a time: only the result's bytes are swapped (RFC 1071 section 2).
    total = np.uint64(0)
    eights = max(0, end - start) >> 3
    for step in range(eights):
        word = load8(data, start + 8 * step)
        total += (word & _LOW) + (word >> _HALF)
    place = start + 8 * eights
    rest = np.int64(total & _LOW) + np.int64(total >> _HALF)
    for tail in range(place, end):
        rest += np.int64(data[tail]) << 8 * (tail - place & 1)
    rest = fold(rest)
    return (rest & 0xFF) << 8 | rest >> 8


def _castagnoli_table() -> Int64:
    """Of the reflected polynomial of RFC 9260 appendix A: what a byte does to the register."""
    register = np.arange(256, dtype=np.int64)
    for _ in range(8):
        register = np.where(register & 1 == 1, register >> 1 ^ 0x82F63B78, register >> 1)
    return register


_CASTAGNOLI = _castagnoli_table()


@compiled
def _crc_change(before, after, start, end, at, register, table):  # type: ignore[no-untyped-def]
    """The register over what changed in ``[start, end)``; the checksum at ``at`` itself counts as unchanged."""
    for place in range(start, end):
        changed = np.int64(before[place] ^ after[place])
        if at <= place < at + 4:
            changed = np.int64(0)
        register = table[(register ^ changed) & 0xFF] ^ register >> 8
    return register


@compiled
def _shift(register, count, table):  # type: ignore[no-untyped-def]
    """The register over so many bytes that are not captured, and do not change."""
    if register:
        for _ in range(count):
            register = table[register & 0xFF] ^ register >> 8
    return register
