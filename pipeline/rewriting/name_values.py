"""Names on the wire: each distinct one a value, as a host's name in a log is, and what stands for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.captures.dissection import Dissection
from pipeline.captures.fields import START, Kind
from pipeline.captures.packets import Packets
from pipeline.captures.wire_names import (
    NETBIOS_OF_ALL,
    FittedNames,
    KnownNames,
    PlacedBytes,
    WireNames,
    place_fitted,
    place_netbios_names,
    read_names,
    read_netbios_names,
)
from pipeline.detection.values import HOST_ENTITY, Values
from pipeline.policy.actions import Action
from pipeline.records import Bytes, Int32, Int64
from pipeline.redaction import Actions, Redactor
from pipeline.surrogates.names import LabelMap

#: From here on a byte in the place of a label's length begins a pointer (RFC 1035 section 4.1.4).
POINTER = 0xC0


@dataclass(frozen=True)
class Names:
    """The names of one kind in some packets.

    Attributes:
      kind: NAME or NETBIOS.
      row: int64 [k], rows of the dissection.
      rows: int32 [k, 5], these rows.
      wire: what they say.
      value: int32 [n], the value of each of ``wire.texts``.
    """

    kind: Kind
    row: Int64
    rows: Int32
    wire: WireNames
    value: Int32

    @property
    def row_value(self) -> Int32:
        """int32 [k], the value of each row, -1 for one that could not be read."""
        return np.append(self.value, np.int32(-1))[self.wire.row_name]

    @property
    def present(self) -> Int64:
        """Numbers of the names that stand in these packets."""
        seen = np.zeros(len(self.value) + 1, np.bool_)
        seen[self.wire.row_name] = True
        return np.flatnonzero(seen[:-1])


class NameValues:
    """DNS names and the values that they are; lives as long as the scanner's values."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._known = KnownNames()
        self._value: Int32 = np.zeros(0, np.int32)

    def names(self, packets: Packets, dissection: Dissection) -> tuple[Names, Names]:
        """The names of both kinds; those of NetBIOS, which are few, are numbered anew each time."""
        row = np.flatnonzero(dissection.kind == Kind.NAME)
        rows = dissection.rows[row]
        wire = read_names(packets.data, rows, self._known)
        self._value = np.concatenate((self._value, self._numbers(wire.texts[len(self._value) :])))
        other = np.flatnonzero(dissection.kind == Kind.NETBIOS)
        netbios = read_netbios_names(packets.data, dissection.rows[other])
        return (
            Names(Kind.NAME, row, rows, wire, self._value),
            Names(Kind.NETBIOS, other, dissection.rows[other], netbios, self._numbers(netbios.texts)),
        )

    def _numbers(self, texts: list[bytes]) -> Int32:
        return np.array([self._values.number(HOST_ENTITY, text) for text in texts], np.int32)


@dataclass(frozen=True)
class NameTexts:
    """What one recipient gets for names, by number.

    Attributes:
      action: int8 [n].
      texts: in full.
    """

    action: Actions
    texts: list[bytes]


class NameReplacements:
    """Names as one recipient gets them.

    Args:
      least: the least strict action on a name.
    """

    def __init__(self, redactor: Redactor, least: int) -> None:
        self._redactor = redactor
        self._least = least
        self._made = NameTexts(np.zeros(0, np.int8), [])
        self._fitted = FittedNames()
        self._after = KnownNames()
        self._unlike: dict[tuple[int, int], bool] = {}
        #: By number of a name, the number of what was last seen to stand for it as it must: most of the next, too.
        self._alike: Int32 = np.zeros(0, np.int32)

    def place(self, data: Bytes, names: Names) -> tuple[PlacedBytes, NameTexts]:
        """Replacements at their places, and in full."""
        if names.kind == Kind.NETBIOS:
            made = self._texts(names.value)
            return place_netbios_names(data, names.rows, names.wire, _written(made)), made
        if len(names.value) > len(self._fitted):
            more = self._texts(names.value[len(self._fitted) :])
            self._fitted.extend(names.wire, _written(more))
            self._made = NameTexts(np.concatenate((self._made.action, more.action)), self._made.texts + more.texts)
        return place_fitted(data, names.rows, names.wire, self._fitted), self._made

    def _texts(self, numbers: Int32) -> NameTexts:
        action = np.maximum(self._redactor.value_actions(numbers), np.int8(self._least))
        return NameTexts(action, self._redactor.replaced(numbers, action))

    def unlike(self, data: Bytes, names: Names, made: NameTexts) -> Int64:
        """Places, among some names' rows, of those of which a label is neither its pseudonym's core nor overwritten.

        Args:
          data: rewritten.
        """
        is_netbios = names.kind == Kind.NETBIOS
        if is_netbios:
            after, known = read_netbios_names(data, names.rows), {}
        else:
            after, known = read_names(data, names.rows, self._after), self._unlike
        asked = np.arange(len(names.row))
        if not is_netbios and len(names.value):
            more = np.full(len(names.value) - len(self._alike), -1, np.int32)
            self._alike = np.concatenate((self._alike, more))
            old_name = names.wire.row_name
            asked = np.flatnonzero((old_name < 0) | (after.row_name < 0) | (self._alike[old_name] != after.row_name))
        old_name, new_name = names.wire.row_name[asked].astype(np.int64), after.row_name[asked].astype(np.int64)
        pairs, place = np.unique(old_name << 32 | new_name & 0xFFFFFFFF, return_inverse=True)
        wrong = np.zeros(len(pairs), np.bool_)
        for k, pair in enumerate(pairs.tolist()):
            old, new = pair >> 32, pair & 0xFFFFFFFF
            if old < 0:
                continue
            if (old, new) not in known:
                kept = made.action[old] == Action.KEEP
                kept |= is_netbios and names.wire.labels[old][0] in NETBIOS_OF_ALL
                labels = None if new == 0xFFFFFFFF else after.labels[new]
                known[old, new] = not kept and _is_unlike(names.wire.labels[old], labels, made.texts[old])
            wrong[k] = known[old, new]
            if not is_netbios and new != 0xFFFFFFFF and not wrong[k]:
                self._alike[old] = new
        # What a pointer alone leads to is the end of another name, and was replaced, or kept, as that name's end.
        asked = asked[wrong[place]]
        is_end = data[names.rows[asked, START]] >= POINTER
        is_end &= np.append(made.action, np.int8(Action.REDACT))[names.wire.row_name[asked]] == Action.PSEUDONYMISE
        return asked[~is_end]


def _written(made: NameTexts) -> list[bytes | None]:
    """What is asked of ``wire_names`` for each: a pseudonym, itself, or nothing."""
    stays = (made.action == Action.KEEP) | (made.action == Action.PSEUDONYMISE)
    return [text if keeps else None for text, keeps in zip(made.texts, stays.tolist(), strict=True)]


def _is_unlike(labels: list[bytes], others: list[bytes] | None, made: bytes) -> bool:
    """Whether a name was not replaced by its pseudonym's cores, nor overwritten."""
    if others is None or len(labels) != len(others):
        return True
    written = made.lower().split(b".")
    if len(written) != len(labels):
        written = [b""] * len(labels)
    return any(
        len(label) != len(other)
        or (other.strip(b"xX") and other.lower() not in (part, part.removeprefix(LabelMap.TAG)))
        for label, other, part in zip(labels, others, written, strict=True)
    )
