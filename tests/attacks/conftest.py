"""What the attackers have: pseudonyms of a space, releases of real runs, and the figures that docs/privacy.md states.

Keys, ids and chances are fixed, so that each attack ends the same way every time.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.space import SurrogateSpace

PRIVACY = Path(__file__).parents[2] / "docs" / "privacy.md"
#: attack | what it got | the test that measures it
ROW = re.compile(r"^\| (.+?) \| (.+?) \| `(test_\w+)` \|$", re.MULTILINE)

Stated = Callable[[dict[str, str]], None]
Space = Callable[..., SurrogateSpace]
Release = Callable[..., dict[str, list[str]]]


@pytest.fixture(scope="session")
def space() -> Space:
    """``space(client, recipient, …)``: a space under a key that no attacker guesses; further options as the space's."""

    def make(client: str = "acme", recipient: str = "cisco", **options: Any) -> SurrogateSpace:
        secret = hashlib.sha256(f"tests/attacks, {client}".encode()).digest()
        return SurrogateSpace(ClientKey(client, 1, "0" * 16, "0" * 16, 1, "", secret), recipient, **options)

    return make


@pytest.fixture
def stated(request: pytest.FixtureRequest) -> Stated:
    """``stated({attack: figure})``: holds what a test measured to all rows of docs/privacy.md that name the test."""
    rows = {attack: figure for attack, figure, test in ROW.findall(PRIVACY.read_text()) if test == request.node.name}

    def agree(measured: dict[str, str]) -> None:
        assert rows == measured, "docs/privacy.md states other figures than were measured: mend the rows of this test"

    return agree


@contextmanager
def drawn_for(purpose: str) -> Iterator[None]:
    """Keys and ids are the same for the same purpose, whatever was drawn before."""
    count = itertools.count()

    def chance(size: int = 32) -> bytes:
        return hashlib.shake_256(f"tests/attacks, {purpose}, {next(count)}".encode()).digest(size)

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("REDACT_ROOT_KEY", raising=False)
        patch.setattr(os, "urandom", chance)
        patch.setattr(secrets, "token_hex", lambda size=32: chance(size).hex())
        yield


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """``release(name, text, {recipient: profile}, …)``: the lines of each recipient's native file.

    A real ``redact run`` in this process. One workspace serves all, so that a recipient keeps its pseudonyms. Further:
    ``client``, ``ends``, the code with which the run ends, and ``keywords``, that the client declares when opened.
    """
    from pipeline.cli.main import main

    folder = tmp_path_factory.mktemp("attacks")
    workspace = folder / "workspace"
    there = ["--workspace", str(workspace)]
    clients: set[str] = set()
    with drawn_for("workspace"):
        assert main(["init", str(workspace)]) == 0

    def open_client(client: str, keywords: Sequence[str]) -> None:
        if client not in clients:
            declared = [part for word in keywords for part in ("--keyword", word)]
            with drawn_for(f"client {client}"):
                assert main(["client", "add", client, *declared, *there]) == 0
            clients.add(client)

    def open_recipient(name: str, profile: str, client: str) -> None:
        policy = workspace / "recipients" / f"{name}.yaml"
        if not policy.exists():
            with drawn_for(f"recipient {name}"):
                assert main(["recipient", "add", name, "--profile", profile, "--client", client, *there]) == 0
        elif f"- {client}\n" not in policy.read_text():
            policy.write_text(policy.read_text().replace("clients:\n", f"clients:\n- {client}\n"))

    def run(
        name: str,
        text: str,
        recipients: dict[str, str],
        *,
        client: str = "acme",
        ends: int = 0,
        keywords: Sequence[str] = (),
    ) -> dict[str, list[str]]:
        source, out = folder / client / name, folder / f"out-{client}-{name}"
        source.parent.mkdir(exist_ok=True)
        source.write_text(text)
        os.utime(source, (1_773_100_000, 1_773_100_000))
        open_client(client, keywords)
        for recipient, profile in recipients.items():
            open_recipient(recipient, profile, client)
        parties = [part for recipient in recipients for part in ("--recipient", recipient)]
        with drawn_for(f"run {client} {name}"):
            code = main(["run", str(source), "--client", client, *parties, "--out", str(out), *there, "--workers", "1"])
        assert code == ends, f"the run ended with {code}"
        files = {r: [p for p in out.glob(f"{r}/client=*/_native/run=*/**/*") if p.is_file()] for r in recipients}
        return {r: path.read_text().splitlines() for r, (path,) in files.items()}

    return run
