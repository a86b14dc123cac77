"""``redact serve``: texts redacted over HTTP, for whoever holds a token."""

from __future__ import annotations

import ipaddress
import logging
import sys
from threading import Thread

import click

from pipeline.cli.client import open_workspace, workspace_option
from pipeline.cli.console import say
from pipeline.cli.recognizers import own_recognizers, recognizers_option
from pipeline.errors import ConfigurationError
from pipeline.memory import answer_soon


@click.command("serve", short_help="Answer texts over HTTP, redacted.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes a free one.")
@click.option(
    "--behind-tls-proxy",
    is_flag=True,
    help="A proxy that speaks TLS stands before it: needed for any --host that is not this machine's own.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(1 << 10, 8 << 20),
    default=1 << 20,
    show_default=True,
    help="Largest body of a request, and line of a batch.",
)
@recognizers_option
@workspace_option
def command(
    host: str, port: int, behind_tls_proxy: bool, max_bytes: int, own: tuple[str, ...], folder: str | None
) -> None:
    """Answer texts over HTTP: POST one with client and recipient, get it back redacted and verified.

    The pseudonyms are those of 'redact run', and are turned back likewise. What cannot be proven free of originals is
    refused. Who asks needs a token ('redact token add'). At / is a page for people, at /openapi.json the interface.

    \b
    Example:
      redact serve
    """
    _check_host(host, behind_tls_proxy)
    workspace = open_workspace(folder)
    sources = own_recognizers(workspace, own, say)

    from pipeline.kernels.cache import are_compiled
    from pipeline.plan import PlannedRecognizers
    from pipeline.service.answerers import Answerers
    from pipeline.service.http import Service, make_app
    from pipeline.service.serving import serve
    from pipeline.service.tokens import Tokens

    if not are_compiled():
        say("First run on this machine: compiling, which takes about half a minute, once.")
    answerers = Answerers(
        workspace,
        [PlannedRecognizers(source.place, source.digest) for source in sources],
        sorted({entity for source in sources for entity in source.entities}),
    )
    tokens = Tokens(workspace.folder)
    if not tokens.all():
        say("There is no token yet; make one with 'redact token add'.")
    service = Service(answerers, tokens, max_bytes)

    def warm() -> None:
        answerers.warm(((token.client, recipient) for token in tokens.all() for recipient in token.recipients), say)
        answer_soon()
        service.ready = True

    _log_to_standard_error()
    # Beside the answers: who asks meanwhile waits for what the answer needs, and for nothing else.
    Thread(target=warm, daemon=True).start()
    serve(make_app(service), host, port, say)


def _check_host(host: str, behind_tls_proxy: bool) -> None:
    """Raises ConfigurationError for an address that others reach, unless a proxy is said to stand before it."""
    if host == "localhost":
        return
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise ConfigurationError(f"--host {host}: not an address; give one such as 127.0.0.1") from None
    if not address.is_loopback and not behind_tls_proxy:
        raise ConfigurationError(
            f"--host {host}: others reach it, and it speaks plain HTTP: put a TLS proxy before it, let no one else in, "
            "and say --behind-tls-proxy"
        )


def _log_to_standard_error() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("redact")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
