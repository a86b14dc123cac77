"""Small releases of one recipient joined to larger ones, under a manifest that supersedes theirs.

Releases are joined that agree in all that decided them (policy, key, known values, software), in the order in which
they were made: Parquet parts by dataset and date, native files by name, as far as their format can go on, one archive.
A joined part is held to the rows of its
sources, and each source to its digest, before the manifest is written, last, as of any release. What is superseded
stays for readers that are at it, and goes with a later compaction.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from pipeline.errors import ConfigurationError, RedactError
from pipeline.release.archive import Member, write_archive
from pipeline.release.layout import (
    MANIFEST,
    PACKETS,
    Layout,
    create_if_absent,
    open_layout,
    read_bytes,
    whole_file,
    write_whole,
)
from pipeline.release.manifest import archived, manifest_bytes
from pipeline.release.packets import coded_schema, packets_schema
from pipeline.release.parquet import parquet_writer, rows_schema, table_schema
from pipeline.release.parts import ROW_GROUP_ROWS
from pipeline.release.publish import ARCHIVED
from pipeline.service.joining import files_of, going_on
from pipeline.service.watch import RUNNER as WATCH

#: Bytes of Parquet from which on a release is large enough.
LARGE = 64 << 20
#: How long what is superseded stays.
GRACE = timedelta(hours=1)
#: What releases must agree in to be joined.
ALIKE = (
    "format", "version", "client", "recipient", "purpose", "policy", "key", "known_values_version",
    "scheme", "software",
)  # fmt: skip
RUNNER = "compact"
#: Begins the id of what is joined: cut short, it is known by it, and cleared away by the next compaction.
JOINED = "joined-"


@dataclass(frozen=True)
class _Release:
    """A published release: its places and its manifest."""

    layout: Layout
    recipient: str
    manifest: Mapping[str, Any]

    @property
    def created(self) -> datetime:
        return datetime.fromisoformat(self.manifest["run_info"]["created"])

    @property
    def order(self) -> tuple[str, str]:
        """Of what it holds: joined ones stand where their last one stood."""
        info = self.manifest["run_info"]
        return info.get("last", info["created"]), self.manifest["run"]

    @property
    def bytes(self) -> int:
        return sum(part["bytes"] for part in self.manifest["files"])

    @property
    def alike(self) -> str:
        return json.dumps({name: self.manifest[name] for name in ALIKE}, sort_keys=True)


def compact(out: str, grace: timedelta = GRACE) -> list[str]:
    """Join small releases of each recipient and client, and remove what was superseded long enough.

    Safe to repeat, and to be killed: what is joined gets the same name and the same bytes again.

    Returns:
      A line for each thing that was done.

    Raises:
      RedactError: a file is not what its manifest says; nothing of it is superseded.
      ConfigurationError: ``out`` cannot be opened, or has no room.
    """
    root = open_layout(out, "", "")
    if isinstance(root.fs, pafs.LocalFileSystem):
        Path(root.root).mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(f"{root.root}/.compact.lock", timeout=0):
                return _compact(out, root, grace)
        except Timeout:
            raise ConfigurationError(f"{out}: is being compacted already; wait for that one") from None
    return _compact(out, root, grace)


def _compact(out: str, root: Layout, grace: timedelta) -> list[str]:
    said = []
    for name in _folders(root.fs, f"{root.root}/_staging"):
        if name.startswith(f"run={JOINED}"):
            _delete(root.fs, f"{root.root}/_staging/{name}")
    for recipient in _folders(root.fs, root.root):
        for name in _folders(root.fs, f"{root.root}/{recipient}"):
            if not recipient.startswith("_") and name.startswith("client="):
                said += _compact_client(out, recipient, name.removeprefix("client="), grace)
    return said


def _folders(fs: pafs.FileSystem, path: str) -> list[str]:
    found = fs.get_file_info(pafs.FileSelector(path, allow_not_found=True))
    return sorted(info.base_name for info in found if info.type == pafs.FileType.Directory)


def _compact_client(out: str, recipient: str, client: str, grace: timedelta) -> list[str]:
    releases = _releases(out, recipient, client)
    over = {run: r for r in releases for run in r.manifest["supersedes"]}
    _clear(out, recipient, client, {r.manifest["run"] for r in releases}, over)
    said = []
    live = [r for r in releases if r.manifest["run"] not in over and r.bytes < LARGE]
    for _, alike in groupby(sorted(live, key=lambda r: r.order), key=lambda r: r.alike):
        for group in _groups(list(alike)):
            joined = _join(out, recipient, client, group)
            rows = joined["records"]["records_out"]
            said.append(f"{recipient}: joined {len(group)} releases, {rows:,} records, to run {joined['run']}")
    now = datetime.now(UTC)
    for release in releases:
        by = over.get(release.manifest["run"])
        if by is not None and now - by.created >= grace:
            _remove(release.layout, recipient)
            said.append(f"{recipient}: removed run {release.manifest['run']}, which {by.manifest['run']} supersedes")
    return said


def _releases(out: str, recipient: str, client: str) -> list[_Release]:
    root = open_layout(out, "", client)
    found = []
    for name in _folders(root.fs, root.run_folder(recipient).rpartition("/")[0]):
        layout = open_layout(out, name.removeprefix("run="), client)
        if root.fs.get_file_info(layout.manifest(recipient)).type == pafs.FileType.File:
            release = _Release(layout, recipient, json.loads(read_bytes(root.fs, layout.manifest(recipient))))
            if release.manifest["run_info"]["runner"] in (WATCH, RUNNER):
                found.append(release)
    return found


def _clear(out: str, recipient: str, client: str, there: Collection[str], over: Collection[str]) -> None:
    """Remove what was cut short: joined without a manifest, and superseded whose manifest went already."""
    root = open_layout(out, "", client)
    places = (*(root.run_folder(recipient, dataset) for dataset in ARCHIVED), root.native_folder(recipient))
    found = {name.removeprefix("run=") for place in places for name in _folders(root.fs, place.rpartition("/")[0])}
    for run in sorted(found - set(there)):
        if run.startswith(JOINED) or run in over:
            _remove(open_layout(out, run, client), recipient)


def _groups(releases: Sequence[_Release]) -> Iterator[list[_Release]]:
    """Runs of releases that together are LARGE; of the last, whatever there is of it, if that is more than one."""
    group: list[_Release] = []
    for release in releases:
        group.append(release)
        if sum(r.bytes for r in group) >= LARGE:
            yield group
            group = []
    if len(group) > 1:
        yield group


def _join(out: str, recipient: str, client: str, group: Sequence[_Release]) -> Mapping[str, Any]:
    runs = [r.manifest["run"] for r in group]
    run = JOINED + hashlib.sha256(json.dumps(runs).encode()).hexdigest()[:24]
    layout = open_layout(out, run, client)
    members, files = [], []
    for dataset, date in sorted(
        {(part["dataset"], part["path"].partition("/")[0]) for r in group for part in r.manifest["files"]}
    ):
        sources = [
            (f"{r.layout.run_folder(recipient, dataset)}/{part['path']}", part)
            for r in group
            for part in r.manifest["files"]
            if part["dataset"] == dataset and part["path"].startswith(f"{date}/")
        ]
        path = f"{date}/part-00000-0000.parquet"
        place = f"{layout.run_folder(recipient, dataset)}/{path}"
        joined, checksums = _join_parts(layout, place, dataset, sources)
        file = {"path": path, "dataset": dataset, **joined}
        files.append(file)
        members.append(Member(f"{ARCHIVED[dataset]}/{path}", place, file["bytes"], checksums))
    native = []
    pieces = [
        (file["path"], f"{r.layout.native_folder(recipient)}/{file['path']}", file)
        for r in group
        for file in r.manifest["native"]
    ]
    for name, own in files_of(layout.fs, pieces):
        place = f"{layout.native_folder(recipient)}/{name}"
        joined, checksums = _join_native(layout, place, name, own)
        native.append(joined)
        members.append(Member(name, place, joined["bytes"], checksums))
    last = group[-1].manifest
    manifest = {
        **{name: r.manifest[name] for r in group for name in ("captures",) if name in r.manifest},
        **last,
        "run": run,
        "datasets": sorted({name for r in group for name in r.manifest["datasets"]}),
        "records": _records([r.manifest["records"] for r in group]),
        "counts": _counts([r.manifest["counts"] for r in group]),
        "verification": dict(sum((Counter(r.manifest["verification"]) for r in group), Counter())),
        "files": files,
        "native": native,
        "inputs": [each for r in group for each in r.manifest["inputs"]],
        # What those superseded is superseded by this, too.
        "supersedes": sorted({*runs, *(run for r in group for run in r.manifest["supersedes"])}),
    }
    for name in ("archive", "run_info"):
        del manifest[name]
    manifest["verification"] = {k: manifest["verification"].get(k, 0) for k in last["verification"]}
    archive = write_archive(layout, recipient, members, MANIFEST, manifest_bytes(archived(manifest)))
    path = layout.archive(recipient).removeprefix(f"{layout.client_folder(recipient)}/")
    manifest["archive"] = {"path": path, "bytes": archive.size, "sha256": archive.sha256}
    created = datetime.now(UTC).isoformat(timespec="microseconds")
    info = {"created": created, "seconds": 0.0, "runner": RUNNER, "workers": 1, "last": group[-1].order[0]}
    manifest["run_info"] = info
    create_if_absent(layout.fs, layout.manifest(recipient), manifest_bytes(manifest), layout.unfinished)
    _delete(layout.fs, layout.staging)
    return manifest


def _records(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    reasons: Counter[str] = sum((Counter(r["quarantined"]) for r in records), Counter())
    return {
        "records_in": sum(r["records_in"] for r in records),
        "records_out": sum(r["records_out"] for r in records),
        "quarantined": dict(sorted(reasons.items())),
    }


def _counts(counts: Sequence[Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    total: Counter[tuple[str, str]] = Counter()
    for each in counts:
        total.update({(entity, action): n for entity, actions in each.items() for action, n in actions.items()})
    made: dict[str, dict[str, int]] = {}
    for (entity, action), count in sorted(total.items()):
        made.setdefault(entity, {})[action] = count
    return made


# Files.


def _whole(fs: pafs.FileSystem, path: str, expected: Mapping[str, Any]) -> bytes:
    """The bytes of a file that a manifest names. Raises RedactError where they are others."""
    data = read_bytes(fs, path)
    if hashlib.sha256(data).hexdigest() != expected["sha256"]:
        raise RedactError(f"{path}: not what its manifest says, so nothing is joined; restore it from a backup")
    return data


def _row_groups(
    fs: pafs.FileSystem, dataset: str, sources: Sequence[tuple[str, Mapping[str, Any]]]
) -> Iterator[pa.Table]:
    """The rows of parts, in order, in tables of ROW_GROUP_ROWS or a little more."""
    schema = coded_schema() if dataset == PACKETS else table_schema(dataset)
    coded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    waiting: list[pa.Table] = []
    for path, part in sources:
        file = pq.ParquetFile(pa.BufferReader(_whole(fs, path, part)), read_dictionary=coded)
        for number in range(file.num_row_groups):
            waiting.append(file.read_row_group(number, use_threads=False).cast(schema))
            if sum(table.num_rows for table in waiting) >= ROW_GROUP_ROWS:
                yield pa.concat_tables(waiting).unify_dictionaries()
                waiting = []
    if waiting:
        yield pa.concat_tables(waiting).unify_dictionaries()


def _join_parts(
    layout: Layout, path: str, dataset: str, sources: Sequence[tuple[str, Mapping[str, Any]]]
) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Write one part of several, and read it back; returns its rows, bytes and digest, and its checksums."""
    made = pa.BufferOutputStream()
    rows = 0
    writer: pq.ParquetWriter | None = None
    for table in _row_groups(layout.fs, dataset, sources):
        writer = writer or parquet_writer(made, table)
        writer.write_table(table, row_group_size=table.num_rows)
        rows += table.num_rows
    if writer is not None:
        writer.close()
    sink = write_whole(layout.fs, path, made.getvalue())
    with layout.fs.open_input_file(path) as stored:
        file = pq.ParquetFile(stored)
        schema = packets_schema() if dataset == PACKETS else rows_schema(dataset)
        same = file.schema_arrow == schema
        same = same and file.metadata.num_rows == sum(part["rows"] for _, part in sources)
        for number, table in enumerate(_row_groups(layout.fs, dataset, sources)):
            same = same and file.read_row_group(number, use_threads=False).equals(table.cast(schema))
    if not same:
        raise RedactError(
            f"{path}: differs from the parts that it was joined from, so nothing is superseded; run again"
        )
    return {"rows": rows, "bytes": sink.size, "sha256": sink.sha256}, sink.checksums


def _join_native(
    layout: Layout, path: str, name: str, pieces: Sequence[tuple[str, Mapping[str, Any]]]
) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Join native files; what the archive is packed from is read again, and held to the checksums."""
    with whole_file(layout.fs, path, layout.unfinished) as sink:
        for data in going_on(_whole(layout.fs, place, file) for place, file in pieces):
            sink.write(data)
    records = sum(file["records"] for _, file in pieces)
    form = pieces[0][1]["format"]
    file = {"path": name, "format": form, "records": records, "bytes": sink.size, "sha256": sink.sha256}
    return file, sink.checksums


def _remove(layout: Layout, recipient: str) -> None:
    """Remove a release, its manifest first, so that no reader takes what is left for one."""
    for file in (layout.manifest(recipient), layout.archive(recipient)):
        if layout.fs.get_file_info(file).type == pafs.FileType.File:
            layout.fs.delete_file(file)
    for folder in (*(layout.run_folder(recipient, dataset) for dataset in ARCHIVED), layout.native_folder(recipient)):
        _delete(layout.fs, folder)


def _delete(fs: pafs.FileSystem, folder: str) -> None:
    if fs.get_file_info(folder).type == pafs.FileType.Directory:
        fs.delete_dir(folder)
