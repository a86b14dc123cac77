"""The service over HTTP: texts in, redacted texts out, for whoever holds a token of their client and recipient.

No text of a request stands in a log line, an error or a figure: what is told of one is its route, status and time.
"""

from __future__ import annotations

import json
import logging
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, TypeVar

import anyio
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.errors import RedactError
from pipeline.service import openapi
from pipeline.service.answerers import Answerers
from pipeline.service.answering import Answerer, Answers
from pipeline.service.bodies import BatchLine, BatchQuery, RedactRequest, lines_of, read_body, whole_body
from pipeline.service.metrics import MEDIA_TYPE as METRICS_TYPE
from pipeline.service.metrics import Metrics
from pipeline.service.problems import Problem
from pipeline.service.tokens import Token, Tokens

Result = TypeVar("Result")
LOG = logging.getLogger("redact.serve")
MAX_BYTES = 1 << 20
#: Bytes of a batch's texts that are held together, as a run holds the records of a file together.
CHUNK_BYTES = 2 << 20
#: Of a batch's answers: so many wait in memory, the others on the disk; and so many there may be.
HELD_BYTES = 8 << 20
BATCH_BYTES = 1 << 30
SENT_BYTES = 256 << 10
#: Requests that wait for an answer at once; what comes beyond them is sent away.
MOST_WAITING = 64
#: Seconds that a body may take, and a line of a batch.
BODY_SECONDS = 30.0
PAGE = Path(__file__).parent / "page"
_PAGE_FILES = {
    "/": ("index.html", "text/html"),
    "/page.js": ("page.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
}
#: Of every response: nothing is kept, nothing from elsewhere is loaded or run, no other page holds this one.
_HEADERS = (
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
        b"form-action 'none'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


@dataclass
class Service:
    """What the routes share.

    Attributes:
      max_bytes: of a request's body, and of a line of a batch.
      waiting: requests that wait for an answer now.
      ready: whether what the first answers need is loaded; until then they take longer.
    """

    answerers: Answerers
    tokens: Tokens
    max_bytes: int = MAX_BYTES
    metrics: Metrics = field(default_factory=Metrics)
    waiting: int = 0
    ready: bool = False

    # Routes.

    async def page(self, request: Request) -> Response:
        name, kind = _PAGE_FILES[request.url.path]
        return Response((PAGE / name).read_bytes(), media_type=kind)

    async def document(self, request: Request) -> Response:
        return _json(openapi.document(self.max_bytes))

    async def health(self, request: Request) -> Response:
        return _json({"status": "ok"})

    async def readiness(self, request: Request) -> Response:
        if not self.ready:
            raise Problem("warming")
        return _json({"status": "ready"})

    async def figures(self, request: Request) -> Response:
        return Response(self.metrics.text_format(), media_type=METRICS_TYPE)

    async def access(self, request: Request) -> Response:
        token = self._token(request)
        return _json({"client": token.client, "recipients": list(token.recipients)})

    async def redact(self, request: Request) -> Response:
        token = self._token(request)
        _require_type(request, "application/json")
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > self.max_bytes:
            raise Problem("too-large")
        asked = read_body(RedactRequest, await _in_time(whole_body(request.stream(), self.max_bytes)))
        _require_bound(token, asked.client, asked.recipient)
        answers = await self._answers(token, asked.recipient, [asked.text.encode()], asked.format)
        (answer,) = answers.answers
        if answer.text is None:
            raise Problem("refused", reason=answer.reason, records=answer.records)
        return _json({"text": answer.text.decode(), "records": answer.records, "counts": nested(answers.counts)})

    async def redact_batch(self, request: Request) -> Response:
        token = self._token(request)
        _require_type(request, "application/x-ndjson")
        query = request.query_params
        if len(query.multi_items()) != len(query):
            raise Problem("invalid")
        asked = read_body(BatchQuery, dict(query))
        _require_bound(token, asked.client, asked.recipient)
        await self._answerer(token, asked.recipient)
        # Most clients read nothing before all is sent: answers, which are redacted, wait for the body's end in a file.
        answers = tempfile.SpooledTemporaryFile(max_size=HELD_BYTES)  # noqa: SIM115 - the response closes it
        try:
            await self._batch(request, token, asked, answers)
        except BaseException:
            answers.close()
            raise
        return _Spooled(answers, "application/x-ndjson")

    async def _batch(self, request: Request, token: Token, asked: BatchQuery, answers: IO[bytes]) -> None:
        """Write a line for each line that comes in, in order, and one of figures."""
        total = _Total()
        texts: list[bytes | str] = []  # a text, or why there is none
        size = 0
        lines = lines_of(request.stream(), self.max_bytes)
        nothing: list[bytes | None] = []
        while together := await _in_time(anext(lines, nothing)):
            for line in together:
                texts.append(_text_of(line))
                size += len(texts[-1])
                if size >= CHUNK_BYTES:
                    answers.write(await self._lines(token, asked, texts, total))
                    texts, size = [], 0
            if answers.tell() > BATCH_BYTES:
                raise Problem("too-large")
        if texts:
            answers.write(await self._lines(token, asked, texts, total))
        answers.write(_line({"texts": total.texts, "refused": total.refused, "counts": nested(total.counts)}))

    async def _lines(self, token: Token, asked: BatchQuery, texts: Sequence[bytes | str], total: _Total) -> bytes:
        whole = [text for text in texts if isinstance(text, bytes)]
        answers = await self._answers(token, asked.recipient, whole, asked.format)
        found = iter(answers.answers)
        lines = []
        for text in texts:
            answer = next(found) if isinstance(text, bytes) else None
            if answer is not None and answer.text is not None:
                lines.append(_line({"text": answer.text.decode()}))
            else:
                lines.append(_line({"refused": answer.reason if answer else text}))
                total.refused += 1
        total.texts += len(texts)
        total.counts.update(answers.counts)
        return b"".join(lines)

    # What they share.

    def _token(self, request: Request) -> Token:
        """The token of a request. Raises Problem where it has none that is good."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        token = self.tokens.find(given.strip(), datetime.now(UTC).date()) if scheme.lower() == "bearer" else None
        if token is None:
            raise Problem("unauthorized")
        return token

    async def _answerer(self, token: Token, recipient: str) -> Answerer:
        answerer = await run_in_threadpool(self.answerers.of, token.client, recipient)
        if answerer.client_id != token.client_id:
            # Another client has the name by now.
            raise Problem("forbidden")
        return answerer

    async def _answers(self, token: Token, recipient: str, texts: Sequence[bytes], format: str | None) -> Answers:
        if self.waiting >= MOST_WAITING:
            raise Problem("busy")
        self.waiting += 1
        try:
            answerer = await self._answerer(token, recipient)
            answers = await run_in_threadpool(answerer.answer, texts, format)
        finally:
            self.waiting -= 1
        for text, answer in zip(texts, answers.answers, strict=True):
            self.metrics.text(len(text), answer.reason)
        self.metrics.findings(answers.counts)
        return answers


class _Spooled(Response):
    """What a file holds, which is closed then."""

    def __init__(self, file: IO[bytes], media_type: str) -> None:
        super().__init__(media_type=media_type, headers={"content-length": str(file.tell())})
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file as file:
            file.seek(0)
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            while piece := file.read(SENT_BYTES):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


@dataclass
class _Total:
    texts: int = 0
    refused: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)


async def _in_time(body: Awaitable[Result]) -> Result:
    """What a client sends, if it does so in time. Raises Problem where it does not."""
    try:
        with anyio.fail_after(BODY_SECONDS):
            return await body
    except TimeoutError:
        raise Problem("slow") from None


def _require_type(request: Request, wanted: str) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != wanted:
        raise Problem("media-type")


def _require_bound(token: Token, client: str, recipient: str) -> None:
    if client != token.client or recipient not in token.recipients:
        raise Problem("forbidden")


def _text_of(line: bytes | None) -> bytes | str:
    """The text of a line, or why there is none."""
    if line is None:
        return "too-large"
    try:
        return read_body(BatchLine, line).text.encode()
    except Problem as problem:
        return problem.kind


def nested(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """Entity -> action -> findings."""
    made: dict[str, dict[str, int]] = {}
    for (entity, action), count in sorted(counts.items()):
        made.setdefault(entity, {})[action] = count
    return made


def _line(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _json(document: Mapping[str, object]) -> Response:
    return Response(_line(document), media_type="application/json")


def make_app(service: Service) -> ASGIApp:
    """The service as an ASGI application."""
    routes = [
        *(Route(path, service.page) for path in _PAGE_FILES),
        Route("/openapi.json", service.document),
        Route("/healthz", service.health),
        Route("/readyz", service.readiness),
        Route("/metrics", service.figures),
        Route("/v1/access", service.access),
        Route("/v1/redact", service.redact, methods=["POST"]),
        Route("/v1/redact/batch", service.redact_batch, methods=["POST"]),
    ]
    handlers: dict[Any, Any] = {Problem: _of_problem, HTTPException: _of_status, Exception: _of_failure}
    return _Guard(Starlette(routes=routes, exception_handlers=handlers), service.metrics)


def _of_problem(request: Request, problem: Problem) -> Response:
    return problem.response()


def _of_status(request: Request, error: HTTPException) -> Response:
    """What the framework itself refuses: an unknown path, a method that a path does not have."""
    kind = "method" if error.status_code == 405 else "not-found"
    return Problem(kind, error.headers).response()


def _of_failure(request: Request, error: Exception) -> Response:
    return Problem("unavailable" if isinstance(error, RedactError) else "internal").response()


class _Guard:
    """Around all: headers of every response, a line and a figure for each request, and of a defect its place alone."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        status = 0

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], *_HEADERS]}
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except ClientDisconnect:
            LOG.info("the client went away")
        except RedactError as error:
            LOG.error("unavailable: %s", error)
        except Exception as error:
            LOG.error("defect: %s at %s; its text is withheld, since it may quote a request", *place_of(error))
        route = getattr(scope.get("route"), "path", "(none)")
        seconds = time.monotonic() - began
        self._metrics.request(route, status, seconds)
        LOG.info("%s %s %d %.1f ms", _method(scope), route, status, 1000 * seconds)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE") else "(other)"


def place_of(error: BaseException) -> tuple[str, str]:
    """(class, file and line) of an error."""
    frames = traceback.extract_tb(error.__traceback__)
    return type(error).__name__, f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "(unknown)"
