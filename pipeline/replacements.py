"""The texts that stand in for values, made once each for one recipient.

A replacement is named by a code: ``payload << 4 | action``, where the payload is a value's number, an entity or a
length, whatever the action makes its text from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.kernels.actions import find_slots
from pipeline.policy.actions import Action
from pipeline.records import Bools, Bytes, Int32, Int64

#: A group of overlapping findings that none of them spans is pseudonymised by a token.
TOKEN = 7
#: A replacement made for one place only (a shifted time, a number written as text); the payload counts a batch's.
LITERAL = 15
#: Masks of so many bytes or more, which may be any number, are found by a dictionary.
LONG_MASK = 1 << 12
_DIGITS = bytes(range(0x30, 0x3A)) + bytes(range(0x41, 0x5B)) + bytes(range(0x61, 0x7B)) + b"+/-_"
#: Of JSON: what stands for a line's end is no digit, a slash behind its backslash is.
_ESCAPE = re.compile(rb"\\[nrt]")
_NO_DIGITS = bytes(byte for byte in range(256) if byte not in _DIGITS)


class Replacements:
    """Texts by code.

    Args:
      make: texts of codes that were not asked for before.
    """

    def __init__(self, make: Callable[[list[int]], list[bytes]]) -> None:
        self._make = make
        #: int32 [actions, payloads]: the slot of each, or -1. Payloads are small, but those of long masks.
        self._known: npt.NDArray[np.int32] = np.full((TOKEN + 1, 1 << 10), -1, np.int32)
        self._long: dict[int, int] = {}
        self._offset: Int64 = np.zeros(1 << 10, np.int64)
        self._arena: Bytes = np.zeros(1 << 14, np.uint8)
        self._count = 0

    def made(self, codes: Int64) -> list[bytes]:
        """The texts of some codes, none a literal."""
        _, first, last = self._places(codes)
        arena = self._arena.data
        return [arena[start:end].tobytes() for start, end in zip(first.tolist(), last.tolist(), strict=True)]

    def text(self, code: int) -> bytes:
        return self.made(np.array([code], np.int64))[0]

    def texts(self, code: Int64, literals: Sequence[bytes]) -> tuple[Int64, Int64, Bytes]:
        """(start, end, arena) of the replacements of a batch. What stands in the arena stays as it is.

        Args:
          code: int64 [k].
          literals: those of the batch.
        """
        slot, start, end = self._places(code)
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

    def _places(self, code: Int64) -> tuple[Int32, Int64, Int64]:
        """Slots, int32 [k], -1 for literals, and where their texts start and end in the arena."""
        slot, missing = np.empty(len(code), np.int32), np.empty(len(code), np.int64)
        start, end = np.empty(len(code), np.int64), np.empty(len(code), np.int64)
        count = find_slots(code, LITERAL, self._known, self._offset, slot, start, end, missing)
        if count:
            rows = missing[:count]
            distinct, place = np.unique(code[rows], return_inverse=True)
            slot[rows] = self._slots_of(distinct)[place]
            start[rows], end[rows] = self._offset[slot[rows]], self._offset[slot[rows] + 1]
        return slot, start, end

    def _slots_of(self, codes: Int64) -> Int32:
        """Slots of distinct codes that ``_known`` lacks; texts that were not asked for before are made."""
        slots = np.array([self._long.get(code, -1) for code in codes.tolist()], np.int32)
        new = codes[slots < 0]
        if len(new):
            made = slots[slots < 0] = self._enter(new.tolist())
            action, payload = new & 15, new >> 4
            long = (action == Action.MASK) & (payload >= LONG_MASK)
            self._long.update(zip(new[long].tolist(), made[long].tolist(), strict=True))
            action, payload, made = action[~long], payload[~long], made[~long]
            width = self._known.shape[1]
            if (most := int(payload.max(initial=0))) >= width:
                more = np.full((len(self._known), 2 * most - width), -1, np.int32)
                self._known = np.concatenate((self._known, more), axis=1)
            self._known[action, payload] = made
        return slots

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


def zeros_for(digits: bytes) -> bytes:
    """Base64 of as many zeros as the bytes that some base64 says, so that its size shows and no content."""
    plain = len(_ESCAPE.sub(b"", digits).translate(None, _NO_DIGITS))
    plain -= plain % 4 == 1
    return b"A" * plain + b"=" * (-plain % 4 if digits.endswith(b"=") else 0)
