"""The leak check of captures: what was found is proven gone from every packet, byte by byte, before it is released.

With S the packets of a unit as read, O what is staged for a recipient, E the places that redaction may change, G all
other bytes:

(a) O equals S in G, and what is read back from the disk is O;
(b) a field that is not kept lies in E and holds what stands for it: zeros, an address's pseudonym, the cores of a
    name's labels, the replacement of a text that fits;
(c), (d) for texts: what ``pipeline.verification`` asks of logs, of the texts as a batch;
(d) for the rest of G: no original that this recipient does not get stands there as bytes, as text, in hex or in UTF-16.
    Fields that are declared numbers are excused for originals in binary: counters and lengths hold any four bytes;
(e) a checksum that was good is good, and one that was not is not.

A packet with a hit is released to no one. What hits in the frame of a file, which cannot be left out, is overwritten
for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.captures.checksums import are_good
from pipeline.captures.fields import END, KIND, START, Kind
from pipeline.captures.wire_names import WireNames, read_names, read_netbios_names
from pipeline.detection.originals import Originals
from pipeline.detection.scanner import Scanner
from pipeline.kernels import bitsets
from pipeline.kernels.byte_forms import SHORTEST, byte_forms
from pipeline.kernels.packets import differs_outside, wrong_rows
from pipeline.policy.actions import Action
from pipeline.records import Bools, Bytes, Int64
from pipeline.rewriting.binary_values import WIDTHS
from pipeline.rewriting.found import Found, Names
from pipeline.rewriting.rewriting import IS_ADDRESS, Rewriter, Rewritten
from pipeline.surrogates.names import LabelMap
from pipeline.verification import check_batch

#: In which originals in binary are no news: numbers, and what is kept because it is no original.
_EXCUSED = (
    Kind.NUMBER, Kind.FINGERPRINT, Kind.CHECKSUM, Kind.CRC32C, Kind.TIME, Kind.SECRET, *WIDTHS,
)  # fmt: skip
_ZEROED, _OTHER = 1, 2


@dataclass(frozen=True)
class Remaining:
    """What must not be released.

    Attributes:
      packets: bool [p].
      foreign: bool [p], those of them that hold another client's value.
      frame: int64, rows of the frame that are overwritten.
    """

    packets: Bools
    foreign: Bools
    frame: Int64


def remaining(found: Found, recipients: Sequence[tuple[Rewriter, Rewritten]], scanner: Scanner) -> Remaining:
    """Hold what recipients get of some packets to the conditions above."""
    rows = len(found.dissection.rows)
    bad, foreign = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_)
    packets = np.zeros(len(found.packets), np.bool_)
    texts = found.texts
    records = check_batch(
        texts.batch, found.findings, [(r.redactor, w.edits) for r, w in recipients], found.originals, scanner
    )
    bad[texts.rows_of_records(records)] = True
    for rewriter, rewritten in recipients:
        covered = edited(found, rewritten)
        bad |= changed_elsewhere(found, rewritten, covered)
        bad |= unchanged_rows(found, rewriter, rewritten, covered)
        bad |= texts_unlike(found, rewriter, rewritten)
        bad |= originals_left(found, rewriter, covered, scanner)
        packets |= checksums_changed(found, rewritten)
    foreign[foreign_rows(found, scanner)] = True
    of_row = found.dissection.row_packet
    of_packet = np.zeros(len(found.packets), np.bool_)
    packets[of_row[(bad | foreign) & (of_row >= 0)]] = True
    of_packet[of_row[foreign & (of_row >= 0)]] = True
    return Remaining(packets, of_packet, np.flatnonzero((bad | foreign) & (of_row < 0)))


def edited(found: Found, rewritten: Rewritten) -> Bytes:
    """The set of positions that redaction may change."""
    covered = bitsets.empty_set(len(found.packets.data))
    bitsets.cover(rewritten.start, rewritten.end, np.ones(len(rewritten.start), np.bool_), covered)
    return covered


def _spans(found: Found) -> tuple[Int64, Int64]:
    rows = found.dissection.rows
    return rows[:, START].astype(np.int64), rows[:, END].astype(np.int64)


def changed_elsewhere(found: Found, rewritten: Rewritten, covered: Bytes) -> Bools:
    """(a): bool [k], rows with a byte that is not as it was and was not to change."""
    bad = np.zeros(len(found.dissection.rows), np.bool_)
    differs_outside(found.packets.data, rewritten.data, covered, *_spans(found), bad)
    return bad


def unchanged_rows(found: Found, rewriter: Rewriter, rewritten: Rewritten, covered: Bytes) -> Bools:
    """(b): bool [k], rows that are not kept and are as they were, or do not lie in what was to change."""
    rows, number = found.dissection.rows, found.number
    kind = rows[:, KIND]
    wanted = np.where(rewriter.zeroed[kind], _ZEROED, 0).astype(np.int8)
    own = np.flatnonzero(IS_ADDRESS[kind])
    values = rewriter.values.value
    action = rewriter.redactor.value_actions(values)
    action = np.append(action, np.int8(Action.REMOVE))
    asked = np.maximum(action[number[own]], rewriter.floor[rows[own, 4] + 1])
    wanted[own] = np.where(asked >= Action.MASK, _ZEROED, np.where(asked > Action.KEEP, _OTHER, 0))
    bad = np.zeros(len(rows), np.bool_)
    wrong_rows(rows, number, wanted, rewriter.binary.raw, rewritten.data, covered, bad)
    for names in found.names:
        bad[names.row[unchanged_names(names, rewriter, rewritten)]] = True
    return bad


def unchanged_names(names: Names, rewriter: Rewriter, rewritten: Rewritten) -> Bools:
    """Rows of names of which a label is neither its pseudonym's core nor overwritten."""
    read = read_names if names.kind == Kind.NAME else read_netbios_names
    after = read(rewritten.data, names.rows)
    pairs, place = np.unique(np.stack((names.wire.row_name, after.row_name), axis=1), axis=0, return_inverse=True)
    kept = rewriter.redactor.keeps(names.value)
    wrong = [
        _is_unlike(names.wire, old, after, new, not kept[old] and rewritten.made[int(names.value[old])])
        if old >= 0
        else False
        for old, new in pairs.tolist()
    ]
    return np.array(wrong, np.bool_)[place.reshape(-1)] if len(names.rows) else np.zeros(0, np.bool_)


def _is_unlike(before: WireNames, old: int, after: WireNames, new: int, made: bytes | bool) -> bool:
    """Whether a name was not replaced by its pseudonym's cores; ``made`` is False for one that is kept."""
    if made is False:
        return False
    if new < 0:
        return True
    labels, others = before.labels[old], after.labels[new]
    if len(labels) != len(others):
        return True
    written = bytes(made).lower().split(b".")
    if len(written) != len(labels):
        written = [b""] * len(labels)
    return any(
        len(label) != len(other)
        or (other.strip(b"xX") and other.lower() not in (part, part.removeprefix(LabelMap.TAG)))
        for label, other, part in zip(labels, others, written, strict=True)
    )


def texts_unlike(found: Found, rewriter: Rewriter, rewritten: Rewritten) -> Bools:
    """(b) for texts: bool [k], rows of texts in which a replacement is not at its place, at its length."""
    bad = np.zeros(len(found.dissection.rows), np.bool_)
    field = rewriter.fits.unlike(found.texts, rewritten.edits, rewritten.data)
    bad[found.texts.row[field]] = True
    return bad


def originals_left(found: Found, rewriter: Rewriter, covered: Bytes, scanner: Scanner) -> Bools:
    """(d) for what is no text: bool [k], rows in which an original stands in bytes that stay."""
    rows = found.dissection.rows
    kind = rows[:, KIND]
    bad = np.zeros(len(rows), np.bool_)
    left = ~rewriter.zeroed[kind]
    numbers = found.originals.value
    numbers = numbers[~rewriter.redactor.keeps(numbers)]
    searched = np.flatnonzero(left & np.isin(kind, (Kind.NUMBER, Kind.WORD, Kind.MASKED, Kind.NAME, Kind.NETBIOS)))
    plain = np.flatnonzero(left & ~np.isin(kind, _EXCUSED))
    start, end = _spans(found)
    if len(numbers) and len(searched):
        values = scanner.values
        own = Originals(values, numbers, np.ones(len(numbers), np.bool_))
        first, last = _runs(start[searched], end[searched])
        nothing = np.zeros(len(first), np.bool_)
        data = found.packets.data
        hits = own.find(data, start[searched[first]], end[searched[last]], nothing, nothing, covered)[3]
        hit = np.zeros(len(first), np.bool_)
        hit[hits] = True
        bad[searched[np.repeat(hit, last - first + 1)]] = True
    strings = binary_forms(found, rewriter) + written_forms([scanner.values.text[n] for n in numbers.tolist()])
    if strings and len(plain):
        first, last = _runs(start[plain], end[plain])
        hit = byte_forms(strings).spans_with(found.packets.data, start[plain[first]], end[plain[last]], covered)
        bad[plain[np.repeat(hit, last - first + 1)]] = True
    return bad


def _runs(start: Int64, end: Int64) -> tuple[Int64, Int64]:
    """Fields that stand next to each other are searched as one: the first and the last of each run."""
    first = np.flatnonzero(np.concatenate(([True], start[1:] != end[:-1])))
    return first, np.concatenate((first[1:], [len(start)])) - 1


def binary_forms(found: Found, rewriter: Rewriter) -> list[bytes]:
    """The packets' addresses that a recipient does not get: in binary, and in hex of either letter case."""
    values = rewriter.values
    number = np.unique(found.number[found.number >= 0])
    number = number[rewriter.binary.action[number] != Action.KEEP]
    width = np.array([WIDTHS.get(Kind(k), 0) for k in range(len(Kind))])[values.kind[number]]
    whole = [row.tobytes()[:size] for row, size in zip(values.raw[number], width.tolist(), strict=True)]
    return [form for raw in whole for form in (raw, raw.hex().encode(), raw.hex().upper().encode())]


def written_forms(texts: Sequence[bytes]) -> list[bytes]:
    """Originals in UTF-16 of either order, and in hex of either letter case."""
    forms = []
    for text in texts:
        if len(text) < SHORTEST:
            continue
        read = text.decode("utf-8", "replace")
        forms += [read.encode("utf-16-le"), read.encode("utf-16-be"), text.hex().encode(), text.hex().upper().encode()]
    return forms


def checksums_changed(found: Found, rewritten: Rewritten) -> Bools:
    """(e): bool [p], packets of which a checksum was good and is not, or the reverse, where that can be told."""
    bad = np.zeros(len(found.packets), np.bool_)
    sums = found.dissection.sums
    before, after = are_good(found.packets.data, sums), are_good(rewritten.data, sums)
    bad[sums[before != after, 7]] = True
    return bad


def foreign_rows(found: Found, scanner: Scanner) -> Int64:
    """Rows that hold another client's value."""
    foreign = scanner.values.columns()[2].astype(np.bool_)
    of_text = foreign[found.findings.value]
    rows = [found.texts.row[found.findings.field[of_text]]]
    rows.append(np.flatnonzero(np.append(foreign[found.binary.value], False)[found.number]))
    rows += [names.row[(names.row_value >= 0) & foreign[names.row_value]] for names in found.names]
    return np.concatenate(rows)
