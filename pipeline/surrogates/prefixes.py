"""Prefix-preserving encryption of bit strings: the ``ipcrypt-pfx`` construction (draft-denis-ipcrypt, section 7.3).

Each bit is flipped by one bit of AES(K1, p) xor AES(K2, p), where p is the plain prefix before it, marked by a one and
filled with zeros at its left. Equal prefixes give equal prefixes, so that subnets stay subnets.
"""

from __future__ import annotations

import numpy as np

from pipeline.kernels.prefix_blocks import flipped, prefix_blocks
from pipeline.records import Bytes
from pipeline.surrogates.cipher import BlockCipher
from pipeline.surrogates.words import Words, word

#: The block before the first bit, as two words: of an IPv4 address that is the mapped prefix ::ffff:0:0/96.
START_V4 = (1 << 32, 0xFFFF)
START_V6 = (0, 1)


#: So many blocks at once stay in the processor's cache.
BLOCKS = 1 << 15


class PrefixMap:
    """The map under one 32-byte key. Forward all bits of all addresses in two AES calls, backward two calls a bit."""

    __slots__ = ("_first", "_second")

    def __init__(self, key: bytes) -> None:
        self._first, self._second = BlockCipher(key[:16]), BlockCipher(key[16:])

    def ipv4(self, addresses: Words, fixed: int = 0, *, inverse: bool = False) -> Words:
        """uint64 [n] of 32 bits each; the first ``fixed`` bits stay as they are."""
        return self.mapped(START_V4, addresses, 32, fixed, inverse=inverse)

    def network(self, high: Words, fixed: int = 0, *, inverse: bool = False) -> Words:
        """The /64 of IPv6 addresses, a word each; the first ``fixed`` bits stay as they are."""
        return self.mapped(START_V6, high, 64, fixed, inverse=inverse)

    def mapped(self, start: tuple[int, int], words: Words, width: int, fixed: int, *, inverse: bool) -> Words:
        """The low ``width`` bits of each word, after the bits that ``start`` holds: the block before the first one."""
        return (self._back if inverse else self._forth)(start, words, width, fixed)

    def _forth(self, start: tuple[int, int], words: Words, width: int, fixed: int) -> Words:
        """Each bit's block is its plain prefix: all are known before the first call."""
        levels = width - fixed
        step = max(1, BLOCKS // max(1, levels))
        done = np.empty_like(words)
        for at in range(0, len(words), step):
            some = words[at : at + step]
            blocks = np.empty(16 * len(some) * levels, np.uint8)
            prefix_blocks(some, width, fixed, *start, blocks)
            rows = blocks.reshape(-1, 16)
            one, other = self._first.encrypt_rows(rows), self._second.encrypt_rows(rows)
            done[at : at + step] = flipped(some, width, fixed, one, other)
        return done

    def _back(self, start: tuple[int, int], words: Words, width: int, fixed: int) -> Words:
        """A plain prefix is known only when the bits before are."""
        state = np.tile(np.array(start, ">u8"), (len(words), 1))  # [n, 2], a block each
        done = np.zeros(len(words), np.uint64)
        for k in range(width):
            plain = (words >> word(width - 1 - k)) & word(1)
            if k >= fixed:
                plain ^= self._flips(state)
            done = done << word(1) | plain
            state[:, 0] = state[:, 0] << word(1) | state[:, 1] >> word(63)
            state[:, 1] = state[:, 1] << word(1) | plain
        return done

    def _flips(self, state: np.ndarray) -> Words:
        blocks: Bytes = state.view(np.uint8).reshape(-1, 16)
        last = self._first.encrypt_rows(blocks)[:, 15] ^ self._second.encrypt_rows(blocks)[:, 15]
        return (last & 1).astype(np.uint64)
