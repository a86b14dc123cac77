"""Strict mode: words of prose that may name someone by where they stand, though a vocabulary holds them.

A word that is a given name, too (``Visit``), or an initial, is told from others by its place alone: people greet and
sign on lines of their own, and write names one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from pipeline.detection.values import Findings, Kind, Values
from pipeline.kernels.word_runs import COVERED
from pipeline.records import PROSE, Batch, Bytes, Int64
from recognizers.entities import ENTITY_ID
from recognizers.words import load_words

#: What a model may take a rare name for.
NAMED = tuple(ENTITY_ID[name] for name in ("PERSON", "LOCATION", "ORGANIZATION"))
#: A line of one word, with a mark before it as under a mail, or a comma behind. It ends in an escape, too, or at a tag.
_ALONE = re.compile(
    rb"(?:\A|\n|>|\\n)[ \t>|]*+(?:(?:[-*~_]{1,3}|\xe2\x80[\x93\x94])[ \t]?+)?"
    rb"(?P<word>[A-Za-z]+)[ \t]*+,?[ \t]*+(?=\r?\n|\\[rn]|<|\Z)"
)
#: A word with a capital before another; ``within``: not at the beginning of a sentence.
_BEFORE = re.compile(rb"(?:(?P<within>[A-Za-z0-9,)'])[ \t]{1,2})?(?<![A-Za-z0-9])(?P<word>[A-Z][A-Za-z]*)\.?[ \t]\Z")
_INITIAL_BEHIND = re.compile(rb"[ \t](?P<word>[A-Z])(?![A-Za-z0-9'])")
#: Bytes before a word that are looked at.
_NEAR = 64
_NO_INITIALS = (b"I", b"A")
#: Letters of a word so short that no vocabulary is asked.
_SHORT = 2


def standing_words(
    batch: Batch, findings: Findings, values: Values, unknown: tuple[Int64, Int64, Int64], marks: Bytes
) -> tuple[Int64, Int64, Int64]:
    """(start, end, field) of such words in the prose of a batch, outside of all findings, disjoint.

    Args:
      unknown: (start, end, field) of words that no vocabulary holds.
      marks: uint8, of the batch's positions, whether a finding covers each (kernels.word_runs).
    """
    prose = batch.field_entity == PROSE
    spans: list[tuple[int, int, int]] = []
    if prose.any():
        text = batch.data.tobytes()
        named = (findings.kind != Kind.HOLDER) & np.isin(values.columns()[0][findings.value], NAMED)
        field = np.concatenate((findings.field[named], unknown[2]))
        start = np.concatenate((findings.start[named], unknown[0]))
        end = np.concatenate((findings.end[named], unknown[1]))
        taken = {(a, b) for a, b in zip(unknown[0].tolist(), unknown[1].tolist(), strict=True)}
        where = zip(batch.field_start.tolist(), batch.field_end.tolist(), strict=True)
        bounds = {f: span for f, span in enumerate(where) if prose[f]}
        spans = [(a + at, b + at, f) for f, (at, stop) in bounds.items() for a, b in alone(text[at:stop])]
        for f, a, b in zip(field.tolist(), start.tolist(), end.tolist(), strict=True):
            if f in bounds and text[a : a + 1].isupper():
                spans += [(*span, f) for span in beside(text, *bounds[f], (a, b))]
        free = marks & COVERED == 0
        spans = sorted({span for span in spans if span[:2] not in taken and free[span[0] : span[1]].all()})
    start, end, field = np.array(spans, np.int64).reshape(-1, 3).T
    return start, end, field


def alone(text: bytes) -> Iterator[tuple[int, int]]:
    """[start, end) of words that stand on lines of their own, as names do under a mail."""
    for match in _ALONE.finditer(text):
        word = match["word"]
        if (word[:1].isupper() or len(word) <= _SHORT) and word.lower() not in load_words("lone_words"):
            yield match.span("word")


def beside(text: bytes, start: int, end: int, name: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """[start, end) of words with a capital before a name in a field, and of initials on either side."""
    at = name[0]
    while True:
        first = max(at - _NEAR, start)
        match = _BEFORE.search(text[first:at])
        if match is None:
            break
        initial = len(match["word"]) == 1
        if match["word"] in _NO_INITIALS if initial else match["within"] is None:
            break
        yield first + match.start("word"), first + match.end("word")
        at = first + match.start("word")
    match = _INITIAL_BEHIND.match(text, name[1], end)
    if match is not None and match["word"] not in _NO_INITIALS:
        yield match.span("word")
