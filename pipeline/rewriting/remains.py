"""The leak check of captures: what was found is proven gone from every packet, byte by byte, before it is released.

With S the packets of a unit as read, O what is staged for a recipient, E the places that redaction may change, G all
other bytes:

(a) O equals S in G, and what is read back from the disk is O;
(b) a field that is not kept lies in E and holds what stands for it: zeros, an address's pseudonym, the cores of a
    name's labels, the replacement of a text that fits;
(c), (d) for texts: what ``pipeline.verification`` asks of logs, of the texts as a batch;
(d) for the rest of G: no original that this recipient does not get stands there as bytes, as text, in hex or in UTF-16.
    Fields that are declared numbers are excused for originals in binary: counters and lengths hold any four bytes;
(e) a checksum that was good is good, and one that was not is wrong by the same amount. Those of datagrams in fragments
    and of SCTP are left to ``captures.checksums``.

A packet with a hit is released to no one. What hits in the frame of a file, which cannot be left out, is overwritten
for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.captures.fields import Kind, SumRule
from pipeline.detection.scanner import Scanner
from pipeline.detection.values import Values
from pipeline.kernels import bitsets
from pipeline.kernels.byte_forms import ByteForms, forms_of_addresses, forms_of_texts
from pipeline.kernels.packets import differs_outside, sums_differ, wrong_rows
from pipeline.policy.actions import Action
from pipeline.records import Bools, Bytes, Int32, Int64
from pipeline.rewriting.binary_values import WIDTH, WIDTHS
from pipeline.rewriting.found import Found, runs
from pipeline.rewriting.rewriting import FILLERS, IS_ADDRESS, Rewriter, Rewritten
from pipeline.verification import check_batch


def _kinds(*kinds: Kind) -> Bools:
    return np.isin(np.arange(len(Kind)), kinds)


#: In which originals in binary are no news: numbers, and what is kept because it is no original.
_EXCUSED = _kinds(Kind.NUMBER, Kind.FINGERPRINT, Kind.CHECKSUM, Kind.CRC32C, Kind.TIME, Kind.SECRET, *WIDTHS)
#: In which originals are looked for as text; fields of text have been.
_SEARCHED = _kinds(Kind.NUMBER, Kind.WORD, Kind.MASKED, Kind.ENCRYPTED_LENGTH, Kind.NAME, Kind.NETBIOS)
_RULES = np.array([SumRule.PLAIN, SumRule.ZERO_IS_NONE])


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


def changed_elsewhere(found: Found, rewritten: Rewritten, covered: Bytes) -> Bools:
    """(a): bool [k], rows with a byte that is not as it was and was not to change."""
    bad = np.zeros(len(found.dissection.rows), np.bool_)
    differs_outside(found.packets.data, rewritten.data, covered, found.dissection.rows, bad)
    return bad


def unchanged_rows(found: Found, rewriter: Rewriter, rewritten: Rewritten, covered: Bytes) -> Bools:
    """(b): bool [k], rows that are not kept and are as they were, or do not lie in what was to change."""
    values = rewriter.values.value
    present = found.present
    # Not what rewriting went by: asked anew.
    action = np.full(len(values), Action.REMOVE, np.int8)
    action[present] = rewriter.redactor.value_actions(values[present])
    bad = np.zeros(len(found.dissection.rows), np.bool_)
    wrong_rows(
        found.dissection.rows, found.number, rewriter.masked, FILLERS, IS_ADDRESS, rewriter.floor, int(Action.MASK),
        action, rewriter.binary.raw, rewritten.data, covered, bad,
    )  # fmt: skip
    for names, made in zip(found.names, rewritten.names, strict=True):
        bad[names.row[rewriter.names.unlike(rewritten.data, names, made)]] = True
    return bad


def texts_unlike(found: Found, rewriter: Rewriter, rewritten: Rewritten) -> Bools:
    """(b) for texts: bool [k], rows of texts in which a replacement is not at its place, at its length."""
    bad = np.zeros(len(found.dissection.rows), np.bool_)
    field = rewriter.fits.unlike(found.texts, rewritten.edits, rewritten.data)
    bad[found.texts.row[field]] = True
    return bad


def originals_left(found: Found, rewriter: Rewriter, covered: Bytes, scanner: Scanner) -> Bools:
    """(d) for what is no text: bool [k], rows in which an original stands in bytes that stay."""
    rows = found.dissection.rows
    bad = np.zeros(len(rows), np.bool_)
    numbers = found.originals.value
    gone = ~rewriter.redactor.keeps(numbers)
    if gone.any():
        searched = runs(rows, ~rewriter.masked & _SEARCHED)
        nothing = np.zeros(len(searched.first), np.bool_)
        _, _, original, run = found.originals.find(
            found.packets.data, searched.start, searched.end, nothing, nothing, covered
        )
        bad[searched.rows(run[gone[original]])] = True
    plain = runs(rows, ~rewriter.masked & ~_EXCUSED)
    forms = joined((binary_forms(found, rewriter), *written_forms(scanner.values, numbers[gone])))
    hit = ByteForms(*forms).spans_with(found.packets.data, plain.start, plain.end, covered)
    bad[plain.rows(np.flatnonzero(hit))] = True
    return bad


def joined(parts: Iterable[tuple[Bytes, Int64]]) -> tuple[Bytes, Int64]:
    """Byte strings of several (flat, offset) as one: what they are looked for in is read once."""
    flats, offsets = zip(*parts, strict=True)
    before = np.cumsum([0, *map(len, flats)])
    moved = [offset[1:] + at for offset, at in zip(offsets, before)]
    return np.concatenate(flats), np.concatenate([np.zeros(1, np.int64), *moved])


def binary_forms(found: Found, rewriter: Rewriter) -> tuple[Bytes, Int64]:
    """The packets' addresses that a recipient does not get: in binary, and in hex of either letter case."""
    values = found.binary
    number = found.present[rewriter.binary.action[found.present] != Action.KEEP]
    return forms_of_addresses(values.raw[number], WIDTH[values.kind[number]])


def written_forms(values: Values, numbers: Int32) -> Iterator[tuple[Bytes, Int64]]:
    """Originals in UTF-16 of either order, and in hex of either letter case."""
    arena, begin = values.texts(numbers)
    beyond = np.zeros(len(numbers), np.bool_)
    if (arena >= 0x80).any():
        many = np.concatenate(([0], np.cumsum(arena >= 0x80)))
        beyond = many[begin[1:]] > many[begin[:-1]]
        arena, begin = values.texts(numbers[~beyond])
    yield forms_of_texts(arena, begin)
    texts = [values.text[n].decode("utf-8", "replace") for n in numbers[beyond].tolist()]
    forms = [form for text in texts for form in (text.encode("utf-16-le"), text.encode("utf-16-be"))]
    forms += [form.encode() for text in texts for form in (text.encode().hex(), text.encode().hex().upper())]
    yield np.frombuffer(b"".join(forms), np.uint8), np.cumsum([0, *map(len, forms)]).astype(np.int64)


def checksums_changed(found: Found, rewritten: Rewritten) -> Bools:
    """(e): bool [p], packets in which a checksum is wrong by another amount than it was."""
    bad = np.zeros(len(found.packets), np.bool_)
    sums_differ(found.packets.data, rewritten.data, found.dissection.sums, _RULES, bad)
    return bad


def foreign_rows(found: Found, scanner: Scanner) -> Int64:
    """Rows that hold another client's value."""
    foreign = scanner.values.columns()[2].astype(np.bool_)
    if not foreign.any():
        return np.zeros(0, np.int64)
    of_text = foreign[found.findings.value]
    rows = [found.texts.row[found.findings.field[of_text]]]
    rows.append(np.flatnonzero(np.append(foreign[found.binary.value], False)[found.number]))
    rows += [names.row[(names.row_value >= 0) & foreign[names.row_value]] for names in found.names]
    return np.concatenate(rows)
