"""Names of a client's hosts and accounts that its logs prove by position, to be declared as known values.

A name that only its place tells (after ``user=``, in a syslog header) is found there and nowhere else: known, it is
found wherever it stands. Inputs are read twice: for what is proven, then for how often each name stands elsewhere.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from pipeline.detection.originals import Originals, covered_bytes
from pipeline.detection.scanner import Scanner
from pipeline.detection.times import TIME_ENTITY
from pipeline.detection.values import Findings, Kind, Values
from pipeline.errors import ConfigurationError
from pipeline.records import HARMLESS, Batch, Bools, Bytes, Decoder, Int64
from recognizers.declaration import TOKEN
from recognizers.distinctive import is_distinctive
from recognizers.entities import ENTITY_ID
from recognizers.registry import recognizer_for

LEARNED = ("HOSTNAME", "USERNAME")
#: What stands before a name that a program did not know: a guess of whoever tries to get in, and no account.
GUESSED = (b"invalid user ", b"illegal user ", b"unknown user ", b"not known user ", b"no such user ")
#: A name that stands elsewhere in a larger share of all records, and more often there than where its place proves it,
#: is a word: whoever plants one log line with it could else turn the word into a pseudonym everywhere.
LARGEST_SHARE = 0.001
#: In fewer records than this a share says nothing.
FEW = 20
#: Names that are counted: more are a flood, and no one could look through them.
MOST_NAMES = 200_000
_BY_NUMBER = 1 << 20


@dataclass(frozen=True)
class Name:
    """A name that a client's logs prove.

    Attributes:
      entity: HOSTNAME or USERNAME.
      text: as it was written first.
      proven: records in which its position proves it.
      elsewhere: records in which it stands where nothing tells what it is.
      evidence: what proves it -> in how many places.
    """

    entity: str
    text: bytes
    proven: int
    elsewhere: int
    evidence: Counter[str]


class Names:
    """Gathers names of a client: ``prove`` each batch, then ``look_elsewhere`` in each, then ask for what is ``found``.

    Args:
      scanner: with the client's known values, which are not learned again.
      fewest: records that must prove a name.
    """

    def __init__(self, scanner: Scanner, fewest: int) -> None:
        self._scanner = scanner
        self._known = {(literal.entity, literal.text.lower()) for literal in scanner.anchors.literals}
        self._fewest = fewest
        self._records = 0
        self._proven: Counter[tuple[str, bytes]] = Counter()
        self._evidence: dict[tuple[str, bytes], Counter[str]] = {}
        self._written: dict[tuple[str, bytes], bytes] = {}
        self._sought: list[tuple[str, bytes]] = []
        self._originals: Originals | None = None
        self._elsewhere: Int64 = np.zeros(0, np.int64)
        self._last_seen: Int64 = np.zeros(0, np.int64)

    def prove(self, batch: Batch) -> None:
        """Note what stands in a batch where its position proves it.

        Raises:
          ConfigurationError: more than MOST_NAMES names.
        """
        findings = self._scan(batch)
        values = self._scanner.values
        rows = np.flatnonzero(self._by_position(findings))
        rows = rows[~_guessed(batch.data, findings.start[rows])]
        self._records += batch.records
        value, pattern = findings.value[rows].astype(np.int64), findings.pattern[rows].astype(np.int64)
        seen = np.unique(batch.field_record[findings.field[rows]] * len(values) + value)
        number, records = np.unique(seen % max(len(values), 1), return_counts=True)
        learned = {}
        for n, count in zip(number.tolist(), records.tolist()):
            key = self._key(n)
            if key is not None:
                learned[n] = key
                self._written.setdefault(key, values.text[n])
                self._proven[key] += count
        pairs, places = np.unique(value * _BY_NUMBER + pattern, return_counts=True)
        for pair, count in zip(pairs.tolist(), places.tolist()):
            key = learned.get(pair // _BY_NUMBER)
            if key is not None:
                evidence = self._scanner.pattern_names[pair % _BY_NUMBER].split(".", 1)[1]
                self._evidence.setdefault(key, Counter())[evidence] += count
        if len(self._proven) > MOST_NAMES:
            raise ConfigurationError(
                f"inputs: more than {MOST_NAMES:,} names, too many to look through; learn from fewer inputs"
            )

    def look_elsewhere(self, batch: Batch) -> None:
        """Count the records in which names stand where nothing tells what they are; after all batches were proven."""
        if self._originals is None:
            self._sought = [key for key, count in self._proven.items() if count >= self._fewest]
            values = Values(self._scanner.vocabulary)
            numbers = np.array([values.number(ENTITY_ID[e], t) for e, t in self._sought], np.int32)
            self._originals = Originals(values, numbers, np.ones(len(numbers), np.bool_))
            self._elsewhere = np.zeros(len(numbers), np.int64)
        findings = self._scan(batch)
        covered = covered_bytes(len(batch.data), findings.start, findings.end, findings.kind != Kind.HOLDER)
        _, _, which, field = self._originals.find(
            batch.data,
            batch.field_start,
            batch.field_end,
            (batch.field_entity == HARMLESS) | (batch.field_entity == TIME_ENTITY),
            batch.field_decoder == Decoder.JSON_STRING,
            covered,
        )
        many = max(len(self._sought), 1)
        seen = np.unique(batch.field_record[field] * many + which) % many
        self._elsewhere += np.bincount(seen, minlength=len(self._elsewhere))

    def found(self) -> tuple[list[Name], list[Name]]:
        """(names to be learned, names passed over because they stand everywhere), each by kind and what proves it."""
        names = [
            Name(
                entity,
                self._written[entity, text],
                self._proven[entity, text],
                int(count),
                self._evidence[entity, text],
            )
            for (entity, text), count in zip(self._sought, self._elsewhere.tolist())
        ]
        names.sort(key=lambda name: (name.entity, -name.proven, name.text))
        return [n for n in names if not self._is_word(n)], [n for n in names if self._is_word(n)]

    def _is_word(self, name: Name) -> bool:
        return name.elsewhere > max(name.proven, FEW, LARGEST_SHARE * self._records)

    def _scan(self, batch: Batch) -> Findings:
        if self._scanner.is_full():
            self._scanner.forget()
        return self._scanner.scan(batch)

    def _by_position(self, findings: Findings) -> Bools:
        """bool [k]: rows of hosts and accounts whose place says what they are, with strong evidence."""
        of_kind = np.isin(findings.holder, [ENTITY_ID[entity] for entity in LEARNED])
        entity = self._scanner.values.columns()[0][findings.value]
        of_kind &= np.isin(entity, [ENTITY_ID[e] for e in LEARNED])
        known = np.array([name.endswith(".known-value") for name in self._scanner.pattern_names], np.bool_)
        return of_kind & findings.strong & ~known[findings.pattern]

    def _key(self, number: int) -> tuple[str, bytes] | None:
        """The (entity, canonical text) of a value that may be learned, or None."""
        values = self._scanner.values
        entity = next(e for e in LEARNED if ENTITY_ID[e] == values.entity[number])
        text = values.canonical(number)
        if (entity, text.lower()) in self._known or not is_distinctive(text):
            return None
        if any(_has_form(token) for token in TOKEN.findall(text)):
            return None
        if text != text.decode("utf-8", "replace").encode():
            return None  # it is no text, and could not be declared as it stands
        return entity, text


def _has_form(token: bytes) -> bool:
    """Whether a host's or an address's form is found in a token, wherever it stands."""
    return any(
        next(iter(recognizer_for(entity).find_in_token(token)), None) is not None
        for entity in ("HOSTNAME", "IP_ADDRESS", "MAC_ADDRESS", "EMAIL_ADDRESS", "UUID")
    )


def _guessed(data: Bytes, start: Int64) -> Bools:
    """bool [k]: positions before which one of GUESSED stands, in any letter case."""
    guessed = np.zeros(len(start), np.bool_)
    for words in GUESSED:
        size = len(words)
        far = np.flatnonzero(start >= size)
        before = data[start[far, None] + np.arange(-size, 0)] | np.uint8(0x20)
        guessed[far] |= (before == np.frombuffer(words, np.uint8)).all(axis=1)
    return guessed
