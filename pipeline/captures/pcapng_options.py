"""What stands in pcapng blocks beside packets: options, names, statistics, entries of a journal.

Claimed is what the specification says in full (draft-ietf-opsawg-pcapng section 3.5 and 4); other options, hashes and
filters of compiled code stay unclaimed.
"""

from __future__ import annotations

import numpy as np

from pipeline.captures.clocks import is_readable, word
from pipeline.captures.fields import Kind, be16, claim, keep, le16
from pipeline.captures.walk import CLOCK, COUNT, FIRST, claim_lines, claim_padding, claim_time
from pipeline.kernels.compiling import compiled
from recognizers.entities import ENTITY_ID

#: Which block's options are read.
SECTION_HEADER, DESCRIPTION, PACKET, STATISTICS, NAMES = range(5)
_SCAN = -1
_SYSTEM = ENTITY_ID["OPERATING_SYSTEM"]
_HOST = ENTITY_ID["HOSTNAME"]
_ZONE = ENTITY_ID["TIME_ZONE"]
_MAC, _EUI64, _IPV4, _IPV6 = int(Kind.MAC), int(Kind.EUI64), int(Kind.IPV4), int(Kind.IPV6)
_TIME = int(Kind.TIME)
_RESOLUTION, _OFFSET = 9, 14  # options of an interface


@compiled
def short(data, at, big):  # type: ignore[no-untyped-def]
    return be16(data, at) if big else le16(data, at)


@compiled
def _next_option(data, at, stop, big):  # type: ignore[no-untyped-def]
    """(code, end of the value, where the next option begins); code 0 where there is none."""
    if stop - at < 4:
        return np.int64(0), at, at
    code, size = short(data, at, big), short(data, at + 2, big)
    if at + 4 + size > stop:
        return np.int64(0), at, at
    return code, at + 4 + size, min(at + 4 + (size + 3) // 4 * 4, stop)


@compiled
def read_clock(data, at, stop, big, interface):  # type: ignore[no-untyped-def]
    """Resolution and offset from an interface's options."""
    interface[CLOCK + 2] = 6
    interface[CLOCK + 3] = 0
    while True:
        code, end, following = _next_option(data, at, stop, big)
        if code == 0:
            return
        if code == _RESOLUTION and end == at + 5:
            interface[CLOCK + 2] = data[at + 4]
        elif code == _OFFSET and end == at + 12:
            interface[CLOCK + 3] = _signed(data, at + 4, big)
        at = following


@compiled
def _signed(data, at, big):  # type: ignore[no-untyped-def]
    first, second = word(data, at, big), word(data, at + 4, big)
    return first << 32 | second if big else second << 32 | first


@compiled
def claim_options(data, at, stop, big, block, interface, scratch):  # type: ignore[no-untyped-def]
    """Options up to their end, or to the first that reaches beyond the block.

    Args:
      interface: whose clock times are by; -1 where there is none.
    """
    out = scratch.out
    while True:
        code, end, following = _next_option(data, at, stop, big)
        if code == 0:
            break
        value = at + 4
        keep(out, at, value)
        if code == 1:
            claim_lines(data, value, end, _SCAN, out)
        elif block == SECTION_HEADER:
            if code in (2, 3, 4):
                claim_lines(data, value, end, _SYSTEM if code == 3 else _SCAN, out)
        elif block == DESCRIPTION:
            _claim_interface_option(data, value, end, code, scratch)
        elif block == PACKET:
            # Flags, packets dropped, number of the packet, queue; not: hash, verdict, process.
            if (code in (2, 6) and end - value == 4) or (code in (4, 5) and end - value == 8):
                keep(out, value, end)
        elif block == STATISTICS:
            if code in (2, 3) and end - value == 8 and interface >= 0:
                claim_time(data, value, scratch, interface)
            elif 4 <= code <= 8 and end - value == 8:
                keep(out, value, end)
        elif code == 2:
            claim_lines(data, value, end, _HOST, out)
        elif code == 3 and end - value == 4:
            claim(out, value, end, _IPV4, -1, -1)
        elif code == 4 and end - value == 16:
            claim(out, value, end, _IPV6, -1, -1)
        claim_padding(data, end, following, out)
        at = following
    if stop - at >= 4 and data[at] == 0 and data[at + 1] == 0:
        keep(out, at, at + 4)


@compiled
def _claim_interface_option(data, value, end, code, scratch):  # type: ignore[no-untyped-def]
    out, size = scratch.out, end - value
    if code in (2, 15):  # not: the description, in which Windows has the network's name
        claim_lines(data, value, end, _SCAN, out)
    elif code == 12:
        claim_lines(data, value, end, _SYSTEM, out)
    elif code == 16:
        claim_lines(data, value, end, _ZONE, out)
    elif code == 11 and size > 1 and data[value] == 0:
        keep(out, value, value + 1)
        claim_lines(data, value + 1, end, _SCAN, out)
    elif code == 4 and size == 8:
        claim(out, value, value + 4, _IPV4, -1, -1)
        rest = 0xFFFFFFFF ^ word(data, value + 4, 1)
        if rest & (rest + 1) == 0:  # a mask, and not another address
            keep(out, value + 4, end)
    elif code == 5 and size == 17:
        claim(out, value, value + 16, _IPV6, -1, -1)
        keep(out, value + 16, end)
    elif code == 6 and size == 6:
        claim(out, value, end, _MAC, -1, -1)
    elif code == 7 and size == 8:
        claim(out, value, end, _EUI64, -1, -1)
    elif (code in (8, 17, 18) and size == 8) or (code in (_RESOLUTION, 13) and size == 1):
        keep(out, value, end)
    elif code == _OFFSET and size == 8:
        place = scratch.state[FIRST] + scratch.state[COUNT] - 1
        clock = scratch.interfaces[place]
        if clock[CLOCK + 3] == 0:
            keep(out, value, end)
        elif is_readable(clock[CLOCK + 2], clock[CLOCK + 3]):
            claim(out, value, end, _TIME, ~place, -1)


@compiled
def claim_statistics(data, at, stop, big, scratch):  # type: ignore[no-untyped-def]
    """A statistics block from its interface on."""
    keep(scratch.out, at, at + 4)
    interface = word(data, at, big)
    if interface >= scratch.state[COUNT]:
        interface = np.int64(-1)
    else:
        claim_time(data, at + 4, scratch, interface)
    claim_options(data, at + 12, stop, big, STATISTICS, interface, scratch)


@compiled
def claim_names(data, at, stop, big, scratch):  # type: ignore[no-untyped-def]
    """Records of addresses and their names, then options."""
    out = scratch.out
    while True:
        kind, end, following = _next_option(data, at, stop, big)
        if kind == 0:
            break
        value, address = at + 4, at + 4
        keep(out, at, value)
        if kind == 1 and end - value >= 4:
            address = value + 4
            claim(out, value, address, _IPV4, -1, -1)
        elif kind == 2 and end - value >= 16:
            address = value + 16
            claim(out, value, address, _IPV6, -1, -1)
        elif kind == 3 and end - value >= 6:
            address = value + 6
            claim(out, value, address, _MAC, -1, -1)
        elif kind == 4 and end - value >= 8:
            address = value + 8
            claim(out, value, address, _EUI64, -1, -1)
        if address > value:
            _claim_ended_names(data, address, end, out)
        claim_padding(data, end, following, out)
        at = following
    if stop - at >= 4 and word(data, at, 1) == 0:
        keep(out, at, at + 4)
        claim_options(data, at + 4, stop, big, NAMES, -1, scratch)


@compiled
def _claim_ended_names(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Names that end with a NUL each."""
    start = at
    while at < stop:
        if data[at] == 0:
            claim_lines(data, start, at + 1, _HOST, out)
            start = at + 1
        at += 1
    claim_lines(data, start, stop, _HOST, out)


@compiled
def claim_journal(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Entries in the journal's export form: lines ``NAME=text``, or a name, a length of 64 bits and that many bytes.

    Source: https://systemd.io/JOURNAL_EXPORT_FORMATS.
    """
    while at < stop:
        end, plain = at, False
        while end < stop and data[end] != 10:
            plain |= data[end] == 61
            end += 1
        if plain or end in (at, stop):
            claim_lines(data, at, min(end + 1, stop), _SCAN, out)
            at = end + 1
            continue
        size_at = end + 1
        if stop - size_at < 8 or word(data, size_at + 4, 0) or word(data, size_at, 0) > stop - size_at - 8:
            return
        claim_lines(data, at, size_at, _SCAN, out)
        keep(out, size_at, size_at + 8)
        at = size_at + 8
        end = at + word(data, size_at, 0)
        claim_lines(data, at, end, _SCAN, out)
        at = end
        if at < stop and data[at] == 10:
            keep(out, at, at + 1)
            at += 1
