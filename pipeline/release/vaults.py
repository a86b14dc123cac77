"""Vaults: what of a client was issued to a recipient under which pseudonym, as rows that tell nothing without the key.

WORKSPACE/vault/<client id>/<epoch>/<recipient id>/run=<id>.parquet      beside the releases, never in one
WORKSPACE/vault/<client id>/<epoch>/<recipient id>/served.sqlite         what is issued text by text (journal.py)

Each unit stages its rows; publishing joins them before the manifest is written, so that nothing is released that cannot
be turned back. Rows are in the order of their digests: the same run makes the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import ConfigurationError, RedactError
from pipeline.files import guarded_file, make_folder
from pipeline.plan import Plan, PlannedRecipient
from pipeline.records import Bytes
from pipeline.release.journal import Row, read_journal
from pipeline.release.layout import Layout, read_bytes, write_whole
from pipeline.release.summary import UnitSummary

DIGEST_BYTES = 16
#: digest: keyed, of a pseudonym. sealed: its original, encrypted, where the key alone does not invert it.
SCHEMA = pa.schema(
    [pa.field("digest", pa.binary(DIGEST_BYTES), nullable=False), pa.field("sealed", pa.binary())],
)
#: So many rows, and those that repeat them, are put in order at once.
ROWS_AT_ONCE = 500_000
#: Key of the file's metadata: JSON of what beside keys decides how pseudonyms are made.
OPTIONS = b"redact.space"


def vault_folder(workspace: str | Path, client_id: str, epoch: int, recipient_id: str) -> Path:
    return Path(workspace) / "vault" / client_id / str(epoch) / recipient_id


def vault_table(digests: bytes, sealed: Mapping[int, bytes], options: Mapping[str, Any]) -> pa.Table:
    """Rows in order, each once. A token found in several spellings has a row for each.

    Args:
      digests: DIGEST_BYTES for each row.
      sealed: by row, the originals of those that have one.
    """
    schema = SCHEMA.with_metadata({OPTIONS: json.dumps(dict(options), sort_keys=True).encode()})
    return _table(np.frombuffer(digests, np.uint8).reshape(-1, DIGEST_BYTES), sealed, schema)


def _octets(digests: pa.FixedSizeBinaryArray) -> memoryview:
    start = digests.offset * DIGEST_BYTES
    return memoryview(digests.buffers()[1])[start : start + len(digests) * DIGEST_BYTES]


def _table(digests: Bytes, sealed: Mapping[int, bytes], schema: pa.Schema) -> pa.Table:
    """Rows in order, each once; of equal digests one without an original comes first."""
    bare = np.ones(len(digests), np.bool_)
    bare[list(sealed)] = False
    plain = _in_order(digests[bare])
    again = np.zeros(len(plain), np.bool_)
    again[1:] = (plain[1:] == plain[:-1]).all(axis=1)
    rows = plain[~again]
    originals = pa.nulls(len(rows), pa.binary())
    if sealed:
        pairs = sorted({(digests[row].tobytes(), text) for row, text in sealed.items()})
        more = np.frombuffer(b"".join(digest for digest, _ in pairs), np.uint8).reshape(-1, DIGEST_BYTES)
        rows = np.concatenate((rows, more))
        place = rows.view(f"V{DIGEST_BYTES}").ravel().argsort(kind="stable")
        rows = rows[place]
        originals = pa.concat_arrays([originals, pa.array([text for _, text in pairs], pa.binary())])
        originals = originals.take(pa.array(place))
    octets = pa.py_buffer(np.ascontiguousarray(rows))
    digest = pa.Array.from_buffers(pa.binary(DIGEST_BYTES), len(rows), [None, octets])
    return pa.Table.from_arrays([digest, originals], schema=schema)


def _in_order(digests: Bytes) -> Bytes:
    """Digests in order: as two numbers each, of which nearly always the first tells."""
    words = np.ascontiguousarray(digests).view(">u8").astype(np.uint64)
    order = np.argsort(words[:, 0])
    first, second = words[order, 0], words[order, 1]
    if ((first[1:] == first[:-1]) & (second[1:] != second[:-1])).any():
        order = np.lexsort((words[:, 1], words[:, 0]))
    return digests[order]


def _writer(sink: Any, schema: pa.Schema) -> pq.ParquetWriter:
    # Digests are random: neither a dictionary nor statistics are of use.
    return pq.ParquetWriter(sink, schema, compression="zstd", use_dictionary=False, write_statistics=False)


def stage_vault(layout: Layout, recipient: str, unit: int, table: pa.Table) -> int:
    """Stage a unit's rows; returns the bytes written, for ``RecipientSummary.vault``."""
    sink = pa.BufferOutputStream()
    with _writer(sink, table.schema) as writer:
        writer.write_table(table)
    return write_whole(layout.fs, layout.staged_vault(recipient, unit), sink.getvalue()).size


def join_vault(
    plan: Plan, layout: Layout, recipient: PlannedRecipient, summaries: Sequence[UnitSummary]
) -> Path | None:
    """Write the rows of a run into the workspace; returns the file, or None where no unit staged any.

    Safe to repeat: it makes the same bytes.

    Raises:
      RedactError: a staged file is damaged.
      ConfigurationError: the workspace may not be written, or has no room.
    """
    staged = [
        layout.staged_vault(recipient.name, summary.unit)
        for summary in summaries
        if any(own.recipient == recipient.name and own.vault for own in summary.recipients)
    ]
    if not staged:
        return None
    path = vault_folder(plan.workspace, plan.client.id, plan.client.epoch, recipient.id) / f"run={plan.run_id}.parquet"
    try:
        make_folder(path.parent)
        with guarded_file(path) as file:
            write_joined(file, [partial(_staged, layout, place) for place in staged])
    except OSError as error:
        raise ConfigurationError(
            f"{path}: cannot be written ({error.strerror}), so nothing is published to {recipient.name}; mend the "
            "workspace's mode or room, and run the same command again"
        ) from None
    return path


def _staged(layout: Layout, place: str) -> pa.Table:
    try:
        return pq.read_table(pa.BufferReader(read_bytes(layout.fs, place)))
    except (pa.ArrowInvalid, OSError):
        raise RedactError(
            f"{layout.staging}: staged rows of the vault are damaged, so nothing is published; "
            "delete that folder and run again"
        ) from None


def write_joined(file: BinaryIO, units: Sequence[Callable[[], pa.Table]]) -> None:
    """Write the rows of some tables, each in order, as one file, each once and in order.

    Range of digests by range, so that memory holds ROWS_AT_ONCE of them and one table, however many there are.

    Args:
      units: give the tables; each is asked for once for every range.
    """
    schema = units[0]().schema
    ranges = max(1, -(-sum(unit().num_rows for unit in units) // ROWS_AT_ONCE))
    with _writer(file, schema) as writer:
        for number in range(ranges):
            low, high = (n * (1 << 64) // ranges for n in (number, number + 1))
            digests, sealed = bytearray(), dict[int, bytes]()
            for unit in units:
                before = len(digests) // DIGEST_BYTES
                some, own = _between(unit(), low, high)
                digests += some
                sealed |= {before + row: text for row, text in own.items()}
            rows = np.frombuffer(bytes(digests), np.uint8).reshape(-1, DIGEST_BYTES)
            writer.write_table(_table(rows, sealed, schema))


def _between(table: pa.Table, low: int, high: int) -> tuple[bytes, dict[int, bytes]]:
    """The rows whose digest, as far as its first eight bytes tell, is from ``low`` on and below ``high``."""
    digests = b"".join(_octets(chunk) for chunk in table["digest"].chunks)
    heads = np.frombuffer(digests, ">u8")[::2].astype(np.uint64)
    begin = int(np.searchsorted(heads, np.uint64(low)))
    end = len(heads) if high >= 1 << 64 else int(np.searchsorted(heads, np.uint64(high)))
    sealed = table["sealed"].slice(begin, end - begin)
    own = np.flatnonzero(sealed.is_valid().to_numpy()).tolist()
    return digests[begin * DIGEST_BYTES : end * DIGEST_BYTES], dict(
        zip(own, sealed.drop_null().to_pylist(), strict=True)
    )


def read_vaults(folder: Path) -> list[tuple[pa.Table, dict[str, Any]]]:
    """The rows of each run, and of what was issued outside runs, and the options under which pseudonyms were made.

    Empty where there is none.

    Raises:
      ConfigurationError: a file is damaged.
    """
    files = sorted(folder.glob("run=*.parquet")) if folder.is_dir() else []
    tables = [_read(path) for path in files]
    for text, rows in read_journal(folder):
        options = json.loads(text)
        sealed = {place: original for place, (_, original) in enumerate(rows) if original is not None}
        tables.append((vault_table(b"".join(digest for digest, _ in rows), sealed, options), options))
    return tables


def rows_of_table(table: pa.Table) -> tuple[str, list[Row]]:
    """(options, rows) of a vault's table, for a journal."""
    rows = list(zip(table["digest"].to_pylist(), table["sealed"].to_pylist(), strict=True))
    return (table.schema.metadata or {})[OPTIONS].decode(), rows


def _read(path: Path) -> tuple[pa.Table, dict[str, Any]]:
    try:
        table = pq.read_table(path, partitioning=None)
        options = json.loads((table.schema.metadata or {})[OPTIONS])
    except (pa.ArrowInvalid, OSError, KeyError, ValueError):
        options = None
    if not isinstance(options, dict) or not table.schema.equals(SCHEMA):
        raise ConfigurationError(f"{path}: damaged, or of another version; restore it from a backup")
    return table, options
