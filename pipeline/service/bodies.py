"""What requests hold, checked: JSON documents, and batches of a JSON document per line."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Mapping
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from pipeline.formats.mapped_json import NAME as MAPPED
from pipeline.formats.registry import FORMATS
from pipeline.service.problems import Problem

#: Of a client or recipient, as the workspace has it (policy.model.NAME).
NAME = "^[a-z0-9][a-z0-9-]{0,62}$"
Name = Annotated[str, Field(pattern=NAME, max_length=63)]
#: Without the one that needs a mapping, which no request brings.
NAMED_FORMATS = tuple(sorted(set(FORMATS) - {MAPPED}))


def _known_format(name: str) -> str:
    if name not in NAMED_FORMATS:
        raise ValueError("no such format")
    return name


FormatName = Annotated[str, AfterValidator(_known_format), Field(json_schema_extra={"enum": list(NAMED_FORMATS)})]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Model = TypeVar("Model", bound=_Body)


class RedactRequest(_Body):
    """A text to be redacted: a ticket, a turn of a chat, a piece of a log."""

    client: Name = Field(description="Whose text it is.")
    recipient: Name = Field(description="Who will read it.")
    format: FormatName | None = Field(None, description="Its format; by default it is looked at, as a run does.")
    text: str


class BatchQuery(_Body):
    """The query of a batch: as the members of RedactRequest, for all its texts."""

    client: Name
    recipient: Name
    format: FormatName | None = None


class BatchLine(_Body):
    """One line of a batch."""

    text: str


def read_body(model: type[Model], data: bytes | Mapping[str, str]) -> Model:
    """A body, checked.

    Raises:
      Problem: it is not as asked; names the members that are not, and nothing of what they hold.
    """
    try:
        return model.model_validate_json(data) if isinstance(data, bytes) else model.model_validate(data)
    except ValidationError as error:
        places = {str(each["loc"][0]) for each in error.errors(include_input=False, include_url=False) if each["loc"]}
        raise Problem("invalid", fields=sorted(places & set(model.model_fields))) from None


async def whole_body(chunks: AsyncIterable[bytes], most: int) -> bytes:
    """A body of at most ``most`` bytes. Raises Problem where it is larger."""
    held = bytearray()
    async for chunk in chunks:
        held += chunk
        if len(held) > most:
            raise Problem("too-large")
    return bytes(held)


async def lines_of(chunks: AsyncIterable[bytes], most: int) -> AsyncIterator[list[bytes | None]]:
    """Lines of a body that streams in, those that come together, without those that are blank; None for one above
    ``most`` bytes."""
    held = bytearray()
    passing = False  # over what is left of a line that is too long
    async for chunk in chunks:
        held += chunk
        *whole, rest = held.split(b"\n")
        lines = [None if len(line) > most else bytes(line) for line in whole if line.strip()]
        if whole and passing:
            lines = [None, *lines[bool(whole[0].strip()) :]]
        if whole:
            passing = False
        if lines:
            yield lines
        held = rest
        if len(held) > most:
            held.clear()
            passing = True
    if passing or held.strip():
        yield [None if passing else bytes(held)]
