"""What the walks over files of either format share: where they write, and how they end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.captures.clocks import is_readable, nanoseconds
from pipeline.captures.fields import Kind, Out, claim, keep, new_out
from pipeline.kernels.compiling import compiled
from pipeline.records import NO_TIME, Int64

#: Room for what stands in one piece; where it is used up the piece ends early.
PACKET_ROOM = 1 << 17
ROW_ROOM = 1 << 19
MARK_ROOM = 1 << 12
#: A section with more interfaces is no capture but an attack on whoever reads it.
MOST_INTERFACES = 1 << 16

#: Why a walk ended.
LIMIT = 0  # the next block begins at the limit or beyond
MORE = 1  # the next block goes on beyond what is there; NEEDED says how long it is, as far as can be told
FAULT = 2  # the next block does not parse
OVERSIZED = 3  # the next block is longer than any that is read; NEEDED says how long
FULL = 4  # there is no room for what the next block says

#: Places in ``Scratch.state``. The section's interfaces are ``interfaces[FIRST:FIRST + COUNT]``.
#: ``PASSED`` is how many packets (1 or 0) the block holds that is OVERSIZED.
AT, STATUS, NEEDED, LAYOUT, FIRST, COUNT, PACKETS_USED, MARKS_USED, PASSED, STATES = range(10)
#: Columns of a packet.
P_START, P_END, P_BLOCK_START, P_BLOCK_END, P_WIRE, P_TIME, P_LINK, P_INTERFACE = range(8)
#: Columns of an interface; a clock follows.
LINK, SNAP, CLOCK = range(3)
#: What a mark says of a block.
REMOVED, SECTION = range(2)

_TIME = int(Kind.TIME)
_TEXT = int(Kind.TEXT)


class Scratch(NamedTuple):
    """Where a walk writes; used again for each piece.

    Attributes:
      out: rows of the frame.
      packets: int64 [PACKET_ROOM, 8].
      marks: int64 [MARK_ROOM, 3], what it is, start and end.
      interfaces: int64 [2 * MOST_INTERFACES, 6].
      state: int64 [STATES].
    """

    out: Out
    packets: Int64
    marks: Int64
    interfaces: Int64
    state: Int64


def new_scratch() -> Scratch:
    return Scratch(
        new_out(0, ROW_ROOM, 0),
        np.empty((PACKET_ROOM, 8), np.int64),
        np.empty((MARK_ROOM, 3), np.int64),
        np.empty((2 * MOST_INTERFACES, 6), np.int64),
        np.zeros(STATES, np.int64),
    )


@compiled
def end_walk(state, at, status, needed):  # type: ignore[no-untyped-def]
    state[AT] = at
    state[STATUS] = status
    state[NEEDED] = needed


@compiled
def add_packet(scratch, start, end, block_start, block_end, wire, time, interface):  # type: ignore[no-untyped-def]
    state = scratch.state
    row = scratch.packets[state[PACKETS_USED]]
    row[0] = start
    row[1] = end
    row[2] = block_start
    row[3] = block_end
    row[4] = wire
    row[5] = time
    row[6] = scratch.interfaces[state[FIRST] + interface, LINK]
    row[7] = interface
    state[PACKETS_USED] += 1


@compiled
def claim_time(data, at, scratch, interface):  # type: ignore[no-untyped-def]
    """The time at ``data[at:at + 8]`` by an interface's clock, claimed where it can be read."""
    place = scratch.state[FIRST] + interface
    clock = scratch.interfaces[place]
    big, form, resolution, offset = clock[2], clock[3], clock[4], clock[5]
    if is_readable(resolution, offset):
        claim(scratch.out, at, at + 8, _TIME, place, -1)
        return nanoseconds(data, at, big, form, resolution, offset)
    return NO_TIME


@compiled
def is_zero(data, start, end):  # type: ignore[no-untyped-def]
    found = np.uint8(0)
    for at in range(start, end):
        found |= data[at]
    return found == 0


@compiled
def claim_padding(data, start, end, out):  # type: ignore[no-untyped-def]
    """Padding is structure as long as it is zero; anything else is masked."""
    if is_zero(data, start, end):
        keep(out, start, end)


@compiled
def claim_lines(data, start, end, entity, out):  # type: ignore[no-untyped-def]
    """Text, one row a line, and the NULs that end it; text with other control characters stays unclaimed."""
    stop = end
    while stop > start and data[stop - 1] == 0:
        stop -= 1
    for at in range(start, stop):
        if data[at] < 32 and data[at] != 9 and data[at] != 10 and data[at] != 13:
            return
    line = start
    for at in range(start, stop):
        if data[at] == 10:
            claim(out, line, at, _TEXT, entity, -1)
            keep(out, at, at + 1)
            line = at + 1
    claim(out, line, stop, _TEXT, entity, -1)
    keep(out, stop, end)
