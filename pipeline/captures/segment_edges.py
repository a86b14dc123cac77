"""What of a segment's text may be read: an identifier that two segments share must not show in either.

A dissector sees one segment. Half an address, or the second half of a token, has no form that detection could tell, so
a word that touches an edge at which text may go on is not claimed, and what no one claims is masked.
"""

from __future__ import annotations

from pipeline.kernels.compiling import compiled


@compiled
def whole_words(data, at, stop, begins):  # type: ignore[no-untyped-def]
    """(start, end) of ``data[at:stop]`` without words, maximal runs of bytes above a space, that an edge may have cut.

    Args:
      begins: whether a message begins at ``at``, so that nothing goes before it.

    Returns:
      start <= end, both within [at, stop]: equal where one word fills the segment. A line ending at ``stop`` ends the
      word before it, and so does a space.
    """
    start, end = at, stop
    if not begins:
        while start < stop and data[start] > 32:
            start += 1
    while end > start and data[end - 1] > 32:
        end -= 1
    return start, end


@compiled
def line_end(data, at, stop):  # type: ignore[no-untyped-def]
    """(Where the text of the line at ``at`` ends, where the next line begins); the latter is -1 where ``stop`` cuts it.

    A carriage return before the line feed is of the ending.
    """
    end = at
    while end < stop and data[end] != 10:
        end += 1
    if end == stop:
        return stop, -1
    text = end
    if text > at and data[text - 1] == 13:
        text -= 1
    return text, end + 1
