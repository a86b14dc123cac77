"""Packets of a capture in one buffer, whatever the file's format: what readers give and dissectors take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline.records import Bytes, Int32, Int64

#: Formats of inputs that hold packets and no records.
CAPTURES = ("pcap", "pcapng")


@dataclass(frozen=True)
class Cut:
    """A place at which reading of a capture can begin, and what the blocks behind it need to know of those before.

    Attributes:
      at: decoded bytes from the input's beginning; a block or record begins there.
      layout: how the file or section is written, see ``pcap`` and ``pcapng``; UNKNOWN at a file's beginning.
      interfaces: of the section, in order: link type, snap length, and four numbers of a clock (``clocks``).
      packets: how many packets stand before it.
    """

    at: int
    layout: int
    interfaces: tuple[tuple[int, ...], ...] = ()
    packets: int = 0

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Cut:
        return Cut(data["at"], data["layout"], tuple(tuple(row) for row in data["interfaces"]), data["packets"])


#: Cut.layout before a header was read.
UNKNOWN = -1
BEGINNING = Cut(0, UNKNOWN)


@dataclass(frozen=True)
class Packets:
    """A piece of capture files: whole blocks (pcapng) or a file's header and whole records (pcap), in order.

    The blocks cover the buffer. Everything that is no captured byte of a packet (block headers, options, padding) is
    in ``frame``, or it is masked, as within packets.

    Attributes:
      data: uint8 [n], as it stands in the files.
      start, end: int64 [p], the captured bytes of each packet, positions in ``data``.
      block_start, block_end: int64 [p], the block or record that each packet stands in.
      offset: int64 [p], where that block stands in its input.
      input: int32 [p], ``Input.number``.
      wire_length: int64 [p], bytes of the packet on the wire, of which perhaps fewer are captured.
      time: int64 [p], nanoseconds since 1970 UTC; NO_TIME where the block has none (SPB).
      link_type: int32 [p], a LINKTYPE_ value (https://www.tcpdump.org/linktypes.html).
      interface: int32 [p], the interface's place in its section; 0 in pcap.
      frame: int32 [k, 5], rows as ``fields.Out`` has them for what is not in a packet.
      removed: int64 [m, 2], blocks that no output holds (secrets of TLS).
      sections: int64 [s, 2], section header blocks, in which a comment may be put.
      clocks: int64 [c, 4], how rows of Kind.TIME hold their time (``clocks``); a row's aux is a place here.
      spans: int64 [q, 4], runs of ``data`` that stand together in one input, in order: start, end (positions in
        ``data``), ``Input.number``, where the run stands in that input.
      number: int64 [p], its place among the packets of its input, from 1 on; those that are set aside count.
      whole: int32, inputs of which every packet is in this piece.
    """

    data: Bytes
    start: Int64
    end: Int64
    block_start: Int64
    block_end: Int64
    offset: Int64
    input: Int32
    wire_length: Int64
    time: Int64
    link_type: Int32
    interface: Int32
    frame: Int32
    removed: Int64
    sections: Int64
    clocks: Int64 = field(default_factory=lambda: np.empty((0, 4), np.int64))
    spans: Int64 = field(default_factory=lambda: np.empty((0, 4), np.int64))
    number: Int64 = field(default_factory=lambda: np.empty(0, np.int64))
    whole: Int32 = field(default_factory=lambda: np.empty(0, np.int32))

    def __len__(self) -> int:
        return len(self.start)
