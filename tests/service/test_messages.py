"""Messages of a queue: redacted together, refused alone, and their rows written once."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import zstandard

import pipeline.release.stream as stream
from pipeline.plan import Plan, plan_for_parties
from pipeline.policy.opening import open_for_run
from pipeline.policy.workspace import Workspace
from pipeline.release.journal import read_journal
from pipeline.release.layout import Layout, open_layout
from pipeline.release.stream import Place, write_window
from pipeline.release.vaults import vault_folder
from pipeline.service.answerers import Answerers
from pipeline.service.messages import MOST_BYTES, Message, Redaction

NOON = 1_773_057_600_000  # 2026-03-09


@pytest.fixture(scope="module")
def plan(workspace: Workspace) -> Plan:
    parties = open_for_run(workspace, "acme", ["cisco", "lab"], lambda text: None)
    return plan_for_parties(parties, [], [], "", str(workspace.folder))


@pytest.fixture(scope="module")
def redaction(plan: Plan) -> Redaction:
    return Redaction(plan, "tickets", ["logs"], None, with_rows=True)


def message(offset: int, value: bytes | None) -> Message:
    return Message(offset, NOON, b"key", value)


def document(number: int) -> bytes:
    return json.dumps({"client_ip": f"192.0.2.{number}", "user": f"user{number % 3}x", "mark": number}).encode()


def test_messages_become_what_serve_answers_and_hold_no_original(
    redaction: Redaction, answerers: Answerers, ticket: str, canaries: dict[str, str]
) -> None:
    redacted = redaction.redact(0, [message(7, ticket.encode())])
    assert redacted.reasons == ("",)
    (texts,) = redacted.texts
    assert texts is not None
    assert redaction.names == ("cisco", "lab")
    assert texts[0] != texts[1]
    (answer,) = answerers.of("acme", "cisco").answer([ticket.encode()], None, NOON * 1_000_000).answers
    assert texts[0] == answer.text
    for text in texts:
        assert not [name for name, value in canaries.items() if value.encode() in text]


def test_one_bad_message_stops_no_other(redaction: Redaction, foreign: str) -> None:
    messages = [
        message(1, document(1)),
        message(2, None),
        message(3, foreign.encode()),
        message(4, b"\xff\xfe\x00\x00{\x01"),
        message(5, b""),
        message(6, b"x" * (MOST_BYTES + 1)),
        message(7, document(7)),
    ]
    redacted = redaction.redact(0, messages)
    assert redacted.reasons == ("", "no value", "foreign-client", "undecodable", "", "oversized", "")
    assert [texts is None for texts in redacted.texts] == [bool(reason) for reason in redacted.reasons]
    # Formats are mixed, and rows come by format, not by message.
    assert len(redacted.rows) <= 2 * len(redaction.names)
    for rows in redacted.rows:
        assert set(np.frombuffer(rows.offsets, np.int64).tolist()) <= {1, 5, 7}


@pytest.mark.parametrize(
    "value",
    [
        gzip.compress(document(1)), bz2.compress(document(1)), lzma.compress(document(1)), zlib.compress(document(1)),
        zstandard.compress(document(1)), zlib.compress(document(1))[2:], b"PK\x03\x04" + document(1),
        b"\xd4\xc3\xb2\xa1" + document(1), b"user jdoe77 from 192.0.2.17".decode().encode("cp037"),
        b"\x00\x00\x00\x00\x07\x0cjdoe77\x14192.0.2.17", b"\n\x06jdoe77\x12\n192.0.2.17",
        b"\x82\xa4user\xa6jdoe77\xa2ip\xaa192.0.2.17", b"\xa1\x64user\x66jdoe77",
    ],
    ids=[
        "gzip", "bz2", "xz", "zlib", "zstd", "deflate", "zip", "pcap", "EBCDIC", "Avro", "protobuf", "msgpack", "CBOR",
    ],
)  # fmt: skip
def test_a_message_that_is_no_text_as_it_stands_is_refused(redaction: Redaction, value: bytes) -> None:
    redacted = redaction.redact(0, [message(1, document(1)), message(2, value)])
    assert redacted.reasons == ("", "undecodable") and redacted.texts[1] is None


def test_a_message_at_which_the_engine_fails_is_refused_alone(
    redaction: Redaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = Redaction._hold

    def failing(self: Redaction, texts: Any, came: Any) -> Any:
        if any(b"poison" in text for text in texts):
            raise ZeroDivisionError("text of the record")
        return hold(self, texts, came)

    monkeypatch.setattr(Redaction, "_hold", failing)
    messages = [message(n, b"poison" if n == 2 else document(n)) for n in range(5)]
    redacted = redaction.redact(0, messages)
    assert redacted.reasons == ("", "", "defect: ZeroDivisionError", "", "")
    assert redacted.texts[2] is None and redacted.texts[3] is not None


def test_what_stands_for_keys_and_topic_tells_nothing_and_differs_by_recipient(redaction: Redaction) -> None:
    keys = [redaction.key_for(place, b"jdoe") for place in (0, 1)]
    assert keys == [redaction.key_for(place, b"jdoe") for place in (0, 1)]
    assert len({*keys, redaction.key_for(0, b"other"), *map(str.encode, redaction.topic_ids)}) == 5
    assert all(re.fullmatch(rb"[0-9a-f]{32}", key) for key in keys)


def test_what_is_handed_out_is_in_the_vault(redaction: Redaction, plan: Plan, workspace: Workspace) -> None:
    redaction.redact(0, [message(1, document(99))])
    for planned in plan.recipients:
        folder = vault_folder(workspace.folder, plan.client.id, plan.client.epoch, planned.id)
        assert [path.name for path in folder.glob("served-*.sqlite")]
        assert list(read_journal(folder))


@pytest.fixture
def written(redaction: Redaction, tmp_path: Path) -> Callable[[list[list[int]]], Layout]:
    """written([[offsets that come together], …]) -> a window of them, written for both recipients."""
    layout = open_layout(str(tmp_path / "out"), "stream", "opaque")

    def write(groups: list[list[int]]) -> Layout:
        found: dict[Place, list[tuple[bytes, bytes]]] = {}
        for group in groups:
            redacted = redaction.redact(3, [message(n, document(n)) for n in group])
            for rows in redacted.rows:
                name, topic = redaction.names[rows.recipient], redaction.topic_ids[rows.recipient]
                place = Place(name, rows.dataset, topic, 3)
                found.setdefault(place, []).append((rows.parquet, rows.offsets))
        for place, pieces in found.items():
            write_window(layout, place, pieces, {"policy": "p1"})
        return layout

    return write


def test_a_message_that_came_twice_has_one_row(written: Callable[[list[list[int]]], Layout]) -> None:
    written([[5, 6, 7], [7, 8]])
    # After a crash: from an earlier offset on, and together with other messages.
    layout = written([[6, 7], [8, 9, 10]])
    written([[10]])
    query = (
        f"SELECT row_id::VARCHAR, source_offset, source_partition, attributes['mark'] FROM read_parquet("
        f"'{layout.root}/cisco/client=opaque/dataset=logs/**/*.parquet', hive_partitioning = true) ORDER BY 2"
    )
    rows = duckdb.sql(query).fetchall()
    assert [offset for _, offset, _, _ in rows] == [5, 6, 7, 8, 9, 10]
    assert [int(mark) for *_, mark in rows] == [5, 6, 7, 8, 9, 10]
    assert len({row for row, *_ in rows}) == 6 and {partition for _, _, partition, _ in rows} == {3}
    files = sorted(path.name for path in Path(layout.root).rglob("cisco/**/*.parquet"))
    assert files == [
        "part-00000000000000000005-00000000000000000008.parquet",
        "part-00000000000000000009-00000000000000000010.parquet",
    ]
    manifests = {path.name: json.loads(path.read_bytes()) for path in Path(layout.root).rglob("cisco/**/_manifest-*")}
    assert sorted(manifests) == [name.replace("part", "_manifest").replace("parquet", "json") for name in files]
    for name, manifest in zip(files, manifests.values(), strict=True):
        ((part, digest),) = [(file["path"], file["sha256"]) for file in manifest["files"]]
        (path,) = Path(layout.root).rglob(f"cisco/**/{part}")
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest and part in files, name
        assert (manifest["messages"], manifest["policy"], manifest["partition"]) == (len(read_offsets(path)), "p1", 3)


def read_offsets(path: Path) -> set[int]:
    return {offset for (offset,) in duckdb.sql(f"SELECT source_offset FROM '{path}'").fetchall()}


def test_a_file_whose_writer_was_killed_before_its_manifest_gets_it(
    written: Callable[[list[list[int]]], Layout], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*parts: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(stream, "_seal", killed)
        written([[1, 2, 3]])
    layout = written([[2, 3], [4, 5]])
    folder = Path(layout.root)
    parts = sorted(path.name for path in folder.rglob("cisco/**/part-*"))
    assert [name.replace("part", "_manifest").replace("parquet", "json") for name in parts] == sorted(
        path.name for path in folder.rglob("cisco/**/_manifest-*")
    )
    first = next(folder.rglob("cisco/**/_manifest-*1-*3.json"))
    kept = first.read_bytes()
    first.unlink()
    written([[1, 2]])
    assert first.read_bytes() == kept
