"""Which values' pseudonyms stand in what is released."""

from __future__ import annotations

from pipeline.kernels.compiling import compiled


@compiled
def mark_issued(made, record_edit, keep, action, issued):  # type: ignore[no-untyped-def]
    """``issued[value]`` becomes true for each edit made as ``value << 4 | action`` in a record that is kept.

    Args:
      made: int64 [e].
      record_edit: int64 [r + 1], edits of record i are ``record_edit[i]:record_edit[i + 1]``.
      keep: bool [r].
    """
    for record in range(len(keep)):
        if keep[record]:
            for edit in range(record_edit[record], record_edit[record + 1]):
                if made[edit] & 15 == action:
                    issued[made[edit] >> 4] = True
