"""Times in texts. New on every line, and nobody's: where they stand is told, what they say is not remembered."""

from __future__ import annotations

import numpy as np

from pipeline.detection.known_texts import RowStore
from pipeline.detection.texts import Texts
from pipeline.detection.values import WHOLE
from pipeline.kernels.moments import time_starts
from pipeline.records import Batch, Int32, Int64
from recognizers.date_time import is_epoch, moments, tells_time
from recognizers.entities import ENTITY_ID

TIME_ENTITY = ENTITY_ID["DATE_TIME"]
#: No moment is longer, in bytes: a day of the week, a date and a clock with all that may stand in them.
LONGEST = 80


class Times:
    """Finds times; for all of one size there is one row.

    Args:
      store: where their rows go.
      value: the number of the value that stands for all.
      pattern: the number of the evidence.
    """

    def __init__(self, store: RowStore, value: int, pattern: int) -> None:
        size = np.arange(LONGEST + 1, dtype=np.int32)
        rows = np.zeros((7, len(size)), np.int32)
        rows[1], rows[2], rows[3], rows[4], rows[6] = size, value, WHOLE, TIME_ENTITY, pattern
        self._rows = np.stack((size, size + 1)).astype(np.int64) + store.count
        store.add(rows)

    def find(self, batch: Batch, texts: Texts) -> tuple[Int64, Int32, Int64]:
        """Where times stand in texts of a batch, the size of each, and the rows by size."""
        starts = np.empty(len(texts.data) // 2 + 1, np.int64)
        starts = starts[: time_starts(texts.data, starts)]
        found = moments(texts.data.data, starts.tolist())
        spans = np.array([*found, *_under_names(batch, texts)], np.int64).reshape(-1, 2)
        spans = np.unique(spans, axis=0)
        return spans[:, 0], (spans[:, 1] - spans[:, 0]).astype(np.int32), self._rows


def _under_names(batch: Batch, texts: Texts) -> list[tuple[int, int]]:
    """(start, end) of texts that are numbers of seconds under a key that tells of a time."""
    named = np.array([tells_time(key.rpartition(".")[2].encode()) for key in batch.keys] + [False])
    places = np.flatnonzero(named[batch.field_key[texts.which]])
    return [
        (int(texts.offset[place]), int(texts.offset[place + 1]) - 1)
        for place in places.tolist()
        if is_epoch(texts.text(place))
    ]
