"""Errors on their way from a worker to the driver: ours pass, of others only class and place do."""

from __future__ import annotations

import json
import logging
import os
import re
import traceback

import pipeline.errors
from pipeline.errors import RedactError

#: How an error of ours is written so that it is found again in a runner's own.
_MARKED = re.compile(r"<redact-error>(.*?)</redact-error>", re.DOTALL)


class Guarded:
    """Lets no exception out that may carry a record's text: ours pass, of others only class and place do."""

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, Exception):
            return
        if isinstance(error, RedactError):
            name, text = type(error).__name__, str(error)
        else:
            frames = traceback.extract_tb(error.__traceback__)
            place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "an unknown place"
            name, text = RedactError.__name__, f"{self._doing}: {type(error).__name__} at {place}; this is a defect"
        marked = f"<redact-error>{json.dumps([name, text])}</redact-error>"
        raise RuntimeError(marked) from None


class QuietBeam:
    """Keeps a runner's log of a failure off the terminal: the error that is raised says what there is to say."""

    def __enter__(self) -> None:
        self._before = [(logger, logger.level) for logger in (logging.getLogger(), logging.getLogger("apache_beam"))]
        for logger, _ in self._before:
            logger.setLevel(logging.CRITICAL)

    def __exit__(self, *_: object) -> None:
        for logger, level in self._before:
            logger.setLevel(level)


def failure(error: Exception) -> RedactError:
    found = _MARKED.search(str(error))
    if found is None:
        # The text of a runner's error may quote an element; its class may not.
        return RedactError(
            f"the runner failed ({type(error).__name__}); run the same command again, or with --workers 1"
        )
    try:
        name, text = json.loads(found.group(1))
    except ValueError:
        return RedactError(f"a worker failed ({type(error).__name__}); run the same command again, or with --workers 1")
    kind = getattr(pipeline.errors, name, RedactError)
    return kind(text) if isinstance(kind, type) and issubclass(kind, RedactError) else RedactError(text)
