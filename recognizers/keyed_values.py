"""Values behind a key in text that no format takes apart, where the key's own words tell what the value is.

Of ``esxiHost=``, ``Originating Computer: `` and ``<Data Name="DomainNetbiosName">`` the words are read as those of a
field's name are: a pattern for each key would not know the next maker's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from recognizers.declaration import AnchorPattern
from recognizers.keys import entity_of_key, loose_entity_of_key

_KEY = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")
_WRITTEN = re.compile(rb"(?P<key>[A-Za-z][A-Za-z0-9_.-]*)(?:=[\x22']?|(?:\x22)?>)(?P<value>.+)\Z", re.DOTALL)
#: The words of a key before a colon: more than four tell no more.
_SPELT = re.compile(rb"(?P<key>(?:[A-Za-z][A-Za-z0-9_-]* ){1,3}[A-Za-z]+): (?P<value>.+)\Z", re.DOTALL)


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

    def part_in(written: re.Pattern[bytes]) -> Callable[[bytes], tuple[int, int] | None]:
        def part(text: bytes) -> tuple[int, int] | None:
            found = written.search(text)
            if found is None:
                return None
            key = found["key"].decode("ascii")
            named = entity_of_key(key)
            if named is None and loose_entity_of_key(key) == entity:
                return found.span("value") if accepts_loose(found["value"]) else None
            return found.span("value") if named == entity and accepts(found["value"]) else None

        return part

    for name, mark, over, key, written in (
        ("by its key", "[=>]", 1, _KEY, _WRITTEN),
        ("by its quoted key", "(?:=[\\x22']|\\x22>)", 2, _KEY, _WRITTEN),
        ("by the words of its key", ": ", 2, _KEY | frozenset(b" "), _SPELT),
    ):
        yield AnchorPattern(
            name, f"(?:{ends}){mark}", value, 0.6, 2, trim, back=key, back_over=over, part=part_in(written)
        )
