"""Keys on their way: what the file holds, who opens it, and what a changed byte does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError, KeyProblem
from pipeline.surrogates import transfer
from pipeline.surrogates.keystore import ClientKey, Keystore, RootKey
from pipeline.surrogates.transfer import KEY_FILE, TravellingKey, by_key_file, by_passphrase, read, sealed_by, written

SEALING = by_key_file(RootKey(bytes(range(32))))


@pytest.fixture
def store(tmp_path: Path) -> Keystore:
    return Keystore.create(tmp_path / "keystore", RootKey(bytes(32)))


@pytest.fixture
def key(store: Keystore) -> ClientKey:
    return store.new_client("acme")


def file_of(key: ClientKey, sealing: Callable[[bytes], bytes] = SEALING) -> bytes:
    return written([TravellingKey(key, "acme", "2026-03-09", "2026-03-10")], KEY_FILE, sealing)


def test_a_key_arrives_as_it_left(key: ClientKey) -> None:
    (arrived,) = read(file_of(key), "f", SEALING)
    assert (arrived.name, arrived.since, arrived.created) == ("acme", "2026-03-09", "2026-03-10")
    for name in ("client_id", "epoch", "key_id", "check_value", "scheme", "public_suffix"):
        assert getattr(arrived.key, name) == getattr(key, name)
    assert arrived.key.derive("x") == key.derive("x")


def test_the_file_holds_no_key_in_clear_and_no_two_files_are_alike(key: ClientKey) -> None:
    secret = key._secret
    first, second = file_of(key), file_of(key)
    assert secret not in first
    assert secret.hex().encode() not in first
    assert json.loads(first)["keys"][0]["wrapped"] != json.loads(second)["keys"][0]["wrapped"]


def test_a_passphrase_opens_what_it_sealed_and_no_other_does(key: ClientKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "SCRYPT", {"n": 1 << 4, "r": 8, "p": 1})
    data = file_of(key, by_passphrase("six random w\u00f6rds"))
    assert read(data, "f", by_passphrase("six random wo\u0308rds"))[0].key.derive("x") == key.derive("x")
    with pytest.raises(KeyProblem, match="does not open"):
        read(data, "f", by_passphrase("six random words"))
    with pytest.raises(ConfigurationError, match="12 characters"):
        by_passphrase("short")


def test_the_cost_of_a_guess_is_what_is_recommended() -> None:
    assert 128 * transfer.SCRYPT["n"] * transfer.SCRYPT["r"] >= 64 << 20
    assert len(by_passphrase("six random words")(bytes(16))) == 32


@pytest.mark.parametrize("name", [*transfer.TEXTS, *transfer.NUMBERS, "wrapped"])
def test_whatever_is_changed_in_the_file_it_does_not_open(key: ClientKey, name: str) -> None:
    file = json.loads(file_of(key))
    value = file["keys"][0][name]
    file["keys"][0][name] = (
        value + 1 if isinstance(value, int) else "A" + value[1:] if value[0] != "A" else "B" + value[1:]
    )
    with pytest.raises(KeyProblem, match="does not open"):
        read(json.dumps(file).encode(), "f", SEALING)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"format": "redact-keys"}', b"\xff", b"null"])
def test_what_is_no_file_of_keys_is_refused(data: bytes) -> None:
    with pytest.raises(KeyProblem, match="no file of 'redact keys export'"):
        sealed_by(data, "f")


def test_adopting_overwrites_nothing_and_takes_all_or_none(store: Keystore, key: ClientKey, tmp_path: Path) -> None:
    other = Keystore.create(tmp_path / "other", RootKey(bytes([1] * 32)))
    rival = other.new_client("acme")
    fresh = store.new_client("globex")
    with pytest.raises(KeyProblem, match="never overwritten"):
        other.adopt([(fresh, "2026-03-10"), (key, "2026-03-10")])
    assert other.clients() == ["acme"]
    assert other.open_client("acme").key_id == rival.key_id
    assert other.adopt([(fresh, "2026-03-10")]) == 1
    assert other.adopt([(fresh, "2026-03-10")]) == 0
    assert other.open_client("globex").derive("x") == fresh.derive("x")
    assert other.created("globex", 1) == "2026-03-10"


def test_a_destroyed_key_is_not_taken_in_again(store: Keystore, key: ClientKey) -> None:
    (arrived,) = read(file_of(key), "f", SEALING)
    store.destroy("acme")
    with pytest.raises(KeyProblem, match="destroyed here"):
        store.adopt([(arrived.key, arrived.created)])
    assert store.epochs("acme") == []
