"""What an archive may hold, and take to be held, is bounded: past a bound it is told, or the run is refused."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.errors import ConfigurationError
from pipeline.inputs import Input, archives, members, spool, tars, zips
from tests.inputs.archive_files import PACKED, entry, tar_of, zip_of

LINE = b"Nov 24 10:00:00 gw1 kernel: eth0: link up\n"
Found = tuple[dict[str, Input], list[tuple[str, str]]]


def test_what_does_not_fit_is_refused_with_the_mend(
    look: Callable[..., Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(spool.shutil, "disk_usage", lambda folder: usage._replace(free=100_000))
    assert len(look(zip_of({"a.log": LINE * 1000}))[0]) == 1
    for data in (zip_of({"a.log": LINE * 3000}), gzip.compress(tar_of({"a.log": LINE * 3000}))):
        with pytest.raises(ConfigurationError, match="TMPDIR"):
            look(data)
    nested = look(zip_of({f"{n}.zip": zip_of({"a.log": LINE * 500}, zipfile.ZIP_STORED) for n in range(3)}))[0]
    assert len(nested) == 3, "inner archives give their room back"


@pytest.mark.parametrize("packed", ["tar.gz", "tar.bz2", "tar.xz", "tar.zst", 8, 12, 14])
def test_a_bomb_is_read_up_to_its_bound_and_told(
    look: Callable[..., Found], monkeypatch: pytest.MonkeyPatch, packed: str | int
) -> None:
    for module in (tars, zips):
        monkeypatch.setattr(module, "LEAST_BOMB", 1 << 20)
        monkeypatch.setattr(module, "MOST_TIMES", 10)
    files = {"a.log": LINE, "bomb.log": LINE * 600_000, "c.log": LINE}
    data = PACKED[packed](tar_of(files)) if isinstance(packed, str) else zip_of(files, packed)
    inputs, unreadable = look(data)
    assert list(inputs) == ["b/a.log"]
    assert [name for name, _ in unreadable] == ["b", "b/bomb.log"] and unreadable[0][1] == members.BOMB


def test_headers_and_directories_are_not_held_without_bound(
    look: Callable[..., Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    pax = entry("x", type=tarfile.XHDTYPE, size=1 << 32).tobuf(tarfile.GNU_FORMAT)
    inputs, unreadable = look(tar_of({"a.log": LINE})[:1024] + pax + bytes(99 << 10))
    assert list(inputs) == ["b/a.log"] and "too much to be held" in unreadable[0][1]
    many = b"".join(
        entry("g", type=tarfile.XGLTYPE, size=len(record)).tobuf() + record + bytes(-len(record) % 512)
        for n in range(40)
        if (record := b"%d k%02d=%s\n" % (60_009, n, b"v" * (60_009 - 10)))
    )
    assert "too much to be held" in look(many + tar_of({"a.log": LINE}))[1][0][1]
    monkeypatch.setattr(zips, "LARGEST_DIRECTORY", 50)
    assert "no directory that can be read" in look(zip_of({"a.log": LINE}))[1][0][1]


def test_more_members_than_a_run_may_have_are_told(look: Callable[..., Found], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    inputs, unreadable = look(zip_of({f"{n}.log": LINE for n in range(6)}))
    assert len(inputs) == 3 and [name for name, reason in unreadable if "more than 3 files" in reason] == ["b"]


@pytest.mark.parametrize("make", [tar_of, zip_of])
def test_memory_grows_by_little_with_the_number_of_members(look: Callable[..., Found], make: Any) -> None:
    data = make({f"{n // 100:03d}/{n}.log": LINE for n in range(3_000)})
    tracemalloc.start()
    inputs, unreadable = look(data, format="syslog-rfc3164")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(inputs) == 3_000 and not unreadable
    assert peak < 4 * len(data) + 3_000 * 8_192
