"""Rows of dataset ``packets`` as one recipient may see them: typed columns, pseudonyms in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.captures.columns import NUMBER_ID, NUMBERS, TEXT_ID, TEXTS
from pipeline.captures.community_id import ICMP, ICMPV6, community_ids
from pipeline.captures.fields import ABSENT, Kind
from pipeline.kernels.address_rows import WIDEST
from pipeline.kernels.packet_cells import (
    fill_cells,
    fill_lists,
    in_order_of_sight,
    see_columns,
    see_numbers,
    split_numbers,
    texts_of_numbers,
)
from pipeline.kernels.splice import splice_fields
from pipeline.policy.actions import COLUMN_DROP
from pipeline.records import NO_TIME, Bools, Bytes, Int32, Int64
from pipeline.release.columns import int_array, text_array, uuid_array, validity
from pipeline.release.packets import TIME, TYPES, coded_schema
from pipeline.rewriting.binary_values import WIDTH
from pipeline.rewriting.found import Found
from pipeline.rewriting.rewriting import Rewriter, Rewritten

#: Columns of numbers that are fingerprints in the packets.
FINGERPRINTS = frozenset(("ip_ttl", "ip_identification"))
_NUMBER_NAMES, _NUMBER_KIND = list(NUMBERS), np.array(list(NUMBERS.values()))
_COLUMNS = list(TEXTS)
_IS_LIST = np.array([kind != "string" for kind in TEXTS.values()])


@dataclass(frozen=True)
class CellTexts:
    """What stands in columns of texts.

    Attributes:
      row: int32 [k], of each row of the dissection its text, or -1 for none.
      distinct: the texts.
    """

    row: Int32
    distinct: pa.StringArray


def packet_table(
    found: Found,
    rewriter: Rewriter,
    rewritten: Rewritten,
    shown: Bools,
    row_ids: Bytes,
    capture_files: Sequence[str],
) -> pa.Table:
    """The rows of some packets, a table of ``coded_schema()``.

    Args:
      shown: bool [p], packets that are released.
      row_ids: uint8 [p, 16].
      capture_files: the released name of each input of the plan, by ``Input.number``.
    """
    packets = found.packets
    which = np.flatnonzero(shown)
    time = rewritten.time[which]
    arrays: dict[str, pa.Array] = {
        "row_id": uuid_array(row_ids[which]),
        "timestamp": int_array(time, time != NO_TIME, TIME),
        "capture_file": _file_names(packets.input[which], capture_files),
        "packet_number": pa.array(packets.number[which], pa.int64()),
        "captured_length": pa.array((packets.end - packets.start)[which], pa.int64()),
        "wire_length": pa.array(packets.wire_length[which], pa.int64()),
        "interface": pa.array(packets.interface[which], pa.int32()),
        "link_type": pa.array(packets.link_type[which], pa.int32()),
    }
    arrays["community_id"] = _community_ids(found, rewriter, which)
    arrays |= _numbers(found, rewriter, which)
    arrays |= _texts(found, cell_texts(found, rewriter, rewritten), rewriter, which)
    return pa.Table.from_arrays([arrays[name] for name in coded_schema().names], schema=coded_schema())


def cell_texts(found: Found, rewriter: Rewriter, rewritten: Rewritten) -> CellTexts:
    """The texts of addresses, names and text fields, each distinct one once."""
    numbers = found.present
    # Rows of each part, and the number of each one's text.
    placed: list[tuple[Int64, Int64]] = []
    parts = [rewriter.binary.text.take(pa.array(numbers))]
    used = len(numbers)
    for names, made in zip(found.names, rewritten.names, strict=True):
        present = names.present
        place = np.full(len(names.value) + 1, -1, np.int64)
        place[present] = np.arange(len(present)) + used
        placed.append((names.row, place[names.wire.row_name]))
        parts.append(pa.array([made.texts[n].decode("utf-8", "replace") for n in present.tolist()], pa.string()))
        used += len(present)
    fields = np.arange(found.texts.batch.fields, dtype=np.int32)
    parts.append(text_array(fields, *splice_fields(found.texts.batch, rewritten.edits, fields)))
    placed.append((found.texts.row, fields.astype(np.int64) + used))
    coded = pa.concat_arrays(parts).dictionary_encode()
    code = np.append(coded.indices.to_numpy(), np.int32(-1))
    of_number = np.full(len(found.binary), -1, np.int32)
    of_number[numbers] = code[: len(numbers)]
    row = np.empty(len(found.dissection.rows), np.int32)
    # Where a column is stricter than the value, the packet has zeros and its row nothing.
    texts_of_numbers(found.number, rewritten.action, rewriter.binary.action, of_number, row)
    for which, text in placed:
        row[which] = code[text]
    return CellTexts(row, coded.dictionary)


def _numbers(found: Found, rewriter: Rewriter, which: Int64) -> dict[str, pa.Array]:
    policy = rewriter.redactor.policy
    numbers = found.dissection.numbers
    present = np.zeros(len(NUMBERS), np.bool_)
    see_numbers(numbers, which, ABSENT, present)
    for column, name in enumerate(NUMBERS):
        hidden = name in FINGERPRINTS and rewriter.masked[Kind.FINGERPRINT]
        present[column] &= not hidden and policy.columns.get(name) != COLUMN_DROP
    arrays = {name: pa.nulls(len(which), TYPES[kind]) for name, kind in NUMBERS.items()}
    for kind in ("int32", "int64"):
        own = np.flatnonzero(present & (kind == _NUMBER_KIND))
        values = np.empty((len(own), len(which)), kind)
        valid = np.empty(values.shape, np.bool_)
        split_numbers(numbers, which, own, ABSENT, values, valid)
        for column, value, there in zip(own.tolist(), values, valid, strict=True):
            arrays[_NUMBER_NAMES[column]] = int_array(value, there, TYPES[kind])
    return arrays


def _community_ids(found: Found, rewriter: Rewriter, which: Int64) -> pa.DictionaryArray:
    """Of the innermost addresses, as the recipient sees them; null where a rule for their columns hides one."""
    ends = [TEXT_ID["source_ip"], TEXT_ID["destination_ip"]]
    slot = np.full(len(_COLUMNS), -1, np.int64)
    slot[ends] = (0, 1)
    number = np.full((2, len(which)), -1, np.int32)
    place = np.full(len(found.packets), -1, np.int64)
    place[which] = np.arange(len(which))
    rows, row_packet = found.dissection.rows, found.dissection.row_packet
    fill_cells(rows, row_packet, place, found.number, slot, _IS_LIST, number, np.zeros((0, 0), np.int64))
    size = np.append(WIDTH[found.binary.kind], 0)[number]
    hidden = any(rewriter.floor[end + 1] for end in ends)
    address_bytes = np.where((size[0] == size[1]) & ~hidden, size[0], 0)
    raw = np.concatenate((rewriter.binary.raw, np.zeros((1, WIDEST), np.uint8)))
    columns = found.dissection.numbers
    protocol = columns[which, NUMBER_ID["ip_protocol"]]
    is_icmp = (protocol == ICMP) | (protocol == ICMPV6)
    parts = [
        np.where(is_icmp, columns[which, NUMBER_ID[icmp]], columns[which, NUMBER_ID[port]])
        for icmp, port in (("icmp_type", "source_port"), ("icmp_code", "destination_port"))
    ]
    found_ids = community_ids(raw[number[0]], raw[number[1]], address_bytes, protocol, *parts)
    return coded_array(found_ids.which, found_ids.ids)


def _texts(found: Found, texts: CellTexts, rewriter: Rewriter, which: Int64) -> dict[str, pa.Array]:
    rows, row_packet, text = found.dissection.rows, found.dissection.row_packet, texts.row
    place = np.full(len(found.packets), -1, np.int64)
    place[which] = np.arange(len(which))
    present = np.zeros(len(_COLUMNS), np.bool_)
    see_columns(rows, present)
    present &= [rewriter.redactor.policy.columns.get(name) != COLUMN_DROP for name in _COLUMNS]
    slot = np.full(len(_COLUMNS), -1, np.int64)
    for kind in (False, True):
        own = np.flatnonzero(present & (kind == _IS_LIST))
        slot[own] = np.arange(len(own))
    cells = np.full((int((present & ~_IS_LIST).sum()), len(which)), -1, np.int32)
    counts = np.zeros((int((present & _IS_LIST).sum()), len(which)), np.int64)
    fill_cells(rows, row_packet, place, text, slot, _IS_LIST, cells, counts)
    totals = counts.sum(axis=1)
    ends = np.cumsum(totals)
    values = np.empty(int(totals.sum()), np.int32)
    fill_lists(rows, row_packet, place, text, slot, _IS_LIST, ends - totals, values)
    arrays = {}
    for column, name in enumerate(_COLUMNS):
        kind = coded_schema().field(name).type
        if slot[column] < 0:
            arrays[name] = pa.nulls(len(which), kind)
        elif _IS_LIST[column]:
            count, end = counts[slot[column]], ends[slot[column]]
            offsets = np.concatenate(([0], np.cumsum(count))).astype(np.int32)
            entries = texts.distinct.take(pa.array(values[end - offsets[-1] : end]))
            arrays[name] = pa.ListArray.from_arrays(
                pa.array(offsets), entries, type=TYPES["list<string>"], mask=pa.array(count == 0)
            )
        else:
            arrays[name] = coded_array(cells[slot[column]], texts.distinct)
    return arrays


def coded_array(codes: Int32, distinct: pa.StringArray) -> pa.DictionaryArray:
    """Texts by codes, null where one is -1; the dictionary holds those that occur, as they first do.

    ``codes`` is changed.
    """
    order = np.empty(len(distinct), np.int32)
    count = in_order_of_sight(codes, np.full(len(distinct), -1, np.int32), order)
    bits, missing = validity(codes >= 0)
    indices = pa.Array.from_buffers(pa.int32(), len(codes), [bits, pa.py_buffer(np.maximum(codes, 0))], missing)
    return pa.DictionaryArray.from_arrays(indices, distinct.take(pa.array(order[:count])))


def _file_names(inputs: Int32, capture_files: Sequence[str]) -> pa.DictionaryArray:
    numbers = np.flatnonzero(np.bincount(inputs))
    place = np.zeros(len(capture_files), np.int32)
    place[numbers] = np.arange(len(numbers))
    names = [capture_files[n].encode("utf-8", "replace").decode() for n in numbers.tolist()]
    return coded_array(place[inputs], pa.array(names, pa.string()))
