"""Cells of tables within texts, as texts of their own: what their headings declare them to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.detection.declared import IN_TABLE, KEYED_TAG, LIKELY, LOOSELY
from pipeline.detection.texts import Texts
from pipeline.records import TRUST_BITS, Batch, Decoder, Int32, Trust

_TAGS = np.zeros(1 << TRUST_BITS, np.int32)
_TAGS[[Trust.SURE, Trust.LIKELY, Trust.LOOSE]] = 0, LOOSELY | LIKELY, LOOSELY


def cells_of(batch: Batch) -> tuple[Batch, Texts, Int32]:
    """The batch with its cells for fields, their texts, and int32 [c], what each is declared to be."""
    count = len(batch.cell_start)
    cells = replace(
        batch,
        field_start=batch.cell_start,
        field_end=batch.cell_end,
        field_decoder=np.full(count, Decoder.PLAIN, np.uint8),
    )
    trust = batch.cell_meaning & ((1 << TRUST_BITS) - 1)
    tags = KEYED_TAG + IN_TABLE + _TAGS[trust] + (batch.cell_meaning >> TRUST_BITS)
    return cells, Texts(cells, np.arange(count)), tags.astype(np.int32)
