"""A workspace with a client and two recipients, and the service over it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from pipeline.policy.known_values import checked
from pipeline.policy.workspace import Workspace
from pipeline.service.answerers import Answerers
from pipeline.service.http import Service, make_app
from pipeline.service.tokens import Tokens

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
    yield Desk(Service(answerers, Tokens(workspace.folder), max_bytes=1 << 16), token)
