"""Captures of other projects' test suites, which lie beside the repository where someone put them, and never in it."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "captures"
needs_measured = pytest.mark.skipif(not FOLDER.is_dir(), reason="there are no measured captures beside the repository")


def measured_files() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*") if path.is_file())
