"""Texts of binary protocols: claimed where they are texts, without the zeros that end them."""

from __future__ import annotations

from pipeline.captures.fields import TEXT, TEXT16, byte, claim, le16
from pipeline.kernels.compiling import compiled


@compiled
def text(data, at, stop, entity, column, out):  # type: ignore[no-untyped-def]
    """Claim ``data[at:stop]`` as text up to the zeros at its end; whether it was one."""
    while stop > at and data[stop - 1] == 0:
        stop -= 1
    if not is_text(data, at, stop):
        return False
    claim(out, at, stop, TEXT, entity, column)
    return True


@compiled
def is_text(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether some bytes are UTF-8 without control characters but those of lines, and there are any.

    Binary values must not pass for texts, in which no one would find them: so no more than what UTF-8 allows may stand
    behind a byte that is not ASCII.
    """
    place = at
    while place < stop:
        first = byte(data, place)
        if first < 128:
            if first < 32 and first not in (9, 10, 13) or first == 127:
                return False
            place += 1
            continue
        more = 1 if 0xC2 <= first < 0xE0 else 2 if first & 0xF0 == 0xE0 else 3 if 0xF0 <= first < 0xF5 else 0
        if more == 0 or place + more >= stop:
            return False
        second = byte(data, place + 1)
        if (
            (first == 0xE0 and second < 0xA0)
            or (first == 0xED and second > 0x9F)
            or (first == 0xF0 and second < 0x90)
            or (first == 0xF4 and second > 0x8F)
        ):
            return False
        for follower in range(place + 1, place + more + 1):
            if data[follower] & 0xC0 != 0x80:
                return False
        place += 1 + more
    return stop > at


@compiled
def is_word(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether there are only letters and digits of ASCII, blanks and ``-./:_``, and any.

    Of what may be a binary address as well as a text: few addresses look so.
    """
    for place in range(at, stop):
        code = byte(data, place)
        if not (48 <= code <= 57 or 65 <= code <= 90 or 97 <= code <= 122 or code in (32, 45, 46, 47, 58, 95)):
            return False
    return stop > at


@compiled
def text_until_zero(data, at, stop, entity, column, out):  # type: ignore[no-untyped-def]
    """Claim the text that a zero ends; behind the zero, or -1 where there is none, or no text."""
    end = at
    while end < stop and data[end] != 0:
        end += 1
    if end == stop or (end > at and not text(data, at, end, entity, column, out)):
        return -1
    return end + 1


@compiled
def text16(data, at, stop, entity, column, out):  # type: ignore[no-untyped-def]
    """As ``text``, of UTF-16LE; a last odd byte is left."""
    stop -= (stop - at) & 1
    while stop > at and le16(data, stop - 2) == 0:
        stop -= 2
    for place in range(at, stop, 2):
        unit = le16(data, place)
        if unit < 32 and unit not in (9, 10, 13) or unit == 127:
            return False
    claim(out, at, stop, TEXT16, entity, column)
    return stop > at


@compiled
def end_of_text16(data, at, stop):  # type: ignore[no-untyped-def]
    """Where the zero that ends a text of UTF-16LE stands; -1 where none does."""
    while at + 2 <= stop:
        if le16(data, at) == 0:
            return at
        at += 2
    return -1


@compiled
def octets(data, at, stop, entity, column, out):  # type: ignore[no-untyped-def]
    """As ``text``, of bytes that may be anything: of an address's size they must be a word. Whether it was a text."""
    if stop - at in (4, 6, 8, 16) and not is_word(data, at, stop):
        return False
    return text(data, at, stop, entity, column, out)
