"""What stands in some packets, found once for all recipients: values of addresses and names, and those in texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pipeline.captures.dissection import Dissection
from pipeline.captures.fields import COLUMN, KIND, NONE, Kind
from pipeline.captures.packets import Packets
from pipeline.detection.originals import Originals
from pipeline.detection.propagation import detect
from pipeline.detection.scanner import Scanner
from pipeline.detection.values import Findings
from pipeline.kernels import bitsets
from pipeline.kernels.byte_forms import SHORTEST, ByteForms, forms_of_addresses
from pipeline.kernels.cells import see_numbers
from pipeline.kernels.packets import runs_of_rows
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
      present: int64, the numbers of addresses that stand in these packets, ascending.
      names: of both kinds.
      binary: the binary values.
      values: int32, distinct numbers of the scanner's values that addresses and names are.
      texts, findings: the texts, and what was found in them.
      originals: distinctive values of texts, addresses and names.
    """

    packets: Packets
    dissection: Dissection
    number: Int32
    present: Int64
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
    present = numbers_present(number, len(binary))
    dissection = without_addresses(packets, dissection, present, binary, kept)
    names = host_names.names(packets, dissection)
    occurring = np.concatenate((binary.value[present], *(each.value[each.present] for each in names)))
    values = numbers_present(occurring, len(scanner.values)).astype(np.int32)
    texts = text_fields(packets, dissection)
    (findings,), originals = detect(scanner, [texts.batch], kept, values)
    return Found(packets, dissection, number, present, binary, names, values, texts, findings, originals)


def numbers_present(number: Int32, count: int) -> Int64:
    """Which of so many numbers occur, ascending; -1 is none."""
    seen = np.zeros(count, np.bool_)
    see_numbers(number, seen)
    return np.flatnonzero(seen)


def without_addresses(
    packets: Packets, dissection: Dissection, present: Int64, binary: BinaryValues, kept: Callable[[Int32], Bools]
) -> Dissection:
    """Text and words in which an address of the packets stands in binary or in hex are secrets.

    Whether it is the address, or four letters of a word, no one can tell. The proof would hold the packet back.
    """
    gone = present[~kept(binary.value[present])]
    forms = ByteForms(*forms_of_addresses(binary.raw[gone], WIDTH[binary.kind[gone]]))
    readable = runs(dissection.rows, _READABLE)
    hit = forms.spans_with(packets.data, readable.start, readable.end, bitsets.empty_set(len(packets.data)))
    if not hit.any():
        return dissection
    rows = dissection.rows.copy()
    secret = readable.rows(np.flatnonzero(hit))
    rows[secret, KIND] = Kind.SECRET
    rows[secret, COLUMN] = NONE
    return replace(dissection, rows=rows)


@dataclass(frozen=True)
class Runs:
    """Fields that stand next to each other, to be searched as one.

    Attributes:
      first, last: int64 [n], rows of a dissection.
      start, end: int64 [n], the span of them together.
    """

    first: Int64
    last: Int64
    start: Int64
    end: Int64

    def rows(self, which: Int64) -> Int64:
        """The rows of some runs."""
        none = np.zeros(0, np.int64)
        return np.concatenate([none, *(np.arange(self.first[k], self.last[k] + 1) for k in np.unique(which).tolist())])


def runs(rows: Int32, taken: Bools) -> Runs:
    """Runs of fields of the ``taken`` kinds, bool [kinds], in which anything that is looked for has room."""
    room = [np.empty(len(rows), np.int64) for _ in range(4)]
    count = runs_of_rows(rows, taken, SHORTEST, *room)
    return Runs(*(array[:count] for array in room))
