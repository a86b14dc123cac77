"""How well names in prose are found: recall of leaks and precision, with Wilson bounds, and the curve of thresholds.

    python -m tests.benchmarks.prose_quality --prose FILE --dialogues FILE [--fold K --model DIR ...]

A model trained with ``--fold K`` is scored on what it held back (see ``training/train.py``); several such models, one
for each fold, together give the figures of the README. Without ``--model`` the shipped model is scored on generated
talk of unseen templates and countries alone, since it has seen all else.

Recall is that of leaks: every character of a name is covered by what is found, of any type. Precision stands in two
columns: *type-blind*, half of what is said to be a person (or whatever the set is scored on) is a labelled name of any
type; *typed*, of that type. Texts are read, and names cut and refused, as a run does it.

``--profile vendor-strict`` (may be given again) tells, too, what a release by that profile leaves of the same people,
all that a run does included, and how many of the other words it changes.
"""

from __future__ import annotations

import argparse
import math
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import spacy

from pipeline.detection.name_checks import checked
from pipeline.detection.propagation import detect
from pipeline.detection.prose import ProseReader, addressed
from pipeline.detection.scanner import Scanner, texts_batch
from pipeline.detection.unknown import UnknownWords
from pipeline.policy.compiled import compile_policy
from pipeline.policy.model import load_profile
from pipeline.records import COLUMN_ID, PROSE
from pipeline.redaction import Redactor
from pipeline.surrogates.keystore import Keystore
from pipeline.surrogates.rootkey import RootKey
from pipeline.surrogates.space import SurrogateSpace
from recognizers.file_names import spaced
from recognizers.models.support_names.component import ProseEngine, entities_of
from recognizers.models.support_names.model import (
    LOOSE_PERSON,
    Name,
    NameModel,
    bounds_in,
    by_form,
    names_in,
    thresholds,
)
from recognizers.models.support_names.pieces import HERE, TYPES
from recognizers.models.support_names.training.labelled import (
    DIALOGUE_TYPES,
    FOLDS,
    PROSE_TYPES,
    Labelled,
    blocks,
    in_case,
    read_cases,
)
from recognizers.models.support_names.training.support_talk import HELD_ADDRESS_LOCALES, HELD_LOCALES, Talk
from recognizers.models.support_names.training.support_talk import HERE as TALK
from recognizers.prose import PersonRecognizer
from recognizers.registry import all_recognizers

GRID = (0.5, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01)
SEED = 977
#: Texts, and the type that they are scored on.
Case = tuple[list[Labelled], str]


@dataclass
class Count:
    """Values found of all, and predictions that are names, of any type or of the right one, of all."""

    found: int = 0
    values: int = 0
    named: int = 0
    right: int = 0
    predicted: int = 0

    def add(self, other: Count) -> None:
        self.found += other.found
        self.values += other.values
        self.named += other.named
        self.right += other.right
        self.predicted += other.predicted


def wilson(k: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not n:
        return 0.0, 1.0
    z, p = 1.959964, k / n
    middle, half = (p + z * z / (2 * n)) / (1 + z * z / n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return middle - half / (1 + z * z / n), middle + half / (1 + z * z / n)


def said(k: int, n: int) -> str:
    low, high = wilson(k, n)
    return f"{100 * k / n:5.1f} [{100 * low:.1f}, {100 * high:.1f}] n={n}" if n else "-"


def judged(cases: Sequence[Labelled], found: Sequence[Sequence[tuple[int, int, str]]], kind: str) -> Count:
    """Values of a type that predictions of any type cover, and predictions of that type half of which are labelled.

    Handles count neither as values nor as predictions.
    """
    count = Count()
    for case, spans in zip(cases, found, strict=True):
        covered = np.zeros(len(case.text) + 1, np.bool_)
        for start, end, _ in spans:
            covered[start:end] = True
        blank = np.array([letter.isspace() for letter in case.text] + [True])
        truth = np.zeros(len(case.text) + 1, np.bool_)
        labelled, handle = np.zeros_like(truth), np.zeros_like(truth)
        for start, end, true in case.spans:
            (handle if true == "HANDLE" else labelled)[start:end] = True
            if true == kind:
                truth[start:end] = True
                count.values += 1
                count.found += bool((covered | blank)[start:end].all())
        for start, end, said_kind in spans:
            if said_kind == kind and not handle[start:end].any():
                count.predicted += 1
                count.named += bool(2 * labelled[start:end].sum() >= end - start)
                count.right += bool(2 * truth[start:end].sum() >= end - start)
    return count


class Scored:
    """A model's scores of some texts, from which the names at any thresholds follow."""

    def __init__(self, model: NameModel, cases: Sequence[Labelled]) -> None:
        self.cases = cases
        self._texts = [spaced(case.text) for case in cases]
        self._scores = list(model.scores(self._texts))
        self._nlp = spacy.blank("en")

    def at(self, least: Mapping[str, float]) -> list[list[tuple[int, int, str]]]:
        names: list[list[Name]] = [[] for _ in self.cases]
        for chunk, score in self._scores:
            text = self._texts[chunk.text]
            names[chunk.text] += by_form(text, names_in(text, chunk, score, bounds_in(text, least)))
        return [list(self._found(text, own)) for text, own in zip(self._texts, names, strict=True)]

    def _found(self, text: str, names: list[Name]) -> Iterator[tuple[int, int, str]]:
        """What the product takes for names in a text, of what the model says and of whom a greeting tells."""
        said = [(e.start_char, e.end_char, e.label_, e.score) for e in entities_of(self._nlp, text, names)]
        found = [(start, end, kind) for start, end, kind, _ in checked(text, said)]
        yield from found
        people = [(start, end) for start, end, kind in found if kind == "PERSON"]
        yield from ((start, end, kind) for start, end, kind, *_ in addressed(text, people))


def sets_of(prose: Path, dialogues: Path, fold: int) -> dict[str, Case]:
    """name -> (what a fold held back, the type it is scored on)."""
    _, held = blocks(read_cases(prose, PROSE_TYPES), fold)
    _, talks = blocks(read_cases(dialogues, DIALOGUE_TYPES, ("STREET_ADDRESS",)), fold)
    web = [case for case in held if case.source.startswith("ewt")]
    social = [case for case in held if not case.source.startswith("ewt")]
    return {
        "mail and web PERSON": (web, "PERSON"),
        "mail and web PERSON, lower case": ([in_case(case, "lower") for case in web], "PERSON"),
        "mail and web LOCATION": (web, "LOCATION"),
        "mail and web ORGANIZATION": (web, "ORGANIZATION"),
        "social media PERSON": (social, "PERSON"),
        "dialogues STREET_ADDRESS": (talks, "STREET_ADDRESS"),
    }


def unseen_talk(texts: int) -> dict[str, Case]:
    """Generated talk of templates, names and countries that training never saw."""
    talk = Talk(TALK / "templates_held.txt", SEED, HELD_LOCALES, HELD_ADDRESS_LOCALES)
    cases = [talk.text() for _ in range(texts)]
    return {
        "unseen talk PERSON": (cases, "PERSON"),
        "unseen talk STREET_ADDRESS": (cases, "STREET_ADDRESS"),
        "unseen talk PERSON, lower case": ([in_case(case, "lower") for case in cases], "PERSON"),
    }


@dataclass
class Release:
    """What a release leaves of people, and what it changes beside them.

    Attributes:
      hidden, values: values of which no word but titles is left, of all.
      changed, words: words outside of all labelled names that are changed, of all.
    """

    hidden: int = 0
    values: int = 0
    changed: int = 0
    words: int = 0

    def add(self, case: Labelled, kind: str, edited: list[tuple[int, int]]) -> None:
        """Count one text, of which these bytes are replaced."""
        place = np.cumsum([0, *(len(letter.encode()) for letter in case.text)])
        gone = np.zeros(place[-1] + 1, np.bool_)
        for start, end in edited:
            gone[start:end] = True
        named = np.zeros(len(case.text) + 1, np.bool_)
        for start, end, true in case.spans:
            named[start:end] = True
            if true == kind:
                self.values += 1
                first = int(place[start])
                words = PersonRecognizer.words(case.text[start:end].encode())
                self.hidden += all(bool(gone[first + word.start : first + word.end].all()) for word in words)
        for word in re.finditer(r"\w+", case.text):
            if not named[word.start() : word.end()].any():
                self.words += 1
                self.changed += bool(gone[place[word.start()] : place[word.end()]].any())


class Product:
    """What a worker builds for a profile, with a model of one's own."""

    def __init__(self, profile: str, model: Path, folder: Path) -> None:
        key = Keystore.create(folder / "keys", RootKey.create(folder / "root.key")).new_client("client")
        policy = compile_policy(load_profile(profile))
        engine = ProseEngine()
        engine.nlp = {"en": spacy.blank("en")}
        engine.nlp["en"].add_pipe("support_names", config={"folder": str(model)})
        unknown = UnknownWords() if policy.masks_unknown else None
        self._scanner = Scanner(all_recognizers(), unknown=unknown, prose=ProseReader(lambda: engine))
        self._redactor = Redactor(policy, SurrogateSpace(key, profile, **policy.space_options), self._scanner)

    def edited(self, cases: Sequence[Labelled]) -> list[list[tuple[int, int]]]:
        """What is replaced of each text, in bytes; each is a record."""
        batch = texts_batch([case.text.encode() for case in cases])
        message = np.full(batch.fields, COLUMN_ID["message"], np.int16)
        batch = replace(batch, field_entity=np.full(batch.fields, PROSE, np.int16), field_column=message)
        (findings,), _ = detect(self._scanner, [batch], self._redactor.keeps)
        edits = self._redactor.edits(batch, findings)
        found: list[list[tuple[int, int]]] = []
        for field, first in enumerate(batch.field_start.tolist()):
            own = slice(edits.field_edit[field], edits.field_edit[field + 1])
            found.append([(start - first, end - first) for start, end in zip(edits.start[own], edits.end[own])])
        return found


def print_releases(profiles: Sequence[str], models: Sequence[Path], sets: Sequence[dict[str, Case]]) -> None:
    """What releases leave and change, by profile and set, all folds together."""
    for profile in profiles:
        counts: dict[str, Release] = {}
        for model, own in zip(models, sets, strict=True):
            with tempfile.TemporaryDirectory() as folder:
                product = Product(profile, model, Path(folder))
            for name, (cases, kind) in own.items():
                if kind == "PERSON":
                    for case, edited in zip(cases, product.edited(cases), strict=True):
                        counts.setdefault(name, Release()).add(case, kind, edited)
        for name, count in counts.items():
            print(
                f"{name:34} {profile:>14}  hidden {said(count.hidden, count.values):34} "
                f"other words changed {said(count.changed, count.words)}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prose", type=Path, help="cases with PERSON, LOCATION, ORGANIZATION")
    parser.add_argument("--dialogues", type=Path, help="cases with ADDRESS")
    parser.add_argument("--fold", type=int, action="append", choices=range(FOLDS), default=[])
    parser.add_argument("--model", type=Path, action="append", default=[], help="trained with the --fold at its place")
    parser.add_argument("--texts", type=int, default=1_000, help="generated texts")
    parser.add_argument("--profile", action="append", default=[], help="tell what releases by it leave and change")
    parser.add_argument("--curve", action="store_true", help="print recall and precision over a grid of thresholds")
    arguments = parser.parse_args()
    if len(arguments.fold) != len(arguments.model):
        parser.error("each --fold needs a --model that was trained with it")
    own = thresholds(
        arguments.model[0] if arguments.model and (arguments.model[0] / "thresholds.json").exists() else HERE
    )
    grid = (
        [dict.fromkeys((*TYPES, LOOSE_PERSON), bound) | {"HANDLE": own["HANDLE"]} for bound in GRID]
        if arguments.curve
        else []
    )
    sums: dict[str, list[Count]] = {}
    all_sets: list[dict[str, Case]] = []
    for place, folder in enumerate(arguments.model or [HERE]):
        model = NameModel(folder)
        all_sets.append(unseen_talk(arguments.texts) if place == 0 else {})
        if arguments.fold:
            all_sets[-1] |= sets_of(arguments.prose, arguments.dialogues, arguments.fold[place])
        scores: dict[int, Scored] = {}
        for name, (cases, kind) in all_sets[-1].items():
            scored = scores.get(id(cases)) or scores.setdefault(id(cases), Scored(model, cases))
            counts = sums.setdefault(name, [Count() for _ in range(1 + len(grid))])
            for count, least in zip(counts, [own, *grid], strict=True):
                count.add(judged(cases, scored.at(least), kind))
    for name, counts in sums.items():
        for least, count in zip(["shipped", *(f"{bound:g}" for bound in GRID)], counts, strict=False):
            recall, typed = said(count.found, count.values), said(count.right, count.predicted)
            blind = said(count.named, count.predicted)
            print(f"{name:34} {least:>8}  recall {recall:34} precision, type-blind {blind:34} typed {typed}")
    print_releases(arguments.profile, arguments.model or [HERE], all_sets)


if __name__ == "__main__":
    main()
