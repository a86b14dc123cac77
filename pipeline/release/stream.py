"""Rows of a stream on their way to Parquet: one file for each window and partition, duplicates dropped by offset.

OUT/<recipient>/client=<opaque>/dataset=<dataset>/stream=<topic>/partition=<n>/
    part-<first offset>-<last offset>.parquet
    _manifest-<first offset>-<last offset>.json              written after it: the file is released once it stands

A file is there whole or not at all. Its columns are those of the dataset, and which message each row is of:
``source_topic`` (a keyed digest of the name), ``source_partition``, ``source_offset``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from pipeline.records import Int64
from pipeline.release.layout import Layout, read_bytes, saving_to, write_whole
from pipeline.release.manifest import manifest_bytes
from pipeline.release.parquet import parquet_writer

FORMAT, VERSION = "redact-stream-manifest", 1
OFFSET = "source_offset"
_NAME = re.compile(r"part-(\d{20})-(\d{20})\.parquet")


@dataclass(frozen=True)
class Place:
    """Where rows of one recipient, dataset and partition go.

    Attributes:
      topic: what stands for its name.
    """

    recipient: str
    dataset: str
    topic: str
    partition: int

    def folder(self, layout: Layout) -> str:
        return (
            f"{layout.client_folder(self.recipient)}/dataset={self.dataset}"
            f"/stream={self.topic}/partition={self.partition}"
        )


def write_window(
    layout: Layout, place: Place, pieces: Iterable[tuple[bytes, bytes]], made_by: Mapping[str, Any]
) -> str:
    """Write what came in one window, but for what stands in a file already; returns the file, or an empty text.

    A file that a writer left without a manifest, since it was killed between the two, gets it.

    Args:
      made_by: what ``manifest.made_by`` says.
      pieces: (a Parquet file of rows, int64 [rows] the offset of the message that each is of). The rows of a message
        are in one piece; of a message that came twice the first piece counts.

    Raises:
      ConfigurationError: the folder may not be written, or has no room.
    """
    folder = place.folder(layout)
    files, sealed = _files(layout.fs, folder)
    tables, seen = [], set[int]()
    for data, raw in pieces:
        offsets = np.frombuffer(raw, np.int64)
        for path in _about(files, offsets):
            seen |= _standing(layout.fs, path)
            if _manifest(path) not in sealed:
                _seal(layout, place, path, made_by)
                sealed.add(_manifest(path))
        fresh = np.array([number for number in np.unique(offsets).tolist() if number not in seen], np.int64)
        chosen = np.flatnonzero(np.isin(offsets, fresh))
        seen.update(fresh.tolist())
        if len(chosen):
            table = pq.read_table(pa.BufferReader(data)).take(pa.array(chosen))
            tables.append(_with_source(table, place, offsets[chosen]))
    if not tables:
        return ""
    table = pa.concat_tables(tables)
    offsets = table[OFFSET].to_numpy()
    table = table.take(pa.array(np.argsort(offsets, kind="stable")))
    sink = pa.BufferOutputStream()
    with parquet_writer(sink, table) as writer:
        writer.write_table(table)
    path = f"{folder}/part-{offsets.min():020d}-{offsets.max():020d}.parquet"
    with saving_to(folder):
        write_whole(layout.fs, path, sink.getvalue())
    _seal(layout, place, path, made_by)
    return path


def _manifest(part: str) -> str:
    """Where the manifest of a file stands."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/{name.replace('part-', '_manifest-').replace('.parquet', '.json')}"


def _seal(layout: Layout, place: Place, path: str, made_by: Mapping[str, Any]) -> None:
    """Write the manifest of a file from what stands in it: always the same."""
    data = read_bytes(layout.fs, path)
    offsets = pq.read_table(pa.BufferReader(data), columns=[OFFSET])[OFFSET].to_numpy()
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        **made_by,
        "dataset": place.dataset,
        "stream": place.topic,
        "partition": place.partition,
        "offsets": {"first": int(offsets.min()), "last": int(offsets.max())},
        "messages": len(np.unique(offsets)),
        "files": [
            {
                "path": path.rpartition("/")[2],
                "rows": len(offsets),
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        ],
    }
    with saving_to(place.folder(layout)):
        write_whole(layout.fs, _manifest(path), manifest_bytes(manifest))


def _with_source(table: pa.Table, place: Place, offsets: Int64) -> pa.Table:
    rows = len(offsets)
    return (
        table.append_column("source_topic", pa.array([place.topic] * rows))
        .append_column("source_partition", pa.array(np.full(rows, place.partition, np.int32)))
        .append_column(OFFSET, pa.array(offsets))
    )


def _files(fs: pafs.FileSystem, folder: str) -> tuple[dict[str, tuple[int, int]], set[str]]:
    """(path -> first and last offset of what stands in a folder, the manifests there)."""
    found = [info.path for info in fs.get_file_info(pafs.FileSelector(folder, allow_not_found=True))]
    named = ((path, _NAME.fullmatch(path.rpartition("/")[2])) for path in found)
    return {path: (int(match[1]), int(match[2])) for path, match in named if match}, set(found)


def _about(files: Mapping[str, tuple[int, int]], offsets: Int64) -> list[str]:
    """Files in which some of these messages may stand."""
    least, most = int(offsets.min()), int(offsets.max())
    return [path for path, (first, last) in files.items() if first <= most and least <= last]


def _standing(fs: pafs.FileSystem, path: str) -> set[int]:
    """Which messages stand in a file."""
    with fs.open_input_file(path) as file:
        return set(pq.read_table(file, columns=[OFFSET])[OFFSET].to_pylist())
