"""Strings over a small alphabet, mapped within their length: FF1, or a table where there are fewer than 10^6."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.records import Bytes
from pipeline.surrogates.ff1 import FF1
from pipeline.surrogates.permutation import KeyedPermutation
from pipeline.surrogates.strings import Strings

#: What stands in the tables below for a byte that is no symbol.
NONE = 255


class Alphabet:
    """Symbols and their numerals.

    Attributes:
      symbols: uint8, the symbol of each numeral.
      numerals: uint8 [256], the numeral of each byte, NONE where it has none.
    """

    __slots__ = ("numerals", "symbols")

    def __init__(self, symbols: bytes) -> None:
        self.symbols = np.frombuffer(symbols, np.uint8)
        self.numerals = np.full(256, NONE, np.uint8)
        self.numerals[self.symbols] = np.arange(len(symbols))


DECIMAL = Alphabet(b"0123456789")
HEXADECIMAL = Alphabet(b"0123456789abcdef")
LETTERS = Alphabet(b"abcdefghijklmnopqrstuvwxyz")
ALPHANUMERIC = Alphabet(b"0123456789abcdefghijklmnopqrstuvwxyz")


class SymbolMap:
    """The strings over one alphabet, each length apart.

    Args:
      derive: gives 32 bytes a name.
      key_name: of the FF1 key.
    """

    def __init__(self, derive: Callable[[str], bytes], alphabet: Alphabet, key_name: str = "ff1") -> None:
        self._derive = derive
        self._alphabet = alphabet
        self._radix = len(alphabet.symbols)
        self._ff1 = FF1(derive(key_name), self._radix)
        self._tables: dict[int, KeyedPermutation] = {}

    def mapped(self, texts: Strings, tweaks: Strings | None = None, *, inverse: bool = False) -> Strings:
        """Texts of the alphabet's symbols alone, of up to 128 each, under their tweaks; the empty one stays."""
        tweaks = tweaks or Strings.empty(len(texts))
        numerals = Strings(self._alphabet.numerals[texts.flat], texts.starts)
        lengths = texts.lengths
        if len(lengths) and lengths.min() >= self._ff1.shortest:
            done = self._ff1.mapped(numerals, tweaks, inverse=inverse).flat
        else:
            done = numerals.flat.copy()
            long = np.flatnonzero(lengths >= self._ff1.shortest)
            if len(long):
                others = self._ff1.mapped(numerals.take(long), tweaks.take(long), inverse=inverse)
                done[numerals.places(long)] = others.flat
            for length in np.unique(lengths[(lengths > 0) & (lengths < self._ff1.shortest)]).tolist():
                rows = np.flatnonzero(lengths == length)
                done[numerals.places(rows)] = self._short(numerals.take(rows).rows(length), tweaks.take(rows), inverse)
        return Strings(self._alphabet.symbols[done], texts.starts)

    def walked(self, texts: Strings, tweaks: Strings | None = None, *, inverse: bool = False) -> Strings:
        """``mapped``, walked so that a zero in front stays and none comes: a JSON number stays one (RFC 8259).

        No text is empty.
        """
        tweaks = tweaks or Strings.empty(len(texts))
        done = self.mapped(texts, tweaks, inverse=inverse)
        zero = self._alphabet.symbols[0]
        begun = texts.flat[texts.starts[:-1]] == zero
        astray = np.flatnonzero((done.flat[done.starts[:-1]] == zero) != begun)
        while len(astray):
            again = self.mapped(done.take(astray), tweaks.take(astray), inverse=inverse)
            done.flat[done.places(astray)] = again.flat
            astray = astray[(again.flat[again.starts[:-1]] == zero) != begun[astray]]
        return done

    def _short(self, rows: Bytes, tweaks: Strings, inverse: bool) -> Bytes:
        """Numerals [n, length] below FF1's least length, as one array."""
        length = rows.shape[1]
        if length not in self._tables:
            self._tables[length] = KeyedPermutation(self._derive(f"short {length}"), self._radix**length)
        table = self._tables[length]
        weights = self._radix ** np.arange(length - 1, -1, -1)
        image = (table.inverse if inverse else table.forward)(rows @ weights, tweaks.texts())
        return (image[:, None] // weights % self._radix).astype(np.uint8).ravel()
