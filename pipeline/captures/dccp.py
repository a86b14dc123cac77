"""DCCP: its header, whose checksum is kept in step (RFC 4340); what it carries is left."""

from __future__ import annotations

from pipeline.captures.fields import CHECKSUM, NONE, SCAN, byte, claim, keep
from pipeline.captures.ip_header import cover_payload
from pipeline.captures.layers import DONE
from pipeline.kernels.compiling import compiled

_SHORTEST = 12
#: Options below this one are a byte alone (section 5.8).
_FIRST_WITH_LENGTH = 32
#: Features, counters, acknowledgments, times that passed and timestamps (sections 6, 11, 12, 13).
_NUMBERS = (32, 33, 34, 35, 37, 38, 39, 40, 41, 42, 43)


@compiled
def dccp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Ports, offset and coverage, checksum, kind and numbers; options up to the offset of the data."""
    if stop - at < _SHORTEST:
        return DONE, at, stop
    header_end, coverage = at + 4 * byte(data, at + 4), byte(data, at + 5) & 15
    kind, is_long = byte(data, at + 8) >> 1 & 15, byte(data, at + 8) & 1
    keep(out, at, at + 6)
    claim(out, at + 6, at + 8, CHECKSUM, SCAN, NONE)
    # A coverage of zero is all; else the header, and so many words of the data but one (section 9.2).
    covered = stop if coverage == 0 else min(stop, header_end + 4 * (coverage - 1))
    if covered >= at + _SHORTEST:
        cover_payload(data, out, at + 6, at, covered, True, False)
    options = at + (16 if is_long else 12)
    number = 8 if is_long else 4
    if kind == 0:  # request: a service
        options += 4
    elif kind == 1 or kind == 7:  # response: with an acknowledgment; reset: with a code
        options += number + 4
    elif kind != 2:
        options += number
    keep(out, at + 8, min(options, header_end, stop))
    _options(data, options, min(header_end, stop), out)
    return DONE, stop, stop


@compiled
def _options(data, at, stop, out):  # type: ignore[no-untyped-def]
    while at < stop:
        kind = byte(data, at)
        end = at + 1
        if kind >= _FIRST_WITH_LENGTH:
            if at + 2 > stop:
                return
            end = at + byte(data, at + 1)
            if end < at + 2 or end > stop:
                return
        keep(out, at, min(at + 2, end))
        if kind in _NUMBERS:
            keep(out, at + 2, end)
        at = end
