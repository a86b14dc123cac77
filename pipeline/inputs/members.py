"""Members of archives: what they are called, and what of them is kept.

An archive may be crafted: members' names become names of inputs, and never of files; what it may hold, and take to be
held, is bounded; what is passed over is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from pipeline.inputs.content import BEGINNING, Damaged, unread_kind
from pipeline.inputs.spool import Spool

#: Characters of a member's name; file systems take as many bytes of a path.
LONGEST_NAME = 4096
#: As many links as Linux follows.
MOST_LINKS = 40
#: What unpacks to more than this, and to so many times its size, is no archive of logs.
LEAST_BOMB, MOST_TIMES = 1 << 30, 1000

LEADS_OUT = "holds a name that leads out of it, or is none: that member is not read"
CUT = "ends early or is damaged: read up to there"
BOMB = f"unpacks to more than {MOST_TIMES:,} times its size: read up to there; if it is sound, unpack it"
IRREGULAR = "not a regular file"
NOWHERE = "link to nothing in the archive"


@dataclass(frozen=True)
class Member:
    """What an archive holds, as it comes.

    Attributes:
      parts: its way in the archive; empty for the archive itself.
      path: where it is unpacked, or ``""``.
      reason: why it is not read, or not to its end, or ``""``.
    """

    parts: tuple[str, ...]
    path: str = ""
    reason: str = ""


class Stop(Exception):
    """A bound is met: no more of this archive is read. Its text says which, and holds nothing of the archive's."""


def steps_of(name: str) -> tuple[str, ...]:
    """A member's name step by step, its root taken off as tar and unzip do; empty where it leads out, or is none."""
    if len(name) > LONGEST_NAME or "\0" in name:
        return ()
    steps = tuple(step for step in name.split("/") if step not in ("", "."))
    return () if ".." in steps else steps


class Content:
    """What a member holds; damage and bounds are kept for the end."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.failure: Damaged | Stop | None = None
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._chunks
        except (Damaged, Stop) as failure:
            self.failure = failure


def kept(parts: tuple[str, ...], content: Content, modified: float, spool: Spool) -> Member:
    """A member unpacked, unless its beginning tells that it is none that is read.

    Args:
      modified: seconds since 1970.
    """
    chunks = iter(content)
    head: list[bytes] = []
    size = 0
    while size < BEGINNING and (chunk := next(chunks, b"")):
        head.append(chunk)
        size += len(chunk)
    if kind := unread_kind(b"".join(head)[:BEGINNING]):
        return Member(parts, reason=f"binary: {kind}")
    path = spool.keep(chain(head, chunks), modified)
    if isinstance(content.failure, Stop):
        spool.forget(path)
        return Member(parts, reason="is not whole where the archive is no longer read")
    return Member(parts, path, CUT if content.failure else "")


class Links:
    """Where an archive's links lead. What one stands for is read under its own name, or told."""

    def __init__(self) -> None:
        self._known: set[tuple[str, ...]] = set()
        self._links: dict[tuple[str, ...], tuple[str, ...]] = {}

    def know(self, parts: tuple[str, ...]) -> None:
        """Of a file or folder."""
        while parts and parts not in self._known:
            self._known.add(parts)
            parts = parts[:-1]

    def add(self, parts: tuple[str, ...], target: str, *, within: bool) -> None:
        """A link at ``parts``; ``within`` says that its target counts from where it stands, and not from the root."""
        if len(target) > LONGEST_NAME or (within and target.startswith("/")):
            self._links[parts] = ("..",)
        else:
            self._links[parts] = (*(parts[:-1] if within else ()), *target.split("/"))

    def dangling(self) -> Iterator[Member]:
        """Links to what is not in the archive."""
        for parts in self._links:
            if not self._leads(parts):
                yield Member(parts, reason=NOWHERE)

    def _leads(self, parts: tuple[str, ...]) -> bool:
        ahead = list(reversed(parts))
        at: tuple[str, ...] = ()
        followed = 0
        while ahead:
            step = ahead.pop()
            if step in ("", "."):
                continue
            if step == ".." and not at:
                return False
            at = at[:-1] if step == ".." else (*at, step)
            if at in self._links:
                followed += 1
                if followed > MOST_LINKS:
                    return False
                ahead.extend(reversed(self._links[at]))
                at = ()
        return not at or at in self._known
