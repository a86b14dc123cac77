"""What encoded texts hold, as rows of the texts that hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from pipeline.detection.encoded import BASE64, BASE64_VALUES, BINARY_FILES, HEXADECIMAL, IN_LINES, PERCENT, Encoding
from pipeline.detection.reading import Reading
from pipeline.detection.values import HOLDER, INSIDE, SAID, Findings, Row, Values
from pipeline.kernels import encodings
from pipeline.records import Batch, Bytes, Int32, Int64
from recognizers.entities import ENTITY_ID

BLANKS = (b" ", b"\t", b"\n", b"\r")
BINARY = ENTITY_ID["BINARY_CONTENT"]
IS_BASE64 = BASE64_VALUES != encodings.NO_DIGIT
IS_BASE64[[ord("="), ord("\r"), ord("\n")]] = True
IS_PRINTABLE = np.arange(256) > 0x20
IS_IN_TEXT = np.arange(256) > 0


@dataclass(frozen=True)
class Said:
    """What an encoded text says.

    Attributes:
      text: what it says.
      first, last: int32 [len(text)], where what made each byte begins and ends, from the encoded text's beginning; None
        where only the whole can be replaced.
    """

    text: bytes
    first: Int32 | None = None
    last: Int32 | None = None

    def within(self, reading: Reading, start: int) -> Said:
        """The same, of a text that stands at ``start`` of what a reading says, from where its source begins."""
        if reading.first is None or reading.last is None or self.first is None or self.last is None:
            return Said(self.text)
        begin = reading.first[start]
        first, last = reading.first[start + self.first] - begin, reading.last[start + self.last - 1] - begin
        return Said(self.text, first.astype(np.int32), last.astype(np.int32))


class SaidTexts(list[Said]):
    """What encoded texts say, by number.

    Attributes:
      weight: what they take, with their places, in units of 800 bytes.
    """

    weight = 0

    def append(self, said: Said, /) -> None:
        self.weight += 1 + len(said.text) * (1 if said.first is None else 9) // 800
        super().append(said)


def said_by(reading: Reading) -> Said:
    if reading.first is None or reading.last is None:
        return Said(reading.text or b"")
    return Said(reading.text or b"", reading.first.astype(np.int32), reading.last.astype(np.int32))


def encoded_runs(
    data: Bytes, start: Int64, end: Int64, how: Bytes, marked: Int64, encoding: Int32
) -> tuple[Int64, Int64, Int32]:
    """(start, end, encoding) of the runs around what may be base64, around marks, and of tokens that are read alone.

    Args:
      start, end, how: of tokens that may be encoded.
      marked, encoding: where each mark ends, and of what it is one.
    """
    bits = (encodings.BASE64, encodings.LONG, encodings.PERCENT, encodings.HEXADECIMAL)
    of = [np.flatnonzero(how & bit) for bit in bits]
    kind = np.repeat(np.array((BASE64, BINARY_FILES, PERCENT, HEXADECIMAL), np.int32), [len(tokens) for tokens in of])
    start, end = start[np.concatenate(of)], end[np.concatenate(of)]
    for some in np.split(np.arange(len(of[0]) + len(of[1])), [len(of[0])]):
        first, last = start[some], end[some]
        encodings.widen(data, first, last, IS_BASE64)
        start[some], end[some] = first, last
    for in_lines, member in ((False, IS_PRINTABLE), (True, IS_IN_TEXT)):
        which = np.flatnonzero(IN_LINES[encoding] == in_lines)
        if len(which):
            which = which[np.argsort(marked[which], kind="stable")]
            last = marked[which]
            first = last - 1
            encodings.widen(data, first, last, member)
            last += data[last] != 0  # the blank that cuts it, if any
            start, end = np.concatenate((start, first)), np.concatenate((end, last))
            kind = np.concatenate((kind, encoding[which]))
    # Several tokens, and marks, stand in one run.
    order = np.lexsort((kind, end, start))
    runs = np.stack((start, end, kind.astype(np.int64)))[:, order]
    differs = (runs[:, 1:] != runs[:, :-1]).any(axis=0)
    once = runs[:, np.concatenate((np.ones(min(len(order), 1), np.bool_), differs))]
    return once[0], once[1], once[2].astype(np.int32)


def rows_inside(
    sources: Iterable[tuple[int, bytes, Encoding]],
    scan: Callable[[Sequence[bytes]], Findings] | None,
    values: Values,
    said: SaidTexts,
    pattern: Callable[[int | str, str], int],
) -> dict[int, list[Row]]:
    """Rows of each source's text for what is found in what it says.

    Where each byte has its own place a row is what was found, else it stands for the whole encoded part. What is
    encoded deeper than is read, or unpacks to more, is taken for a secret as it stands.

    Args:
      sources: (number, text, how it is encoded).
      scan: findings in some texts, field by field; None where nothing is read any deeper.
      said: what encoded texts say; added to.
      pattern: the number of evidence, or of an entity that is taken, in an encoding's text.
    """
    rows: dict[int, list[Row]] = {}
    readings: list[tuple[int, str, Reading]] = []
    for number, text, encoding in sources:
        for reading in encoding.read(text):
            if scan is not None and reading.text is not None:
                readings.append((number, encoding.name, reading))
                rows.setdefault(number, []).append((reading.start, reading.end, len(said), SAID, 0, False, 0))
                said.append(said_by(reading))
                continue
            entity = ENTITY_ID[reading.entity]
            # Bytes of a file share one value, so that they cost no memory and are looked for nowhere else.
            unread = b"" if entity == BINARY else text[reading.start : reading.end]
            evidence = pattern(reading.entity, encoding.name)
            row = (reading.start, reading.end, values.number(entity, unread), INSIDE, entity, False, evidence)
            rows.setdefault(number, []).append(row)
    if scan is None or not readings:
        return rows
    found = scan([reading.text or b"" for _, _, reading in readings])
    base = list(accumulate((len(reading.text or b"") for _, _, reading in readings), initial=0))
    columns = (found.field, found.start, found.end, found.value, found.kind, found.holder, found.strong, found.pattern)
    for field, start, end, value, kind, holder, strong, evidence in zip(*(c.tolist() for c in columns), strict=True):
        number, name, reading = readings[field]
        if reading.first is None:
            if kind == HOLDER:
                continue
            kind = INSIDE
        elif end == base[field + 1] and (reading.text or b"")[-1:] in BLANKS:
            continue  # what takes in the blank that cuts a run goes on behind it, and was read in the text itself
        span = _source(reading, start - base[field], end - base[field])
        rows.setdefault(number, []).append((*span, value, kind, holder, strong, pattern(evidence, name)))
    e = found.encoded
    for field, start, end, place in zip(*(c.tolist() for c in (e.field, e.start, e.end, e.said)), strict=True):
        number, _, reading = readings[field]
        span = _source(reading, start - base[field], end - base[field])
        rows.setdefault(number, []).append((*span, len(said), SAID, 0, False, 0))
        said.append(said[place].within(reading, start - base[field]))
    return rows


def _source(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """What made [start, end) of a reading's text, in its source."""
    if reading.first is None or reading.last is None:
        return reading.start, reading.end
    return int(reading.first[start]), int(reading.last[end - 1])


def rows_by_text(batch: Batch, found: Findings, numbers: Sequence[int]) -> dict[int, list[Row]]:
    """Findings of a batch of texts as rows of each, by its number."""
    start, end = found.start - batch.field_start[found.field], found.end - batch.field_start[found.field]
    columns = (found.field, start, end, found.value, found.kind, found.holder, found.strong, found.pattern)
    rows: dict[int, list[Row]] = {}
    for field, first, last, value, kind, holder, strong, pattern in zip(*(c.tolist() for c in columns), strict=True):
        rows.setdefault(numbers[field], []).append((first, last, value, kind, holder, strong, pattern))
    return rows


def only_new(inside: dict[int, list[Row]], known: dict[int, list[Row]]) -> dict[int, list[Row]]:
    """The rows of ``inside`` that do not stand in ``known``, whatever their evidence, each once."""
    new: dict[int, list[Row]] = {}
    for number, rows in inside.items():
        seen = {row[:4] for row in known.get(number, ())}
        for row in rows:
            if row[:4] not in seen:
                seen.add(row[:4])
                new.setdefault(number, []).append(row)
    return new
