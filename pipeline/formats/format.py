"""What a format is, and the fields it finds."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipeline.kernels.framing import NEVER, record_starts
from pipeline.records import Bytes, Int32, Int64

#: Against crafted hash collisions of keys; no result depends on it.
SEED = secrets.randbits(62)
#: How much of a file's beginning tells its format.
SNIFFED = 16 << 10


@dataclass(frozen=True)
class Context:
    """What timestamps leave out: from the file's own time or an option, never from the clock.

    Attributes:
      year: of timestamps without one.
      zone_minutes: minutes east of UTC, of timestamps without a zone.
      month: 1 to 12; a timestamp without a year whose month comes after it is of the year before.
      header: the line that names the columns, of a format that has one.
      mapping: what the paths of an export mean, as JSON, where the user says it (``formats.mapping``).
    """

    year: int
    zone_minutes: int
    month: int = 12
    header: str = ""
    mapping: str = ""


@dataclass(frozen=True)
class Fields:
    """The fields of a batch's records, as the attributes of ``Batch`` of the same names.

    Attributes:
      shaped: uint8 [r], 1 where a record has the format's own shape, 2 where it is blank, else 0.
    """

    time: Int64
    record_field: Int64
    field_start: Int64
    field_end: Int64
    field_decoder: Bytes
    field_entity: npt.NDArray[np.int16]
    field_column: npt.NDArray[np.int16]
    field_key: Int32
    keys: tuple[str, ...]
    key_parent: Int32
    shaped: Bytes
    conversation: Int64 = field(default_factory=lambda: np.empty(0, np.int64))


Parse = Callable[[Bytes, Int64, Int64, Context], Fields]


class Framing(Protocol):
    """Finds where records start, window by window, from the beginning of one input; it may remember what it saw."""

    def __call__(self, data: Bytes, used: int, scanned: int, at_end: bool, /) -> tuple[Int64, int]:
        """As ``kernels.framing.record_starts`` without its rule."""


@dataclass(frozen=True)
class Format:
    """One format of log or transcript.

    Attributes:
      name: as options and plans spell it.
      splits: ``lines`` (any line can begin a range), ``indexed`` or ``sequential`` (read from the beginning only).
      continues: rule of ``kernels.framing`` for lines that belong to the record before.
      parse: ``parse(data, record_start, record_end, context)``.
      sniff: ``sniff(head)``, 0 to 1, how far the beginning of a file has this format's shape; None where that is the
        share of its records that ``parse`` finds shaped.
      header: ``header(head)``, the line that names the columns, which every range of the file needs (Context.header).
      dataset: which rows its records become, a key of DATASET_COLUMNS.
      framing: ``framing(context)``, what frames one input in place of ``continues``; not for ``lines``.
      tables: whether tables are looked for in its texts (``formats.tables``).
      within: bytes that begin records which go on with what is before them: a batch begins with another where it can.
    """

    name: str
    splits: str
    continues: int
    parse: Parse
    sniff: Callable[[bytes], float] | None = None
    header: Callable[[bytes], str] = lambda head: ""
    dataset: str = "logs"
    framing: Callable[[Context], Framing] | None = None
    within: bytes = b""
    tables: bool = False

    def sniffed(self, heads: Sequence[bytes]) -> list[float]:
        """What ``sniff`` says of each."""
        if self.sniff is None:
            return shares_of_shaped(heads, self.parse, self.continues)
        return [self.sniff(head) for head in heads]


def framing_of(form: Format, context: Context) -> Framing:
    """What frames one input, from its beginning or a range's."""
    if form.framing is not None:
        return form.framing(context)
    return lambda data, used, scanned, at_end: record_starts(data, used, scanned, form.continues, at_end)


def fields_from(
    rows: npt.NDArray[np.int32],
    record_field: Int64,
    time: Int64,
    shaped: Bytes,
    keys: tuple[str, ...],
    key_parent: Int32 | None = None,
    conversation: Int64 | None = None,
) -> Fields:
    """The rows that a kernel filled, column by column; without ``key_parent`` all keys are the format's own."""
    return Fields(
        time=time,
        record_field=record_field,
        field_start=rows[:, 0].astype(np.int64),
        field_end=rows[:, 1].astype(np.int64),
        field_decoder=rows[:, 2].astype(np.uint8),
        field_entity=rows[:, 3].astype(np.int16),
        field_column=rows[:, 4].astype(np.int16),
        field_key=np.ascontiguousarray(rows[:, 5]),
        keys=keys,
        key_parent=np.full(len(keys), -1, np.int32) if key_parent is None else key_parent,
        shaped=shaped,
        conversation=np.empty(0, np.int64) if conversation is None else conversation,
    )


def split_records(data: Bytes, continues: int) -> tuple[Int64, Int64]:
    """(record_start, record_end) of a whole text held in memory, by a rule of ``kernels.framing``."""
    return _between(data, record_starts(data, len(data), 0, continues, True)[0])


def records_of(form: Format, data: Bytes, context: Context) -> tuple[Int64, Int64]:
    """(record_start, record_end) of a whole text held in memory."""
    return _between(data, framing_of(form, context)(data, len(data), 0, True)[0])


def _between(data: Bytes, starts: Int64) -> tuple[Int64, Int64]:
    edges = np.concatenate(([0], starts, [len(data)])).astype(np.int64) if len(data) else np.zeros(1, np.int64)
    return edges[:-1], edges[1:]


def join_texts(texts: Sequence[bytes], continues: int) -> tuple[Bytes, Int64, Int32]:
    """Texts one after the other, and the records in them.

    A rule looks at a line to its end: where there is one, a last line without an end must be all of its text.

    Returns:
      (uint8 data, writable as batches are; int64 [r + 1] edges, record i is ``data[edges[i]:edges[i + 1]]``; int32 [r],
      the place of the text that each stands in).
    """
    data = np.frombuffer(bytearray().join(texts), np.uint8)
    first = np.cumsum([0, *map(len, texts)])
    starts, _ = record_starts(data, len(data), 0, continues, True)
    edges = np.unique(np.concatenate((first, starts)))
    text = np.searchsorted(first, edges[:-1], side="right") - 1
    return data, edges, text.astype(np.int32)


def shares_of_shaped(heads: Sequence[bytes], parse: Parse, continues: int = NEVER) -> list[float]:
    """``share_of_shaped`` of each of some heads, whose records are parsed together."""
    texts = [head[: head.rfind(b"\n", 0, SNIFFED) + 1] or head[:SNIFFED] for head in heads]
    data, edges, text = join_texts(texts, continues)
    if not len(text):
        return [0.0] * len(heads)
    shaped = parse(data, edges[:-1], edges[1:], Context(1970, 0)).shaped
    told = np.bincount(text[shaped != 2], minlength=len(heads))
    share = np.bincount(text[shaped == 1], minlength=len(heads)) / np.maximum(told, 1)
    return [float(one) for one in share]


def share_of_shaped(head: bytes, parse: Parse, continues: int = NEVER) -> float:
    """The share of the head's records that have the format's shape; blank ones and a cut last line do not count."""
    return shares_of_shaped([head], parse, continues)[0]
