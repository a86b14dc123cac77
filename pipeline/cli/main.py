"""``redact``: finds the verb, and turns every failure into one line and an exit code.

Nothing heavy is imported before the verb is known.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

import click

from pipeline.errors import RedactError

#: verb -> what it does, in one line; ``pipeline.cli.<verb>`` holds its ``command``.
VERBS: Mapping[str, str] = {
    "run": "Redact logs for one or more recipients.",
    "demo": "Watch it work: two clients' sample logs to three recipients.",
    "why": "Say which rule found what in one line of a file.",
    "init": "Make a workspace.",
    "client": "Add clients, and declare what identifies them.",
    "recipient": "Add the parties who get releases.",
    "policy": "Check and explain policies.",
}
EPILOG = (
    "Exit codes: 0 released, or done; 1 internal error; 2 usage or configuration; 3 refused by verification; "
    "4 released, but something was quarantined or could not be read; 5 key."
)
INTERRUPTED = 130


class _Verbs(click.Group):
    """Imports a verb's module when it is called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        found: click.Command = import_module(f"pipeline.cli.{name}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


def _version() -> str:
    try:
        return version("redact-pipeline")
    except PackageNotFoundError:
        return "from a source tree"


@click.command("redact", cls=_Verbs, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="redact")
@click.option("--debug", is_flag=True, envvar="REDACT_DEBUG", help="Show where an internal error arose.")
def command(debug: bool) -> None:
    """Redact a client's logs for each recipient by its own policy, and prove it before anything leaves.

    \b
    Start here:
      redact demo
      redact run messages.log --client acme --recipient cisco=vendor
    """
    if debug:
        os.environ["REDACT_DEBUG"] = "1"


def main() -> None:
    """The console entry point."""
    try:
        code = command.main(standalone_mode=False)
    except click.exceptions.Abort:
        _fail("interrupted", INTERRUPTED)
    except KeyboardInterrupt:
        _fail("interrupted; run the same command again to go on", INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except RedactError as error:
        _fail(str(error), error.exit_code)
    except Exception as error:
        # Its text may quote a record; its class and place do not.
        frames = traceback.extract_tb(error.__traceback__)
        own = [f for f in frames if f"{os.sep}pipeline{os.sep}" in f.filename or f"{os.sep}recognizers{os.sep}" in f.filename]
        last = (own or list(frames))[-1]
        if os.environ.get("REDACT_DEBUG"):
            for frame in frames:
                print(f"  {frame.filename}:{frame.lineno} in {frame.name}", file=sys.stderr)
        _fail(
            f"internal error: {type(error).__name__} at {os.path.basename(last.filename)}:{last.lineno}; "
            "nothing was published that is not whole. --debug shows the way there",
            1,
        )
    sys.exit(code if isinstance(code, int) else 0)


def _fail(text: str, code: int) -> None:
    print(f"redact: {text}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
