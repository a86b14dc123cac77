"""What is not released: where it stands and why, kept inside; and when there is too much of it to release at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from pipeline.records import Quarantined
from pipeline.release.layout import Layout, copy_into, size_of, whole_file, write_whole
from pipeline.release.summary import UnitSummary, Verification

QUARANTINE = "_quarantine.jsonl"
#: So few leaks never refuse a release: their records are out of it already.
FEW_LEAKS = 10


def stage_quarantine(layout: Layout, unit: int, entries: Iterable[Quarantined], input_ids: Sequence[str]) -> int:
    """Stage a unit's quarantine list.

    Args:
      entries: in order.
      input_ids: the keyed ids that ``Quarantined.input`` counts in.

    Returns:
      Bytes written, for ``UnitSummary.quarantine``; 0, and no file, where nothing is quarantined.
    """
    lines = [
        json.dumps(
            {"input": input_ids[entry.input], "offset": entry.offset, "length": entry.length, "reason": entry.reason},
            separators=(",", ":"),
        )
        for entry in entries
    ]
    if not lines:
        return 0
    return write_whole(layout.fs, layout.staged_quarantine(unit), ("\n".join(lines) + "\n").encode()).size


def join_quarantine(layout: Layout, summaries: Sequence[UnitSummary]) -> str | None:
    """Write the run's ``_quarantine.jsonl`` inside; returns its path, or None where nothing is quarantined."""
    listed = [summary for summary in summaries if summary.quarantine]
    if not listed:
        return None
    path = f"{layout.inside}/{QUARANTINE}"
    with whole_file(layout.fs, path, layout.unfinished) as sink:
        for summary in listed:
            staged = layout.staged_quarantine(summary.unit)
            copy_into(layout.fs, staged, 0, max(size_of(layout.fs, staged), 0), sink)
    return path


def is_refused(verification: Verification, records: int, max_quarantined: float) -> bool:
    """Whether verification took out so much that the release is refused.

    Args:
      records: read from the inputs.
      max_quarantined: the recipient's limit, leaks divided by records.
    """
    return verification.leaks >= FEW_LEAKS and verification.leaks > max_quarantined * records
