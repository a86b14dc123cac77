"""What can be read of a capture that grows: whole blocks, behind the headers that a reader needs to begin at them."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass

import numpy as np

from pipeline.captures import pcap, pcapng, walk
from pipeline.captures.framing import Framer
from pipeline.captures.packets import BEGINNING

_NO_LIMIT = int(np.iinfo(np.int64).max)
_BIG = b"\x1a\x2b\x3c\x4d"
_SECTION = struct.pack(">I", pcapng.SHB)
#: Bytes of a block that tell its length.
_BLOCK_HEAD = 16


@dataclass(frozen=True)
class Growth:
    """What is new in a capture.

    Attributes:
      end: bytes of the file that are taken; 0 where the next block is not whole.
      begun: what must stand before the block that comes next, so that it can be read: the file's header, or the
        section's and its interfaces.
      data: the new blocks as a capture of their own.
      packets: how many are in it, those too long to be read included.
    """

    end: int
    begun: bytes
    data: bytes
    packets: int


class GrowingCaptures:
    """Reads captures piece by piece.

    Args:
      piece_bytes: of a piece, more than any block that is read.
    """

    def __init__(self, piece_bytes: int) -> None:
        self._bytes = piece_bytes
        self._scratch = walk.new_scratch()

    def grown(self, form: str, file: int, start: int, size: int, begun: bytes) -> Growth:
        """What stands behind what is taken.

        Args:
          form: ``pcap`` or ``pcapng``.
          file: a descriptor.
          start: how far it is taken.
          size: of the file.
          begun: as the Growth before says; empty at the file's beginning.
        """
        data = os.pread(file, min(size - start, self._bytes), start)
        end, after, packets, status, needed = self._framed(form, begun, data)
        taken = end
        if not end and status == walk.FAULT:
            # What does not parse ends a capture, and is one record that cannot be read.
            end = taken = len(data)
        elif not end and status == walk.OVERSIZED and start + needed <= size:
            # Of what is too long to be read its beginning is enough.
            end, taken, packets = needed, _BLOCK_HEAD, int(self._scratch.state[walk.PASSED])
        whole = form == "pcapng" and data.startswith(_SECTION)
        return Growth(end, after, data[:taken] if whole else begun + data[:taken], packets)

    def begun(self, form: str, file: int, end: int) -> tuple[bytes, int]:
        """(what must stand before what comes, packets before it) at a place that another process came to."""
        at, begun, packets = 0, b"", 0
        while at < end:
            found = self.grown(form, file, at, end, begun)
            at, begun, packets = at + (found.end or end), found.begun, packets + found.packets
        return begun, packets

    def _framed(self, form: str, begun: bytes, data: bytes) -> tuple[int, bytes, int, int, int]:
        """(bytes that are whole blocks, what must stand before the next, packets, a status of ``walk``, its bytes)."""
        raw = bytearray(begun + data)
        framer = Framer(form, 0, BEGINNING, self._scratch)
        packets, status, needed = 0, walk.FULL, 0
        while status == walk.FULL:
            found, status, needed = framer.frame(np.frombuffer(raw, np.uint8)[framer.at :], _NO_LIMIT)
            packets += len(found)
        end = max(framer.at - len(begun), 0)
        if end:
            begun = bytes(raw[: pcap.HEADER]) if form == "pcap" else last_section(raw, framer.at)
        return end, begun, packets, status, int(needed)


def last_section(raw: bytes | bytearray, end: int) -> bytes:
    """The header and the interfaces of the last section in whole blocks of pcapng."""
    kept: list[bytes] = []
    at, order = 0, "<"
    while at + 8 <= end:
        if raw.startswith(_SECTION, at):
            order = ">" if raw.startswith(_BIG, at + 8) else "<"
            kept = []
        kind, size = struct.unpack_from(order + "II", raw, at)
        if kind in (pcapng.SHB, pcapng.IDB):
            kept.append(bytes(raw[at : at + size]))
        at += max(size, 12)
    return b"".join(kept)
