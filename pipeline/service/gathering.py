"""Texts in memory as batches of records."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

import numpy as np

import pipeline.records as records
from pipeline.formats.format import Format, join_texts
from pipeline.formats.registry import format_named, sniff_all
from pipeline.inputs import Input, Range
from pipeline.inputs.batching import OpenBatch, Piece
from pipeline.inputs.fingerprints import FINGERPRINTED
from pipeline.inputs.looking import year_and_month
from pipeline.inputs.reading import BATCH_BYTES, Frames, Stream
from pipeline.kernels.framing import NEVER
from pipeline.records import Batch
from pipeline.tally import Tally

_Pair = tuple[bytes, Input]


def batches_of(texts: Sequence[bytes], items: Sequence[Input], tally: Tally) -> Iterator[Batch]:
    """Batches of the records of some texts, each of which is an input of its place; texts of one kind stand together.

    Args:
      tally: told of what cannot be in a batch.
    """
    kinds: dict[object, list[_Pair]] = {}
    for text, item in zip(texts, items, strict=True):
        kinds.setdefault((item.format, item.context), []).append((text, item))
    for pairs in kinds.values():
        form = format_named(pairs[0][1].format)
        gathering = OpenBatch(form, pairs[0][1].context, BATCH_BYTES)
        for plain, run in groupby(pairs, partial(_is_plain, form)):
            if plain:
                yield from _added(gathering, form, list(run))
            else:
                yield from _framed(gathering, run, tally)
        yield from gathering.close()


def _is_plain(form: Format, pair: _Pair) -> bool:
    """Whether the records of a text are told by its line ends alone, and none is to be set aside."""
    text, _ = pair
    if form.splits != "lines" or form.framing is not None or len(text) > records.LONGEST_RECORD or 0 in text:
        return False
    # A rule looks at a line to its end, and must not go on into the next text.
    return form.continues == NEVER or text.endswith(b"\n") or b"\n" not in text


def _added(gathering: OpenBatch, form: Format, run: Sequence[_Pair]) -> Iterator[Batch]:
    """Plain texts, all at once."""
    data, edges, text = join_texts([pair[0] for pair in run], form.continues)
    if not len(text):
        return
    first = np.concatenate(([0], np.flatnonzero(np.diff(text)) + 1))  # of each text's records
    own = np.repeat(first, np.diff(np.append(first, len(text))))
    number = np.array([pair[1].number for pair in run], np.int32)
    turn = np.arange(len(text)) - own + 1
    yield from gathering.add_records(data, edges, edges[:-1] - edges[own], turn, number[text])


def _framed(gathering: OpenBatch, run: Iterator[_Pair], tally: Tally) -> Iterator[Batch]:
    for text, item in run:
        frames = Frames(item, Range(item.number, 0, item.size), Stream(item, io.BytesIO(text), 0))
        for found in frames.pieces():
            if isinstance(found, Piece):
                yield from gathering.add(found, item.number)
            else:
                tally.quarantined.append(found)


def inputs_of(texts: Sequence[bytes], format: str | None, came: Sequence[int]) -> list[Input]:
    """Texts as inputs that are in no file, each of its place.

    Args:
      format: of all; None looks at each.
      came: nanoseconds since 1970, when each came: the year of times without one.
    """
    heads = [text[:FINGERPRINTED] for text in texts]
    names = [format] * len(texts) if format else sniff_all(heads)
    items = []
    for number, (text, head, name, at) in enumerate(zip(texts, heads, names, came, strict=True)):
        year, month = year_and_month(at, 0)
        header = format_named(name).header(head)
        items.append(Input(number, "", "", len(text), name, "", "utf-8", year, 0, "", month, header))
    return items
