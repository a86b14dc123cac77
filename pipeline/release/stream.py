"""Rows of a stream on their way to Parquet: one file for each window and partition, duplicates dropped by offset.

OUT/<recipient>/client=<opaque>/dataset=<dataset>/stream=<topic>/partition=<n>/part-<first offset>-<last offset>.parquet

A file is there whole or not at all. Its columns are those of the dataset, and which message each row is of:
``source_topic`` (a keyed digest of the name), ``source_partition``, ``source_offset``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from pipeline.records import Int64
from pipeline.release.layout import Layout, saving_to, write_whole
from pipeline.release.parquet import parquet_writer

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


def write_window(layout: Layout, place: Place, pieces: Iterable[tuple[bytes, bytes]]) -> str:
    """Write what came in one window, but for what stands in a file already; returns the file, or an empty text.

    Args:
      pieces: (a Parquet file of rows, int64 [rows] the offset of the message that each is of). The rows of a message
        are in one piece; of a message that came twice the first piece counts.

    Raises:
      ConfigurationError: the folder may not be written, or has no room.
    """
    folder = place.folder(layout)
    files = _files(layout.fs, folder)
    tables, seen = [], set[int]()
    for data, raw in pieces:
        offsets = np.frombuffer(raw, np.int64)
        seen |= _standing(layout.fs, files, offsets)
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
    return path


def _with_source(table: pa.Table, place: Place, offsets: Int64) -> pa.Table:
    rows = len(offsets)
    return (
        table.append_column("source_topic", pa.array([place.topic] * rows))
        .append_column("source_partition", pa.array(np.full(rows, place.partition, np.int32)))
        .append_column(OFFSET, pa.array(offsets))
    )


def _files(fs: pafs.FileSystem, folder: str) -> Mapping[str, tuple[int, int]]:
    """Path -> first and last offset of what stands in a folder."""
    found = fs.get_file_info(pafs.FileSelector(folder, allow_not_found=True))
    named = ((info.path, _NAME.fullmatch(info.base_name)) for info in found)
    return {path: (int(match[1]), int(match[2])) for path, match in named if match}


def _standing(fs: pafs.FileSystem, files: Mapping[str, tuple[int, int]], offsets: Int64) -> set[int]:
    """Which messages of the span of some offsets stand in files."""
    least, most = int(offsets.min()), int(offsets.max())
    standing: set[int] = set()
    for path, (first, last) in files.items():
        if first <= most and least <= last:
            with fs.open_input_file(path) as file:
                standing.update(pq.read_table(file, columns=[OFFSET])[OFFSET].to_pylist())
    return standing
