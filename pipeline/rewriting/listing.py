"""What was found in packets, listed and counted: for the look before a run, and for one packet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.captures.columns import TEXTS
from pipeline.captures.fields import COLUMN, END, KIND, START, Kind
from pipeline.detection.scanner import Scanner
from pipeline.detection.values import Kind as Part
from pipeline.kernels.packets import places_in_packets
from pipeline.records import Int64
from pipeline.rewriting.found import Found

#: How the place of a value is called that stands in no column.
NO_COLUMN = "(field)"
_COLUMNS = (NO_COLUMN, *TEXTS)


@dataclass(frozen=True)
class Listed:
    """A value in packets.

    Attributes:
      row: of the dissection.
      start, end: positions in the packets' data.
      value: a number of the scanner's values.
      part: how it stands in its finding.
      pattern: the number of its evidence, -1 where the protocol itself says what it is.
    """

    row: int
    start: int
    end: int
    value: int
    part: Part
    pattern: int


def listed(found: Found) -> Iterator[Listed]:
    """All values, those of fields first, then those of texts."""
    rows = found.dissection.rows
    for which, values in _fields(found):
        for row, value in zip(which.tolist(), values.tolist(), strict=True):
            yield Listed(row, int(rows[row, START]), int(rows[row, END]), value, Part.WHOLE, -1)
    texts, findings = found.texts, found.findings
    first, last = np.empty(len(findings), np.int64), np.empty(len(findings), np.int64)
    # One at a time: findings may overlap, which edits do not.
    for k in range(len(findings)):
        places_in_packets(
            findings.start[k : k + 1], findings.end[k : k + 1], findings.field[k : k + 1], texts.batch.data,
            texts.at, texts.wide, texts.source, first[k : k + 1], last[k : k + 1],
        )  # fmt: skip
        yield Listed(
            int(texts.row[findings.field[k]]), int(first[k]), int(last[k]), int(findings.value[k]),
            Part(int(findings.kind[k])), int(findings.pattern[k]),
        )  # fmt: skip


def counted(found: Found, scanner: Scanner) -> Counter[tuple[str, str]]:
    """(entity, column) -> how many values; what two rules find in the same bytes counts once."""
    texts, findings = found.texts, found.findings
    entity_of = scanner.values.columns()[0]
    spans = np.stack((findings.start, findings.end, entity_of[findings.value].astype(np.int64)))
    once = np.unique(spans, axis=1, return_index=True)[1]
    which = [(texts.row[findings.field[once]], findings.value[once]), *_fields(found)]
    counts: Counter[tuple[str, str]] = Counter()
    for row, value in which:
        column = found.dissection.rows[row, COLUMN] + 1
        pairs, times = np.unique(np.stack((entity_of[value].astype(np.int64), column)), axis=1, return_counts=True)
        for (entity, place), count in zip(pairs.T.tolist(), times.tolist(), strict=True):
            counts[scanner.vocabulary.names[entity], _COLUMNS[place]] += count
    return counts


def said_by(found: Found, row: int) -> str:
    """What a field is, as the protocol says."""
    return f"{Kind(int(found.dissection.rows[row, KIND])).name} field"


def _fields(found: Found) -> Iterator[tuple[Int64, Int64]]:
    """(rows, values) of addresses and names."""
    addresses = np.flatnonzero(found.number >= 0)
    yield addresses, found.binary.value[found.number[addresses]].astype(np.int64)
    for names in found.names:
        readable = names.wire.row_name >= 0
        yield names.row[readable], names.row_value[readable].astype(np.int64)
