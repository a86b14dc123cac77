"""Fields of turns, gathered one by one: transcripts are short beside logs, and what reads their prose is far slower."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from pipeline.formats.format import Fields, fields_from
from pipeline.formats.pasted import pasted_lines
from pipeline.formats.paths import key_text
from pipeline.kernels.time_text import SPACED, iso_time
from pipeline.records import ATTRIBUTES, COLUMN_ID, NO_TIME, PROSE, SCAN, TIME_COLUMN, Bytes, Decoder, Int64
from recognizers.entities import ENTITY_ID

DATE_TIME = ENTITY_ID["DATE_TIME"]
SHORTEST_TIME = 19
_LINES = re.compile(rb"[^\n]*\n|[^\n]+")
#: The same between the quotes of a JSON string.
JSON_LINES = re.compile(rb"(?=.)(?:[^\\]++|\\[^n])*+(?:\\n)?", re.DOTALL)
_TAGS = re.compile(rb"<[^<>]*>")


class TurnRows:
    """The fields of a batch's records, record after record.

    Attributes:
      text: the batch's bytes.

    Args:
      markup: whether tags stand in what is said.
    """

    def __init__(self, data: Bytes, records: int, zone_minutes: int, *, markup: bool = False) -> None:
        self.text = data.tobytes()
        self._data = data
        self._zone = zone_minutes
        self._markup = markup
        self._rows: list[tuple[int, int, int, int, int, int]] = []
        self._ends = [0]
        self._time = np.full(records, NO_TIME, np.int64)
        self._shaped = np.zeros(records, np.uint8)
        self._keys: dict[str, int] = {}
        self._taken: set[str] = set()

    def put(self, start: int, end: int, entity: int, name: str, decoder: int = Decoder.PLAIN) -> None:
        """A field in the column of that name if there is one and it has none yet, else an attribute. Empty: nothing."""
        if end <= start:
            return
        column, key = COLUMN_ID.get(name, ATTRIBUTES), -1
        if column == ATTRIBUTES or name in self._taken:
            column, key = ATTRIBUTES, self._keys.setdefault(name, len(self._keys))
        else:
            self._taken.add(name)
        if self._markup and decoder == Decoder.PLAIN:
            decoder = Decoder.MARKUP
        self._rows.append((start, end, decoder, entity, column, key))

    def put_time(self, start: int, end: int) -> None:
        """The record's time where it can be read, else an attribute."""
        record = len(self._ends) - 1
        if end - start >= SHORTEST_TIME and self._time[record] == NO_TIME:
            read, micros = iso_time(self._data, np.int64(start), np.int64(end), np.int64(self._zone), SPACED)
            if read == end:
                self._time[record] = micros
                self._rows.append((start, end, Decoder.PLAIN, DATE_TIME, TIME_COLUMN, -1))
                return
        self.put(start, end, DATE_TIME, "time")

    def put_prose(self, start: int, end: int) -> None:
        """What someone wrote; lines pasted into it are fields of their own, in which no names are looked for."""
        for first, last, pasted in stretches(self.text, start, end, markup=self._markup):
            named = "pasted" if pasted and "message" in self._taken else "message"
            self.put(first, last, SCAN if pasted else PROSE, named)

    def close(self, shaped: int) -> None:
        """End the record; ``shaped`` as in Fields."""
        self._shaped[len(self._ends) - 1] = shaped
        self._ends.append(len(self._rows))
        self._taken.clear()

    def fields(self) -> Fields:
        rows = np.array(self._rows, np.int32).reshape(-1, 6)
        return fields_from(rows, np.array(self._ends, np.int64), self._time, self._shaped, tuple(self._keys))


def stretches(
    text: bytes, start: int, end: int, *, markup: bool, lines: re.Pattern[bytes] = _LINES
) -> Iterator[tuple[int, int, bool]]:
    """(start, end, whether it is pasted) of runs of lines that together cover [start, end).

    Args:
      markup: whether tags stand in it: a line is told by what stands between them.
      lines: finds each line with what ends it.
    """
    spans = [match.span() for match in lines.finditer(text, start, end)]
    shown = [text[a:b] for a, b in spans]
    if lines is JSON_LINES:
        shown = [key_text(line, escaped=True).encode() for line in shown]
    pasted = pasted_lines([_TAGS.sub(b"", line) for line in shown] if markup else shown)
    begun = 0
    for k in range(1, len(spans) + 1):
        if k == len(spans) or pasted[k] != pasted[begun]:
            yield spans[begun][0], spans[k - 1][1], pasted[begun]
            begun = k


def spans_of(text: bytes, record_start: Int64, record_end: Int64) -> Iterator[tuple[int, int]]:
    """The [start, end) of each record's text: without a byte order mark, and white space at either end."""
    for start, end in zip(record_start.tolist(), record_end.tolist(), strict=True):
        if text.startswith(b"\xef\xbb\xbf", start, end):
            start += 3
        while start < end and text[start] in b" \t\r\n":
            start += 1
        while end > start and text[end - 1] in b" \t\r\n":
            end -= 1
        yield start, end
