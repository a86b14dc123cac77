"""The server under the service: it listens, and says nothing of its own about what it is sent."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds that answers under way may take when the service is told to end.
LAST_SECONDS = 10
#: Seconds that a connection may be held before the head of a request is there; of its body the routes say it.
HEAD_SECONDS = 15.0
QUEUE = 256


class Timed(H11Protocol):
    """Closes a connection on which nothing is asked in time, however slowly something comes: uvicorn's own limit ends
    with the first byte."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._waiting is not None:
            self._waiting.cancel()

    def _wait(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._close_where_nothing_is_asked)

    def _close_where_nothing_is_asked(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


def configuration(app: ASGIApp) -> uvicorn.Config:
    """Of a server that logs nothing of what it is sent, and trusts no header of a proxy."""
    return uvicorn.Config(
        app,
        http=Timed,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=LAST_SECONDS,
    )


def serve(app: ASGIApp, host: str, port: int, say: Callable[[str], None]) -> None:
    """Answer until SIGINT or SIGTERM.

    Args:
      port: 0 takes a free one.
      say: told where it listens, once it does.

    Raises:
      OSError: the address cannot be had.
    """
    # What it logs of a broken request or an exception could quote it.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # By its protocol asyncio knows whose answers not to hold back (TCP_NODELAY): else each took 40 ms more.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(QUEUE)
        shown = f"[{host}]" if family == socket.AF_INET6 else host
        say(f"Listening on http://{shown}:{listening.getsockname()[1]}/ (Ctrl-C ends it)")
        for number in (signal.SIGINT, signal.SIGTERM):
            # At either the server ends in good order, and then raises it once more.
            signal.signal(number, lambda *caught: None)
        uvicorn.Server(configuration(app)).run([listening])
