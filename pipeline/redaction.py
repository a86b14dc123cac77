"""Redaction: batch, findings and one recipient's policy in, edits out. It decides; it neither finds nor writes."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pipeline.detection.names import scan_names
from pipeline.detection.scanner import Scanner
from pipeline.detection.times import TIME_ENTITY
from pipeline.detection.unknown import masked_rows
from pipeline.detection.values import Findings, Kind, Values
from pipeline.kernels.actions import code_groups, count_actions, decide_actions, keep_unchanged, replace_fields
from pipeline.kernels.alignment import keep_columns
from pipeline.kernels.spans import resolve_groups
from pipeline.kernels.splice import splice_fields
from pipeline.kernels.texts import TextTable
from pipeline.policy.actions import ATTRIBUTE_PREFIX, COLUMN_DROP, COLUMN_ENTITY, COLUMN_SCAN, NEVER_KEPT, Action
from pipeline.policy.compiled import CompiledPolicy
from pipeline.records import ATTRIBUTES, COLUMN_NAMES, Batch, Bools, Decoder, Edits, Int64
from pipeline.redacted_keys import redacted_keys
from pipeline.redacted_times import redacted_times
from pipeline.replacements import LITERAL, TOKEN, Replacements, zeros_for
from pipeline.surrogates.borne import BEARERS, borne_by
from pipeline.surrogates.coarsening import coarsened
from pipeline.surrogates.space import SurrogateSpace
from pipeline.surrogates.tokens import TOKEN_NAMESPACE
from recognizers.entities import ENTITY_ID, UNKNOWN, namespace_of

#: In the place of an entity's number: a whole field that a column's rule redacts.
FIELD_TAG = 1 << 12
FILE = ENTITY_ID["BINARY_CONTENT"]
_SECRETS = [ENTITY_ID[entity] for entity in sorted(NEVER_KEPT)]
Actions = npt.NDArray[np.int8]
#: By action: whether it leaves nothing of a compound's parts.
_WHOLE = np.array([action >= Action.MASK or action == Action.GENERALISE for action in sorted(Action)])


class Redactor:
    """One recipient's decisions over one scanner's values; its texts are made once per distinct value."""

    def __init__(self, policy: CompiledPolicy, space: SurrogateSpace, scanner: Scanner) -> None:
        self.policy = policy
        self.space = space
        self.scanner = scanner
        self.entities = scanner.vocabulary.names
        self.action_of_entity: Actions = np.array([policy.action_of(entity) for entity in self.entities], np.int8)
        bearers = [ENTITY_ID[e] for e, borne in BEARERS.items() if any(map(policy.action_of, borne))]
        self._bears: Bools = np.isin(np.arange(len(self.entities)), bearers)
        #: Unknown words have no action of their own.
        self.action_of_entity[UNKNOWN] = -1
        self.forget()

    def forget(self) -> None:
        """Start anew, together with the scanner's values."""
        self._replacements = Replacements(self._make)
        self._literals: list[bytes] = []
        self._borne: dict[int, int] = {}
        self._same = np.zeros(1 << 10, np.int8)  # 0 not asked, 1 differs from the original, 2 the same
        self._decided: tuple[weakref.ref[Batch], weakref.ref[Findings], Actions] | None = None
        self.forget_names()

    def forget_names(self) -> None:
        """Start the names of files and columns anew."""
        self._keys: dict[str, str] = {}

    @property
    def values(self) -> Values:
        return self.scanner.values

    def row_actions(self, batch: Batch, findings: Findings) -> Actions:
        """int8 [k], decided once for edits and proof: each row's action; -1 for a compound whose parts are replaced."""
        if self._decided is not None and self._decided[0]() is batch and self._decided[1]() is findings:
            return self._decided[2]
        action = self._row_actions(batch, findings)
        self._decided = weakref.ref(batch), weakref.ref(findings), action
        return action

    def _row_actions(self, batch: Batch, findings: Findings) -> Actions:
        entity_of = self.values.columns()[0]
        is_holder = findings.kind == Kind.HOLDER
        action = np.empty(len(findings), np.int8)
        decide_actions(findings.value, findings.holder, is_holder, entity_of, self.action_of_entity, _WHOLE, action)
        for column, rule in self._entity_columns():
            entity = entity_of[findings.value]
            here = batch.field_column[findings.field] == COLUMN_NAMES.index(column)
            of_entity = here & (
                (entity == ENTITY_ID[COLUMN_ENTITY[column]]) | (findings.holder == ENTITY_ID[COLUMN_ENTITY[column]])
            )
            # A password in a URL is no part of what may stay.
            action[of_entity & ~is_holder & ~np.isin(entity, _SECRETS)] = rule
        self._replace_bearers(findings.value, action)
        self._keep_unchanged(findings.value, action)
        files = np.flatnonzero((entity_of[findings.value] == FILE) & (action == Action.MASK))
        if len(files):  # of what chance makes there nothing is left, and zeros are base64 still
            action[findings.within(files)] = Action.MASK
        if self.policy.masks_unknown:
            masked_rows(batch, findings, action, self.strict_fields(batch), Action.MASK)
        return action

    def strict_fields(self, batch: Batch) -> Bools:
        """bool [f]: fields of which unknown words are masked."""
        policy = self.policy
        strict = np.full(len(COLUMN_NAMES) + 2, policy.unknown, np.bool_)
        for column, masked in policy.unknown_columns.items():
            if column in COLUMN_NAMES:
                strict[COLUMN_NAMES.index(column)] = masked
        of_field = strict[batch.field_column]
        for column, masked in policy.unknown_columns.items():
            name = column.removeprefix(ATTRIBUTE_PREFIX)
            keys = [k for k, text in enumerate(batch.keys) if column not in COLUMN_NAMES and text == name]
            of_field[np.isin(batch.field_key, keys) & (batch.field_column == ATTRIBUTES)] = masked
        return of_field

    def _entity_columns(self) -> list[tuple[str, int]]:
        return [
            (column, rule)
            for column, rule in self.policy.columns.items()
            if column in COLUMN_ENTITY and Action.KEEP <= rule < Action.MASK
        ]

    def keeps(self, numbers: npt.NDArray[np.int32]) -> Bools:
        """Whether each value, wherever it stands, is left as it is by the entities' actions."""
        return self.value_actions(numbers) == Action.KEEP

    def value_actions(self, numbers: npt.NDArray[np.int32]) -> Actions:
        """int8 [k]: the action of each value, wherever it stands, by the entities' actions."""
        action = self.action_of_entity[self.values.columns()[0][numbers]]
        self._replace_bearers(numbers, action)
        self._keep_unchanged(numbers, action)
        return action

    def replaced(self, numbers: npt.NDArray[np.int32], action: Actions) -> list[bytes]:
        """The texts of values by themselves after their actions."""
        size = np.array([len(self.values.text[n]) for n in numbers.tolist()], np.int64)
        payload = np.where(action == Action.REDACT, self.values.columns()[0][numbers], numbers).astype(np.int64)
        payload = np.where(action == Action.MASK, size, np.where(action == Action.REMOVE, 0, payload))
        stays = action == Action.KEEP
        made = iter(self._replacements.made((payload << 4 | action)[~stays]))
        return [self.values.text[n] if kept else next(made) for n, kept in zip(numbers.tolist(), stays.tolist())]

    def _replace_bearers(self, value: npt.NDArray[np.int32], action: Actions) -> None:
        """A value that is kept and bears one that is not takes that one's action."""
        rows = np.flatnonzero((action == Action.KEEP) & self._bears[self.values.columns()[0][value]])
        numbers, place = np.unique(value[rows], return_inverse=True)
        for number in [n for n in numbers.tolist() if n not in self._borne]:
            borne = borne_by(self.values.entity_name(number), self.values.canonical(number))
            self._borne[number] = max((self.policy.action_of(entity) for entity in borne), default=Action.KEEP)
        action[rows] = np.array([self._borne[n] for n in numbers.tolist()], np.int8)[place]

    def _keep_unchanged(self, value: npt.NDArray[np.int32], action: Actions) -> None:
        """A value whose pseudonym is itself (a loopback address, ``root``) is kept."""
        if len(self._same) < len(self.values):
            self._same = np.concatenate((self._same, np.zeros(2 * len(self.values) - len(self._same), np.int8)))
        unknown = np.empty(len(value), np.int64)
        count = keep_unchanged(value, action, Action.PSEUDONYMISE.value, Action.KEEP.value, self._same, unknown)
        if count:
            rows = unknown[:count]
            numbers = np.unique(value[rows])
            for number, text in zip(numbers.tolist(), self.pseudonyms(numbers), strict=True):
                self._same[number] = 2 if text == self.values.text[number] else 1
            action[rows[self._same[value[rows]] == 2]] = Action.KEEP

    def pseudonyms(self, numbers: npt.NDArray[np.integer]) -> list[bytes]:
        """Pseudonyms of values."""
        return self._replacements.made(numbers.astype(np.int64) << 4 | Action.PSEUDONYMISE.value)

    def _new_pseudonyms(self, numbers: list[int]) -> dict[int, bytes]:
        """Pseudonyms of values, made in one call for each namespace."""
        by_namespace: dict[str, list[int]] = {}
        for number in numbers:
            by_namespace.setdefault(namespace_of(self.values.entity_name(number)), []).append(number)
        made: dict[int, bytes] = {}
        for namespace, members in by_namespace.items():
            canonical = [self.values.canonical(n) for n in members]
            found = [self.values.text[n] for n in members]
            made.update(zip(members, self.space.pseudonyms(namespace, canonical, found), strict=True))
        return made

    # Edits.

    def edits(self, batch: Batch, findings: Findings) -> Edits:
        """The edits of one batch."""
        self._literals = []
        action = self.row_actions(batch, findings).copy()
        entity_of = self.values.columns()[0]
        if self.action_of_entity[TIME_ENTITY] == Action.KEEP:
            # Looked for since another recipient asks for it: to this one it is no finding.
            action[entity_of[findings.value] == TIME_ENTITY] = -1
        room = len(action)
        gs, ge, grow = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
        gact = np.empty(room, np.int64)
        count = resolve_groups(
            findings.start, findings.end, action, findings.value, entity_of, gs, ge, gact, grow
        )  # fmt: skip
        gs, ge, gact, grow = gs[:count], ge[:count], gact[:count], grow[:count]
        files = np.flatnonzero((grow >= 0) & (gact == Action.MASK) & (entity_of[findings.value[grow]] == FILE))
        field, code = self._codes(batch, findings, grow, gs, ge, gact)
        for place in files.tolist():
            code[place] = self._literal(zeros_for(batch.data[gs[place] : ge[place]].tobytes()))
        gs, ge, field, code = self._whole_fields(batch, gs, ge, field, code)
        gs, ge, field, code, time = self._times(batch, gs, ge, field, code)
        gs, ge, field, code, made = self._numbers(batch, gs, ge, field, code)
        code = self._replacements.in_markup(code, batch.field_decoder[field] == Decoder.MARKUP, self._literals)
        text_start, text_end, arena = self._replacements.texts(code, self._literals)
        last = np.where(batch.field_decoder[field] == Decoder.PLAIN, batch.field_end[field], ge)
        ge, text_start, text_end, arena = keep_columns(batch.data, gs, ge, last, text_start, text_end, arena)
        counts = np.zeros((len(self.entities), len(Action)), np.int64)
        count_actions(findings.value, findings.kind == Kind.HOLDER, entity_of, action, counts)
        edits = Edits(
            start=gs,
            end=ge,
            text_start=text_start,
            text_end=text_end,
            arena=arena,
            field_edit=np.concatenate(([0], np.cumsum(np.bincount(field, minlength=batch.fields)))).astype(np.int64),
            keys=(),
            time=time,
            counts=self._named(counts),
            made=made,
        )
        return replace(edits, keys=redacted_keys(batch, edits, self.names))

    def _named(self, counts: Int64) -> dict[tuple[str, str], int]:
        """(entity, action) -> how many, where there are any."""
        return {
            (self.entities[entity], Action(action).name.lower()): int(counts[entity, action])
            for entity, action in zip(*(places.tolist() for places in np.nonzero(counts)), strict=True)
        }

    def _codes(
        self, batch: Batch, findings: Findings, row: Int64, start: Int64, end: Int64, action: Int64
    ) -> tuple[Int64, Int64]:
        """The field of each group, and what its replacement is made from: payload << 4 | action."""
        field, code, parts = np.empty(len(row), np.int64), np.empty(len(row), np.int64), np.empty(len(row), np.int64)
        entity_of = self.values.columns()[0]
        count = code_groups(
            findings.value, findings.kind, findings.field, entity_of, Kind.INSIDE.value, Action.REDACT.value,
            Action.MASK.value, Action.REMOVE.value, start, end, row, action, field, code, parts,
        )  # fmt: skip
        for place in parts[:count].tolist():
            text = batch.data[start[place] : end[place]].tobytes()
            entity = int(entity_of[findings.value[row[place]]])
            code[place] = self.values.number(entity, text) << 4 | TOKEN
        return field, code

    def _field_rules(self, batch: Batch) -> Actions | None:
        """int8 [f]: the action on a whole field by its column's rule, or -1."""
        rules = np.full(len(COLUMN_NAMES) + 2, -1, np.int8)
        by_key: dict[int, int] = {}
        other = self.policy.other_columns
        if other != COLUMN_SCAN:
            rules[: len(COLUMN_NAMES)] = Action.REMOVE if other == COLUMN_DROP else other
        for column, rule in self.policy.columns.items():
            whole = Action.REMOVE if rule == COLUMN_DROP else rule
            if column in COLUMN_NAMES:
                rules[COLUMN_NAMES.index(column)] = whole if whole >= Action.MASK else -1
            else:
                name = column.removeprefix("attributes.")
                # Several paths can be spelled alike: {"a.b": 1} and {"a": {"b": 1}}.
                by_key |= {
                    k: whole if whole >= Action.MASK else -1 for k, text in enumerate(batch.keys) if text == name
                }
        if not by_key and (rules < 0).all():
            return None
        of_field = rules[batch.field_column]
        for key, rule in by_key.items():
            of_field[(batch.field_key == key) & (batch.field_column == ATTRIBUTES)] = rule
        of_field[batch.field_end == batch.field_start] = -1
        return of_field

    def _whole_fields(
        self, batch: Batch, start: Int64, end: Int64, field: Int64, code: Int64
    ) -> tuple[Int64, Int64, Int64, Int64]:
        rules = self._field_rules(batch)
        if rules is None:
            return start, end, field, code
        which = np.flatnonzero(rules >= 0)
        action = rules[which].astype(np.int64)
        size = batch.field_end[which] - batch.field_start[which]
        payload = np.where(action == Action.REDACT, FIELD_TAG, np.where(action == Action.MASK, size, 0))
        return _replace_fields(batch, start, end, field, code, which, payload << 4 | action)

    def _times(
        self, batch: Batch, start: Int64, end: Int64, field: Int64, code: Int64
    ) -> tuple[Int64, Int64, Int64, Int64, Int64]:
        action = Action(self.action_of_entity[TIME_ENTITY])
        if action == Action.KEEP:
            return start, end, field, code, batch.time
        time, rewrite = redacted_times(batch, action, self.policy.parameters.get("DATE_TIME", ""), self.space)
        which = np.flatnonzero((batch.field_entity == TIME_ENTITY) & (batch.field_end > batch.field_start))
        # What stands for all times in texts is no text of theirs.
        in_text = np.flatnonzero((code & 15 == action) & (action < Action.MASK))
        in_text = in_text[self.values.columns()[0][code[in_text] >> 4] == TIME_ENTITY]
        # Lines of one second share its text.
        times = TextTable()
        first = np.concatenate((batch.field_start[which], start[in_text]))
        last = np.concatenate((batch.field_end[which], end[in_text]))
        number = times.intern(batch.data, first, last, np.zeros(len(first), np.int32))
        offset = times.offset.copy()
        fallback = action if action >= Action.MASK else Action.REDACT
        payload = {Action.REDACT: TIME_ENTITY, Action.MASK: np.diff(offset) - 1}.get(fallback, 0)
        made = np.full(times.count, fallback, np.int64) | np.asarray(payload, np.int64) << 4
        for n, text in enumerate(rewrite(times.arena[: offset[-1]], offset)):
            if text is not None:
                made[n] = self._literal(text)
        code[in_text] = made[number[len(which) :]]
        return *_replace_fields(batch, start, end, field, code, which, made[number[: len(which)]]), time

    def _literal(self, text: bytes) -> int:
        """A code that stands for a text of this batch itself."""
        self._literals.append(text)
        return (len(self._literals) - 1) << 4 | LITERAL

    def _numbers(
        self, batch: Batch, start: Int64, end: Int64, field: Int64, code: Int64
    ) -> tuple[Int64, Int64, Int64, Int64, Int64]:
        """In a JSON number the whole number is replaced: by a number, or by a text in quotes.

        Returns start, end, field, code, and the codes without the quotes.
        """
        is_number = batch.field_decoder[field] == Decoder.JSON_NUMBER
        if not is_number.any():
            return start, end, field, code, code
        start, end, code = start.copy(), end.copy(), code.copy()
        made = code.copy()
        stays = np.ones(len(start), np.bool_)
        for k in np.flatnonzero(is_number).tolist():
            f = field[k]
            if k and field[k - 1] == f:
                stays[k] = False
                continue
            whole = start[k] == batch.field_start[f] and end[k] == batch.field_end[f]
            alone = k + 1 == len(field) or field[k + 1] != f
            if not (whole and alone):
                start[k], end[k] = batch.field_start[f], batch.field_end[f]
                code[k] = FIELD_TAG << 4 | Action.REDACT
            own = made[k] = int(code[k])
            text = self._literals[own >> 4] if own & 15 == LITERAL else self._replacements.text(own)
            if not (text.isdigit() and (text == b"0" or text[0] != 0x30)):
                code[k] = self._literal(b'"' + text + b'"')
        return start[stays], end[stays], field[stays], code[stays], made[stays]

    # Texts of replacements.

    def _make(self, codes: list[int]) -> list[bytes]:
        """Texts of codes, pseudonyms in one call for each namespace."""
        pseudonymised = int(Action.PSEUDONYMISE)
        pseudonym = self._new_pseudonyms([c >> 4 for c in codes if c & 15 == pseudonymised])
        return [pseudonym[c >> 4] if c & 15 == pseudonymised else self._make_one(c >> 4, c & 15) for c in codes]

    def _make_one(self, payload: int, action: int) -> bytes:
        if action == TOKEN:
            text = self.values.text[payload]
            return self.space.pseudonyms(TOKEN_NAMESPACE, [text.lower()], [text])[0]
        if action == Action.MASK:
            return b"*" * payload
        if action == Action.REMOVE:
            return b""
        if action == Action.GENERALISE:
            entity = self.values.entity_name(payload)
            coarse = coarsened(entity, self.policy.parameters.get(entity, ""), self.values.text[payload])
            if coarse is not None:
                return coarse
        if action in (Action.GENERALISE, Action.SHIFT):
            payload = self.values.entity[payload]
        return b"<REDACTED>" if payload == FIELD_TAG else b"<" + self.entities[payload].encode() + b">"

    # Names of files and columns.

    def names(self, names: list[str], issue: Callable[[Batch, Edits, Bools], None] | None = None) -> list[str]:
        """Names as this recipient may see them: scanned and edited like any text.

        Args:
          issue: told of the names not asked for before, as a batch, and of their edits.
        """
        missing = [n for n in dict.fromkeys(names) if n not in self._keys]
        if missing:
            batch, findings = scan_names(self.scanner, [n.encode("utf-8", "surrogateescape") for n in missing])
            edits = self.edits(batch, self.scanner.with_unknown(batch, findings))
            if issue is not None:
                issue(batch, edits, np.ones(batch.records, np.bool_))
            data, offset = splice_fields(batch, edits, np.arange(len(missing), dtype=np.int64))
            for k, name in enumerate(missing):
                self._keys[name] = data[offset[k] : offset[k + 1]].tobytes().decode().removeprefix("/")
        return [self._keys[n] for n in names]


def _replace_fields(
    batch: Batch, start: Int64, end: Int64, field: Int64, code: Int64, which: Int64, whole: Int64
) -> tuple[Int64, Int64, Int64, Int64]:
    """Start, end, field and code of replacements, those of fields ``which`` by one of the ``whole`` field."""
    made = np.empty((4, len(start) + len(which)), np.int64)
    count = replace_fields(start, end, field, code, which, whole, batch.field_start, batch.field_end, *made)
    return made[0, :count], made[1, :count], made[2, :count], made[3, :count]
