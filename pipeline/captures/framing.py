"""From bytes of a capture to its packets: one piece after the other, whatever the pieces' size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import pipeline.records as records
from pipeline.captures import fields, pcap, pcapng, walk
from pipeline.captures.packets import BEGINNING, Cut, Packets
from pipeline.records import Bytes, Int64


class Framer:
    """What a walk over one capture knows at the place that it has come to.

    Args:
      form: ``pcap`` or ``pcapng``.
      number: ``Input.number``.
      cut: where it begins.
      scratch: of walks, which are made one after the other.
    """

    def __init__(self, form: str, number: int, cut: Cut = BEGINNING, scratch: walk.Scratch | None = None) -> None:
        self._walk = {"pcap": pcap.walk, "pcapng": pcapng.walk}[form]
        self._number = number
        self._scratch = scratch or walk.new_scratch()
        state = self._scratch.state
        state[:] = 0
        state[walk.LAYOUT] = cut.layout
        state[walk.COUNT] = len(cut.interfaces)
        if cut.interfaces:
            self._scratch.interfaces[: len(cut.interfaces)] = cut.interfaces
        self.at = cut.at
        self._count = cut.packets

    def frame(self, data: Bytes, limit: int) -> tuple[Packets, int, int]:
        """The blocks that are whole in a piece of the file, which begins where the one before ended.

        Args:
          data: uint8 [n]; the packets hold as much of it as was read.
          limit: blocks that begin here or beyond, counted from the input's beginning, are left.

        Returns:
          The packets; why there are no more of them (a status of ``walk``); and for MORE and OVERSIZED how many bytes
          the next block has, as far as can be told.
        """
        scratch, state = self._scratch, self._scratch.state
        scratch.out.state[:] = 0
        state[[walk.AT, walk.PACKETS_USED, walk.MARKS_USED]] = 0
        self._walk(data, len(data), limit - self.at, records.LONGEST_RECORD, scratch)
        packets = _packets(data[: state[walk.AT]], self._number, self.at, self._count, scratch)
        self.at += int(state[walk.AT])
        self._count += len(packets)
        first, count = int(state[walk.FIRST]), int(state[walk.COUNT])
        if first:
            scratch.interfaces[:count] = scratch.interfaces[first : first + count].copy()
            state[walk.FIRST] = 0
        return packets, int(state[walk.STATUS]), int(state[walk.NEEDED])

    def pass_over(self, size: int) -> None:
        """Leave out the oversized block that comes next."""
        self.at += size
        self._count += int(self._scratch.state[walk.PASSED])

    def cut(self, most_interfaces: int) -> Cut | None:
        """The place come to; None where too much would have to be known there."""
        count = int(self._scratch.state[walk.COUNT])
        if count > most_interfaces:
            return None
        rows = self._scratch.interfaces[:count].tolist()
        return Cut(self.at, int(self._scratch.state[walk.LAYOUT]), tuple(map(tuple, rows)), self._count)


def _packets(data: Bytes, number: int, offset: int, before: int, scratch: walk.Scratch) -> Packets:
    state = scratch.state
    found = scratch.packets[: state[walk.PACKETS_USED]].T.copy()
    marks = scratch.marks[: state[walk.MARKS_USED]]
    known = int(state[walk.FIRST] + state[walk.COUNT])
    return Packets(
        data=data,
        start=found[walk.P_START],
        end=found[walk.P_END],
        block_start=found[walk.P_BLOCK_START],
        block_end=found[walk.P_BLOCK_END],
        offset=found[walk.P_BLOCK_START] + offset,
        input=np.full(found.shape[1], number, np.int32),
        wire_length=found[walk.P_WIRE],
        time=found[walk.P_TIME],
        link_type=found[walk.P_LINK].astype(np.int32),
        interface=found[walk.P_INTERFACE].astype(np.int32),
        frame=scratch.out.rows[: scratch.out.state[fields.ROWS_USED]].copy(),
        removed=marks[marks[:, 0] == walk.REMOVED, 1:].copy(),
        sections=marks[marks[:, 0] == walk.SECTION, 1:].copy(),
        clocks=scratch.interfaces[:known, walk.CLOCK :].copy(),
        spans=np.array([[0, len(data), number, offset]] if len(data) else np.empty((0, 4)), np.int64),
        number=np.arange(before + 1, before + 1 + found.shape[1], dtype=np.int64),
    )


def join(pieces: Sequence[Packets]) -> Packets:
    """Some pieces as one, in order."""
    if len(pieces) == 1:
        return pieces[0]
    base = np.cumsum([0, *(len(piece.data) for piece in pieces)]).tolist()
    clock = np.cumsum([0, *(len(piece.clocks) for piece in pieces)]).tolist()

    def moved(name: str) -> Int64:
        return np.concatenate([getattr(piece, name) + shift for piece, shift in zip(pieces, base)])

    def placed(name: str) -> Any:
        return np.concatenate([getattr(piece, name) for piece in pieces])

    frames = []
    spans = []
    for piece, shift, clocks in zip(pieces, base, clock):
        frame = piece.frame.copy()
        frame[:, [fields.START, fields.END]] += shift
        timed = frame[:, fields.KIND] == fields.Kind.TIME
        frame[timed, fields.AUX] += np.where(frame[timed, fields.AUX] < 0, -clocks, clocks).astype(np.int32)
        frames.append(frame)
        spans.append(piece.spans + np.array([shift, shift, 0, 0]))
    return Packets(
        data=placed("data"),
        start=moved("start"),
        end=moved("end"),
        block_start=moved("block_start"),
        block_end=moved("block_end"),
        offset=placed("offset"),
        input=placed("input"),
        wire_length=placed("wire_length"),
        time=placed("time"),
        link_type=placed("link_type"),
        interface=placed("interface"),
        frame=np.concatenate(frames),
        removed=moved("removed"),
        sections=moved("sections"),
        clocks=placed("clocks"),
        spans=np.concatenate(spans),
        number=placed("number"),
        whole=placed("whole"),
    )
