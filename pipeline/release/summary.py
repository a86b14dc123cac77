"""What a unit did, sealed: written last, so that a unit whose seal stands is done."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow.fs as pafs

from pipeline.release.layout import LOGS, Layout, read_bytes, size_of, write_whole


@dataclass(frozen=True)
class PartFile:
    """A Parquet part: its path in the recipient's run folder of a dataset, rows, bytes, digest, checksums for the
    archive (``DigestSink.checksums``)."""

    path: str
    rows: int
    bytes: int
    sha256: str
    checksums: tuple[int, ...]
    dataset: str = LOGS

    def listed(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {name: value for name, value in asdict(self).items() if name != "checksums"}


@dataclass(frozen=True)
class NativePiece:
    """What one unit wrote of one native file: a piece of a staged segment.

    Attributes:
      input: number of the input in the plan.
      name: released name of the native file for this recipient.
      path: the staged segment, in the recipient's native staging folder.
      offset, bytes: the piece in the segment.
      records: how many are in it.
      crc32: of the piece, so that what is published is what was read back, whatever befell the disk since.
    """

    input: int
    name: str
    path: str
    offset: int
    bytes: int
    records: int
    crc32: int


@dataclass(frozen=True)
class Segment:
    """A staged native segment: its path, bytes."""

    path: str
    bytes: int


@dataclass(frozen=True)
class InputCounts:
    """Records of one input in one unit; ``quarantined`` by reason."""

    input: int
    records_in: int
    records_out: int
    quarantined: Mapping[str, int]


@dataclass(frozen=True)
class Verification:
    """What the leak check did for one recipient.

    Attributes:
      records_checked: records read back and held to the edits.
      leaks: records that it took out.
      residual_risk: original values too short or too common to be searched for.
      checksums_given_up: of datagrams in fragments that do not stand together: zero now, whatever they were.
    """

    records_checked: int = 0
    leaks: int = 0
    residual_risk: int = 0
    checksums_given_up: int = 0

    def __add__(self, other: Verification) -> Verification:
        return Verification(
            self.records_checked + other.records_checked,
            self.leaks + other.leaks,
            self.residual_risk + other.residual_risk,
            self.checksums_given_up + other.checksums_given_up,
        )


@dataclass(frozen=True)
class RecipientSummary:
    """What one unit staged for one recipient.

    Attributes:
      recipient: its name in the plan.
      counts: (entity, action, how many findings), sorted.
      vault: bytes of the staged rows of its vault, 0 where there are none.
    """

    recipient: str
    counts: tuple[tuple[str, str, int], ...]
    parts: tuple[PartFile, ...]
    segments: tuple[Segment, ...]
    native: tuple[NativePiece, ...]
    verification: Verification = Verification()
    vault: int = 0


@dataclass(frozen=True)
class UnitSummary:
    """What one unit did. It holds no text of a record.

    Attributes:
      unit: its number in the plan.
      inputs: counts for every input that the unit has a range of.
      recipients: one for each recipient of the plan, in its order.
      quarantine: bytes of the unit's staged quarantine list, 0 where it has none.
    """

    unit: int
    inputs: tuple[InputCounts, ...]
    recipients: tuple[RecipientSummary, ...]
    quarantine: int = 0

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> UnitSummary:
        """The reverse of ``to_json``; KeyError, TypeError or ValueError where it is none."""
        raw = json.loads(text)
        return cls(
            unit=raw["unit"],
            inputs=tuple(InputCounts(**counts) for counts in raw["inputs"]),
            recipients=tuple(_recipient(recipient) for recipient in raw["recipients"]),
            quarantine=raw["quarantine"],
        )


def _recipient(raw: Mapping[str, Any]) -> RecipientSummary:
    return RecipientSummary(
        recipient=raw["recipient"],
        counts=tuple((entity, action, count) for entity, action, count in raw["counts"]),
        parts=tuple(PartFile(**{**part, "checksums": tuple(part["checksums"])}) for part in raw["parts"]),
        segments=tuple(Segment(**segment) for segment in raw["segments"]),
        native=tuple(NativePiece(**piece) for piece in raw["native"]),
        verification=Verification(**raw["verification"]),
        vault=raw["vault"],
    )


def summed_counts(summaries: Iterable[RecipientSummary]) -> Counter[tuple[str, str]]:
    """(entity, action) -> findings, over units."""
    total: Counter[tuple[str, str]] = Counter()
    for summary in summaries:
        for entity, action, count in summary.counts:
            total[entity, action] += count
    return total


def seal(layout: Layout, summary: UnitSummary) -> None:
    """Write a unit's summary, after all its files; from now on the unit is done."""
    write_whole(layout.fs, layout.summary(summary.unit), summary.to_json().encode())


def sealed(layout: Layout, unit: int) -> UnitSummary | None:
    """A unit's summary if it is done: its seal is whole, and for each recipient the release is published, or its files
    stand in their sizes, staged or in their places. Of a native segment that is where all is that it was joined to."""
    path = layout.summary(unit)
    if size_of(layout.fs, path) < 0:
        return None
    try:
        summary = UnitSummary.from_json(read_bytes(layout.fs, path))
    except (KeyError, TypeError, ValueError):
        return None
    if summary.unit != unit:
        return None
    wanted: list[tuple[tuple[str, ...], int]] = []
    segments: list[tuple[str, int, list[str]]] = []
    if summary.quarantine:
        wanted.append(((layout.staged_quarantine(unit),), summary.quarantine))
    for recipient in summary.recipients:
        name = recipient.recipient
        if size_of(layout.fs, layout.manifest(name)) >= 0:
            continue
        for part in recipient.parts:
            folders = layout.staged_parts(name, part.dataset), layout.run_folder(name, part.dataset)
            wanted.append((tuple(f"{folder}/{part.path}" for folder in folders), part.bytes))
        joined: dict[str, list[str]] = {}
        for piece in recipient.native:
            joined.setdefault(piece.path, []).append(f"{layout.native_folder(name)}/{piece.name}")
        for segment in recipient.segments:
            segments.append(
                (f"{layout.staged_native(name)}/{segment.path}", segment.bytes, joined.get(segment.path, []))
            )
        if recipient.vault:
            wanted.append(((layout.staged_vault(name, unit),), recipient.vault))
    found = _sizes(
        layout.fs, [*(place for places, _ in wanted for place in places), *(place for place, _, _ in segments)]
    )
    if not all(any(found[place] == size for place in places) for places, size in wanted):
        return None
    gone = [joined for place, size, joined in segments if found[place] != size]
    there = _sizes(layout.fs, [place for joined in gone for place in joined])
    return summary if all(joined and min(there[place] for place in joined) >= 0 for joined in gone) else None


def _sizes(fs: pafs.FileSystem, paths: list[str]) -> dict[str, int]:
    """Of files; -1 of what is none."""
    infos = fs.get_file_info(paths) if paths else []
    return {info.path: info.size if info.type == pafs.FileType.File else -1 for info in infos}
