"""What is new in a folder: whole records of files that grow, are dropped, rotated or cut to nothing (as ``tail -F``).

A file is what its inode says, whatever its name: renamed, it goes on where it was. One that is shorter than what was
taken of it, or begins otherwise, was cut and begins anew. A copy of a file under a longer name, as rotation by copying
makes it, goes on where the file was. New packets of a capture are taken as a capture of their own, new mails of a
mailbox as a mailbox.
"""

from __future__ import annotations

import hmac
import math
import os
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.captures.packets import UNKNOWN, Cut
from pipeline.formats.format import split_records
from pipeline.formats.mail import MAILBOX
from pipeline.formats.registry import format_named
from pipeline.inputs import Input, Unreadable, find_inputs
from pipeline.inputs.content import beginning, decoded_chunks
from pipeline.inputs.finding import spelled
from pipeline.inputs.mailboxes import LONGEST_MAIL, first_mail, last_mail
from pipeline.kernels.framing import NEVER
from pipeline.records import LONGEST_RECORD, Int64
from pipeline.service.claims import Place
from pipeline.service.folder import files_of, is_delivered

if TYPE_CHECKING:
    from pipeline.captures.growth import GrowingCaptures

#: Bytes at the beginning, and before the place, by which a file is known again.
ENDS = 1024
#: Bytes of one file, and of all, that a tick takes.
FILE_BYTES = 2 * LONGEST_RECORD
TICK_BYTES = 64 << 20
#: Files that are gone and still known.
KEPT_GONE = 1000
NO_DEVICE = -1
COPY = "a compressed copy of what was taken"
ARCHIVE = "an archive: unpack it here, or give it to 'redact run'"
UNFINISHED = "its last packet is not whole yet"
GROWING = "can only be read whole, and still grows"
REST = "the rest of a record that is too long to be read; its beginning was set aside"
#: Seconds of growth, of a file that must be whole, after which it is said that it waits.
LONG = 60.0
#: Seconds without growth after which the last record is taken for whole, of formats whose records may go on.
SETTLED = 0.5


@dataclass(frozen=True)
class Slice:
    """What a tick takes of a file.

    Attributes:
      item: the whole file as an input.
      data: its new bytes; None where all of it is taken at once, as it is stored.
      start: where they stand.
      place: how far the file is taken then.
      former: of what the inode was before, of which copies may come yet; under a number of no file.
    """

    item: Input
    data: bytes | None
    start: int
    place: Place
    former: Place | None = None

    @property
    def places(self) -> list[Place]:
        return [self.place, self.former] if self.former else [self.place]


@dataclass(frozen=True)
class Settings:
    """How a folder is looked at.

    Attributes:
      folder: its real path.
      patience: seconds that an unfinished last line, and a file that must be whole, may stand still.
      key: 32 bytes, for digests of what files hold.
      format, year, zone: as of a run.
    """

    folder: Path
    patience: float
    key: bytes
    format: str | None = None
    year: int | None = None
    zone: str | None = None


@dataclass(frozen=True)
class Look:
    """What a look found.

    Attributes:
      slices: what a tick takes.
      noted: places to note without it.
      gone: files that are long gone.
      waiting: path -> why nothing more of a file is taken for now; told again at the next look.
    """

    slices: list[Slice]
    noted: list[Place]
    gone: list[tuple[int, int]]
    waiting: dict[str, str]


@dataclass
class _Seen:
    """A file as it was at the last look.

    Attributes:
      stamp: (size, time of modification in nanoseconds).
      since: monotonic time since which it is so.
      first: monotonic time at which it was first seen.
      goes_on: whether it was held to what was taken of it; an inode may be another file's by now.
      begun: of a capture, how far it is taken, what must stand before what comes, and packets (``captures.growth``).
    """

    stamp: tuple[int, int]
    since: float
    first: float
    goes_on: bool = False
    begun: tuple[int, bytes, int] = (0, b"", 0)


class Follower:
    """Looks at a folder again and again; remembers no more than when each file last grew."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: dict[tuple[int, int], _Seen] = {}
        self._captures: GrowingCaptures | None = None

    def look(self, places: Mapping[tuple[int, int], Place], datasets: Collection[str]) -> Look:
        """See what is new.

        Args:
          datasets: what every recipient may get; files of others wait.
        """
        now = time.monotonic()
        files = dict(files_of(self._settings.folder))
        # Of what is gone a compressed copy may come.
        gone = [key for key in places if key not in files][:-KEPT_GONE]
        self._seen = {key: seen for key, seen in self._seen.items() if key in files}
        known = {key: replace(place, path=files.get(key, (place.path,))[0]) for key, place in places.items()}
        noted = {key: place for key, place in known.items() if place != places[key] and key in files}
        slices: list[Slice] = []
        waiting: dict[str, str] = {}
        taken = 0
        # What is new comes first: it may be a copy of what is about to be seen cut.
        for key, (path, stamp) in sorted(files.items(), key=lambda found: (found[0] in known, found[1][0])):
            seen = self._seen.get(key)
            if seen is None:
                seen = self._seen[key] = _Seen(stamp, now, now)
            elif seen.stamp != stamp:
                seen = self._seen[key] = _Seen(stamp, now, seen.first, begun=seen.begun)
            size, modified = stamp
            place = known.get(key)
            if not size or (place is not None and seen.goes_on and size == max(place.offset, place.shown)):
                continue
            still = max(now - seen.since, time.time() - modified / 1e9)
            if is_delivered(self._settings.folder / path):
                still = math.inf
            found = self._take(key, path, seen, place, known, still, datasets)
            if isinstance(found, str):
                waiting[path] = found
            elif isinstance(found, Place):
                noted[key] = found
            elif found is not None:
                slices.append(found)
                noted.pop(key, None)
                taken += len(found.data) if found.data is not None else size
                if taken >= TICK_BYTES:
                    break
        return Look(slices, list(noted.values()), gone, waiting)

    def _take(
        self,
        key: tuple[int, int],
        path: str,
        seen: _Seen,
        place: Place | None,
        known: Mapping[tuple[int, int], Place],
        still: float,
        datasets: Collection[str],
    ) -> Slice | Place | str | None:
        """What to take of a file now, what to note of it, why it waits, or nothing yet."""
        full = self._settings.folder / path
        try:
            with open(full, "rb") as file:
                status = os.fstat(file.fileno())
                size = status.st_size
                if (status.st_dev, status.st_ino) != key or size < seen.stamp[0]:
                    return None  # renamed or cut since: the next look sees it, and whatever came with it
                former = None
                if place is not None and not self._goes_on(file.fileno(), place, size):
                    if place.head and place.offset > 0:
                        former = replace(place, device=NO_DEVICE, inode=time.time_ns())
                    place = None
                seen.goes_on = True
                if place is not None and size == max(place.offset, place.shown):
                    return None
                if place is None:
                    place = self._copied(file.fileno(), key, path, size, known)
                    if place is not None:
                        return place
                    waits = still < self._settings.patience
                    if waits and self._may_be_a_copy(file.fileno(), path, size, known):
                        return None
                place = place or Place(*key, path, 0, b"", b"")
                found = self._input(full, path)
                if isinstance(found, Unreadable):
                    head = self._digest(file.fileno(), 0, min(ENDS, size))
                    skipped = replace(place, offset=-1, head=head, shown=size, reason=found.reason)
                    return skipped if still >= SETTLED else None
                if found.dataset not in datasets:
                    return f"{found.dataset}: a dataset that not every recipient's policy names; add it to their lists"
                if place.reason == REST:
                    return self._past(file.fileno(), found, place, size)
                taken = self._new(file.fileno(), found, replace(place, reason=""), seen, still, known)
                return replace(taken, former=former) if isinstance(taken, Slice) else taken
        except OSError:
            return None  # gone since, or may not be read yet: the next look sees

    def _new(
        self,
        file: int,
        item: Input,
        place: Place,
        seen: _Seen,
        still: float,
        known: Mapping[tuple[int, int], Place],
    ) -> Slice | Place | str | None:
        size = os.fstat(file).st_size
        plain = not item.compression and item.encoding == "utf-8"
        if item.is_capture and plain:
            return self._packets(file, item, place, seen, size, still)
        if item.format == MAILBOX.name and plain:
            return self._mails(file, item, place, size, still)
        if item.is_capture or item.sequential or format_named(item.format).splits != "lines":
            if still < self._settings.patience and time.monotonic() - seen.first > LONG:
                return GROWING
            return self._whole(file, item, place, size, still, known)
        return self._slice(file, item, place, size, still)

    def _input(self, full: Path, path: str) -> Input | Unreadable:
        s = self._settings
        inputs, unreadable = find_inputs(
            [str(full)], out=None, format=s.format, year=s.year, zone=s.zone, indexed=False
        )
        if unreadable:
            found = unreadable[0]
            return replace(found, reason=ARCHIVE) if found.reason in ("binary: tar", "binary: zip") else found
        return replace(inputs[0], name=spelled([s.folder.name, *Path(path).parts]))

    def _whole(
        self, file: int, item: Input, place: Place, size: int, still: float, known: Mapping[tuple[int, int], Place]
    ) -> Slice | Place | None:
        """A file that can be read only from its beginning, once it grows no more."""
        if still < self._settings.patience:
            return None
        place = self._at(file, replace(place, offset=size))
        with open(item.uri, "rb", buffering=0) as stored:
            head = beginning(decoded_chunks(stored, item.compression, item.encoding))
        for other in self._originals(place.path, known):
            begins = hmac.digest(self._settings.key, head[: min(ENDS, other.offset)], "sha256")[:16]
            if len(head) >= min(ENDS, other.offset) and begins == other.head:
                return replace(place, reason=COPY)
        return Slice(item, None, 0, place)

    def _slice(self, file: int, item: Input, place: Place, size: int, still: float) -> Slice | None:
        start = max(place.offset, 0)
        data = os.pread(file, min(size - start, FILE_BYTES), start)
        at_end = start + len(data) >= size
        line = data.rfind(b"\n") + 1
        end = line
        if format_named(item.format).continues != NEVER and not (at_end and still >= SETTLED) and line:
            end = int(_record_starts(data[:line], item)[-1])
        if not end and len(data) == FILE_BYTES:
            return self._beginning(file, item, place, data)
        if not end and at_end and len(data) and still >= self._settings.patience:
            # Released as it stands; its place stays, so that what it becomes is released as a whole line.
            shown = start + len(data)
            return Slice(item, data, start, replace(place, offset=start, shown=shown)) if shown != place.shown else None
        if not end:
            return None
        return Slice(item, data[:end], start, self._at(file, replace(place, offset=start + end, shown=0)))

    def _beginning(self, file: int, item: Input, place: Place, data: bytes) -> Slice:
        """The beginning of a record that is too long to be read: it is set aside, in the name of the whole record."""
        start = max(place.offset, 0)
        return Slice(item, data, start, self._at(file, replace(place, offset=start + len(data), shown=0, reason=REST)))

    def _past(self, file: int, item: Input, place: Place, size: int) -> Place | None:
        """What lies behind some more of a record whose beginning is set aside; nothing yet before it has grown."""
        # With the byte before, by which a line begins.
        data = os.pread(file, min(size - place.offset, FILE_BYTES) + 1, place.offset - 1)
        lines = data.rfind(b"\n") + 1
        if item.format == MAILBOX.name:
            end = first_mail(data)
        elif format_named(item.format).continues == NEVER:
            end = data.find(b"\n") + 1
        else:
            # As if it were one line's: what goes on is known by how a line begins.
            starts = _record_starts(b"x" + data[:lines], item)
            end = int(starts[1]) - 1 if len(starts) > 1 else 0
        behind = end or lines or (len(data) if len(data) > FILE_BYTES else 0)
        offset = place.offset - 1 + behind
        if not end and offset <= place.offset:
            return None
        return self._at(file, replace(place, offset=offset, shown=0, reason="" if end else REST))

    def _packets(
        self, file: int, item: Input, place: Place, seen: _Seen, size: int, still: float
    ) -> Slice | str | None:
        """New packets, behind the headers that they need: a capture of its own."""
        from pipeline.captures.growth import GrowingCaptures  # with readers of captures, which logs do without

        captures = self._captures = self._captures or GrowingCaptures(piece_bytes=FILE_BYTES)
        start = max(place.offset, 0)
        if seen.begun[0] != start:
            seen.begun = start, *captures.begun(item.format, file, start)
        _, begun, before = seen.begun
        found = captures.grown(item.format, file, start, size, begun)
        if not found.end:
            return UNFINISHED if still >= self._settings.patience else None
        seen.begun = start + found.end, found.begun, before + found.packets
        item = replace(item, cuts=(Cut(0, UNKNOWN, packets=before),))  # so that packets keep their numbers
        return Slice(item, found.data, start, self._at(file, replace(place, offset=start + found.end, shown=0)))

    def _mails(self, file: int, item: Input, place: Place, size: int, still: float) -> Slice | None:
        """New mails of a mailbox; the last one once the box stands still."""
        start = max(place.offset, 0)
        data = os.pread(file, min(size - start, LONGEST_MAIL + FILE_BYTES), start)
        at_end = start + len(data) >= size
        end = len(data) if at_end and still >= self._settings.patience else last_mail(data)
        if not end and not at_end:
            return self._beginning(file, item, place, data)
        if not end:
            return None
        return Slice(item, data[:end], start, self._at(file, replace(place, offset=start + end, shown=0)))

    # What a file is known by.

    def _digest(self, file: int, start: int, end: int) -> bytes:
        return hmac.digest(self._settings.key, os.pread(file, end - start, start), "sha256")[:16]

    def _at(self, file: int, place: Place) -> Place:
        head = self._digest(file, 0, min(ENDS, place.offset))
        return replace(place, head=head, tail=self._digest(file, max(0, place.offset - ENDS), place.offset))

    def _goes_on(self, file: int, place: Place, size: int) -> bool:
        """Whether a file holds what was taken of it."""
        if not place.head:
            return size >= place.shown
        if place.offset < 0:
            return size >= place.shown and self._digest(file, 0, min(ENDS, place.shown)) == place.head
        ends = (self._digest(file, 0, min(ENDS, place.offset)), place.head)
        last = (self._digest(file, max(0, place.offset - ENDS), place.offset), place.tail)
        return size >= place.offset and ends[0] == ends[1] and last[0] == last[1]

    def _originals(self, path: str, known: Mapping[tuple[int, int], Place]) -> Iterator[Place]:
        for other in known.values():
            if other.offset > 0 and other.head and path != other.path and path.startswith(other.path):
                yield other

    def _copied(
        self, file: int, key: tuple[int, int], path: str, size: int, known: Mapping[tuple[int, int], Place]
    ) -> Place | None:
        """The place in a file that begins as another one did, as far as that was taken, and is named after it."""
        for other in self._originals(path, known):
            if self._goes_on(file, other, size):
                return replace(other, device=key[0], inode=key[1], path=path)
        return None

    def _may_be_a_copy(self, file: int, path: str, size: int, known: Mapping[tuple[int, int], Place]) -> bool:
        """Whether a file could be on the way to be a copy."""
        for other in self._originals(path, known):
            whole = min(ENDS, other.offset)
            if size < other.offset and (size < whole or self._digest(file, 0, whole) == other.head):
                return True
        return False


def _record_starts(data: bytes, item: Input) -> Int64:
    starts, _ = split_records(np.frombuffer(bytearray(data), np.uint8), format_named(item.format).continues)
    return starts
