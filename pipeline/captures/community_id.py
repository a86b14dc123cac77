"""Community ID v1: one name for both directions of a flow, the same in every tool (Corelight, community-id-spec).

Computed over what a recipient sees, so that it says nothing beyond the pseudonyms, and joins with what the recipient's
own tools compute from the rewritten capture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.captures.flow_ids import ABSENT, ID, KEY, write_ids, write_keys
from pipeline.kernels.texts import TextTable
from pipeline.records import Bytes, Int32, Int64

ICMP, TCP, UDP, ICMPV6, SCTP = 1, 6, 17, 58, 132
#: Type of a message -> that of its answer; a type without one makes a flow of one direction, told by its code.
ANSWERS = {
    ICMP: {8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 10: 9, 9: 10, 17: 18, 18: 17},
    ICMPV6: {128: 129, 129: 128, 133: 134, 134: 133, 135: 136, 136: 135, 130: 131, 131: 130, 139: 140, 140: 139,
             144: 145, 145: 144},
}  # fmt: skip
#: Where a protocol has no answers.
OTHER = ABSENT - 1


@dataclass(frozen=True)
class CommunityIds:
    """The ids of some packets.

    Attributes:
      ids: strings, each distinct flow's, in order of the first packet.
      which: int32 [p], of each packet a place in ``ids``, or -1: it is no IP, or a fragment without the ports.
    """

    ids: pa.StringArray
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
    count = len(protocol)
    keys, rows = np.empty((count, KEY), np.uint8), np.empty(count, np.int64)
    used = write_keys(
        np.ascontiguousarray(source), np.ascontiguousarray(destination), address_bytes, protocol, first, second,
        _PORTED, _ANSWERS, keys, rows,
    )  # fmt: skip
    table = TextTable()
    at = np.arange(used, dtype=np.int64) * KEY
    which = np.full(count, -1, np.int32)
    which[rows[:used]] = table.intern(keys.reshape(-1), at, at + KEY, np.zeros(used, np.int32))
    distinct = table.arena[: table.count * (KEY + 1)].reshape(-1, KEY + 1)[:, :KEY]
    ids = np.empty((len(distinct), ID), np.uint8)
    write_ids(np.ascontiguousarray(distinct), np.empty(80, np.uint32), ids)
    offsets = np.arange(len(ids) + 1, dtype=np.int32) * ID
    return CommunityIds(pa.StringArray.from_buffers(len(ids), pa.py_buffer(offsets), pa.py_buffer(ids)), which)


def _answers() -> Int64:
    """int64 [256, 256], by protocol and type."""
    answers = np.full((256, 256), OTHER, np.int64)
    for protocol, by_type in ANSWERS.items():
        answers[protocol] = ABSENT
        answers[protocol, list(by_type)] = list(by_type.values())
    return answers


_ANSWERS = _answers()
_PORTED = np.isin(np.arange(256), (TCP, UDP, SCTP, ICMP, ICMPV6))
