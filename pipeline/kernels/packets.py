"""Kernels over packets: rows overwritten in place, texts gathered from them and replacements put back."""

from __future__ import annotations

import numpy as np
from numba import njit

from pipeline.kernels.bitsets import below, is_within, lowest
from pipeline.kernels.compiling import compiled
from pipeline.kernels.wide import copy_bytes, load8, store8

#: A character that UTF-16 writes as two units (RFC 2781 2.1).
HIGH, LOW_UNIT, AFTER = 0xD800, 0xDC00, 0xE000
_EIGHT_TIMES = np.uint64(0x0101010101010101)


@njit(inline="always")
def _fill(out, start, end, filler):  # type: ignore[no-untyped-def]
    """So many times a byte; a slice would take longer to make than most rows are."""
    at, eight = np.int64(start), np.uint64(filler) * _EIGHT_TIMES
    while at + 8 <= end:
        store8(out, at, eight)
        at += 8
    while at < end:
        out[at] = filler
        at += 1


@compiled
def overwrite(  # type: ignore[no-untyped-def]
    rows, number, masked, filler, is_address, floor, strictest, action_of, raw, out, action, changed
):
    """Overwrite rows in ``out``: with their filler, or address rows with what stands for their address, or zeros.

    Args:
      rows: int32 [k, 5], as dissections have them.
      number: int32 [k], of each row's address, -1 for none.
      masked, is_address: bool [kinds].
      filler: uint8 [kinds], what is masked is overwritten with.
      floor: int8 [columns + 1], by a row's column plus one: the least strict action in that column, or 0.
      strictest: from this action on nothing of a value is left.
      action_of, raw: of each number: int8 [n] and uint8 [n, widest].
      action: int8 [k], filled for address rows.
      changed: bool [k], set where a row is overwritten, whatever it held.
    """
    for k in range(len(rows)):
        kind = rows[k, 2]
        if masked[kind]:
            _fill(out, rows[k, 0], rows[k, 1], filler[kind])
            changed[k] = True
        elif is_address[kind]:
            n = number[k]
            done = np.int64(strictest)
            if n >= 0:
                done = np.int64(action_of[n])
            least = np.int64(floor[rows[k, 4] + 1])
            if least > done:
                done = max(least, np.int64(strictest))
            action[k] = done
            if done == 0:
                continue
            changed[k] = True
            start = rows[k, 0]
            if n < 0 or done >= strictest:
                _fill(out, start, rows[k, 1], np.uint8(0))
            else:
                for i in range(rows[k, 1] - start):
                    out[start + i] = raw[n, i]


@compiled
def put_spans(start, end, flat, out):  # type: ignore[no-untyped-def]
    """Write what stands in ``flat``, one span after the other, to its places in ``out``."""
    used = 0
    for k in range(len(start)):
        copy_bytes(flat, used, used + end[k] - start[k], out, start[k])
        used += end[k] - start[k]


@compiled
def count_rows(number, action, entity, counts):  # type: ignore[no-untyped-def]
    """Add up ``counts[entity, action]`` of rows, of which each has a number, or -1, and each number an entity."""
    for k in range(len(number)):
        if number[k] >= 0:
            counts[entity[number[k]], action[k]] += 1


@compiled
def spans_of_rows(rows, changed, kinds, start, end):  # type: ignore[no-untyped-def]
    """The spans of rows that are ``changed``, bool [k], or of ``kinds``, bool [kinds]; returns how many there are."""
    count = 0
    for k in range(len(rows)):
        if changed[k] or kinds[rows[k, 2]]:
            start[count] = rows[k, 0]
            end[count] = rows[k, 1]
            count += 1
    return count


@compiled
def gather_texts(data, start, end, wide, out, at):  # type: ignore[no-untyped-def]
    """Texts one after the other, each followed by a line feed; ``wide`` ones are UTF-16LE, and become UTF-8.

    Half of a pair of units that stands alone becomes three bytes like others. ``at``, int64 [k, 2], is filled with
    each text's place. Returns the bytes used; ``out`` has room for three bytes a unit and one a text.
    """
    used = np.int64(0)
    for k in range(len(start)):
        at[k, 0] = used
        if wide[k]:
            i = start[k]
            while i + 1 < end[k]:
                unit = np.int64(data[i]) | np.int64(data[i + 1]) << 8
                i += 2
                if HIGH <= unit < LOW_UNIT and i + 1 < end[k]:
                    second = np.int64(data[i]) | np.int64(data[i + 1]) << 8
                    if LOW_UNIT <= second < AFTER:
                        i += 2
                        unit = 0x10000 + ((unit - HIGH) << 10) + second - LOW_UNIT
                if unit < 0x80:
                    out[used] = unit
                    used += 1
                    continue
                if unit >= 0x10000:
                    out[used] = 0xF0 | unit >> 18
                    out[used + 1] = 0x80 | unit >> 12 & 0x3F
                    used += 2
                elif unit >= 0x800:
                    out[used] = 0xE0 | unit >> 12
                    used += 1
                else:
                    out[used] = 0xC0 | unit >> 6
                    out[used + 1] = 0x80 | unit & 0x3F
                    used += 2
                    continue
                out[used] = 0x80 | unit >> 6 & 0x3F
                out[used + 1] = 0x80 | unit & 0x3F
                used += 2
        else:
            used = copy_bytes(data, start[k], end[k], out, used)
        at[k, 1] = used
        out[used] = 10
        used += 1
    return used


@njit(inline="always")
def _units(byte):  # type: ignore[no-untyped-def]
    """How many units of UTF-16 a character has, by the first byte of its UTF-8; of further bytes none."""
    if byte < 0x80 or 0xC0 <= byte < 0xF0:
        return 1
    return 2 if byte >= 0xF0 else 0


@compiled
def places_in_packets(start, end, field, text, at, wide, source, first, last):  # type: ignore[no-untyped-def]
    """Where edits of gathered texts stand in the packets: whole characters, int64 ``first`` and ``last`` [e].

    Args:
      start, end, field: int64 [e], in order, positions in ``text``; the text of each.
      at: int64 [k, 2], as ``gather_texts`` fills it.
      source: int64 [k], where each text begins in the packets.
    """
    at_field = np.int64(-1)
    here = np.int64(0)
    place = np.int64(0)
    for e in range(len(start)):
        f = field[e]
        if not wide[f]:
            first[e] = source[f] + start[e] - at[f, 0]
            last[e] = source[f] + end[e] - at[f, 0]
            continue
        if f != at_field:
            at_field = f
            here = at[f, 0]
            place = source[f]
        from_byte = start[e]
        while from_byte > here and _units(text[from_byte]) == 0:
            from_byte -= 1
        while here < from_byte:
            place += 2 * _units(text[here])
            here += 1
        first[e] = place
        while here < end[e] or (here < at[f, 1] and _units(text[here]) == 0):
            place += 2 * _units(text[here])
            here += 1
        last[e] = place


@compiled
def put_texts(first, last, wide, number, offset, arena, out):  # type: ignore[no-untyped-def]
    """Write ``arena[offset[n] : offset[n + 1]]``, as long as its place in units, into each place of ``out``."""
    for e in range(len(first)):
        at = offset[number[e]]
        if wide[e]:
            for i in range((last[e] - first[e]) >> 1):
                out[first[e] + 2 * i] = arena[at + i]
                out[first[e] + 2 * i + 1] = 0
        else:
            copy_bytes(arena, at, offset[number[e] + 1], out, first[e])


@compiled
def differs_outside(one, other, positions, rows, bad):  # type: ignore[no-untyped-def]
    """Mark rows, in order and disjoint, in which two buffers of one size differ at a position that is not in a set."""
    size = len(one)
    k = 0
    block = 0
    while block < size:
        # Whatever lies in the set, as most payloads do, is not looked at.
        left = ~load8(positions, block >> 3)
        if size - block < 64:
            left &= below(size - block)
        while left:
            first = block + (lowest(left) & ~7)
            if first + 8 <= size and load8(one, first) == load8(other, first):
                left &= ~(np.uint64(0xFF) << np.uint64(first - block))
                continue
            i = block + lowest(left)
            left &= left - np.uint64(1)
            if one[i] != other[i]:
                while k < len(rows) and rows[k, 1] <= i:
                    k += 1
                if k < len(rows) and rows[k, 0] <= i:
                    bad[k] = True
        block += 64


@compiled
def wrong_rows(  # type: ignore[no-untyped-def]
    rows, number, masked, filler, is_address, floor, strictest, action_of, raw, out, positions, bad
):
    """Mark rows that must change and do not hold what they must.

    Args:
      rows: int32 [k, 5], as dissections have them.
      number: int32 [k], of each row's address, -1 for none: that is to be zeros.
      masked, is_address: bool [kinds].
      filler: uint8 [kinds], what must stand where a kind is masked.
      floor: int8 [columns + 1], by a row's column plus one: the least strict action in that column.
      strictest: from this action on there must be zeros, else ``raw[number]``; at 0 a row may stay.
      action_of, raw: of each number: int8 [n] and uint8 [n, widest].
      positions: the set of edited positions: what must change lies in it.
      bad: bool [k].
    """
    for k in range(len(rows)):
        kind = rows[k, 2]
        filled = masked[kind]
        if is_address[kind]:
            asked = np.int64(floor[rows[k, 4] + 1])
            asked = max(asked, np.int64(action_of[number[k]]) if number[k] >= 0 else np.int64(strictest))
            if asked == 0:
                continue
            filled = asked >= strictest
        elif not filled:
            continue
        start, end = np.int64(rows[k, 0]), np.int64(rows[k, 1])
        bad[k] |= not is_within(start, end, positions)
        if not filled:
            for i in range(end - start):
                bad[k] |= out[start + i] != raw[number[k], i]
            continue
        eight = np.uint64(filler[kind]) * _EIGHT_TIMES
        while start + 8 <= end and load8(out, start) == eight:
            start += 8
        while start < end and out[start] == filler[kind]:
            start += 1
        bad[k] |= start < end


@compiled
def runs_of_rows(rows, taken, least, first, last, start, end):  # type: ignore[no-untyped-def]
    """Rows, in order, of ``taken`` kinds that stand next to each other, as one: its rows ``[first, last]``, its span.

    Args:
      taken: bool [kinds].
      least: bytes of the shortest that is told.
      first, last, start, end: int64 [k], filled.

    Returns:
      How many there are.
    """
    count = 0
    for k in range(len(rows)):
        if not taken[rows[k, 2]]:
            continue
        if count and last[count - 1] == k - 1 and end[count - 1] == rows[k, 0]:
            last[count - 1] = k
            end[count - 1] = rows[k, 1]
            continue
        if count and end[count - 1] - start[count - 1] < least:
            count -= 1
        first[count] = last[count] = k
        start[count] = rows[k, 0]
        end[count] = rows[k, 1]
        count += 1
    if count and end[count - 1] - start[count - 1] < least:
        count -= 1
    return count


@compiled
def texts_differ(first, last, wide, number, offset, arena, out, bad):  # type: ignore[no-untyped-def]
    """Mark edits whose place in ``out`` does not hold the text that ``put_texts`` had to write there."""
    for e in range(len(first)):
        at = offset[number[e]]
        step = 2 if wide[e] else 1
        size = (last[e] - first[e]) // step
        bad[e] = offset[number[e] + 1] - at != size
        for i in range(size):
            if bad[e]:
                break
            bad[e] = out[first[e] + step * i] != arena[at + i]
            if wide[e]:
                bad[e] |= out[first[e] + step * i + 1] != 0


@njit(inline="always")
def _added(data, start, end):  # type: ignore[no-untyped-def]
    """The ones'-complement sum of words from ``start`` on, a last half one filled with zero: below 0xffff.

    Little-endian: what differs in one order of bytes differs in the other (RFC 1071 section 2 (B)).
    """
    total = np.uint64(0)
    i = start
    while i + 8 <= end:
        word = load8(data, i)
        total += (word & np.uint64(0xFFFFFFFF)) + (word >> np.uint64(32))
        i += 8
    while i < end:
        total += np.uint64(data[i]) << np.uint64(8 * (i - start & 1))
        i += 1
    return np.int64(total % np.uint64(0xFFFF))


@compiled
def sums_differ(before, after, sums, rules, bad):  # type: ignore[no-untyped-def]
    """Mark packets in which a checksum and what it covers do not add up to what they did.

    What is wrong about a checksum is what the whole sum, itself included, lacks to 0xffff (RFC 1071): that must not
    change. A checksum of zero under rule ``rules[1]`` is none, and stays so.

    Args:
      sums: int64 [m, 8], as dissections have them; looked at are those of the rules, two of fields.SumRule.
    """
    change = np.int64(0)
    inside = False
    for row in range(len(sums)):
        at, start, end = sums[row, 0], sums[row, 1], sums[row, 2]
        if sums[row, 6] != rules[0] and sums[row, 6] != rules[1]:
            continue
        if sums[row, 6] == rules[1] and before[at] == 0 and before[at + 1] == 0:
            bad[sums[row, 7]] |= after[at] != 0 or after[at + 1] != 0
            continue
        change += _added(after, start, end) - _added(before, start, end)
        for address in (sums[row, 3], sums[row, 4]):
            change += _added(after, address, address + sums[row, 5]) - _added(before, address, address + sums[row, 5])
        inside |= start <= at < end
        if row + 1 < len(sums) and sums[row + 1, 0] == at:
            # One checksum over two pieces.
            continue
        if not inside:
            change += _added(after, at, at + 2) - _added(before, at, at + 2)
        bad[sums[row, 7]] |= change % 0xFFFF != 0
        change = np.int64(0)
        inside = False
