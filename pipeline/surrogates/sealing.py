"""Sealed bytes: what lies encrypted and authenticated in the workspace."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.errors import KeyProblem

NONCE = 12


def seal(key: bytes, data: bytes, aad: bytes) -> bytes:
    """AES-256-GCM (NIST SP 800-38D) under a 32-byte key, with a random nonce in front.

    ``aad`` is authenticated and not stored: name in it what the bytes are and where they belong.
    """
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, aad)


def unseal(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """The bytes that were sealed. Raises KeyProblem for another key, another place or a changed byte."""
    if len(sealed) < NONCE + 16:
        raise KeyProblem("sealed data is cut short; restore the file from a backup")
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], aad)
    except InvalidTag:
        raise KeyProblem(
            "sealed data does not open: the root key is not the one it was sealed under, or the file was changed; "
            "use this workspace's own root key, or restore the file from a backup"
        ) from None
