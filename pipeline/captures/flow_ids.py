"""Community IDs in compiled code: a flow in bytes, its SHA-1 (FIPS 180-4) and that in base64 (RFC 4648 section 4).

In a capture of short flows nearly every packet has an id of its own, and a call for each takes longer than all else
that is done to the packet.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from pipeline.kernels.compiling import compiled

#: A flow in bytes: length of addresses, protocol, whether it has ports, and two ends of address and port.
END = 18
KEY = 3 + 2 * END
#: An id in bytes: ``1:`` and a digest.
ID = 30
#: What a packet has not.
ABSENT = -1
_LETTERS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", np.uint8)


@compiled
def write_keys(  # type: ignore[no-untyped-def]
    source, destination, address_bytes, protocol, first, second, is_ported, answers, keys, rows
):
    """The flows of packets, as ``community_id.community_ids`` has them, to ``keys`` [p, KEY]; how many have one.

    Args:
      is_ported: bool [256], protocols with ports.
      answers: int64 [256, 256], by protocol and type the type of the answer, ABSENT for none, less where the
        protocol is no ICMP.
      rows: int64 [p], filled with the packets that have a flow.
    """
    used = 0
    for packet in range(len(protocol)):
        size, kind = address_bytes[packet], protocol[packet]
        if (size != 4 and size != 16) or kind < 0 or kind > 255:
            continue
        one, other, oneway = first[packet], second[packet], False
        if 0 <= one < 256 and answers[kind, one] >= ABSENT:
            oneway = answers[kind, one] == ABSENT
            other = other if oneway else answers[kind, one]
        ported = is_ported[kind]
        if ported and not (0 <= one < 1 << 16 and 0 <= other < 1 << 16):
            continue
        if not ported:
            one = other = 0
        key = keys[used]
        key[0], key[1], key[2] = size, kind, ported
        turned = not oneway and _is_behind(source[packet], destination[packet], one, other)
        at = 3 + END * turned
        back = 3 + END * (not turned)
        for i in range(16):
            key[at + i] = source[packet, i]
            key[back + i] = destination[packet, i]
        key[at + 16], key[at + 17] = one >> 8, one & 255
        key[back + 16], key[back + 17] = other >> 8, other & 255
        rows[used] = packet
        used += 1
    return used


@njit(inline="always")
def _is_behind(source, destination, one, other):  # type: ignore[no-untyped-def]
    """Whether one end comes behind the other, by address and port."""
    for i in range(16):
        if source[i] != destination[i]:
            return source[i] > destination[i]
    return one > other


@compiled
def write_ids(keys, block, out):  # type: ignore[no-untyped-def]
    """The ids of flows: what is hashed fits in one block of SHA-1.

    Args:
      keys: uint8 [n, KEY].
      block: uint32 [80], to work with.
      out: uint8 [n, ID], filled.
    """
    for n in range(len(keys)):
        _hash(keys[n], block)
        out[n, 0], out[n, 1] = 0x31, 0x3A
        # 20 bytes are six groups of three, and one of two that is filled up.
        for group in range(7):
            bits = np.int64(0)
            for i in range(3 * group, 3 * group + 3):
                byte = np.int64(block[i >> 2]) >> 8 * (3 - (i & 3)) & 0xFF if i < 20 else 0
                bits = bits << 8 | byte
            for letter in range(4):
                out[n, 2 + 4 * group + letter] = _LETTERS[bits >> 6 * (3 - letter) & 63]
        out[n, ID - 1] = 0x3D


@njit(inline="always")
def _turn(word, count):  # type: ignore[no-untyped-def]
    return np.uint32(word << np.uint32(count) | word >> np.uint32(32 - count))


@njit(inline="always")
def _next(a, b, c, d, e, mixed, word):  # type: ignore[no-untyped-def]
    """The state after a step; ``mixed`` is what the step makes of b, c and d, and its constant."""
    return np.uint32(_turn(a, 5) + mixed + e + word), a, _turn(b, 30), c, d


@njit(inline="always")
def _put(block, at, byte):  # type: ignore[no-untyped-def]
    block[at >> 2] |= np.uint32(np.int64(byte) << 8 * (3 - (at & 3)))


@compiled
def _hash(key, block):  # type: ignore[no-untyped-def]
    """SHA-1 of seed, addresses, protocol, zero and ports, into the first five of ``block``."""
    size = np.int64(key[0])
    for i in range(16):
        block[i] = 0
    at = 2
    for end in range(2):
        for i in range(size):
            _put(block, at, key[3 + END * end + i])
            at += 1
    _put(block, at, key[1])
    at += 2
    if key[2]:
        for end in range(2):
            _put(block, at, key[3 + END * end + 16])
            _put(block, at + 1, key[3 + END * end + 17])
            at += 2
    _put(block, at, 0x80)
    block[15] = 8 * at
    for i in range(16, 80):
        block[i] = _turn(np.uint32(block[i - 3] ^ block[i - 8] ^ block[i - 14] ^ block[i - 16]), 1)
    a, b, c = np.uint32(0x67452301), np.uint32(0xEFCDAB89), np.uint32(0x98BADCFE)
    d, e = np.uint32(0x10325476), np.uint32(0xC3D2E1F0)
    # What is cut to 32 bits at once is one instruction, and so is a turn of it.
    for i in range(20):
        a, b, c, d, e = _next(a, b, c, d, e, np.uint32((d ^ b & (c ^ d)) + np.uint32(0x5A827999)), block[i])
    for i in range(20, 40):
        a, b, c, d, e = _next(a, b, c, d, e, np.uint32((b ^ c ^ d) + np.uint32(0x6ED9EBA1)), block[i])
    for i in range(40, 60):
        a, b, c, d, e = _next(a, b, c, d, e, np.uint32((b & c | d & (b | c)) + np.uint32(0x8F1BBCDC)), block[i])
    for i in range(60, 80):
        a, b, c, d, e = _next(a, b, c, d, e, np.uint32((b ^ c ^ d) + np.uint32(0xCA62C1D6)), block[i])
    block[0] = np.uint32(a + np.uint32(0x67452301))
    block[1] = np.uint32(b + np.uint32(0xEFCDAB89))
    block[2] = np.uint32(c + np.uint32(0x98BADCFE))
    block[3] = np.uint32(d + np.uint32(0x10325476))
    block[4] = np.uint32(e + np.uint32(0xC3D2E1F0))
