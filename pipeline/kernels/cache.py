"""Where what was compiled on this machine is kept: numba keeps kernels beside their source, or in its cache."""

from __future__ import annotations

from pathlib import Path

from pipeline.kernels.compiling import is_kept
from pipeline.kernels.words import find_originals


def folder() -> Path:
    return Path(find_originals.stats.cache_path)


def are_compiled() -> bool:
    """False before a first run and the first after an upgrade, which compile them (for the processor at hand, once)."""
    return is_kept(find_originals)
