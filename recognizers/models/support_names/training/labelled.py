"""Labelled texts, and how they are varied before training."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

#: Types of the cases -> ours.
PROSE_TYPES = {"PERSON": "PERSON", "LOCATION": "LOCATION", "ORGANIZATION": "ORGANIZATION"}
DIALOGUE_TYPES = {"ADDRESS": "STREET_ADDRESS"}
FOLDS = 5
_HANDLE = re.compile(r"(?<![\w@])@ ?(\w+)")
_BEFORE = re.compile(r" ([.,:;!?)\]}%]|'s\b|n't\b|'(?:m|re|ve|ll|d)\b|'')")
_AFTER = re.compile(r"([(\[{$#]) ")


@dataclass(frozen=True)
class Labelled:
    """A text and the names in it.

    Attributes:
      spans: (start, end, type) in characters, not overlapping.
      partial: types of which alone it says where they are and are not; empty where it says all.
    """

    text: str
    spans: tuple[tuple[int, int, str], ...]
    source: str
    partial: tuple[str, ...] = ()


def read_cases(path: Path, types: dict[str, str], partial: tuple[str, ...] = ()) -> list[Labelled]:
    """Cases of a ``.jsonl`` file, ``{"id", "text", "truth": [{"type", "spans"}]}``; its types by the names given."""
    cases = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            spans = [
                (start, end, types[truth["type"]])
                for truth in case["truth"]
                if truth["type"] in types
                for start, end in truth["spans"]
            ]
            text = case["text"]
            source = case["id"].partition(":")[0]
            cases.append(Labelled(text, disjoint([*handles(text), *spans]), source, partial))
    return cases


def handles(text: str) -> list[tuple[int, int, str]]:
    """``@name``, a label of its own: corpora do not agree whether it is a person."""
    return [(match.start(), match.end(), "HANDLE") for match in _HANDLE.finditer(text)]


def disjoint(spans: Iterable[tuple[int, int, str]]) -> tuple[tuple[int, int, str], ...]:
    """Without those that overlap an earlier one of the list."""
    taken: list[tuple[int, int, str]] = []
    for span in spans:
        if all(span[1] <= start or end <= span[0] for start, end, _ in taken):
            taken.append(span)
    return tuple(sorted(taken))


def rewritten(case: Labelled, edits: Sequence[tuple[int, int, str]]) -> Labelled:
    """With some stretches replaced, in order and disjoint; spans move along, and cover what replaces their parts."""
    pieces, marks, here, drift = [], [], 0, 0
    for start, end, new in edits:
        pieces += [case.text[here:start], new]
        drift += len(new) - (end - start)
        marks.append((start, end, drift))
        here = end
    pieces.append(case.text[here:])

    def moved(at: int, closing: bool) -> int:
        by = 0
        for start, end, after in marks:
            if at >= end:
                by = after
            elif at > start:
                return end + after if closing else start + by
            else:
                break
        return at + by

    spans = tuple((moved(start, False), moved(end, True), kind) for start, end, kind in case.spans)
    return replace(case, text="".join(pieces), spans=tuple(span for span in spans if span[0] < span[1]))


def joined(cases: Sequence[Labelled], glue: str) -> Labelled:
    """Some texts as one."""
    text, spans = "", []
    for case in cases:
        text += glue if text else ""
        spans += [(start + len(text), end + len(text), kind) for start, end, kind in case.spans]
        text += case.text
    return Labelled(text, tuple(spans), cases[0].source, cases[0].partial)


def detokenised(case: Labelled) -> Labelled:
    """Without the blanks that corpora put before punctuation."""
    edits = [(m.start(), m.start() + 1, "") for m in _BEFORE.finditer(case.text)]
    edits += [(m.end() - 1, m.end(), "") for m in _AFTER.finditer(case.text)]
    distinct = sorted(set(edits))
    return rewritten(case, distinct)


def in_case(case: Labelled, how: str) -> Labelled:
    """In ``lower`` or ``upper`` case, where that changes no length."""
    text = getattr(case.text, how)()
    return replace(case, text=text) if len(text) == len(case.text) else case


def unpunctuated(case: Labelled) -> Labelled:
    marks = [(m.start(), m.end(), "") for m in re.finditer(r"[.,!?;:](?=\s|$)", case.text)]
    return rewritten(case, marks)


def swapped(case: Labelled, names: Sequence[str], share: float, draw: random.Random) -> Labelled:
    """With a share of its people under other names."""
    edits = [
        (start, end, draw.choice(names))
        for start, end, kind in case.spans
        if kind == "PERSON" and draw.random() < share
    ]
    return rewritten(case, edits)


def varied(cases: Sequence[Labelled], names: Sequence[str], draw: random.Random) -> list[Labelled]:
    """One epoch's texts: neighbours joined, blanks, case and punctuation as people write them, some names swapped."""
    done: list[Labelled] = []
    at = 0
    while at < len(cases):
        first = cases[at]
        many = draw.choice((1, 1, 2, 3, 4)) if first.source.startswith("ewt") else draw.choice((1, 1, 1, 2))
        group = [case for case in cases[at : at + many] if case.source == first.source]
        at += len(group)
        plain = draw.random()
        if plain < 0.55:
            group = [detokenised(case) for case in group]
        case = swapped(joined(group, draw.choice((" ", " ", "\n"))), names, 0.15, draw)
        turn = draw.random()
        if turn < 0.20:
            case = in_case(case, "lower")
        elif turn < 0.23:
            case = in_case(case, "upper")
        if draw.random() < 0.12:
            case = unpunctuated(case)
        done.append(case)
    draw.shuffle(done)
    return done


def blocks(cases: Sequence[Labelled], fold: int | None) -> tuple[list[Labelled], list[Labelled]]:
    """(to train on, held back): of each source every FOLDS-th part, contiguous."""
    train: list[Labelled] = []
    held: list[Labelled] = []
    for source in dict.fromkeys(case.source for case in cases):
        own = [case for case in cases if case.source == source]
        edges = [len(own) * k // FOLDS for k in range(FOLDS + 1)]
        for k in range(FOLDS):
            (held if k == fold else train).extend(own[edges[k] : edges[k + 1]])
    return train, held
