"""Marks planted in inputs are nowhere in what a run leaves behind or says."""

from __future__ import annotations

import base64
import gzip
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from conftest import Desk, Said

#: Each is found by a pattern, a key, a phrase, or because the client declares it; none is short or a common word.
CANARIES = {
    "account": "qwexzadmin",
    "person": "Wilhelmina Qorvath",
    "keyword": "Project Zephyrquill",
    "mail": "qorvath.w@mail.acme.example",
    "ipv4": "203.0.113.219",
    "ipv6": "2001:db8:ac:77:9d3e:41ff:fe0c:beef",
    "mac": "00:00:5e:00:53:e7",
    "host": "zq7-vaultbox.acme.example",
    "uuid": "3f1c9a52-7be4-4d08-9a61-c0ffee5ca1ab",
    "password": "Xy7-quetzal-Plume",
    "bearer": "qzJ8vK2mP4nR6tW9yB3dF5hL7",
    "serial": "FOC2219ZQXW",
}


def encoded() -> dict[str, str]:
    """What is found by a pattern, and what only its being known tells, where neither stands in clear."""
    said = f"mail={CANARIES['mail']} from {CANARIES['ipv4']} about {CANARIES['keyword']} of {CANARIES['account']}"
    return {"base64": base64.b64encode(said.encode()).decode(), "percent": quote(said, safe="")}


def planted(desk: Desk) -> list[Path]:
    c = CANARIES
    stamp = "Mar  9 10:00:0"
    syslog = (
        f"{stamp}0 zq7-vaultbox sshd[211]: Accepted password for {c['account']} from {c['ipv4']} port 50022 ssh2\n"
        f"{stamp}1 zq7-vaultbox dhcpd: DHCPACK on {c['ipv4']} to {c['mac']} ({c['host']}) via eth0\n"
        f"{stamp}2 zq7-vaultbox app: {c['person']} <{c['mail']}> joined {c['keyword']} serial={c['serial']}\n"
        f"{stamp}3 zq7-vaultbox app: user={c['account']} password={c['password']} id {c['uuid']}\n"
        f"{stamp}4 zq7-vaultbox app: neighbour {c['ipv6']} at {c['mac'].upper().replace(':', '-')}\n"
        f"{stamp}5 zq7-vaultbox app: stored {encoded()['base64']} and {encoded()['percent']}\n"
    ).encode()
    nested = {
        "@timestamp": "2026-03-09T10:00:00Z",
        "user": {"name": c["account"], c["mail"]: {"ip": [c["ipv4"], c["ipv6"]]}},
        # As keys: found by a pattern only when alone, or known only from elsewhere in the unit.
        "sessions": {c["account"]: 1, c["ipv4"]: [2, {c["host"]: 3}], c["uuid"]: {c["mac"]: 4}},
        "headers": {"authorization": f"Bearer {c['bearer']}"},
        "message": f"{c['person']} lost \u0022{c['keyword']}\u0022 at {c['host']}",
    }
    damaged = syslog + b"\xff\xfe\x00" + c["mail"].encode() + b"\xff\n" + syslog[:-20]
    squeezed = gzip.compress(syslog * 400)
    return [
        desk.write(f"{c['host']}.log", syslog),
        desk.write("app.jsonl", "".join(json.dumps(nested, ensure_ascii=n % 2 == 0) + "\n" for n in range(5))),
        desk.write("damaged.log", damaged),
        desk.write("cut.log.gz", squeezed[: len(squeezed) * 2 // 3]),
        desk.write("endless.log", syslog + b"x" * (9 << 20) + c["mail"].encode() + b"\n" + syslog),
    ]


def run_with_canaries(desk: Desk, **how: object) -> Said:
    planted(desk)
    desk.redact("init", desk.workspace)
    c = CANARIES
    declared = ("--domain", "acme.example", "--staff", c["person"], "--keyword", c["keyword"])
    added = desk.redact("client", "add", "acme", *declared, "--workspace", desk.workspace)
    assert added.code == 0, added.all
    return desk.run(desk.logs, **how)


def spellings() -> list[bytes]:
    """The canaries as they would stand in another notation or escaped."""
    texts = set(CANARIES.values())
    texts |= {text.upper() for text in texts} | {text.lower() for text in texts}
    texts |= {CANARIES["mac"].replace(":", "-"), CANARIES["mac"].replace(":", ""), "zq7-vaultbox", "qorvath"}
    return [text.encode() for text in texts | set(encoded().values())]


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder: its name and bytes, and what is packed in it."""
    for path in sorted(folder.rglob("*")):
        yield f"name of {path}", str(path.relative_to(folder)).encode()
        if not path.is_file():
            continue
        yield str(path), path.read_bytes()
        if path.suffix == ".parquet":
            yield from unpacked_parquet(path)
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    file = archive.extractfile(member)
                    yield f"{path}: {member.name}", member.name.encode() + (file.read() if file else b"")


def unpacked_parquet(path: Path) -> Iterator[tuple[str, bytes]]:
    file = pq.ParquetFile(path)
    yield f"{path}: footer", (str(file.metadata) + str(file.schema_arrow) + str(file.metadata.metadata)).encode()
    for group in range(file.num_row_groups):
        for column in range(file.metadata.num_columns):
            yield f"{path}: statistics", str(file.metadata.row_group(group).column(column)).encode()
    yield f"{path}: rows", json.dumps(file.read().to_pylist(), default=str, ensure_ascii=False).encode()


def found_in(said: Said, *folders: Path) -> list[tuple[str, bytes]]:
    places = [("standard output", said.out.encode()), ("standard error", said.err.encode())]
    places += [place for folder in folders for place in contents(folder)]
    return [(where, canary) for where, data in places for canary in spellings() if canary in data]


def test_no_canary_is_in_anything_that_a_run_writes(desk: Desk) -> None:
    said = run_with_canaries(desk, options=("--json",))
    assert said.code == 4, said.all
    outcome = json.loads(said.out)
    assert outcome["records"]["quarantined"]
    assert outcome["records"]["out"] > 1_000
    # What the command says names inputs, so that the user can mend them; what it writes never does.
    assert [place for place in found_in(said, desk.out) if place[0] != "standard error"] == []


def test_no_canary_is_in_the_workspace_in_clear(desk: Desk) -> None:
    said = run_with_canaries(desk)
    assert said.code == 4, said.all
    assert [place for place in found_in(said, desk.workspace) if not place[0].startswith("standard")] == []


FAULTY = """
import sys
import pipeline.unit

def fail(*given, **named):
    # What a fault deep in the core could carry: the records themselves.
    raise ValueError(bytes(next(batch.data.tobytes() for batch in given if hasattr(batch, "data"))))

pipeline.unit.{target} = fail
from pipeline.cli.main import main
sys.exit(main())
"""


def test_an_internal_error_carries_no_text_of_a_record(desk: Desk) -> None:
    said = run_with_canaries(desk, code=FAULTY.format(target="check_batch"))
    assert said.code == 1, said.all
    assert found_in(said, desk.out) == []
    assert not desk.archives()
