"""Replacements of one batch, each distinct text once."""

from __future__ import annotations

import numpy as np
from numba import njit

from pipeline.kernels.wide import copy_bytes


@njit(cache=True, nogil=True)
def collect_texts(slot, offset, arena, placed, more, start, end):  # type: ignore[no-untyped-def]
    """The texts ``arena[offset[s] : offset[s + 1]]`` of all slots, one after the other, and where each stands.

    A slot below zero is passed over. ``placed`` is -1 for every slot, before and after.

    Returns:
      uint8 with ``more`` unused bytes at its end, and the bytes used.
    """
    used = 0
    for k in range(len(slot)):
        s = slot[k]
        if s >= 0:
            size = offset[s + 1] - offset[s]
            if placed[s] < 0:
                placed[s] = used
                used += size
            start[k] = placed[s]
            end[k] = placed[s] + size
    out = np.empty(used + more, np.uint8)
    for k in range(len(slot)):
        s = slot[k]
        if s >= 0 and placed[s] >= 0:
            copy_bytes(arena, offset[s], offset[s + 1], out, placed[s])
            placed[s] = -1
    return out, used
