"""What a unit's work is done with: its recipients as a worker needs them, and what its chunks add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from pipeline.detection.scanner import Scanner
from pipeline.detection.times import TIME_ENTITY
from pipeline.detection.values import Findings, Kind
from pipeline.issued import Issued
from pipeline.records import Bools, Bytes, Int32, Int64, Quarantined
from pipeline.redaction import Redactor
from pipeline.release.summary import NativePiece, PartFile, Segment
from recognizers.entities import UNKNOWN


@dataclass(frozen=True)
class Recipient:
    """One recipient of a run, as a worker needs it.

    Attributes:
      issued: what of it goes into the vault.
      row_key: 16 bytes, under which row ids are made.
      log_files: released name of each input, by number.
      dropped: numbers of columns that its policy drops.
      comment: what a capture says of its rewriting, where it has a place for it.
    """

    name: str
    redactor: Redactor
    issued: Issued
    row_key: bytes
    log_files: Sequence[str]
    dropped: frozenset[int]
    comment: bytes


@dataclass
class Tally:
    """What a unit's chunks add up to."""

    records_in: Counter[int] = field(default_factory=Counter)
    records_out: Counter[int] = field(default_factory=Counter)
    quarantined: list[Quarantined] = field(default_factory=list)
    leaks: int = 0
    residual: int = 0
    given_up: list[int] = field(default_factory=list)
    counts: list[Counter[tuple[str, str]]] = field(default_factory=list)
    parts: list[list[PartFile]] = field(default_factory=list)
    segments: list[list[Segment]] = field(default_factory=list)
    native: list[list[NativePiece]] = field(default_factory=list)

    @classmethod
    def of(cls, recipients: int) -> Tally:
        """An empty one for so many recipients."""
        many = range(recipients)
        return cls(
            given_up=[0 for _ in many], counts=[Counter() for _ in many], parts=[[] for _ in many],
            segments=[[] for _ in many], native=[[] for _ in many],
        )  # fmt: skip


def kept_by_all(recipients: Sequence[Recipient], numbers: Int32) -> Bools:
    """Which values every recipient gets as they are."""
    kept = np.ones(len(numbers), np.bool_)
    for recipient in recipients:
        kept &= recipient.redactor.keeps(numbers)
    return kept


def row_ids(key: bytes, inputs: Int32, offsets: Int64, input_ids: Sequence[str]) -> Bytes:
    """uint8 [r, 16]: AES of (input, offset) under a recipient's key: stable, telling nothing, and unlike in any run.

    Args:
      inputs, offsets: [r], ``Input.number``, and where the record stands in it.
      input_ids: ``Plan.input_ids``, by number.

    Written as UUIDs of version 8 (RFC 9562 section 5.8), which takes 6 bits of the 128: of 10^10 rows two are alike
    with a chance of 10^-17.
    """
    blocks = np.empty((len(inputs), 2), np.uint64)
    blocks[:, 0] = np.array([int(text[:16], 16) for text in input_ids], np.uint64)[inputs]
    blocks[:, 1] = offsets
    # One block each, no two equal: ECB is the bare permutation that is wanted here.
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305
    sealed = encryptor.update(blocks.tobytes()) + encryptor.finalize()
    ids = np.frombuffer(bytearray(sealed), np.uint8).reshape(-1, 16)
    ids[:, 6] = ids[:, 6] & 0x0F | 0x80
    ids[:, 8] = ids[:, 8] & 0x3F | 0x80
    return ids


def residual(scanner: Scanner, found: Sequence[Findings], fields: Int32 | None = None) -> int:
    """How many distinct values are too short or too common to be looked for elsewhere.

    Args:
      fields: int32, numbers of values that are whole fields of packets.
    """
    searched = scanner.values.columns()[1].astype(np.bool_)
    held = np.zeros(len(searched), np.bool_)
    for f in found:
        held[f.value[(f.kind != Kind.HOLDER) & (f.holder != UNKNOWN) & (f.holder != TIME_ENTITY)]] = True
    if fields is not None:
        held[fields] = True
    return int((held & ~searched).sum())
