"""What stands in some packets, found once for all recipients: values of addresses and names, and those in texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.captures.dissection import Dissection
from pipeline.captures.fields import KIND, Kind
from pipeline.captures.packets import Packets
from pipeline.captures.wire_names import WireNames, read_names, read_netbios_names
from pipeline.detection.originals import Originals
from pipeline.detection.propagation import detect
from pipeline.detection.scanner import Scanner
from pipeline.detection.values import HOST_ENTITY, Findings, Values
from pipeline.records import Bools, Int32, Int64
from pipeline.rewriting.binary_values import BinaryValues
from pipeline.rewriting.text_fields import TextFields, text_fields


@dataclass(frozen=True)
class Names:
    """The names of one kind.

    Attributes:
      kind: NAME or NETBIOS.
      row: int64 [k], rows of the dissection.
      rows: int32 [k, 5], these rows.
      wire: what they say.
      value: int32 [distinct], the values that they are.
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


@dataclass(frozen=True)
class Found:
    """Packets with all that was found in them.

    Attributes:
      number: int32 [k], of each row's address among the binary values, -1 for rows of other kinds.
      names: of both kinds.
      binary: the binary values.
      values: int32, distinct numbers of the scanner's values that addresses and names are.
      texts, findings: the texts, and what was found in them.
      originals: distinctive values of texts, addresses and names.
    """

    packets: Packets
    dissection: Dissection
    number: Int32
    binary: BinaryValues
    names: tuple[Names, ...]
    values: Int32
    texts: TextFields
    findings: Findings
    originals: Originals


def find(
    scanner: Scanner,
    binary: BinaryValues,
    packets: Packets,
    dissection: Dissection,
    kept: Callable[[Int32], Bools],
) -> Found:
    """Look through packets.

    Args:
      binary: of the scanner's values.
      kept: which values every recipient keeps, bool [n] for numbers of values, int32 [n].
    """
    number = binary.numbers(packets.data, dissection.rows)
    names = (
        _names(scanner.values, packets, dissection, Kind.NAME),
        _names(scanner.values, packets, dissection, Kind.NETBIOS),
    )
    seen = np.zeros(len(binary), np.bool_)
    seen[number[number >= 0]] = True
    values = np.unique(np.concatenate((binary.value[seen], *(each.value for each in names))))
    texts = text_fields(packets, dissection)
    (findings,), originals = detect(scanner, [texts.batch], kept, values)
    return Found(packets, dissection, number, binary, names, values, texts, findings, originals)


def _names(values: Values, packets: Packets, dissection: Dissection, kind: Kind) -> Names:
    row = np.flatnonzero(dissection.rows[:, KIND] == kind)
    rows = dissection.rows[row]
    wire = (read_names if kind == Kind.NAME else read_netbios_names)(packets.data, rows)
    value = np.array([values.number(HOST_ENTITY, text) for text in wire.texts], np.int32)
    return Names(kind, row, rows, wire, value)
