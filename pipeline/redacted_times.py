"""Times of records after a policy's action, and what rewrites the texts of times."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from pipeline.policy.actions import Action
from pipeline.records import NO_TIME, Batch, Bytes, Int64
from pipeline.surrogates.space import SurrogateSpace
from pipeline.surrogates.times import shifted_texts, truncated, truncated_texts

#: From texts as of a TextTable to their new ones; None for each that is not read.
Rewrite = Callable[[Bytes, Int64], list[bytes | None]]


def redacted_times(batch: Batch, action: Action, unit: str, space: SurrogateSpace) -> tuple[Int64, Rewrite]:
    """The time of each record, int64 [r], and how texts of times are rewritten.

    Args:
      action: none that keeps them.
      unit: what they are truncated to, where they are generalised.
    """
    if action == Action.SHIFT:
        delta = space.shift()
        time = np.where(batch.time == NO_TIME, NO_TIME, batch.time + delta)
        return time, partial(shifted_texts, delta_us=delta, year=_year(batch))
    if action == Action.GENERALISE:
        return truncated(batch.time, unit), partial(truncated_texts, unit=unit)
    return np.full_like(batch.time, NO_TIME), lambda texts, offset: [None] * (len(offset) - 1)


def _year(batch: Batch) -> int:
    """Of notations that name none."""
    known = batch.time[batch.time != NO_TIME]
    return int(known[0].astype("datetime64[us]").astype("datetime64[Y]").astype(int)) + 1970 if len(known) else 1970
