"""The model as a component of a spaCy pipeline, and as an engine for Presidio.

``spacy.blank("en").add_pipe("support_names")`` makes such a pipeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import spacy
from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpArtifacts, SpacyNlpEngine
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from recognizers.models.support_names.model import Name, NameModel, shipped_model, thresholds
from recognizers.models.support_names.pieces import HERE

NAME = "support_names"


class SupportNames:
    """Sets ``doc.ents``: PERSON, LOCATION, STREET_ADDRESS, ORGANIZATION, HANDLE.

    Args:
      least: type -> the score from which on a piece is one.
    """

    def __init__(self, model: NameModel, least: Mapping[str, float]) -> None:
        self._model = model
        self._least = least

    def names(self, text: str) -> list[Name]:
        (names,) = self._model.find([text], self._least)
        return names

    def __call__(self, doc: Doc) -> Doc:
        names = self.names(doc.text)
        spans = [doc.char_span(name.start, name.end, label=name.type, alignment_mode="expand") for name in names]
        doc.ents = filter_spans([span for span in spans if span is not None])
        return doc


@Language.factory(NAME, default_config={"folder": None, "thresholds": {}})
def make_component(nlp: Language, name: str, folder: str | None, thresholds: dict[str, float]) -> SupportNames:
    """A component; settings given replace those that ship, type by type."""
    model = shipped_model() if folder is None else NameModel(Path(folder))
    return SupportNames(model, {**shipped_thresholds(folder), **thresholds})


def shipped_thresholds(folder: str | None) -> dict[str, float]:
    own = Path(folder or HERE)
    return thresholds(own if (own / "thresholds.json").exists() else HERE)


@dataclass(frozen=True)
class Entity:
    """What Presidio reads of a spaCy span, and how sure the model is; it outlives its document."""

    start_char: int
    end_char: int
    label_: str
    score: float = field(default=1.0, compare=False)


class ProseEngine(SpacyNlpEngine):
    """Presidio's engine over a spaCy pipeline that is at hand: none is downloaded.

    Args:
      pipeline: the name of an installed pipeline, or a folder; by default the model that ships.

    Raises:
      OSError: there is no such pipeline.
    """

    def __init__(self, pipeline: str | None = None) -> None:
        super().__init__(ner_model_configuration=NerModelConfiguration(labels_to_ignore=[]))
        if pipeline is None:
            nlp = spacy.blank("en")
            nlp.add_pipe(NAME)
        else:
            nlp = spacy.load(pipeline)
        self.nlp = {"en": nlp}
        self._no_tokens = nlp.make_doc("")

    def load(self) -> None:
        """Loaded when it was made."""

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """The names alone: words that are new to spaCy's vocabulary leave it again, so that memory stays flat."""
        entities = list(self._entities(self.nlp[language], text))
        return NlpArtifacts(
            entities, self._no_tokens, [], [], self, language, scores=[entity.score for entity in entities]
        )

    def _entities(self, nlp: Language, text: str) -> Iterator[Entity]:
        own = nlp.get_pipe(NAME) if nlp.pipe_names == [NAME] else None
        if not isinstance(own, SupportNames):
            with nlp.memory_zone():
                yield from [Entity(ent.start_char, ent.end_char, ent.label_) for ent in nlp(text).ents]
            return
        # As the pipeline alone would do it, but of the text only the words around names are cut into tokens.
        names = own.names(text)
        if names:
            with nlp.memory_zone():
                yield from entities_of(nlp, text, names)


def entities_of(nlp: Language, text: str, names: Iterable[Name]) -> list[Entity]:
    """Names as a pipeline gives them, in order: of whole tokens, and disjoint."""
    return disjoint([whole_tokens(nlp, text, name) for name in names])


def whole_tokens(nlp: Language, text: str, name: Name) -> Entity:
    """A name from the beginning of a token to the end of one; no token goes over white space."""
    start, end = name.start, name.end
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    doc = nlp.make_doc(text[start:end])
    span = doc.char_span(name.start - start, name.end - start, alignment_mode="expand")
    if span is None:
        return Entity(name.start, name.end, name.type, name.score)
    return Entity(start + span.start_char, start + span.end_char, name.type, name.score)


def disjoint(entities: list[Entity]) -> list[Entity]:
    """In order; of those that overlap the longest, and of equally long ones the first."""
    kept: list[Entity] = []
    for entity in sorted(entities, key=lambda e: (e.start_char - e.end_char, e.start_char)):
        if all(entity.end_char <= other.start_char or other.end_char <= entity.start_char for other in kept):
            kept.append(entity)
    return sorted(kept, key=lambda entity: entity.start_char)
