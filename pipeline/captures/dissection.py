"""From packets to fields: the layers, one after the other, and every byte in exactly one field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np

from pipeline.captures import layers
from pipeline.captures.applications import read_payloads
from pipeline.captures.columns import FIRST_OF_PAYLOADS, NUMBERS
from pipeline.captures.fields import (
    ABSENT,
    COLUMN,
    END,
    KIND,
    MASKED,
    NONE,
    NUMBER,
    ROWS_USED,
    SCAN,
    START,
    SUM_AT,
    SUM_PACKET,
    SUMS_USED,
    new_out,
)
from pipeline.captures.jobs import AT, FIRST_RUN, LAYER, NEXT_RUN, NO_RUN, RUN_COLUMNS, RUN_END, TRIED, first_jobs
from pipeline.captures.layer_steps import FAMILY_OF, READERS
from pipeline.captures.packets import Packets
from pipeline.kernels.compiling import compiled
from pipeline.records import Bools, Bytes, Int32, Int64

#: A packet of which more than this many claims are made is not understood.
MOST_CLAIMS = 1 << 18
#: Room for claims, at first: more than nearly all packets have, since what is not written to costs nothing.
_FIRST_CLAIMS, _CLAIMS_EACH = 1024, 128
Lines = TypeVar("Lines", Int32, Int64)
_LINK_LAYERS = np.array([layers.LINK_LAYERS.get(kind, layers.DONE) for kind in range(300)], np.int64)


@dataclass(frozen=True)
class Dissection:
    """What every byte of some packets is.

    Attributes:
      rows: int32 [k, 5], as ``fields.Out`` has them, sorted by start, disjoint; together with those that say MASKED for
        what no one claimed they cover each packet, and the frame.
      row_packet: int64 [k], the packet of each row, -1 for the frame's.
      sums: int64 [m, 8].
      numbers: int64 [p, len(columns.NUMBERS)].
      payload: int64 [p], where begins what a transport carries; a packet's end where there is no such thing.
    """

    rows: Int32
    row_packet: Int64
    sums: Int64
    numbers: Int64
    payload: Int64

    @cached_property
    def kind(self) -> Bytes:
        """uint8 [k], the kind of each row: what is asked of all rows is asked of one byte of each."""
        return self.rows[:, KIND].astype(np.uint8)


def headers_only(dissection: Dissection) -> Dissection:
    """The same, as if nothing that transports carry were understood."""
    rows, row_packet, numbers = dissection.rows.copy(), dissection.row_packet, dissection.numbers.copy()
    # The frame's rows belong to no packet, and are carried by none.
    begin = np.append(dissection.payload, np.iinfo(np.int64).max)[row_packet]
    # Structure of a header and of what follows it is one row.
    across = np.flatnonzero((rows[:, START] < begin) & (rows[:, END] > begin))
    rest = rows[across]
    rows[across, END] = rest[:, START] = begin[across]
    rows, row_packet = np.insert(rows, across + 1, rest, axis=0), np.insert(row_packet, across + 1, row_packet[across])
    carried = rows[:, START] >= np.insert(begin, across + 1, begin[across])
    rows[carried, KIND], rows[carried, COLUMN] = MASKED, NONE
    numbers[:, FIRST_OF_PAYLOADS:] = ABSENT
    return replace(dissection, rows=rows, row_packet=row_packet, numbers=numbers)


def dissect(packets: Packets) -> Dissection:
    """Every field of some packets. Data that cannot be written to is copied: it would be compiled for apart.

    Raises:
      ValueError: packets overlap, or do not stand in order.
    """
    if len(packets) and not (
        packets.start[0] >= 0
        and packets.end[-1] <= len(packets.data)
        and np.all(packets.start <= packets.end)
        and np.all(packets.start[1:] >= packets.end[:-1])
    ):
        raise ValueError("packets overlap, or do not stand in order")
    data = packets.data if packets.data.flags.writeable else packets.data.copy()
    frame = _in_order(packets.frame.copy(), START)
    work = claimed(packets, data)
    claims, numbers = work.claims, work.out.numbers
    sums = _in_order(work.out.sums[: work.out.state[SUMS_USED]], SUM_PACKET)
    rows = np.empty((2 * (len(claims) + len(frame) + len(packets)) + 1, 5), np.int32)
    row_packet = np.empty(len(rows), np.int64)
    used = settle_all(
        packets.start, packets.end, len(data), frame, claims, work.first_run, work.runs, np.empty_like(claims), sums,
        rows, row_packet,
    )  # fmt: skip
    left = drop_sums(sums, 0, len(sums))
    return Dissection(rows[:used], row_packet[:used], sums[:left], numbers, work.payload)


def claimed(packets: Packets, data: Bytes) -> _Work:
    """What is claimed of some packets.

    What was noted of a packet before room ran out cannot be taken back: all is read again, with more.

    Args:
      data: the packets', in an array that may be written: compiled readers take no other.
    """
    room, excessive = _CLAIMS_EACH * len(packets) + _FIRST_CLAIMS, np.zeros(len(packets), np.bool_)
    while True:
        work = _Work(packets, data, room, excessive)
        packet = work.read_all()
        if packet < 0:
            return work
        if room > _CLAIMS_EACH * len(packets) + 2 * MOST_CLAIMS:
            excessive[packet] = True
        room *= 2


class _Work:
    """Packets being read, by one family of layers after the other, and what is claimed of them."""

    def __init__(self, packets: Packets, data: Bytes, room: int, excessive: Bools) -> None:
        kind = packets.link_type.astype(np.int64)
        known = (kind >= 0) & (kind < len(_LINK_LAYERS)) & ~excessive
        self._jobs = first_jobs(packets, np.where(known, _LINK_LAYERS[np.where(known, kind, 0)], layers.DONE))
        self._data, self._end = data, packets.end
        self.out = new_out(len(packets), room, len(NUMBERS))
        self.runs = np.empty((room, RUN_COLUMNS), np.int32)

    @property
    def first_run(self) -> Int64:
        """int64 [p], the first run of each packet's claims."""
        return self._jobs[:, FIRST_RUN].copy()

    @property
    def claims(self) -> Int32:
        return self.out.rows[: self.out.state[ROWS_USED]]

    @property
    def payload(self) -> Int64:
        """A packet that was tried as an application stands at what its transport carries."""
        return np.where(self._jobs[:, TRIED] > 0, self._jobs[:, AT], self._end)

    def read_all(self) -> int:
        """The packet at which room ran out, or -1."""
        jobs = self._jobs
        while True:
            family = FAMILY_OF[jobs[:, LAYER]]
            present = np.flatnonzero(np.bincount(family, minlength=1)[1:]) + 1
            if len(present):
                which = np.flatnonzero(family == present[0])
                done = READERS[int(present[0])](self._data, jobs, which, self.runs, self.out)
                if done < len(which):
                    return int(which[done])
                continue
            if not (jobs[:, LAYER] == layers.APPLICATION).any():
                return -1
            stuck = read_payloads(self._data, jobs, self.runs, self.out)
            if stuck >= 0:
                return stuck


def _in_order(lines: Lines, column: int) -> Lines:
    """Lines by a column, those with the same number in their order; most come so."""
    key = lines[:, column]
    return lines[np.argsort(key, kind="stable")] if (key[1:] < key[:-1]).any() else lines


@compiled
def gather_runs(claims, run, runs, held):  # type: ignore[no-untyped-def]
    """Copy the claims of a run and of those that follow it to ``held``; returns how many there are."""
    used = 0
    while run != NO_RUN:
        for line in range(run, runs[run, RUN_END]):
            for column in range(5):
                held[used, column] = claims[line, column]
            used += 1
        run = np.int64(runs[run, NEXT_RUN])
    return used


@compiled
def settle_all(  # type: ignore[no-untyped-def]
    start, end, size, frame, claims, first_run, runs, held, sums, rows, row_packet
):
    """Rows of all packets and of the frame between them; how many there are.

    Args:
      first_run, runs: of each packet's claims (``jobs``).
      held: int32, of the shape of ``claims``: where those of one packet are put together.
      sums: by packet.
    """
    used, framed, reached, summed = 0, 0, 0, 0
    for packet in range(len(start) + 1):
        last = packet == len(start)
        begin = size if last else start[packet]
        until = framed
        while until < len(frame) and frame[until, 0] < begin:
            until += 1
        settled = settle(frame[framed:until], reached, begin, rows, used, sums[:0])
        row_packet[used:settled] = -1
        used = settled
        if not last:
            first_sum = summed
            while summed < len(sums) and sums[summed, SUM_PACKET] == packet:
                summed += 1
            settled = settle_in_order(claims, first_run[packet], runs, begin, end[packet], rows, used)
            if settled < 0:
                own = held[: gather_runs(claims, first_run[packet], runs, held)]
                settled = settle(own, begin, end[packet], rows, used, sums[first_sum:summed])
            row_packet[used:settled] = packet
            used = settled
            reached = end[packet]
        # What a frame's row says of a packet's bytes does not count.
        while until < len(frame) and frame[until, 0] < reached:
            until += 1
        framed = until
    return used


@compiled
def settle_in_order(claims, run, runs, begin, end, rows, used):  # type: ignore[no-untyped-def]
    """As ``settle``, of claims in order that neither overlap nor reach out, as most packets have them; else -1.

    Args:
      run: the packet's first.
    """
    fresh, reached = used, begin
    while run != NO_RUN:
        for line in range(run, runs[run, RUN_END]):
            lower, upper = np.int64(claims[line, 0]), np.int64(claims[line, 1])
            if lower < reached or upper > end:
                return -1
            if lower > reached:
                used = _write(rows, fresh, used, reached, lower, MASKED, SCAN, NONE)
            used = _write(rows, fresh, used, lower, upper, claims[line, 2], claims[line, 3], claims[line, 4])
            reached = upper
        run = np.int64(runs[run, NEXT_RUN])
    if reached < end:
        used = _write(rows, fresh, used, reached, end, MASKED, SCAN, NONE)
    return used


@compiled
def settle(claims, begin, end, rows, used, sums):  # type: ignore[no-untyped-def]
    """Write rows that cover ``[begin, end)`` to ``rows[used:]``: claims, and MASKED for what lies between.

    Claims that overlap, or reach out of the span, become one that says MASKED. A checksum within them can no longer be
    kept in step: of ``sums``, int64 [m, 8], those that stand there get a place of -1. Neighbours that say MASKED become
    one row, and so do those that say NUMBER. ``claims`` is sorted.

    Returns:
      How many rows are used now: at most 2 * len(claims) + 1 more.
    """
    _sort(claims)
    fresh, reached, at = used, begin, 0
    while at < len(claims):
        first, until = np.int64(claims[at, 0]), np.int64(claims[at, 1])
        following = at + 1
        while following < len(claims) and claims[following, 0] < until:
            until = max(until, np.int64(claims[following, 1]))
            following += 1
        lower, upper = max(first, begin), min(until, end)
        if upper > lower:
            if lower > reached:
                used = _write(rows, fresh, used, reached, lower, MASKED, SCAN, NONE)
            if following == at + 1 and lower == first and upper == until:
                used = _write(rows, fresh, used, lower, upper, claims[at, 2], claims[at, 3], claims[at, 4])
            else:
                used = _write(rows, fresh, used, lower, upper, MASKED, SCAN, NONE)
                for place in range(len(sums)):
                    if lower <= sums[place, SUM_AT] < upper:
                        sums[place, SUM_AT] = -1
            reached = upper
        at = following
    if reached < end:
        used = _write(rows, fresh, used, reached, end, MASKED, SCAN, NONE)
    return used


@compiled
def _write(rows, fresh, used, start, end, kind, aux, column):  # type: ignore[no-untyped-def]
    """Add a row behind ``rows[fresh:used]``, or to the last of them; how many are used then."""
    if kind <= NUMBER and used > fresh and rows[used - 1, 2] == kind and column == NONE and rows[used - 1, 4] == NONE:
        rows[used - 1, 1] = end
        return used
    rows[used, 0] = start
    rows[used, 1] = end
    rows[used, 2] = kind
    rows[used, 3] = aux
    rows[used, 4] = column
    return used + 1


@compiled
def _sort(claims):  # type: ignore[no-untyped-def]
    """By start. Most come so; of a hostile packet the worst order of n claims takes fewer than n ** 1.5 steps."""
    at = 1
    while at < len(claims) and claims[at, 0] >= claims[at - 1, 0]:
        at += 1
    if at >= len(claims):
        return
    gap = 1
    while 3 * gap < len(claims):
        gap = 3 * gap + 1
    while gap > 0:
        for at in range(gap, len(claims)):
            back = at
            while back >= gap and claims[back - gap, 0] > claims[back, 0]:
                for column in range(5):
                    held = claims[back, column]
                    claims[back, column] = claims[back - gap, column]
                    claims[back - gap, column] = held
                back -= gap
        gap //= 3


@compiled
def drop_sums(sums, first, used):  # type: ignore[no-untyped-def]
    """Take out of ``sums[first:used]`` those without a place; how many are used then."""
    kept = first
    for at in range(first, used):
        if sums[at, SUM_AT] >= 0:
            for column in range(8):
                sums[kept, column] = sums[at, column]
            kept += 1
    return kept
