"""pcapng: blocks of sections, each section in its own byte order and with its own interfaces.

A block that does not parse ends what can be read of a file. What stands within a block's options and records is
claimed as far as it parses; the rest of that block is masked. Source: draft-ietf-opsawg-pcapng (block types 1 to 10,
2,989 and its kin), https://www.iana.org/assignments/pcapng.
"""

from __future__ import annotations

import numpy as np

from pipeline.captures.clocks import word
from pipeline.captures.fields import keep
from pipeline.captures.pcapng_options import (
    DESCRIPTION,
    PACKET,
    SECTION_HEADER,
    claim_journal,
    claim_names,
    claim_options,
    claim_statistics,
    read_clock,
    short,
)
from pipeline.captures.walk import (
    AT,
    CLOCK,
    COUNT,
    FAULT,
    FIRST,
    FULL,
    LAYOUT,
    LIMIT,
    LINK,
    MARKS_USED,
    MORE,
    MOST_INTERFACES,
    OVERSIZED,
    PACKETS_USED,
    PASSED,
    REMOVED,
    SECTION,
    SNAP,
    add_packet,
    claim_padding,
    claim_time,
    end_walk,
    is_zero,
)
from pipeline.kernels.compiling import compiled

SHB, IDB, OLD_PACKET, SPB, NRB, ISB, EPB, JOURNAL, SECRETS = 0x0A0D0D0A, 1, 2, 3, 4, 5, 6, 9, 10
CUSTOM, CUSTOM_LOCAL = 0xBAD, 0x40000BAD
#: Of block type and length, which begin a block; the length ends it, too.
HEAD, TAIL = 8, 4
_BIG_MAGIC = 0x1A2B3C4D
_LITTLE_MAGIC = 0x4D3C2B1A
_ROWS, _OVERFLOW = 1, 3  # places in Out.state


@compiled
def least_size(kind):  # type: ignore[no-untyped-def]
    """Bytes of the shortest block of a type."""
    if kind == SHB:
        return 28
    if kind in (EPB, OLD_PACKET):
        return 32
    if kind == ISB:
        return 24
    if kind in (IDB, SECRETS):
        return 20
    return 16 if kind in (SPB, CUSTOM, CUSTOM_LOCAL) else 12


@compiled
def walk(data, used, limit, longest, scratch):  # type: ignore[no-untyped-def]
    """Go over ``data[:used]`` from ``state[AT]`` up to the block that begins at ``limit`` or beyond.

    ``Cut.layout`` is 1 in a section that is big-endian, else 0.

    Args:
      longest: bytes of a block that is read.
      scratch: a ``walk.Scratch``; ``state`` says where and why the walk ended.
    """
    state, out = scratch.state, scratch.out
    at = state[AT]
    status, needed = LIMIT, np.int64(0)
    while at < limit:
        if used - at < 12:
            status, needed = MORE, np.int64(12)
            break
        big = state[LAYOUT]
        begins = word(data, at, 1) == SHB
        if begins:
            magic = word(data, at + 8, 1)
            big = 1 if magic == _BIG_MAGIC else 0
            if magic not in (_BIG_MAGIC, _LITTLE_MAGIC):
                status = FAULT
                break
        elif big < 0:
            status = FAULT
            break
        kind, size = word(data, at, big), word(data, at + 4, big)
        if size < least_size(kind) or size % 4:
            status = FAULT
            break
        if size > longest:
            # What these say is needed by all that follows.
            status, needed = FAULT if begins or kind == IDB else OVERSIZED, size
            state[PASSED] = kind in (EPB, OLD_PACKET, SPB)
            break
        if size > used - at:
            status, needed = MORE, size
            break
        if word(data, at + size - TAIL, big) != size:
            status = FAULT
            break
        if _is_full(scratch):
            status = FULL
            break
        rows, packets, marks = out.state[_ROWS], state[PACKETS_USED], state[MARKS_USED]
        interfaces, first, layout = state[COUNT], state[FIRST], state[LAYOUT]
        out.state[_OVERFLOW] = 0
        if not _take_block(data, at, size, kind, big, scratch):
            out.state[_ROWS] = rows
            status = FAULT
            break
        if out.state[_OVERFLOW] and rows:
            # Begun again where all the room is its own; what a block does not get in there is masked.
            out.state[_ROWS], state[PACKETS_USED], state[MARKS_USED] = rows, packets, marks
            state[COUNT], state[FIRST], state[LAYOUT] = interfaces, first, layout
            status = FULL
            break
        at += size
    end_walk(state, at, status, needed)


@compiled
def _is_full(scratch):  # type: ignore[no-untyped-def]
    state = scratch.state
    return (
        state[PACKETS_USED] >= len(scratch.packets)
        or state[MARKS_USED] >= len(scratch.marks)
        or state[FIRST] + state[COUNT] >= len(scratch.interfaces)
    )


@compiled
def _take_block(data, at, size, kind, big, scratch):  # type: ignore[no-untyped-def]
    """Claim a whole block and note what it says; False where it does not parse."""
    state, out = scratch.state, scratch.out
    body, stop = at + HEAD, at + size - TAIL
    if kind in (EPB, OLD_PACKET, SPB):
        return _take_packet(data, at, size, kind, big, scratch)
    if kind == SHB:
        if short(data, at + 12, big) != 1:
            return False
        state[FIRST] += state[COUNT]
        state[COUNT], state[LAYOUT] = 0, big
        _mark(scratch, SECTION, at, at + size)
        keep(out, at, at + 24)
        claim_options(data, at + 24, stop, big, SECTION_HEADER, -1, scratch)
    elif kind == IDB:
        if state[COUNT] >= MOST_INTERFACES:
            return False
        interface = scratch.interfaces[state[FIRST] + state[COUNT]]
        interface[LINK] = short(data, body, big)
        interface[SNAP] = word(data, body + 4, big)
        interface[CLOCK] = big
        interface[CLOCK + 1] = 1
        read_clock(data, at + 16, stop, big, interface)
        state[COUNT] += 1
        keep(out, at, at + 16)
        claim_options(data, at + 16, stop, big, DESCRIPTION, -1, scratch)
    elif kind == SECRETS:
        _mark(scratch, REMOVED, at, at + size)
        keep(out, at, body)
    elif kind in (CUSTOM, CUSTOM_LOCAL):
        # The number of the enterprise whose block it is; only that one knows what follows.
        keep(out, at, body + 4)
    else:
        keep(out, at, body)
        if kind == NRB:
            claim_names(data, body, stop, big, scratch)
        elif kind == ISB:
            claim_statistics(data, body, stop, big, scratch)
        elif kind == JOURNAL:
            claim_journal(data, body, stop, out)
    keep(out, stop, at + size)
    return True


@compiled
def _take_packet(data, at, size, kind, big, scratch):  # type: ignore[no-untyped-def]
    """A packet of any of three block types; False where it names no interface or is longer than its block."""
    state, out = scratch.state, scratch.out
    stop = at + size - TAIL
    if kind == SPB:
        if state[COUNT] == 0:
            return False
        start = at + 12
        wire = word(data, at + 8, big)
        snap = scratch.interfaces[state[FIRST], SNAP]
        end = start + min(wire, stop - start)
        if snap:
            end = min(end, start + snap)
        keep(out, at, start)
        add_packet(scratch, start, end, at, at + size, wire, np.iinfo(np.int64).min, 0)
        claim_padding(data, end, stop, out)
        keep(out, stop, at + size)
        return True
    number = word(data, at + 8, big) if kind == EPB else short(data, at + 8, big)
    start = at + 28
    end = start + word(data, at + 20, big)
    if number >= state[COUNT] or end > stop:
        return False
    keep(out, at, at + 12)
    time = claim_time(data, at + 12, scratch, number)
    keep(out, at + 20, start)
    add_packet(scratch, start, end, at, at + size, word(data, at + 24, big), time, number)
    options = start + (end - start + 3) // 4 * 4
    if options == stop and is_zero(data, end, options):
        # One row where there are no options: most packets have none.
        keep(out, end, at + size)
        return True
    claim_padding(data, end, options, out)
    claim_options(data, options, stop, big, PACKET, -1, scratch)
    keep(out, stop, at + size)
    return True


@compiled
def _mark(scratch, what, start, end):  # type: ignore[no-untyped-def]
    row = scratch.marks[scratch.state[MARKS_USED]]
    row[0] = what
    row[1] = start
    row[2] = end
    scratch.state[MARKS_USED] += 1
