"""Read captures: whole packets in pieces, the same whatever the ranges; and the index by which ranges are cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from pipeline.captures import walk
from pipeline.captures.framing import Framer, join
from pipeline.captures.packets import BEGINNING, Cut, Packets
from pipeline.inputs.content import GIVEN, Damaged, open_source
from pipeline.inputs.fingerprints import REPLACED, is_as_planned
from pipeline.inputs.model import Input, Range, Unit, Unreadable
from pipeline.inputs.reading import CHUNK_BYTES, Stream
from pipeline.records import Bytes, Quarantined

#: Bytes between two places of an index.
CUT_BYTES = 32 << 20
#: Where a section has more interfaces no place is noted, so that a plan stays small.
MOST_INTERFACES_PLANNED = 1 << 10


def read_packets(
    inputs: Sequence[Input], unit: Unit, piece_bytes: int = CHUNK_BYTES
) -> Iterator[Packets | Quarantined | Unreadable]:
    """Packets of a unit of captures, and what cannot be among them.

    A piece holds at most ``piece_bytes`` unless one record is larger, and packets of several inputs where they are
    small. A block or record above LONGEST_RECORD is passed over without being held (``oversized``). What follows one
    that does not parse, to the end of its input, counts as one record (``undecodable``), and so does a last one that
    is not there in full, or where a compressed input is damaged (``truncated``). Nothing is raised for what stands in
    an input.
    """
    by_number = {item.number: item for item in inputs}
    scratch = walk.new_scratch()
    held: list[Packets] = []
    size = 0
    for place in unit.ranges:
        pieces = 0
        for found in CaptureReader(by_number[place.input], place, piece_bytes, scratch).pieces():
            if not isinstance(found, Packets):
                yield found
                continue
            if held and size + len(found.data) > piece_bytes:
                yield join(held)
                held, size = [], 0
            held.append(found)
            pieces += 1
            size += len(found.data)
        item = by_number[place.input]
        # Of a capture that grows, fragments may come yet.
        if pieces == 1 and not item.cuts and place.start == 0 and place.end in (-1, item.size):
            held[-1] = replace(held[-1], whole=np.array([place.input], np.int32))
    if held:
        yield join(held)


def index_capture(item: Input, step: int = CUT_BYTES) -> tuple[Cut, ...]:
    """Places in a capture at least ``step`` bytes apart, none where it can be read only from its beginning.

    All of the file is gone over, up to what does not parse: a block tells where the next one begins.
    """
    if item.sequential or item.size < 2 * step:
        return ()
    reader = CaptureReader(item, Range(item.number, 0, item.size), min(step, CHUNK_BYTES), walk.new_scratch())
    cuts: list[Cut] = []
    last = 0
    for found in reader.pieces():
        cut = reader.framer.cut(MOST_INTERFACES_PLANNED)
        if isinstance(found, Packets) and cut is not None and cut.at - last >= step:
            cuts.append(cut)
            last = cut.at
    return tuple(cuts)


class CaptureReader:
    """One range of a capture, read through a window that is never larger than a piece or one record.

    Attributes:
      framer: knows the place that was come to when a piece is given.
    """

    def __init__(self, item: Input, place: Range, piece_bytes: int, scratch: walk.Scratch) -> None:
        cut = {cut.at: cut for cut in (BEGINNING, *item.cuts)}[place.start]
        self.framer = Framer(item.format, item.number, cut, scratch)
        self._item = item
        self._place = place
        self._piece_bytes = piece_bytes
        self._limit = place.end if place.end >= 0 else np.iinfo(np.int64).max

    def pieces(self) -> Iterator[Packets | Quarantined | Unreadable]:
        item, start = self._item, self.framer.at
        try:
            source = open_source(item.uri)
        except OSError as error:
            yield Unreadable(item.name, f"cannot be opened: {type(error).__name__}")
            return
        try:
            if not is_as_planned(item, source):
                yield Unreadable(item.name, REPLACED)
                return
            stream = Stream(item, source, start)
            yield from self._pieces(stream)
            if stream.failure is not None and not isinstance(stream.failure, Damaged):
                yield Unreadable(item.name, f"cannot be read to its end: {type(stream.failure).__name__}")
        finally:
            source.close()

    def _pieces(self, stream: Stream) -> Iterator[Packets | Quarantined | Unreadable]:
        framer, place = self.framer, self._place
        rest = np.empty(0, np.uint8)
        least = self._piece_bytes if place.end < 0 else min(self._piece_bytes, place.end - place.start + 64)
        size, status, ended = least, walk.MORE, False
        while framer.at < self._limit:
            if status != walk.FULL:
                window = np.empty(max(size, len(rest)), np.uint8)
                window[: len(rest)] = rest
                used = len(rest) + _fill(stream, window[len(rest) :])
                rest, ended = window[:used], used < len(window)
            began = framer.at
            packets, status, needed = framer.frame(rest, self._limit)
            if len(packets.data):
                yield packets
            rest = rest[framer.at - began :]
            if status == walk.FAULT:
                yield from self._tail(stream, "undecodable", self._left(stream, len(rest)))
                return
            if status == walk.MORE and ended:
                yield from self._tail(stream, "truncated", len(rest))
                return
            size = max(least, needed) if status == walk.MORE else least
            if status == walk.OVERSIZED:
                passed = min(needed, len(rest))
                rest = rest[passed:]
                passed += _pass_over(stream, needed - passed)
                if passed < needed:
                    yield from self._tail(stream, "truncated", passed)
                    return
                yield Quarantined(self._item.number, framer.at, needed, "oversized")
                framer.pass_over(needed)

    def _left(self, stream: Stream, held: int) -> int:
        """Bytes from the place come to up to the range's end."""
        if self._place.end >= 0:
            return self._place.end - self.framer.at
        return held + _pass_over(stream, np.iinfo(np.int64).max)

    def _tail(self, stream: Stream, reason: str, length: int) -> Iterator[Quarantined | Unreadable]:
        """What cannot be read at the end, as one record."""
        at = self.framer.at
        if stream.failure is None or isinstance(stream.failure, Damaged):
            if length or stream.failure:
                yield Quarantined(self._item.number, at, length, reason)
            if at + length < self._place.end:
                yield Unreadable(self._item.name, "became shorter after the run was planned")


def _fill(stream: Stream, window: Bytes) -> int:
    """Read until a window is full or the input ends; how many bytes were read."""
    filled = 0
    while filled < len(window):
        got = stream.read_into(window[filled : filled + GIVEN])
        if not got:
            break
        filled += got
    return filled


def _pass_over(stream: Stream, size: int) -> int:
    """Read bytes that are not held; how many there were."""
    window = np.empty(min(size, GIVEN), np.uint8)
    passed = 0
    while passed < size:
        got = stream.read_into(window[: size - passed])
        if not got:
            break
        passed += got
    return passed
