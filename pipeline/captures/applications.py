"""What a transport carries, by its ports."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def application(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Nothing is known yet: all is left unclaimed, and is masked."""
