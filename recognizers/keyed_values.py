"""Values behind a key in text that no format takes apart, where the key's own words tell what the value is.

Of ``esxiHost=`` and ``<Data Name="DomainNetbiosName">`` the words are read as those of a field's name are: a pattern
for each key would not know the next maker's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from recognizers.declaration import AnchorPattern
from recognizers.keys import entity_of_key, loose_entity_of_key

_KEY = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")
_WRITTEN = re.compile(rb"([A-Za-z][A-Za-z0-9_.-]*)(?:=[\x22']?|\x22?>)(.+)\Z", re.DOTALL)


def keyed_values(
    entity: str,
    ends: str,
    value: frozenset[int],
    trim: frozenset[int],
    accepts: Callable[[bytes], bool],
    accepts_loose: Callable[[bytes], bool],
) -> Iterator[AnchorPattern]:
    """The patterns of such values for an entity.

    Args:
      ends: what the keys end in, as alternatives.
      accepts, accepts_loose: whether a value is one under a key that names nothing else, and under one that does.
    """

    def part(text: bytes) -> tuple[int, int] | None:
        written = _WRITTEN.search(text)
        if written is None:
            return None
        key, named = written.group(1).decode("ascii"), written.group(2)
        found = entity_of_key(key)
        if found is None and loose_entity_of_key(key) == entity:
            return written.span(2) if accepts_loose(named) else None
        return written.span(2) if found == entity and accepts(named) else None

    for name, mark, over in (("by its key", "[=>]", 1), ("by its quoted key", r"(?:=[\x22']|\x22>)", 2)):
        yield AnchorPattern(name, f"(?:{ends}){mark}", value, 0.6, 2, trim, back=_KEY, back_over=over, part=part)
