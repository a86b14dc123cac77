"""How a process that redacts treats its memory: what one chunk frees, the next one wants again."""

from __future__ import annotations

import ctypes
import gc
import os
import sys

#: Objects made between two looks of the collector: most of what is made stays, modules first and values later. What is
#: imported at the start is fewer.
COLLECT_AFTER = 1_000_000
#: The same for a process that answers, which waits for the collector: what is there before the first answer is no
#: longer looked at, and what answers make in between is gone over within a millisecond or two.
COLLECT_BETWEEN_ANSWERS = 20_000
#: glibc's mallopt: from which size an allocation is mapped apart (its greatest, 32 MiB), and how much freed memory at
#: the end of the heap it keeps (https://man7.org/linux/man-pages/man3/mallopt.3.html).
MMAP_THRESHOLD = (-3, 32 << 20)
TRIM_THRESHOLD = (-1, 512 << 20)
#: Arrow takes its memory from the same heap: what its own pools give back, the system clears anew for each chunk, and
#: what they keep no one else can use (https://arrow.apache.org/docs/cpp/env_vars.html).
ARROW_POOL = ("ARROW_DEFAULT_MEMORY_POOL", "system")


def keep_memory() -> None:
    """Spare the system taking memory back, and clearing the same pages anew for every chunk.

    To be called before pyarrow is imported.
    """
    gc.set_threshold(COLLECT_AFTER)
    if sys.platform == "linux":
        allocator = getattr(ctypes.CDLL(None), "mallopt", None)
        for option in (MMAP_THRESHOLD, TRIM_THRESHOLD):
            if allocator is not None:
                allocator(*option)
        if allocator is not None:
            os.environ.setdefault(*ARROW_POOL)


def give_back() -> None:
    """Give the system what is free, once caches were emptied or a run has ended: what they leave in pieces would add up
    otherwise."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def answer_soon() -> None:
    """Keep the collector's pauses short from here on: all that was made so far stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_BETWEEN_ANSWERS)
