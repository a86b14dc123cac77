"""Whether the kernels have been compiled on this machine: numba keeps them beside their source, or in its cache."""

from __future__ import annotations

from pathlib import Path

from pipeline.kernels.words import find_originals


def are_compiled() -> bool:
    """False before a first run, which then compiles them (for the processor at hand, once)."""
    return any(Path(find_originals.stats.cache_path).glob("words.find_originals-*.nbi"))
