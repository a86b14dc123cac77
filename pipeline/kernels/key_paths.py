"""Keys numbered by their path: a tree in arrays, looked up through open addressing.

Node 0 is the record. A child is told by its parent and the raw bytes of its key, or its place in an array; texts are
compared, hashes (seeded, against crafted collisions) only speed the search.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from pipeline.kernels.compiling import allocating, compiled
from pipeline.kernels.texts import hash_text
from pipeline.kernels.wide import same_bytes

#: Columns of a node. KEY_START is -1 for a place in an array, and KEY_END then the place.
PARENT, KEY_START, KEY_END, HASH, LENGTH = range(5)
#: Places in an array from this one on share one path.
LAST_PLACE = 256
#: The record's node, and what stands for a key's start where a place is meant.
ROOT = np.int64(0)
IS_PLACE = np.int64(-1)
FIRST_PLACE = np.int64(0)
#: A node that no key of the text stands for: it is never found, and its name is the format's.
NO_NODE = (-1, -2, -1, 0, 0)


@allocating
def new_nodes():  # type: ignore[no-untyped-def]
    """int64 [capacity, 5] with the root in place, and int32 slots, -1 where empty."""
    nodes = np.zeros((256, 5), dtype=np.int64)
    nodes[0, 0] = -1
    return nodes, np.full(1024, -1, dtype=np.int32)


@allocating
def room_for_node(nodes, slots, count):  # type: ignore[no-untyped-def]
    """Nodes and slots with room for one more node, at most half the slots taken."""
    if count < len(nodes):
        return nodes, slots
    larger = np.zeros((2 * count, 5), dtype=np.int64)
    for node in range(count):
        for column in range(5):
            larger[node, column] = nodes[node, column]
    table = np.full(4 * len(larger), -1, dtype=np.int32)
    mask = len(table) - 1
    for node in range(1, count):
        at = larger[node, 3] & mask
        while table[at] >= 0:
            at = (at + 1) & mask
        table[at] = node
    return larger, table


@compiled
def _mixed(value):  # type: ignore[no-untyped-def]
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    return value


@njit(inline="always")
def child_of(data, parent, start, end, seed, nodes, slots, count):  # type: ignore[no-untyped-def]
    """The node of key ``data[start:end]`` below ``parent``, or of place ``end`` where ``start`` is -1.

    Call ``room_for_node`` before. Returns (node, count); a new node is number ``count`` before the call.
    """
    h = _mixed(np.uint64(seed) ^ np.uint64(parent + 1))
    if start < 0:
        end = min(end, LAST_PLACE)
        h = _mixed(h ^ np.uint64(end + 256))
        length = 4
    else:
        h = hash_text(data, start, end, np.int64(0), h)
        length = end - start + 1
    signed = np.int64(h >> np.uint64(1))
    mask = len(slots) - 1
    at = signed & mask
    while slots[at] >= 0:
        node = slots[at]
        if nodes[node, 3] == signed and nodes[node, 0] == parent:
            first = nodes[node, 1]
            if start < 0 or first < 0:
                same = start < 0 and first < 0 and nodes[node, 2] == end
            else:
                same = nodes[node, 2] - first == end - start and same_bytes(data, first, data, start, end - start)
            if same:
                return np.int64(node), count
        at = (at + 1) & mask
    slots[at] = count
    nodes[count, 0] = parent
    nodes[count, 1] = start
    nodes[count, 2] = end
    nodes[count, 3] = signed
    nodes[count, 4] = nodes[parent, 4] + length
    return np.int64(count), count + 1
