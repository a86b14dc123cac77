"""AES over arrays of blocks: every map in this room is made of it."""

from __future__ import annotations

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from pipeline.records import Bytes


class BlockCipher:
    """AES (FIPS 197) under one key, block by block and independent of each other.

    Electronic codebook is right here and only here: each block is a counter, a prefix or a round's input, never text.
    """

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - see the class

    def encrypt(self, blocks: bytes) -> bytes:
        """n blocks of 16 bytes, in one call."""
        return self._cipher.encryptor().update(blocks)

    def encrypt_rows(self, blocks: Bytes) -> Bytes:
        """uint8 [n, 16] -> uint8 [n, 16], in one call."""
        return np.frombuffer(self.encrypt(blocks.tobytes()), np.uint8).reshape(-1, 16)
