"""Names of attributes: keys as they stand redacted in their records, put together again as dotted paths."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.kernels.splice import splice_fields
from pipeline.records import HEADER_NAME, KEY_COLUMN, LONGEST_PLACE, UNKNOWN_KEY, Batch, Edits


def redacted_keys(batch: Batch, edits: Edits, names_of: Callable[[list[str]], list[str]]) -> tuple[str, ...]:
    """The batch's keys as a recipient may see them.

    A dotted path must not be scanned as one text: in ``hosts.192.0.2.7.up`` no address can be told from its
    neighbours. And a key may be known as an original only from elsewhere in the unit. Both are decided for the keys
    in their records, as fields, where verification proves them; so each part of a path is the text of such a field
    after the edits, an edited one where there is one. Names that the format itself gives hold nothing of the records;
    those of a header, which need not stand in the same batch, are scanned alone.

    Args:
      edits: of the batch; its ``keys`` are not looked at.
      names_of: names as the recipient may see them.
    """
    if not len(batch.key_parent):
        return batch.keys
    parents = batch.key_parent.tolist()
    names = {k: batch.keys[k] for k, parent in enumerate(parents) if parent < 0}
    of_header = [k for k, parent in enumerate(parents) if parent == HEADER_NAME]
    names |= dict(zip(of_header, names_of([batch.keys[k] for k in of_header]), strict=True))
    texts = _edited_texts(batch, edits)
    for k, parent in enumerate(parents):
        if parent < 0:
            continue
        above = batch.keys[parent]
        text = texts.get(k)
        if text is None:
            place = batch.keys[k][len(above) + 1 :] if above else batch.keys[k]
            text = place if len(place) <= LONGEST_PLACE and place.rstrip("+").isdigit() else UNKNOWN_KEY
        names[k] = f"{names[parent]}.{text}" if above else text
    return tuple(names[k] for k in range(len(parents)))


def _edited_texts(batch: Batch, edits: Edits) -> dict[int, str]:
    """Place in ``keys`` -> text of the key's first edited field, or of its first field."""
    field = np.flatnonzero(batch.field_column == KEY_COLUMN)[::-1]
    edited = field[np.diff(edits.field_edit)[field] > 0]
    # Of several values for one place an assignment leaves the last: the first field, since they are reversed.
    chosen = np.full(len(batch.keys), -1, np.int64)
    chosen[batch.field_key[field]] = field
    chosen[batch.field_key[edited]] = edited
    present = np.flatnonzero(chosen >= 0)
    data, offset = splice_fields(batch, edits, chosen[present])
    return {
        k: data[offset[place] : offset[place + 1]].tobytes().decode("utf-8", "replace")
        for place, k in enumerate(present.tolist())
    }
