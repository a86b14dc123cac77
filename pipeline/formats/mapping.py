"""What the paths of an exported chat or ticket mean: a mapping, of ``configs/transcripts`` or the user's own."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

_STEP = re.compile(r"([^.\[\]]*)((?:\[\])*)")
_PATH = re.compile(r"(?:[^.\[\]]+(?:\[\])*|(?:\[\])+)(?:\.[^.\[\]]+(?:\[\])*)*")
#: A mapping travels with each input that is read by it.
LARGEST = 16 << 10


def _whole_path(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise PydanticCustomError("path", "not a path; write keys with dots between them and an array as key[]")
    return path


def _whole_way(path: str) -> str:
    if path and not (_PATH.fullmatch(path) and path.endswith("[]")):
        raise PydanticCustomError(
            "path", 'not the path of an array; write key[] or key.key[], or "" where each value of the file is a turn'
        )
    return path


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _keys_on(path: str) -> frozenset[str]:
    """The path of each key on a path, without the marks of arrays behind it."""
    parts = path.split(".")
    whole = (".".join(parts[: k + 1]) for k in range(len(parts)))
    return frozenset(above.rstrip("[]") for above in whole) - {""}


#: One path, or a list of them. Keys as they are written, an array's elements as ``key[]``.
Paths = Annotated[tuple[Annotated[str, AfterValidator(_whole_path)], ...], BeforeValidator(_listed)]


class Meanings(BaseModel):
    """Which paths hold what.

    Attributes:
      speaker, speaker_id, speaker_role: who wrote, by name, by account, by part.
      text: what was written; of several the first in a turn is its message.
      repeated: the same text once more, as HTML or in parts; and titles and what else people wrote beside it.
      subject: of a ticket or mail.
      time: when; of several the first that can be read.
      times: other times, and ids that are made of one.
      conversation: its id.
      from_address, to_address, cc_address: mail addresses, display names beside them or not.
      address: other mail addresses.
      person, account, phone: others who take part, by name, by account, by telephone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    speaker: Paths = ()
    speaker_id: Paths = ()
    speaker_role: Paths = ()
    text: Paths = ()
    repeated: Paths = ()
    subject: Paths = ()
    time: Paths = ()
    times: Paths = ()
    conversation: Paths = ()
    from_address: Paths = ()
    to_address: Paths = ()
    cc_address: Paths = ()
    address: Paths = ()
    person: Paths = ()
    account: Paths = ()
    phone: Paths = ()

    @model_validator(mode="after")
    def _each_once(self) -> Meanings:
        seen: dict[str, str] = {}
        for kind, paths in self:
            for path in paths:
                if path in seen:
                    raise PydanticCustomError(
                        "twice", f"{path} stands under {seen[path]} and under {kind}; keep one of them"
                    )
                seen[path] = kind
        return self

    @cached_property
    def kinds(self) -> dict[str, str]:
        """path -> kind."""
        return {path: kind for kind, paths in self for path in paths}

    @cached_property
    def keys(self) -> frozenset[str]:
        """Paths of the keys that are named."""
        return frozenset(above for path in self.kinds for above in _keys_on(path))


class Mapping(BaseModel):
    """How an export is read.

    Attributes:
      source: the page that describes the export.
      turns: the path of the array whose elements are turns; ``""`` where each value of the file is one.
      told_by: keys that all stand in the beginning of such an export, and hardly in another file.
      turn: paths within a turn.
      conversation: paths in what stands around the turns, from the beginning of the document.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = ""
    turns: Annotated[str, AfterValidator(_whole_way)]
    told_by: tuple[str, ...] = ()
    turn: Meanings
    conversation: Meanings = Meanings()

    @model_validator(mode="after")
    def _holds_text(self) -> Mapping:
        if not self.turn.text:
            raise PydanticCustomError("text", "turn.text is missing; name the path of what was written")
        if len(self.model_dump_json()) > LARGEST:
            raise PydanticCustomError("size", f"larger than {LARGEST >> 10} KiB; name fewer paths")
        return self

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """The way to the turns, of ``kernels.json_elements``: keys, and ``""`` for an array."""
        steps: list[str] = []
        for part in self.turns.split(".") if self.turns else ():
            key, arrays = _STEP.fullmatch(part).groups()  # type: ignore[union-attr]
            steps += [key] * bool(key) + [""] * (len(arrays) // 2)
        return tuple(steps)

    @cached_property
    def keys_around(self) -> frozenset[str]:
        """Paths of the keys that are named outside of turns."""
        return self.conversation.keys | _keys_on(self.turns)

    def fits(self, head: bytes) -> bool:
        """Whether a file that begins so is JSON and holds the keys of ``told_by``."""
        begins, keys = self._looked_for
        return bool(begins.match(head)) and all(key.search(head) for key in keys)

    @cached_property
    def _looked_for(self) -> tuple[re.Pattern[bytes], list[re.Pattern[bytes]]]:
        begins = rb"\[" if self.steps[:1] == ("",) else rb"\{"
        keys = [re.compile(rb'"%b"\s*:' % re.escape(key.encode())) for key in self.told_by]
        return re.compile(rb"(?:\xef\xbb\xbf)?\s*" + begins), keys


@lru_cache(maxsize=64)
def mapping_of(text: str) -> Mapping:
    """A mapping from its JSON, which was checked when a plan was made."""
    return Mapping.model_validate_json(text)


@lru_cache(maxsize=64)
def shipped(name: str) -> Mapping:
    """A mapping that ships."""
    text = files("configs").joinpath("transcripts", f"{name}.yaml").read_text("utf-8")
    return Mapping.model_validate(yaml.safe_load(text))
