"""Read units: whole records in batches, the same records whatever the ranges and the batches' size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

import pipeline.records as records
from pipeline.errors import RedactError
from pipeline.formats.format import framing_of
from pipeline.formats.registry import format_named
from pipeline.formats.tables import REACH
from pipeline.inputs.batching import OpenBatch, Piece
from pipeline.inputs.content import CONTROLS, GIVEN, Damaged, Reader, decoded_chunks, open_source
from pipeline.inputs.fingerprints import REPLACED, is_as_planned
from pipeline.inputs.mailboxes import plain_form
from pipeline.inputs.model import Input, Range, Unit, Unreadable
from pipeline.kernels.framing import count_nul, longest_wide
from pipeline.records import Batch, Bools, Bytes, Int64, Quarantined

BATCH_BYTES = 4 << 20
#: Source bytes that are held, detected and verified together.
CHUNK_BYTES = 8 << 20
#: A record of which more than this share is NUL is no text of one byte per character.
NUL_SHARE = 0.25
#: Nor is one that holds so many bytes of UTF-16: what stands there would pass unread.
LONGEST_WIDE = 10
#: Nor one that is no UTF-8 and of which so much is control characters: of compressed bytes it is a tenth.
CONTROL_SHARE, FEW_CONTROLS = 0.05, 3
_CONTROL = np.isin(np.arange(256), np.frombuffer(CONTROLS, np.uint8))


def read_unit(
    inputs: Sequence[Input], unit: Unit, batch_bytes: int = BATCH_BYTES
) -> Iterator[Batch | Quarantined | Unreadable]:
    """Batches of a unit's records, and what cannot be in one.

    ``Batch.record_input`` and ``Quarantined.input`` are ``Input.number``. A batch holds at most ``batch_bytes`` unless
    one record is larger, and records of several inputs where format and context agree. A record above LONGEST_RECORD
    is passed over without being held (``oversized``), one with NULs between its bytes is left out (``undecodable``);
    a compressed input that is damaged is read up to the damage, and then counts one record more (``truncated``).
    A capture holds no records and is not read here. Nothing is raised for what stands in an input.
    """
    by_number = {item.number: item for item in inputs}
    open_batch: OpenBatch | None = None
    for place in unit.ranges:
        item = by_number[place.input]
        if item.is_capture:
            yield Unreadable(item.name, f"holds packets and no records: {item.format}")
            continue
        kind = (item.format, item.context)
        if open_batch is None or open_batch.kind != kind:
            if open_batch is not None:
                yield from open_batch.close()
            open_batch = OpenBatch(format_named(item.format), item.context, batch_bytes)
        begun = place.start == 0 or not open_batch.looks_back
        for found in read_range(item, place):
            if isinstance(found, Piece):
                if not begun:
                    begun = True
                    yield from open_batch.close()
                    open_batch.look_back(*_read_before(item, found.offset + int(found.edges[0])), item.number)
                yield from open_batch.add(found, item.number)
            else:
                yield found
    if open_batch is not None:
        yield from open_batch.close()


@dataclass(frozen=True)
class Chunk:
    """Batches of a unit that are held together, and whether others follow."""

    batches: list[Batch]
    goes_on: bool


def read_chunks(
    inputs: Sequence[Input], unit: Unit, aside: Callable[[Quarantined | Unreadable], None]
) -> Iterator[Chunk]:
    """A unit's batches, at most CHUNK_BYTES of them together; the last chunk may be empty, so that each unit has one.

    Args:
      aside: told of what cannot be in a batch.
    """
    held: list[Batch] = []
    size = 0
    empty = True
    for found in read_unit(inputs, unit):
        if not isinstance(found, Batch):
            aside(found)
            continue
        if held and size + len(found.data) > CHUNK_BYTES:
            yield Chunk(held, goes_on=True)
            held, size = [], 0
        held.append(found)
        size += len(found.data)
        empty = False
    if held or empty:
        yield Chunk(held, goes_on=False)


class Stream:
    """Decoded bytes of one input from ``position`` on; damage and errors are kept for the end."""

    def __init__(self, item: Input, source: Reader, position: int) -> None:
        self.failure: Exception | None = None
        self._source = source
        self._chunks = decoded_chunks(source, item.compression, item.encoding) if item.sequential else None
        if self._chunks is not None:
            self._chunks = plain_form(item.format, self._chunks, item.conversation)
        self._rest = memoryview(b"")
        if position:
            source.seek(position)

    def read_into(self, window: Bytes) -> int:
        """How many bytes were read; 0 at the end."""
        if self.failure:
            return 0
        filled = 0
        try:
            if self._chunks is None:
                filled = self._source.readinto(window.data) or 0
            else:
                while filled < len(window):
                    self._rest = self._rest or memoryview(next(self._chunks, b""))
                    if not self._rest:
                        break
                    part = self._rest[: len(window) - filled]
                    self._rest = self._rest[len(part) :]
                    window[filled : filled + len(part)] = np.frombuffer(part, np.uint8)
                    filled += len(part)
        except (OSError, Damaged) as error:
            self.failure = error
        return filled


def read_range(item: Input, place: Range) -> Iterator[Piece | Quarantined | Unreadable]:
    """Records of one input that start in a range; the last is read to its end beyond the range."""
    try:
        source = open_source(item.uri)
    except OSError as error:
        yield Unreadable(item.name, f"cannot be opened: {type(error).__name__}")
        return
    try:
        if not is_as_planned(item, source):
            yield Unreadable(item.name, REPLACED)
            return
        frames = Frames(item, place, Stream(item, source, max(place.start - 1, 0)))
        yield from frames.pieces()
        failure = frames.stream.failure
        if isinstance(failure, Damaged):
            yield Quarantined(item.number, frames.reached, 0, "truncated")
        elif failure is not None:
            yield Unreadable(item.name, f"cannot be read to its end: {type(failure).__name__}")
        elif frames.reached < place.end:
            yield Unreadable(item.name, "became shorter after the run was planned")
        elif not is_as_planned(item, source):
            yield Unreadable(item.name, REPLACED)
    finally:
        source.close()


def _read_before(item: Input, at: int) -> tuple[Bytes, int]:
    """What an input holds before a place, as far back as tables reach, and where it stands.

    Raises:
      RedactError: it cannot be read any more; without it what a heading tells would pass.
    """
    begin = max(at - REACH - 1, 0)  # the byte before tells whether a line starts there
    data = b""
    try:
        source = open_source(item.uri)
        try:
            source.seek(begin)
            while len(data) < at - begin and (more := source.read(at - begin - len(data))):
                data += more
        finally:
            source.close()
    except OSError as error:
        told = f"input {item.number}: cannot be read any more ({type(error).__name__}); run the same command again"
        raise RedactError(told) from None
    return np.frombuffer(data, np.uint8), begin


class Frames:
    """The window over a stream, and the records in it.

    Attributes:
      reached: decoded bytes read so far, from the input's beginning.
    """

    def __init__(self, item: Input, place: Range, stream: Stream) -> None:
        self.item = item
        self.place = place
        self.stream = stream
        self.find_starts = framing_of(format_named(item.format), item.context)
        self.window = np.empty(_window_size(item, place), np.uint8)
        self.used = 0
        self.scanned = 0
        self.base = max(place.start - 1, 0)  # the byte before a range tells whether a line starts there
        self.started = 0 if place.start == 0 else -1  # where the open record starts, -1 before the first
        self.held = True  # whether the window holds the open record from its start
        self.closed = 0  # records so far

    @property
    def reached(self) -> int:
        return self.base + self.used

    def pieces(self) -> Iterator[Piece | Quarantined]:
        limit = self.place.end if self.place.end >= 0 else np.iinfo(np.int64).max
        while True:
            if self.used == len(self.window):
                self._make_room()
            got = self.stream.read_into(self.window[self.used :])
            self.used += got
            starts, self.scanned = self.find_starts(self.window, self.used, self.scanned, got == 0)
            inside = int(np.searchsorted(starts, limit - self.base))
            over = inside < len(starts)
            if over:
                starts = starts[: inside + 1]
            elif got == 0 and self.reached > max(self.started, 0):
                starts = np.append(starts, self.used)
            yield from self._closed(starts)
            if over or got == 0:
                return
            self._let_go(starts)

    def _closed(self, starts: Int64) -> Iterator[Piece | Quarantined]:
        """The records that end where others start."""
        if not len(starts):
            return
        edges = starts
        if self.started >= 0 and self.held:
            edges = np.concatenate(([self.started - self.base], starts)).astype(np.int64)
        elif self.started >= 0:
            yield Quarantined(self.item.number, self.started, int(starts[0]) + self.base - self.started, "oversized")
            self.closed += 1
        if len(edges) > 1:
            yield from self._sound(edges)

    def _sound(self, edges: Int64) -> Iterator[Piece | Quarantined]:
        """Runs of records that can be parsed, and the others' places."""
        lengths = np.diff(edges)
        oversized = lengths > records.LONGEST_RECORD
        bad = oversized
        text = self.window[edges[0] : edges[-1]]
        if not text.all():
            bad = oversized | (count_nul(self.window, edges) > NUL_SHARE * lengths)
            bad |= longest_wide(self.window, edges) >= LONGEST_WIDE
            bad |= _is_packed(self.window, edges)
        begun = 0
        for at in [*np.flatnonzero(bad).tolist(), len(lengths)]:
            if at > begun:
                yield Piece(self.window, edges[begun : at + 1], self.base, self.closed + begun)
            if at < len(lengths):
                reason = "oversized" if oversized[at] else "undecodable"
                yield Quarantined(self.item.number, self.base + int(edges[at]), int(lengths[at]), reason)
            begun = at + 1
        self.closed += len(lengths)

    def _let_go(self, starts: Int64) -> None:
        """Move what is still needed to the window's beginning."""
        if len(starts):
            self.started, self.held = self.base + int(starts[-1]), True
            drop = int(starts[-1])
        elif self.started < 0 or not self.held:
            drop = self.scanned
        elif min(self.scanned + 1, self.used) + self.base - self.started > records.LONGEST_RECORD:
            # Bytes behind a line ending that is not yet judged may be of the next record and do not count.
            self.held = False
            drop = self.scanned
        else:
            drop = self.started - self.base
        if drop:
            self.window[: self.used - drop] = self.window[drop : self.used].copy()
            self.used -= drop
            self.base += drop
            self.scanned -= drop

    def _make_room(self) -> None:
        larger = np.empty(2 * len(self.window), np.uint8)
        larger[: self.used] = self.window[: self.used]
        self.window = larger


def _is_packed(window: Bytes, edges: Int64) -> Bools:
    """Records that are text in no charset, as those of a compressed log that was appended to another."""
    begins = edges[:-1] - edges[0]
    controls = np.add.reduceat(_CONTROL[window[edges[0] : edges[-1]]], begins, dtype=np.int64)
    packed = controls > np.maximum(CONTROL_SHARE * np.diff(edges), FEW_CONTROLS)
    for at in np.flatnonzero(packed).tolist():
        with suppress(UnicodeDecodeError):
            window[edges[at] : edges[at + 1]].tobytes().decode()
            packed[at] = False
    return packed


def _window_size(item: Input, place: Range) -> int:
    if item.sequential or place.end < 0:
        return GIVEN
    return min(place.end - place.start + 4096, GIVEN)
