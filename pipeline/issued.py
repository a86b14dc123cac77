"""What a unit issues to one recipient: the rows of the vault for the pseudonyms that stand in what is released.

What counts is the release, not what a cache holds: pseudonyms of records that are held back are not issued, and a unit
has the same rows whichever units its worker did before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.kernels.issued import mark_issued
from pipeline.policy.actions import Action
from pipeline.records import Batch, Bools, Edits, Int64
from pipeline.redaction import Redactor
from pipeline.release.vaults import DIGEST_BYTES, vault_table
from pipeline.replacements import TOKEN
from pipeline.surrogates.tokens import TOKEN_NAMESPACE
from pipeline.surrogates.vault import VaultKey
from recognizers.entities import namespace_of


class _Rows:
    """Rows made for values, those of one value after each other."""

    def __init__(self) -> None:
        self.first: Int64 = np.full(0, -1, np.int64)  # of each value, -1 where they are not made
        self.count: Int64 = np.zeros(0, np.int64)
        self.digests = bytearray()
        self.is_sealed = bytearray()
        self.sealed: dict[int, bytes] = {}

    def add(self, number: int, rows: Iterable[tuple[bytes, bytes | None]]) -> None:
        begin = len(self.is_sealed)
        for digest, sealed in rows:
            self.digests += digest
            if sealed is not None:
                self.sealed[len(self.is_sealed)] = sealed
            self.is_sealed.append(sealed is not None)
        self.first[number], self.count[number] = begin, len(self.is_sealed) - begin

    def of(self, numbers: Int64) -> Int64:
        """The rows of some values."""
        count = self.count[numbers]
        return np.repeat(self.first[numbers] - np.cumsum(count) + count, count) + np.arange(count.sum())


class Issued:
    """Rows of one unit after the other, for one recipient.

    Args:
      options: of the redactor's surrogate space.
      names: of all inputs; what stands in their released names is issued, too, by the first unit.
    """

    def __init__(self, redactor: Redactor, key: VaultKey, options: Mapping[str, Any], names: list[str]) -> None:
        self._redactor = redactor
        self._key = key
        self._options = options
        #: Made once for each value, until the redactor forgets: of pseudonyms, and of tokens for groups of findings.
        self._rows, self._token_rows = _Rows(), _Rows()
        self.begin(-1)
        redactor.names(names, self.add)
        self._collect()
        self._of_names = self._digests, self._sealed

    def begin(self, unit: int) -> None:
        """Begin a unit."""
        self._digests = bytearray()
        self._sealed: dict[int, bytes] = {}
        if unit == 0:
            self._digests += self._of_names[0]
            self._sealed |= self._of_names[1]
        self._used = np.zeros(0, np.bool_)
        self._used_tokens = np.zeros(0, np.bool_)

    def add(self, batch: Batch, edits: Edits, keep: Bools) -> None:
        """Count what stands in the records of a batch that are kept.

        Args:
          keep: bool [r].
        """
        size = len(self._redactor.values)
        self._used, self._used_tokens = _grown(self._used, size), _grown(self._used_tokens, size)
        record_edit = edits.field_edit[batch.record_field]
        mark_issued(edits.made, record_edit, keep, Action.PSEUDONYMISE.value, self._used)
        mark_issued(edits.made, record_edit, keep, TOKEN, self._used_tokens)

    def add_values(self, numbers: Int64) -> None:
        """Count pseudonyms of values that stand in what is kept, beside any batch."""
        self._used = _grown(self._used, len(self._redactor.values))
        self._used[numbers] = True

    def forget(self) -> None:
        """Turn what was counted into rows: the numbers of values are about to be void."""
        self._collect()
        self._rows, self._token_rows = _Rows(), _Rows()

    def table(self) -> pa.Table:
        """The rows of the unit."""
        self._collect()
        return vault_table(bytes(self._digests), self._sealed, self._options)

    def _collect(self) -> None:
        for used, rows, make in (
            (self._used, self._rows, self._make),
            (self._used_tokens, self._token_rows, self._make_tokens),
        ):
            numbers = np.flatnonzero(used)
            rows.first, rows.count = _grown(rows.first, len(used), -1), _grown(rows.count, len(used))
            make(numbers[rows.first[numbers] < 0])
            places = rows.of(numbers)
            before = len(self._digests) // DIGEST_BYTES
            self._digests += np.frombuffer(rows.digests, np.uint8).reshape(-1, DIGEST_BYTES)[places].tobytes()
            for k in np.flatnonzero(np.frombuffer(rows.is_sealed, np.uint8)[places]).tolist():
                self._sealed[before + k] = rows.sealed[int(places[k])]
        self._used, self._used_tokens = self._used[:0], self._used_tokens[:0]

    def _make(self, numbers: Int64) -> None:
        values = self._redactor.values
        for number, pseudonym in zip(numbers.tolist(), self._redactor.pseudonyms(numbers), strict=True):
            namespace = namespace_of(values.entity_name(number))
            self._rows.add(number, self._key.rows(namespace, pseudonym, values.text[number]))

    def _make_tokens(self, numbers: Int64) -> None:
        texts = [self._redactor.values.text[number] for number in numbers.tolist()]
        tokens = self._redactor.space.pseudonyms(TOKEN_NAMESPACE, [text.lower() for text in texts], texts)
        for number, token, text in zip(numbers.tolist(), tokens, texts, strict=True):
            self._token_rows.add(number, self._key.rows(TOKEN_NAMESPACE, token, text))


def _grown(array: np.ndarray, size: int, empty: int = 0) -> np.ndarray:
    """At least ``size`` long, filled up with ``empty``."""
    if len(array) >= size:
        return array
    return np.concatenate((array, np.full(2 * size - len(array), empty, array.dtype)))
