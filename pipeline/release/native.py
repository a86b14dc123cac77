"""Native files: the source's own format, redacted, one file for each input."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from itertools import accumulate
from types import TracebackType

import numpy as np
import pyarrow.fs as pafs
from isal.isal_zlib import crc32

from pipeline.errors import RedactError
from pipeline.records import Bytes, Int32, Int64
from pipeline.release.archive import Member
from pipeline.release.layout import DigestSink, Layout, Nowhere, copy_into, size_of, whole_file
from pipeline.release.manifest import NativeFile
from pipeline.release.summary import NativePiece, Segment

COMPRESSED = (".gz", ".gzip", ".zst", ".zstd", ".bz2", ".xz")
#: Names of the files that a release itself adds; an input of the same name gets another.
RESERVED = frozenset(("_manifest.json", "parquet", "packets"))
STANDARD_INPUT = "stdin.log"
#: Bytes of a file's or folder's name in a release: file systems take 255, and what tells two apart must fit, too.
LONGEST_NAME = 240


def released_name(name: str, encoding: str = "utf-8") -> str:
    """The relative name under which an input's native file is released: native files are never compressed.

    ``var/log/messages.2.gz`` becomes ``var/log/messages.2``, and ``Security.evtx``, which is released as lines of JSON,
    ``Security.evtx.jsonl``; what could lead out of the folder is taken off.
    """
    if name == "-":
        return STANDARD_INPUT
    path = re.sub(r"^[A-Za-z]:|^[A-Za-z][A-Za-z0-9+.-]*://", "", name.replace("\\", "/"))
    steps = [re.sub(r"[\x00-\x1f<>:\"|?*]", "_", step) for step in path.split("/") if step not in ("", ".", "..")]
    if not steps:
        return STANDARD_INPUT
    for suffix in COMPRESSED:
        if steps[-1].lower().endswith(suffix) and len(steps[-1]) > len(suffix):
            steps[-1] = steps[-1][: -len(suffix)]
            break
    return "/".join(steps) + (".jsonl" if encoding == "evtx" else "")


def distinct_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names made different from each other, in order: the second ``a.log`` becomes ``a-2.log``.

    Names that differ in case only count as equal, for file systems that do not tell them apart; no name is a folder of
    another; and what is too long for a file system, as stand-ins can make it, is cut before its ending.
    """
    taken: set[str] = {name.casefold() for name in RESERVED}
    folders: set[str] = set()
    given: list[str] = []
    for name in ("/".join(map(_fitting, name.split("/"))) for name in names):
        folder, slash, last = name.rpartition("/")
        stem, dot, suffix = last.rpartition(".")
        if not stem:
            stem, dot, suffix = last, "", ""
        free, turn = name, 1
        while not _is_free(free.casefold(), taken, folders):
            turn += 1
            if any(parent in taken for parent in _parents(name.casefold())):
                # A file stands in the way of the folder: the folder is what must differ.
                free = f"{folder.replace('/', '-')}-{turn}/{last}"
            else:
                free = f"{folder}{slash}{stem}-{turn}{dot}{suffix}"
        taken.add(free.casefold())
        folders.update(_parents(free.casefold()))
        given.append(free)
    return tuple(given)


def _fitting(name: str) -> str:
    data = name.encode()
    if len(data) <= LONGEST_NAME:
        return name
    ending = data[data.rfind(b".") :] if b"." in data[-16:] else b""
    return (data[: LONGEST_NAME - len(ending)] + ending).decode("utf-8", "ignore")


def _parents(name: str) -> list[str]:
    steps = name.split("/")
    return ["/".join(steps[:depth]) for depth in range(1, len(steps))]


def _is_free(name: str, taken: set[str], folders: set[str]) -> bool:
    return name not in taken and name not in folders and not any(parent in taken for parent in _parents(name))


class NativeWriter:
    """Stages what one chunk of a unit adds to the native files of one recipient, as one segment.

    A context manager: left by an exception, it leaves nothing.

    Args:
      fs, folder: where segments are staged.
      stem: unit and chunk, the segment's name.
      numbers: ``Input.number`` of the inputs that the unit reads.
      names: the released name of each, in the same order.
    """

    def __init__(
        self, fs: pafs.FileSystem, folder: str, stem: str, numbers: Sequence[int], names: Sequence[str]
    ) -> None:
        self._path = f"{stem}.bin"
        self._numbers, self._names = numbers, names
        self._stack = ExitStack()
        # Its pieces carry their own checksums, for whoever joins them; what is published is the joined file's digest.
        self._sink = self._stack.enter_context(whole_file(fs, f"{folder}/{self._path}", summed=False))
        self._pieces: list[NativePiece] = []

    def __enter__(self) -> NativeWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return self._stack.__exit__(kind, error, trace)

    def write(self, record_input: Int32, data: Bytes, offsets: Int64) -> None:
        """Add records.

        Args:
          record_input: int32 [kept], the place in ``numbers`` of each record's input.
          data, offsets: uint8 and int64 [kept + 1], what ``splice_records`` returns.
        """
        if not len(record_input):
            return
        start = self._sink.size
        data = np.ascontiguousarray(data)
        first = np.concatenate(([0], np.flatnonzero(np.diff(record_input)) + 1, [len(record_input)]))
        for begin, end in zip(first[:-1].tolist(), first[1:].tolist()):
            here, there = int(offsets[begin]), int(offsets[end])
            self._add(int(record_input[begin]), start + here, data[here:there], end - begin)
        self._sink.write(data.data)

    def write_run(self, place: int, data: Bytes, records: int) -> None:
        """Add bytes of one input that hold so many records.

        Args:
          place: in ``numbers``.
        """
        data = np.ascontiguousarray(data)
        self._add(place, self._sink.size, data, records)
        self._sink.write(data.data)

    def close(self) -> tuple[Segment, tuple[NativePiece, ...]]:
        """Finish the segment; an input without records has a piece of no bytes, so that its file is released empty."""
        seen = {piece.input for piece in self._pieces}
        for place, number in enumerate(self._numbers):
            if number not in seen:
                self._add(place, self._sink.size, np.zeros(0, np.uint8), 0)
        self._stack.close()
        return Segment(self._path, self._sink.size), tuple(self._pieces)

    def _add(self, place: int, offset: int, data: Bytes, records: int) -> None:
        number, name = self._numbers[place], self._names[place]
        last = self._pieces[-1] if self._pieces else None
        if last is not None and last.input == number and last.offset + last.bytes == offset:
            self._pieces.pop()
            offset, records = last.offset, last.records + records
            size, before = last.bytes + len(data), last.crc32
        else:
            size, before = len(data), 0
        checksum = crc32(data.data, before)
        self._pieces.append(NativePiece(number, name, self._path, offset, size, records, checksum))


def join_native(
    layout: Layout,
    recipient: str,
    form: str,
    pieces: Sequence[NativePiece],
    count: Callable[[int], None] = lambda size: None,
) -> tuple[NativeFile, Member]:
    """Write one native file of a format from its staged pieces, in the order given.

    Args:
      count: told the bytes of each piece that is done.

    Returns:
      The file, and what the archive needs of it.

    Raises:
      RedactError: a staged segment is not what was read back and sealed.
    """
    name, size = pieces[0].name, sum(piece.bytes for piece in pieces)
    path = f"{layout.native_folder(recipient)}/{name}"
    if size_of(layout.fs, path) == size:
        # Joined by an attempt that was killed: its segments may be gone.
        ends = accumulate(piece.bytes for piece in pieces)
        places = [(path, end - piece.bytes, piece) for end, piece in zip(ends, pieces)]
        joined = DigestSink(Nowhere())
        _copy(layout, places, joined, count, f"{path}: not what its seals say; delete it, and run again")
    else:
        places = [(f"{layout.staged_native(recipient)}/{piece.path}", piece.offset, piece) for piece in pieces]
        with whole_file(layout.fs, path, layout.unfinished) as joined:
            _copy(
                layout,
                places,
                joined,
                count,
                f"{places[0][0]}: not what its seal says; delete {layout.staging}, and run again",
            )
    file = NativeFile(name, form, sum(piece.records for piece in pieces), joined.size, joined.sha256)
    return file, Member(name, path, joined.size, joined.checksums)


def _copy(
    layout: Layout,
    places: Sequence[tuple[str, int, NativePiece]],
    sink: DigestSink,
    count: Callable[[int], None],
    wrong: str,
) -> None:
    for path, offset, piece in places:
        try:
            same = not piece.bytes or copy_into(layout.fs, path, offset, piece.bytes, sink) == (
                piece.bytes,
                piece.crc32,
            )
        except FileNotFoundError:
            same = False
        if not same:
            raise RedactError(wrong)
        count(piece.bytes)
