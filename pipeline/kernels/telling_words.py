"""Kernel that tells texts that may be someone's: most of what blanks divide is a word, and some tell of people."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from pipeline.kernels.compiling import compiled

#: A sentence has so many words, in its first bytes, and at least such a share of them among its parts.
_LEAST_WORDS, _JUDGED = 5, 512
_SHARE = (3, 5)
#: Of a word so many letters are compared.
_PACKED = 8


def packed_words(words: Iterable[bytes]) -> npt.NDArray[np.uint64]:
    """uint64 [k], ascending: the first letters of words in lower case, as ``are_telling`` compares them."""
    return np.unique(np.array([int.from_bytes(word[:_PACKED], "big") for word in words], np.uint64))


@compiled
def _is_letter(byte):  # type: ignore[no-untyped-def]
    return 0x61 <= byte | 0x20 <= 0x7A or byte >= 0x80 or byte == 0x27


@compiled
def _ends_word(byte):  # type: ignore[no-untyped-def]
    """Comma, stop, colon, semicolon, exclamation and question mark, quote, closing bracket."""
    return (
        byte == 0x2C or byte == 0x2E or byte == 0x3A or byte == 0x3B or byte == 0x21 or byte == 0x3F or byte == 0x22
        or byte == 0x29
    )  # fmt: skip


@compiled
def _is_among(word, words):  # type: ignore[no-untyped-def]
    first, last = 0, len(words)
    while first < last:
        middle = (first + last) // 2
        if words[middle] < word:
            first = middle + 1
        else:
            last = middle
    return first < len(words) and words[first] == word


@compiled
def are_telling(data, start, end, words, least, telling):  # type: ignore[no-untyped-def]
    """Fill ``telling``, bool [k]: whether each ``data[start:end]`` is mostly words, and so many of them begin as those
    that tell (``packed_words``) do."""
    for k in range(len(start)):
        at = start[k]
        stop = min(end[k], at + _JUDGED)
        count = 0
        parts = 0
        told = 0
        while at < stop:
            if data[at] <= 0x20:
                at += 1
                continue
            parts += 1
            letters = 0
            word = np.uint64(0)
            while at < stop and _is_letter(data[at]):
                if letters < _PACKED:
                    byte = data[at]
                    lower = byte | 0x20 if 0x41 <= byte <= 0x5A else byte
                    word = (word << np.uint64(8)) | np.uint64(lower)
                letters += 1
                at += 1
            told += letters > 0 and _is_among(word, words)
            while at < stop and _ends_word(data[at]):
                at += 1
            count += letters > 0 and (at >= stop or data[at] <= 0x20)
            while at < stop and data[at] > 0x20:
                at += 1
        telling[k] = told >= least and count >= _LEAST_WORDS and count * _SHARE[1] >= parts * _SHARE[0]
