"""Tables that commands print: what identifies nobody stays as it is."""

from __future__ import annotations

import re
from pathlib import Path

from tests.benchmarks.benign_lines import changes

CORPUS = Path(__file__).parent / "corpora" / "harmless_tables.txt"


def harmless_tables() -> dict[str, str]:
    """Of what prints them, each table."""
    parts = re.split(r"^== (.*)\n", CORPUS.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {f"{name.replace(' ', '_')}.log": table for name, table in zip(parts[::2], parts[1::2], strict=True)}


def test_tables_that_name_no_one_stay_as_they_are() -> None:
    found = list(changes(harmless_tables()))
    assert not found, "\n".join(f"{c.source}: {c.pattern}: «{c.edited}» in {c.line}" for c in found)
