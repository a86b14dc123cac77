"""Kernel that tells texts that may be sentences: most of what blanks divide is a word."""

from __future__ import annotations

from pipeline.kernels.compiling import compiled

#: A sentence has so many words, in its first bytes, and at least such a share of them among its parts.
_LEAST_WORDS, _JUDGED = 5, 512
_SHARE = (3, 5)


@compiled
def _is_letter(byte):  # type: ignore[no-untyped-def]
    return 0x61 <= byte | 0x20 <= 0x7A or byte >= 0x80 or byte == 0x27


@compiled
def _ends_word(byte):  # type: ignore[no-untyped-def]
    """Comma, stop, colon, semicolon, question and exclamation mark, quote, closing bracket."""
    return (
        byte == 0x2C
        or byte == 0x2E
        or 0x3A <= byte <= 0x3B
        or byte == 0x3F
        or byte == 0x21
        or byte == 0x22
        or byte == 0x29
    )


@compiled
def are_wordy(data, start, end, wordy):  # type: ignore[no-untyped-def]
    """Fill ``wordy``, bool [k]: whether each ``data[start:end]`` may be a sentence."""
    for k in range(len(start)):
        at = start[k]
        stop = min(end[k], at + _JUDGED)
        words = 0
        parts = 0
        while at < stop:
            while at < stop and data[at] <= 0x20:
                at += 1
            if at >= stop:
                break
            parts += 1
            letters = 0
            while at < stop and _is_letter(data[at]):
                letters += 1
                at += 1
            while at < stop and _ends_word(data[at]):
                at += 1
            if letters > 0 and (at >= stop or data[at] <= 0x20):
                words += 1
            while at < stop and data[at] > 0x20:
                at += 1
        wordy[k] = words >= _LEAST_WORDS and words * _SHARE[1] >= parts * _SHARE[0]
