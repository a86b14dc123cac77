"""Zip archives (PKWARE, APPNOTE.TXT): stored, deflate, bzip2 and LZMA, zip64 as well."""

from __future__ import annotations

import copy
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import IO, Any, cast

from pipeline.inputs.content import GIVEN, Damaged, Source
from pipeline.inputs.members import (
    BOMB,
    IRREGULAR,
    LEADS_OUT,
    LEAST_BOMB,
    LONGEST_NAME,
    MOST_TIMES,
    Content,
    Links,
    Member,
    Stop,
    kept,
    steps_of,
)
from pipeline.inputs.spool import Spool

#: Bytes of the directory, which is held: of 250,000 members or so.
LARGEST_DIRECTORY = 32 << 20
#: By what a zip is a document (Office, OpenDocument) or a program (Java, Android), and no bundle.
_NO_BUNDLE = frozenset(("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF", "AndroidManifest.xml"))
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
#: Compressed bytes given to a decompressor at once, of methods for which zipfile does not bound what comes out.
_FED = {zipfile.ZIP_BZIP2: 4096, zipfile.ZIP_LZMA: 4096}
_ENCRYPTED = 1
_UTF_8 = 1 << 11
#: What stands where no time is known.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
#: What zipfile and the decompressors raise at what is damaged; bz2's error is an OSError.
_ERRORS = (
    zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError, OverflowError, IndexError,
    struct.error, zlib.error, lzma.LZMAError,
)  # fmt: skip


def members_of_zip(source: Source, size: int, spool: Spool) -> Iterator[Member]:
    """The files in a zip; one that is damaged, or not as its directory says, is not read.

    Args:
      size: of the archive, bytes.

    Raises:
      Stop: it is more than is read.
    """
    try:
        archive = zipfile.ZipFile(cast(IO[bytes], _Bounded(source)))
    except _ERRORS:
        yield Member((), reason="has no directory that can be read, as one that ends early: not read")
        return
    names = {info.filename for info in archive.infolist()}
    if names & _NO_BUNDLE:
        yield Member((), reason="binary: zip of a document or program")
        return
    links = Links()
    measure = _Measure(size)
    for info in archive.infolist():
        name = _name_of(info)
        parts = steps_of(name)
        mode = info.external_attr >> 16
        if name.endswith("/"):
            links.know(parts)
        elif not parts:
            yield Member((), reason=LEADS_OUT)
        elif stat.S_ISLNK(mode):
            links.add(parts, _target(archive, info), within=True)
        else:
            links.know(parts)
            if reason := _refused(info, mode):
                yield Member(parts, reason=reason)
                continue
            content = Content(_inflated(archive, info, measure))
            member = kept(parts, content, _modified(info), spool)
            if isinstance(content.failure, Damaged):
                spool.forget(member.path)
                member = Member(parts, reason="damaged, or not as the archive's directory says")
            yield member
            if isinstance(content.failure, Stop):
                raise content.failure
    yield from links.dangling()


def _refused(info: zipfile.ZipInfo, mode: int) -> str:
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return IRREGULAR
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    if info.compress_type not in _METHODS:
        return f"compressed by a method that is not read ({info.compress_type})"
    return ""


def _name_of(info: zipfile.ZipInfo) -> str:
    """A member's name; programs of Windows write backslashes, and many write UTF-8 without saying so."""
    name = info.orig_filename
    if not info.flag_bits & _UTF_8:
        with suppress(UnicodeError):  # then it is in that old charset, or as good as
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _modified(info: zipfile.ZipInfo) -> float:
    """Seconds since 1970, as if written in UTC; 0 where there is no time."""
    try:
        return 0.0 if info.date_time == _NO_TIME else datetime(*info.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


class _Measure:
    """What came out of an archive, by its size."""

    def __init__(self, stored: int) -> None:
        self._most = max(LEAST_BOMB, MOST_TIMES * stored)
        self._given = 0

    def add(self, size: int) -> None:
        self._given += size
        if self._given > self._most:
            raise Stop(BOMB)


def _inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo, measure: _Measure) -> Iterator[bytes]:
    """All that a member holds.

    Raises:
      Damaged: it is not what the directory says in size or checksum.
    """
    size = 0
    # To its end, wherever the directory says that it is: zipfile would stop there and say nothing.
    whole = copy.copy(info)
    whole.file_size = 1 << 62
    try:
        with cast(zipfile.ZipExtFile, archive.open(whole)) as file:
            while chunk := file.read1(_FED.get(info.compress_type, GIVEN)):
                size += len(chunk)
                measure.add(size=len(chunk))
                yield chunk
    except _ERRORS as error:
        raise Damaged from error
    if size != info.file_size:
        raise Damaged


def _target(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    """Where a symbolic link leads; to nothing if that cannot be read."""
    try:
        with archive.open(info) as file:
            return file.read(LONGEST_NAME + 1).decode("utf-8", "surrogateescape")
    except _ERRORS:
        return ".."


class _Bounded:
    """A source of which not more is held at once than a directory may be."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self.seek, self.tell = source.seek, source.tell

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size > LARGEST_DIRECTORY:
            raise zipfile.BadZipFile
        # Without a size zipfile asks for what stands behind the directory alone.
        return cast(bytes, self._source.read(size) if size >= 0 else self._source.read())
