"""FF1, format-preserving encryption of strings of numerals (NIST SP 800-38G, method FF1).

``encrypt`` and ``decrypt`` read the standard one string at a time with Python's integers; ``encrypt_many`` and
``decrypt_many`` do many strings of one length at once, ten AES calls or little more for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.records import Bytes
from pipeline.surrogates.cipher import BlockCipher

ROUNDS = 10
#: SP 800-38G revision 1: smaller domains are not safe under FF1 (they take a table, see permutation.py).
SMALLEST_DOMAIN = 1_000_000
#: Below this many strings the array form costs more than it saves.
FEW = 3

Rows = npt.NDArray[Any]  # [n, length], numerals below the radix


class FF1:
    """FF1 under one AES key for numerals of one radix (2 to 65536)."""

    __slots__ = ("_cipher", "radix")

    def __init__(self, key: bytes, radix: int) -> None:
        if not 2 <= radix <= 1 << 16:
            raise ValueError("FF1: radix from 2 to 65536")
        self._cipher = BlockCipher(key)
        self.radix = radix

    def encrypt(self, digits: Sequence[int], tweak: bytes = b"") -> list[int]:
        """The ciphertext numerals of one string, as many as went in."""
        shape = _Shape(self.radix, len(digits), len(tweak))
        a, b = _number(digits[: shape.u], self.radix), _number(digits[shape.u :], self.radix)
        for i in range(ROUNDS):
            a, b = b, (a + self._round(shape, tweak, i, b)) % shape.modulus(i)
        return _digits(a, self.radix, shape.u) + _digits(b, self.radix, shape.v)

    def decrypt(self, digits: Sequence[int], tweak: bytes = b"") -> list[int]:
        """The inverse of ``encrypt``."""
        shape = _Shape(self.radix, len(digits), len(tweak))
        a, b = _number(digits[: shape.u], self.radix), _number(digits[shape.u :], self.radix)
        for i in reversed(range(ROUNDS)):
            a, b = (b - self._round(shape, tweak, i, a)) % shape.modulus(i), a
        return _digits(a, self.radix, shape.u) + _digits(b, self.radix, shape.v)

    def encrypt_many(self, rows: Rows, tweak: bytes | Bytes = b"") -> Rows:
        """``encrypt`` of each row.

        Args:
          rows: integers [n, length], all strings of one length.
          tweak: one for all rows, or uint8 [n, t], one a row.
        """
        if len(rows) <= FEW:
            return _one_by_one(self.encrypt, rows, tweak)
        return self.whole(rows, tweak, decrypting=False)

    def decrypt_many(self, rows: Rows, tweak: bytes | Bytes = b"") -> Rows:
        """The inverse of ``encrypt_many``."""
        if len(rows) <= FEW:
            return _one_by_one(self.decrypt, rows, tweak)
        return self.whole(rows, tweak, decrypting=True)

    def whole(self, rows: Rows, tweak: bytes | Bytes, *, decrypting: bool) -> Rows:
        """The array form, however few the rows."""
        tweaks = np.frombuffer(tweak, np.uint8)[None, :] if isinstance(tweak, bytes) else tweak  # [1 or n, t]
        n, length = rows.shape
        shape = _Shape(self.radix, length, tweaks.shape[1])
        halves = _Halves(self.radix, shape)
        state, head = self._begin(shape, tweaks)
        a, b = halves.numbers(rows[:, : shape.u]), halves.numbers(rows[:, shape.u :])
        for i in reversed(range(ROUNDS)) if decrypting else range(ROUNDS):
            known = a if decrypting else b
            tail = np.empty((n, head.shape[1] + 1 + shape.b), np.uint8)
            tail[:, : head.shape[1]] = head
            tail[:, head.shape[1]] = i
            tail[:, head.shape[1] + 1 :] = halves.octets(known)
            y = halves.reduced(self._expanded(shape, self._chained(state, tail)), i)
            if decrypting:
                a, b = halves.difference(b, y, i), a
            else:
                a, b = b, halves.total(a, y, i)
        return np.concatenate([halves.numerals(a, shape.u), halves.numerals(b, shape.v)], axis=1)

    def _round(self, shape: _Shape, tweak: bytes, i: int, half: int) -> int:
        q = tweak + bytes(shape.padding) + bytes([i]) + half.to_bytes(shape.b, "big")
        state = bytes(16)
        block = shape.p + q
        for at in range(0, len(block), 16):
            state = self._cipher.encrypt(_xor(state, block[at : at + 16]))
        counters = b"".join(_xor(state, j.to_bytes(16, "big")) for j in range(1, shape.blocks))
        stream = state + (self._cipher.encrypt(counters) if counters else b"")
        return int.from_bytes(stream[: shape.d], "big")

    def _begin(self, shape: _Shape, tweaks: Bytes) -> tuple[Bytes, Bytes]:
        """The MAC's state after P and the tweak's whole blocks, [1 or n, 16], and what is left of the tweak."""
        head = np.zeros((len(tweaks), tweaks.shape[1] + shape.padding), np.uint8)
        head[:, : tweaks.shape[1]] = tweaks
        whole = head.shape[1] // 16 * 16
        state = self._cipher.encrypt_rows(np.frombuffer(shape.p, np.uint8)[None, :])
        return self._chained(state, head[:, :whole]), head[:, whole:]

    def _chained(self, state: Bytes, blocks: Bytes) -> Bytes:
        for at in range(0, blocks.shape[1], 16):
            state = self._cipher.encrypt_rows(state ^ blocks[:, at : at + 16])
        return state

    def _expanded(self, shape: _Shape, state: Bytes) -> Bytes:
        parts = [state]
        for j in range(1, shape.blocks):
            counter = np.frombuffer(j.to_bytes(16, "big"), np.uint8)
            parts.append(self._cipher.encrypt_rows(state ^ counter))
        return np.concatenate(parts, axis=1)[:, : shape.d]


class _Shape:
    """The standard's u, v, b, d and P for one length, and the zeros between tweak and round."""

    __slots__ = ("b", "blocks", "d", "low", "high", "p", "padding", "u", "v")

    low: int
    high: int

    def __init__(self, radix: int, length: int, tweak: int) -> None:
        if length < 2 or radix**length < SMALLEST_DOMAIN:
            raise ValueError(f"FF1: {length} numerals of radix {radix} are fewer than {SMALLEST_DOMAIN} strings")
        self.u = length // 2
        self.v = length - self.u
        self.low, self.high = radix**self.u, radix**self.v
        self.b = ((self.high - 1).bit_length() + 7) // 8
        self.d = 4 * ((self.b + 3) // 4) + 4
        self.blocks = (self.d + 15) // 16
        self.padding = (-tweak - self.b - 1) % 16
        self.p = b"\x01\x02\x01" + radix.to_bytes(3, "big") + b"\x0a" + bytes([self.u % 256])
        self.p += length.to_bytes(4, "big") + tweak.to_bytes(4, "big")

    def modulus(self, i: int) -> int:
        return self.high if i % 2 else self.low


class _Halves:
    """Arithmetic on n half strings: uint64 where a half and a step of the reduction fit in 64 bits, else objects.

    Powers of two up to 2^64 fit as they are, since uint64 wraps at a multiple of them.
    """

    __slots__ = ("fits", "power", "radix", "shape")

    def __init__(self, radix: int, shape: _Shape) -> None:
        self.radix = radix
        self.shape = shape
        self.power = radix & (radix - 1) == 0
        self.fits = shape.high <= (1 << 64 if self.power else 1 << 56)

    def numbers(self, rows: Rows) -> Rows:
        number = np.zeros(len(rows), np.uint64 if self.fits else object)
        digits = rows.astype(np.uint64) if self.fits else rows.astype(object)
        radix = np.uint64(self.radix) if self.fits else self.radix
        for column in range(rows.shape[1]):
            number = number * radix + digits[:, column]
        return number

    def numerals(self, number: Rows, length: int) -> Rows:
        rows = np.empty((len(number), length), np.int64)
        radix = np.uint64(self.radix) if self.fits else self.radix
        for column in reversed(range(length)):
            rows[:, column] = number % radix
            number = number // radix
        return rows

    def octets(self, number: Rows) -> Bytes:
        """[n, b], big-endian."""
        if self.fits:
            return number.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - self.shape.b :]
        joined = b"".join(int(x).to_bytes(self.shape.b, "big") for x in number)
        return np.frombuffer(joined, np.uint8).reshape(-1, self.shape.b)

    def reduced(self, stream: Bytes, i: int) -> Rows:
        """The number that each row of d bytes is, modulo the round's modulus."""
        modulus = self.shape.modulus(i)
        if not self.fits:
            return np.array([int.from_bytes(row.tobytes(), "big") % modulus for row in stream], object)
        # The step is as wide as modulus << step allows in 64 bits; d is a multiple of 4.
        width = 4 if self.power or modulus <= 1 << 32 else 2 if modulus <= 1 << 48 else 1
        words = np.ascontiguousarray(stream).view(f">u{width}").astype(np.uint64)
        number = np.zeros(len(words), np.uint64)
        for column in range(words.shape[1]):
            number = self._modulo((number << np.uint64(8 * width)) + words[:, column], modulus)
        return number

    def total(self, a: Rows, y: Rows, i: int) -> Rows:
        return self._modulo(a + y, self.shape.modulus(i))

    def difference(self, b: Rows, y: Rows, i: int) -> Rows:
        modulus = self.shape.modulus(i)
        if not self.fits or modulus == 1 << 64:
            return self._modulo(b - y, modulus)
        return self._modulo(b + (np.uint64(modulus) - y), modulus)

    def _modulo(self, number: Rows, modulus: int) -> Rows:
        if not self.fits:
            return number % modulus
        return number if modulus == 1 << 64 else number % np.uint64(modulus)


def _one_by_one(crypt: Callable[[Sequence[int], bytes], list[int]], rows: Rows, tweak: bytes | Bytes) -> Rows:
    tweaks: Iterable[bytes] = [tweak] * len(rows) if isinstance(tweak, bytes) else (t.tobytes() for t in tweak)
    done = [crypt(row.tolist(), t) for row, t in zip(rows, tweaks, strict=True)]
    return np.array(done, np.int64).reshape(rows.shape)


def _number(digits: Sequence[int], radix: int) -> int:
    number = 0
    for digit in digits:
        number = number * radix + digit
    return number


def _digits(number: int, radix: int, length: int) -> list[int]:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, radix)
        digits.append(digit)
    return digits[::-1]


def _xor(a: bytes, b: bytes) -> bytes:
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).to_bytes(16, "big")
