"""FF1, format-preserving encryption of strings of numerals (NIST SP 800-38G, method FF1), many strings at once.

Ten rounds of one AES call each for a batch of any size; the arithmetic between them is a kernel. Strings and tweaks may
have any lengths.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from pipeline.kernels.ff1_rounds import begin, finish, measure, turn
from pipeline.records import Bytes, Int64
from pipeline.surrogates.cipher import BlockCipher
from pipeline.surrogates.strings import Strings

ROUNDS = 10
#: SP 800-38G revision 1: smaller domains are not safe under FF1 (they take a table, see permutation.py).
SMALLEST_DOMAIN = 1_000_000
#: Longer strings are no identifiers; a bound on the arithmetic.
LONGEST = 128


class FF1:
    """FF1 under one AES key for numerals of one radix (2 to 256)."""

    __slots__ = ("_cipher", "_octets", "_per_limb", "radix", "shortest")

    def __init__(self, key: bytes, radix: int) -> None:
        if not 2 <= radix <= 256:
            raise ValueError("FF1: radix from 2 to 256")
        self._cipher = BlockCipher(key)
        self.radix = radix
        self._octets = _octets_of_halves(radix)
        self._per_limb = next(n for n in range(32, 0, -1) if radix**n < 1 << 32)
        self.shortest = shortest(radix)

    def mapped(self, strings: Strings, tweaks: Strings, *, inverse: bool = False) -> Strings:
        """Each string encrypted, or decrypted, under its tweak.

        Raises:
          ValueError: a string has fewer numerals than a domain of 10^6 needs, or more than 128.
        """
        n = len(strings)
        kinds, whole = np.empty(n, np.int64), np.empty(n, np.int64)
        low, high = measure(strings.starts, tweaks.starts, self._octets, self.shortest, kinds, whole)
        if low < 0:
            raise ValueError(f"FF1: {self.shortest} to {LONGEST} numerals of radix {self.radix} are needed")
        done = np.empty_like(strings.flat)
        for kind in [low] if low == high else np.unique(kinds).tolist():
            rows = np.arange(n) if low == high else np.flatnonzero(kinds == kind)
            self._rounds(strings, tweaks, rows, whole[rows], kind // 8 + 1, kind % 8 + 1, inverse, done)
        return Strings(done, strings.starts)

    def _rounds(
        self,
        strings: Strings,
        tweaks: Strings,
        rows: Int64,
        whole: Int64,
        changing: int,
        streams: int,
        inverse: bool,
        done: Bytes,
    ) -> None:
        n, most = len(rows), int(whole.max())
        radix, per_limb = self.radix, self._per_limb
        shape = np.empty((n, 3), np.int64)
        first, base = np.empty((n, 16), np.uint8), np.zeros((n, 16 * changing), np.uint8)
        kept = np.zeros((n, 16 * most), np.uint8)
        longest = int((strings.starts[rows + 1] - strings.starts[rows]).max())
        limbs = np.zeros((n, 2, (longest + 1) // 2 // per_limb + 1), np.uint64)
        begin(
            rows, strings.flat, strings.starts, tweaks.flat, tweaks.starts, self._octets, radix, per_limb,
            shape, first, kept, base, limbs,
        )  # fmt: skip
        state = self._cipher.encrypt_rows(first)
        for at in range(most):
            longer = np.flatnonzero(whole > at)
            state[longer] = self._cipher.encrypt_rows(state[longer] ^ kept[longer, 16 * at : 16 * at + 16])
        base[:, :16] ^= state
        blocks = np.empty_like(base)
        stream, before = blocks, -1
        crypt = self._cipher.repeated(blocks) if changing == streams == 1 else lambda: self._stream(blocks, streams)
        for place in range(ROUNDS - 1, -1, -1) if inverse else range(ROUNDS):
            turn(before, place, inverse, radix, per_limb, shape, stream, base, limbs, blocks)
            stream, before = crypt(), place
        turn(before, -1, inverse, radix, per_limb, shape, stream, base, limbs, blocks)
        finish(rows, strings.starts, radix, per_limb, limbs, done)

    def _stream(self, blocks: Bytes, streams: int) -> Bytes:
        """The standard's S: uint8 [n, 16 * streams]."""
        state = self._cipher.encrypt_rows(blocks[:, :16])
        for at in range(16, blocks.shape[1], 16):
            state = self._cipher.encrypt_rows(state ^ blocks[:, at : at + 16])
        if streams == 1:
            return state
        parts = [state]
        for j in range(1, streams):
            parts.append(self._cipher.encrypt_rows(state ^ np.frombuffer(j.to_bytes(16, "big"), np.uint8)))
        return np.concatenate(parts, axis=1)


def shortest(radix: int) -> int:
    """The least length at which there are 10^6 strings."""
    return next(n for n in range(2, 32) if radix**n >= SMALLEST_DOMAIN)


@cache
def _octets_of_halves(radix: int) -> Int64:
    """The standard's b by the length of the longer half."""
    return np.array([((radix**v - 1).bit_length() + 7) // 8 for v in range(LONGEST // 2 + 1)], np.int64)
