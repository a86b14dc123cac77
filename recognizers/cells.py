"""Cells of rows that no heading explains: of a whole cell that is one word the word itself tells.

Behind a comma a blank begins the next part of a sentence, and only what is in quotes is a cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from recognizers.accounts import names_own_agent
from recognizers.declaration import AnchorPattern
from recognizers.hosts import is_own_numbered

_CELL = re.compile(rb"\x22?([A-Za-z][A-Za-z0-9_$-]+)\x22? ?[;|,]\Z")
_WORD = r"[a-z][a-z0-9_$-]{2,24}"
_ROW = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$-\x22")


#: Parts of names of threads, of packages and of algorithms.
_OF_PROGRAMS = frozenset(b"exec thread pool task job core sha2".split())
_HEX = re.compile(rb"[a-f]+\Z")


def _names_account(word: bytes) -> bool:
    if not word.islower() or b"-" in word or _HEX.match(word):
        return False
    return names_own_agent(word) and not is_own_numbered(word)


def _names_machine(word: bytes) -> bool:
    """In capitals without a hyphen products are called so, too, and with an underscore rules are."""
    if word.isupper() and (b"_" in word or b"-" not in word):
        return False
    return is_own_numbered(word) and _OF_PROGRAMS.isdisjoint(word.lower().split(b"-"))


def _cells(names: Callable[[bytes], bool]) -> AnchorPattern:
    def part(value: bytes) -> tuple[int, int] | None:
        cell = _CELL.match(value)
        return cell.span(1) if cell is not None and names(cell.group(1)) else None

    return AnchorPattern(
        "in a cell",
        rf"[,;|]\x22?{_WORD}\x22?[,;|]|\| {_WORD} \||, \x22{_WORD}\x22,",
        frozenset(),
        0.4,
        0,
        back=_ROW,
        back_over=2,
        part=part,
    )


ACCOUNT_IN_CELL = _cells(_names_account)
MACHINE_IN_CELL = _cells(_names_machine)
