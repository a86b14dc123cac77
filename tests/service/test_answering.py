"""Texts in memory: the same pseudonyms as a run, refused where one record fails, turned back from the vault."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import pipeline.detection.scanner
import pipeline.service.answerers
import pipeline.service.holding
import pipeline.unit
from pipeline.cli.main import main
from pipeline.cli.reidentify import open_vaults
from pipeline.errors import ConfigurationError
from pipeline.governance.reidentification import turn_back
from pipeline.policy.workspace import Workspace
from pipeline.release.vaults import read_vaults, vault_folder
from pipeline.service.answerers import Answerers

JSON = (
    '{"user": {"name": "qwexzadmin"}, "client_ip": "203.0.113.219", "message": "mail to qorvath.w@mail.acme.example"}\n'
)
CSV = "time,src_ip,user\n2026-03-09T10:00:00Z,203.0.113.219,qwexzadmin\n2026-03-09T10:00:01Z,203.0.113.220,mhale\n"


def only(answerers: Answerers, text: str, format: str | None = None, recipient: str = "cisco") -> str:
    (answer,) = answerers.of("acme", recipient).answer([text.encode()], format).answers
    assert answer.text is not None, answer.reason
    return answer.text.decode()


@pytest.mark.parametrize("text", ["", JSON, CSV, CSV.rstrip("\n"), None], ids=["empty", "json", "csv", "cut", "ticket"])
def test_a_text_is_answered_as_a_run_releases_it(
    answerers: Answerers, workspace: Workspace, tmp_path: Path, text: str | None, ticket: str, canaries: dict[str, str]
) -> None:
    text = ticket if text is None else text
    (tmp_path / "a.log").write_text(text)
    arguments = ["run", str(tmp_path / "a.log"), "--client", "acme", "--recipient", "cisco", "--quiet"]
    arguments += ["--out", str(tmp_path / "out"), "--workspace", str(workspace.folder), "--workers", "1"]
    assert main(arguments) == 0
    (native,) = tmp_path.glob("out/cisco/client=*/_native/run=*/a.log")
    assert only(answerers, text) == native.read_text()
    assert not [name for name, value in canaries.items() if value in only(answerers, text)]


def test_recipients_share_no_pseudonym(answerers: Answerers, canaries: dict[str, str]) -> None:
    assert only(answerers, canaries["mail"], "text") != only(answerers, canaries["mail"], "text", "lab")


def test_a_text_with_another_clients_value_is_refused_whole_and_the_others_are_not(
    answerers: Answerers, ticket: str, foreign: str
) -> None:
    texts = [ticket.encode(), f"{ticket}{foreign}".encode(), b"\0\0\0a\0", JSON.encode()]
    answers = answerers.of("acme", "cisco").answer(texts, None).answers
    assert [answer.reason for answer in answers] == ["", "foreign-client", "undecodable", ""]
    assert [answer.text is None for answer in answers] == [False, True, True, False]
    assert (answers[0].records, answers[1].records) == (4, 1)


def test_what_fails_verification_is_refused(answerers: Answerers, monkeypatch: pytest.MonkeyPatch, ticket: str) -> None:
    answerer = answerers.of("acme", "cisco")

    def all_leak(batch, *more):  # type: ignore[no-untyped-def]
        bad = check(batch, *more)
        bad[:] = True
        return bad

    check = pipeline.unit.check_batch
    monkeypatch.setattr(pipeline.unit, "check_batch", all_leak)
    (answer,) = answerer.answer([ticket.encode()], None).answers
    assert (answer.text, answer.reason) == (None, "leak")


def test_what_is_spliced_wrongly_is_refused(answerers: Answerers, monkeypatch: pytest.MonkeyPatch, ticket: str) -> None:
    answerer = answerers.of("acme", "cisco")

    def one_byte_off(*parts):  # type: ignore[no-untyped-def]
        native = splice(*parts)
        native.data[3] ^= 1
        return native

    splice = pipeline.service.holding.splice_records
    monkeypatch.setattr(pipeline.service.holding, "splice_records", one_byte_off)
    (answer,) = answerer.answer([ticket.encode()], None).answers
    assert (answer.text, answer.reason) == (None, "staged-difference")


def test_a_dataset_that_the_recipient_may_not_get_is_refused(
    answerers: Answerers, monkeypatch: pytest.MonkeyPatch
) -> None:
    answerer = answerers.of("acme", "cisco")
    monkeypatch.setattr(answerer, "_datasets", frozenset({"packets"}))
    (answer,) = answerer.answer([b"nothing"], "text").answers
    assert (answer.text, answer.reason) == (None, "dataset")


def issued(workspace: Workspace) -> set[bytes]:
    """Digests of what was issued to cisco."""
    ids = workspace.client("acme").id, 1, workspace.recipient("cisco").id
    return {d for table, _ in read_vaults(vault_folder(workspace.folder, *ids)) for d in table["digest"].to_pylist()}


def test_an_answer_is_turned_back_by_its_own_recipients_vault(answerers: Answerers, workspace: Workspace) -> None:
    text = "Accepted password for unseenuser from 198.51.100.77\n"
    answered = only(answerers, text, "text").encode()
    vaults, others = open_vaults(workspace, "acme", "cisco", ())
    assert turn_back(answered, vaults, others).text.decode() == text
    elsewhere = only(answerers, text, "text", "lab").encode()
    assert turn_back(elsewhere, vaults, others).text == elsewhere


def test_of_a_refused_text_nothing_is_issued(
    answerers: Answerers, workspace: Workspace, ticket: str, foreign: str
) -> None:
    only(answerers, ticket)
    before = issued(workspace)
    text = f"Accepted password for refuseduser from 198.51.100.78\n{foreign}"
    (answer,) = answerers.of("acme", "cisco").answer([text.encode()], "text").answers
    assert answer.reason == "foreign-client"
    assert issued(workspace) == before


def test_forgetting_and_threads_change_no_answer(
    answerers: Answerers, monkeypatch: pytest.MonkeyPatch, ticket: str
) -> None:
    texts = [f"{ticket}Mar  9 10:00:03 gw-{n} sshd[1]: session of user{n}x from 192.0.2.{n}\n" for n in range(12)]
    expected = [only(answerers, text) for text in texts]
    monkeypatch.setattr(pipeline.detection.scanner, "MOST_REMEMBERED", 0)
    found: dict[int, str] = {}
    threads = [
        threading.Thread(target=lambda n=n: found.__setitem__(n, only(answerers, texts[n]))) for n in range(len(texts))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[n] for n in range(len(texts))] == expected


def test_a_recipient_that_may_no_longer_get_the_data_is_turned_away(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.add_recipient("passing", "vendor", ["acme"])
    answerers = Answerers(workspace)
    monkeypatch.setattr(pipeline.service.answerers, "FRESH_SECONDS", -1.0)
    first = answerers.of("acme", "passing")
    assert answerers.of("acme", "passing") is first, "kept while nothing changes"
    path = workspace.folder / "recipients" / "passing.yaml"
    path.write_text(path.read_text().replace("- acme", "- kestrel"))
    with pytest.raises(ConfigurationError, match="not opened for client acme"):
        answerers.of("acme", "passing")


def test_a_name_with_a_profile_opens_nothing(answerers: Answerers, workspace: Workspace) -> None:
    with pytest.raises(ConfigurationError):
        answerers.of("acme", "mallory=vendor")
    with pytest.raises(ConfigurationError):
        answerers.of("mallory", "cisco")
    assert not [name for name in (*workspace.recipient_names(), *workspace.client_names()) if "mallory" in name]


def test_only_so_many_are_held(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline.service.answerers, "MOST_HELD", 1)
    answerers = Answerers(workspace)
    first = answerers.of("acme", "cisco")
    answerers.of("acme", "lab")
    assert answerers.of("acme", "cisco") is not first
