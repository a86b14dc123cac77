"""What a transport carries, by its ports."""

from __future__ import annotations

from pipeline.captures.fields import compiled


@compiled
def application(data, at, stop, out):  # type: ignore[no-untyped-def]
    """Nothing is known yet: all is left unclaimed, and is masked."""
