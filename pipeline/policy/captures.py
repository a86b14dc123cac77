"""What a policy says of captures beyond the actions of entities: bytes that nobody understands, fingerprints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.policy.reading import no_empty_section, wrong

#: Characters of a reason that says something.
SHORTEST_WAIVER = 10


class CaptureRules(BaseModel):
    """What happens in traffic captures to bytes that are no value of an entity.

    Attributes:
      payload: ``masked`` overwrites what no dissector understands (encrypted data, unknown protocols);
        ``headers_only`` overwrites all that TCP, UDP and their like carry, understood or not; ``kept`` leaves what is
        not understood, whatever it holds, and needs a waiver.
      fingerprints: ``masked`` overwrites what tells one host's make from another's (IP ids, hop limits, TCP
        timestamps); ``kept`` leaves it.
      waiver: why unknown bytes may be released; the manifest shows it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    payload: Literal["masked", "headers_only", "kept"] = "masked"
    fingerprints: Literal["masked", "kept"] = "masked"
    waiver: Annotated[str, Field(min_length=SHORTEST_WAIVER)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _mapping(cls, data: Any) -> Any:
        if not isinstance(data, dict | cls):
            raise wrong("must be a mapping of payload, fingerprints and waiver")
        return no_empty_section(data)

    @model_validator(mode="after")
    def _waived(self) -> CaptureRules:
        if self.payload == "kept" and self.waiver is None:
            raise wrong("payload kept releases bytes of which nothing is known; say why under waiver, or use masked")
        if self.payload != "kept" and self.waiver is not None:
            raise wrong(f"waiver waives nothing, since payload is {self.payload}; remove it, or say payload: kept")
        return self


@dataclass(frozen=True)
class CompiledCaptures:
    """The same as redaction reads it.

    Attributes:
      payload_kept, fingerprints_kept: whether these bytes stay.
      headers_only: whether nothing that transports carry does, understood or not.
      waiver: why the payload stays, or empty.
    """

    payload_kept: bool = False
    fingerprints_kept: bool = False
    headers_only: bool = False
    waiver: str = ""

    @classmethod
    def of(cls, rules: CaptureRules) -> CompiledCaptures:
        return cls(
            rules.payload == "kept", rules.fingerprints == "kept", rules.payload == "headers_only", rules.waiver or ""
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CompiledCaptures:
        """What ``to_json`` wrote; KeyError where it is of another version."""
        return cls(
            bool(data["payload_kept"]), bool(data["fingerprints_kept"]), bool(data["headers_only"]), str(data["waiver"])
        )
