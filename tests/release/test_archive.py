"""The archive: what tar reads of it is what was put in, whatever the blocks that it was made in."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from pyarrow.fs import LocalFileSystem

from pipeline.errors import RedactError
from pipeline.release import archive as archive_module
from pipeline.release import layout as layout_module
from pipeline.release.archive import Member, write_archive
from pipeline.release.layout import Layout, open_layout, whole_file

BLOCK = 1000
#: Around the ends of blocks of the archive, of tar and of a stored block of deflate.
SIZES = (0, 1, 511, 512, 513, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 7, 70_000)


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    for module in (archive_module, layout_module):
        monkeypatch.setattr(module, "CHECKED_BYTES", BLOCK)
    return open_layout(str(tmp_path / "out"), "run", "acme")


def member(folder: Path, name: str, size: int, at_once: int) -> tuple[Member, bytes]:
    """A file, written some bytes at a time, and what it holds."""
    data = (b"%d of %s\n" % (size, name.encode()) * size)[:size]
    path = f"{folder}/{name}"
    with whole_file(LocalFileSystem(), path) as sink:
        for at in range(0, size, at_once):
            sink.write(data[at : at + at_once])
    return Member(name, path, sink.size, sink.checksums), data


@pytest.mark.parametrize("at_once", [37, BLOCK, 2 * BLOCK + 1])
def test_tar_reads_what_was_put_in_and_the_bytes_do_not_depend_on_workers(
    layout: Layout, tmp_path: Path, at_once: int
) -> None:
    names = {f"{'parquet/' if n % 2 else ''}{n}-{size}.{'parquet' if n % 2 else 'log'}": size
             for n, size in enumerate((*SIZES, *SIZES[:-1]))}  # fmt: skip
    made = {name: member(tmp_path, name, size, at_once) for name, size in names.items()}
    archives = []
    for workers in (1, 2, 5):
        sink = write_archive(layout, "cisco", [m for m, _ in made.values()], "_manifest.json", b"{}", workers)
        path = Path(layout.archive("cisco"))
        archives.append((sink.size, sink.sha256, path.read_bytes()))
        assert sink.size == path.stat().st_size
    assert archives[0] == archives[1] == archives[2]
    with tarfile.open(path) as tar:
        assert tar.getnames() == [f"cisco-run/{name}" for name in ("_manifest.json", *sorted(names))]
        for entry in tar.getmembers()[1:]:
            file = tar.extractfile(entry)
            assert file is not None and file.read() == made[entry.name.removeprefix("cisco-run/")][1]


@pytest.mark.parametrize("place", [0, BLOCK, 2 * BLOCK + 500, None])
def test_a_file_that_is_not_what_was_summed_is_not_archived(layout: Layout, tmp_path: Path, place: int | None) -> None:
    made, data = member(tmp_path, "a.log", 2 * BLOCK + 501, 100)
    changed = data + b"x" if place is None else data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
    Path(made.path).write_bytes(changed)
    with pytest.raises(RedactError, match="not what its seal says"):
        write_archive(layout, "cisco", [made], "_manifest.json", b"{}")
    assert not Path(layout.archive("cisco")).exists()
