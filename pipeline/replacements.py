"""The texts that stand in for values, made once each for one recipient.

A replacement is named by a code: ``payload << 4 | action``, where the payload is a value's number, an entity or a
length, whatever the action makes its text from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pipeline.policy.actions import Action
from pipeline.records import Bools, Bytes, Int32, Int64

#: A group of overlapping findings that none of them spans is pseudonymised by a token.
TOKEN = 7
#: A replacement made for one place only (a shifted time, a number written as text); the payload counts a batch's.
LITERAL = 15


class Replacements:
    """Texts by code.

    Args:
      make: texts of codes that were not asked for before.
    """

    def __init__(self, make: Callable[[list[int]], list[bytes]]) -> None:
        self._make = make
        #: By action: the slot of each payload, or -1. Lengths of masks are few and may be large: by ``_masks``.
        self._slots: dict[int, Int32] = {}
        self._masks: dict[int, int] = {}
        self._offset: Int64 = np.zeros(1 << 10, np.int64)
        self._arena: Bytes = np.zeros(1 << 14, np.uint8)
        self._count = 0

    def made(self, codes: Int64) -> list[bytes]:
        """The texts of some codes, none a literal."""
        slots = self._slots_of(codes)
        first, last = self._offset[slots].tolist(), self._offset[slots + 1].tolist()
        arena = self._arena.data
        return [arena[start:end].tobytes() for start, end in zip(first, last, strict=True)]

    def text(self, code: int) -> bytes:
        return self.made(np.array([code], np.int64))[0]

    def texts(self, code: Int64, literals: Sequence[bytes]) -> tuple[Int64, Int64, Bytes]:
        """(start, end, arena) of the replacements of a batch. What stands in the arena stays as it is.

        Args:
          code: int64 [k].
          literals: those of the batch.
        """
        slot = self._slots_of(code)
        start, end = self._offset[slot], self._offset[slot + 1]
        if not literals:
            return start, end, self._arena
        used = int(self._offset[self._count])
        last = used + np.cumsum([len(text) for text in literals])
        of_literal = np.flatnonzero(slot < 0)
        which = code[of_literal] >> 4
        start[of_literal] = last[which] - np.array([len(text) for text in literals])[which]
        end[of_literal] = last[which]
        return start, end, np.concatenate((self._arena[:used], np.frombuffer(b"".join(literals), np.uint8)))

    def in_markup(self, code: Int64, markup: Bools, literals: list[bytes]) -> Int64:
        """Codes of replacements as markup shows them: no browser shows ``<PERSON>``.

        Args:
          code: int64 [k].
          markup: bool [k], which stand in markup.
          literals: those of the batch; what is written otherwise is added.
        """
        action = code & 15
        shown = (action == Action.REDACT) | (action == Action.GENERALISE) | (action == LITERAL)
        which = np.flatnonzero(shown & markup)
        if not len(which):
            return code
        code = code.copy()
        written: dict[int, int] = {}
        for own in np.unique(code[which]).tolist():
            text = literals[own >> 4] if own & 15 == LITERAL else self.text(own)
            reference = text.replace(b"<", b"&lt;").replace(b">", b"&gt;")
            written[own] = own
            if reference != text:
                written[own] = len(literals) << 4 | LITERAL
                literals.append(reference)
        code[which] = [written[own] for own in code[which].tolist()]
        return code

    def _slots_of(self, code: Int64) -> Int32:
        """int32 [k], -1 for literals."""
        slot = np.full(len(code), -1, np.int32)
        action = code & 15
        for number in np.flatnonzero(np.bincount(action, minlength=16)).tolist():
            if number == LITERAL:
                continue
            rows = np.flatnonzero(action == number)
            payload = code[rows] >> 4
            if number == Action.MASK:
                sizes, place = np.unique(payload, return_inverse=True)
                payload = np.array([self._masks.setdefault(n, len(self._masks)) for n in sizes.tolist()])[place]
            known = self._room(number, int(payload.max()) + 1)
            found = known[payload]
            if (found < 0).any():
                missing, first = np.unique(payload[found < 0], return_index=True)
                known[missing] = self._enter(code[rows[np.flatnonzero(found < 0)[first]]].tolist())
                found = known[payload]
            slot[rows] = found
        return slot

    def _room(self, action: int, size: int) -> Int32:
        known = self._slots.get(action, np.full(0, -1, np.int32))
        if size > len(known):
            known = np.concatenate((known, np.full(2 * size - len(known), -1, np.int32)))
            self._slots[action] = known
        return known

    def _enter(self, codes: list[int]) -> Int32:
        """Make texts; returns their slots."""
        texts = self._make(codes)
        first, used = self._count, int(self._offset[self._count])
        self._count += len(texts)
        last = used + np.cumsum([len(text) for text in texts])
        if self._count + 1 > len(self._offset):
            self._offset = np.resize(self._offset, 2 * self._count + 1)
        if int(last[-1]) > len(self._arena):
            self._arena = np.resize(self._arena, 2 * int(last[-1]))
        self._offset[first + 1 : self._count + 1] = last
        self._arena[used : int(last[-1])] = np.frombuffer(b"".join(texts), np.uint8)
        return np.arange(first, self._count, dtype=np.int32)
