"""Archives through whole runs: released as the folder that they unpack to, and gone from this machine afterwards."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

import pipeline
from tests.inputs.archive_files import entry, folder_of, tar_of, zip_of
from tests.inputs.event_log_files import event_log

if TYPE_CHECKING:
    from conftest import Desk

HOST, ACCOUNT, ADDRESS = "zq7vault", "qwexzadmin", "203.0.113.219"
SYSLOG = "".join(
    f"Mar  9 10:00:{n % 60:02d} {HOST} sshd[{n}]: Accepted password for {ACCOUNT} from {ADDRESS} port {n + 1024} ssh2\n"
    for n in range(300)
).encode()
EVENT = (
    f'<Event><System><EventID>4624</EventID><TimeCreated SystemTime="2026-03-09T10:00:00Z"/><Computer>{HOST}</Computer>'
    f"</System><EventData><TargetUserName>{ACCOUNT}</TargetUserName><IpAddress>{ADDRESS}</IpAddress></EventData></Event>"
)
TOP = f"sosreport-{HOST}-01234567-2026-03-09-abcdefg"
FILES = {
    f"{TOP}/var/log/messages": SYSLOG,
    f"{TOP}/var/log/messages.1.gz": gzip.compress(SYSLOG, mtime=0),
    f"{TOP}/home/{ACCOUNT}/notes.txt": f"Hello, please look at this, user={ACCOUNT} cannot log in. Thanks\n".encode(),
    f"{TOP}/win/users.csv": f"time,user,src_ip\n2026-03-09T10:00:00Z,{ACCOUNT},{ADDRESS}\n".encode(),
    f"{TOP}/win/agent.log": f"2026-03-09T10:00:00Z user={ACCOUNT} ip={ADDRESS}\r\n".encode("utf-16"),
    f"{TOP}/win/Security.evtx": event_log([[EVENT]]),
    f"{TOP}/app.jsonl": json.dumps({"user": {"name": ACCOUNT}, "ip": ADDRESS}).encode() + b"\n",
    **{f"{TOP}/var/crash/core.{n}": b"\x7fELF" + ACCOUNT.encode() + bytes(300) for n in range(9)},
}
PLANTED = [HOST, ACCOUNT, ADDRESS]


def released(out: Path) -> dict[str, Any]:
    """What a release says: native files by name below the bundle's, and rows without their ids."""
    native = {
        str(path.relative_to(out)).partition("/bundle/")[2]: path.read_bytes()
        for path in out.glob("*/client=*/_native/run=*/**/*")
        if path.is_file()
    }
    rows = [
        {name: value for name, value in row.items() if name not in ("record_id", "source_file", "input", "row_id")}
        for part in sorted(out.rglob("*.parquet"))
        for row in pq.read_table(part).to_pylist()
    ]
    return {"native": native, "rows": rows}


def everything(folder: Path) -> str:
    """All names and bytes below a folder, what is in archives included."""
    said: list[str] = []
    for path in folder.rglob("*"):
        said.append(str(path.relative_to(folder)))
        if path.name.endswith(".tar.gz") and path.is_file():
            with tarfile.open(path) as archive:
                said += [m.name + (archive.extractfile(m) or io.BytesIO()).read().decode("latin-1") for m in archive]
        elif path.suffix == ".parquet":
            said.append(str(pq.read_table(path).to_pylist()))
        elif path.is_file():
            said.append(path.read_bytes().decode("latin-1"))
    return "\n".join(said)


def leftovers() -> set[Path]:
    return set(Path(os.environ["TMPDIR"]).glob("redact-*"))


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))


@pytest.mark.parametrize("make", [tar_of, zip_of, lambda files: zip_of({"in.tar.gz": gzip.compress(tar_of(files))})])
def test_an_archive_is_released_as_the_folder_that_it_unpacks_to(desk: Desk, make: Any) -> None:
    desk.write("bundle", make(FILES))
    said = desk.run("logs/bundle", options=("--recipient", "stats=analytics"))
    assert said.code == 4, said.all
    by_archive = released(desk.out)
    files = {f"in.tar.gz/{name}": data for name, data in FILES.items()} if b"in.tar.gz" in make(FILES) else FILES
    folder_of(desk.folder / "apart" / "bundle", files)
    desk.out = desk.folder / "again"
    assert desk.run("apart/bundle", options=("--recipient", "stats=analytics")).code == 4
    assert released(desk.out) == by_archive and len(by_archive["native"]) == 2 * 7 and len(by_archive["rows"]) > 1200
    text = everything(desk.folder / "out" / "cisco") + everything(desk.folder / "out" / "_inside")
    assert [planted for planted in PLANTED if planted in text] == []
    assert not leftovers()


def test_the_same_archive_again_does_nothing(desk: Desk) -> None:
    desk.write("bundle.tgz", gzip.compress(tar_of(FILES)))
    first = desk.run(desk.logs)
    again = desk.run(desk.logs)
    assert (first.code, again.code) == (4, 0) and "Nothing to do" in again.out
    desk.write("bundle.tgz", gzip.compress(tar_of({**FILES, "more.log": SYSLOG})))
    assert "Nothing to do" not in desk.run(desk.logs).out


def test_more_workers_read_what_was_unpacked(desk: Desk) -> None:
    desk.write("bundle.zip", zip_of(FILES))
    said = desk.run(desk.logs, options=("--workers", "2"))
    assert said.code == 4, said.all
    assert desk.native().count(b"Accepted password") == 600
    assert not leftovers()


def test_standard_input_may_be_an_archive(desk: Desk) -> None:
    said = desk.run("-", stdin=gzip.compress(tar_of(FILES)))
    assert said.code == 4, said.all
    assert any("/stdin/" in str(path) for path in desk.out.rglob("app.jsonl"))
    assert not leftovers()


def test_many_files_that_are_not_read_are_told_in_one_line(desk: Desk) -> None:
    desk.write("bundle.zip", zip_of({**FILES, "a.png": b"\x89PNG", "../out": b"x"}))
    said = desk.run(desk.logs)
    lines = [line for line in said.out.splitlines() if line.startswith("Not read: ")]
    assert len(lines) == 2 and lines[1].startswith("Not read: 10 files: binary: ELF 9, PNG 1; the first is "), said.all
    assert "leads out" in lines[0]
    document = json.loads(desk.run(desk.logs, options=("--json",)).out)
    assert len(document["unreadable"]) == 11


def test_a_damaged_archive_gives_what_it_holds_and_says_so(desk: Desk) -> None:
    whole = tar_of({"a.log": SYSLOG, "c.log": SYSLOG})
    desk.write("cut.tar", whole[: len(whole) // 2 + 2000])
    said = desk.run(desk.logs)
    assert said.code == 4 and "cut.tar: ends early" in said.all, said.all
    assert desk.native().count(b"Accepted") > 301


def test_what_no_one_can_read_ends_with_the_usage(desk: Desk) -> None:
    desk.write("b.zip", zip_of(FILES)[:-40])
    said = desk.run(desk.logs)
    assert said.code == 2 and "none can be read" in said.err, said.all
    assert not leftovers()


def test_no_name_or_text_of_a_member_is_in_an_error(desk: Desk) -> None:
    desk.write("bundle.tar", tar_of(FILES, entry(f"{TOP}/home/{ACCOUNT}/x", type=tarfile.FIFOTYPE)))
    code = (
        "import sys, pipeline.unit\n"
        "def fail(*given, **named): raise ValueError(str(given))\n"
        "pipeline.unit.check_batch = fail\n"
        "from pipeline.cli.main import main\n"
        "sys.exit(main())"
    )
    said = desk.run(desk.logs, options=("--json",), code=code)
    assert said.code == 1 and not any(planted in said.all for planted in PLANTED), said.all
    assert not leftovers()


def test_scan_learn_and_why_look_into_archives(desk: Desk) -> None:
    desk.write("case.zip", zip_of({"in.tar.gz": gzip.compress(tar_of(FILES))}))
    scanned = desk.redact("scan", "logs/case.zip", "--json", "--quiet")
    assert scanned.code == 4 and json.loads(scanned.out)["records"]["syslog-rfc3164"] == 600, scanned.all
    assert desk.redact("init", desk.workspace).code == 0
    assert desk.redact("client", "add", "acme", "--workspace", desk.workspace).code == 0
    learned = desk.redact("learn", "logs/case.zip", "--client", "acme", "--json", "--workspace", desk.workspace)
    assert {each["text"] for each in json.loads(learned.out)["found"]} >= {ACCOUNT}
    why = desk.redact("why", f"logs/case.zip/in.tar.gz/{TOP}/var/log/messages.1.gz:3")
    assert why.code == 0 and ADDRESS in why.out and "format syslog-rfc3164" in why.out, why.all
    for place, mend in (
        ("case.zip:1", "name a file in it"),
        ("case.zip/none:1", "no such file in"),
        ("none.zip/a:1", "no such file"),
        (f"case.zip/in.tar.gz/{TOP}/var/crash/core.1:1", "binary: ELF"),
    ):
        said = desk.redact("why", f"logs/{place}")
        assert said.code == 2 and mend in said.err, said.all
    assert not leftovers()


SLOW = """
import time
from pathlib import Path
import pipeline.unit

def slowly(*given, **named):
    Path("begun").touch()
    time.sleep(600)

pipeline.unit.check_batch = slowly
from pipeline.cli.main import console
console()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes otherwise")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_nothing_that_was_unpacked_is_left_by_a_run_that_is_told_to_end(desk: Desk, number: signal.Signals) -> None:
    desk.write("bundle.tar", tar_of(FILES))
    arguments = ["run", desk.logs, "--client", "acme", "--recipient", "cisco=vendor", "--out", desk.out, "--yes"]
    environment = {**os.environ, "PYTHONPATH": str(Path(next(iter(pipeline.__path__))).parent)}
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, *map(str, arguments), "--workspace", str(desk.workspace), "--workers", "1"],
        cwd=desk.folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Who runs the tests under nohup has it ignored, and so would the run, as it ought to.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    )
    try:
        deadline = time.monotonic() + 120
        while not (desk.folder / "begun").exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
        (folder,) = leftovers()
        assert folder.stat().st_mode & 0o777 == 0o700 and len(list(folder.iterdir())) == 7
        process.send_signal(number)
        assert process.wait(60) == 130
        assert not leftovers()
    finally:
        process.kill()
        process.wait()
