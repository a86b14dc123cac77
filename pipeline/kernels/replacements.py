"""Replacements of one batch, each distinct text once."""

from __future__ import annotations

from numba import njit

from pipeline.kernels.wide import copy_bytes


@njit(cache=True, nogil=True)
def collect_texts(slot, offset, arena, placed, out, start, end):  # type: ignore[no-untyped-def]
    """Copy the texts ``arena[offset[s] : offset[s + 1]]`` of all slots to ``out``, and say where each stands.

    A slot below zero is passed over. ``placed`` is -1 for every slot, before and after. Returns the bytes used.
    """
    used = 0
    for k in range(len(slot)):
        s = slot[k]
        if s < 0:
            continue
        if placed[s] < 0:
            placed[s] = used
            used = copy_bytes(arena, offset[s], offset[s + 1], out, used)
        start[k] = placed[s]
        end[k] = placed[s] + offset[s + 1] - offset[s]
    for k in range(len(slot)):
        if slot[k] >= 0:
            placed[slot[k]] = -1
    return used
