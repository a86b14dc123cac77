"""Runs dissectors uncompiled over what is cut and spoilt, on bytes that tell who reads beyond a message.

``NUMBA_DISABLE_JIT=1 python -m tests.captures.bounds SEED``: compiled, a read beyond would go unseen.
"""

from __future__ import annotations

import random
import sys
from unittest import mock

import numba
import numpy as np

from pipeline.captures import tls
from pipeline.captures.columns import NUMBERS
from pipeline.captures.fields import ROWS_USED, new_out
from pipeline.kernels.wide import WIDE
from tests.captures.samples import SAMPLES, Sample

ROUNDS = 300
#: Bytes that lengths, counts and pointers take ill.
TELLING = (0, 1, 2, 0x3F, 0x7F, 0x80, 0xC0, 0xFF)


class Guarded:
    """Bytes of which only those of the message may be read, one at a time."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = np.frombuffer(data, np.uint8)
        self._at = at

    def __getitem__(self, place: int) -> np.uint8:
        if not self._at <= place < self._at + len(self._data):
            raise IndexError(f"byte {place - self._at} of {len(self._data)}")
        return self._data[place - self._at]


def plain_places(data: Guarded, at: int, value: int) -> np.uint64:
    """``kernels.wide.places_of``, which asks for each of its bytes."""
    return np.uint64(sum((data[at + place] == value) << place for place in range(WIDE)))


def plain_lowest(bits: np.uint64) -> int:
    """``kernels.bitsets.lowest``."""
    return (int(bits) & -int(bits)).bit_length() - 1


def spoilt(message: bytes, chance: random.Random) -> bytes:
    """A message cut and with some bytes changed, lengths and counts among them."""
    data = bytearray(message[: chance.randrange(len(message) + 1)])
    for _ in range(chance.randrange(4) if data else 0):
        data[chance.randrange(len(data))] = chance.choice(
            (0, 1, 2, 0x3F, 0x7F, 0x80, 0xC0, 0xFF, chance.randrange(256))
        )
    return bytes(data)


def try_message(sample: Sample, message: bytes) -> None:
    out = new_out(1, 4 * len(message) + 64, len(NUMBERS))
    for place, value in sample.state.items():
        out.state[place] = value
    at = 5
    sample.layer(Guarded(message, at), at, at + len(message), out)
    rows = out.rows[: out.state[ROWS_USED]]
    if len(rows) and not (rows[:, 0].min() >= at and rows[:, 1].max() <= at + len(message)):
        raise AssertionError("a claim beyond the message")


def main(seed: int) -> None:
    if not numba.config.DISABLE_JIT:
        raise SystemExit("bounds: NUMBA_DISABLE_JIT=1 is needed")
    # Words wrap around as they do compiled.
    plainly = mock.patch.multiple(tls, places_of=plain_places, lowest=plain_lowest)
    with plainly, np.errstate(over="ignore"):
        try_samples(random.Random(seed))


def try_samples(chance: random.Random) -> None:
    for name, sample in SAMPLES.items():
        some = [sample.message[:size] for size in range(min(len(sample.message), ROUNDS) + 1)]
        some += [spoilt(sample.message, chance) for _ in range(ROUNDS)]
        some += [chance.randbytes(chance.randrange(200)) for _ in range(ROUNDS // 3)]
        for message in some:
            try:
                try_message(sample, message)
            except (IndexError, AssertionError) as error:
                raise SystemExit(f"{name}: {error}: {message.hex()}") from error


if __name__ == "__main__":
    main(int(sys.argv[1]))
