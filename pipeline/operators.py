"""Redaction's actions as Presidio operators, for scripts with an AnalyzerEngine and an AnonymizerEngine.

Of the actions, ``redact`` is Presidio's ``replace`` without a new value, and ``remove`` is its ``redact``; the others
are here, since Presidio's own do something else under the name. An operator sees one value and no record: what it makes
of that value is what ``redact run`` makes of it, but overlaps are Presidio's to resolve, and nothing is verified.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from presidio_anonymizer.entities import InvalidParamError
from presidio_anonymizer.operators import Operator, OperatorType

from pipeline.errors import ConfigurationError
from pipeline.policy.actions import ALLOWED_ACTIONS, GENERALISATIONS, NEVER_KEPT
from pipeline.policy.compiled import compile_policy
from pipeline.policy.model import extent_problem
from pipeline.policy.reading import nearest
from pipeline.policy.workspace import Workspace
from pipeline.surrogates.coarsening import coarsened
from pipeline.surrogates.space import SurrogateSpace
from pipeline.surrogates.times import shift_text, truncate_text
from pipeline.surrogates.tokens import TOKEN_NAMESPACE
from recognizers.declaration import DeclaredRecognizer, Leaf
from recognizers.entities import ENTITIES, ENTITY_ID, NAMESPACES
from recognizers.registry import all_recognizers, recognizer_for

Parameters = Mapping[str, Any]
#: What the engine adds to every operator's parameters.
ENTITY = "entity_type"
#: Whose pseudonyms: the workspace's folder, and names in it.
PARTIES = ("workspace", "client", "recipient")
#: Spaces stay open as long as the process lives, as they do in a worker.
OPEN_SPACES = 32


class Pseudonymise(Operator):  # type: ignore[misc]
    """A stand-in of the same type: the one that ``redact run`` gives the value for this client and recipient.

    A URL, an e-mail address or ``DOMAIN\\user`` keeps its form, its parts are replaced. An entity that redact does not
    know gets tokens.
    """

    def operator_name(self) -> str:
        return "pseudonymise"

    def operator_type(self) -> OperatorType:
        return OperatorType.Anonymize

    def validate(self, params: Parameters | None = None) -> None:
        entity, given = checked(self, params, needs=PARTIES)
        words = [action.name.lower() for action in ALLOWED_ACTIONS.get(entity, ())]
        if words and "pseudonymise" not in words:
            raise wrong(self, entity, f"pseudonymise is not possible here; use {', '.join(words)}")
        check_parties(self, given)

    def operate(self, text: str | None = None, params: Parameters | None = None) -> str:
        raw, entity, given = read(text, params)
        space = space_of(given)
        return written(_replaced(raw, _parts(raw, entity), lambda part, own: stand_in(space, part, own)))


class Shift(Operator):  # type: ignore[misc]
    """A time, moved by the constant of this client and recipient; one that is not understood is ``<DATE_TIME>``.

    Parameter ``year`` is for notations that name none, as RFC 3164's: it decides where a shift meets a 29 February.
    """

    #: What a run takes where no time of a log names a year.
    YEAR = 1970

    def operator_name(self) -> str:
        return "shift"

    def operator_type(self) -> OperatorType:
        return OperatorType.Anonymize

    def validate(self, params: Parameters | None = None) -> None:
        entity, given = checked(self, params, needs=PARTIES, may=("year",))
        if entity != "DATE_TIME":
            raise wrong(self, entity, "only DATE_TIME can be shifted; use pseudonymise")
        year = given.get("year", self.YEAR)
        if not isinstance(year, int) or not 1 <= year <= 9999:
            raise wrong(self, "year", "must be a number of four digits, such as 2026")
        check_parties(self, given)

    def operate(self, text: str | None = None, params: Parameters | None = None) -> str:
        raw, entity, given = read(text, params)
        return written(shift_text(raw, space_of(given).shift(), given.get("year", self.YEAR)) or tag(entity))


class Generalise(Operator):  # type: ignore[misc]
    """A coarser form; a value that has none is replaced by the name of its type.

    Parameter ``to`` says how far, as in a policy.
    """

    def operator_name(self) -> str:
        return "generalise"

    def operator_type(self) -> OperatorType:
        return OperatorType.Anonymize

    def validate(self, params: Parameters | None = None) -> None:
        entity, given = checked(self, params, may=("to",))
        if entity not in GENERALISATIONS:
            raise wrong(self, entity, f"has no coarser form; only {', '.join(GENERALISATIONS)} have")
        if given.get("to") not in tuple(GENERALISATIONS[entity]):
            raise wrong(self, "to", extent_problem(entity, given.get("to")))

    def operate(self, text: str | None = None, params: Parameters | None = None) -> str:
        raw, entity, given = read(text, params)
        coarse = truncate_text(raw, given["to"]) if entity == "DATE_TIME" else coarsened(entity, given["to"], raw)
        return written(coarse or tag(entity))


class MaskBytes(Operator):  # type: ignore[misc]
    """Asterisks, as many as the value has bytes of UTF-8, as in a release; Presidio's ``mask`` counts characters."""

    def operator_name(self) -> str:
        return "mask_bytes"

    def operator_type(self) -> OperatorType:
        return OperatorType.Anonymize

    def validate(self, params: Parameters | None = None) -> None:
        checked(self, params)

    def operate(self, text: str | None = None, params: Parameters | None = None) -> str:
        raw, _, _ = read(text, params)
        return "*" * len(raw)


class KeepAlone(Operator):  # type: ignore[misc]
    """The value as it is, but for what redact's recognizers find in it of other entities: the names of their types.

    Presidio's ``keep`` of a URL lets an e-mail address in it out, whatever the operator of e-mail addresses is.
    Parameter ``along`` lists entities that may stay, too. Credentials and cookies are never kept.
    """

    def operator_name(self) -> str:
        return "keep_alone"

    def operator_type(self) -> OperatorType:
        return OperatorType.Anonymize

    def validate(self, params: Parameters | None = None) -> None:
        entity, given = checked(self, params, may=("along",))
        along = given.get("along", ())
        if not isinstance(along, list | tuple):
            raise wrong(self, "along", "must be a list of entities, as ['HOSTNAME']")
        for also in along:
            if also not in ENTITIES:
                raise wrong(self, "along", f"unknown entity; {nearest(str(also), ENTITIES)}")
        for never in sorted(NEVER_KEPT & {entity, *along}):
            raise wrong(self, never, "is never kept in clear; use another operator")

    def operate(self, text: str | None = None, params: Parameters | None = None) -> str:
        raw, entity, given = read(text, params)
        going = _joined(_going(raw, entity, {entity, *given.get("along", ())}))
        return written(_replaced(raw, going, lambda part, own: tag(own)))


OPERATORS: tuple[type[Operator], ...] = (Pseudonymise, Shift, Generalise, MaskBytes, KeepAlone)


@lru_cache(maxsize=OPEN_SPACES)
def open_space(workspace: Path, client: str, recipient: str) -> SurrogateSpace:
    """The pseudonyms of a client for a recipient, of the newest epoch, as the recipient's policy has them made.

    Raises:
      ConfigurationError: no such workspace, client or recipient, or the recipient may not get that client's data.
      KeyProblem: the client's key does not open.
    """
    place = Workspace.open(workspace)
    client_id, party = place.client(client).id, place.recipient(recipient)
    place.check_recipient(party, client, ["logs"])
    options = compile_policy(party.policy).space_options
    return SurrogateSpace(place.keystore.open_client(client_id), party.id, **options)


def space_of(given: Parameters) -> SurrogateSpace:
    workspace, client, recipient = (str(given[name]) for name in PARTIES)
    return open_space(Path(workspace).absolute(), client, recipient)


# What every operator asks of its parameters. An error names parameter and mend, never a value of a text.


def checked(
    operator: Operator, params: Parameters | None, *, needs: tuple[str, ...] = (), may: tuple[str, ...] = ()
) -> tuple[str, Parameters]:
    """The entity and the parameters, by their names.

    Raises:
      InvalidParamError: one is missing or unknown.
    """
    given = params or {}
    for name in (ENTITY, *needs):
        if not given.get(name):
            raise wrong(operator, name, "is missing; add it" if name != ENTITY else "is missing; the engine adds it")
    for name in given:
        if name not in (ENTITY, *needs, *may):
            own = (*needs, *may)
            raise wrong(operator, name, f"unknown parameter; {nearest(name, own) if own else 'remove it'}")
    return str(given[ENTITY]), given


def check_parties(operator: Operator, given: Parameters) -> None:
    """Raises InvalidParamError where the parties are not there or not for each other; KeyProblem for a key."""
    try:
        space_of(given)
    except ConfigurationError as error:
        raise InvalidParamError(f"{operator.operator_name()}: {error}") from None


def wrong(operator: Operator, place: str, rule: str) -> InvalidParamError:
    return InvalidParamError(f"{operator.operator_name()}: {place}: {rule}")


# Texts, as UTF-8.


def read(text: str | None, params: Parameters | None) -> tuple[bytes, str, Parameters]:
    """Value, entity and parameters of a call of ``operate``, after ``validate``."""
    given = params or {}
    return (text or "").encode("utf-8", "surrogatepass"), str(given[ENTITY]), given


def written(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")


def tag(entity: str) -> bytes:
    return f"<{entity}>".encode()


# Values and their parts.


def recognizer_of(entity: str) -> DeclaredRecognizer | None:
    try:
        return recognizer_for(entity)
    except KeyError:
        return None


def leaves_of(entity: str, raw: bytes) -> tuple[Leaf, ...]:
    """The parts of a value that are replaced on their own."""
    recognizer = recognizer_of(entity)
    return recognizer.leaves(raw) if recognizer else (Leaf(0, len(raw), entity),)


def stand_in(space: SurrogateSpace, part: bytes, entity: str) -> bytes:
    """The pseudonym of a part."""
    recognizer = recognizer_of(entity)
    canonical = recognizer.canonical(part) if recognizer else part.lower()
    return space.pseudonyms(namespace_of(entity), [canonical], [part])[0]


def namespace_of(entity: str) -> str:
    """Of an entity that redact does not know its own letters, as many as a tag may have."""
    return NAMESPACES.get(entity) or re.sub("[^a-z]", "", entity.lower())[:12] or "value"


def _found(raw: bytes, entity: str) -> Iterator[Leaf]:
    """The value itself and what recognizers find in it, compounds whole."""
    yield Leaf(0, len(raw), entity)
    for recognizer in all_recognizers():
        for found in recognizer.find(raw):
            yield Leaf(found.start, found.end, found.entity)


def _inside(found: Leaf, raw: bytes) -> Iterator[Leaf]:
    for leaf in leaves_of(found.entity, raw[found.start : found.end]):
        yield Leaf(found.start + leaf.start, found.start + leaf.end, leaf.entity)


def _parts(raw: bytes, entity: str) -> Iterator[Leaf]:
    """What is replaced of a value to be pseudonymised, and as which entity: as a run resolves what overlaps."""
    leaves = [leaf for found in _found(raw, entity) for leaf in _inside(found, raw)]
    for group in _groups(leaves):
        start, end = group[0].start, max(leaf.end for leaf in group)
        spanning = [leaf.entity for leaf in group if (leaf.start, leaf.end) == (start, end)]
        yield Leaf(start, end, min(spanning, key=_precedence) if spanning else TOKEN_NAMESPACE)


def _going(raw: bytes, entity: str, staying: set[str]) -> list[Leaf]:
    """What is found in a kept value, or is a part of it, and does not stay."""
    going = []
    for found in _found(raw, entity):
        leaves = _inside(found, raw) if found.entity in staying else (found,)
        going += [leaf for leaf in leaves if leaf.entity not in staying]
    return going


def _joined(leaves: Iterable[Leaf]) -> Iterator[Leaf]:
    """Those that overlap as one."""
    for group in _groups(leaves):
        entity = min((leaf.entity for leaf in group), key=_precedence)
        yield Leaf(group[0].start, max(leaf.end for leaf in group), entity)


def _groups(leaves: Iterable[Leaf]) -> Iterator[list[Leaf]]:
    """Leaves by start, those together that overlap."""
    group: list[Leaf] = []
    reach = 0
    for leaf in sorted(leaves):
        if group and leaf.start >= reach:
            yield group
            group = []
        reach = max(reach, leaf.end) if group else leaf.end
        group.append(leaf)
    if group:
        yield group


def _precedence(entity: str) -> int:
    return ENTITY_ID.get(entity, len(ENTITIES))


def _replaced(raw: bytes, parts: Iterable[Leaf], new: Callable[[bytes, str], bytes]) -> bytes:
    """The value with its parts, which are in order and apart, replaced."""
    done, last = [], 0
    for part in parts:
        done += [raw[last : part.start], new(raw[part.start : part.end], part.entity)]
        last = part.end
    return b"".join((*done, raw[last:]))
