"""Kernels that tell which tokens may be encoded text, and how far an encoded run reaches."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import allocating, compiled
from pipeline.records import Bytes

#: Kinds of encoding, as bits: percent-escapes, base64 of a text or of what begins with known bytes, hexadecimal, what
#: may be a part of much base64.
PERCENT = 1
BASE64 = 2
HEXADECIMAL = 4
LONG = 8
#: Digits in a row, with both cases and a number, from which on they may be.
LONG_DIGITS = 48
#: Base64 digits that are decoded to judge a run, and the bytes they make.
JUDGED = 16
JUDGED_TO = JUDGED // 4 * 3
NO_DIGIT = 255
#: So many bytes of printable ASCII in a row chance does not make.
LONG_WORDS = 12
#: Bytes in hexadecimal that are judged: chance takes one of 2,000 digests for a text.
JUDGED_BYTES = 8


def base64_values() -> Bytes:
    """uint8 [256]: the value of a digit of either alphabet (RFC 4648 4 and 5), else NO_DIGIT."""
    values = np.full(256, NO_DIGIT, np.uint8)
    for alphabet in (b"+/", b"-_"):
        digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + alphabet
        values[list(digits)] = np.arange(64)
    return values


@compiled
def _is_hex(byte):  # type: ignore[no-untyped-def]
    return 0x30 <= byte <= 0x39 or 0x41 <= byte <= 0x46 or 0x61 <= byte <= 0x66


@compiled
def _nibble(byte):  # type: ignore[no-untyped-def]
    """Of a hexadecimal digit."""
    return (byte & 15) + 9 * (byte >> 6)


@compiled
def _is_printable(byte):  # type: ignore[no-untyped-def]
    return 0x20 <= byte < 0x7F or byte == 0x09 or byte == 0x0A or byte == 0x0D


@compiled
def is_text(decoded):  # type: ignore[no-untyped-def]
    """Whether some bytes begin a text in UTF-8, or in UTF-16 of Latin letters; a last character may be cut."""
    size = len(decoded)
    at = 0
    while at < size:
        byte = decoded[at]
        more = 1 if 0xC2 <= byte < 0xE0 else 2 if 0xE0 <= byte < 0xF0 else 3 if 0xF0 <= byte < 0xF5 else 0
        if more == 0 and not _is_printable(byte):
            break
        at += 1
        while more > 0 and at < size and decoded[at] & 0xC0 == 0x80:
            at += 1
            more -= 1
        if more > 0 and at < size:
            break
    if at >= size:
        return True
    for low in range(2):
        fits = True
        for i in range(size):
            if not (_is_printable(decoded[i]) if i % 2 == low else decoded[i] == 0):
                fits = False
                break
        if fits:
            return True
    return False


@compiled
def begins_encoded(data, at, values, decoded):  # type: ignore[no-untyped-def]
    """Whether the JUDGED base64 digits at ``at`` begin a text, a certificate (``MII``), a gzip file (``H4sI``) or what
    zlib packed (RFC 1950 2.2). ``decoded``, uint8 [JUDGED_TO], is written to."""
    # Most that is no text shows in its first quad.
    for quad in range(JUDGED // 4):
        bits = np.uint32(0)
        for i in range(4):
            bits = bits << np.uint32(6) | np.uint32(values[data[at + 4 * quad + i]])
        for i in range(3):
            decoded[3 * quad + i] = bits >> np.uint32(16 - 8 * i) & np.uint32(0xFF)
        if quad == 0:
            if decoded[0] == 0x30 and decoded[1] == 0x82 or decoded[0] == 0x1F and decoded[1] == 0x8B:
                return True
            if decoded[0] == 0x78 and decoded[1] in (0x01, 0x5E, 0x9C, 0xDA):
                return True
            if not is_text(decoded[:3]):
                return False
    return is_text(decoded)


@compiled
def holds_words(data, first, last, values):  # type: ignore[no-untyped-def]
    """Whether base64 digits say LONG_WORDS bytes of printable ASCII in a row, wherever their first quad begins."""
    for phase in range(first, min(first + 4, last)):
        run = 0
        left = (last - phase) * 3 // 4
        bits = np.uint32(0)
        for at in range(phase, last):
            bits = bits << np.uint32(6) | np.uint32(values[data[at]])
            place = (at - phase) & 3
            if place == 0:
                continue
            byte = bits >> np.uint32(6 - 2 * place) & np.uint32(0xFF)
            run = run + 1 if 0x20 <= byte < 0x7F else 0
            left -= 1
            if run >= LONG_WORDS:
                return True
            if run + left < LONG_WORDS:
                break
    return False


@compiled
def begins_hexadecimal(data, at, last):  # type: ignore[no-untyped-def]
    """Whether ``data[at:last]`` begins with bytes of a text, or NULs, in hexadecimal, parted by one mark or none."""
    parted = at + 2 < last and (data[at + 2] == 0x3A or data[at + 2] == 0x2D)
    step = 3 if parted else 2
    if at + step * JUDGED_BYTES - parted > last:
        return False
    for k in range(JUDGED_BYTES):
        place = at + step * k
        if not (_is_hex(data[place]) and _is_hex(data[place + 1])):
            return False
        byte = _nibble(data[place]) << 4 | _nibble(data[place + 1])
        if not (_is_printable(byte) or byte == 0):
            return False
        if parted and k > 0 and data[place - 1] != data[at + 2]:
            return False
    return True


@allocating
def encodings_of_tokens(arena, offset, values, kinds):  # type: ignore[no-untyped-def]
    """Fill in the encodings that each token ``arena[offset[i] : offset[i + 1] - 1]`` may hold.

    Hexadecimal is judged where a word begins, and behind an ``x``. A run of base64 digits is judged from its beginning,
    from the three places after it (what an escape such as ``\\n`` leaves before it), and from behind each sign that is
    a digit in one of the alphabets only; and as a whole for words.
    """
    decoded = np.empty(JUDGED_TO, np.uint8)
    for token in range(len(offset) - 1):
        kind = 0
        first, last = offset[token], offset[token + 1] - 1
        run = 0
        cases = 0
        before = np.uint8(0)
        for at in range(first, last):
            byte = arena[at]
            begins = before | 0x20 == 0x78 or not (0x30 <= before <= 0x39 or 0x61 <= before | 0x20 <= 0x7A)
            if begins and _is_hex(byte) and begins_hexadecimal(arena, at, last):
                kind |= HEXADECIMAL
            before = byte
            if byte == 0x25 and at + 2 < last:
                if _is_hex(arena[at + 1]) and _is_hex(arena[at + 2]):
                    kind |= PERCENT
                elif arena[at + 1] | 0x20 == 0x75 and at + 5 < last:  # `%u0040`
                    all_hex = True
                    for place in range(at + 2, at + 6):
                        all_hex = all_hex and _is_hex(arena[place])
                    if all_hex:
                        kind |= PERCENT
            run = run + 1 if values[byte] != NO_DIGIT else 0
            if run == 0:
                cases = 0
            elif 0x41 <= byte <= 0x5A:
                cases |= 1
            elif 0x61 <= byte <= 0x7A:
                cases |= 2
            elif 0x30 <= byte <= 0x39:
                cases |= 4
            if run >= LONG_DIGITS and cases == 7:
                kind |= LONG
            if run >= JUDGED and kind & BASE64 == 0:
                begin = at - JUDGED + 1
                sign = arena[begin - 1] if run > JUDGED else np.uint8(0)
                if (run < JUDGED + 4 or sign == 0x2B or sign == 0x2D or sign == 0x5F) and begins_encoded(
                    arena, begin, values, decoded
                ):
                    kind |= BASE64
            ends = run >= JUDGED and (at + 1 == last or values[arena[at + 1]] == NO_DIGIT)
            if ends and kind & BASE64 == 0 and holds_words(arena, at - run + 1, at + 1, values):
                kind |= BASE64
        kinds[token] = kind


@compiled
def widen(data, start, end, member):  # type: ignore[no-untyped-def]
    """Widen each span, sorted and in place, over neighbouring bytes that ``member``, bool [256], names.

    Spans of one run become the same one, so that a run is read once.
    """
    for k in range(len(start)):
        if k > 0 and start[k] < end[k - 1]:
            start[k], end[k] = start[k - 1], end[k - 1]
            continue
        while start[k] > 0 and member[data[start[k] - 1]]:
            start[k] -= 1
        while end[k] < len(data) and member[data[end[k]]]:
            end[k] += 1


@allocating
def next_base64(data, at, values):  # type: ignore[no-untyped-def]
    """The next base64 run from ``at`` on, as ``encodings_of_tokens`` judges it; ``/`` is a sign, too.

    Returns (where it begins, where its digits end), or -1 twice.
    """
    size = len(data)
    decoded = np.empty(JUDGED_TO, np.uint8)
    run = 0
    for i in range(at, size):
        run = run + 1 if values[data[i]] != NO_DIGIT else 0
        if run < JUDGED:
            continue
        begin = i - JUDGED + 1
        sign = data[begin - 1] if run > JUDGED else np.uint8(0)
        if run >= JUDGED + 4 and sign != 0x2B and sign != 0x2D and sign != 0x2F and sign != 0x5F:
            continue
        if begins_encoded(data, begin, values, decoded):
            end = i + 1
            while end < size and values[data[end]] != NO_DIGIT:
                end += 1
            return begin, end
    return -1, -1


@compiled
def lay_out(pieces, first, last):  # type: ignore[no-untyped-def]
    """Fill in where what made each byte of a text begins and ends, from its pieces, int64 [n, 3]: where the source of
    each begins and ends, and how many bytes it makes; the end is -1 where each byte is its own source."""
    at = 0
    for k in range(len(pieces)):
        begin, end = pieces[k, 0], pieces[k, 1]
        for place in range(pieces[k, 2]):
            first[at] = begin + place if end < 0 else begin
            last[at] = begin + place + 1 if end < 0 else end
            at += 1
