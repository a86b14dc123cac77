"""The leak check: what was found is proven gone, position by position, before anything is published.

With S the source bytes of a unit, E the disjoint edits, G the bytes that no recipient's edit covers and K the leaves
kept by policy, a unit passes if and only if

(a) every staged record, as native bytes and as decoded column values, equals S with its E applied (``check_native``,
    ``check_texts``);
(b) each finding that is not kept lies in E (``uncovered_rows``);
(c) detection by patterns over what is left gives no leaf that touches G outside K (``remaining_leaves``), and where a
    policy masks unknown words none of them (``remaining_words``);
(d) no distinctive original of the unit stands anywhere touching a field's bytes in G (``remaining_originals``): what is
    in no field is the format's own, such as ``Delivery-Date`` where someone's name is Delivery;
(e) names of attributes are made of keys as they stand edited in the records (``wrong_names``).

(c) and (d) look at S with every byte of E overwritten by a letter of no meaning: positions stay, and what matters is
whether G holds an original, not what a pseudonym happens to look like. (a) then carries the answer over to each output.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.detection.originals import Originals, still_told, wholly_covered, words_inside
from pipeline.detection.patterns import IS_ASCII_WORD
from pipeline.detection.propagation import in_own_record, originals_inside
from pipeline.detection.scanner import Scanner
from pipeline.detection.times import TIME_ENTITY
from pipeline.detection.values import Findings, Kind
from pipeline.kernels import bitsets, compare, spans
from pipeline.policy.actions import Action
from pipeline.records import (
    HARMLESS,
    KEY_COLUMN,
    LONGEST_PLACE,
    UNKNOWN_KEY,
    Batch,
    Bools,
    Bytes,
    Decoder,
    Edits,
    Int32,
    Int64,
)
from pipeline.redaction import Redactor

_UNCODED = np.zeros(0, np.int32)
Places = npt.NDArray[np.signedinteger]


@dataclass(frozen=True)
class Union:
    """What any recipient replaces in a batch.

    Attributes:
      edited: the set of edited positions (see kernels.bitsets).
      fields: bool [f], fields with an edit.
      blanked: the batch with those bytes overwritten.
    """

    edited: Bytes
    fields: Bools
    blanked: Batch


def union_of(batch: Batch, edits: Sequence[Edits]) -> Union:
    edited = bitsets.empty_set(len(batch.data))
    fields = np.zeros(batch.fields, np.bool_)
    data = batch.data.copy()
    for e in edits:
        bitsets.blank(e.start, e.end, bitsets.BLANK, data, edited)
        fields |= e.field_edit[1:] > e.field_edit[:-1]
    return Union(edited, fields, replace(batch, data=data))


def check_batch(
    batch: Batch,
    findings: Findings,
    recipients: Sequence[tuple[Redactor, Edits]],
    originals: Originals,
    scanner: Scanner,
) -> Bools:
    """Conditions (b) to (e): bool [r], records that must not be released."""
    bad = np.zeros(batch.records, np.bool_)
    for redactor, edits in recipients:
        rows = uncovered_rows(batch, findings, redactor, edits)
        bad[batch.field_record[findings.field[rows]]] = True
        bad[batch.field_record[remaining_words(batch, findings, redactor, edits, scanner)]] = True
    union = union_of(batch, [edits for _, edits in recipients])
    kept = kept_rows(batch, findings, [redactor for redactor, _ in recipients])
    bad[remaining_leaves(batch, findings, [r for r, _ in recipients], union, kept, scanner)] = True
    bad[remaining_originals(batch, findings, union, kept, originals, scanner)] = True
    for _, edits in recipients:
        bad |= wrong_names(batch, edits)
    return bad


def uncovered_rows(batch: Batch, findings: Findings, redactor: Redactor, edits: Edits) -> Int64:
    """(b): rows of findings that are not kept and do not lie in an edit."""
    asked = redactor.row_actions(batch, findings) > Action.KEEP
    outside = np.empty(len(findings), np.bool_)
    spans.lie_outside(findings.start, findings.end, asked, edits.start, edits.end, outside)
    return np.flatnonzero(outside)


def kept_rows(batch: Batch, findings: Findings, redactors: Sequence[Redactor]) -> Bools:
    """K: bool [k], findings that every recipient keeps."""
    kept = findings.kind != Kind.HOLDER
    for redactor in redactors:
        kept &= redactor.row_actions(batch, findings) == Action.KEEP
    return kept


def remaining_leaves(
    batch: Batch, findings: Findings, redactors: Sequence[Redactor], union: Union, kept: Bools, scanner: Scanner
) -> Int64:
    """(c): records in which detection still finds a leaf that touches G and is not kept.

    Detection is a pure function of a text: a text or token without an edit is not looked at again, (b) speaks for it;
    nor is a text of which no byte is left. A leaf with overwritten bytes counts by what is left of it. And an anchor of
    which every byte is left stood in the source, too: what follows it is read again, the anchor need not be searched
    for. That holds unless an edit begins or ends inside a word, where a boundary may come or go.
    """
    which = np.flatnonzero(union.fields & (batch.field_entity != HARMLESS) & (batch.field_entity != TIME_ENTITY))
    which = which[~wholly_covered(union.edited, batch.field_start[which], batch.field_end[which])]
    again = scanner.scan_again(union.blanked, which, findings.anchored, cut_words(batch, union), bitsets.BLANK)
    touches = ~wholly_covered(union.edited, again.start, again.end)
    rows = np.flatnonzero(touches & (again.kind != Kind.HOLDER))
    if not len(rows):
        return rows
    again = again.take(rows)
    again = again.take(np.flatnonzero(~kept_rows(union.blanked, again, redactors)))
    again = again.take(np.flatnonzero(~again.overruled_by(findings)))
    told = still_told(
        union.blanked.data, union.edited, (findings.start[kept], findings.end[kept]), (again.start, again.end)
    )
    return batch.field_record[again.field[told]]


def remaining_words(batch: Batch, findings: Findings, redactor: Redactor, edits: Edits, scanner: Scanner) -> Int64:
    """(c) for a recipient whose policy masks unknown words: fields in which one stands outside E and K."""
    if scanner.unknown is None or not redactor.policy.masks_unknown:
        return np.zeros(0, np.int64)
    kept = (redactor.row_actions(batch, findings) == Action.KEEP) & (findings.kind != Kind.HOLDER)
    strict = redactor.strict_fields(batch)
    return scanner.unknown.remaining(batch, findings, kept, (edits.start, edits.end), strict)


def cut_words(batch: Batch, union: Union) -> Bools:
    """bool [f]: fields in which an edit begins or ends between two bytes of a word."""
    cut = np.zeros(batch.fields, np.bool_)
    bitsets.mark_cut(union.edited, batch.data, IS_ASCII_WORD, batch.field_start, cut)
    return cut


def remaining_originals(
    batch: Batch, findings: Findings, union: Union, kept: Bools, originals: Originals, scanner: Scanner
) -> Int64:
    """(d): records in which a distinctive original stands touching a field's bytes in G: in any letter case between
    non-word bytes, and as it was written, from words.INSIDE_WORDS bytes on, at any place; and in what an encoded text
    says."""
    bad = _with_original(batch, findings, union, kept, originals, scanner)
    if bad.any():
        # Only few formats have words of their own, so that these are asked for where something was found.
        bad = _with_original(batch, findings, _with_fixed(batch, union), kept, originals, scanner)
    return np.flatnonzero(bad)


def _with_fixed(batch: Batch, union: Union) -> Union:
    """The union, and in its set of positions all that stand in no field."""
    start = np.concatenate(([0], batch.field_end)).astype(np.int64)
    end = np.concatenate((batch.field_start, [len(batch.data)])).astype(np.int64)
    positions = union.edited.copy()
    bitsets.blank(start, end, bitsets.BLANK, batch.data.copy(), positions)
    return replace(union, edited=positions)


def _with_original(
    batch: Batch, findings: Findings, union: Union, kept: Bools, originals: Originals, scanner: Scanner
) -> Bools:
    bad = np.zeros(batch.records, np.bool_)
    if len(originals.value):
        blanked = union.blanked.data
        escapes = np.zeros(batch.records, np.bool_)
        escapes[batch.field_record[np.isin(batch.field_decoder, (Decoder.JSON_STRING, Decoder.JSON_NUMBER))]] = True
        start, end, original, record = originals.find(
            blanked,
            batch.record_start,
            batch.record_end,
            np.zeros(batch.records, np.bool_),
            escapes,
            union.edited,
        )
        # Where someone is called xxxx.xxxx two overwritten words look like him.
        spans_found = zip(start.tolist(), end.tolist(), strict=True)
        stands = np.array(
            [bool((blanked[s:e] | 0x20 == batch.data[s:e] | 0x20).all()) for s, e in spans_found], np.bool_
        )
        original, record = original[stands], record[stands]
        strong = originals.strong[original]
        bad[record[strong]] = True
        original, record = original[~strong], record[~strong]
        here = in_own_record(batch, findings, record, originals.value[original], len(scanner.values))
        bad[record[here]] = True
        field, start, end, *_ = originals_inside(batch, findings, scanner, originals)
        bad[batch.field_record[field[~wholly_covered(union.edited, start, end)]]] = True
    distinctive = scanner.values.columns()[1][findings.value].astype(np.bool_)
    sought = distinctive & (findings.kind != Kind.HOLDER) & ~kept
    # A value may be kept alone that goes within another, as a mail's domain goes with its address.
    alike = np.zeros(len(scanner.values), np.bool_)
    alike[findings.value[sought]] = True
    edited = union.edited.copy()
    bitsets.cover(findings.start, findings.end, kept & alike[findings.value], edited)
    _, row = words_inside(union.blanked.data, batch, findings, sought, batch.data, edited, every=False)
    bad[batch.field_record[findings.field[row]]] = True
    return bad


def wrong_names(batch: Batch, edits: Edits) -> Bools:
    """(e): bool [r], records with an attribute whose name is not made of keys as they stand edited.

    The bytes of a key are proven as a field, by its record's (b), (c) and (d). So each part of a path must be the text
    of such a field after the edits: in a record that edits its key that record's, else that of any. Names that a
    format itself gives hold nothing of the records.
    """
    bad = np.zeros(batch.records, np.bool_)
    parents = batch.key_parent.tolist()
    if max(parents, default=-1) < 0:
        return bad
    parts = [
        name.removeprefix(f"{edits.keys[parent]}.") if parent >= 0 and batch.keys[parent] else name
        for name, parent in zip(edits.keys, parents, strict=True)
    ]
    edited = np.flatnonzero((batch.field_column == KEY_COLUMN) & (edits.field_edit[1:] > edits.field_edit[:-1]))
    unedited = batch.key_field.copy()
    unedited[batch.field_key[edited]] = -1
    unedited = unedited[unedited >= 0]
    right = (batch.key_field < 0) & np.array([_is_place(part) for part in parts])
    for which in (edited, unedited):
        same = _keys_equal(batch, edits, which, parts)
        right[batch.field_key[which[same]]] = True
        bad[batch.field_record[which[~same]]] = True
    wrong = (batch.key_parent >= 0) & ~right
    if wrong.any():
        # Parents stand before their children, whose names hold theirs.
        for k, parent in enumerate(parents):
            wrong[k] |= parent >= 0 and wrong[parent]
        keyed = np.flatnonzero(batch.field_key >= 0)
        bad[batch.field_record[keyed[wrong[batch.field_key[keyed]]]]] = True
    return bad


def _keys_equal(batch: Batch, edits: Edits, which: Int64, parts: Sequence[str]) -> Bools:
    """bool [k]: fields of keys whose text after the edits is their key's part of a name."""
    texts = [parts[k].encode("utf-8", "replace") for k in batch.field_key[which].tolist()]
    offset = np.concatenate(([0], np.cumsum([len(text) for text in texts]))).astype(np.int64)
    return ~check_texts(batch, edits, which, np.frombuffer(b"".join(texts) + b"\x00", np.uint8), offset)


def _is_place(part: str) -> bool:
    """Whether a part of a path stands for no key: a place in an array, or one that is not known."""
    return part == UNKNOWN_KEY or (len(part) <= LONGEST_PLACE and part.rstrip("+").isdigit())


@dataclass(frozen=True)
class Staged:
    """Native bytes beside a batch's source.

    Attributes:
      data: uint8, what is staged.
      drift: int64 [e + 1], how much further than in the source stands in it what comes before each edit, and after the
        last; None where a record is not kept.
    """

    data: Bytes
    drift: Int64 | None


@dataclass(frozen=True)
class TextPlaces:
    """Where texts of fields must stand in staged native bytes: int64 ``at`` and int32 ``size`` [k]."""

    data: Bytes
    at: Int64
    size: Int32


def check_native(batch: Batch, edits: Edits, keep: Bools, staged: Bytes, at: int) -> tuple[Bools, int, Staged]:
    """(a) for native bytes, staged from ``at`` on: (bool [r] records that differ, the position after them, places)."""
    bad = np.zeros(batch.records, np.bool_)
    drift = np.empty(len(edits.start) + 1, np.int64)
    after = compare.native_differs(
        batch.data, batch.record_start, batch.record_end, keep, edits.start, edits.end, edits.text_start,
        edits.text_end, edits.arena, staged, at, bad, drift,
    )  # fmt: skip
    return bad, after, Staged(staged, drift if keep.all() else None)


def text_places(batch: Batch, edits: Edits, fields: Int32, native: Staged) -> list[TextPlaces | None]:
    """Where texts of fields, int32 [columns, k], must stand in bytes in which ``check_native`` found no difference."""
    if native.drift is None:
        return [None] * len(fields)
    at, size = np.empty(fields.shape, np.int64), np.empty(fields.shape, np.int32)
    compare.find_texts(
        fields, batch.field_start, batch.field_end, batch.field_decoder, edits.field_edit, native.drift, at, size
    )
    return [TextPlaces(native.data, *place) for place in zip(at, size, strict=True)]


def check_texts(
    batch: Batch,
    edits: Edits,
    which: Places,
    column: Bytes,
    offset: Places,
    code: Places = _UNCODED,
    places: TextPlaces | None = None,
) -> Bools:
    """(a) for decoded column values: bool [k], texts that are not field ``which[k]`` with its edits applied.

    Args:
      which: [k], places of fields; -1 for none, of which nothing is said.
      column, offset: the texts, one after the other.
      code: [k], where several may share a text: the place in ``offset`` of each.
      places: of the same fields; a text that stands there needs no other look.
    """
    said = np.where(which < 0, compare.SAME, compare.DIFFERS).astype(np.uint8)
    if places is not None:
        compare.text_differs(places.data, places.at, places.size, column, offset, code, said)
    closer = np.flatnonzero(said == compare.DIFFERS)
    if len(closer):
        again = np.empty(len(closer), np.uint8)
        compare.field_differs(
            batch.data, batch.field_start, batch.field_end, batch.field_decoder, which[closer].astype(np.int64),
            edits.field_edit, edits.start, edits.end, edits.text_start, edits.text_end, edits.arena, column,
            offset.astype(np.int64), code[closer].astype(np.int64) if len(code) else closer, again,
        )  # fmt: skip
        said[closer] = again
    bad = said == compare.DIFFERS
    slow = said == compare.UNDECIDED
    if not _all_utf8(column, offset):
        # The same bytes are the right text only if they are UTF-8; of this column none is taken for granted.
        slow |= (said == compare.SAME) & (which >= 0)
    for k in np.flatnonzero(slow).tolist():
        text = int(code[k]) if len(code) else k
        bad[k] = column[offset[text] : offset[text + 1]].tobytes() != _expected(batch, edits, int(which[k]))
    return bad


def _all_utf8(column: Bytes, offset: Places) -> bool:
    """Whether texts that stand one after the other are valid UTF-8, each by itself."""
    texts = column[offset[0] : offset[-1]]
    if not len(texts) or texts.max() < 0x80:
        return True
    try:
        texts.tobytes().decode()
    except UnicodeDecodeError:
        return False
    starts = offset[:-1][offset[:-1] < offset[1:]]
    return not ((column[starts] & 0xC0) == 0x80).any()


def _expected(batch: Batch, edits: Edits, field: int) -> bytes:
    """The decoded text of a field after its edits, by the standard library."""
    decoder = batch.field_decoder[field]
    pieces, here = [], int(batch.field_start[field])
    for e in range(edits.field_edit[field], edits.field_edit[field + 1]):
        pieces.append(_decoded(batch.data[here : edits.start[e]].tobytes(), decoder))
        text = edits.arena[edits.text_start[e] : edits.text_end[e]].tobytes()
        pieces.append(text.strip(b'"') if decoder == Decoder.JSON_NUMBER else text)
        here = int(edits.end[e])
    pieces.append(_decoded(batch.data[here : batch.field_end[field]].tobytes(), decoder))
    return b"".join(pieces).decode("utf-8", "each-byte-replaced").encode()


def _decoded(raw: bytes, decoder: int) -> bytes:
    if decoder != Decoder.JSON_STRING:
        return raw
    text = json.loads(b'"%s"'.decode() % raw.decode("utf-8", "surrogateescape"), strict=False)
    out = bytearray()
    for character in text:
        escaped_byte = 0xDC80 <= ord(character) <= 0xDCFF
        out += character.encode("utf-8", "surrogateescape" if escaped_byte else "surrogatepass")
    return bytes(out)


def _each_byte_replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\ufffd" * (error.end - error.start), error.end


codecs.register_error("each-byte-replaced", _each_byte_replaced)
