"""``--mapping`` and ``--dataset``: what an input is that does not tell it by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pipeline.errors import ConfigurationError


def mapping_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--mapping",
        metavar="FILE",
        help="Your own YAML of where an export of chats or tickets as JSON holds its turns, who wrote and what.",
    )(function)


def dataset_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--dataset",
        type=click.Choice(["logs", "transcripts"]),
        default="logs",
        show_default=True,
        help="What plain text is: lines of a log, or what people wrote, in which names are looked for.",
    )(function)


def prose_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--prose-model",
        "prose",
        metavar="PIPELINE",
        help="A spaCy pipeline, by name or folder, that finds names in what people wrote; by default ours.",
    )(function)


def prose_pipeline(given: str | None) -> str:
    """The pipeline as a plan names it, empty for the one that ships.

    Raises:
      ConfigurationError: none is installed under that name, and no folder is there.
    """
    if not given:
        return ""
    from spacy.util import is_package

    if Path(given).is_dir():
        return str(Path(given).resolve())
    if not is_package(given):
        raise ConfigurationError(
            f"--prose-model {given}: no such spaCy pipeline is installed, and no folder; install it with pip, or name "
            "its folder: none is downloaded"
        )
    return given


def own_mapping(path: str | Path) -> str:
    """The checked mapping of a file as JSON, which travels in the plan.

    Raises:
      ConfigurationError: it cannot be read, or what is in it is wrong; named by file and place.
    """
    from pipeline.formats.mapping import Mapping
    from pipeline.policy.reading import read_mapping, validated

    place = Path(path)
    try:
        text = place.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"--mapping {path}: cannot be read ({error.strerror}); name a YAML file") from None
    return validated(Mapping, read_mapping(text, place.name), place.name).model_dump_json(exclude_defaults=True)
