"""Pieces of messages: addresses for documentation, and values behind their lengths."""

from __future__ import annotations

import struct

MAC = bytes.fromhex("00005e005301")
IPV4 = bytes([192, 0, 2, 7])
IPV6 = bytes.fromhex("20010db8000000000000000000000007")


def string(text: bytes) -> bytes:
    return bytes([len(text)]) + text


def option(code: int, data: bytes) -> bytes:
    return bytes([code, len(data)]) + data


def option6(code: int, data: bytes) -> bytes:
    return struct.pack(">HH", code, len(data)) + data


def sized(size: int, data: bytes) -> bytes:
    return len(data).to_bytes(size, "big") + data


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")
