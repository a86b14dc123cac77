"""The server under the service: it listens, and says nothing of its own about what it is sent."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

#: Seconds that answers under way may take when the service is told to end.
LAST_SECONDS = 10
QUEUE = 256


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
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=LAST_SECONDS,
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            # At either the server ends in good order, and then raises it once more.
            signal.signal(number, lambda *caught: None)
        uvicorn.Server(config).run([listening])
