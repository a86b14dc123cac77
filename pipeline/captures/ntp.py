"""NTP's packets (RFC 5905). Their times are left: they would tell what a shift of the capture's times hides."""

from __future__ import annotations

from pipeline.captures.fields import IPV4, NONE, SCAN, claim, compiled, keep
from pipeline.captures.plain_text import text

_SIZE = 48
_REFERENCE_AT = 12


@compiled
def ntp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A packet of clients, servers and peers; a secondary server's reference is an address, a clock's a text."""
    if at + _SIZE > stop or not 1 <= data[at] & 7 <= 5:
        return
    keep(out, at, at + _REFERENCE_AT)
    reference = at + _REFERENCE_AT
    if data[at + 1] >= 2:
        claim(out, reference, reference + 4, IPV4, SCAN, NONE)
    else:
        text(data, reference, reference + 4, SCAN, NONE, out)
