"""What a dissector claims of some bytes, as text: the tests of text protocols read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import config

from pipeline.captures.columns import NUMBERS, TEXTS
from pipeline.captures.fields import ABSENT, DESTINATION_PORT, ROWS_USED, SCAN, SOURCE_PORT, Kind, Out, new_out
from pipeline.records import Bytes
from recognizers.entities import ENTITIES

#: Bytes before and behind, which no dissector may claim.
MARGIN = 7
ROOM = 1 << 14
COLUMNS = list(TEXTS)


class Guarded:
    """Bytes of which only a stretch may be read: for dissectors that are not compiled (NUMBA_DISABLE_JIT=1)."""

    def __init__(self, data: Bytes, start: int, end: int) -> None:
        self.data, self.start, self.end = data, start, end

    def __getitem__(self, at: int) -> np.uint8:
        if not self.start <= at < self.end:
            raise IndexError(f"{at - self.start} of {self.end - self.start}")
        return self.data[at]  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Claimed:
    """Attributes:
    answer: what the dissector returned.
    texts: (entity or "", text, column or "") of each TEXT.
    words: what is kept as a word of the protocol.
    masked: the input without what was claimed, pieces joined by ``|``.
    numbers: the columns that were noted.
    """

    answer: bool
    texts: list[tuple[str, str, str]]
    words: list[str]
    masked: str
    numbers: dict[str, int]


def claimed(layer: Callable[..., bool], raw: bytes, ports: tuple[int, int] = (0, 0)) -> Claimed:
    """Run a dissector over ``raw`` amid other bytes.

    Args:
      ports: of the source and the destination.

    Raises:
      AssertionError: it claims what it was not given, or a byte twice.
    """
    data = np.frombuffer(b"\xee" * MARGIN + raw + b"\xee" * MARGIN, np.uint8).copy()
    out: Out = new_out(1, ROOM, len(NUMBERS))
    out.state[[SOURCE_PORT, DESTINATION_PORT]] = ports
    given = Guarded(data, MARGIN, MARGIN + len(raw)) if config.DISABLE_JIT else data
    answer = layer(given, MARGIN, MARGIN + len(raw), out)
    texts, words = [], []
    free = np.ones(len(data), np.bool_)
    for start, end, kind, aux, column in out.rows[: out.state[ROWS_USED]].tolist():
        assert MARGIN <= start < end <= MARGIN + len(raw)
        assert free[start:end].all()
        free[start:end] = False
        text = data[start:end].tobytes().decode("latin-1")
        if kind == Kind.TEXT:
            texts.append(("" if aux == SCAN else ENTITIES[aux], text, COLUMNS[column] if column >= 0 else ""))
        elif kind == Kind.WORD:
            words.append(text)
    inside = free[MARGIN : MARGIN + len(raw)]
    pieces = np.split(np.frombuffer(raw, np.uint8), np.flatnonzero(np.diff(inside)) + 1)
    flags = np.split(inside, np.flatnonzero(np.diff(inside)) + 1)
    masked = "|".join(p.tobytes().decode("latin-1") for p, f in zip(pieces, flags, strict=True) if len(f) and f[0])
    noted = out.numbers[0]
    return Claimed(
        bool(answer), texts, words, masked,
        {name: int(noted[k]) for k, name in enumerate(NUMBERS) if noted[k] != ABSENT},
    )  # fmt: skip
