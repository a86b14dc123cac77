"""Texts in memory as batches of records."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from pipeline.formats.registry import format_named, sniff
from pipeline.inputs import Input, Range
from pipeline.inputs.finding import FINGERPRINTED, year_and_month
from pipeline.inputs.reading import BATCH_BYTES, Frames, OpenBatch, Piece, Stream
from pipeline.records import Batch
from pipeline.tally import Tally


def batches_of(texts: Sequence[bytes], items: Sequence[Input], tally: Tally) -> Iterator[Batch]:
    """Batches of the records of some texts, each of which is an input of its place; texts of one kind stand together.

    Args:
      tally: told of what cannot be in a batch.
    """
    gathering: OpenBatch | None = None
    kinds = {(item.format, item.context): None for item in items}
    order = {kind: place for place, kind in enumerate(kinds)}
    for text, item in sorted(zip(texts, items, strict=True), key=lambda pair: order[pair[1].format, pair[1].context]):
        if gathering is None or gathering.kind != (item.format, item.context):
            yield from gathering.close() if gathering else ()
            gathering = OpenBatch(format_named(item.format), item.context, BATCH_BYTES)
        frames = Frames(item, Range(item.number, 0, item.size), Stream(item, io.BytesIO(text), 0))
        for found in frames.pieces():
            if isinstance(found, Piece):
                yield from gathering.add(found, item.number)
            else:
                tally.quarantined.append(found)
    yield from gathering.close() if gathering else ()


def input_of(number: int, text: bytes, format: str | None, came: int) -> Input:
    """A text as an input that is in no file."""
    head = text[:FINGERPRINTED]
    form = format or sniff(head)
    year, month = year_and_month(came, 0)
    return Input(number, "", "", len(text), form, "", "utf-8", year, 0, "", month, format_named(form).header(head))
