"""A user's own recognizers: Presidio's recognizer YAML or a Python module, checked before a byte of input is read."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import hyperscan
import presidio_analyzer.predefined_recognizers as predefined
import regex
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer
from pydantic import BaseModel, ConfigDict, Field

from pipeline.detection.own import OwnRecognizer, own_recognizer
from pipeline.detection.patterns import Anchors, TokenGate
from pipeline.errors import ConfigurationError
from pipeline.policy.reading import nearest, read_mapping, validated
from recognizers.declaration import DeclaredRecognizer

#: What an entity of the user's may be called: it stands in releases as ``<NAME>``.
ENTITY = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
#: Presidio's own default (PatternRecognizer).
FLAGS = int(regex.DOTALL | regex.MULTILINE | regex.IGNORECASE)
YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class Source:
    """One file or module of recognizers.

    Attributes:
      place: absolute path of a ``.yaml`` or ``.py``, or a module's dotted name.
      digest: SHA-256 of what it holds, hexadecimal.
      declared: recognizers that the scanner compiles, as it does those that ship.
      plain: recognizers that are shown each text.
    """

    place: str
    digest: str
    declared: tuple[DeclaredRecognizer, ...]
    plain: tuple[OwnRecognizer, ...]

    @property
    def entities(self) -> list[str]:
        plain = {entity for each in self.plain for entity in each.entities}
        return sorted(plain | {each.ENTITY for each in self.declared})


class _Pattern(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    regex: str
    score: float = Field(ge=0, le=1)


class _Language(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    context: tuple[str, ...] = ()


class _Entry(BaseModel):
    """A recognizer as Presidio's YAML has it. Languages choose nothing here: a log has none, and all are asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    class_name: str | None = None
    type: Literal["custom", "predefined"] = "custom"
    enabled: bool = True
    supported_entity: str | None = None
    supported_entities: tuple[str, ...] = ()
    supported_language: str | None = None
    supported_languages: tuple[str | _Language, ...] = ()
    patterns: tuple[Any, ...] = ()
    deny_list: tuple[str, ...] = ()
    deny_list_score: float = Field(1.0, ge=0, le=1)
    context: tuple[str, ...] = ()
    version: str | None = None
    country_code: str | None = None


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    recognizers: tuple[Any, ...] = Field(min_length=1)
    supported_languages: tuple[str, ...] = ()
    global_regex_flags: int = FLAGS


def load_recognizers(places: Iterable[str]) -> tuple[Source, ...]:
    """The recognizers of files and modules; each place once.

    Args:
      places: paths of ``.yaml`` and ``.py`` files, or dotted names of modules that are installed.

    Raises:
      ConfigurationError: a place holds none, or what is there is wrong; named by file and place.
    """
    return tuple(_load(place) for place in dict.fromkeys(map(whole_place, places)))


def whole_place(place: str) -> str:
    """A path in full, so that a worker finds it wherever it runs; a dotted name as it is."""
    is_path = place.endswith((*YAML, ".py")) or "/" in place or "\\" in place
    return str(Path(place).absolute()) if is_path else place


def _load(place: str) -> Source:
    name = Path(place).name
    if place.endswith((*YAML, ".py")):
        try:
            data = Path(place).read_bytes()
        except OSError as error:
            raise ConfigurationError(
                f"{place}: cannot be read ({error.strerror}); name a file of recognizers"
            ) from None
        digest = hashlib.sha256(data).hexdigest()
        found = _of_yaml(data, name) if place.endswith(YAML) else _of_module(_executed(place, digest))
    elif all(part.isidentifier() for part in place.split(".")):
        module, digest = _imported(place)
        found = _of_module(module)
    else:
        raise ConfigurationError(f"--recognizers {name}: neither .yaml nor .py, nor the dotted name of a module")
    _check_entities(found, name)
    declared = tuple(each for each in found if isinstance(each, DeclaredRecognizer))
    _check_declared(declared, name)
    plain = tuple(own_recognizer(each, name) for each in found if not isinstance(each, DeclaredRecognizer))
    return Source(place, digest, declared, plain)


# YAML.


def _of_yaml(data: bytes, name: str) -> list[EntityRecognizer]:
    file = validated(_File, read_mapping(data, name), name)
    found = []
    for number, raw in enumerate(file.recognizers):
        place = f"{name}: recognizers.{number}"
        if isinstance(raw, str):
            raw = {"name": raw, "type": "predefined"}
        if not isinstance(raw, dict):
            raise ConfigurationError(f"{place}: must be a recognizer's mapping, or the name of one of Presidio's")
        entry = validated(_Entry, {key: value for key, value in raw.items() if value is not None}, place)
        if entry.enabled:
            made = _predefined(entry, place) if entry.type == "predefined" else _custom(entry, place)
            if isinstance(made, PatternRecognizer):
                made.global_regex_flags = file.global_regex_flags
            found.append(made)
    if not found:
        raise ConfigurationError(f"{name}: recognizers: all are disabled; enable one, or leave the file out")
    return found


def _custom(entry: _Entry, place: str) -> EntityRecognizer:
    entities = (*((entry.supported_entity,) if entry.supported_entity else ()), *entry.supported_entities)
    if len(entities) != 1:
        raise ConfigurationError(f"{place}: supported_entity: one is needed; name the entity that it finds")
    if entry.class_name is not None:
        raise ConfigurationError(f"{place}: class_name: belongs to type: predefined; remove it")
    patterns = [_pattern(raw, f"{place}.patterns.{n}") for n, raw in enumerate(entry.patterns)]
    if not patterns and not entry.deny_list:
        raise ConfigurationError(f"{place}: neither patterns nor deny_list; it would find nothing")
    return PatternRecognizer(
        supported_entity=entities[0],
        name=entry.name,
        patterns=patterns,
        deny_list=list(entry.deny_list),
        deny_list_score=entry.deny_list_score,
        context=_context(entry),
    )


def _pattern(raw: Any, place: str) -> Pattern:
    if not isinstance(raw, dict):
        raise ConfigurationError(f"{place}: must be a mapping of name, regex and score")
    pattern = validated(_Pattern, raw, place)
    try:
        return Pattern(pattern.name, pattern.regex, pattern.score)
    except ValueError as error:
        raise ConfigurationError(f"{place}: {error}; mend it") from None


def _context(entry: _Entry) -> list[str]:
    languages = (each for each in entry.supported_languages if isinstance(each, _Language))
    return [*entry.context, *(word for language in languages for word in language.context)]


def _predefined(entry: _Entry, place: str) -> EntityRecognizer:
    """One of Presidio's, by the name of its class."""
    name = entry.class_name or entry.name
    classes = {key: kind for key, kind in vars(predefined).items() if _is_recognizer_class(kind)}
    if name not in classes:
        raise ConfigurationError(f"{place}: no recognizer of Presidio's is called {name}; {nearest(name, classes)}")
    if entry.patterns or entry.deny_list:
        raise ConfigurationError(f"{place}: patterns belong to type: custom; say that, or remove them")
    more = {"supported_entity": entry.supported_entity, "context": _context(entry)}
    return _instance(classes[name], place, **{key: value for key, value in more.items() if value})


# Modules.


def _executed(path: str, digest: str) -> ModuleType:
    name = f"redact_recognizers_{digest[:16]}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and pickle look their module up by name.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever its author did not foresee
        del sys.modules[name]
        raise ConfigurationError(f"{Path(path).name}: {_told(error, path)}; mend the module") from None
    return module


def _imported(name: str) -> tuple[ModuleType, str]:
    """An installed module, and the digest of its source: of a package, of all that lies in it."""
    try:
        module = importlib.import_module(name)
    except Exception as error:  # whatever its author did not foresee
        raise ConfigurationError(
            f"--recognizers {name}: {_told(error, '')}; install the module, or name its file"
        ) from None
    path = Path(module.__file__ or "")
    files = sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else [path]
    digest = hashlib.sha256()
    for file in files:
        if not file.is_file():
            raise ConfigurationError(f"--recognizers {name}: has no source file; name one that has")
        digest.update(file.relative_to(path.parent).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return module, digest.hexdigest()


def _told(error: Exception, path: str) -> str:
    """An error of a module that is being loaded, when no record has been read yet."""
    line = error.lineno if isinstance(error, SyntaxError) else None
    for frame in traceback.extract_tb(error.__traceback__):
        line = frame.lineno if frame.filename == path else line
    return f"{f'line {line}: ' if line else ''}{type(error).__name__}: {error}"


def _of_module(module: ModuleType) -> list[EntityRecognizer]:
    """The recognizers that a module holds, and one of each class of its own that it made none of."""
    name = Path(module.__file__ or module.__name__).name
    held = [each for each in vars(module).values() if isinstance(each, EntityRecognizer)]
    found = list({id(each): each for each in held}.values())
    made = {type(each) for each in found}
    for kind in vars(module).values():
        if _is_recognizer_class(kind) and kind.__module__ == module.__name__ and kind not in made:
            found.append(_instance(kind, f"{name}: {kind.__name__}"))
    if not found:
        raise ConfigurationError(f"{name}: holds no recognizer; define a subclass of Presidio's EntityRecognizer in it")
    return found


def _is_recognizer_class(kind: Any) -> bool:
    return inspect.isclass(kind) and issubclass(kind, EntityRecognizer) and not inspect.isabstract(kind)


def _instance(kind: type[EntityRecognizer], place: str, **arguments: Any) -> EntityRecognizer:
    try:
        return kind(**arguments)
    except Exception as error:  # whatever its author did not foresee
        raise ConfigurationError(
            f"{place}: cannot be made without arguments ({_told(error, '')}); make one in a module: name = Class(...)"
        ) from None


# Checks.


def _check_entities(found: Sequence[EntityRecognizer], origin: str) -> None:
    for each in found:
        place = f"{origin}: {each.name}"
        if isinstance(each, predefined.SpacyRecognizer):
            raise ConfigurationError(f"{place}: needs a language model, and there is none here; leave it out")
        if not each.supported_entities:
            raise ConfigurationError(f"{place}: names no entity; give it supported_entities")
        for entity in each.supported_entities:
            if not isinstance(entity, str) or not ENTITY.fullmatch(entity):
                raise ConfigurationError(
                    f"{place}: entity {entity}: a name is 1 to 64 of A-Z, 0-9 and _, a letter first"
                )
            if entity == "DATE_TIME":
                raise ConfigurationError(
                    f"{place}: entity DATE_TIME: times are found, and moved, by their notation; use another name"
                )


def _check_declared(declared: Sequence[DeclaredRecognizer], origin: str) -> None:
    for each in declared:
        try:
            Anchors([each], [], keep=False)
            TokenGate([each], keep=False)
        except (hyperscan.error, UnicodeEncodeError) as error:
            raise ConfigurationError(f"{origin}: {each.name}: a pattern does not compile ({error}); mend it") from None


def described(sources: Sequence[Source]) -> Iterator[str]:
    """What a user should know of her recognizers before a run, a line for each source that is slow."""
    for source in sources:
        if source.plain:
            count = len(source.plain)
            yield (
                f"{Path(source.place).name}: {count} recognizer{'' if count == 1 else 's'} "
                f"({', '.join(source.entities)}) will be shown texts one by one, at the speed of Python."
            )
