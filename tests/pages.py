"""Commands of the pages in ``docs``, as they are written there, for the tests that run them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
FENCE = "```"


def blocks(page: str, *kinds: str) -> list[str]:
    """A page's blocks of some kinds."""
    found: list[list[str]] = []
    kind: str | None = None
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        if line.startswith(FENCE):
            kind = line.removeprefix(FENCE) if kind is None else None
            found += [[]] if kind in kinds else []
        elif kind in kinds:
            found[-1].append(line)
    return ["\n".join(lines) for lines in found]


def commands(page: str) -> list[str]:
    """The lines of a page's blocks of commands; one that ends in a backslash goes on in the next."""
    return [line for block in blocks(page, "", "sh") for line in block.replace("\\\n", "").splitlines() if line]


def queries(page: str) -> list[str]:
    return blocks(page, "sql")


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
