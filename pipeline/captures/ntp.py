"""NTP's packets (RFC 5905). Their times are left: they would tell what a shift of the capture's times hides."""

from __future__ import annotations

from pipeline.captures.fields import IPV4, NONE, SCAN, be16, claim, keep
from pipeline.captures.plain_text import text
from pipeline.kernels.compiling import compiled

_SIZE = 48
_REFERENCE_AT = 12
_CONTROL, _CONTROL_HEADER, _PRIVATE, _PRIVATE_HEADER, _MORE = 6, 12, 7, 8, 0x20


@compiled
def ntp(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A packet of clients, servers and peers; a secondary server's reference is an address, a clock's a text.

    Of messages that ask for a server's state (RFC 9327) the variables are a text, of older ones nothing is read.
    """
    if at + _PRIVATE_HEADER > stop:
        return
    mode = data[at] & 7
    if mode == _CONTROL and at + _CONTROL_HEADER <= stop:
        keep(out, at, at + _CONTROL_HEADER)
        start = at + _CONTROL_HEADER
        # Of variables that go on in another packet the words at its edges may be halves.
        end = start + be16(data, at + 10)
        if not data[at + 1] & _MORE and be16(data, at + 8) == 0 and end <= stop:
            text(data, start, end, SCAN, NONE, out)
    elif mode == _PRIVATE:
        keep(out, at, at + _PRIVATE_HEADER)
    if at + _SIZE > stop or not 1 <= mode <= 5:
        return
    keep(out, at, at + _REFERENCE_AT)
    reference = at + _REFERENCE_AT
    if data[at + 1] >= 2:
        claim(out, reference, reference + 4, IPV4, SCAN, NONE)
    else:
        text(data, reference, reference + 4, SCAN, NONE, out)
