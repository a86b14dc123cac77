"""Tar archives (POSIX.1-2017, pax; GNU tar's and older ones), compressed or not, read once from their beginning."""

from __future__ import annotations

import sys
import tarfile
from collections.abc import Iterator

from pipeline.inputs.content import GIVEN, Damaged, Stored, decompressed, raw_chunks
from pipeline.inputs.members import (
    BOMB,
    IRREGULAR,
    LEADS_OUT,
    LEAST_BOMB,
    MOST_TIMES,
    Content,
    Links,
    Member,
    Stop,
    kept,
    steps_of,
)
from pipeline.inputs.spool import Spool

#: Bytes that describe one member, or all: they are held.
LARGEST_HEADERS = 1 << 20
#: What tarfile raises at crafted headers, beside its own errors.
_ERRORS = (tarfile.TarError, ValueError, OverflowError, IndexError, KeyError, RecursionError)


def members_of_tar(source: Stored, compression: str, spool: Spool) -> Iterator[Member]:
    """The files in a tar; one that ends early is kept as far as it goes.

    Raises:
      Damaged: the archive ends early or is damaged.
      Stop: it is more than is read.
    """
    stream = _Forward(source, compression)
    links = Links()
    for entry in _entries(stream):
        parts = steps_of(entry.name)
        if entry.isdir():
            links.know(parts)
        elif not parts:
            yield Member((), reason=LEADS_OUT)
        elif entry.issym() or entry.islnk():
            links.add(parts, entry.linkname, within=entry.issym())
        elif entry.issparse() or not entry.isreg():
            links.know(parts)
            yield Member(parts, reason="sparse in its archive" if entry.issparse() else IRREGULAR)
        else:
            links.know(parts)
            content = Content(stream.exactly(entry.size))
            yield kept(parts, content, entry.mtime, spool)
            if content.failure:
                raise content.failure
    yield from links.dangling()
    if stream.goes_on():
        yield Member((), reason="something stands behind its end, as a second archive may: that is not read")


def _entries(stream: _Forward) -> Iterator[tarfile.TarInfo]:
    """What describes each member, while the stream stands at its content."""
    try:
        archive = tarfile.TarFile(fileobj=stream, encoding="utf-8", errors="surrogateescape")  # type: ignore[arg-type]
        while (entry := archive.next()) is not None:
            # It keeps them all, for who asks by name.
            archive.members.clear()  # type: ignore[attr-defined]
            if sum(map(len, archive.pax_headers.values())) > LARGEST_HEADERS:
                raise Stop("what it says of all its members is too much to be held: read up to there")
            if entry.size < 0:
                raise Damaged
            yield entry
            stream.asked = 0
    except _ERRORS as error:
        raise Damaged from error
    # Blocks that are no header, or missing, end an archive for tarfile as its own end does.
    if not stream.last or stream.last.strip(b"\0"):
        raise Damaged


class _Counted:
    """A source that counts what is read of it."""

    def __init__(self, source: Stored) -> None:
        self.size = 0
        self._source = source

    def read(self, size: int, /) -> bytes:
        try:
            data = self._source.read(size)
        except OSError as error:
            raise Stop(f"cannot be read to its end: {type(error).__name__}") from None
        self.size += len(data)
        return data


class _Forward:
    """The bytes of a tar as ``tarfile`` asks for them, on and on and never back.

    Attributes:
      asked: bytes of headers since the last member.
      last: what was read last for a header.
    """

    def __init__(self, source: Stored, compression: str) -> None:
        self.asked = 0
        self.last = b""
        self._stored = _Counted(source)
        self._bounded = bool(compression)
        self._chunks = decompressed(self._stored, compression) if compression else raw_chunks(self._stored)
        self._rest = memoryview(b"")
        self._at = 0

    def tell(self) -> int:
        return self._at

    def seek(self, position: int) -> None:
        for _ in self._pieces(position - self._at):
            pass

    def read(self, size: int) -> bytes:
        self.asked += size
        if self.asked > LARGEST_HEADERS:
            raise Stop("what it says of a member is too much to be held: read up to there")
        self.last = b"".join(self._pieces(size))
        return self.last

    def exactly(self, size: int) -> Iterator[bytes]:
        """The bytes that follow, in pieces.

        Raises:
          Damaged: there are less.
        """
        end = self._at + size
        yield from self._pieces(size)
        if self._at < end:
            raise Damaged

    def goes_on(self) -> bool:
        """Whether anything but zeros follows. All is read, so that a damaged end does not pass."""
        return any(piece.count(0) < len(piece) for piece in self._pieces(sys.maxsize))

    def _pieces(self, size: int) -> Iterator[bytes]:
        while size > 0:
            if not self._rest:
                self._rest = memoryview(next(self._chunks, b""))
            if not self._rest:
                return
            piece = bytes(self._rest[: min(size, GIVEN)])
            self._rest = self._rest[len(piece) :]
            self._at += len(piece)
            size -= len(piece)
            if self._bounded and self._at > max(LEAST_BOMB, MOST_TIMES * self._stored.size):
                raise Stop(BOMB)
            yield piece
