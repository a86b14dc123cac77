"""The workspace: what is made, what is refused, and that nothing is made by a refused command."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError, KeyProblem
from pipeline.policy.actions import Action
from pipeline.policy.known_values import KnownValues, checked, exclusive_values
from pipeline.policy.opening import open_for_run
from pipeline.policy.rotation import destroy_client, rotate_client
from pipeline.policy.workspace import Workspace

ACME = KnownValues(domains=("acme.example",), staff=("Marion Hale",), keywords=("Project Kingfisher",))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("REDACT_ROOT_KEY", raising=False)
    monkeypatch.delenv("REDACT_WORKSPACE", raising=False)
    return Workspace.create(tmp_path / "workspace")


def files(workspace: Workspace) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file() and path.name != ".lock"}


def said_by(workspace: Workspace, client: str, *recipients: str) -> list[str]:
    said: list[str] = []
    open_for_run(workspace, client, recipients, said.append)
    return said


def refusal(workspace: Workspace, client: str, *recipients: str) -> str:
    """The error of a run that is refused; it must have left everything as it was."""
    before = files(workspace)
    with pytest.raises(ConfigurationError) as raised:
        open_for_run(workspace, client, recipients, lambda text: None)
    assert files(workspace) == before
    return str(raised.value)


# Finding it.


def test_a_workspace_is_found_by_name_by_environment_and_from_below(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert Workspace.find(workspace.folder) == workspace
    monkeypatch.chdir(below)
    found = Workspace.find()
    assert found is not None
    assert found.folder.resolve() == workspace.folder.resolve()
    monkeypatch.setenv("REDACT_WORKSPACE", str(tmp_path / "elsewhere"))
    assert Workspace.find() is None


def test_a_second_workspace_in_the_same_folder_is_refused(workspace: Workspace) -> None:
    before = files(workspace)
    with pytest.raises(ConfigurationError, match="is a workspace already"):
        Workspace.create(workspace.folder)
    assert files(workspace) == before


def test_the_root_key_is_its_owners_alone_and_its_place_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    made = Workspace.create(tmp_path / "w", said.append)
    assert str(made.root_key) in " ".join(said)
    if os.name == "posix":
        assert made.root_key.stat().st_mode & 0o777 == 0o600


def test_a_program_may_give_the_root_key(workspace: Workspace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.key"
    workspace.root_key.rename(elsewhere)
    marker = workspace.folder / "redact.yaml"
    plain = marker.read_text()
    marker.write_text(plain + f"key_command: [cat, {elsewhere}]\n")
    Workspace.open(workspace.folder).add_client("initech")
    marker.write_text(plain + "key_command: cat\n")
    with pytest.raises(ConfigurationError, match="key_command: must be a program and its arguments"):
        _ = Workspace.open(workspace.folder).keystore


def test_a_workspace_of_another_version_is_refused(workspace: Workspace) -> None:
    marker = workspace.folder / "redact.yaml"
    marker.write_text("version: 2\n")
    with pytest.raises(ConfigurationError, match="version"):
        Workspace.open(workspace.folder)


# Clients and recipients.


@pytest.mark.parametrize("name", ["", "Acme", "acme ltd", "../acme", "-acme", "a" * 64, "acmé", "acme\n"])
def test_a_name_that_is_none_is_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(ConfigurationError, match="a name is"):
        workspace.add_client(name)
    with pytest.raises(ConfigurationError, match="a name is"):
        workspace.add_recipient(name, "vendor", [])


def test_a_client_or_recipient_is_added_once(workspace: Workspace) -> None:
    workspace.add_client("acme")
    with pytest.raises(ConfigurationError, match="redact client known acme"):
        workspace.add_client("acme")
    workspace.add_recipient("cisco", "vendor", ["acme"])
    with pytest.raises(ConfigurationError, match="further client stands under clients"):
        workspace.add_recipient("cisco", "support", ["acme"])


def test_a_client_whose_key_cannot_be_made_is_not_there(workspace: Workspace) -> None:
    workspace.root_key.unlink()
    with pytest.raises(KeyProblem):
        Workspace.open(workspace.folder).add_client("acme")
    assert workspace.client_names() == []


def test_two_recipients_of_one_profile_have_ids_of_their_own(workspace: Workspace) -> None:
    workspace.add_client("acme")
    one, two = (workspace.add_recipient(name, "vendor", ["acme"]) for name in ("cisco", "juniper"))
    assert one.id != two.id


@pytest.mark.parametrize(
    ("name", "profile", "clients", "said"),
    [
        ("vendor", "vendor", ["acme"], "name of a profile"),
        ("cisco", "vendr", ["acme"], "did you mean vendor"),
        ("cisco", "vendor", ["acne"], "did you mean acme"),
        ("self", "client", [], "one client's data"),
        ("self", "client", ["acme", "globex"], "one client's data"),
    ],
)
def test_a_recipient_that_could_not_be_served_is_not_added(
    workspace: Workspace, name: str, profile: str, clients: list[str], said: str
) -> None:
    workspace.add_client("acme")
    workspace.add_client("globex")
    before = files(workspace)
    with pytest.raises(ConfigurationError, match=said):
        workspace.add_recipient(name, profile, clients)
    assert files(workspace) == before


# Known values.


def test_known_values_are_versions_that_are_never_rewritten(workspace: Workspace) -> None:
    client = workspace.add_client("acme", ACME)
    before = files(workspace)
    assert workspace.add_known("acme", KnownValues(hosts=("gw-01",))) == 2
    assert workspace.add_known("acme", KnownValues(hosts=("gw-01",))) == 2
    key = workspace.keystore.open_client(client.id)
    assert workspace.known.load(key, 1) == ACME
    assert workspace.known.load(key, 2) == ACME.merged(KnownValues(hosts=("gw-01",)))
    assert before.items() <= files(workspace).items()


def test_no_known_value_stands_in_the_workspace_in_clear(workspace: Workspace) -> None:
    workspace.add_client("acme", ACME)
    for path, data in files(workspace).items():
        for value in (b"acme.example", b"Marion", b"Kingfisher"):
            assert value not in data, path


def test_known_values_open_only_for_their_client_and_version(workspace: Workspace) -> None:
    acme, globex = workspace.add_client("acme", ACME), workspace.add_client("globex", KnownValues(users=("plim",)))
    folder = workspace.folder / "known"
    (folder / acme.id / "000002.sealed").write_bytes((folder / acme.id / "000001.sealed").read_bytes())
    (folder / globex.id / "000002.sealed").write_bytes((folder / acme.id / "000001.sealed").read_bytes())
    for client in (acme, globex):
        with pytest.raises(KeyProblem):
            workspace.known.load(workspace.keystore.open_client(client.id), 2)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("domains", "acme example"),
        ("domains", "-acme.example"),
        ("domains", "com"),
        ("domains", "co.uk"),
        ("domains", ""),
        ("netblocks", "203.0.113.0/33"),
        ("netblocks", "acme"),
        ("netblocks", "0.0.0.0/0"),
        ("netblocks", "2001::/12"),
        ("staff", "M"),
        ("keywords", " "),
    ],
)
def test_a_value_that_cannot_be_looked_for_is_refused_without_being_quoted(kind: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match="number 1") as raised:
        checked({kind: [value]})
    assert not value.strip() or len(value) < 4 or f" {value} " not in str(raised.value)


def test_values_are_kept_in_their_canonical_form() -> None:
    values = checked({"domains": ["ACME.example.", "bücher.example"], "netblocks": ["203.0.113.77/24", "192.0.2.1"]})
    assert values.domains == ("acme.example", "xn--bcher-kva.example")
    assert values.netblocks == ("203.0.113.0/24", "192.0.2.1/32")


def test_exclusive_is_what_no_other_client_has_a_part_in() -> None:
    own = KnownValues(
        domains=("acme.example",), netblocks=("203.0.113.0/25",), keywords=("kingfisher-two",), staff=("Ada Tidewater",)
    )
    other = KnownValues(
        domains=("globex.example", "mail.acme.example", "example"),
        netblocks=("203.0.113.0/24", "198.51.100.0/24", "10.0.0.0/8", "2001:db8:b0::/48"),
        keywords=("Northgate-Plant", "kingfisher", "Tidewater", "short"),
        staff=("Priya Lim",),
        users=("plim",),
    )
    assert exclusive_values(own, [other]) == [
        KnownValues(
            domains=("globex.example",),
            netblocks=("198.51.100.0/24", "2001:db8:b0::/48"),
            keywords=("Northgate-Plant",),
        )
    ]


def test_what_two_other_clients_share_is_no_ones() -> None:
    shared = KnownValues(keywords=("Northgate-Plant",))
    assert exclusive_values(KnownValues(), [shared, shared]) == [KnownValues(), KnownValues()]


# Keys.


def test_after_a_rotation_old_and_new_versions_open_under_their_own_epochs(workspace: Workspace) -> None:
    client = workspace.add_client("acme", ACME)
    key = rotate_client(workspace, "acme")
    assert (key.epoch, workspace.known.latest(client.id)) == (2, 2)
    assert workspace.known.load(key, 2) == ACME
    assert workspace.known.load(workspace.keystore.open_client(client.id, 1), 1) == ACME
    assert workspace.add_known("acme", KnownValues(hosts=("gw-01",))) == 3


def test_a_rotation_that_was_cut_short_is_completed_by_the_next(workspace: Workspace) -> None:
    client = workspace.add_client("acme", ACME)
    workspace.keystore.rotate(client.id)
    key = rotate_client(workspace, "acme")
    assert workspace.known.load(key, workspace.known.latest(client.id)) == ACME


def test_a_client_that_is_destroyed_is_gone_and_its_name_begins_anew(workspace: Workspace) -> None:
    client = workspace.add_client("acme", ACME)
    destroy_client(workspace, "acme")
    assert workspace.client_names() == []
    with pytest.raises(KeyProblem, match="destroyed"):
        workspace.keystore.open_client(client.id)
    assert workspace.known.latest(client.id) == 0
    assert workspace.add_client("acme").id != client.id


# Who takes part in a run.


def test_client_and_recipient_are_opened_on_first_use_and_it_is_said_once(workspace: Workspace) -> None:
    said = said_by(workspace, "acme", "cisco=vendor", "stats=analytics")
    assert [line.split(" ")[:3] for line in said] == [
        ["Opened", "client", "acme,"],
        ["Opened", "recipient", "cisco"],
        ["Opened", "recipient", "stats"],
    ]
    before = files(workspace)
    assert said_by(workspace, "acme", "cisco=vendor", "stats") == []
    assert files(workspace) == before


def test_the_parties_carry_key_versions_and_compiled_policies(workspace: Workspace) -> None:
    client = workspace.add_client("acme", ACME)
    workspace.add_client("globex", KnownValues(keywords=("Northgate-Plant",)))
    workspace.add_client("empty")
    parties = open_for_run(workspace, "acme", ["cisco=vendor"], lambda text: None)
    assert (parties.client.id, parties.key.epoch, parties.known_version) == (client.id, 1, 1)
    assert parties.others == {"globex": 1}
    (cisco,) = parties.recipients
    assert cisco.policy.action_of("IP_ADDRESS") == Action.PSEUDONYMISE
    assert cisco.id == workspace.recipient("cisco").id


def test_a_run_that_breaks_a_rule_is_refused_before_anything_is_made(workspace: Workspace) -> None:
    workspace.add_client("acme")
    workspace.add_client("globex")
    workspace.add_recipient("cisco", "vendor", ["acme"])
    workspace.add_recipient("self", "client", ["acme"])
    assert "is a profile" in refusal(workspace, "acme", "vendor")
    assert "name of a profile" in refusal(workspace, "acme", "vendor=vendor")
    assert "not opened for client globex" in refusal(workspace, "globex", "cisco")
    assert "not opened for client globex" in refusal(workspace, "globex", "new=vendor", "cisco=vendor")
    assert "not opened for client globex" in refusal(workspace, "globex", "self")
    assert "named twice" in refusal(workspace, "acme", "cisco", "cisco=vendor")
    assert "did you mean cisco" in refusal(workspace, "acme", "cicso")
    assert "did you mean vendor" in refusal(workspace, "acme", "new=vendro")
    assert "extends vendor" in refusal(workspace, "acme", "cisco=support")
    assert "a name is" in refusal(workspace, "acme", "New=vendor")


def test_a_misspelt_client_is_not_opened_as_a_new_one(workspace: Workspace) -> None:
    workspace.add_client("acme")
    assert "did you mean acme" in refusal(workspace, "acne", "cisco=vendor")
    assert "redact client add globex" in refusal(workspace, "globex", "cisco")


def test_a_mistake_in_a_recipients_file_stops_the_run(workspace: Workspace) -> None:
    said_by(workspace, "acme", "cisco=vendor")
    path = workspace.folder / "recipients" / "cisco.yaml"
    path.write_text(path.read_text() + "entities: {MAC_ADRESS: keep}\n")
    assert "cisco.yaml: entities.MAC_ADRESS: unknown entity" in refusal(workspace, "acme", "cisco")


@pytest.mark.parametrize(("kind", "name"), [("recipients", "cisco"), ("clients", "acme")])
def test_a_copied_file_does_not_share_keys_between_two(workspace: Workspace, kind: str, name: str) -> None:
    said_by(workspace, "acme", "cisco=vendor")
    place = workspace.folder / kind
    text = (place / f"{name}.yaml").read_text()
    (place / "copy.yaml").write_text(text.replace("id: ", 'id: "').replace("\n", '"\n', 1))
    recipients = workspace.folder / "recipients" / "cisco.yaml"
    recipients.write_text(recipients.read_text() + "- copy\n")
    for client, recipient in {("acme", "cisco"), ("copy", "cisco") if kind == "clients" else ("acme", "copy")}:
        assert "id: stands in" in refusal(workspace, client, recipient)
