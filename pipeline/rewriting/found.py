"""What stands in some packets, found once for all recipients: values of addresses and names, and those in texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.captures.dissection import Dissection
from pipeline.captures.packets import Packets
from pipeline.detection.originals import Originals
from pipeline.detection.propagation import detect
from pipeline.detection.scanner import Scanner
from pipeline.detection.values import Findings
from pipeline.records import Bools, Int32
from pipeline.rewriting.binary_values import BinaryValues
from pipeline.rewriting.name_values import Names, NameValues
from pipeline.rewriting.text_fields import TextFields, text_fields


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
    names = host_names.names(packets, dissection)
    seen = np.zeros(len(binary) + 1, np.bool_)
    seen[number] = True
    values = np.unique(np.concatenate((binary.value[seen[:-1]], *(each.value[each.present] for each in names))))
    texts = text_fields(packets, dissection)
    (findings,), originals = detect(scanner, [texts.batch], kept, values)
    return Found(packets, dissection, number, binary, names, values, texts, findings, originals)
