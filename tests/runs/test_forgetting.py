"""What a worker remembers is a matter of speed alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Desk

FORGETFUL = """
import functools, sys
from pipeline.inputs import reading
from pipeline.detection import scanner
reading.CHUNK_BYTES = 2000
reading.read_unit = functools.partial(reading.read_unit, batch_bytes=2000)
scanner.MOST_REMEMBERED = int(sys.argv.pop(1))
from pipeline.cli.main import main
sys.exit(main())
"""


def test_caches_that_start_anew_in_every_chunk_change_no_byte(desk: Desk) -> None:
    for number in range(4):
        lines = (
            f"Mar  9 10:00:{n % 60:02d} gw-{n % 7:02d} sshd[{n}]: Accepted password for user{n % 11}x "
            f"from 192.0.2.{n % 90} port {n} ssh2 from host{n % 13}.example.net\n"
            for n in range(number, 100)
        )
        desk.write(f"mail-{number}.log", "".join(lines))
    made = []
    for number, most in enumerate((0, 10**9)):
        out = desk.folder / f"out{number}"
        said = desk.redact(
            most, "run", desk.logs, "--client", "acme", "--recipient", "cisco=vendor", "--recipient", "lab=analytics",
            "--out", out, "--workspace", desk.workspace, "--yes", code=FORGETFUL,
        )  # fmt: skip
        assert said.code == 0, said.all
        files = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name != "_manifest.json"]
        made.append({path.relative_to(out).as_posix(): path.read_bytes() for path in files})
    assert made[0] == made[1]
    parts = [name for name in made[0] if name.endswith(".parquet")]
    assert len(parts) > 2 * 4, "many chunks"
