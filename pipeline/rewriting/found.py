"""What stands in some packets, found once for all recipients: values of addresses and names, and those in texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pipeline.captures.dissection import Dissection
from pipeline.captures.fields import COLUMN, END, KIND, NONE, START, Kind
from pipeline.captures.packets import Packets
from pipeline.detection.originals import Originals
from pipeline.detection.propagation import detect
from pipeline.detection.scanner import Scanner
from pipeline.detection.values import Findings
from pipeline.kernels import bitsets
from pipeline.kernels.byte_forms import ByteForms, forms_of_addresses
from pipeline.records import Bools, Int32, Int64
from pipeline.rewriting.binary_values import WIDTH, BinaryValues
from pipeline.rewriting.name_values import Names, NameValues
from pipeline.rewriting.text_fields import TextFields, text_fields

#: What can be read, and holds an address's bytes by chance, or on purpose.
_READABLE = np.isin(np.arange(len(Kind)), (Kind.TEXT, Kind.TEXT16, Kind.WORD))


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
    known: tuple[BinaryValues, NameValues],
    packets: Packets,
    dissection: Dissection,
    kept: Callable[[Int32], Bools],
) -> Found:
    """Look through packets.

    Args:
      known: addresses and names, of the scanner's values.
      kept: which values every recipient keeps, bool [n] for numbers of values, int32 [n].
    """
    binary, host_names = known
    number = binary.numbers(packets.data, dissection.rows)
    dissection = without_addresses(packets, dissection, number, binary, kept)
    names = host_names.names(packets, dissection)
    seen = np.zeros(len(binary) + 1, np.bool_)
    seen[number] = True
    values = np.unique(np.concatenate((binary.value[seen[:-1]], *(each.value[each.present] for each in names))))
    texts = text_fields(packets, dissection)
    (findings,), originals = detect(scanner, [texts.batch], kept, values)
    return Found(packets, dissection, number, binary, names, values, texts, findings, originals)


def without_addresses(
    packets: Packets, dissection: Dissection, number: Int32, binary: BinaryValues, kept: Callable[[Int32], Bools]
) -> Dissection:
    """Text and words in which an address of the packets stands in binary or in hex are secrets.

    Whether it is the address, or four letters of a word, no one can tell. The proof would hold the packet back.
    """
    seen = np.zeros(len(binary) + 1, np.bool_)
    seen[number] = True
    present = np.flatnonzero(seen[:-1])
    gone = present[~kept(binary.value[present])]
    forms = ByteForms(*forms_of_addresses(binary.raw[gone], WIDTH[binary.kind[gone]]))
    readable = np.flatnonzero(_READABLE[dissection.rows[:, KIND]])
    first, last, start, end = runs(dissection.rows, readable)
    hit = forms.spans_with(packets.data, start, end, bitsets.empty_set(len(packets.data)))
    if not hit.any():
        return dissection
    rows = dissection.rows.copy()
    secret = readable[np.repeat(hit, last - first + 1)]
    rows[secret, KIND] = Kind.SECRET
    rows[secret, COLUMN] = NONE
    return replace(dissection, rows=rows)


def runs(rows: Int32, which: Int64) -> tuple[Int64, Int64, Int64, Int64]:
    """Fields that stand next to each other are searched as one: first and last of each run, its start and end."""
    start, end = rows[which, START].astype(np.int64), rows[which, END].astype(np.int64)
    first = np.flatnonzero(np.concatenate(([True], start[1:] != end[:-1]))[: len(which)])
    last = np.concatenate((first[1:], [len(start)]))[: len(first)] - 1
    return first, last, start[first], end[last]
