"""Names of native files, and segments that join to the file again."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow.fs import LocalFileSystem

from pipeline.release.native import NativeWriter, distinct_names, released_name


@pytest.mark.parametrize(
    "name, released",
    [
        ("messages", "messages"),
        ("var/log/messages.2.gz", "var/log/messages.2"),
        ("a.ZST", "a"),
        (".gz", ".gz"),
        ("/etc/../x.log", "etc/x.log"),
        ("C:\\logs\\a.log", "logs/a.log"),
        ("s3://bucket/a.log.xz", "bucket/a.log"),
        ("-", "stdin.log"),
        ("..", "stdin.log"),
        ("a\nb:c", "a_b_c"),
    ],
)
def test_a_released_name_is_relative_and_uncompressed(name: str, released: str) -> None:
    assert released_name(name) == released


def test_names_that_meet_are_told_apart() -> None:
    given_names = ["a.log", "a.log", "A.log", "a-2.log", "b", "b/c.log", "_manifest.json", "d/e", "d"]
    assert distinct_names(given_names) == (
        "a.log", "a-2.log", "A-3.log", "a-2-2.log", "b", "b-2/c.log", "_manifest-2.json", "d/e", "d-2",
    )  # fmt: skip


def test_names_fit_into_a_file_system_and_keep_their_endings() -> None:
    long = "\u00e4" * 200
    first, second, folder = distinct_names([f"{long}.log", f"{long}.log", f"{long}/{'x' * 255}"])
    assert first.endswith("\u00e4.log") and second.endswith("\u00e4-2.log")
    assert all(200 < len(step.encode()) <= 255 for name in (first, second, folder) for step in name.split("/"))


@given(st.lists(st.text("ab/.", min_size=1, max_size=6), max_size=12))
def test_released_names_are_distinct_and_none_is_a_folder_of_another(names: list[str]) -> None:
    made = distinct_names(released_name(name) for name in names)
    assert len({name.casefold() for name in made}) == len(names)
    assert not any(b.startswith(a + "/") for a in made for b in made)
    assert not any(step in ("", ".", "..") for name in made for step in name.split("/"))


def test_a_segment_knows_which_bytes_are_of_which_input(tmp_path: Path) -> None:
    with NativeWriter(LocalFileSystem(), str(tmp_path), "00000-0000", [7, 9, 11], ["x", "y", "z"]) as native:
        data = np.frombuffer(b"aabbbc", np.uint8)
        native.write(np.array([0, 1, 0], np.int32), data, np.array([0, 2, 5, 6]))
        native.write(np.array([0], np.int32), data[:2], np.array([0, 2]))
        native.write(np.zeros(0, np.int32), data[:0], np.array([0]))
        segment, pieces = native.close()
    staged = (tmp_path / segment.path).read_bytes()
    assert staged == b"aabbbcaa"
    assert [p.crc32 for p in pieces] == [zlib.crc32(staged[p.offset : p.offset + p.bytes]) for p in pieces]
    assert [(p.input, p.name, p.offset, p.bytes, p.records) for p in pieces] == [
        (7, "x", 0, 2, 1), (9, "y", 2, 3, 1), (7, "x", 5, 3, 2), (11, "z", 8, 0, 0),
    ]  # fmt: skip


def test_a_writer_left_by_an_error_leaves_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        NativeWriter(LocalFileSystem(), str(tmp_path), "00000-0000", [0], ["x"]) as native,
    ):
        native.write(np.array([0], np.int32), np.frombuffer(b"a", np.uint8), np.array([0, 1]))
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
