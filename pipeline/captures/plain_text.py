"""Texts of binary protocols: claimed where they are texts, without the zeros that end them."""

from __future__ import annotations

from pipeline.captures.fields import TEXT, TEXT16, claim, compiled, le16


@compiled
def text(data, at, stop, entity, column, out):  # type: ignore[no-untyped-def]
    """Claim ``data[at:stop]`` as text up to the zeros at its end; whether it was, which control characters prevent."""
    while stop > at and data[stop - 1] == 0:
        stop -= 1
    if not is_text(data, at, stop):
        return False
    claim(out, at, stop, TEXT, entity, column)
    return True


@compiled
def is_text(data, at, stop):  # type: ignore[no-untyped-def]
    """Whether no control characters but those of lines stand in some bytes, and there are any."""
    for place in range(at, stop):
        byte = data[place]
        if byte < 32 and byte != 9 and byte != 10 and byte != 13 or byte == 127:
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
        if unit < 32 and unit != 9 and unit != 10 and unit != 13 or unit == 127:
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
