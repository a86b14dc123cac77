"""Inputs as a user names them."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from pipeline.errors import ConfigurationError
from pipeline.inputs import Input, Unreadable, find_inputs
from pipeline.inputs import looking as looking_module
from pipeline.inputs.model import Range, Unit

LINES = b"Nov 24 10:00:00 gw1 kernel: eth0: link up\n" * 3
NOVEMBER_2026 = 1_795_514_400


def write(path: Path, data: bytes = LINES) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (NOVEMBER_2026, NOVEMBER_2026))
    return path


def found(*arguments: Any, **options: Any) -> tuple[dict[str, Input], list[Unreadable]]:
    inputs, unreadable = find_inputs([str(a) for a in arguments], **{"out": None, **options})
    assert [item.number for item in inputs] == list(range(len(inputs)))
    assert len({item.name for item in inputs}) == len(inputs)
    return {item.name: item for item in inputs}, unreadable


def test_a_folder_is_searched_to_any_depth_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.log", "a/z.log", "a/b/c.log"):
        write(tmp_path / "logs" / name)
    inputs, unreadable = found(tmp_path / "logs")
    assert list(inputs) == ["logs/a/b/c.log", "logs/a/z.log", "logs/b.log"]
    assert not unreadable


def test_year_and_month_come_from_the_file_and_the_zone_from_the_option(tmp_path: Path) -> None:
    path = write(tmp_path / "a.log")
    item = found(path, zone="+05:30")[0]["a.log"]
    assert (item.year, item.month, item.zone_minutes, item.format) == (2026, 11, 330, "syslog-rfc3164")
    item = found(path, year=2019, zone="-01:00")[0]["a.log"]
    assert (item.year, item.month, item.zone_minutes) == (2019, 12, -60)


@pytest.mark.parametrize("options", [{"zone": "Europe/Rome"}, {"zone": "+25:00"}, {"year": 0}, {"format": "jsonl"}])
def test_a_wrong_option_is_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        found(write(tmp_path / "a.log"), **options)


def test_the_same_input_is_taken_once_however_it_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "logs" / "a.log")
    (tmp_path / "logs" / "link.log").symlink_to(path)
    inputs, unreadable = found(path, path, tmp_path / "logs", tmp_path / "logs" / ".." / "logs" / "a.log")
    assert len(inputs) == 1
    assert not unreadable


def test_equal_names_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    write(tmp_path / "x" / "a.log")
    write(tmp_path / "y" / "a.log", LINES + b"\n")
    assert list(found(tmp_path / "x/a.log", tmp_path / "y/a.log")[0]) == ["x/a.log", "y/a.log"]


def test_globs_are_expanded_and_one_that_matches_nothing_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.log")
    write(tmp_path / "b.txt")
    assert list(found(tmp_path / "*.log")[0]) == ["a.log"]
    with pytest.raises(ConfigurationError, match="matches no file"):
        found(tmp_path / "*.json")


def test_a_symlink_loop_is_reported_and_what_stands_beside_it_is_read(tmp_path: Path) -> None:
    write(tmp_path / "logs" / "a.log")
    (tmp_path / "logs" / "loop").symlink_to(tmp_path / "logs")
    (tmp_path / "logs" / "self").symlink_to(tmp_path / "logs" / "self")
    (tmp_path / "logs" / "gone").symlink_to(tmp_path / "nowhere")
    inputs, unreadable = found(tmp_path / "logs")
    assert list(inputs) == ["logs/a.log"]
    reasons = {item.name: item.reason for item in unreadable}
    assert reasons["logs/loop"] == "symlink loop"
    assert set(reasons) == {"logs/loop", "logs/self", "logs/gone"}


def test_a_folder_reached_by_two_links_is_read_once(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "a.log")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "one").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "logs" / "two").symlink_to(tmp_path / "elsewhere")
    assert list(found(tmp_path / "logs")[0]) == ["logs/one/a.log"]


@pytest.mark.parametrize("option", ["out", "workspace"])
@pytest.mark.parametrize(("path", "own"), [("logs", "logs/own"), ("logs", "logs"), ("logs/own/a.log", "logs/own")])
def test_an_input_and_a_folder_of_the_run_must_not_hold_each_other(
    tmp_path: Path, path: str, own: str, option: str
) -> None:
    write(tmp_path / "logs" / "own" / "a.log")
    with pytest.raises(ConfigurationError, match=f"--{option} .*choose"):
        found(tmp_path / path, **{option: str(tmp_path / own)})


@pytest.mark.parametrize("option", ["out", "workspace"])
@pytest.mark.parametrize("target", [".", "own", "own/a.log", "own/sub"])
def test_nor_by_a_link_in_it(tmp_path: Path, target: str, option: str) -> None:
    write(tmp_path / "own" / "a.log")
    write(tmp_path / "own" / "sub" / "b.log")
    write(tmp_path / "logs" / "a.log")
    (tmp_path / "logs" / "link").symlink_to(tmp_path / target)
    with pytest.raises(ConfigurationError, match=f"--{option} .*choose"):
        found(tmp_path / "logs", **{option: str(tmp_path / "own")})


def test_an_output_folder_that_only_begins_alike_is_no_overlap(tmp_path: Path) -> None:
    write(tmp_path / "logs" / "a.log")
    assert found(tmp_path / "logs", out=str(tmp_path / "logs-out"))[0]


def test_a_missing_path_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        found(tmp_path / "missing.log")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="no file there"):
        found(tmp_path / "empty")


def test_a_file_without_permission_is_reported_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "logs" / "a.log")
    write(tmp_path / "logs" / "secret.log")
    really = looking_module.open_source

    def refuse(uri: str) -> Any:
        if uri.endswith("secret.log"):
            raise PermissionError(13, "no", uri)
        return really(uri)

    monkeypatch.setattr(looking_module, "open_source", refuse)
    inputs, unreadable = found(tmp_path / "logs")
    assert list(inputs) == ["logs/a.log"]
    assert unreadable == [Unreadable("logs/secret.log", "cannot be opened: PermissionError")]


def tar_of(data: bytes) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        info = tarfile.TarInfo("a.log")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n", "binary: PNG"),
        (b"\x7fELF\x02\x01", "binary: ELF"),
        (b"PK\x03\x04abc", "binary: zip"),
        (b"\xff\x06\x00\x00sNaPpY" + LINES, "binary: Snappy"),
        (b"\x04\x22\x4d\x18" + LINES, "binary: LZ4"),
        (b"!<arch>\n" + LINES, "binary: ar"),
        (b"070701" + b"0" * 104 + b"gw-01.log\x00" + LINES, "binary: cpio"),
        (tar_of(LINES), "binary: tar"),
        (gzip.compress(tar_of(LINES)), "binary: tar"),
        (b"\x00\x01\x02\x03" * 100, "binary: not text"),
        (bytes(range(256)) * 4, "binary: not text"),
        (LINES.decode().encode("cp500"), "binary: EBCDIC"),
        (LINES.decode().encode("cp037")[:-1], "binary: EBCDIC"),
    ],
)
def test_a_binary_file_is_reported_with_its_kind(tmp_path: Path, data: bytes, reason: str) -> None:
    assert found(write(tmp_path / "x", data)) == ({}, [Unreadable("x", reason)])


def test_a_list_of_addresses_in_an_old_charset_is_text(tmp_path: Path) -> None:
    inputs, unreadable = found(write(tmp_path / "x", "jörg@a.example\n".encode("cp1252") * 40))
    assert list(inputs) == ["x"] and not unreadable


EVENT = {"user": {"name": "alice"}, "groups": [{"name": "a"}, {"name": "b"}]}


@pytest.mark.parametrize("packed", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("document", "form", "way"),
    [
        ({f"host-{n}": EVENT for n in range(900)}, "json", "[]"),
        ({"constants": {f"k{n}": n for n in range(4500)}, "events": [EVENT] * 1100}, "json", '["events", ""]'),
        ({f"host-{n}": EVENT for n in range(9000)}, "text", ""),
        ({"constants": {f"k{n}": n for n in range(4500)}, "events": [EVENT] * 9000}, "json", '["events", ""]'),
        ({"a": ["x"] * 9000, "b": float("nan")}, "text", ""),
    ],
)
def test_of_a_json_document_more_is_looked_at_where_its_beginning_does_not_tell(
    tmp_path: Path, document: Any, form: str, way: str, packed: Callable[[bytes], bytes]
) -> None:
    write(tmp_path / "x", packed(json.dumps(document, indent=2).encode()))
    (item,) = found(tmp_path / "x")[0].values()
    assert (item.format, item.header) == (form, way)


@pytest.mark.parametrize("packed", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("magic", "form"),
    [
        (b"\xd4\xc3\xb2\xa1", "pcap"), (b"\xa1\xb2\xc3\xd4", "pcap"), (b"\x4d\x3c\xb2\xa1", "pcap"),
        (b"\xa1\xb2\x3c\x4d", "pcap"), (b"\x34\xcd\xb2\xa1", "pcap"), (b"\xa1\xb2\xcd\x34", "pcap"),
        (b"\x0a\x0d\x0d\x0a", "pcapng"),
    ],
)  # fmt: skip
def test_a_capture_is_told_by_its_first_bytes_whatever_format_is_asked_for(
    tmp_path: Path, magic: bytes, form: str, packed: Callable[[bytes], bytes]
) -> None:
    """Every second byte of it may be NUL, as in UTF-16."""
    write(tmp_path / "x", packed(magic + b"\x02\x00\x04\x00" + b"\x01\x00" * 90))
    (item,) = found(tmp_path / "x", format="json-lines")[0].values()
    assert (item.format, item.encoding, item.is_capture) == (form, "utf-8", True)


@pytest.mark.parametrize(
    "data", [b"caf\xe9 in Latin-1\n" * 9, b"\x1b[31mred\x1b[0m\n", b"a NUL \x00 in a line of text\n", b""]
)
def test_text_that_is_no_clean_utf8_is_still_text(tmp_path: Path, data: bytes) -> None:
    assert found(write(tmp_path / "x", data))[0]["x"].encoding == "utf-8"


@pytest.mark.parametrize(
    ("data", "compression", "encoding"),
    [
        (gzip.compress(LINES), "gzip", "utf-8"),
        (bz2.compress(LINES), "bz2", "utf-8"),
        (lzma.compress(LINES), "xz", "utf-8"),
        (zstandard.compress(LINES), "zstd", "utf-8"),
        (LINES.decode().encode("utf-16"), "", "utf-16-le"),
        (b"\xfe\xff" + LINES.decode().encode("utf-16-be"), "", "utf-16-be"),
        (LINES.decode().encode("utf-16-le"), "", "utf-16-le"),
        (gzip.compress(LINES.decode().encode("utf-16")), "gzip", "utf-16-le"),
        (gzip.compress(LINES)[:-12], "gzip", "utf-8"),
    ],
)
def test_compression_and_encoding_are_told_by_content(
    tmp_path: Path, data: bytes, compression: str, encoding: str
) -> None:
    item = found(write(tmp_path / "x", data))[0]["x"]
    assert (item.compression, item.encoding, item.format) == (compression, encoding, "syslog-rfc3164")


class StandardInput:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def test_standard_input_is_spooled_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StandardInput(b'{"a":1}\n'))
    item = found("-", "-", spool=str(tmp_path))[0]["stdin"]
    assert stat.S_IMODE(os.stat(item.uri).st_mode) == 0o600
    assert Path(item.uri).read_bytes() == b'{"a":1}\n'
    monkeypatch.setattr("sys.stdin", StandardInput(b'{"a":1}\n'))
    assert found("-", spool=str(tmp_path))[0]["stdin"] == item


def test_standard_input_whose_times_have_no_year_needs_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for options in ({}, {"year": 2026}):
        monkeypatch.setattr("sys.stdin", StandardInput(b"<13>" + LINES))
        if options:
            assert found("-", spool=str(tmp_path), **options)[0]["stdin"].year == 2026
        else:
            with pytest.raises(ConfigurationError, match="--year"):
                found("-", spool=str(tmp_path))
    with pytest.raises(ConfigurationError, match="standard input"):
        found("-")


def test_a_uri_is_opened_through_pyarrow(tmp_path: Path) -> None:
    write(tmp_path / "logs" / "a.log")
    write(tmp_path / "logs" / "b" / "c.log")
    inputs, _ = found((tmp_path / "logs").as_uri())
    assert list(inputs) == ["logs/a.log", "logs/b/c.log"]
    assert all(item.uri.startswith("file://") and item.size == len(LINES) for item in inputs.values())
    with pytest.raises(ConfigurationError, match="no such object"):
        found((tmp_path / "missing").as_uri())


def test_the_fingerprint_tells_a_changed_end_and_a_changed_time(tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", LINES * 10_000)
    prints = {found(path)[0]["a.log"].fingerprint}
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\r")
    os.utime(path, (NOVEMBER_2026, NOVEMBER_2026))
    prints.add(found(path)[0]["a.log"].fingerprint)
    os.utime(path, (1, 1))
    prints.add(found(path)[0]["a.log"].fingerprint)
    assert len(prints) == 3


def test_inputs_and_units_survive_json(tmp_path: Path) -> None:
    item = found(write(tmp_path / "a.log"))[0]["a.log"]
    assert Input.from_json(json.loads(json.dumps(item.to_json()))) == item
    unit = Unit(3, (Range(0, 0, 5), Range(1, 0, -1)))
    assert Unit.from_json(json.loads(json.dumps(unit.to_json()))) == unit
