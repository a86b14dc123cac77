"""Archives are read as the folder that they unpack to; what is hostile or damaged in one is told, and harms nothing."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import shutil
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.inputs import Input, archives, find_inputs, members
from pipeline.inputs.finding import unique_names
from tests.inputs.archive_files import NOVEMBER_2026, PACKED, entry, folder_of, tar_of, zip_of
from tests.inputs.event_log_files import event_log

LINE = b"Nov 24 10:00:00 gw1 kernel: eth0: link up\n"
EVENT = "<Event><System><EventID>1</EventID><Computer>dc7.example</Computer></System></Event>"
MAIL = b"From: jane@example.com\nTo: joe@example.org\nSubject: it\nMessage-ID: <1@example.com>\n\nPlease look.\n"
FILES = {
    "var/log/messages": LINE * 3,
    "var/log/messages.1.gz": gzip.compress(LINE * 9, mtime=0),
    "var/log/syslog.xz": lzma.compress(LINE * 9),
    "win/agent.log": ("2026-11-24T10:00:00Z one\r\n" * 9).encode("utf-16"),
    "win/users.csv": b"time,user,src_ip\n2026-11-24T10:00:00Z,mhale,192.0.2.7\n",
    "win/Security.evtx": event_log([[EVENT]]),
    "site.har": b'{"log": {"version": "1.2", "creator": {"name": "x"}, "entries": []}}',
    "mail/1.eml": MAIL,
    "mail/2.eml": MAIL.replace(b"<1@", b"<2@").replace(b"\n\n", b"\nIn-Reply-To: <1@example.com>\n\n"),
    "trace.pcap": b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + bytes(8) + b"\xff\xff\x00\x00\x01\x00\x00\x00",
    "core": b"\x7fELF" + bytes(range(256)) * 300,
    ".hidden/a.jsonl": b'{"a": 1}\n',
    "empty.log": b"",
}
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
Found = tuple[dict[str, Input], list[tuple[str, str]]]


@pytest.mark.parametrize("packed", [*PACKED, *METHODS])
def test_an_archive_is_what_its_folder_is(tmp_path: Path, found: Callable[..., Found], packed: str | int) -> None:
    """But for where a file lies, each input is the same, its fingerprint and its time included."""
    folder_of(tmp_path / "apart" / "b", FILES)
    data = PACKED[packed](tar_of(FILES)) if isinstance(packed, str) else zip_of(FILES, packed)
    (tmp_path / "b").write_bytes(data)
    inputs, unreadable = found(tmp_path / "b")
    expected, expected_unreadable = found(tmp_path / "apart" / "b")
    assert list(inputs) == list(expected) and len(inputs) == len(FILES) - 1
    assert [replace(item, uri="") for item in inputs.values()] == [replace(it, uri="") for it in expected.values()]
    assert unreadable == expected_unreadable == [("b/core", "binary: ELF")]
    for name, item in inputs.items():
        assert Path(item.uri).read_bytes() == FILES[name.removeprefix("b/")]


def test_a_tar_of_old_is_told_by_its_checksum(look: Callable[..., Found]) -> None:
    data = bytearray(tar_of({"a.log": LINE, "c.log": LINE}))
    for start in (0, 1024):
        data[start + 257 : start + 512] = bytes(255)
        data[start + 148 : start + 156] = b"%06o\0 " % tarfile.calc_chksums(data[start : start + 512])[0]  # type: ignore[attr-defined]
    assert list(look(bytes(data))[0]) == ["b/a.log", "b/c.log"]


def test_names_begin_as_those_of_a_file_do(tmp_path: Path, found: Callable[..., Found]) -> None:
    for place in ("x/b.tar", "y/b.tar", "y/c/d.zip"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes((zip_of if "zip" in place else tar_of)({"./log/a.log": LINE}))
    assert list(found(tmp_path / "y")[0]) == ["y/b.tar/log/a.log", "y/c/d.zip/log/a.log"]
    assert list(found(tmp_path / "x/b.tar", tmp_path / "y/b.tar")[0]) == ["x/b.tar/log/a.log", "y/b.tar/log/a.log"]


def test_an_archive_in_archives_is_unpacked_to_a_depth(look: Callable[..., Found]) -> None:
    data = LINE
    for depth in range(archives.DEEPEST + 1):
        made = {f"{depth}.log": LINE, "in": data}
        data = gzip.compress(tar_of(made)) if depth % 2 else zip_of(made)
    inputs, unreadable = look(data)
    assert list(inputs) == ["b/4.log", "b/in/3.log", "b/in/in/2.log", "b/in/in/in/1.log"]
    assert unreadable == [("b/in/in/in/in", f"is an archive within {archives.DEEPEST} others: unpack those")]


def test_what_is_unpacked_is_for_its_owner_and_named_by_numbers(tmp_path: Path, look: Callable[..., Found]) -> None:
    before = set(tmp_path.rglob("*"))
    look(zip_of({"a/b.log": LINE, "core": FILES["core"], "in.tar": tar_of({"c.log": LINE})}))
    new = set(tmp_path.rglob("*")) - before - {tmp_path / "b", tmp_path / "spool"}
    assert {path.parent for path in new} == {tmp_path / "spool"}
    assert all(path.name.isdigit() and stat.S_IMODE(path.stat().st_mode) == 0o600 for path in new)
    assert [path.read_bytes() for path in sorted(new)] == [LINE, LINE], "neither what is not read nor inner archives"


def test_standard_input_may_be_an_archive(
    tmp_path: Path, found: Callable[..., Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    class StandardInput:
        buffer = io.BytesIO(gzip.compress(tar_of(FILES)))

    monkeypatch.setattr("sys.stdin", StandardInput)
    inputs, _ = found("-")
    assert list(inputs)[:2] == ["stdin/.hidden/a.jsonl", "stdin/empty.log"]
    assert inputs["stdin/var/log/messages"].year == 2026
    assert not (tmp_path / "spool" / "stdin").exists()


def test_an_archive_behind_a_uri_is_unpacked(tmp_path: Path, found: Callable[..., Found]) -> None:
    for name, data in (("b.tgz", gzip.compress(tar_of({"a.log": LINE}))), ("c.zip", zip_of({"a.log": LINE}))):
        (tmp_path / name).write_bytes(data)
        assert list(found((tmp_path / name).as_uri())[0]) == [f"{name}/a.log"]


def test_without_a_spool_an_archive_is_not_read(look: Callable[..., Found]) -> None:
    assert look(tar_of(FILES), spool=None) == ({}, [("b", "binary: tar")])
    assert look(zip_of(FILES), spool=None) == ({}, [("b", "binary: zip")])


def test_documents_and_programs_that_are_zips_are_none(look: Callable[..., Found]) -> None:
    for mark in ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"):
        assert look(zip_of({mark: b"x", "word/document.xml": b"<x/>"})) == (
            {},
            [("b", "binary: zip of a document or program")],
        )


def test_a_member_without_a_time_asks_for_the_year_as_a_file_does(look: Callable[..., Found]) -> None:
    for data in (tar_of({"a": LINE}, modified=0), zip_of({"a": LINE}, when=(1980, 1, 1, 0, 0, 0))):
        with pytest.raises(ConfigurationError, match="b/a: .*--year"):
            look(data)
        assert look(data, year=2026)[0]["b/a"].year == 2026
    for wrong in (-5, 1e300, float("nan")):
        assert look(tar_of({}, entry("a.jsonl", pax_headers={"mtime": str(wrong)})))[0]["b/a.jsonl"].year == 1970


def test_what_is_planned_of_members_is_a_file_like_others(look: Callable[..., Found]) -> None:
    item = look(tar_of({"a.log": LINE}))[0]["b/a.log"]
    assert (item.year, item.month, item.format) == (2026, 11, "syslog-rfc3164")
    assert os.stat(item.uri).st_mtime == NOVEMBER_2026 and item.version == str(NOVEMBER_2026 * 10**9)


# Names.


@pytest.mark.parametrize("make", [tar_of, zip_of])
def test_a_name_that_leads_out_is_none(tmp_path: Path, look: Callable[..., Found], make: Any) -> None:
    inputs, unreadable = look(
        make({"../../evil": LINE, "a/../../evil": LINE, "/etc/good": LINE, "./..": LINE, "x" * 5000: LINE})
    )
    assert list(inputs) == ["b/etc/good"]
    assert unreadable == [("b", members.LEADS_OUT)] * 4
    assert not list(tmp_path.parent.rglob("evil"))


def test_names_of_windows_and_of_other_charsets_are_read(look: Callable[..., Found]) -> None:
    assert list(look(zip_of({"win\\logs\\a.log": LINE}))[0]) == ["b/win/logs/a.log"]
    unsaid = bytearray(zip_of({"\xfcber.log": LINE}))
    for place in (6, unsaid.index(b"PK\x01\x02") + 8):
        struct.pack_into("<H", unsaid, place, 0)
    assert list(look(bytes(unsaid))[0]) == ["b/\xfcber.log"], "UTF-8 that does not say so"
    assert list(look(bytes(unsaid).replace(b"\xc3\xbc", b"\x81a"))[0]) == ["b/\xfcaber.log"], "the charset of DOS"
    assert list(look(tar_of({"\udcfcber.log": LINE}))[0]) == [r"b/\xfcber.log"], "as in a folder"


def test_a_name_with_a_nul_is_none(look: Callable[..., Found]) -> None:
    data = zip_of({"a_b.log": LINE, "c.log": LINE}).replace(b"a_b", b"a\0b")
    inputs, unreadable = look(data)
    assert list(inputs) == ["b/c.log"] and unreadable == [("b", members.LEADS_OUT)]


def test_of_two_members_of_one_name_both_are_read(look: Callable[..., Found]) -> None:
    data = tar_of({"a.log": LINE, "b.log": LINE})
    inputs, unreadable = look(data.replace(b"b.log", b"a.log").replace(*_checksums(data)))
    assert list(inputs) == ["b/a.log#0", "b/a.log#1"] and not unreadable


def _checksums(data: bytes) -> tuple[bytes, bytes]:
    """The field of the second header's checksum, as it is and as it is once its name begins with ``a``."""
    field = data[1024 + 148 : 1024 + 156]
    return field, b"%06o\0 " % (int(field[:6], 8) - 1)


def test_many_equal_names_take_no_time_of_their_square() -> None:
    from pipeline.inputs.finding import _Found

    names = unique_names([_Found("", ("deep",) * 50 + ("b", "a"), 2)] * 50_000)
    assert set(names) == {"b/a"}


# What is no file.


def test_links_and_devices_are_no_files(look: Callable[..., Found]) -> None:
    sym, hard = {"type": tarfile.SYMTYPE}, {"type": tarfile.LNKTYPE}
    inputs, unreadable = look(
        tar_of(
            {"var/log/a.log": LINE},
            entry("var/folder", type=tarfile.DIRTYPE),
            entry("to_file", linkname="var/log/a.log", **sym),
            entry("var/to_folder", linkname="log", **sym),
            entry("through", linkname="var/to_folder/../log/a.log", **sym),
            entry("twice", linkname="through", **sym),
            entry("hard", linkname="var/log/a.log", **hard),
            entry("var/nowhere", linkname="gone", **sym),
            entry("var/out", linkname="../../etc/passwd", **sym),
            entry("root", linkname="/etc/passwd", **sym),
            entry("loop", linkname="loop", **sym),
            entry("lost", linkname="gone", **hard),
            entry("long", linkname="x" * 9000, **sym),
            entry("fifo", type=tarfile.FIFOTYPE),
            entry("device", type=tarfile.CHRTYPE),
        )
    )
    assert list(inputs) == ["b/var/log/a.log"]
    nowhere = ["b/long", "b/loop", "b/lost", "b/root", "b/var/nowhere", "b/var/out"]
    assert unreadable == sorted(
        [(name, members.NOWHERE) for name in nowhere]
        + [(f"b/{name}", members.IRREGULAR) for name in ("device", "fifo")]
    )


def test_a_link_in_a_zip_is_none_either(look: Callable[..., Found]) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.log", LINE)
        for name, leads in (("good", "a.log"), ("bad", "../../etc/passwd"), ("fifo", "")):
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = (stat.S_IFIFO if name == "fifo" else stat.S_IFLNK) << 16
            archive.writestr(info, leads)
    inputs, unreadable = look(target.getvalue(), year=2026)
    assert list(inputs) == ["b/a.log"]
    assert unreadable == [("b/bad", members.NOWHERE), ("b/fifo", members.IRREGULAR)]


def test_a_sparse_member_is_not_read(look: Callable[..., Found]) -> None:
    sparse = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.name": "lastlog"}
    sparse |= {"GNU.sparse.size": str(1 << 50), "GNU.sparse.numblocks": "1", "GNU.sparse.map": "0,0"}
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(entry("lastlog", pax_headers=sparse))
        archive.addfile(entry("a.log", size=len(LINE)), io.BytesIO(LINE))
    inputs, unreadable = look(target.getvalue())
    assert list(inputs) == ["b/a.log"] and unreadable == [("b/lastlog", "sparse in its archive")]


# What is damaged.


def test_what_went_before_the_end_of_a_truncated_tar_is_kept_and_told(look: Callable[..., Found]) -> None:
    data = tar_of({"a.log": LINE, "c.log": LINE * 200, "d.log": LINE})
    inputs, unreadable = look(data[: 2048 + 1000])
    assert list(inputs) == ["b/a.log", "b/c.log"]
    assert Path(inputs["b/c.log"].uri).read_bytes() == (LINE * 200)[: 1000 + 512]
    assert unreadable == [("b", members.CUT), ("b/c.log", members.CUT)]
    assert look(data[:1024]) == (look(tar_of({"a.log": LINE}))[0], [("b", members.CUT)]), "no end mark"
    assert look(gzip.compress(data)[:-5])[1] == [("b", members.CUT)], "a checksum that is not whole"


def test_damage_and_what_stands_behind_the_end_are_told(look: Callable[..., Found]) -> None:
    data = bytearray(tar_of({"a.log": LINE, "c.log": LINE, "d.log": LINE}))
    data[1024 + 3] ^= 1  # a name of which the header's checksum tells
    inputs, unreadable = look(bytes(data))
    assert list(inputs) == ["b/a.log"] and unreadable == [("b", members.CUT)]
    inputs, unreadable = look(tar_of({"a.log": LINE}) * 2)
    assert list(inputs) == ["b/a.log"]
    assert [name for name, reason in unreadable if "behind its end" in reason] == ["b"]


def test_a_zip_without_its_directory_is_not_read(look: Callable[..., Found]) -> None:
    inputs, unreadable = look(zip_of(FILES)[:-30])
    assert not inputs and [name for name, reason in unreadable if "no directory" in reason] == ["b"]


@pytest.mark.parametrize("method", METHODS)
def test_a_damaged_member_of_a_zip_is_not_read_and_the_others_are(look: Callable[..., Found], method: int) -> None:
    data = bytearray(zip_of({"a.log": LINE * 50, "c.log": LINE}, method))
    data[60] ^= 0x55
    inputs, unreadable = look(bytes(data))
    assert list(inputs) == ["b/c.log"]
    assert unreadable == [("b/a.log", "damaged, or not as the archive's directory says")]


@pytest.mark.parametrize("size", [len(LINE) - 5, len(LINE) + 5, 0, 0x7FFFFFFF])
def test_a_directory_that_lies_about_a_size_is_not_believed(look: Callable[..., Found], size: int) -> None:
    data = bytearray(zip_of({"a.log": LINE, "c.log": LINE}))
    place = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, place + 24, size)
    inputs, unreadable = look(bytes(data))
    assert list(inputs) == ["b/c.log"]
    assert unreadable == [("b/a.log", "damaged, or not as the archive's directory says")]


def test_what_is_encrypted_or_packed_otherwise_is_told(look: Callable[..., Found]) -> None:
    data = bytearray(zip_of({"a.log": LINE, "c.log": LINE, "d.log": LINE}))
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    struct.pack_into("<H", data, first + 8, 1)
    struct.pack_into("<H", data, second + 10, 9)
    inputs, unreadable = look(bytes(data))
    assert list(inputs) == ["b/d.log"]
    assert unreadable == [("b/a.log", "encrypted"), ("b/c.log", "compressed by a method that is not read (9)")]


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=12), st.booleans())
def test_no_damage_whatever_ends_the_search(tmp_path_factory: Any, places: list[tuple[int, int]], zipped: bool) -> None:
    folder = tmp_path_factory.mktemp("damage")
    made = {"a.jsonl": b'{"a": 1}\n' * 20, "long/" + "n" * 150: b"text\n" * 30, "c.txt": b"text\n"}
    data = bytearray(zip_of(made) if zipped else tar_of(made, entry("l", type=tarfile.SYMTYPE, linkname="a.jsonl")))
    for place, value in places:
        data[place % len(data)] = value
    (folder / "b").write_bytes(bytes(data))
    (folder / "spool").mkdir()
    inputs, unreadable = find_inputs([str(folder / "b")], out=None, spool=str(folder / "spool"), year=2026)
    assert inputs or unreadable
    assert sorted(path.name for path in folder.iterdir()) == ["b", "spool"]
    assert all(not path.is_dir() for path in (folder / "spool").iterdir())
    shutil.rmtree(folder)
