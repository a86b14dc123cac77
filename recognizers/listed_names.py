"""Members of lists in sentences: of `nodes kvarn, kvarn-2 and lemon-4` each, not only the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from recognizers.declaration import AnchorPattern
from recognizers.phrases import NAME_BYTES

#: So many members are read.
MOST = 5
_LIST = NAME_BYTES | frozenset(b", $@\x22'")
_NAME = rb"[\x22']?([A-Za-z0-9_\x80-\xff][A-Za-z0-9_.@$\x80-\xff-]*)[\x22']?"
_FIRST = re.compile(_NAME)
_NEXT = re.compile(rb"(?:, ?and |, ?| and | or | )" + _NAME)


def listed_names(nouns: str, names: Callable[[bytes], bool], before: str = r"\b") -> Iterator[AnchorPattern]:
    """The patterns of the members of a list behind a word for several.

    Args:
      nouns: the words, as alternatives.
      names: whether a word is a member's name. The first that is none ends the list.
    """

    def member(place: int) -> Callable[[bytes], tuple[int, int] | None]:
        def part(value: bytes) -> tuple[int, int] | None:
            found = _FIRST.match(value)
            for _ in range(place):
                if found is None or not names(found.group(1).rstrip(b".-")):
                    return None
                found = _NEXT.match(value, found.end())
            if found is None or not names(found.group(1).rstrip(b".-")):
                return None
            return found.start(1), found.start(1) + len(found.group(1).rstrip(b".-"))

        return part

    for place in range(MOST):
        yield AnchorPattern(
            f"member {place + 1} of a list",
            rf"{before}(?:{nouns})(?:[:=] ?| )[\[(]?[\x22']?[a-z0-9_\x80-\xff]",
            _LIST,
            0.4,
            2,
            back=frozenset(),
            back_over=1,
            part=member(place),
        )
