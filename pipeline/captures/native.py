"""Capture files written: the source's own blocks with rewritten bytes, less those that are left out."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from pipeline.captures.packets import Packets
from pipeline.records import Bools, Bytes

_COMMENT = 1
#: A section header up to its options, and where in it the section's length stands.
_FIXED, _SECTION_LENGTH = 24, 16
_LITTLE = b"\x4d\x3c\x2b\x1a"


@dataclass(frozen=True)
class NativeRun:
    """Bytes of one input's native file that follow each other.

    Attributes:
      input: ``Input.number``.
      data: uint8, a view of what was given where nothing is left out or added.
      packets: how many packets are in it.
    """

    input: int
    data: Bytes
    packets: int


def native_bytes(
    packets: Packets, data: Bytes, kept: Bools, comment: bytes = b"", *, secrets: bool = False
) -> list[NativeRun]:
    """What a piece of captures adds to native files, in order; the same bytes where nothing is to change.

    Args:
      packets: as read.
      data: uint8 [len(packets.data)], rewritten at the same length.
      kept: bool [p], the packets whose blocks are written.
      comment: UTF-8, at most 65,535 bytes; the first comment of each pcapng section, of which the length is then no
        longer said, since later pieces may leave blocks out. A pcap file has no place for one.
      secrets: whether blocks of secrets stay (``Packets.removed``).
    """
    gone = ~kept
    changes = [(start, end, b"") for start, end in zip(packets.block_start[gone].tolist(), packets.block_end[gone])]
    if not secrets:
        changes += [(start, end, b"") for start, end in packets.removed.tolist()]
    if comment:
        changes += [(start, end, commented(data[start:end], comment)) for start, end in packets.sections.tolist()]
    changes.sort()
    starts = np.array([start for start, _, _ in changes], np.int64)
    written = packets.block_start[kept]
    runs = []
    for start, end, number, _ in packets.spans.tolist():
        first, last = np.searchsorted(starts, (start, end)).tolist()
        pieces = []
        at = start
        for begin, stop, text in changes[first:last]:
            pieces += [data[at:begin], np.frombuffer(text, np.uint8)]
            at = stop
        pieces.append(data[at:end])
        among = np.searchsorted(written, (start, end))
        runs.append(
            NativeRun(number, pieces[0] if len(pieces) == 1 else np.concatenate(pieces), int(np.diff(among)[0]))
        )
    return runs


def commented(section: Bytes, comment: bytes) -> bytes:
    """A section header block with one more comment, which stands first (draft-ietf-opsawg-pcapng section 4.1)."""
    block = section.tobytes()
    order = "<" if block[8:12] == _LITTLE else ">"
    options = block[_FIXED:-4] or bytes(4)
    option = struct.pack(order + "HH", _COMMENT, len(comment)) + comment + bytes(-len(comment) % 4)
    size = _FIXED + len(option) + len(options) + 4
    return b"".join((
        block[:4], struct.pack(order + "I", size), block[8:_SECTION_LENGTH], b"\xff" * 8, option, options,
        struct.pack(order + "I", size),
    ))  # fmt: skip
