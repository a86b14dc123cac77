"""Commands of the pages in ``docs``, as they are written there, for the tests that run them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
FENCE = "```"


def commands(page: str) -> list[str]:
    """The lines of a page's blocks of commands; one that ends in a backslash goes on in the next."""
    found: list[str] = []
    kind: str | None = None
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        if line.startswith(FENCE):
            kind = line.removeprefix(FENCE) if kind is None else None
        elif kind in ("", "sh") and line:
            if found and found[-1].endswith("\\"):
                found[-1] = found[-1].removesuffix("\\") + line
            else:
                found.append(line)
    return found


def called(page: str, start: str) -> str:
    """The one command of a page that begins so."""
    (found,) = [command for command in commands(page) if command.startswith(start)]
    return found


def words(page: str, start: str, places: Mapping[str, str]) -> list[str]:
    """The words of a command, with other places (hosts, ports, paths) than the page's; each must stand in it."""
    found = shlex.split(called(page, start))
    for old, new in places.items():
        assert any(old in word for word in found), f"{page}: {start}: names no {old}"
        found = [word.replace(old, new) for word in found]
    return found
