"""A workspace with a client and two recipients, and the service over it."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

import pipeline.service.following as following
from pipeline.policy.known_values import checked
from pipeline.policy.workspace import Workspace
from pipeline.service.answerers import Answerers
from pipeline.service.http import Service, make_app
from pipeline.service.tokens import Tokens
from pipeline.service.watch import Watch, Watched

#: Planted in texts: each is found, by a pattern, a key or because the client declares it.
CANARIES = {
    "account": "qwexzadmin",
    "person": "Wilhelmina Qorvath",
    "keyword": "Project Zephyrquill",
    "mail": "qorvath.w@mail.acme.example",
    "ipv4": "203.0.113.219",
    "mac": "00:00:5e:00:53:e7",
    "host": "zq7-vaultbox.acme.example",
    "password": "Xy7-quetzal-Plume",
}
OTHERS_DOMAIN = "kestrel-freight.example"
TICKET = (
    "{person} <{mail}> writes about {keyword}: nobody can log in since this morning.\n"
    "Mar  9 10:00:00 zq7-vaultbox sshd[211]: Accepted password for {account} from {ipv4} port 50022 ssh2\n"
    "Mar  9 10:00:01 zq7-vaultbox dhcpd: DHCPACK on {ipv4} to {mac} ({host}) via eth0\n"
    "Mar  9 10:00:02 zq7-vaultbox app: user={account} password={password}\n"
).format(**CANARIES)
MARK = re.compile(r"mark=(\d+)q")
#: What docs/streaming.md says.
LIVE = """
WITH manifests AS (FROM read_json('{out}/cisco/client=*/dataset=logs/run=*/_manifest.json', union_by_name = true))
SELECT * FROM read_parquet('{out}/cisco/client=*/dataset=logs/run=*/**/*.parquet', hive_partitioning = true)
WHERE run IN (SELECT run FROM manifests)
  AND run NOT IN (SELECT unnest(CAST(supersedes AS VARCHAR[])) FROM manifests)
"""
#: Another client's: what holds it is refused.
FOREIGN = f"see https://www.{OTHERS_DOMAIN}/login for more\n"


@pytest.fixture
def canaries() -> dict[str, str]:
    return CANARIES


@pytest.fixture
def ticket() -> str:
    return TICKET


@pytest.fixture
def foreign() -> str:
    return FOREIGN


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Acme, whose data cisco and lab may get, and a client of whose data none of it is."""
    made = Workspace.create(tmp_path_factory.mktemp("service") / "workspace")
    known = {"domains": ("acme.example",), "staff": (CANARIES["person"],), "keywords": (CANARIES["keyword"],)}
    made.add_client("acme", checked(known))
    made.add_client("kestrel", checked({"domains": (OTHERS_DOMAIN,)}))
    made.add_recipient("cisco", "vendor", ["acme"])
    made.add_recipient("lab", "analytics", ["acme"])
    made.add_recipient("other", "vendor", ["kestrel"])
    return made


@pytest.fixture(scope="session")
def answerers(workspace: Workspace) -> Answerers:
    return Answerers(workspace)


@dataclass(frozen=True)
class Desk:
    """The service, and a token that is good for acme and cisco."""

    service: Service
    token: str

    @property
    def app(self) -> Any:
        return make_app(self.service)

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        """A request with the token, unless ``headers`` say another."""
        headers = {"authorization": f"Bearer {self.token}", **how.pop("headers", {})}

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, path, headers=headers, **how)

        return asyncio.run(asked())

    def redact(self, text: str, **more: Any) -> httpx.Response:
        return self.ask("POST", "/v1/redact", json={"client": "acme", "recipient": "cisco", "text": text, **more})


@pytest.fixture(scope="session")
def token_of(workspace: Workspace) -> Callable[..., str]:
    def made(name: str, client: str = "acme", recipients: tuple[str, ...] = ("cisco",)) -> str:
        return Tokens(workspace.folder).add(workspace, name, client, recipients, 30)

    return made


@pytest.fixture(scope="session")
def token(token_of: Callable[..., str]) -> str:
    return token_of("helpdesk")


@pytest.fixture
def desk(workspace: Workspace, answerers: Answerers, token: str) -> Iterator[Desk]:
    yield Desk(Service(answerers, Tokens(workspace.folder), max_bytes=1 << 16, ready=True), token)


def line(number: int) -> str:
    return (
        f"Mar  9 10:{number // 60 % 60:02d}:{number % 60:02d} gw-{number % 7} sshd[{number % 1000}]: Accepted password "
        f"for user{number % 11}x from 192.0.2.{number % 250} port 22 ssh2 mark={number}q\n"
    )


class Place:
    """A folder that is watched, and what was released of it."""

    def __init__(self, folder: Path, workspace: Workspace) -> None:
        self.folder = folder / "logs"
        self.folder.mkdir()
        self.out = folder / "out"
        self.workspace = workspace
        self.said: list[str] = []

    def watch(self, **how: float) -> Watch:
        watched = Watched(self.workspace, str(self.folder), "acme", ("cisco",), str(self.out))
        return Watch(watched, self.said.append, **how)  # type: ignore[arg-type]

    def write(self, name: str, numbers: range, mode: str = "a") -> None:
        with (self.folder / name).open(mode) as file:
            file.write("".join(map(line, numbers)))

    def natives(self) -> str:
        found = sorted(self.out.glob("cisco/client=*/_native/run=*/**/*"), key=lambda path: path.stat().st_mtime_ns)
        return "".join(path.read_text() for path in found if path.is_file())

    def rows(self) -> Counter[int]:
        """By the numbers of lines, how often each stands in what readers see."""
        if not list(self.out.glob("cisco/client=*/dataset=logs/run=*/_manifest.json")):
            return Counter()
        found = duckdb.sql(self.live).project("message").fetchall()
        return Counter(int(match[1]) for (message,) in found if (match := MARK.search(message)))

    @property
    def live(self) -> str:
        """The query of what readers see."""
        return LIVE.format(out=self.out)

    def row_ids(self) -> list[str]:
        return [str(row) for (row,) in duckdb.sql(self.live).project("row_id").fetchall()]

    def ticks(self, watch: Watch, quiet: float = 0.2) -> int:
        """Do ticks until there has been nothing new for some seconds; returns how many."""
        count, last = 0, time.monotonic()
        while time.monotonic() - last <= quiet:
            if watch.tick() is not None:
                count, last = count + 1, time.monotonic()
            else:
                time.sleep(0.02)
        return count

    line = staticmethod(line)


@pytest.fixture
def place(tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(following, "SETTLED", 0.05)
    return Place(tmp_path, workspace)


@pytest.fixture
def place_of() -> Callable[[Path, Workspace], Place]:
    return Place
