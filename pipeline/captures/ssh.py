"""SSH before it is encrypted: versions, what either side can do, and the form of the exchange of keys (RFC 4253)."""

from __future__ import annotations

from pipeline.captures.columns import TEXT_ID
from pipeline.captures.fields import ENCRYPTED_LENGTH, NONE, SCAN, SECRET, be32, byte, claim, keep
from pipeline.captures.plain_text import is_word, text
from pipeline.kernels.compiling import compiled

_BANNER = TEXT_ID["ssh_banner"]
_LONGEST_BANNER, _LONGEST_PACKET = 255, 35000
_LISTS = 10
#: Numbers of messages (RFC 4250 section 4.1.2): those of the transport, then of all methods of exchange.
_LAST_OF_TRANSPORT, _KEY_EXCHANGE, _NEW_KEYS = 6, 20, 21
_FIRST_OF_EXCHANGE, _GROUP_REQUEST, _LAST_OF_EXCHANGE = 30, 34, 49


@compiled
def is_ssh(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether a version's text begins here."""
    return at + 4 <= stop and be32(data, at) == 0x5353482D  # SSH-


@compiled
def ssh(data, at, stop, out):  # type: ignore[no-untyped-def]
    """A version's line, if one stands at the beginning, and a key exchange's; all else is left."""
    if is_ssh(data, at, stop):
        end = at
        while end < stop and data[end] != 10 and end - at < _LONGEST_BANNER:
            end += 1
        if end == stop or data[end] != 10:
            return
        line = end - 1 if data[end - 1] == 13 else end
        text(data, at, line, SCAN, _BANNER, out)
        keep(out, line, end + 1)
        at = end + 1
    place = _packets(data, at, stop, out)
    # Behind the rest of a long packet, of which the beginning stands in another segment.
    while place == at and place < stop:
        place = at = _next_new_keys(data, at, stop)
        if place < stop:
            place = _packets(data, at, stop, out)


@compiled
def encrypted_ssh(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Of a segment in which nothing was read, by this protocol or another, the place of its first packet's length.

    Where the length of something stands a message goes on that is not encrypted: there zeros say that it is empty.
    """
    if at + 4 <= stop and be32(data, at) > _LONGEST_PACKET:
        claim(out, at, at + 4, ENCRYPTED_LENGTH, SCAN, NONE)


@compiled
def _packets(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Packets that are not encrypted, one after the other; where they end."""
    while at + 6 <= stop:
        size, padding, code = be32(data, at), byte(data, at + 4), byte(data, at + 5)
        end = at + 4 + size
        is_exchange = _FIRST_OF_EXCHANGE <= code <= _LAST_OF_EXCHANGE
        # A length, of eight bytes a multiple, is what chance gives one of a million encrypted packets.
        if (
            size > _LONGEST_PACKET
            or (4 + size) % 8 != 0
            or not 4 <= padding <= size - 2
            or not (is_exchange or code in (_KEY_EXCHANGE, _NEW_KEYS) or 1 <= code <= _LAST_OF_TRANSPORT)
            or (end > stop and code != _KEY_EXCHANGE and not is_exchange)
        ):
            return at
        keep(out, at, at + 6)
        until = min(end - padding, stop)
        if code == _KEY_EXCHANGE:
            _key_exchange(data, at + 6, until, out)
        elif code == _GROUP_REQUEST or (code == _FIRST_OF_EXCHANGE and until == at + 10):
            keep(out, at + 6, until)  # sizes of groups (RFC 4419 section 3)
        elif is_exchange:
            _strings(data, at + 6, until, end - padding, out)
        at = min(end, stop)
    return at


@compiled
def _next_new_keys(data, at, stop):  # type: ignore[no-untyped-def]
    """Where the packet stands that ends what is not encrypted (RFC 4253 section 7.3); ``stop`` where none does."""
    for place in range(at + 1, stop - 9):
        padding = byte(data, place + 4)
        if data[place + 5] == _NEW_KEYS and padding > 3 and be32(data, place) == padding + 2:
            return place
    return stop


@compiled
def _key_exchange(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Cookie, lists, two more fields (RFC 4253 section 7.1); a list that goes on in another segment is left."""
    place = min(at + 16, stop)
    claim(out, at, place, SECRET, SCAN, NONE)
    for _ in range(_LISTS):
        if place + 4 > stop or be32(data, place) > _LONGEST_PACKET:
            return
        end = place + 4 + be32(data, place)
        keep(out, place, place + 4)
        if end > stop:
            return
        text(data, place + 4, end, SCAN, NONE, out)
        place = end
    keep(out, place, min(place + 5, stop))


@compiled
def _strings(data, at, stop, end, out):  # type: ignore[no-untyped-def]
    """Lengths of keys, numbers and signatures up to ``end``, of which what stands before ``stop`` is in this segment.

    A key or a signature begins with the name of its algorithm, and has strings of its own (RFC 4253 section 6.6).
    """
    while at + 4 <= stop:
        start = at + 4
        at = start + be32(data, at)
        if at > end:
            return
        keep(out, start - 4, start)
        until = min(at, stop)
        name = start + 4 + be32(data, start) if start + 4 <= until else stop + 1
        if name <= until and is_word(data, start + 4, name):
            keep(out, start, start + 4)
            text(data, start + 4, name, SCAN, NONE, out)
            while name + 4 <= until and name + 4 + be32(data, name) <= at:
                keep(out, name, name + 4)
                name += 4 + be32(data, name)
