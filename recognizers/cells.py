"""Cells of rows that no heading explains: of a whole cell that is one word the word itself tells.

Behind a comma a blank begins the next part of a sentence, and only what is in quotes is a cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from recognizers.accounts import names_own_agent
from recognizers.declaration import AnchorPattern
from recognizers.hosts import is_own_numbered

_CELL = re.compile(rb"([A-Za-z][A-Za-z0-9_$-]{2,40})\x22? ?\Z")
#: What divides cells, and what begins one behind it.
_MARKS = ((";", r"; ?\x22?"), ("|", r"\| ?\x22?"), (",", r"(?:,\x22?|, \x22)"))


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


def _cells(names: Callable[[bytes], bool]) -> Iterator[AnchorPattern]:
    def part(value: bytes) -> tuple[int, int] | None:
        cell = _CELL.match(value)
        return cell.span(1) if cell is not None and names(cell.group(1)) else None

    for mark, opening in _MARKS:
        yield AnchorPattern(
            f"in a cell before {mark}",
            opening + "[a-z]",
            frozenset(),
            0.4,
            2,
            until=mark.encode(),
            back=frozenset(),
            back_over=1,
            part=part,
        )


ACCOUNTS_IN_CELLS = tuple(_cells(_names_account))
MACHINES_IN_CELLS = tuple(_cells(_names_machine))
