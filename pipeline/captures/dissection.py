"""From packets to fields: the layers, one after the other, and every byte in exactly one field."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.captures import layers
from pipeline.captures.columns import NUMBERS
from pipeline.captures.fields import (
    CUT,
    MASKED,
    NONE,
    NUMBER,
    OVERFLOW,
    PACKET,
    ROWS_USED,
    SCAN,
    START,
    SUM_AT,
    SUMS_USED,
    compiled,
    new_out,
)
from pipeline.captures.layer_steps import step
from pipeline.captures.packets import Packets
from pipeline.records import Int32, Int64

#: Headers within headers beyond this many are not understood.
DEEPEST = 32
#: A packet of which more than this many claims are made is not understood.
MOST_CLAIMS = 1 << 18
_FIRST_CLAIMS = 1024
_LINK_LAYERS = np.array([layers.LINK_LAYERS.get(kind, layers.DONE) for kind in range(300)], np.int64)
#: What ``_dissect`` ended for, beside the last packet.
_ALL, _FULL_ROWS, _FULL_SUMS, _FULL_CLAIMS = range(4)


@dataclass(frozen=True)
class Dissection:
    """What every byte of some packets is.

    Attributes:
      rows: int32 [k, 5], as ``fields.Out`` has them, sorted by start, disjoint; together with those that say MASKED for
        what no one claimed they cover each packet, and the frame.
      row_packet: int64 [k], the packet of each row, -1 for the frame's.
      sums: int64 [m, 8].
      numbers: int64 [p, len(columns.NUMBERS)].
    """

    rows: Int32
    row_packet: Int64
    sums: Int64
    numbers: Int64


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
    frame = packets.frame[np.argsort(packets.frame[:, START], kind="stable")]
    out = new_out(len(packets), _FIRST_CLAIMS, len(NUMBERS))
    out = out._replace(sums=np.empty((4 * len(packets) + 16, 8), np.int64))
    rows = np.empty((24 * len(packets) + 2 * len(frame) + 16, 5), np.int32)
    row_packet = np.empty(len(rows), np.int64)
    # How far _dissect has come: packet, its place in the frame, byte, rows.
    place = np.zeros(4, np.int64)
    while True:
        ended = _dissect(
            data, packets.start, packets.end, packets.wire_length, packets.link_type.astype(np.int64),
            _LINK_LAYERS, frame, out, rows, row_packet, place,
        )  # fmt: skip
        if ended == _FULL_ROWS:
            rows = np.concatenate([rows, np.empty((len(rows) + 2 * len(out.rows), 5), np.int32)])
            row_packet = np.concatenate([row_packet, np.empty(len(rows) - len(row_packet), np.int64)])
        elif ended == _FULL_SUMS:
            out = out._replace(sums=np.concatenate([out.sums, np.empty_like(out.sums)]))
        elif ended == _FULL_CLAIMS:
            out = out._replace(rows=np.empty((4 * len(out.rows), 5), np.int32))
        else:
            break
    return Dissection(rows[: place[3]], row_packet[: place[3]], out.sums[: out.state[SUMS_USED]], out.numbers)


@compiled
def _dissect(  # type: ignore[no-untyped-def]
    data, start, end, wire_length, link_type, link_layers, frame, out, rows, row_packet, place
):
    """Go on at ``place`` until all is done or no room is left; whoever makes more calls again."""
    state = out.state
    while place[0] <= len(start):
        packet = place[0]
        last = packet == len(start)
        begin = len(data) if last else start[packet]
        framed = place[1]
        while framed < len(frame) and frame[framed, 0] < begin:
            framed += 1
        claims, sums = 0, state[SUMS_USED]
        if not last:
            state[:] = 0
            state[SUMS_USED] = sums
            at, stop = begin, end[packet]
            state[PACKET] = packet
            state[CUT] = wire_length[packet] > stop - at
            kind = link_type[packet]
            layer = link_layers[kind] if 0 <= kind < len(link_layers) else layers.DONE
            for _ in range(DEEPEST):
                if layer == layers.DONE or at >= stop:
                    break
                layer, at, stop = step(layer, data, at, stop, out)
            claims = state[ROWS_USED]
            if state[OVERFLOW]:
                state[SUMS_USED] = sums
                if claims < len(out.rows):
                    return _FULL_SUMS
                if len(out.rows) < MOST_CLAIMS:
                    return _FULL_CLAIMS
                claims = 0
        if place[3] + 2 * (claims + framed - place[1]) + 2 > len(rows):
            state[SUMS_USED] = sums
            return _FULL_ROWS
        used = settle(frame[place[1] : framed], place[2], begin, rows, place[3], out.sums[:0])
        row_packet[place[3] : used] = -1
        if not last:
            settled = settle(out.rows[:claims], begin, end[packet], rows, used, out.sums[sums : state[SUMS_USED]])
            state[SUMS_USED] = drop_sums(out.sums, sums, state[SUMS_USED])
            row_packet[used:settled] = packet
            used = settled
            place[2] = end[packet]
        # What a frame's row says of a packet's bytes does not count.
        while framed < len(frame) and frame[framed, 0] < place[2]:
            framed += 1
        place[0] = packet + 1
        place[1] = framed
        place[3] = used
    return _ALL


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
