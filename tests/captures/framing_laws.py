"""What holds for every file, sound or not: the laws that tests of both formats apply."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from pipeline.captures import walk
from pipeline.captures.fields import Kind
from pipeline.captures.framing import Framer
from pipeline.captures.packets import Packets
from tests.captures.plain_walks import Ended, Packet, pcap_packets, pcapng_packets

PLAIN: dict[str, Callable[[bytes], Iterator[Packet]]] = {"pcap": pcap_packets, "pcapng": pcapng_packets}


def listed(packets: Packets) -> list[Packet]:
    columns = (
        packets.offset, packets.offset + packets.block_end - packets.block_start, packets.start, packets.end,
        packets.wire_length, packets.time, packets.link_type, packets.interface,
    )  # fmt: skip
    return list(zip(*(column.tolist() for column in columns)))


def plainly(file: bytes, form: str) -> tuple[list[Packet], tuple[int, str]]:
    """Packets, and where they end and why (the file's end: ``whole``)."""
    found = []
    try:
        for packet in PLAIN[form](file):
            found.append(packet)
    except Ended as ended:
        return found, ended.args
    return found, (len(file), "whole")


def compiled(file: bytes, form: str) -> tuple[Packets, tuple[int, str]]:
    framer = Framer(form, 0)
    packets, status, needed = framer.frame(np.frombuffer(file, np.uint8), 2 * len(file) + 1)
    reason = {walk.FAULT: "undecodable", walk.MORE: "truncated", walk.OVERSIZED: "truncated"}[status]
    if framer.at == len(file):
        reason = "whole"
    return packets, (framer.at, reason)


def assert_read_as_plainly(file: bytes, form: str) -> None:
    packets, ended = compiled(file, form)
    assert (listed(packets), ended) == plainly(file, form)
    assert packets.data.tobytes() == file[: ended[0]]
    assert_rows_are_sound(packets)


def assert_rows_are_sound(packets: Packets) -> None:
    """In order, disjoint, within the buffer, in no packet and over no block's edge; of known kinds and clocks."""
    rows = packets.frame.astype(np.int64)
    starts, ends, kinds, aux = rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3]
    assert (starts < ends).all()
    assert (ends[:-1] <= starts[1:]).all()
    assert not len(rows) or (starts[0] >= 0 and ends[-1] <= len(packets.data))
    claimed = np.zeros(len(packets.data), np.uint8)
    for start, end in zip(starts.tolist(), ends.tolist()):
        claimed[start:end] = 1
    for start, end in zip(packets.start.tolist(), packets.end.tolist()):
        assert not claimed[start:end].any()
    edges = np.unique(np.concatenate((packets.block_start, packets.block_end, *packets.sections, *packets.removed)))
    assert (np.searchsorted(edges, starts, "right") == np.searchsorted(edges, ends, "left")).all()
    timed = kinds == Kind.TIME
    clocks = np.where(aux < 0, ~aux, aux)[timed]
    assert ((ends - starts)[timed] == 8).all()
    assert (clocks < len(packets.clocks)).all()


def kinds_of(packets: Packets, file: bytes) -> dict[bytes, tuple[str, int]]:
    """Bytes of each row of the frame that is no structure, its kind and its aux."""
    return {
        file[start:end]: (Kind(kind).name, aux)
        for start, end, kind, aux, _ in packets.frame.tolist()
        if kind != Kind.NUMBER
    }


def unclaimed(packets: Packets) -> bytes:
    """All bytes beside packets that no row claims: what is masked."""
    free = np.ones(len(packets.data), np.bool_)
    for start, end in (*packets.frame[:, :2].tolist(), *zip(packets.start.tolist(), packets.end.tolist())):
        free[start:end] = False
    return packets.data[free].tobytes()
