"""Fields that a record names itself: of ``cs2Label=Host Name cs2=…`` the label tells what the value is.

ArcSight's Common Event Format has six strings and as many numbers for what it has no key for, each beside its label, on
whichever side (Micro Focus, ArcSight CEF Implementation Standard, Custom Dictionary Extensions).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from recognizers.declaration import AnchorPattern
from recognizers.keys import entity_of_key, likely_entity_of_key, loose_entity_of_key
from recognizers.phrases import NAME_BYTES

_LABEL = NAME_BYTES | frozenset(b" /()")
_VALUE = NAME_BYTES | frozenset(b"@$\\:{}")
_BEHIND = re.compile(rb"([A-Za-z][^=]*?) +[A-Za-z]+[1-9]=([^=]+)\Z")
_BEFORE = re.compile(rb"([^ =]+) +([A-Za-z]+[1-9])Label=([A-Za-z][^=]*)\Z", re.IGNORECASE)


def span_in_custom_field(value: bytes) -> tuple[int, int] | None:
    """Where the value is in one that holds its label, too; None for other values."""
    if b"=" not in value:
        return None
    behind, before = _BEHIND.match(value), _BEFORE.match(value)
    return behind.span(2) if behind else before.span(1) if before else None


def custom_fields(
    entity: str,
    accepts: Callable[[bytes], bool],
    accepts_likely: Callable[[bytes], bool] = lambda value: False,
    accepts_loose: Callable[[bytes], bool] = lambda value: False,
) -> Iterator[AnchorPattern]:
    """The patterns of such fields for an entity.

    Args:
      accepts, accepts_likely, accepts_loose: as for ``keyed_values``.
    """

    def is_labelled(label: bytes, value: bytes) -> bool:
        key = label.decode("utf-8", "replace")
        if entity_of_key(key) is not None:
            return entity_of_key(key) == entity and accepts(value)
        if likely_entity_of_key(key) is not None:
            return likely_entity_of_key(key) == entity and accepts_likely(value)
        return loose_entity_of_key(key) == entity and accepts_loose(value)

    def stands_behind(value: bytes) -> bool:
        found = _BEHIND.match(value)
        return found is not None and is_labelled(*found.groups())

    def stands_before(value: bytes) -> bool:
        """Behind the label the next key begins; where it is the label's own, its value stands there."""
        found = _BEFORE.match(value)
        if found is None:
            return False
        label, _, last = found.group(3).rpartition(b" ")
        return last.lower() != found.group(2).lower() and is_labelled(label or last, found.group(1))

    yield AnchorPattern(
        "behind its label",
        r"label=[a-z][a-z0-9 _./()-]{1,40} [a-z]{2,19}[1-9]=",
        _VALUE,
        0.6,
        2,
        frozenset(b"."),
        back=_LABEL,
        back_over=2,
        check=stands_behind,
    )
    yield AnchorPattern(
        "before its label",
        r"[a-z0-9_} .$-] [a-z]{2,19}[1-9]label=",
        _LABEL,
        0.6,
        2,
        frozenset(b"."),
        back=_VALUE | _LABEL,
        back_over=6,
        check=stands_before,
    )
