"""What a part of a text says once decoded, and where it came from; and what words bytes hold that are no text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.records import Int64

#: Printable ASCII and letters of other scripts, but no marks that combine, no blanks and no letters of other widths:
#: those stand for others, and chance makes them of any two bytes.
_WORDS = re.compile(
    rb"(?:[\t\n\r -~]|[\xc3-\xcb\xce-\xdf][\x80-\xbf]|[\xe3-\xed][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}){4,}"
)


@dataclass(frozen=True)
class Reading:
    """What a part of a text says once decoded.

    Attributes:
      start, end: the part.
      text: what it says; None where it is not read, and taken to hold something.
      entity: what it is taken for then.
      first, last: int64 [len(text)], where in the source what made each byte begins and ends; None where only the whole
        part can be replaced.
    """

    start: int
    end: int
    text: bytes | None
    first: Int64 | None = None
    last: Int64 | None = None
    entity: str = "CREDENTIAL"


def words_in(content: bytes) -> list[bytes]:
    """What can be read of bytes: all of them where they are UTF-8, else each run of at least four characters."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return _WORDS.findall(content)
    return [content]
