"""Values behind a key in text that no format takes apart, where the key's own words tell what the value is.

Of ``esxiHost=`` and ``<Data Name="DomainNetbiosName">`` the words are read as those of a field's name are: a pattern
for each key would not know the next maker's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from recognizers.declaration import AnchorPattern
from recognizers.keys import entity_of_key, likely_entity_of_key, loose_entity_of_key

_KEY = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")
#: A label of several words has capitals: `Target Server: `.
_LABEL = _KEY | frozenset(b" ")
_WRITTEN = re.compile(
    rb"((?:[A-Z][A-Za-z]* ){0,2}[A-Za-z][A-Za-z0-9_.-]*)(?:=[\x22']?|\x22?>|: [\x22']?)(.+)\Z", re.DOTALL
)


def keyed_values(
    entity: str,
    ends: str,
    value: frozenset[int],
    trim: frozenset[int],
    accepts: Callable[[bytes], bool],
    accepts_likely: Callable[[bytes], bool] = lambda value: False,
    accepts_loose: Callable[[bytes], bool] = lambda value: False,
) -> Iterator[AnchorPattern]:
    """The patterns of such values for an entity.

    Args:
      ends: what the keys end in, as alternatives.
      accepts, accepts_likely, accepts_loose: whether a value is one under a key that names nothing else, under one that
        also names few other things, and under one that names many.
    """
    readings = (
        (entity_of_key, accepts),
        (likely_entity_of_key, accepts_likely),
        (loose_entity_of_key, accepts_loose),
    )

    def part(text: bytes) -> tuple[int, int] | None:
        written = _WRITTEN.search(text)
        if written is None:
            return None
        key, named = written.group(1).decode("ascii"), written.group(2)
        spoken = text[written.end(1) : written.end(1) + 1] == b":"
        for entity_of, is_one in readings:
            found = entity_of(key)
            if found is not None:
                # Before a colon words of a sentence stand, too.
                taken = accepts_likely if spoken and is_one is accepts else is_one
                return written.span(2) if found == entity and taken(named) else None
        return None

    for name, mark, over, back in (
        ("by its key", "[=>]", 1, _KEY),
        ("by its quoted key", r"(?:=[\x22']|\x22>)", 2, _KEY),
        ("by its label", ": ", 2, _LABEL),
        ("by its label before a quote", r": [\x22']", 3, _LABEL),
    ):
        yield AnchorPattern(name, f"(?:{ends}){mark}", value, 0.6, 2, trim, back=back, back_over=over, part=part)
