"""Community ID v1: one name for both directions of a flow, the same in every tool (Corelight, community-id-spec).

Computed over what a recipient sees, so that it says nothing beyond the pseudonyms, and joins with what the recipient's
own tools compute from the rewritten capture.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.records import Bytes, Int32, Int64

ICMP, TCP, UDP, ICMPV6, SCTP = 1, 6, 17, 58, 132
#: Type of a message -> that of its answer; a type without one makes a flow of one direction, told by its code.
ANSWERS = {
    ICMP: {8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 10: 9, 9: 10, 17: 18, 18: 17},
    ICMPV6: {128: 129, 129: 128, 133: 134, 134: 133, 135: 136, 136: 135, 130: 131, 131: 130, 139: 140, 140: 139,
             144: 145, 145: 144},
}  # fmt: skip
#: A flow in bytes: length of addresses, protocol, whether it has ports, and two ends of address and port.
KEY = 3 + 2 * 18
#: A part that a packet does not have.
ABSENT = -1


@dataclass(frozen=True)
class CommunityIds:
    """The ids of some packets.

    Attributes:
      ids: each distinct one, in order of the first packet.
      which: int32 [p], of each packet a place in ``ids``, or -1: it is no IP, or a fragment without the ports.
    """

    ids: tuple[str, ...]
    which: Int32


def community_ids(
    source: Bytes, destination: Bytes, address_bytes: Int64, protocol: Int64, first: Int64, second: Int64
) -> CommunityIds:
    """Each distinct flow is hashed once.

    Args:
      source, destination: uint8 [p, 16], addresses, IPv4 in the first four bytes and zeros behind.
      address_bytes: int64 [p], 4, 16, or anything else for a packet without addresses.
      protocol: int64 [p], of IP.
      first, second: int64 [p], ports, or type and code of ICMP; ABSENT where there are none.
    """
    first, second, oneway = _with_answers(protocol, first, second)
    ported = np.isin(protocol, (TCP, UDP, SCTP, ICMP, ICMPV6))
    told = ((address_bytes == 4) | (address_bytes == 16)) & (protocol >= 0) & (protocol < 256)
    told &= ~ported | ((first >= 0) & (first < 1 << 16) & (second >= 0) & (second < 1 << 16))
    rows = np.flatnonzero(told)
    keys = np.zeros((len(rows), KEY), np.uint8)
    ends = np.zeros((len(rows), 2, 18), np.uint8)
    for side, (address, port) in enumerate(((source, first), (destination, second))):
        ends[:, side, :16] = address[rows]
        ports = np.where(ported[rows], port[rows], 0)
        ends[:, side, 16], ends[:, side, 17] = ports >> 8, ports & 255
    swapped = _greater(ends[:, 0], ends[:, 1]) & ~oneway[rows]
    ends[swapped] = ends[swapped][:, ::-1]
    keys[:, 0], keys[:, 1], keys[:, 2] = address_bytes[rows], protocol[rows], ported[rows]
    keys[:, 3:] = ends.reshape(len(rows), 36)
    coded = pa.Array.from_buffers(pa.binary(KEY), len(rows), [None, pa.py_buffer(keys)]).dictionary_encode()
    which = np.full(len(protocol), -1, np.int32)
    which[rows] = coded.indices.to_numpy(zero_copy_only=False)
    return CommunityIds(tuple(_id(key) for key in coded.dictionary.to_pylist()), which)


def _with_answers(protocol: Int64, first: Int64, second: Int64) -> tuple[Int64, Int64, np.ndarray]:
    """(first, second, whether the flow has one direction): of ICMP the code gives way to the answer's type."""
    second = second.copy()
    oneway = np.zeros(len(protocol), np.bool_)
    for number, answers in ANSWERS.items():
        answer = np.full(256, ABSENT, np.int64)
        answer[list(answers)] = list(answers.values())
        here = np.flatnonzero((protocol == number) & (first >= 0) & (first < 256))
        answered = answer[first[here]]
        second[here] = np.where(answered >= 0, answered, second[here])
        oneway[here] = answered < 0
    return first, second, oneway


def _greater(one: Bytes, other: Bytes) -> np.ndarray:
    """bool [p]: which rows of bytes come behind the others."""
    differs = one != other
    at = differs.argmax(axis=1)
    rows = np.arange(len(one))
    return one[rows, at] > other[rows, at]


def _id(key: bytes) -> str:
    size, protocol, ported = key[:3]
    ends = key[3:21], key[21:39]
    seed = bytes(2)
    hashed = seed + ends[0][:size] + ends[1][:size] + bytes((protocol, 0))
    if ported:
        hashed += ends[0][16:] + ends[1][16:]
    # The standard asks for SHA-1; nothing here depends on its strength.
    return "1:" + base64.b64encode(hashlib.sha1(hashed, usedforsecurity=False).digest()).decode()
