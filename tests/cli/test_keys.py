"""Keys out and in, and the end of a client's keys: what is left computes and opens nothing."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import pipeline.cli.run as run_module
from pipeline.beam.batch import ReleaseUnit
from pipeline.beam.options import options_of
from pipeline.cli.main import main
from pipeline.errors import KeyProblem
from pipeline.plan import Plan
from pipeline.policy.workspace import Workspace
from pipeline.release.publish import Outcome
from pipeline.surrogates import transfer
from pipeline.surrogates.keystore import Keystore
from pipeline.surrogates.rootkey import RootKey
from pipeline.surrogates.space import SurrogateSpace
from pipeline.surrogates.vault import VaultKey
from pipeline.unit import Engine

PASSPHRASE = "six random words"
RUN = ["run", "a.log", "--client", "acme", "--recipient", "cisco=vendor", "--workers", "1", "--quiet", "--yes"]


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("REDACT_ROOT_KEY", "REDACT_WORKSPACE", "REDACT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(transfer, "SCRYPT", {"n": 1 << 4, "r": 8, "p": 1})
    monkeypatch.setattr("click.prompt", lambda *given, **named: PASSPHRASE)
    (tmp_path / "a.log").write_text("Mar  9 10:00:00 gw1 sshd[7]: Accepted password for mhale from 192.0.2.7\n" * 20)
    return tmp_path


def ended(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(arguments)
    return code, capsys.readouterr().err


def test_keys_go_to_another_workspace_and_turn_back_there(capsys: pytest.CaptureFixture[str], desk: Path) -> None:
    assert main(["init", "one"]) == main(["client", "add", "acme", "--workspace", "one"]) == 0
    assert main(["keys", "rotate", "acme", "--workspace", "one"]) == 0
    assert main(["keys", "export", "acme.keys", "--client", "acme", "--workspace", "one"]) == 0
    assert os.name != "posix" or (desk / "acme.keys").stat().st_mode & 0o777 == 0o600
    assert main(["init", "two"]) == main(["keys", "import", "acme.keys", "--workspace", "two"]) == 0
    here, there = (Workspace.open(desk / name) for name in ("one", "two"))
    assert here.client("acme") == there.client("acme")
    for epoch in (1, 2):
        pair = [w.keystore.open_client(w.client("acme").id, epoch).derive("x") for w in (here, there)]
        assert pair[0] == pair[1]
    code, said = ended(capsys, "keys", "import", "acme.keys", "--workspace", "two")
    assert (code, "already" in said) == (2, True)
    code, said = ended(capsys, "keys", "export", "acme.keys", "--workspace", "one")
    assert (code, "not overwritten" in said) == (2, True)


def test_a_transfer_key_in_a_file_seals_too_and_the_other_way_is_told(
    capsys: pytest.CaptureFixture[str], desk: Path
) -> None:
    assert main(["init", "one"]) == main(["client", "add", "acme", "--workspace", "one"]) == main(["init", "two"]) == 0
    RootKey.create(desk / "transfer.key")
    assert main(["keys", "export", "k", "--transfer-key", "transfer.key", "--workspace", "one"]) == 0
    code, said = ended(capsys, "keys", "import", "k", "--workspace", "two")
    assert (code, "give --transfer-key" in said) == (2, True)
    RootKey.create(desk / "other.key")
    code, said = ended(capsys, "keys", "import", "k", "--transfer-key", "other.key", "--workspace", "two")
    assert (code, "does not open" in said) == (5, True)
    assert main(["keys", "import", "k", "--transfer-key", "transfer.key", "--workspace", "two"]) == 0


def test_another_client_of_the_same_name_stops_an_import(capsys: pytest.CaptureFixture[str], desk: Path) -> None:
    assert main(["init", "one"]) == main(["client", "add", "acme", "--workspace", "one"]) == 0
    assert main(["init", "two"]) == main(["client", "add", "acme", "--workspace", "two"]) == 0
    assert main(["keys", "export", "k", "--workspace", "one"]) == 0
    code, said = ended(capsys, "keys", "import", "k", "--workspace", "two")
    assert (code, "nothing was imported" in said) == (2, True)
    assert len(Workspace.open(desk / "two").keystore.clients()) == 1


def test_of_a_destroyed_client_nothing_computes_a_pseudonym_and_nothing_opens(desk: Path) -> None:
    assert main(RUN) == 0
    assert main(["client", "known", "acme", "--keyword", "Project Kestrel"]) == 0
    workspace = Workspace.open(desk / "workspace")
    client, recipient = workspace.client("acme"), workspace.recipient("cisco")
    key = workspace.keystore.open_client(client.id)
    pseudonym = SurrogateSpace(key, recipient.id).pseudonyms("ip", [b"192.0.2.7"], [b"192.0.2.7"])[0]
    assert pseudonym in next((desk / "redact-out/cisco").glob("client=*/_native/run=*/a.log")).read_bytes()
    kept = {path: path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file()}
    backup = {kind: [path for path in kept if kind in path.parts] for kind in ("vault", "known")}
    assert all(backup.values())
    assert main(["keys", "destroy", "acme", "--confirm", "acme"]) == 0

    left = {path: path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file()}
    assert not [path for path in left if {"vault", "known"} & set(path.parts)]
    # No file holds the wrapped key, which the root key would open.
    wrapped = [json.loads(kept[path])["wrapped"].encode() for path in kept if path.name == "1.json"]
    assert wrapped and not [path for path, data in left.items() if any(text in data for text in wrapped)]
    store = Workspace.open(workspace.folder).keystore
    for epoch in (None, 1):
        with pytest.raises(KeyProblem, match="destroyed"):
            store.open_client(client.id, epoch)
    # A new key for the same id, as all that the root key and what is left can make: it computes other pseudonyms, and
    # opens neither a vault nor known values that a thief kept.
    anew = store.new_client(client.id)
    assert SurrogateSpace(anew, recipient.id).pseudonyms("ip", [b"192.0.2.7"], [b"192.0.2.7"])[0] != pseudonym
    assert VaultKey(anew, recipient.id).digest("ip", pseudonym) != VaultKey(key, recipient.id).digest("ip", pseudonym)
    ((digest, sealed),) = VaultKey(key, recipient.id).rows("person", b"person-abcdefghjkmn", b"Marion Hale")
    assert sealed is not None
    with pytest.raises(KeyProblem):
        VaultKey(anew, recipient.id).open(digest, sealed)
    for path in backup["known"]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(kept[path])
    with pytest.raises(KeyProblem):
        workspace.known.load(anew, workspace.known.latest(client.id))


def test_a_destroyed_client_is_told_as_such(capsys: pytest.CaptureFixture[str], desk: Path) -> None:
    assert main(RUN) == main(["keys", "destroy", "acme", "--confirm", "acme"]) == 0
    code, said = ended(capsys, "reidentify", "a.log", "--client", "acme", "--recipient", "cisco", "--reason", "T-1")
    assert (code, "its keys were destroyed" in said) == (2, True)


def test_no_key_is_in_what_a_run_says_or_leaves_in_its_output(capsys: pytest.CaptureFixture[str], desk: Path) -> None:
    assert main([option for option in RUN if option != "--quiet"]) == 0
    said = capsys.readouterr()
    workspace = Workspace.open(desk / "workspace")
    key = workspace.keystore.open_client(workspace.client("acme").id)
    root = (desk / "workspace/keys/root.key").read_bytes().strip()
    places = [(said.out + said.err).encode(), " ".join(options_of(2, [])).encode()]
    places += [path.read_bytes() for path in (desk / "redact-out").rglob("*") if path.is_file()]
    for text in places:
        for secret in (root, key._secret, key._secret.hex().encode(), base64.b64encode(key._secret)):
            assert secret not in text


def planned(monkeypatch: pytest.MonkeyPatch) -> Plan:
    plans: list[Plan] = []

    def carry_out(plan: Plan, *rest: Any) -> Outcome:
        plans.append(plan)
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "carry_out", carry_out)
    assert main(RUN) == 130
    return plans[0]


def test_no_key_is_in_the_plan_or_in_what_goes_to_a_worker(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(monkeypatch)
    workspace = Workspace.open(desk / "workspace")
    key = workspace.keystore.open_client(plan.client.id)
    root = (desk / "workspace/keys/root.key").read_bytes().strip()
    from apache_beam.internal.cloudpickle import cloudpickle

    sent = cloudpickle.dumps(ReleaseUnit(plan.to_json(), Engine))
    for text in (plan.to_json().encode(), sent, repr(plan).encode()):
        for secret in (
            key._secret,
            workspace.keystore.workspace_key("plan"),
            workspace.keystore.workspace_key("audit"),
        ):
            assert secret not in text
            assert secret.hex().encode() not in text
        assert root not in text
    assert key.key_id in plan.to_json()


def test_a_worker_with_another_keystore_fails_before_the_first_element(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(monkeypatch)
    with pytest.raises(KeyProblem, match="not the one of the plan"):
        Engine(replace(plan, client=replace(plan.client, key_check="0" * 16)))
    folder = desk / "workspace/keys"
    (folder / "keystore.json").unlink()
    Keystore.create(folder, RootKey(bytes([7] * 32)))
    with pytest.raises(KeyProblem, match="not the one the keystore was made with"):
        Engine(plan)


@pytest.mark.skipif(os.name != "posix", reason="limits are POSIX")
def test_a_process_that_holds_keys_leaves_no_core_dump() -> None:
    code = (
        "import resource, sys; from pipeline.cli.main import main\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)\n"
        "main(['--version']); print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ})
    assert done.stdout.split()[-1] == "0"
