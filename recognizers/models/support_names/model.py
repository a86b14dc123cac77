"""The model at work: texts in, names out. One session, one thread: workers are processes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from recognizers.email import addresses_in
from recognizers.models.support_names.pieces import HERE, LABELS, TYPES, Chunk, chunks_of, load_tokenizer, padded

#: Chunks of one call; results depend a little on what is computed together, so that this is no setting.
BATCH = 16
_MEMBERS = np.array([[label.endswith(f"-{name}") for label in LABELS] for name in TYPES])
#: Stands among the thresholds for that of a person in text that is loosely written.
LOOSE_PERSON = "LOOSE_PERSON"
_MENTION = re.compile(r"(?<![\w@#&])[@#]\w")
#: The name of a mailbox that is written the other way round, between quotes or in a list that semicolons part.
_TURNED = (
    re.compile(r'"\s*([^\s",][^",\n]{0,40}?)\s*,\s*([^\s",][^",\n]{0,40}?)\s*"'),
    re.compile(
        r"(?:;|:|^)[ \t]*([^\s,;:<][^,;:<\n]{0,40}?), ?([^\s,;:<][^,;:<\n]{0,40}?)(?=[ \t]*(?:;|<|\.?$))", re.MULTILINE
    ),
)


@dataclass(frozen=True)
class Name:
    """A name in a text: [start, end) in characters, its type and how sure the model is, 0 to 1."""

    start: int
    end: int
    type: str
    score: float


def thresholds(folder: Path = HERE) -> dict[str, float]:
    """From which score on each type counts, as chosen on held-back texts (README.md has the curve)."""
    found: dict[str, float] = json.loads((folder / "thresholds.json").read_text(encoding="utf-8"))
    return found


class NameModel:
    """A trained classifier of word pieces.

    Args:
      folder: with ``model.onnx`` and ``tokenizer.json``.
    """

    def __init__(self, folder: Path = HERE) -> None:
        self._tokenizer = load_tokenizer(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def scores(self, texts: Sequence[str]) -> Iterator[tuple[Chunk, npt.NDArray[np.float32]]]:
        """(chunk, float32 [pieces, len(TYPES)]: the probability of each type), chunks of one text in order."""
        chunks = list(chunks_of(self._tokenizer, texts))
        done: list[npt.NDArray[np.float32]] = [np.zeros((0, len(TYPES)), np.float32)] * len(chunks)
        order = sorted(range(len(chunks)), key=lambda place: len(chunks[place].ids))
        for begin in range(0, len(order), BATCH):
            places = order[begin : begin + BATCH]
            (logits,) = self._session.run(None, dict(padded([chunks[place] for place in places])))
            odds = np.exp(logits - logits.max(-1, keepdims=True))
            odds /= odds.sum(-1, keepdims=True)
            for row, place in enumerate(places):
                done[place] = odds[row, 1 : len(chunks[place].ids) + 1] @ _MEMBERS.T.astype(np.float32)
        yield from zip(chunks, done, strict=True)

    def find(self, texts: Sequence[str], least: Mapping[str, float]) -> list[list[Name]]:
        """The names in each text, in order, disjoint.

        Args:
          least: type -> the score from which on a piece is one; LOOSE_PERSON besides.
        """
        found: list[list[Name]] = [[] for _ in texts]
        for chunk, score in self.scores(texts):
            text = texts[chunk.text]
            found[chunk.text] += names_in(text, chunk, score, bounds_in(text, least))
        return [by_form(text, names) for text, names in zip(texts, found, strict=True)]


def bounds_in(text: str, least: Mapping[str, float]) -> npt.NDArray[np.float32]:
    """float32 [len(TYPES)], from which score on a piece of a text is one of each type.

    Who writes without capitals, or to ``@someone``, writes names loosely, too, and the model is less sure of them.
    """
    loose = _MENTION.search(text) is not None or not any(letter.isupper() for letter in text)
    return np.array([least[LOOSE_PERSON if loose and name == "PERSON" else name] for name in TYPES], np.float32)


def names_in(text: str, chunk: Chunk, score: npt.NDArray[np.float32], bounds: npt.NDArray[np.float32]) -> list[Name]:
    """Neighbouring pieces of one type make a name, which then covers the words that it touches."""
    kind = (score / bounds).argmax(1)
    named = score.sum(1) >= bounds[kind]
    names: list[Name] = []
    for place in np.flatnonzero(named).tolist():
        start, end = int(chunk.start[place]), int(chunk.end[place])
        while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
        while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
            end += 1
        said, sure = TYPES[kind[place]], float(score[place].sum())
        last = names[-1] if names else None
        if last is not None and (start < last.end or (said == last.type and not _parted(text[last.end : start]))):
            names[-1] = Name(last.start, max(end, last.end), last.type, max(sure, last.score))
        else:
            names.append(Name(start, end, said, sure))
    return [name for name in names if any(letter.isalnum() for letter in text[name.start : name.end])]


def by_form(text: str, names: list[Name]) -> list[Name]:
    """What the text's form says of the names in it, in order.

    One that stands wholly in an e-mail address is none: the address is found by its form, and replaced as a whole. Two
    with a comma between, alone between quotes or in a list of mailboxes, are one person
    (``"Doe, Jane" <jane@example.com>``, RFC 5322 3.4; ``Doe, Jane; Lee, Bob``).
    """
    if not names:
        return names
    addresses = addresses_in(text)
    kept = [name for name in names if not any(start <= name.start and name.end <= end for start, end in addresses)]
    for match in (match for form in _TURNED for match in form.finditer(text)):
        spans = match.span(1), match.span(2)
        pair = [name for name in kept if (name.start, name.end) in spans and name.type == "PERSON"]
        if len(pair) == 2:
            last, first = pair
            kept[kept.index(last)] = Name(last.start, first.end, "PERSON", min(last.score, first.score))
            kept.remove(first)
    return kept


def _parted(between: str) -> bool:
    """Whether two pieces of one type are two names: something stands between them."""
    return between.strip(" .-'’\u00a0") != "" or len(between) > 2


@cache
def shipped_model() -> NameModel:
    """The model of this package."""
    return NameModel()
