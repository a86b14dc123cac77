"""A day that passes the same way every time: a clock that only moves on, and chances drawn from a fixed seed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

MORNING = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)


class Day:
    """Clock and chances of one input.

    Only ``random.Random.random`` is used: of that module's methods it alone promises the same numbers in every
    version of Python (https://docs.python.org/3/library/random.html#notes-on-reproducibility).
    """

    def __init__(self, name: str) -> None:
        self._chances = random.Random(f"redact demo, {name}")
        self.now = MORNING

    def pass_time(self, most: float) -> None:
        """Moves the clock on by up to ``most`` seconds."""
        self.now += timedelta(milliseconds=int(self._chances.random() * most * 1000))

    def below(self, limit: int) -> int:
        return int(self._chances.random() * limit)

    def between(self, first: int, last: int) -> int:
        return first + self.below(last - first + 1)

    def chance(self, of_one: float) -> bool:
        return self._chances.random() < of_one

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def digits(self, count: int) -> str:
        return "".join(str(self.below(10)) for _ in range(count))

    def hexadecimal(self, count: int) -> str:
        return "".join("0123456789abcdef"[self.below(16)] for _ in range(count))

    def uuid(self) -> str:
        """A random UUID, version 4 (RFC 9562)."""
        h = self.hexadecimal(30)
        return f"{h[:8]}-{h[8:12]}-4{h[12:15]}-{'89ab'[self.below(4)]}{h[15:18]}-{h[18:30]}"

    # Timestamps, as the formats write them.

    def rfc3164(self) -> str:
        return f"{self.now:%b} {self.now.day:2d} {self.now:%H:%M:%S}"

    def rfc5424(self) -> str:
        return f"{self.now:%Y-%m-%dT%H:%M:%S}.{self.now.microsecond // 1000:03d}Z"

    def common(self) -> str:
        return f"{self.now:%d/%b/%Y:%H:%M:%S} +0000"


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
