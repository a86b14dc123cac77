"""A connection on which nothing is asked in time is closed, whatever it sent before, and however slowly."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pipeline.service import serving

SECONDS = 0.5


async def slow(request: Request) -> Response:
    await asyncio.sleep(3 * SECONDS)
    return PlainTextResponse("slow")


async def refused(request: Request) -> Response:
    return PlainTextResponse("no", 401)


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    monkeypatch.setattr(serving, "HEAD_SECONDS", SECONDS)
    routes = [Route("/slow", slow), Route("/refused", refused, methods=["POST"])]
    server = uvicorn.Server(serving.configuration(Starlette(routes=routes)))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield listening.getsockname()
        server.should_exit = True
        thread.join()


def ends(address: tuple[str, int], first: bytes, more: bytes = b"") -> tuple[bytes, float]:
    """(What comes back, seconds until the connection ends); ``more`` is sent again and again."""
    began = time.monotonic()
    back = b""
    with socket.create_connection(address, timeout=SECONDS / 5) as connection:
        connection.sendall(first)
        while time.monotonic() - began < 20 * SECONDS:
            try:
                piece = connection.recv(1 << 16)
            except TimeoutError:
                connection.sendall(more)
                continue
            except ConnectionError:
                break
            if not piece:
                break
            back += piece
    return back, time.monotonic() - began


@pytest.mark.parametrize(
    ("first", "more"),
    [
        (b"", b""),
        (b"GET /slow HTTP/1.1\r\nHost: a\r\n", b"X: y\r\n"),
        (b"POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET", b" "),
    ],
)
def test_one_that_asks_nothing_is_closed_however_slowly_it_sends(
    address: tuple[str, int], first: bytes, more: bytes
) -> None:
    _, seconds = ends(address, first, more)
    assert seconds < 10 * SECONDS


def test_an_answer_may_take_longer(address: tuple[str, int]) -> None:
    back, _ = ends(address, b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
    assert back.startswith(b"HTTP/1.1 200") and back.endswith(b"slow")
