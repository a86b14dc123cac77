"""Packets with their fields given, for tests of what is done with fields: no dissector is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.captures.columns import NUMBERS, TEXT_ID
from pipeline.captures.dissection import Dissection
from pipeline.captures.fields import ABSENT, NONE, SCAN, Kind
from pipeline.captures.packets import Packets
from tests.captures.building import packets_of


@dataclass(frozen=True)
class Piece:
    """A field: its bytes and what they are."""

    data: bytes
    kind: Kind
    aux: int = SCAN
    column: str = ""


def claimed(*packets: Sequence[Piece]) -> tuple[Packets, Dissection]:
    """Packets of a pcap file; a name's message begins with its packet."""
    read = packets_of([b"".join(piece.data for piece in packet) for packet in packets])
    return read, dissected(read, *packets)


def dissected(read: Packets, *packets: Sequence[Piece]) -> Dissection:
    """The fields of packets that were read from a file."""
    rows = [(*row, -1) for row in read.frame.tolist()]
    for number, packet in enumerate(packets):
        at = int(read.start[number])
        for piece in packet:
            aux = int(read.start[number]) if piece.kind == Kind.NAME else piece.aux
            column = TEXT_ID[piece.column] if piece.column else NONE
            rows.append((at, at + len(piece.data), int(piece.kind), aux, column, number))
            at += len(piece.data)
    rows.sort()
    table = np.array(rows, np.int64).reshape(-1, 6)
    return Dissection(
        np.ascontiguousarray(table[:, :5].astype(np.int32)),
        np.ascontiguousarray(table[:, 5]),
        np.zeros((0, 8), np.int64),
        np.full((len(read), len(NUMBERS)), ABSENT, np.int64),
        read.end,
    )
