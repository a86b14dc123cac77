"""pcap: a header of 24 bytes, then packets, each behind a header of its own.

Read are both byte orders, times in micro- and nanoseconds, and Kuznetzov's variant with longer packet headers; the
lengths of versions before 2.3 are the other way around, in 2.3 they may be. Sources: draft-ietf-opsawg-pcap,
https://wiki.wireshark.org/Development/LibpcapFileFormat.
"""

from __future__ import annotations

import numpy as np

from pipeline.captures.clocks import word
from pipeline.captures.fields import keep
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
    MORE,
    OVERSIZED,
    PACKETS_USED,
    PASSED,
    SNAP,
    add_packet,
    claim_time,
    end_walk,
)
from pipeline.kernels.compiling import compiled

HEADER = 24
#: Layout: bits of which some are set.
BIG = 1
LONG = 2  # packet headers of 24 bytes, not 16
TURNED = 4  # wire length before captured length
PERHAPS_TURNED = 8  # the same where it makes sense only so
_MICROSECONDS, _NANOSECONDS, _LONG = 0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34


@compiled
def walk(data, used, limit, longest, scratch):  # type: ignore[no-untyped-def]
    """Go over ``data[:used]`` from ``state[AT]`` up to the record that begins at ``limit`` or beyond.

    Args:
      longest: bytes of a record, its header included, that is read.
      scratch: a ``walk.Scratch``; ``state`` says where and why the walk ended.
    """
    state, out = scratch.state, scratch.out
    at = state[AT]
    if state[LAYOUT] < 0:
        if used - at < HEADER:
            end_walk(state, at, MORE, HEADER)
            return
        if not _read_header(data, at, scratch):
            end_walk(state, at, FAULT, 0)
            return
        keep(out, at, at + HEADER)
        at += HEADER
    layout = state[LAYOUT]
    big = layout & BIG
    header = 24 if layout & LONG else 16
    status, needed = LIMIT, np.int64(0)
    while at < limit:
        if used - at < header:
            status, needed = MORE, np.int64(header)
            break
        captured, wire = word(data, at + 8, big), word(data, at + 12, big)
        if layout & TURNED or (layout & PERHAPS_TURNED and captured > wire):
            captured, wire = wire, captured
        size = header + captured
        if size > longest:
            status, needed, state[PASSED] = OVERSIZED, size, 1
            break
        if size > used - at:
            status, needed = MORE, size
            break
        if state[PACKETS_USED] >= len(scratch.packets) or out.state[1] + 2 > len(out.rows):
            status = FULL
            break
        time = claim_time(data, at, scratch, 0)
        keep(out, at + 8, at + header)
        add_packet(scratch, at + header, at + size, at, at + size, wire, time, 0)
        at += size
    end_walk(state, at, status, needed)


@compiled
def _read_header(data, at, scratch):  # type: ignore[no-untyped-def]
    """Layout and the one interface; False where it is no header that can be read."""
    state = scratch.state
    magic, big = word(data, at, 0), 0
    if magic not in (_MICROSECONDS, _NANOSECONDS, _LONG):
        magic, big = word(data, at, 1), 1
        if magic not in (_MICROSECONDS, _NANOSECONDS, _LONG):
            return False
    versions = word(data, at + 4, big)
    # Two numbers of 16 bits, read as one.
    major, minor = (versions >> 16, versions & 0xFFFF) if big else (versions & 0xFFFF, versions >> 16)
    layout = big
    if magic == _LONG:
        layout |= LONG
    if major < 2:
        return False
    if (major == 2 and minor < 3) or major == 543:
        layout |= TURNED
    elif major == 2 and minor == 3:
        layout |= PERHAPS_TURNED
    elif major > 2 or minor > 4:
        return False
    state[LAYOUT] = layout
    state[COUNT] = 1
    interface = scratch.interfaces[state[FIRST]]
    # The upper half of the field tells of checksums that end each frame.
    interface[LINK] = word(data, at + 20, big) & 0xFFFF
    interface[SNAP] = word(data, at + 16, big)
    interface[CLOCK] = big
    interface[CLOCK + 1] = 0
    interface[CLOCK + 2] = 9 if magic == _NANOSECONDS else 6
    interface[CLOCK + 3] = 0
    return True
