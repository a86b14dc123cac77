"""A workspace from which logs of every kind of value were released, made once for this room."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from pipeline.cli.main import main
from pipeline.policy.actions import ALLOWED_ACTIONS, Action
from pipeline.policy.workspace import Workspace

CORPORA = Path(__file__).parent.parent / "recognizers" / "corpora"
NESTED = [
    {"user": {"name": "mhale", "id": 4711}, "ip": ["203.0.113.219", "2001:db8:ac::77"], "serial_number": 4930217715},
    {"imei": 490154203237518, "mac": "00005E00530A", "sessions": {"203.0.113.9": 1, "mhale": 2}, "host": "GW-01"},
    {
        "message": 'Marion Hale (mhale) on db1.acme.example\ngw-01.acme.example: lost "Project Kestrel"',
        "user": "\u017bd\u017a",
    },
]
SYSLOG = """\
Mar  9 10:00:00 gw-01 sshd[211]: Accepted password for mhale from 192.0.2.17 port 50022 ssh2
Mar  9 10:00:01 gw-01 dhcpd: DHCPACK on 203.0.113.219 to 00:00:5e:00:53:e7 (zq7-vaultbox.acme.example) via eth0
Mar  9 10:00:02 gw-01 app: <qorvath.w@mail.acme.example> joined serial=FOC2219ZQXW by ACME\\\\qorvath.w
"""


@dataclass(frozen=True)
class Released:
    """A workspace, what was put in, and what cisco was sent."""

    folder: Path
    sources: dict[str, bytes]

    @property
    def workspace(self) -> Workspace:
        return Workspace.open(self.folder / "workspace")

    def native(self, name: str, recipient: str = "cisco") -> bytes:
        (path,) = (self.folder / "out" / recipient).glob(f"client=*/_native/run=*/{name}")
        return path.read_bytes()

    def run(self, name: str, *options: str, recipient: str = "cisco") -> int:
        place, out = str(self.folder / "workspace"), str(self.folder / "out")
        arguments = ["run", str(self.folder / name), "--client", "acme", "--recipient", recipient, "--workspace", place]
        return main([*arguments, "--out", out, "--workers", "1", "--quiet", *options])

    def released_source(self, name: str) -> bytes:
        """An input without the records that were held back."""
        data = self.sources[name]
        cut = [
            json.loads(line)
            for path in self.folder.glob("out/_inside/run=*/_quarantine.jsonl")
            for line in path.read_text().splitlines()
        ]
        for place in sorted(cut, key=lambda place: -place["offset"]):
            data = data[: place["offset"]] + data[place["offset"] + place["length"] :]
        return data


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Released]:
    folder = tmp_path_factory.mktemp("released")
    for name in ("REDACT_ROOT_KEY", "REDACT_WORKSPACE"):
        os.environ.pop(name, None)
    every = {entity: "pseudonymise" for entity, allowed in ALLOWED_ACTIONS.items() if Action.PSEUDONYMISE in allowed}
    workspace = Workspace.create(folder / "workspace")
    workspace.add_client("acme")
    workspace.add_recipient("cisco", "vendor", ["acme"], {"entities": every, "max_quarantined": 0.2})
    workspace.add_recipient("stats", "vendor", ["acme"], {"entities": every, "max_quarantined": 0.2})
    known = ["--staff", "Marion Hale", "--keyword", "Project Kestrel", "--domain", "acme.example"]
    assert main(["client", "known", "acme", *known, "--workspace", str(folder / "workspace")]) == 0
    texts = [
        case["text"] for path in sorted(CORPORA.glob("*.yaml")) for case in yaml.safe_load(path.read_text())["found"]
    ]
    sources = {
        "corpora.log": "".join(text.replace("\n", " ") + "\n" for text in texts).encode(),
        "nested.jsonl": "".join(json.dumps(record) + "\n" for record in NESTED).encode(),
        "syslog.log": SYSLOG.encode(),
    }
    made = Released(folder, sources)
    for name, data in sources.items():
        (folder / name).write_bytes(data)
        assert made.run(name) in (0, 4)
    yield made


@pytest.fixture
def turned_back(
    released: Released, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., tuple[int, bytes, str]]:
    """Exit code, standard output and standard error of ``redact reidentify``."""

    def turned_back(answer: bytes, *options: str, recipient: str = "cisco") -> tuple[int, bytes, str]:
        path = released.folder / "answer.txt"
        path.write_bytes(answer)
        capsysbinary.readouterr()
        arguments = ["reidentify", str(path), "--recipient", recipient, "--client", "acme", "--reason", "T-1"]
        code = main([*arguments, "--workspace", str(released.folder / "workspace"), *options])
        said = capsysbinary.readouterr()
        return code, said.out, said.err.decode()

    return turned_back
