"""Prefix-preserving encryption of bit strings: the ``ipcrypt-pfx`` construction (draft-denis-ipcrypt, section 7.3).

Each bit is flipped by one bit of AES(K1, p) xor AES(K2, p), where p is the plain prefix before it, marked by a one and
filled with zeros at its left. Equal prefixes give equal prefixes, so that subnets stay subnets.
"""

from __future__ import annotations

import numpy as np

from pipeline.records import Bytes
from pipeline.surrogates.cipher import BlockCipher
from pipeline.surrogates.words import Words, word

#: The block before the first bit, as two words: of an IPv4 address that is the mapped prefix ::ffff:0:0/96.
START_V4 = (1 << 32, 0xFFFF)
START_V6 = (0, 1)


class PrefixMap:
    """The map under one 32-byte key. Two AES calls a bit, however many addresses."""

    __slots__ = ("_first", "_second")

    def __init__(self, key: bytes) -> None:
        self._first, self._second = BlockCipher(key[:16]), BlockCipher(key[16:])

    def ipv4(self, addresses: Words, fixed: int = 0, *, inverse: bool = False) -> Words:
        """uint64 [n] of 32 bits each; the first ``fixed`` bits stay as they are."""
        state = np.tile(np.array(START_V4, ">u8"), (len(addresses), 1))
        return self._bits(state, addresses, 32, fixed, inverse)

    def ipv6(self, high: Words, low: Words, *, inverse: bool = False) -> tuple[Words, Words]:
        """Whole addresses as two words each."""
        state = np.tile(np.array(START_V6, ">u8"), (len(high), 1))
        done = self._bits(state, high, 64, 0, inverse)
        return done, self._bits(state, low, 64, 0, inverse)

    def network(self, high: Words, fixed: int = 0, *, inverse: bool = False) -> Words:
        """The /64 of IPv6 addresses, a word each; the first ``fixed`` bits stay as they are."""
        state = np.tile(np.array(START_V6, ">u8"), (len(high), 1))
        return self._bits(state, high, 64, fixed, inverse)

    def _bits(self, state: np.ndarray, words: Words, width: int, fixed: int, inverse: bool) -> Words:
        """``state`` is [n, 2], each block's two words, big-endian; it is moved on by ``width`` bits."""
        done = np.zeros(len(words), np.uint64)
        for k in range(width):
            bit = (words >> word(width - 1 - k)) & word(1)
            other = bit if k < fixed else bit ^ self._flips(state)
            done = done << word(1) | other
            plain = other if inverse else bit
            state[:, 0] = state[:, 0] << word(1) | state[:, 1] >> word(63)
            state[:, 1] = state[:, 1] << word(1) | plain
        return done

    def _flips(self, state: np.ndarray) -> Words:
        blocks: Bytes = state.view(np.uint8).reshape(-1, 16)
        last = self._first.encrypt_rows(blocks)[:, 15] ^ self._second.encrypt_rows(blocks)[:, 15]
        return (last & 1).astype(np.uint64)
