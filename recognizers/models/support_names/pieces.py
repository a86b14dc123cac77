"""Texts as the model reads them: word pieces, their places, and the letter case that an uncased vocabulary drops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

HERE = Path(__file__).parent
#: Pieces of a chunk, beside the two that open and close it.
MOST_PIECES = 126
CLS, SEP, PAD = 101, 102, 0

#: What the model tells of a piece; a name's first piece and the others have labels of their own.
TYPES = ("PERSON", "LOCATION", "STREET_ADDRESS", "ORGANIZATION", "HANDLE")
LABELS = ("O", *(f"{part}-{name}" for name in TYPES for part in "BI"))


class Shape(IntEnum):
    """The letter case of the word that a piece stands in; it goes in as the piece's token type."""

    NONE = 0
    LOWER = 1
    TITLE = 2
    UPPER = 3
    SINGLE = 4
    MIXED = 5


@dataclass(frozen=True)
class Chunk:
    """A stretch of one text, at most MOST_PIECES pieces.

    Attributes:
      text: which of the texts.
      ids, shapes: int64 [n], of the pieces.
      start, end: int64 [n], places in the text, in characters.
    """

    text: int
    ids: npt.NDArray[np.int64]
    shapes: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]


def load_tokenizer(folder: Path = HERE) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def chunks_of(tokenizer: Tokenizer, texts: Sequence[str]) -> Iterator[Chunk]:
    """The chunks of some texts in order, cut at line ends where possible, else between words."""
    for number, encoded in enumerate(tokenizer.encode_batch(list(texts), add_special_tokens=False)):
        text = texts[number]
        ids = np.array(encoded.ids, np.int64)
        places = np.array(encoded.offsets, np.int64).reshape(-1, 2)
        shapes = np.array([shape_of(word) for word in words_at(text, places)], np.int64)
        begin = 0
        while begin < len(ids):
            end = _cut(text, places, encoded.word_ids, begin)
            here = slice(begin, end)
            yield Chunk(number, ids[here], shapes[here], places[here, 0], places[here, 1])
            begin = end


def _cut(text: str, places: npt.NDArray[np.int64], words: Sequence[int | None], begin: int) -> int:
    """Where the chunk that begins at a piece ends."""
    last = begin + MOST_PIECES
    if last >= len(places):
        return len(places)
    for end in range(last, begin + MOST_PIECES // 3, -1):
        if "\n" in text[places[end - 1, 1] : places[end, 0]]:
            return end
    for end in range(last, begin + MOST_PIECES // 2, -1):
        if words[end] != words[end - 1]:
            return end
    return last


def words_at(text: str, places: npt.NDArray[np.int64]) -> Iterator[str]:
    """The word that each piece stands in: the letters around it."""
    word, upto = "", -1
    for start, end in places.tolist():
        if start >= upto:
            upto = end
            while upto < len(text) and text[upto].isalnum() and text[upto - 1].isalnum():
                upto += 1
            word = text[start:upto]
        yield word


@lru_cache(maxsize=1 << 14)
def shape_of(word: str) -> Shape:
    letters = [letter for letter in word if letter.isalpha()]
    if not letters:
        return Shape.NONE
    upper = sum(letter.isupper() for letter in letters)
    if upper == 0:
        return Shape.LOWER
    if upper == len(letters):
        return Shape.UPPER if len(letters) > 1 else Shape.SINGLE
    return Shape.TITLE if letters[0].isupper() and upper == 1 else Shape.MIXED


def padded(chunks: Sequence[Chunk]) -> dict[str, npt.NDArray[np.int64]]:
    """Chunks as one batch of the model's inputs, int64 [chunks, longest + 2] each."""
    width = max(len(chunk.ids) for chunk in chunks) + 2
    ids = np.full((len(chunks), width), PAD, np.int64)
    mask, shapes = np.zeros_like(ids), np.zeros_like(ids)
    for row, chunk in enumerate(chunks):
        size = len(chunk.ids)
        ids[row, 0], ids[row, size + 1] = CLS, SEP
        ids[row, 1 : size + 1] = chunk.ids
        shapes[row, 1 : size + 1] = chunk.shapes
        mask[row, : size + 2] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": shapes}
