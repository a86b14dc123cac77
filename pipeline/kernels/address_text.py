"""IP addresses read from texts and written as others were found: many at once."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating, compiled

COLON, DOT, PERCENT = 58, 46, 37
#: A written address is never longer: eight groups of four digits, or six and a dotted tail.
LONGEST = 45
FOUR, SIX = 4, 6
_SIXTEEN = np.uint64(16)
_GROUP = np.uint64(0xFFFF)


@compiled
def find_byte(data, start, end, byte):  # type: ignore[no-untyped-def]
    """Where a byte stands first, or ``end``."""
    for i in range(start, end):
        if data[i] == byte:
            return i
    return end


@compiled
def read_ipv4(data, start, end):  # type: ignore[no-untyped-def]
    """The number of a dotted quad without leading zeros, or -1."""
    value = octet = digits = dots = 0
    for i in range(start, end):
        byte = data[i]
        if 48 <= byte <= 57:
            if digits == 3 or (digits == 1 and octet == 0):
                return -1
            octet = octet * 10 + (byte - 48)
            digits += 1
            if octet > 255:
                return -1
        elif byte == DOT and digits and dots < 3:
            value = value << 8 | octet
            octet = digits = 0
            dots += 1
        else:
            return -1
    return value << 8 | octet if dots == 3 and digits else -1


@compiled
def hex_digit(byte):  # type: ignore[no-untyped-def]
    if 48 <= byte <= 57:
        return byte - 48
    lower = byte | 32
    return lower - 87 if 97 <= lower <= 102 else -1


@compiled
def read_ipv6(data, start, end, groups):  # type: ignore[no-untyped-def]
    """Whether this is an address of RFC 4291 2.2 without zone; its eight groups are filled in."""
    count, skip, i = 0, -1, start
    if end - start < 2:
        return False
    if data[i] == COLON:
        if data[i + 1] != COLON:
            return False
        skip, i = 0, start + 2
    while i < end:
        at, value = i, 0
        while at < end and at - i < 5 and hex_digit(data[at]) >= 0:
            value = value << 4 | hex_digit(data[at])
            at += 1
        if at < end and data[at] == DOT:
            tail = read_ipv4(data, i, end)
            if tail < 0 or count > 6:
                return False
            groups[count], groups[count + 1] = tail >> 16, tail & 0xFFFF
            count += 2
            break
        if not 0 < at - i <= 4 or count == 8:
            return False
        groups[count] = value
        count += 1
        i = at
        if i < end:
            if data[i] != COLON or i + 1 == end:
                return False
            i += 1
            if data[i] == COLON:
                if skip >= 0:
                    return False
                skip, i = count, i + 1
    if skip < 0:
        return count == 8
    if count > 7:
        return False
    for k in range(count - skip):
        groups[7 - k] = groups[count - 1 - k]
    for k in range(skip, 8 - count + skip):
        groups[k] = 0
    return True


@allocating
def read_addresses(texts, starts, found, found_starts, kinds, high, low):  # type: ignore[no-untyped-def]
    """The address of each canonical text, or of what was found, where that has colons and the canonical form none.

    Args:
      kinds: uint8 [n], filled: FOUR, SIX or 0.
      high, low: uint64 [n], filled: an address's two words.
    """
    groups = np.empty(8, np.int64)
    for k in range(len(kinds)):
        kinds[k] = 0
        start, end = starts[k], starts[k + 1]
        other, other_end = found_starts[k], found_starts[k + 1]
        six = find_byte(texts, start, end, COLON) < end
        end = find_byte(texts, start, end, PERCENT)
        if six:
            six = read_ipv6(texts, start, end, groups)
        elif find_byte(found, other, other_end, COLON) < other_end:
            six = read_ipv6(found, other, find_byte(found, other, other_end, PERCENT), groups)
        if six:
            kinds[k] = SIX
            high[k] = low[k] = 0
            for g in range(4):
                high[k] = high[k] << _SIXTEEN | np.uint64(groups[g])
                low[k] = low[k] << _SIXTEEN | np.uint64(groups[4 + g])
        else:
            four = read_ipv4(texts, start, end)
            if four >= 0:
                kinds[k] = FOUR
                high[k], low[k] = 0, four


@compiled
def write_octet(value, out, at):  # type: ignore[no-untyped-def]
    if value > 99:
        out[at] = 48 + value // 100
        at += 1
    if value > 9:
        out[at] = 48 + value // 10 % 10
        at += 1
    out[at] = 48 + value % 10
    return at + 1


@compiled
def write_ipv4(value, out, at):  # type: ignore[no-untyped-def]
    for shift in (24, 16, 8, 0):
        at = write_octet(value >> shift & 255, out, at)
        if shift:
            out[at] = DOT
            at += 1
    return at


@compiled
def write_group(value, whole, letter, out, at):  # type: ignore[no-untyped-def]
    begun = whole
    for shift in (12, 8, 4, 0):
        digit = value >> shift & 15
        if digit or begun or shift == 0:
            begun = True
            out[at] = 48 + digit if digit < 10 else letter + digit - 10
            at += 1
    return at


@compiled
def write_ipv6(groups, count, whole, letter, out, at):  # type: ignore[no-untyped-def]
    """The first ``count`` groups: all digits where ``whole``, else by RFC 5952; a dotted tail follows six groups."""
    begin, size = -1, 1  # a single zero group is not shortened
    if not whole:
        run = 0
        for k in range(count):
            run = run + 1 if groups[k] == 0 else 0
            if run > size:
                begin, size = k + 1 - run, run
    k = 0
    while k < count:
        if k == begin:
            out[at] = out[at + 1] = COLON
            at += 2
            k += size
            continue
        if k and k != begin + size:
            out[at] = COLON
            at += 1
        at = write_group(groups[k], whole, letter, out, at)
        k += 1
    if count == 6 and begin + size != 6:
        out[at] = COLON
        at += 1
    return at


@allocating
def write_addresses(kinds, high, low, found, found_starts, out, starts):  # type: ignore[no-untyped-def]
    """Addresses one after the other in ``out``; ``starts``, int64 [n + 1], is filled.

    An IPv6 address has a dotted tail, eight whole groups, or capitals if what was found has. A zone is dropped:
    ``%`` needs an escape.
    """
    groups = np.empty(8, np.int64)
    at = 0
    for k in range(len(kinds)):
        starts[k] = at
        if kinds[k] == FOUR:
            at = write_ipv4(np.int64(low[k]), out, at)
        elif kinds[k] == SIX:
            for g in range(4):
                shift = np.uint64(48 - 16 * g)
                groups[g] = high[k] >> shift & _GROUP
                groups[4 + g] = low[k] >> shift & _GROUP
            begin = found_starts[k]
            end = find_byte(found, begin, found_starts[k + 1], PERCENT)
            dotted = upper = lower = False
            for i in range(begin, end):
                byte = found[i]
                dotted |= byte == DOT
                upper |= 65 <= byte <= 90
                lower |= 97 <= byte <= 122
            letter = 65 if upper and not lower else 97
            at = write_ipv6(groups, 6 if dotted else 8, not dotted and end - begin == 39, letter, out, at)
            if dotted:
                at = write_ipv4(groups[6] << 16 | groups[7], out, at)
    starts[len(kinds)] = at
