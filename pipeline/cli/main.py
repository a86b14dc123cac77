"""The ``redact`` command: finds the verb, and turns every failure into one line and an exit code.

Verbs are modules beside this one, imported only when they are called, so that help is there at once.
"""

from __future__ import annotations

import difflib
import errno
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NoReturn

import click

from pipeline.cli.console import complain, say
from pipeline.errors import RedactError
from pipeline.memory import keep_memory

#: verb -> its line of help. Its module is pipeline.cli.<verb>, and holds ``command``.
VERBS: dict[str, str] = {
    "demo": "Show it: sample logs of two clients, redacted for three recipients.",
    "run": "Redact logs of one client for one or more recipients.",
    "watch": "Release a folder of logs as it grows.",
    "stream": "Redact a topic of Kafka as its messages come.",
    "compact": "Join the small releases of 'watch'.",
    "serve": "Answer texts over HTTP, redacted: tickets, turns of chats, pieces of logs.",
    "token": "Add, list and revoke the tokens that 'serve' asks for.",
    "scan": "Say what would be found in logs; write nothing.",
    "init": "Make a workspace, with its root key.",
    "client": "Add and show clients, and what is known of them.",
    "learn": "Learn names of a client's hosts and users from its logs.",
    "recipient": "Add and show recipients.",
    "policy": "Check a policy, and explain it in plain words.",
    "keys": "List, rotate, destroy, export and import clients' keys.",
    "reidentify": "Turn the pseudonyms in a recipient's answer back.",
    "audit": "Show and verify the record of what was turned back.",
    "why": "Say which rule changed a line, and where.",
}
INTERNAL_ERROR = 1
USAGE = 2
INTERRUPTED = 130
DEBUG = "REDACT_DEBUG"
EPILOG = """\b
Exit codes:
  0    done: released, or nothing to do
  1    internal error
  2    usage or configuration is wrong; nothing was read
  3    refused by verification; nothing was published, or turned back
  4    released, but something was quarantined or unreadable
  5    a key is missing, readable by others, or not the right one
  130  interrupted

\b
Start with:
  redact demo
  redact run messages.log --client acme --recipient cisco=vendor
"""


@dataclass
class State:
    """What options before the verb say."""

    debug: bool = False


class LazyGroup(click.Group):
    """A group whose verbs are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        found = importlib.import_module(f"pipeline.cli.{cmd_name}").command
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            close = difflib.get_close_matches(args[0], VERBS, n=1)
            mend = f"did you mean {close[0]}?" if close else f"one of {', '.join(VERBS)}"
            raise click.UsageError(f"no command {args[0]!r}; {mend}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    try:
        found = version("redact-pipeline")
    except PackageNotFoundError:
        found = "(run from its source tree)"
    click.echo(f"redact {found}")
    ctx.exit()


@click.group("redact", cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show it and end."
)
@click.option(
    "--debug",
    is_flag=True,
    envvar=DEBUG,
    help="For developers: show the way to a defect, without its text and values, which could be a record's.",
)
@click.pass_obj
def command(state: State, debug: bool) -> None:
    """Rewrite logs for each recipient by its own policy, and prove it before anything leaves."""
    if isinstance(state, State):
        state.debug = debug


def console() -> NoReturn:
    """The ``redact`` command: a process of its own, which ends at once.

    The interpreter's own end would take half a second to take thousands of modules apart, one by one.
    """
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        code = code or INTERNAL_ERROR
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """What the command does; returns the exit code.

    An error of ours is one line on standard error. Of any other only class and place are told: its text could quote a
    record.
    """
    keep_memory()
    _forbid_core_dumps()
    state = State()
    try:
        ended = command.main(
            args=None if arguments is None else list(arguments), prog_name="redact", standalone_mode=False, obj=state
        )
        sys.stdout.flush()
        return ended if isinstance(ended, int) else 0
    except RedactError as error:
        complain(str(error))
        return error.exit_code
    except click.Abort:
        say("")
        complain("interrupted; the same command again goes on where this one ended")
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return USAGE
    except KeyboardInterrupt:
        complain("interrupted; the same command again goes on where this one ended")
        return INTERRUPTED
    except BrokenPipeError:
        # Who read our output has enough; the interpreter's own flush at the end must not fail on it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERNAL_ERROR
    except Exception as error:
        return _defect(error, state.debug)


def _forbid_core_dumps() -> None:
    """A crash, here or in a worker process, must not write keys and records to the disk; POSIX alone has the limit."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _defect(error: Exception, debug: bool) -> int:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        complain("the disk is full; make room, then run the same command again: it completes what is missing")
        return USAGE
    if debug:
        # Frames only: neither the error's text nor a local variable.
        traceback.print_tb(error.__traceback__)
    kind = type(error).__name__
    if isinstance(error, OSError) and error.errno is not None:
        kind = f"{kind} ({os.strerror(error.errno)})"
    complain(f"internal error: {kind} at {place_of(error)}; its text is withheld, since it may quote a record")
    return INTERNAL_ERROR


def place_of(error: BaseException) -> str:
    """``file:line`` of the innermost frame in our own code."""
    home = Path(__file__).resolve().parents[2]
    place = "an unknown place"
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(home / "pipeline") or path.is_relative_to(home / "recognizers"):
            place = f"{path.relative_to(home).as_posix()}:{frame.lineno}"
    return place


if __name__ == "__main__":
    console()
