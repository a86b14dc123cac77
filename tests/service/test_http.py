"""The service over HTTP: what it answers, whom it turns away, and that it tells nothing of a text but in its answer."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from presidio_analyzer.nlp_engine import NlpEngine

import pipeline.service.http as http
from pipeline.cli.main import main
from pipeline.detection.prose import engine_of
from pipeline.policy.workspace import Workspace
from pipeline.service.answerers import Answerers
from pipeline.service.tokens import Tokens

if TYPE_CHECKING:
    from conftest import Desk


def test_a_text_comes_back_redacted_with_its_counts(desk: Desk, ticket: str, canaries: dict[str, str]) -> None:
    response = desk.redact(ticket)
    assert response.status_code == 200, response.text
    document = response.json()
    assert document["records"] == 4
    assert {"HOSTNAME", "IP_ADDRESS", "MAC_ADDRESS", "USERNAME", "PERSON"} <= set(document["counts"])
    assert not [name for name, value in canaries.items() if value in document["text"]]
    assert document["text"].count("\n") == ticket.count("\n")


@pytest.mark.parametrize(
    "headers, status",
    [
        ({"authorization": ""}, 401),
        ({"authorization": "Bearer "}, 401),
        ({"authorization": "Bearer redact_wrong"}, 401),
        ({"authorization": "Basic YTpi"}, 401),
        ({"content-type": "text/plain"}, 415),
    ],
)
def test_who_has_no_token_or_sends_something_else_is_turned_away(
    desk: Desk, headers: dict[str, str], status: int
) -> None:
    headers = {"content-type": "application/json", **headers}
    response = desk.ask(
        "POST", "/v1/redact", headers=headers, content=b'{"client":"acme","recipient":"cisco","text":""}'
    )
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    if status == 401:
        assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("method, path", [("GET", "/v1/access"), ("POST", "/v1/redact"), ("POST", "/v1/redact/batch")])
def test_no_route_that_takes_or_tells_anything_goes_without_a_token(desk: Desk, method: str, path: str) -> None:
    assert desk.ask(method, path, headers={"authorization": ""}).status_code == 401


@pytest.mark.parametrize("more", [{"client": "kestrel"}, {"recipient": "lab"}, {"recipient": "other"}])
def test_a_token_is_good_for_its_client_and_recipients_alone(desk: Desk, more: dict[str, str]) -> None:
    assert desk.redact("nothing", **more).status_code == 403


def test_a_token_of_a_client_that_is_gone_is_not_good_for_a_later_one_of_its_name(desk: Desk) -> None:
    tokens = desk.service.tokens
    (token,) = [t for t in tokens.all() if t.name == "helpdesk"]
    other = tokens.find(desk.token, http.datetime.now(http.UTC).date())
    assert other == token
    object.__setattr__(token, "client_id", "0" * 32)
    try:
        assert desk.redact("nothing").status_code == 403
    finally:
        tokens._stamp = None


@pytest.mark.parametrize(
    "body, fields",
    [
        (b"{", []),
        (b"[]", []),
        (b'{"client":"acme","recipient":"cisco"}', ["text"]),
        (b'{"client":"acme","recipient":"cisco","text":7}', ["text"]),
        (b'{"client":"acme","recipient":"cisco","text":"","qorvath":1}', []),
        (b'{"client":"acme","recipient":"cisco=vendor","text":""}', ["recipient"]),
        (b'{"client":"acme","recipient":"cisco","text":"","format":"qorvath"}', ["format"]),
        (b'{"client":"acme","recipient":"cisco","text":"","format":"mapped-json"}', ["format"]),
        (b'{"client":"acme","recipient":"cisco","text":"\\ud800"}', []),
    ],
)
def test_what_is_not_as_asked_is_said_without_what_it_holds(desk: Desk, body: bytes, fields: list[str]) -> None:
    response = desk.ask("POST", "/v1/redact", headers={"content-type": "application/json"}, content=body)
    assert response.status_code == 422
    assert (response.json()["problem"], response.json()["fields"]) == ("invalid", fields)
    assert "qorvath" not in response.text


def test_a_body_that_is_too_large_is_turned_away_before_it_is_read_and_while(desk: Desk) -> None:
    assert desk.redact("x" * (1 << 16)).status_code == 413

    async def unannounced():  # type: ignore[no-untyped-def]
        for _ in range(20):
            yield b"x" * 4096

    response = desk.ask("POST", "/v1/redact", headers={"content-type": "application/json"}, content=unannounced())
    assert response.status_code == 413


def test_a_refused_text_does_not_come_back(desk: Desk, ticket: str, foreign: str, canaries: dict[str, str]) -> None:
    response = desk.redact(ticket + foreign)
    assert response.status_code == 422
    document = response.json()
    assert (document["problem"], document["reason"], document["records"]) == ("refused", "foreign-client", 1)
    assert not [name for name, value in canaries.items() if value in response.text]


def batch(desk: Desk, lines: list[bytes], query: str = "client=acme&recipient=cisco") -> tuple[int, list[dict]]:
    response = desk.ask(
        "POST",
        f"/v1/redact/batch?{query}",
        headers={"content-type": "application/x-ndjson"},
        content=b"\n".join(lines),
    )
    return response.status_code, [json.loads(line) for line in response.text.splitlines()]


def test_a_batch_has_a_line_for_each_line_in_order_and_one_of_figures(
    desk: Desk, ticket: str, foreign: str, canaries: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [json.dumps({"text": text}).encode() for text in (ticket, ticket + foreign, f"{ticket}again\n")]
    lines += [b"", b"qorvath", b'{"text":"' + b"x" * (1 << 16) + b'"}', b'{"text":"last"}']
    status, found = batch(desk, lines)
    assert status == 200
    assert found[0]["text"] == desk.redact(ticket).json()["text"]
    assert [line.get("refused") for line in found[:-1]] == [None, "foreign-client", None, "invalid", "too-large", None]
    assert found[5] == {"text": "last"}
    assert (found[-1]["texts"], found[-1]["refused"]) == (6, 3)
    assert not [name for name, value in canaries.items() if value in json.dumps(found)]
    monkeypatch.setattr(http, "CHUNK_BYTES", 1)
    assert batch(desk, lines)[1][:-1] == found[:-1]


@pytest.mark.parametrize(
    "query, status",
    [
        ("client=acme", 422),
        ("client=acme&recipient=cisco&recipient=lab", 422),
        ("client=acme&recipient=cisco&qorvath=1", 422),
        ("client=acme&recipient=cisco&format=nothing", 422),
        ("client=acme&recipient=lab", 403),
        ("client=acme&recipient=cisco&format=text", 200),
    ],
)
def test_the_query_of_a_batch_is_checked(desk: Desk, query: str, status: int) -> None:
    assert batch(desk, [], query)[0] == status


@pytest.mark.parametrize("limit, status", [("MOST_WAITING", 503), ("BATCH_BYTES", 413)])
def test_a_batch_is_answered_whole_or_not_at_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, limit: str, status: int
) -> None:
    monkeypatch.setattr(http, "CHUNK_BYTES", 1)
    monkeypatch.setattr(http, limit, 0)
    found, lines = batch(desk, [b'{"text":"aaa"}', b'{"text":"bbb"}'])
    assert (found, len(lines), lines[0]["status"]) == (status, 1, status)


def test_too_many_at_once_are_sent_away(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_WAITING", 0)
    response = desk.redact("nothing")
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")


def test_a_slow_body_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.05)

    async def slow():  # type: ignore[no-untyped-def]
        yield b"{"
        await http.anyio.sleep(5)

    response = desk.ask("POST", "/v1/redact", headers={"content-type": "application/json"}, content=slow())
    assert response.status_code == 408


@pytest.mark.parametrize("method, path, status", [("GET", "/v1/redact", 405), ("GET", "/qorvath", 404)])
def test_what_is_not_there_is_a_problem_too(desk: Desk, method: str, path: str, status: int) -> None:
    response = desk.ask(method, path)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert "qorvath" not in response.text


def test_it_is_ready_once_every_model_is_loaded_that_an_answer_may_need(
    desk: Desk, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def loaded(pipeline: str) -> NlpEngine:
        asked.append(pipeline)
        return engine_of(pipeline)

    monkeypatch.setattr("pipeline.unit.engine_of", loaded)
    said: list[str] = []
    answerers = Answerers(workspace)
    answerers.warm([("acme", "nobody"), ("acme", "cisco")], said.append)
    assert len(asked) == 1 and [text.partition(":")[2][:15] for text in said] == [" nobody of acme"]
    answerers.of("acme", "cisco").answer([b"Hello, this is Jane Doe."], "prose")
    assert len(asked) == 1, "the first answer finds it"
    monkeypatch.setattr("pipeline.service.answerers.Answerers._looked", only_logs(Answerers._looked))
    Answerers(workspace).warm([("acme", "cisco")], said.append)
    assert len(asked) == 1, "and who gets no transcripts needs none"

    assert desk.ask("GET", "/readyz", headers={"authorization": ""}).json() == {"status": "ready"}
    desk.service.ready = False
    response = desk.ask("GET", "/readyz")
    assert (response.status_code, response.json()["problem"]) == (503, "warming")


def only_logs(looked: Callable[..., Any]) -> Callable[..., Any]:
    def one(*parts: Any) -> Any:
        held = looked(*parts)
        held.answerer._datasets = frozenset({"logs"})
        return held

    return one


def test_every_response_forbids_to_keep_and_to_load(desk: Desk) -> None:
    open_to_all = ("/", "/page.js", "/page.css", "/healthz", "/readyz", "/metrics", "/openapi.json")
    for path in (*open_to_all, "/v1/access", "/none"):
        response = desk.ask("GET", path)
        assert response.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert "set-cookie" not in response.headers


def test_no_log_line_error_or_figure_holds_a_planted_value(
    desk: Desk,
    ticket: str,
    foreign: str,
    canaries: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    answerers: Answerers,
) -> None:
    caplog.set_level(logging.DEBUG)
    said = [desk.redact(ticket + foreign).text, desk.redact(ticket, format=canaries["account"]).text]
    planted = "+".join(canaries.values()).replace(" ", "%20").replace("\n", "")
    for path in (f"/{planted}", f"/v1/redact?{planted}", f"/v1/redact/batch?client={planted}"):
        said += [desk.ask(method, path, json={"text": ticket}).text for method in ("GET", "POST", "PUT")]
    desk.redact(ticket)

    def breaks(*parts: object) -> None:
        raise ValueError(ticket)

    monkeypatch.setattr(answerers.of("acme", "cisco"), "_answer", breaks)
    defect = desk.redact(ticket)
    assert (defect.status_code, defect.json()["problem"]) == (500, "internal")
    said += [defect.text, desk.ask("GET", "/metrics").text, desk.ask("GET", "/openapi.json").text]
    lines = [record.getMessage() + str(record.exc_info or "") for record in caplog.records if record.name != "httpx"]
    assert any("defect: ValueError at test_http.py" in line for line in lines)
    assert any("POST /v1/redact 200" in line for line in lines)
    for name, value in canaries.items():
        assert not [line for line in (*lines, *said) if value in line], name
    assert 'redact_texts_total{outcome="refused: foreign-client"}' in said[-2]


def test_a_workspace_that_cannot_be_used_is_told_to_the_log_alone(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*parts: object) -> None:
        raise http.RedactError("keys/root.key: others may read it; chmod 600 it")

    monkeypatch.setattr(desk.service.answerers, "of", locked)
    response = desk.redact("nothing")
    assert (response.status_code, response.json()["problem"]) == (503, "unavailable")
    assert "root.key" not in response.text
    assert "root.key" in caplog.text


def test_tokens_are_added_listed_and_revoked(
    workspace: Workspace, answerers: Answerers, capsys: pytest.CaptureFixture[str], desk: Desk
) -> None:
    where = ["--workspace", str(workspace.folder)]
    assert main(["token", "add", "night", "--client", "acme", "--recipient", "lab", *where]) == 0
    token = capsys.readouterr().out.strip()
    assert token.encode() not in (workspace.folder / "tokens.json").read_bytes()
    assert (workspace.folder / "tokens.json").stat().st_mode & 0o077 == 0
    assert main(["token", "add", "night", "--client", "acme", "--recipient", "lab", *where]) == 2
    assert main(["token", "add", "day", "--client", "kestrel", "--recipient", "lab", *where]) == 2, "may not get it"
    assert main(["token", "list", *where]) == 0
    assert "night" in (listed := capsys.readouterr().out) and token not in listed
    headers = {"authorization": f"Bearer {token}"}
    assert desk.ask("GET", "/v1/access", headers=headers).json() == {"client": "acme", "recipients": ["lab"]}
    assert main(["token", "revoke", "night", *where]) == 0
    assert desk.ask("GET", "/v1/access", headers=headers).status_code == 401
    assert main(["token", "revoke", "night", *where]) == 2


def test_a_token_ends_with_its_day(workspace: Workspace, token_of: Callable[..., str]) -> None:
    token = token_of("short")
    tokens = Tokens(workspace.folder)
    (found,) = [t for t in tokens.all() if t.name == "short"]
    last = http.datetime.fromisoformat(found.expires).date()
    assert tokens.find(token, last) == found
    assert tokens.find(token, last + http.datetime.resolution.__class__(days=1)) is None
    tokens.revoke("short")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_an_address_that_others_reach_needs_a_word_about_tls(
    workspace: Workspace, host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--host", host, "--workspace", str(workspace.folder)]) == 2
    assert "put a TLS proxy before it" in capsys.readouterr().err
