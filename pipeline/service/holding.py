"""Texts that are held together in memory: read, detected, edited, verified, as the records of one file are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.inputs import Input
from pipeline.kernels.splice import Native, splice_records
from pipeline.records import Batch, Bools, Edits
from pipeline.service.gathering import batches_of
from pipeline.tally import Tally
from pipeline.unit import UnitRunner
from pipeline.verification import Staged, check_native

#: Why texts are refused of which one spliced to something else than its source with its edits; no known text does.
DIFFERS = "staged-difference"


@dataclass(frozen=True)
class Held:
    """What became of some texts.

    Attributes:
      batches: of their records; a batch's inputs are places of texts.
      edits: of each batch, by recipient.
      keep: of each batch, bool [records]: those of texts that are not refused.
      native, staged: of each batch, by recipient: the spliced records, and where they were proven to stand.
      refused: place of a text -> why each of its records that failed did.
    """

    batches: list[Batch]
    edits: list[list[Edits]]
    keep: list[Bools]
    native: list[list[Native]]
    staged: list[list[Staged]]
    refused: dict[int, list[str]]

    def texts(self, recipient: int, count: int) -> list[bytes]:
        """The texts as a recipient gets them; refused ones are empty."""
        out: list[list[bytes]] = [[] for _ in range(count)]
        for batch, kept, native in zip(self.batches, self.keep, self.native, strict=True):
            number, own = batch.record_input[kept], native[recipient]
            for text, first in zip(*np.unique(number, return_index=True), strict=True):
                last = int(np.searchsorted(number, text, side="right"))
                out[text].append(own.data[own.offsets[first] : own.offsets[last]].tobytes())
        return [b"".join(pieces) for pieces in out]

    def records(self) -> Counter[int]:
        """Place of a text -> how many records it has, if it is not refused."""
        counts: Counter[int] = Counter()
        for batch, kept in zip(self.batches, self.keep, strict=True):
            number, count = np.unique(batch.record_input[kept], return_counts=True)
            counts.update(dict(zip(number.tolist(), count.tolist(), strict=True)))
        return counts


def hold(runner: UnitRunner, texts: Sequence[bytes], items: Sequence[Input], tally: Tally) -> Held:
    """Decide texts for every recipient of a runner, and prove what they become.

    Args:
      items: each text as an input of its place.
      tally: told of what is refused; what it holds already is refused, too.
    """
    batches = list(batches_of(texts, items, tally))
    _, edits, passed = runner.decide(batches, tally)
    refused = list(_reasons(tally))
    keep = [kept & ~np.isin(batch.record_input, refused) for batch, kept in zip(batches, passed, strict=True)]
    native: list[list[Native]] = []
    staged: list[list[Staged]] = []
    proven = True
    for batch, per_recipient, kept in zip(batches, edits, keep, strict=True):
        native.append([splice_records(batch, own, kept) for own in per_recipient])
        checked = [
            (*check_native(batch, own, kept, spliced.data, 0), len(spliced.data))
            for own, spliced in zip(per_recipient, native[-1], strict=True)
        ]
        staged.append([places for _, _, places, _ in checked])
        proven &= not any(differs.any() or end != size for differs, end, _, size in checked)
    if not proven:
        for batch in batches:
            runner.quarantine(batch, np.ones(batch.records, np.bool_), DIFFERS, tally)
        return Held([], [], [], [], [], _reasons(tally))
    return Held(batches, edits, keep, native, staged, _reasons(tally))


def _reasons(tally: Tally) -> dict[int, list[str]]:
    refused: dict[int, list[str]] = {}
    for found in tally.quarantined:
        refused.setdefault(found.input, []).append(found.reason)
    return refused
