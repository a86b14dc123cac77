"""What a unit issues to one recipient: the rows of the vault for the pseudonyms that stand in what is released.

What counts is the release, not what a cache holds: pseudonyms of records that are held back are not issued, and a unit
has the same rows whichever units its worker did before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.kernels.issued import mark_issued
from pipeline.policy.actions import Action
from pipeline.records import Batch, Bools, Bytes, Edits, Int64
from pipeline.redaction import TOKEN_NAMESPACE, Redactor
from pipeline.release.vaults import DIGEST_BYTES, vault_table
from pipeline.replacements import TOKEN
from pipeline.surrogates.vault import VaultKey
from recognizers.entities import ENTITIES, NAMESPACES

Rows = list[tuple[bytes, bytes | None]]


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
        #: Made once for each value, until the redactor forgets: of most a digest, of some rows of their own.
        self._digest: Bytes = np.zeros((0, DIGEST_BYTES), np.uint8)
        self._has_row = np.zeros(0, np.bool_)
        self._more: dict[int, Rows] = {}
        self._tokens: dict[int, Rows] = {}
        self.begin(-1)
        redactor.names(names, self.add)
        self._collect()
        self._of_names = self._digests, self._sealed

    def begin(self, unit: int) -> None:
        """Begin a unit."""
        self._digests: list[bytes] = []
        self._sealed: list[bytes | None] = []
        if unit == 0:
            self._digests += self._of_names[0]
            self._sealed += self._of_names[1]
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

    def forget(self) -> None:
        """Turn what was counted into rows: the numbers of values are about to be void."""
        self._collect()
        self._digest, self._has_row = self._digest[:0], self._has_row[:0]
        self._more.clear()
        self._tokens.clear()

    def table(self) -> pa.Table:
        """The rows of the unit."""
        self._collect()
        return vault_table(b"".join(self._digests), self._sealed, self._options)

    def _collect(self) -> None:
        used = np.flatnonzero(self._used)
        self._digest = _grown(self._digest, len(self._used))
        self._has_row = _grown(self._has_row, len(self._used))
        self._make(used[~self._has_row[used]])
        has_more = np.isin(used, np.fromiter(self._more, np.int64, len(self._more)))
        for number in used[has_more].tolist():
            self._extend(self._more[number])
        used = used[~has_more]
        self._digests.append(self._digest[used].tobytes())
        self._sealed += [None] * len(used)
        tokens = np.flatnonzero(self._used_tokens).tolist()
        self._make_tokens([number for number in tokens if number not in self._tokens])
        for number in tokens:
            self._extend(self._tokens[number])
        self._used, self._used_tokens = self._used[:0], self._used_tokens[:0]

    def _extend(self, rows: Rows) -> None:
        self._digests += [digest for digest, _ in rows]
        self._sealed += [sealed for _, sealed in rows]

    def _make(self, numbers: Int64) -> None:
        redactor = self._redactor
        values, rows_of = redactor.values, self._key.rows
        for number, pseudonym in zip(numbers.tolist(), redactor.pseudonyms(numbers)):
            rows = rows_of(NAMESPACES[ENTITIES[values.entity[number]]], pseudonym, values.text[number])
            if len(rows) > 1 or rows[0][1] is not None:
                self._more[number] = rows
            else:
                self._digest[number] = np.frombuffer(rows[0][0], np.uint8)
        self._has_row[numbers] = True

    def _make_tokens(self, numbers: list[int]) -> None:
        redactor = self._redactor
        texts = [redactor.values.text[number] for number in numbers]
        tokens = redactor.space.pseudonyms(TOKEN_NAMESPACE, [text.lower() for text in texts], texts)
        for number, token, text in zip(numbers, tokens, texts):
            self._tokens[number] = self._key.rows(TOKEN_NAMESPACE, token, text)


def _grown(array: np.ndarray, size: int) -> np.ndarray:
    """At least ``size`` long, with zeros at its end."""
    if len(array) >= size:
        return array
    return np.concatenate((array, np.zeros((2 * size - len(array), *array.shape[1:]), array.dtype)))
