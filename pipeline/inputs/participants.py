"""Who takes part in conversations that are longer than what is held at once.

A name that one mail's header proves is looked for in what is read with it. Of a long mailbox, or of a folder of mails,
that is a part; so its mails are read once before, and of each conversation that goes on from one batch to another it is
noted who takes part. Each part is then looked at beside the participants of all conversations in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from pipeline.formats.mail_headers import EMAIL, PERSON, USERNAME
from pipeline.inputs.model import Input, Unit
from pipeline.inputs.reading import read_unit
from pipeline.records import ATTRIBUTES, COLUMN_ID, UNDIVIDED, Batch, Int64

#: So many participants are remembered at a time; then those of conversations that ended longest ago are forgotten.
MOST_PARTICIPANTS = 200_000
#: Bytes of the longest text that is taken for a name.
LONGEST_NAME = 320
_CONVERSATION = COLUMN_ID["conversation_id"]
_ADDRESSES = [COLUMN_ID[f"email_{side}_address"] for side in ("from", "to", "cc")]

#: (entity as declared, decoder, raw bytes)
Participant = tuple[int, int, bytes]


@dataclass(frozen=True)
class Participants:
    """Who takes part, by a digest of the conversation's id; of those alone that stand in several batches."""

    of: Mapping[bytes, frozenset[Participant]]

    def beside(self, batches: Sequence[Batch]) -> list[Batch]:
        """A batch of the names of all who take part in a conversation of some batches, if there are any."""
        if not self.of:
            return []
        there = {key for batch in batches for key in set(conversations_of(batch))}
        named = sorted({one for key in there for one in self.of.get(key, ())})
        return [_declared(named)] if named else []


def participants_of(inputs: Sequence[Input], unit: Unit) -> Participants:
    """Who takes part in a unit's conversations that stand in several batches. What cannot be read tells of nobody."""
    held = _Held()
    for found in read_unit(inputs, unit):
        if isinstance(found, Batch):
            held.add(found)
    return held.participants()


class _Held:
    """Participants of the conversations that were read so far."""

    def __init__(self) -> None:
        self._named: dict[bytes, set[Participant]] = {}
        self._last: dict[bytes, int] = {}  # the batch that a conversation stood in last, in this order
        self._divided: set[bytes] = set()
        self._count = 0
        self._batch = 0

    def add(self, batch: Batch) -> None:
        of_record = conversations_of(batch)
        # Where an id stands before its turns, those in the next batch are without it: they have the input's key.
        goes_on = len(batch.conversation) > 0
        whole = {number: _input_key(number) for number in np.unique(batch.record_input).tolist()} if goes_on else {}
        for key in dict.fromkeys([*of_record, *whole.values()]):
            last = self._last.pop(key, self._batch)
            self._last[key] = self._batch
            if last < self._batch:
                self._divided.add(key)
        for record, participant in _declared_in(batch):
            own = of_record[record]
            for key in {own, whole.get(int(batch.record_input[record]), own)}:
                named = self._named.setdefault(key, set())
                self._count += participant not in named
                named.add(participant)
        self._batch += 1
        if max(self._count, len(self._last)) > MOST_PARTICIPANTS:
            self._forget()

    def _forget(self) -> None:
        """Let go of half: first of what stands in one batch, then of what ended longest ago."""
        for key in sorted(self._last, key=lambda key: key in self._divided):  # stable: the longest ago first
            if max(self._count, len(self._last)) <= MOST_PARTICIPANTS // 2:
                return
            self._count -= len(self._named.pop(key, ()))
            del self._last[key]
            self._divided.discard(key)

    def participants(self) -> Participants:
        return Participants({key: frozenset(self._named[key]) for key in self._divided if key in self._named})


def conversations_of(batch: Batch) -> list[bytes]:
    """Of each record, what is equal for the records of one conversation: made of its id, else of its input."""
    named = batch.conversation.copy() if len(batch.conversation) else np.full(batch.records, -1, np.int64)
    own = np.flatnonzero(batch.field_column == _CONVERSATION)
    named[batch.field_record[own]] = own
    keys: dict[int, bytes] = {}
    out = []
    for field, number in zip(named.tolist(), batch.record_input.tolist(), strict=True):
        of = field if field >= 0 else -1 - number
        if of not in keys:
            keys[of] = _id_key(_text(batch, field)) if field >= 0 else _input_key(number)
        out.append(keys[of])
    return out


def _id_key(text: bytes) -> bytes:
    return blake2b(text, digest_size=16, person=b"id").digest()


def _input_key(number: int) -> bytes:
    return blake2b(number.to_bytes(8, "big"), digest_size=16, person=b"input").digest()


def _declared_in(batch: Batch) -> Iterator[tuple[int, Participant]]:
    """(record, participant) of the fields that say who takes part."""
    entity = np.where(batch.field_entity >= 0, batch.field_entity % UNDIVIDED, -1)
    people = np.isin(entity, [PERSON, USERNAME]) | (entity == EMAIL) & np.isin(batch.field_column, _ADDRESSES)
    short = batch.field_end - batch.field_start <= LONGEST_NAME
    which: Int64 = np.flatnonzero(people & short)
    record = batch.field_record[which].tolist()
    for k, field in zip(record, which.tolist(), strict=True):
        yield k, (int(batch.field_entity[field]), int(batch.field_decoder[field]), _text(batch, field))


def _text(batch: Batch, field: int) -> bytes:
    return batch.data[batch.field_start[field] : batch.field_end[field]].tobytes()


def _declared(named: Sequence[Participant]) -> Batch:
    """A batch of one field for each, declared as it was where it stood."""
    sizes = np.array([len(text) for _, _, text in named], np.int64)
    end = np.cumsum(sizes)
    count = len(named)
    return Batch(
        data=np.frombuffer(bytearray().join(text for _, _, text in named), np.uint8),
        record_start=end - sizes,
        record_end=end,
        record_offset=end - sizes,
        record_input=np.zeros(count, np.int32),
        time=np.zeros(count, np.int64),
        record_field=np.arange(count + 1, dtype=np.int64),
        field_start=end - sizes,
        field_end=end,
        field_decoder=np.array([decoder for _, decoder, _ in named], np.uint8),
        field_entity=np.array([entity for entity, _, _ in named], np.int16),
        field_column=np.full(count, ATTRIBUTES, np.int16),
        field_key=np.full(count, -1, np.int32),
    )
