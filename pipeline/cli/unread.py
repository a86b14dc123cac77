"""Inputs that could not be read, as a person is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.cli.console import one_line

if TYPE_CHECKING:
    from pipeline.inputs import Unreadable

#: So many of a kind are named one by one; of more, as the binary files of a bundle, one is.
NAMED = 3
BINARY = "binary: "


def unread(unreadable: Sequence[Unreadable]) -> list[str]:
    """Lines that say what was not read and why: each by its name, or where many are alike, how many."""
    groups: dict[str, list[Unreadable]] = {}
    for item in unreadable:
        groups.setdefault(BINARY if item.reason.startswith(BINARY) else item.reason, []).append(item)
    lines = []
    for reason, group in groups.items():
        if len(group) <= NAMED:
            lines += [f"{one_line(item.name)}: {item.reason}" for item in group]
            continue
        if reason == BINARY:
            kinds = Counter(item.reason.removeprefix(BINARY) for item in group)
            reason = "binary: " + ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common())
        lines.append(f"{len(group):,} files: {reason}; the first is {one_line(group[0].name)}, --json names all")
    return lines
