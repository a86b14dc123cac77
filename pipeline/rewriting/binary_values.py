"""Addresses in binary: each distinct one a value, as if it stood in a log, and what stands for it at its length."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.captures.fields import Kind
from pipeline.detection.values import Values
from pipeline.kernels.address_rows import WIDEST, AddressTable
from pipeline.kernels.address_text import FOUR, SIX
from pipeline.policy.actions import Action
from pipeline.records import Bytes, Int32, Int64
from pipeline.redaction import Actions, Redactor
from pipeline.surrogates.addresses import read_all, write_all
from pipeline.surrogates.macs import read_macs
from recognizers.entities import ENTITY_ID

#: Bytes of a field of each kind that is an address.
WIDTHS = {Kind.MAC: 6, Kind.EUI64: 8, Kind.IPV4: 4, Kind.IPV6: 16, Kind.INTERFACE_ID: 8}
#: The same by kind, 0 for others.
WIDTH = np.array([WIDTHS.get(kind, 0) for kind in Kind], np.int64)
_MAC, _IP = ENTITY_ID["MAC_ADDRESS"], ENTITY_ID["IP_ADDRESS"]
#: An interface id by itself is looked at as the link-local address with it, since its map is the same in every subnet.
_LINK_LOCAL = np.uint64(0xFE80 << 48)


class BinaryValues:
    """Numbers for distinct (kind, bytes), with the value that each is; lives as long as the scanner's values.

    Attributes:
      value: int32 [n], numbers of ``values``.
      kind: int64 [n].
      raw: uint8 [n, WIDEST], the bytes, from the left.
    """

    def __init__(self, values: Values) -> None:
        self.values = values
        self._table = AddressTable(WIDTH)
        self.value: Int32 = np.zeros(0, np.int32)

    def __len__(self) -> int:
        return self._table.count

    @property
    def kind(self) -> Int64:
        return self._table.kind

    @property
    def raw(self) -> Bytes:
        return self._table.raw

    def numbers(self, data: Bytes, rows: Int32) -> Int32:
        """int32 [k]: the number of each row's address, -1 for rows of other kinds, or of a wrong size."""
        numbers = self._table.intern(data, rows)
        self._look(len(self.value))
        return numbers

    def _look(self, first: int) -> None:
        if first == len(self):
            return
        kind = self.kind[first:]
        is_mac = (kind == Kind.MAC) | (kind == Kind.EUI64)
        number = [
            self.values.number(_MAC if mac else _IP, text, text.replace(b":", b"") if mac else text)
            for text, mac in zip(_written(kind, self.raw[first:]), is_mac.tolist(), strict=True)
        ]
        self.value = np.concatenate((self.value, np.array(number, np.int32)))


class BinaryReplacements:
    """What one recipient gets for each of some binary values.

    Attributes:
      action: int8 [n].
      raw: uint8 [n, WIDEST], what is written: a pseudonym or a network's address whole, else zeros.
      text: what stands for each in rows.
    """

    def __init__(self, redactor: Redactor, values: BinaryValues) -> None:
        self._redactor = redactor
        self._values = values
        self.action: Actions = np.zeros(0, np.int8)
        self.raw: Bytes = np.zeros((0, WIDEST), np.uint8)
        self.text: pa.StringArray = pa.array([], pa.string())

    def extend(self) -> None:
        """Make those of values that are new."""
        first = len(self.action)
        numbers = self._values.value[first:]
        if not len(numbers):
            return
        action = self._redactor.value_actions(numbers)
        texts = self._redactor.replaced(numbers, action)
        raw = np.zeros((len(numbers), WIDEST), np.uint8)
        fits = np.flatnonzero((action == Action.PSEUDONYMISE) | (action == Action.GENERALISE))
        kind = self._values.kind[first:][fits]
        raw[fits] = _read(kind, [texts[k].partition(b"/")[0] for k in fits.tolist()])
        kept = np.flatnonzero(action == Action.KEEP)
        raw[kept] = self._values.raw[first:][kept]
        self.action = np.concatenate((self.action, action))
        self.raw = np.concatenate((self.raw, raw))
        self.text = pa.concat_arrays([self.text, pa.array([text.decode("utf-8", "replace") for text in texts])])


def _written(kind: Int64, raw: Bytes) -> list[bytes]:
    """The text of each address, in its one spelling."""
    four, six, own = kind == Kind.IPV4, kind == Kind.IPV6, kind == Kind.INTERFACE_ID
    words = raw.view(">u8").astype(np.uint64)
    high = np.where(six, words[:, 0], _LINK_LOCAL)
    low = np.where(six, words[:, 1], np.where(four, words[:, 0] >> np.uint64(32), words[:, 0]))
    kinds = np.where(four, FOUR, np.where(six | own, SIX, 0)).astype(np.uint8)
    texts = write_all(kinds, high, low, [])
    for k in np.flatnonzero(kinds == 0).tolist():
        texts[k] = raw[k, : WIDTHS[Kind(int(kind[k]))]].tobytes().hex(":").encode()
    return texts


def _read(kind: Int64, texts: list[bytes]) -> Bytes:
    """uint8 [n, WIDEST], the addresses that some texts are; zeros where one is none, as a token is."""
    raw = np.zeros((len(texts), WIDEST), np.uint8)
    if not texts:
        return raw
    words = raw.view(">u8")
    kinds, high, low = read_all(texts, texts)
    four, six = (kind == Kind.IPV4) & (kinds == FOUR), (kind == Kind.IPV6) & (kinds == SIX)
    own = (kind == Kind.INTERFACE_ID) & (kinds == SIX)
    words[four, 0] = low[four] << np.uint64(32)
    words[six, 0], words[six, 1] = high[six], low[six]
    words[own, 0] = low[own]
    macs, widths = read_macs(texts)
    short, long = (kind == Kind.MAC) & (widths == 12), (kind == Kind.EUI64) & (widths == 16)
    words[short, 0] = macs[short] << np.uint64(16)
    words[long, 0] = macs[long]
    return raw
