"""Inputs and releases on S3: a server process that speaks it (moto), on this machine."""

from __future__ import annotations

import gzip
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from pyarrow import fs as pafs

from pipeline.errors import ConfigurationError
from pipeline.inputs import Unreadable, find_inputs, plan_units, read_unit, stores
from pipeline.inputs.stores import open_store
from pipeline.release.layout import create_if_absent, open_layout, whole_file
from tests.inputs.archive_files import tar_of, zip_of
from tests.pages import words

if TYPE_CHECKING:
    from conftest import Desk

pytest.importorskip("moto", reason="moto is not installed: pip install '.[test]'")
#: 2026-03-09; whole seconds, which is what S3 tells.
LINES = "".join(
    f"Mar  9 10:{n // 60:02d}:{n % 60:02d} gw-{n % 3} sshd[{n}]: Accepted password for mhale{n % 7} "
    f"from 192.0.2.{n % 250} port 22 ssh2\n"
    for n in range(1200)
)
JSON_LINES = "".join(f'{{"client_ip": "203.0.113.{n % 200}", "user": "jqvist{n % 5}"}}\n' for n in range(300))
FILES = {
    "messages.log": LINES.encode(),
    "deep/app.jsonl.gz": gzip.compress(JSON_LINES.encode(), mtime=0),
    "deep/with blanks, #1 & 100% more?.log": LINES[:4000].encode(),
    "old.log.zst": zstandard.compress(LINES.encode()),
}
#: The command, killed at the last moment before its release is one.
KILLED = (
    "import os, sys; from pipeline.release import publish; publish.create_if_absent = lambda *_: os._exit(9); "
    "from pipeline.cli.main import main; sys.exit(main())"
)


@pytest.fixture(scope="module")
def s3() -> Iterator[pafs.S3FileSystem]:
    """A server with the buckets ``logs`` and ``sent``; this process and its children find it in their environment."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    found = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "example",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in found.items():
            patch.setenv(name, value)
        try:
            _wait_for(port, server)
            store = pafs.S3FileSystem(allow_bucket_creation=True, endpoint_override=f"http://127.0.0.1:{port}")
            for bucket in ("logs", "sent"):
                store.create_dir(bucket)
            yield store
        finally:
            server.terminate()
            server.wait(30)
            stores._bucket.cache_clear()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the S3 server ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the S3 server does not listen")


@pytest.fixture
def logs(desk: Desk, s3: pafs.S3FileSystem) -> Path:
    """FILES in the bucket ``logs`` below ``logs``, and in a folder, with the same times."""
    for name, data in FILES.items():
        with s3.open_output_stream(f"logs/logs/{name}", compression=None) as target:
            target.write(data)
        path = desk.write(name, data)
        modified = s3.get_file_info(f"logs/logs/{name}").mtime_ns
        os.utime(path, ns=(modified, modified))
    return desk.logs


def stored(s3: pafs.S3FileSystem, folder: str) -> dict[str, Any]:
    """name -> bytes and time of the objects below a folder; the manifest without what differs between two runs."""
    found = {}
    for info in s3.get_file_info(pafs.FileSelector(folder, recursive=True)):
        if info.type == pafs.FileType.File:
            found[info.path.removeprefix(f"{folder}/")] = (_content(s3, info.path), info.mtime_ns)
    return found


def _content(fs: pafs.FileSystem, path: str) -> bytes:
    data: bytes = fs.open_input_file(path).read()
    return data.partition(b'"run_info"')[0] if path.endswith("_manifest.json") else data


def test_a_release_on_s3_is_the_local_one_byte_for_byte_and_is_made_once(
    desk: Desk, s3: pafs.S3FileSystem, logs: Path
) -> None:
    local = desk.run(logs)
    assert local.code == 0, local.all
    expected = {
        path.relative_to(desk.out).as_posix(): _content(pafs.LocalFileSystem(), str(path))
        for path in desk.out.rglob("*")
        if path.is_file()
    }
    assert len(expected) >= len(FILES) + 3

    killed = desk.run("s3://logs/logs", options=("--out", "s3://sent/to/them"), code=KILLED)
    assert killed.code == 9, killed.all
    assert not [name for name in stored(s3, "sent/to/them") if name.endswith("_manifest.json")]
    # The page's own command.
    command = words("running-on-flink.md", "redact run s3:", {"2026-03": "logs", "releases": "to/them"})[1:]
    command += ["--workspace", str(desk.workspace)]
    done = desk.redact(*command, "--workers", "2")
    assert done.code == 0, done.all
    remote = stored(s3, "sent/to/them")
    assert {name: data for name, (data, _) in remote.items()} == expected

    again = desk.redact(*command)
    assert again.code == 0 and "Nothing to do" in again.out, again.all
    assert stored(s3, "sent/to/them") == remote


def test_only_one_of_two_that_try_at_once_creates(s3: pafs.S3FileSystem) -> None:
    fs, root = open_store("s3://sent/claims")
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: create_if_absent(fs, f"{root}/m.json", b"%d" % n, f"{root}/u"), range(8)))
    assert made.count(True) == 1
    assert _content(s3, "sent/claims/m.json") == b"%d" % made.index(True)


def test_an_object_whose_writer_fails_is_taken_away(s3: pafs.S3FileSystem) -> None:
    fs, root = open_store("s3://sent/whole")
    with pytest.raises(ZeroDivisionError), whole_file(fs, f"{root}/a") as sink:
        sink.write(b"half")
        assert s3.get_file_info("sent/whole/a").type == pafs.FileType.NotFound
        raise ZeroDivisionError
    assert s3.get_file_info("sent/whole/a").type == pafs.FileType.NotFound


def test_an_object_that_another_took_the_place_of_is_not_read(s3: pafs.S3FileSystem) -> None:
    """In the same second and with the same size: its ETag tells."""
    for data in (LINES, LINES.replace("mhale", "jqvist"[:5])):
        with s3.open_output_stream("logs/replaced/a.log", compression=None) as target:
            target.write(data.encode())
        if data == LINES:
            inputs, _ = find_inputs(["s3://logs/replaced"], out=None)
    (unit,) = plan_units(inputs)
    assert list(read_unit(inputs, unit)) == [Unreadable("replaced/a.log", "was replaced after the run was planned")]


@pytest.mark.parametrize("name", ["bundle.tgz", "bundle.zip"])
def test_an_archive_is_unpacked_from_where_it_lies(s3: pafs.S3FileSystem, tmp_path: Path, name: str) -> None:
    files = {"var/log/messages": LINES.encode(), "deep/app.jsonl": JSON_LINES.encode()}
    with s3.open_output_stream(f"logs/bundles/{name}") as stream:
        stream.write(zip_of(files) if name.endswith(".zip") else gzip.compress(tar_of(files)))
    inputs, unreadable = find_inputs([f"s3://logs/bundles/{name}"], out=None, spool=str(tmp_path))
    assert {item.name.removeprefix(f"{name}/"): Path(item.uri).read_bytes() for item in inputs} == files
    assert not unreadable


@pytest.mark.parametrize(
    "uri, out, told",
    [
        ("s3://none-there/logs", None, "no such object or folder"),
        ("s3://key:hushhush@logs/logs", None, "neither credentials nor options"),
        ("s3://logs/logs?region=elsewhere", None, "neither credentials nor options"),
        ("gopher://logs/logs", None, "no such file system"),
        ("s3://logs/logs", "s3://logs/logs/out", "stands inside the input"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_mend(s3: pafs.S3FileSystem, uri: str, out: str | None, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as error:
        find_inputs([uri], out=out)
    assert "hushhush" not in str(error.value)


def test_what_cannot_be_written_is_told_with_its_mend(desk: Desk, logs: Path) -> None:
    said = desk.run("s3://logs/logs", options=("--out", "s3://none-there/x"))
    assert said.code == 2 and "NO_SUCH_BUCKET" in said.err, said.all
    with pytest.raises(ConfigurationError, match="neither credentials nor options"):
        open_layout("s3://key:hushhush@sent/x", "run", "client")
