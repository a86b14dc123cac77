"""How the frame of a capture holds times, read and moved in place.

A clock is a row of four numbers: whether its words are big-endian, its form, its resolution as ``if_tsresol`` writes
one (below 128 a power of ten, else of two), and seconds that are added to each of its times (``if_tsoffset``).
Sources: draft-ietf-opsawg-pcap section 5, draft-ietf-opsawg-pcapng sections 4.2 and 4.3.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from pipeline.captures.fields import be32, le32
from pipeline.kernels.compiling import allocating, compiled
from pipeline.records import NO_TIME, Bytes, Int64

#: Columns of a clock.
BIG, FORM, RESOLUTION, OFFSET = range(4)


class Form(IntEnum):
    PAIR = 0  # seconds, then units of the second, 32 bits each
    COUNT = 1  # units since 1970: the upper 32 bits, then the lower


_NANOSECOND = 9
#: Binary units finer than 2^-33 s, an eighth of a nanosecond, are cut: 2^33 times 2^30 nanoseconds fill 64 bits.
_EXACT = 33
#: Seconds since 1970 that nanoseconds in 64 bits can hold.
_FURTHEST = (1 << 63) // 10**9 - 1
_TENS = np.array([10**n for n in range(20)], np.uint64)
_LOW = np.uint64(0xFFFFFFFF)


@compiled
def word(data, at, big):  # type: ignore[no-untyped-def]
    return be32(data, at) if big else le32(data, at)


@compiled
def units_a_second(resolution):  # type: ignore[no-untyped-def]
    """uint64; 0 where so fine a unit cannot be counted in 64 bits."""
    if resolution >= 128:
        return np.uint64(1) << np.uint64(resolution - 128) if resolution < 192 else np.uint64(0)
    return _TENS[resolution] if resolution < 20 else np.uint64(0)


@compiled
def is_readable(resolution, offset):  # type: ignore[no-untyped-def]
    """Whether times of a clock can be read, and moved with their offset in them."""
    units = units_a_second(resolution)
    if units == 0 or offset > _FURTHEST or offset < -_FURTHEST:
        return False
    return offset == 0 or units <= _TENS[_NANOSECOND]


@compiled
def nanoseconds(data, at, big, form, resolution, offset):  # type: ignore[no-untyped-def]
    """The time at ``data[at:at + 8]`` since 1970, finer units cut off; NO_TIME where 64 bits cannot hold it."""
    if not is_readable(resolution, offset):
        return NO_TIME
    units = units_a_second(resolution)
    upper = np.uint64(word(data, at, big))
    lower = np.uint64(word(data, at + 4, big))
    if form == 0:
        return np.int64(upper) * 10**9 + np.int64(lower) * np.int64(_TENS[_NANOSECOND - resolution])
    count = upper << np.uint64(32) | lower
    seconds = count // units
    rest = count - seconds * units
    if seconds > np.uint64(2 * _FURTHEST):
        return NO_TIME
    whole = np.int64(seconds) + offset
    if whole > _FURTHEST or whole < -_FURTHEST:
        return NO_TIME
    if resolution < 128:
        if resolution <= _NANOSECOND:
            fraction = np.int64(rest * _TENS[_NANOSECOND - resolution])
        else:
            fraction = np.int64(rest // _TENS[resolution - _NANOSECOND])
    else:
        bits = resolution - 128
        if bits > _EXACT:
            rest >>= np.uint64(bits - _EXACT)
            bits = _EXACT
        fraction = np.int64(rest * _TENS[_NANOSECOND] >> np.uint64(bits))
    return whole * 10**9 + fraction


@allocating
def read_times(data: Bytes, at: Int64, aux: Int64, clocks: Int64) -> Int64:
    """int64 [k], nanoseconds since 1970 of rows of Kind.TIME; NO_TIME where a row holds none.

    Args:
      at: int64 [k], where the rows begin.
      aux: int64 [k], their aux: a place in ``clocks``, or the complement of one where the row is that clock's offset.
      clocks: int64 [c, 4].
    """
    found = np.empty(len(at), np.int64)
    for row in range(len(at)):
        found[row] = NO_TIME
        if aux[row] >= 0:
            clock = clocks[aux[row]]
            found[row] = nanoseconds(data, at[row], clock[0], clock[1], clock[2], clock[3])
    return found


@compiled
def move_times(data: Bytes, at: Int64, aux: Int64, clocks: Int64, change: Int64) -> None:
    """Add ``change`` nanoseconds to times in place; all of a capture's or none, as offsets go into the times.

    What 64 (or, of a pair's seconds, 32) bits cannot hold wraps around. A change of whole seconds is exact in units of
    ten; else it is cut to the clock's unit.

    Args:
      data: uint8, changed.
      at, aux, clocks: as ``read_times`` has them.
      change: int64 [k].
    """
    for row in range(len(at)):
        if aux[row] < 0:
            data[at[row] : at[row] + 8] = 0
            continue
        clock = clocks[aux[row]]
        big, form = clock[0], clock[1]
        units = units_a_second(clock[2])
        seconds = change[row] // 10**9 + clock[3]
        rest = np.uint64(change[row] % 10**9)
        upper = np.uint64(word(data, at[row], big))
        lower = np.uint64(word(data, at[row] + 4, big))
        if units <= _TENS[_NANOSECOND]:
            added = rest * units // _TENS[_NANOSECOND]
        elif clock[2] < 128:
            added = rest * _TENS[clock[2] - _NANOSECOND]
        else:
            added = (rest << np.uint64(_EXACT)) // _TENS[_NANOSECOND]
            bits = clock[2] - 128
            added = added << np.uint64(bits - _EXACT) if bits >= _EXACT else added >> np.uint64(_EXACT - bits)
        if form == 0:
            lower += added
            upper += np.uint64(seconds) + lower // units
            lower %= units
        else:
            count = (upper << np.uint64(32) | lower) + np.uint64(seconds) * units + added
            upper, lower = count >> np.uint64(32), count
        _put(data, at[row], upper & _LOW, big)
        _put(data, at[row] + 4, lower & _LOW, big)


@compiled
def _put(data, at, value, big):  # type: ignore[no-untyped-def]
    for place in range(4):
        shift = np.uint64(8 * (3 - place if big else place))
        data[at + place] = np.uint8(value >> shift & np.uint64(255))
