"""From staged to published: files moved to their places, joined and archived, the manifest last.

A recipient's release is there when its manifest is, and not before: readers look only at run folders that hold one.
Each step may be done twice, so a run that was killed anywhere is completed by running it again, to the same bytes.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pyarrow.fs as pafs

from pipeline.errors import RedactError
from pipeline.inputs import Progress
from pipeline.inputs.stores import make_folder
from pipeline.plan import Plan, PlannedRecipient
from pipeline.release.archive import Member, write_archive
from pipeline.release.layout import (
    LOGS,
    MANIFEST,
    PACKETS,
    TRANSCRIPTS,
    Layout,
    create_if_absent,
    read_bytes,
    saving_to,
    size_of,
)
from pipeline.release.manifest import (
    NativeFile,
    RunInfo,
    Totals,
    archived,
    input_totals,
    make_manifest,
    manifest_bytes,
    run_totals,
    summed_verification,
)
from pipeline.release.native import join_native
from pipeline.release.quarantine import QUARANTINE, is_refused, join_quarantine
from pipeline.release.summary import NativePiece, RecipientSummary, UnitSummary, sealed
from pipeline.release.vaults import join_vault

#: Dataset -> the folder of its parts in the archive; one each, since readers take a folder for one table.
ARCHIVED = {LOGS: "parquet", PACKETS: "packets", TRANSCRIPTS: "transcripts"}


@dataclass(frozen=True)
class Release:
    """One recipient's outcome of a run.

    Attributes:
      recipient: its name.
      manifest: as published; None where the release was refused.
      folder, native, archive: where the files are; empty where refused.
      leaks, limit: what refused it: records that verification took out, and the share that is allowed.
    """

    recipient: str
    manifest: dict[str, Any] | None
    folder: str = ""
    native: str = ""
    archive: str = ""
    leaks: int = 0
    limit: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """What a run came to.

    Attributes:
      quarantine: path of the list of what was not released, kept inside; empty where nothing was.
      already: the run had been published before; nothing was done.
    """

    run_id: str
    totals: Totals
    releases: tuple[Release, ...]
    quarantine: str = ""
    already: bool = False

    @property
    def refused(self) -> tuple[Release, ...]:
        return tuple(release for release in self.releases if release.manifest is None)


def published(plan: Plan, layout: Layout) -> Outcome | None:
    """The outcome of a run that is published for all its recipients, or None."""
    releases = []
    for recipient in plan.recipients:
        manifest = read_manifest(layout, recipient.name)
        if manifest is None:
            return None
        releases.append(_release(layout, recipient.name, manifest))
    totals = Totals(**releases[0].manifest["records"]) if releases and releases[0].manifest else Totals(0, 0)
    kept = f"{layout.inside}/{QUARANTINE}"
    return Outcome(plan.run_id, totals, tuple(releases), kept if size_of(layout.fs, kept) >= 0 else "", already=True)


def read_manifest(layout: Layout, recipient: str) -> dict[str, Any] | None:
    """A recipient's published manifest, or None where the run is not published for it."""
    path = layout.manifest(recipient)
    return json.loads(read_bytes(layout.fs, path)) if size_of(layout.fs, path) >= 0 else None


class _Steps:
    """Bytes that are joined and archived, told as the progress of publishing; its units are recipients.

    Args:
      sizes: by recipient, in the order in which they are published.
    """

    def __init__(self, sizes: Sequence[int], records: int, on_progress: Callable[[Progress], None]) -> None:
        self._sizes, self._records, self._on_progress = sizes, records, on_progress
        self._lock = threading.Lock()
        self._done = self._published = 0

    def __call__(self, size: int) -> None:
        with self._lock:
            self._done += size
            self._tell()

    def next(self) -> None:
        """The recipient whose turn it was is done, whatever was left to do for it."""
        with self._lock:
            self._published += 1
            self._done = sum(self._sizes[: self._published])
            self._tell()

    def _tell(self) -> None:
        told = Progress(self._published, len(self._sizes), self._done, sum(self._sizes), self._records)
        self._on_progress(told)


def publish(
    plan: Plan, layout: Layout, info: RunInfo, on_progress: Callable[[Progress], None] = lambda progress: None
) -> Outcome:
    """Publish what the units of a plan have staged.

    Args:
      on_progress: called now and then, from any thread.

    Raises:
      RedactError: a unit is not done, records do not add up, or a file is not what its seal says.
      ConfigurationError: the disk is full, or a folder may not be written.
    """
    summaries = [_sealed(layout, unit.number) for unit in sorted(plan.units, key=lambda unit: unit.number)]
    inputs = input_totals(plan, summaries)
    totals = run_totals(inputs)
    sizes = [_bytes_of(summaries, recipient.name) for recipient in plan.recipients]
    steps = _Steps(sizes, totals.records_in, on_progress)
    with saving_to(layout.root):
        quarantine = join_quarantine(layout, summaries) or ""
        releases = []
        for recipient in plan.recipients:
            own = [_of(summary, recipient.name) for summary in summaries]
            verification = summed_verification(own)
            if is_refused(verification, totals.records_in, recipient.max_quarantined):
                refused = Release(recipient.name, None, leaks=verification.leaks, limit=recipient.max_quarantined)
                releases.append(refused)
                steps.next()
                continue
            manifest = read_manifest(layout, recipient.name)
            if manifest is None:
                manifest = _publish_recipient(plan, layout, recipient, inputs, summaries, info, steps)
            releases.append(_release(layout, recipient.name, manifest))
            # At once, and not with all the others' in the end: much of it was then never written to the disk.
            _remove(layout, layout.staged(recipient.name))
            steps.next()
        clear_staging(layout)
    return Outcome(plan.run_id, totals, tuple(releases), quarantine)


def clear_staging(layout: Layout) -> None:
    """Remove what a run has staged."""
    _remove(layout, layout.staging)
    parent = f"{layout.root}/_staging"
    folder = pafs.FileSelector(parent, allow_not_found=True)
    if not layout.fs.get_file_info(folder) and layout.fs.get_file_info(parent).type == pafs.FileType.Directory:
        layout.fs.delete_dir(parent)


def _remove(layout: Layout, folder: str) -> None:
    if layout.fs.get_file_info(folder).type == pafs.FileType.Directory:
        layout.fs.delete_dir(folder)


def _publish_recipient(
    plan: Plan,
    layout: Layout,
    recipient: PlannedRecipient,
    inputs: dict[int, Totals],
    units: Sequence[UnitSummary],
    info: RunInfo,
    steps: _Steps,
) -> dict[str, Any]:
    name = recipient.name
    summaries = [_of(unit, name) for unit in units]
    members = []
    for summary in summaries:
        for part in summary.parts:
            path = f"{layout.run_folder(name, part.dataset)}/{part.path}"
            _move(layout.fs, f"{layout.staged_parts(name, part.dataset)}/{part.path}", path, part.bytes)
            members.append(Member(f"{ARCHIVED[part.dataset]}/{part.path}", path, part.bytes, part.checksums))
    workers = max(info.workers, 1)
    joined = _joined(plan, layout, recipient, units, workers, steps)
    native = [file for file, _ in joined]
    members.extend(member for _, member in joined)
    manifest = make_manifest(plan, recipient, inputs, summaries, native)
    archive = write_archive(layout, name, members, MANIFEST, manifest_bytes(archived(manifest)), workers, steps)
    manifest["archive"] = {
        "path": layout.archive(name).removeprefix(f"{layout.client_folder(name)}/"),
        "bytes": archive.size,
        "sha256": archive.sha256,
    }
    manifest["run_info"] = {
        "created": info.created,
        "seconds": info.seconds,
        "runner": info.runner,
        "workers": info.workers,
    }
    if not create_if_absent(layout.fs, layout.manifest(name), manifest_bytes(manifest), layout.unfinished):
        manifest = json.loads(read_bytes(layout.fs, layout.manifest(name)))
    return manifest


def _joined(
    plan: Plan, layout: Layout, recipient: PlannedRecipient, units: Sequence[UnitSummary], workers: int, steps: _Steps
) -> list[tuple[NativeFile, Member]]:
    """A recipient's native files and vault, joined from what units have staged."""
    name = recipient.name
    summaries = [_of(unit, name) for unit in units]
    forms = {planned.number: planned.format for planned in plan.inputs}
    inputs_of: dict[str, set[int]] = {}
    for summary in summaries:
        for piece in summary.native:
            inputs_of.setdefault(piece.path, set()).add(piece.input)

    def join(pieces: list[NativePiece]) -> tuple[NativeFile, Member]:
        joined = join_native(layout, name, forms[pieces[0].input], pieces, steps)
        # What is joined needs its room twice no longer; a segment of several inputs waits for the others.
        own = {piece.path for piece in pieces if len(inputs_of[piece.path]) == 1}
        _delete(layout, [f"{layout.staged_native(name)}/{path}" for path in sorted(own)])
        return joined

    # Reading, digesting and writing do not hold Python's lock.
    with ThreadPoolExecutor(workers) as pool:
        vault = pool.submit(join_vault, plan, layout, recipient, units)
        # The largest first: a large one that began last would be waited for.
        largest = sorted(_pieces_by_input(summaries), key=lambda own: -sum(piece.bytes for piece in own))
        joined = list(pool.map(join, largest))
        vault.result()
    return joined


def _delete(layout: Layout, paths: Sequence[str]) -> None:
    for info in layout.fs.get_file_info(list(paths)):
        if info.type == pafs.FileType.File:
            layout.fs.delete_file(info.path)


def _move(fs: pafs.FileSystem, staged: str, path: str, size: int) -> None:
    if size_of(fs, staged) >= 0:
        make_folder(fs, path.rpartition("/")[0])
        fs.move(staged, path)
    if size_of(fs, path) != size:
        raise RedactError(f"{path}: missing or of another size than its seal says; delete it and run again")


def _pieces_by_input(summaries: Sequence[RecipientSummary]) -> list[list[NativePiece]]:
    pieces: dict[int, list[NativePiece]] = {}
    for summary in summaries:
        for piece in summary.native:
            pieces.setdefault(piece.input, []).append(piece)
    return [pieces[number] for number in sorted(pieces)]


def _sealed(layout: Layout, unit: int) -> UnitSummary:
    summary = sealed(layout, unit)
    if summary is None:
        raise RedactError(f"unit {unit}: not done, so nothing is published; run the same command again")
    return summary


def _of(summary: UnitSummary, recipient: str) -> RecipientSummary:
    for own in summary.recipients:
        if own.recipient == recipient:
            return own
    raise RedactError(f"unit {summary.unit}: holds nothing for {recipient}, so nothing is published; run again")


def _bytes_of(units: Sequence[UnitSummary], recipient: str) -> int:
    """Native files are written twice, joined and archived; Parquet parts once."""
    own = [_of(unit, recipient) for unit in units]
    native = sum(piece.bytes for summary in own for piece in summary.native)
    return 2 * native + sum(part.bytes for summary in own for part in summary.parts)


def _release(layout: Layout, recipient: str, manifest: dict[str, Any]) -> Release:
    return Release(
        recipient,
        manifest,
        layout.run_folder(recipient, manifest["datasets"][0]),
        layout.native_folder(recipient),
        layout.archive(recipient),
    )
