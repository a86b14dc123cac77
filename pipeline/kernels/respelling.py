"""Pseudonyms written as their originals were found, and hex digits read and written: many values at once."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import compiled

#: Kinds of bytes in ``respell_all``'s table.
SEPARATOR = 1
SYMBOL = 2


@compiled
def is_letter(byte):  # type: ignore[no-untyped-def]
    return 97 <= byte <= 122


@compiled
def respell_all(found, starts, old, new, symbol_starts, kinds, out, spelled):  # type: ignore[no-untyped-def]
    """Each text of ``found`` with its symbols, which spell ``old`` in any letter case, replaced by those of ``new``.

    Letters are upper-case where all of the replaced letters were.

    Args:
      old, new: uint8 lower-case, one text after the other at ``symbol_starts``.
      kinds: uint8 [256], SYMBOL, SEPARATOR or 0.
      out: uint8 as long as ``found``, filled where the text could be respelled.
      spelled: bool [n], filled: whether it could: it begins with a symbol, holds symbols and separators only, and
        spells ``old``.
    """
    for k in range(len(spelled)):
        start, end, at = starts[k], starts[k + 1], symbol_starts[k]
        good = end > start and kinds[found[start]] == SYMBOL
        upper = lower = False
        for i in range(start, end):
            kind = kinds[found[i]]
            if kind == SYMBOL:
                byte = found[i]
                if 65 <= byte <= 90:
                    byte |= 32
                    upper = True
                elif is_letter(byte):
                    lower = True
                if at == symbol_starts[k + 1] or old[at] != byte:
                    good = False
                    break
                at += 1
            elif kind != SEPARATOR:
                good = False
                break
        spelled[k] = good and at == symbol_starts[k + 1]
        if not spelled[k]:
            continue
        at = symbol_starts[k]
        for i in range(start, end):
            if kinds[found[i]] == SYMBOL:
                out[i] = new[at] - 32 if upper and not lower and is_letter(new[at]) else new[at]
                at += 1
            else:
                out[i] = found[i]


@compiled
def read_hex(flat, starts, values, widths):  # type: ignore[no-untyped-def]
    """The numbers of texts of 6, 12 or 16 hex digits, ``:``, ``-`` and ``.`` passed over: uint64 [n].

    ``widths``, int64 [n], is filled with the count of digits, 0 where a text is no such number.
    """
    for k in range(len(values)):
        value = np.uint64(0)
        width = 0
        for i in range(starts[k], starts[k + 1]):
            byte = flat[i]
            if byte == 58 or byte == 45 or byte == 46:
                continue
            if 48 <= byte <= 57:
                digit = byte - 48
            elif 97 <= byte | 32 <= 102:
                digit = (byte | 32) - 87
            else:
                width = 0
                break
            value = value << np.uint64(4) | np.uint64(digit)
            width += 1
            if width > 16:
                break
        values[k] = value
        widths[k] = width if width == 6 or width == 12 or width == 16 else 0


@compiled
def write_hex(values, starts, out):  # type: ignore[no-untyped-def]
    """The low digits of each number, lower-case, as many as there is room for from ``starts[k]`` on."""
    for k in range(len(values)):
        value = values[k]
        for i in range(starts[k + 1] - 1, starts[k] - 1, -1):
            digit = value & np.uint64(15)
            out[i] = digit + 48 if digit < 10 else digit + 87
            value >>= np.uint64(4)
