"""Reads a YAML file so that every mistake is told by file, place and mend."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from pipeline.errors import ConfigurationError

Model = TypeVar("Model", bound=BaseModel)

#: Bytes. A configuration is read whole; a larger file is not a configuration.
LARGEST_FILE = 1 << 20


class PolicyError(ConfigurationError):
    """One or more mistakes in a configuration file.

    Attributes:
      problems: each as ``file: key.path: rule; mend``.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        more = len(self.problems) - 1
        super().__init__(self.problems[0] + (f" (and {more} more)" if more else ""))


class _PlainLoader(yaml.SafeLoader):
    """YAML without its surprises: no dates, no yes/no/on/off, no octal numbers, no aliases, no key twice."""

    # Only what a reader expects of the text remains (https://yaml.org/spec/1.2.2/#103-core-schema).
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem="an alias (*name) is not allowed; write the value out", problem_mark=mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key must be one word", problem_mark=key.start_mark)
            if key.value in mapping:
                problem = f"key {key.value} stands twice; remove one of them"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            mapping[key.value] = self.construct_object(value, deep=True)
        return mapping


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
    ("null", r"null|~|", ("n", "~", "")),
):
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), list(_first))


def read_mapping(text: bytes, name: str) -> dict[str, Any]:
    """The mapping that a YAML text holds.

    Args:
      text: the file's bytes.
      name: what errors call the file.

    Raises:
      PolicyError: not UTF-8, not YAML, a key twice, an alias, or no mapping; with line and column.
    """
    if len(text) > LARGEST_FILE:
        raise PolicyError([f"{name}: larger than {LARGEST_FILE >> 20} MiB; that is no configuration"])
    try:
        loaded = yaml.load(text.decode("utf-8-sig"), Loader=_PlainLoader)  # noqa: S506 (a SafeLoader)
    except UnicodeDecodeError as error:
        raise PolicyError([f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8"]) from None
    except yaml.MarkedYAMLError as error:
        place = ""
        mark = error.problem_mark or error.context_mark
        if mark is not None:
            place = f"line {mark.line + 1}, column {mark.column + 1}: "
        raise PolicyError([f"{name}: {place}{error.problem or 'not valid YAML'}{_mend(error.problem)}"]) from None
    except (yaml.YAMLError, RecursionError):
        raise PolicyError(
            [f"{name}: holds a character that YAML does not allow, or nests too deeply; save it as plain text"]
        ) from None
    if not isinstance(loaded, dict):
        raise PolicyError([f"{name}: must be a mapping of key: value lines"])
    return loaded


def _mend(problem: str | None) -> str:
    if problem and "\\t" in problem:
        return "; indent with spaces, not tabs"
    if problem and "mapping values" in problem:
        return "; put quotes around text that holds a colon, and check the indentation"
    if problem and problem.endswith("but got '['"):
        return "; put quotes around text that holds brackets"
    return ""


def nearest(word: str, allowed: Iterable[str]) -> str:
    """``did you mean X?`` for the nearest allowed word, or the list of what is allowed."""
    known = list(allowed)
    by_fold = {entry.casefold().replace("_", "-"): entry for entry in known}
    close = difflib.get_close_matches(word.casefold().replace("_", "-"), by_fold, n=1, cutoff=0.6)
    if close:
        return f"did you mean {by_fold[close[0]]}?"
    if len(known) > 12:
        return f"one of {', '.join(known[:12])} and {len(known) - 12} more"
    return f"one of {', '.join(known)}" if known else "there is none yet"


def wrong(message: str) -> PydanticCustomError:
    """A mistake for a model's validator to raise."""
    # A percent-free code and a literal message: pydantic formats braces only when a context is given.
    return PydanticCustomError("policy", message.replace("{", "(").replace("}", ")"))  # type: ignore[arg-type]


def no_empty_section(data: Any) -> Any:
    """A key with nothing below it is null in YAML; it means what an absent key means."""
    return {key: value for key, value in data.items() if value is not None} if isinstance(data, dict) else data


def validated(model: type[Model], data: dict[str, Any], name: str) -> Model:
    """The mapping as the model's instance.

    Raises:
      PolicyError: every mistake, each with file, key path and mend.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise PolicyError(dict.fromkeys(_problems(model, error, name))) from None


def _problems(model: type[BaseModel], error: ValidationError, name: str) -> Iterator[str]:
    for detail in error.errors(include_url=False):
        parts = [str(part) for part in detail["loc"] if part != "[key]"]
        place = f"{name}: {'.'.join(parts)}: " if parts else f"{name}: "
        kind = detail["type"]
        if kind == "extra_forbidden":
            yield f"{place}unknown key; {nearest(parts[-1], _keys_beside(model, parts))}"
        elif kind == "missing":
            yield f"{place}is missing; add it"
        elif kind == "literal_error":
            # The model's own literals are words, which pydantic lists as 'a', 'b' or 'c'.
            words = re.findall(r"'([^']+)'", str(detail["ctx"]["expected"]))
            value = detail["input"]
            yield f"{place}unknown word; {nearest(value if isinstance(value, str) else '', words)}"
        else:
            yield f"{place}{detail['msg'][:1].lower()}{detail['msg'][1:]}"


def _keys_beside(model: type[BaseModel], parts: list[str]) -> list[str]:
    """The keys that may stand where an unknown one stands."""
    if len(parts) == 1:
        return [field.alias or key for key, field in model.model_fields.items()]
    section = model.model_fields[parts[0]].annotation
    if isinstance(section, type) and issubclass(section, BaseModel):
        return list(section.model_fields)
    return ["action", "to"]
