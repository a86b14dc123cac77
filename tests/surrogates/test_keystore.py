"""Keys: who may read them, what is refused, and what the error says."""

from __future__ import annotations

import base64
import copy
import json
import os
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError, KeyProblem
from pipeline.surrogates import keystore
from pipeline.surrogates.keystore import ClientKey, Keystore, RootKey
from pipeline.surrogates.rootkey import ENVIRONMENT
from pipeline.surrogates.sealing import seal, unseal

posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
SECRET = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Keystore:
    return Keystore.create(tmp_path / "keystore", RootKey(SECRET))


def test_a_root_key_is_created_once_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    made = RootKey.create(path)
    assert RootKey.load(path).derive("x") == made.derive("x")
    with pytest.raises(KeyProblem, match="never overwritten"):
        RootKey.create(path)


@posix
def test_a_root_key_is_written_for_its_owner_only(tmp_path: Path) -> None:
    RootKey.create(tmp_path / "root.key")
    assert (tmp_path / "root.key").stat().st_mode & 0o777 == 0o600


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_root_key_that_others_can_reach_is_refused_with_the_mend(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "root.key"
    RootKey.create(path)
    path.chmod(mode)
    with pytest.raises(KeyProblem, match="chmod 600"):
        RootKey.load(path)


@pytest.mark.parametrize("text", [b"", b"c2hvcnQ=", b"\xff\xfe", b"not base64 at all!", base64.b64encode(bytes(33))])
def test_what_is_no_root_key_is_refused(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "root.key"
    path.write_bytes(text)
    path.chmod(0o600)
    with pytest.raises(KeyProblem, match="32"):
        RootKey.load(path)


def test_a_missing_root_key_names_the_ways_to_give_one(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match=ENVIRONMENT):
        RootKey.load(tmp_path / "none.key")


def test_a_root_key_may_come_from_the_environment_or_a_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = base64.b64encode(SECRET).decode()
    command = [sys.executable, "-c", f"print({text!r})"]
    expected = RootKey(SECRET).derive("x")
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    assert RootKey.from_command(command).derive("x") == expected
    assert RootKey.find(tmp_path / "none.key", command).derive("x") == expected
    with pytest.raises(KeyProblem, match="not set"):
        RootKey.from_environment()
    monkeypatch.setenv(ENVIRONMENT, text)
    assert RootKey.from_environment().derive("x") == expected
    assert RootKey.find(tmp_path / "none.key").derive("x") == expected


def test_a_failing_key_command_says_so_and_shows_no_output() -> None:
    with pytest.raises(KeyProblem, match="ended with 3") as caught:
        RootKey.from_command([sys.executable, "-c", "import sys; print('c2VjcmV0'); sys.exit(3)"])
    assert "c2VjcmV0" not in str(caught.value)
    with pytest.raises(KeyProblem, match="does not start"):
        RootKey.from_command(["/nonexistent/key-program"])
    with pytest.raises(KeyProblem, match="empty"):
        RootKey.from_command([])


def test_a_client_key_is_the_same_whenever_it_is_opened(store: Keystore, tmp_path: Path) -> None:
    made = store.new_client("acme")
    again = Keystore.open(tmp_path / "keystore", RootKey(SECRET)).open_client("acme")
    assert (made.key_id, made.check_value, made.epoch, made.scheme) == (again.key_id, again.check_value, 1, 1)
    assert made.derive("a", "b") == again.derive("a", "b")


def test_clients_and_epochs_share_nothing(store: Keystore) -> None:
    keys = [store.new_client("acme"), store.new_client("globex"), store.rotate("acme")]
    assert len({k.derive("x") for k in keys}) == len({k.key_id for k in keys}) == 3
    assert store.open_client("acme").epoch == 2
    assert store.open_client("acme", 1).derive("x") == keys[0].derive("x")
    assert store.clients() == ["acme", "globex"]
    assert store.epochs("acme") == [1, 2]


def test_contexts_cannot_run_into_each_other(store: Keystore) -> None:
    key = store.new_client("acme")
    derived = [
        key.derive("p", "ab", "c"),
        key.derive("p", "a", "bc"),
        key.derive("p", "abc"),
        key.derive("pa", "b", "c"),
    ]
    assert len(set(derived)) == 4
    assert key.derive("p", length=16) != key.derive("p", length=32)[:16]


def test_another_root_key_is_a_key_problem(store: Keystore, tmp_path: Path) -> None:
    store.new_client("acme")
    other = RootKey(bytes(32))
    with pytest.raises(KeyProblem, match="not the one"):
        Keystore.open(tmp_path / "keystore", other)
    with pytest.raises(KeyProblem, match="does not open"):
        Keystore(tmp_path / "keystore", other).open_client("acme")


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "{}", '{"wrapped": "!", "key_id": "a", "check_value": "b", "scheme": 1, "public_suffix": "c"}'],
)
def test_a_damaged_key_file_is_a_key_problem(store: Keystore, tmp_path: Path, damage: str) -> None:
    store.new_client("acme")
    (tmp_path / "keystore/clients/acme/1.json").write_text(damage)
    with pytest.raises(KeyProblem, match="1.json"):
        store.open_client("acme")


def test_a_key_file_does_not_open_in_another_clients_place(store: Keystore, tmp_path: Path) -> None:
    store.new_client("acme")
    store.new_client("globex")
    clients = tmp_path / "keystore/clients"
    (clients / "globex/1.json").write_bytes((clients / "acme/1.json").read_bytes())
    with pytest.raises(KeyProblem, match="does not open"):
        store.open_client("globex")


def test_a_later_scheme_is_refused(store: Keystore, tmp_path: Path) -> None:
    store.new_client("acme")
    path = tmp_path / "keystore/clients/acme/1.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"scheme": 99}))
    with pytest.raises(KeyProblem, match="version 99"):
        store.open_client("acme")


def test_another_public_suffix_list_is_refused_where_pseudonyms_would_differ(
    store: Keystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.new_client("acme")
    monkeypatch.setattr(keystore, "public_suffix_snapshot", lambda: "another")
    with pytest.raises(KeyProblem, match="public suffix list.*another is installed.*redact keys rotate"):
        store.open_client("acme")
    assert store.open_client("acme", for_maps=False).epoch == 1
    assert store.rotate("acme").public_suffix == "another"
    assert store.open_client("acme").epoch == 2


def test_a_scheme_of_another_version_is_only_refused_for_maps(store: Keystore, tmp_path: Path) -> None:
    store.new_client("acme")
    path = tmp_path / "keystore/clients/acme/1.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"scheme": 99}))
    assert store.open_client("acme", for_maps=False).scheme == 99
    assert store.rotate("acme").epoch == 2


@posix
def test_a_folder_made_for_a_team_is_shared_by_it(store: Keystore, tmp_path: Path) -> None:
    folder = tmp_path / "keystore"
    folder.chmod(0o2770)
    (folder / ".lock").unlink()
    before = os.umask(0o077)
    try:
        store.new_client("acme")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o7777 for path in folder.rglob("*")}
    assert modes["clients"] == modes["acme"] == 0o2770
    assert modes["1.json"] == modes[".lock"] == 0o660
    # The root key is no one's but its owner's, wherever it lies.
    RootKey.create(folder / "root.key")
    (folder / "root.key").chmod(0o660)
    with pytest.raises(KeyProblem, match="chmod 600"):
        RootKey.load(folder / "root.key")


def test_many_that_rotate_at_once_each_get_an_epoch_of_their_own(store: Keystore, tmp_path: Path) -> None:
    store.new_client("acme")

    def rotated(_: int) -> int:
        return Keystore.open(tmp_path / "keystore", RootKey(SECRET)).rotate("acme").epoch

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(rotated, range(16))) == list(range(2, 18))


def test_a_destroyed_client_does_not_come_back(store: Keystore, tmp_path: Path) -> None:
    before = store.new_client("acme")
    store.destroy("acme")
    with pytest.raises(KeyProblem, match="destroyed"):
        store.open_client("acme")
    with pytest.raises(KeyProblem, match="destroyed"):
        store.rotate("acme")
    assert [p.name for p in (tmp_path / "keystore/clients/acme").iterdir()] == ["destroyed.json"]
    anew = store.new_client("acme")
    assert anew.epoch == 2
    assert anew.derive("x") != before.derive("x")
    store.destroy("acme")
    gone = json.loads((tmp_path / "keystore/clients/acme/destroyed.json").read_text())
    assert gone["key_ids"] == [before.key_id, anew.key_id]
    assert store.clients() == []


def test_a_client_is_made_once_and_must_exist(store: Keystore) -> None:
    store.new_client("acme")
    with pytest.raises(KeyProblem, match="already"):
        store.new_client("acme")
    with pytest.raises(KeyProblem, match="add the client"):
        store.open_client("globex")
    with pytest.raises(KeyProblem, match="there are 1"):
        store.open_client("acme", 7)


@pytest.mark.parametrize("bad", ["", "..", "../x", "A", "a/b", "a" * 64, "ä"])
def test_an_id_that_is_no_folder_name_is_refused(store: Keystore, bad: str) -> None:
    with pytest.raises(ConfigurationError, match="client id"):
        store.new_client(bad)


@posix
def test_everything_is_for_its_owner_only(store: Keystore, tmp_path: Path) -> None:
    store.new_client("acme")
    for path in (tmp_path / "keystore").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_no_secret_is_printed_or_pickled(store: Keystore) -> None:
    key = store.new_client("acme")
    for thing in (key, store, RootKey(SECRET)):
        assert "\\x" not in repr(thing)
        assert "_secret=" not in repr(thing)
        for act in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="not pickled"):
                act(thing)
    assert isinstance(key, ClientKey)


def test_workspace_keys_differ_by_purpose_and_need_no_client(store: Keystore) -> None:
    assert store.workspace_key("run") == store.workspace_key("run") != store.workspace_key("quarantine")


def test_a_keystore_is_not_made_twice_and_not_opened_where_none_is(store: Keystore, tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="already"):
        Keystore.create(tmp_path / "keystore", RootKey(SECRET))
    with pytest.raises(KeyProblem, match="missing"):
        Keystore.open(tmp_path / "elsewhere", RootKey(SECRET))
    with pytest.raises(KeyProblem, match="no keystore"):
        Keystore(tmp_path / "elsewhere", RootKey(SECRET)).new_client("acme")


def test_sealed_bytes_open_under_their_key_and_place_only() -> None:
    sealed = seal(SECRET, b"known values", b"acme 1")
    assert unseal(SECRET, sealed, b"acme 1") == b"known values"
    assert sealed != seal(SECRET, b"known values", b"acme 1")
    for key, data, place in (
        (bytes(32), sealed, b"acme 1"),
        (SECRET, sealed, b"globex 1"),
        (SECRET, sealed[:-1] + bytes([sealed[-1] ^ 1]), b"acme 1"),
        (SECRET, b"", b"acme 1"),
    ):
        with pytest.raises(KeyProblem):
            unseal(key, data, place)
