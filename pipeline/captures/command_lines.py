"""Lines of protocols in which a client gives commands and a server replies: SMTP, POP, IMAP, FTP."""

from __future__ import annotations

import numpy as np

from pipeline.captures.fields import DESTINATION_PORT, SCAN, SOURCE_PORT, Kind, claim, keep
from pipeline.captures.word_tables import word_number, word_table
from pipeline.kernels.compiling import compiled

WORD = np.int64(Kind.WORD)
TEXT = np.int64(Kind.TEXT)
EITHER, CLIENT, SERVER = np.int64(0), np.int64(1), np.int64(2)
#: What may stand behind ``user`` or ``for`` in a reply and is no name.
NO_NAMES = word_table("name the this your a an is ok okay not cannot unknown logged with and password to back on from")
#: Behind these a server that has let someone in repeats the name.
LOGIN_HEADS = word_table("user for as welcome hello")


@compiled
def speaker(out):  # type: ignore[no-untyped-def]
    """Who sent the segment: the side of the lower port is the server's."""
    source, destination = out.state[SOURCE_PORT], out.state[DESTINATION_PORT]
    if source == destination:
        return EITHER
    return SERVER if source < destination else CLIENT


@compiled
def skip_blanks(data, at, stop):  # type: ignore[no-untyped-def]
    while at < stop and (data[at] == 32 or data[at] == 9):
        at += 1
    return at


@compiled
def word_end(data, at, stop):  # type: ignore[no-untyped-def]
    while at < stop and data[at] > 32:
        at += 1
    return at


@compiled
def is_number(data, at, stop):  # type: ignore[no-untyped-def]
    """One to ten digits."""
    if stop <= at or stop - at > 10:
        return False
    for k in range(at, stop):  # noqa: SIM110 - numba compiles no generator
        if not 48 <= data[k] <= 57:
            return False
    return True


@compiled
def keep_numbers(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Claim the numbers of ``data[at:stop]`` and what is between words; other words are not claimed."""
    while at < stop:
        start = at
        at = skip_blanks(data, at, stop)
        keep(out, start, at)
        start = at
        at = word_end(data, at, stop)
        if is_number(data, start, at):
            keep(out, start, at)
        elif at == start:  # a control character
            at += 1


@compiled
def reply_code(data, at, stop):  # type: ignore[no-untyped-def]
    """The number of a reply, ``250 …``, ``250-…`` or ``250`` alone, or -1."""
    if stop - at < 3 or not is_number(data, at, at + 3):
        return np.int64(-1)
    if stop - at > 3 and data[at + 3] != 32 and data[at + 3] != 45:
        return np.int64(-1)
    return (np.int64(data[at]) - 48) * 100 + (np.int64(data[at + 1]) - 48) * 10 + np.int64(data[at + 2]) - 48


@compiled
def declared_words(data, at, stop, out, heads, entity, column):  # type: ignore[no-untyped-def]
    """Claim a text that is looked through, in which the word behind each word of a table is declared to be something.

    Brackets and stops around a word do not count.
    """
    begun, declares = at, False
    while at < stop:
        while at < stop and (data[at] <= 32 or data[at] in (34, 39, 40, 44, 58, 59, 60)):
            at += 1
        start = at
        at = word_end(data, at, stop)
        end = at
        while end > start and data[end - 1] in (33, 34, 39, 41, 44, 46, 58, 59, 62):
            end -= 1
        if declares and end > start and word_number(data, start, end, NO_NAMES) < 0:
            claim(out, begun, start, TEXT, SCAN, column)
            claim(out, start, end, TEXT, entity, column)
            begun = end
        declares = word_number(data, start, end, heads) >= 0
    claim(out, begun, stop, TEXT, SCAN, column)
