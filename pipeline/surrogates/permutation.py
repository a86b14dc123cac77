"""Keyed permutations of small domains, below FF1's least size: a table, made once and looked up."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

import numpy as np

from pipeline.records import Int64
from pipeline.surrogates.cipher import BlockCipher
from pipeline.surrogates.ff1 import SMALLEST_DOMAIN


class KeyedPermutation:
    """A permutation of 0 … size - 1: the order in which AES puts the numbers, for sizes below 10^6.

    A tweak gives another permutation from the same table: look up, add the tweak's number, look up again. That needs
    no table a tweak, so that input cannot make it build many.
    """

    __slots__ = ("_key", "forward_table", "inverse_table", "size")

    def __init__(self, key: bytes, size: int) -> None:
        if not 1 <= size < SMALLEST_DOMAIN:
            raise ValueError(f"keyed permutation: size from 1 to {SMALLEST_DOMAIN - 1}")
        self._key = key
        self.size = size
        counters = np.zeros((size, 2), ">u8")
        counters[:, 0] = size
        counters[:, 1] = np.arange(size)
        marks = BlockCipher(hmac.digest(key, b"order", "sha256")).encrypt_rows(counters.view(np.uint8).reshape(-1, 16))
        # AES is a permutation: marks differ, and so the order is one. First halves nearly always differ, too.
        halves = marks.view(">u8").reshape(-1, 2).astype(np.uint64)
        order = np.argsort(halves[:, 0])
        if not np.diff(halves[order, 0]).all():
            order = np.lexsort((halves[:, 1], halves[:, 0]))
        self.forward_table = order.astype(np.int64)
        self.inverse_table = np.empty(size, np.int64)
        self.inverse_table[self.forward_table] = np.arange(size)

    def forward(self, values: Int64, tweaks: Iterable[bytes] | None = None) -> Int64:
        """int64 [n] -> int64 [n]; ``tweaks`` has one a value."""
        once = self.forward_table[values]
        return once if tweaks is None else self.forward_table[(once + self._steps(tweaks)) % self.size]

    def inverse(self, values: Int64, tweaks: Iterable[bytes] | None = None) -> Int64:
        """The inverse of ``forward``."""
        once = self.inverse_table[values]
        return once if tweaks is None else self.inverse_table[(once - self._steps(tweaks)) % self.size]

    def _steps(self, tweaks: Iterable[bytes]) -> Int64:
        known: dict[bytes, int] = {}
        steps = []
        for tweak in tweaks:
            step = known.get(tweak)
            if step is None:
                digest = hmac.digest(self._key, b"tweak" + tweak, hashlib.sha256)
                step = known[tweak] = int.from_bytes(digest[:16], "big") % self.size
            steps.append(step)
        return np.array(steps, np.int64)
