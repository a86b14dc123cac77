"""The vault of a run: what is in it, what is not, and that nothing but the release decides it."""

from __future__ import annotations

import copy
import io
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pipeline.detection.scanner
import pipeline.release.publish
import pipeline.release.vaults
from pipeline.cli.main import main
from pipeline.errors import ConfigurationError, KeyProblem
from pipeline.governance import reidentification
from pipeline.governance.reidentification import Vault, turn_back
from pipeline.policy.compiled import compile_policy
from pipeline.policy.workspace import Workspace
from pipeline.release.vaults import SCHEMA, read_vaults, vault_folder, vault_table, write_joined
from pipeline.surrogates.keystore import ClientKey
from pipeline.surrogates.space import SurrogateSpace
from pipeline.surrogates.vault import DIGEST, VaultKey, is_inverted, one_spelling, token_namespace

if TYPE_CHECKING:
    from conftest import Released

LOG = "".join(
    f"Mar  9 10:00:0{n % 10} gw-{n} sshd[211]: Accepted password for mhale{n} from 192.0.2.{n} port 50022 ssh2\n"
    for n in range(1, 41)
)


class Desk:
    """A workspace with one log, and the vault that runs leave."""

    def __init__(self, folder: Path, log: str = LOG) -> None:
        self.folder = folder
        (folder / "a.log").write_text(log)
        self.workspace = Workspace.create(folder / "workspace")
        self.workspace.add_client("acme")
        self.workspace.add_recipient("cisco", "vendor", ["acme"], {"max_quarantined": 0.2})

    def run(self, out: str = "out") -> int:
        arguments = ["run", "a.log", "--client", "acme", "--recipient", "cisco", "--out", out]
        return main([*arguments, "--workspace", "workspace", "--workers", "1", "--quiet"])

    @property
    def vault(self) -> Path:
        (path,) = self.folder.glob("workspace/vault/*/*/*/run=*.parquet")
        return path

    def key(self) -> ClientKey:
        return self.workspace.keystore.open_client(self.workspace.client("acme").id)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    for name in ("REDACT_ROOT_KEY", "REDACT_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    return Desk(tmp_path)


def test_the_same_run_makes_the_same_bytes_whatever_its_caches_forget(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.run() == 0
    first = desk.vault.read_bytes()
    assert desk.run("elsewhere") == 0
    assert desk.vault.read_bytes() == first
    monkeypatch.setattr(pipeline.detection.scanner, "MOST_REMEMBERED", 1)
    assert desk.run("again") == 0
    assert desk.vault.read_bytes() == first


def test_rows_are_sorted_distinct_and_of_everything_that_was_issued(desk: Desk) -> None:
    assert desk.run() == 0
    rows = pq.read_table(desk.vault, partitioning=None)
    digests = rows.column("digest").to_pylist()
    assert digests == sorted(set(digests))
    assert len(digests) == 3 * 40
    # Hosts, accounts and addresses are inverted by the key: nothing of them is kept.
    assert rows.column("sealed").null_count == len(digests)


def test_it_stands_beside_the_release_and_never_in_it(desk: Desk) -> None:
    assert desk.run() == 0
    assert [path for path in (desk.folder / "out").rglob("*") if "vault" in str(path.relative_to(desk.folder))] == []
    assert desk.vault.stat().st_mode & 0o077 == 0
    assert all(folder.stat().st_mode & 0o077 == 0 for folder in list(desk.vault.parents)[:4])


@pytest.mark.parametrize("broken", ["join_vault", "join_native", "write_archive", "create_if_absent"])
def test_a_run_that_ends_anywhere_is_completed_by_the_same_command(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def dies(*given: Any, **named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pipeline.release.publish, broken, dies)
        assert desk.run() == 130
    assert not list(desk.folder.glob("out/cisco/client=*/dataset=logs/run=*/_manifest.json"))
    assert desk.run() == 0
    first = desk.vault.read_bytes()
    assert desk.run("whole") == 0
    assert desk.vault.read_bytes() == first


def test_a_workspace_that_cannot_be_written_stops_the_release(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pipeline.release.vaults, "guarded_file", full)
    assert desk.run() == 2
    assert "so nothing is published to cisco; mend the workspace's" in capsys.readouterr().err
    assert not list(desk.folder.glob("out/cisco/client=*/dataset=logs/run=*/_manifest.json"))


def test_a_unit_whose_staged_rows_are_gone_is_done_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*given: Any, **named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pipeline.release.publish, "join_quarantine", dies)
        assert desk.run() == 130
    (staged,) = desk.folder.glob("out/_staging/run=*/cisco/vault-00000.parquet")
    staged.unlink()
    assert desk.run() == 0
    assert pq.read_table(desk.vault, partitioning=None).num_rows == 120


def test_what_was_held_back_was_not_issued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    foreign = "Mar  9 10:01:00 gw-1 app: user=zedlit7 peer db1.globex.example serial=FOC2219ZQXW\n"
    desk = Desk(tmp_path, LOG + foreign)
    assert main(["client", "add", "globex", "--domain", "globex.example", "--workspace", "workspace"]) == 0
    assert desk.run() == 4
    assert pq.read_table(desk.vault, partitioning=None).num_rows == 120


def test_names_of_files_are_issued_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path)
    (tmp_path / "a.log").rename(tmp_path / "00-00-5E-00-53-77.log")
    arguments = ["run", "00-00-5E-00-53-77.log", "--client", "acme", "--recipient", "cisco", "--workspace", "workspace"]
    assert main([*arguments, "--out", "out", "--workers", "1", "--quiet"]) == 0
    assert pq.read_table(desk.vault, partitioning=None).num_rows == 121


def test_a_damaged_vault_is_told_with_its_mend(desk: Desk) -> None:
    assert desk.run() == 0
    data = desk.vault.read_bytes()
    for damage in (data[: len(data) // 2], b"", data[:-30] + bytes(30)):
        desk.vault.write_bytes(damage)
        with pytest.raises(ConfigurationError, match="restore it from a backup"):
            read_vaults(desk.vault.parent)


# Rows.


@pytest.fixture
def key(desk: Desk) -> VaultKey:
    return VaultKey(desk.key(), "recipient-1")


def test_a_row_opens_under_its_key_and_in_its_place_only(desk: Desk, key: VaultKey) -> None:
    ((digest, sealed),) = key.rows("person", b"person-abcdefghjkmn", b"Marion Hale")
    assert sealed is not None
    assert key.open(digest, sealed) == b"Marion Hale"
    other = key.digest("person", b"person-abcdefghjkmp")
    another = VaultKey(desk.key(), "recipient-2")
    for opening in (
        lambda: key.open(other, sealed),
        lambda: another.open(digest, sealed),
        lambda: key.open(digest, sealed[:-1] + bytes([sealed[-1] ^ 1])),
        lambda: key.open(digest, b""),
    ):
        with pytest.raises(KeyProblem, match="vault"):
            opening()


def test_digests_differ_by_namespace_recipient_and_epoch(desk: Desk, key: VaultKey) -> None:
    desk.workspace.keystore.rotate(desk.workspace.client("acme").id)
    keys = [key, VaultKey(desk.key(), "recipient-1"), VaultKey(desk.key(), "recipient-2")]
    digests = {k.digest(namespace, b"abc") for k in keys for namespace in ("person", "place")}
    assert len(digests) == 6
    assert {len(digest) for digest in digests} == {DIGEST} == {SCHEMA.field("digest").type.byte_width}


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_no_vault_key_is_printed_or_pickled(key: VaultKey, copied: Callable[[Any], Any]) -> None:
    assert repr(key) == "VaultKey()"
    with pytest.raises(TypeError, match="not pickled"):
        copied(key)


@pytest.mark.parametrize(
    "namespace, spellings",
    [
        ("mac", [b"00:00:5E:0c:68:c2", b"0000.5e0c.68C2", b"0-0-5e-c-68-c2", b"00005e0c68c2"]),
        ("ip", [b"2001:DB8:0::1", b"2001:0db8:0000:0000:0000:0000:0000:0001", b"2001:db8::1%eth0"]),
        ("ip", [b"192.0.2.0/24", b"192.0.2.0/255.255.255.0", b"192.000.002.000/24"]),
        ("uuid", [b"urn:uuid:A43723A1-bf19-4b99-8d7c-e7df56dbca82", b"a43723a1bf194b998d7ce7df56dbca82"]),
        ("label", [b"HOST-a.Example.", b"host-a.example"]),
        ("imei", [b"49-015420-323751-8", b"490154203237518"]),
        ("hash", [b"sha1:DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", b"da39a3ee5e6b4b0d3255bfef95601890afd80709"]),
        ("person", [b"PERSON-ABCDEFGHJKMN", b"person-abcdefghjkmn"]),
    ],
)
def test_every_notation_of_a_pseudonym_is_one_row(namespace: str, spellings: list[bytes]) -> None:
    assert len({one_spelling(namespace, spelling) for spelling in spellings}) == 1


def test_what_no_key_inverts_is_sealed() -> None:
    assert token_namespace(b"SECRET-abcdefghjkmn") == "credential"
    assert token_namespace(b"secret-abcdefghjkml") is None  # no l in a token
    assert not is_inverted("label", b"name-abcdefghjkmn")
    assert not is_inverted("hash", b"a" * 40)
    assert is_inverted("hash", b"a" * 32)
    assert not is_inverted("path", b"anything")


def test_a_name_has_a_row_for_each_of_its_tagged_labels(key: VaultKey) -> None:
    rows = key.rows("label", b"host-a.name-abcdefghjkmn.example", b"x.b\xc3\xbccher.example.")
    assert [sealed is None for _, sealed in rows] == [True, True, False]
    assert key.open(*rows[2]) == b"b\xc3\xbccher"


def test_rows_merge_over_runs_of_one_recipient(released: Released) -> None:
    workspace = released.workspace
    client, recipient = workspace.client("acme"), workspace.recipient("cisco")
    tables = read_vaults(vault_folder(workspace.folder, client.id, 1, recipient.id))
    assert len(tables) == 3
    assert [options for _, options in tables] == [compile_policy(recipient.policy).space_options] * 3


def test_a_token_in_two_spellings_has_a_row_for_each_and_others_have_one() -> None:
    digests = [bytes([n]) * 16 for n in (2, 1, 1, 2, 2)]
    table = vault_table(b"".join(digests), {1: b"b", 2: b"a"}, {})
    assert table.to_pydict() == {"digest": [digests[1], digests[1], digests[0]], "sealed": [b"a", b"b", None]}


DIGESTS = st.tuples(st.sampled_from([b"\0", b"\1", b"\xff"]), st.sampled_from([b"\0", b"\xc8"])).map(
    lambda halves: halves[0] * 8 + halves[1] * 8
)
ROWS = st.lists(st.tuples(DIGESTS, st.sampled_from([None, b"a", b"b"])), max_size=20)


@given(ROWS, ROWS)
def test_rows_stand_in_order_and_once_however_they_are_joined(
    one: list[tuple[bytes, bytes | None]], other: list[tuple[bytes, bytes | None]]
) -> None:
    def table(rows: list[tuple[bytes, bytes | None]]) -> pa.Table:
        sealed = {k: text for k, (_, text) in enumerate(rows) if text is not None}
        return vault_table(b"".join(digest for digest, _ in rows), sealed, {})

    expected = sorted({*one, *other}, key=lambda row: (row[0], row[1] or b""))
    assert list(zip(*table(one + other).to_pydict().values(), strict=True)) == expected
    for at_once in (1, 7, 1000):
        file = io.BytesIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pipeline.release.vaults, "ROWS_AT_ONCE", at_once)
            write_joined(file, [lambda: table(one), lambda: table(other)])
        joined = pq.read_table(pa.BufferReader(file.getvalue()))
        assert list(zip(*joined.to_pydict().values(), strict=True)) == expected


def test_of_an_empty_vault_or_answer_nothing_is_found(desk: Desk) -> None:
    key = desk.key()
    empty = vault_table(b"", {}, {})
    assert turn_back(b"host-kq7\n", [Vault(key, "recipient-1", [(empty, {})])]).foreign == (b"host-kq7",)
    rows = VaultKey(key, "recipient-1").rows("label", b"host-kq7", b"gw1")
    one = vault_table(rows[0][0], {}, {})
    for answer in (b"", b"\n", b" . \n\n"):
        assert turn_back(answer, [Vault(key, "recipient-1", [(one, {})])]).text == answer


def test_a_pseudonym_is_found_wherever_the_answer_is_cut_to_be_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = desk.key()
    space = SurrogateSpace(key, "recipient-1")
    (pseudonym,) = space.pseudonyms("account", [b"mhale"], [b"mhale"])
    ((digest, _),) = VaultKey(key, "recipient-1").rows("account", pseudonym, b"mhale")
    vault = Vault(key, "recipient-1", [(vault_table(digest, {}, {}), {})])
    for size in range(20, 60):
        monkeypatch.setattr(reidentification, "BLOCK", size)
        answer = b'see %s, and\n\n %s too\t"%s" x' % ((pseudonym,) * 3)
        assert turn_back(answer, [vault]).text == b'see mhale, and\n\n mhale too\t"mhale" x'


def test_a_row_whose_pseudonym_its_key_does_not_make_is_not_turned_back(desk: Desk) -> None:
    key = desk.key()
    rows = VaultKey(key, "recipient-1").rows("label", b"host-www", b"gw1")
    space = SurrogateSpace(key, "recipient-1")
    (original,) = space.originals("label", [b"host-www"])
    made = original and space.pseudonyms("label", [original], [original])[0]
    done = turn_back(b"host-www", [Vault(key, "recipient-1", [(vault_table(rows[0][0], {}, {}), {})])])
    assert done.text == (original if made == b"host-www" else b"host-www")
    masked = VaultKey(key, "recipient-1").rows("mac", b"01:00:5e:00:00:00", b"01:00:5e:7f:12:34")
    table = vault_table(masked[0][0], {}, {})
    assert turn_back(b"01:00:5e:00:00:00", [Vault(key, "recipient-1", [(table, {})])]).restored == {}
