"""Fields that read alike are looked at once: the findings are those of a scanner that looks at each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import Pattern, PatternRecognizer

from pipeline.detection.alike import TELLING_BYTES, Alike
from pipeline.detection.own import own_recognizer
from pipeline.detection.scanner import Scanner
from pipeline.detection.texts import texts_batch
from pipeline.detection.values import Findings
from pipeline.records import COLUMN_ID, KEY_COLUMN, PROSE, SCAN, UNDIVIDED, Batch, Decoder, Int64
from recognizers.entities import ENTITY_ID
from recognizers.registry import all_recognizers

TEXTS = (
    b"",
    b"kea",
    b"198.51.100.7 and 198.51.100.7",
    b"user=kea from db51.acme.example",
    b'said \\"user=kea\\" \\u0031\\u0032',
    b"Basic a2VhOmh1bnRlcjI=",
    b"https://kea:pw@www.example.com/a?user=eve",
    b"Accepted password for kea from 2001:db8::1 port 22",
    b"See you at ten, Marion",
)
ENTITIES = (SCAN, SCAN, PROSE, ENTITY_ID["USERNAME"], ENTITY_ID["USERNAME"] + UNDIVIDED, ENTITY_ID["URL"])
KEYS = ("note", "user.name", "serialNumber")
COLUMNS = (KEY_COLUMN, COLUMN_ID["message"], COLUMN_ID["url_original"])
FIELDS = st.lists(
    st.tuples(*map(st.sampled_from, (TEXTS, ENTITIES, tuple(Decoder), (-1, 0, 1, 2), COLUMNS))), max_size=30
)


class EachByItself(Alike):
    def firsts(self, batch: Batch, which: Int64, kind: Int64) -> Int64:
        return np.arange(len(which))


def batch_of(fields: list[tuple[bytes, int, Decoder, int, int]]) -> Batch:
    columns = [np.array(column) for column in zip(*fields)] or [np.zeros(0)] * 5
    return replace(
        texts_batch([text for text, *_ in fields]),
        field_entity=columns[1].astype(np.int16),
        field_decoder=columns[2].astype(np.uint8),
        field_key=columns[3].astype(np.int32),
        field_column=columns[4].astype(np.int16),
        keys=KEYS,
    )


def told(scanner: Scanner, found: Findings) -> list[object]:
    values = [(scanner.values.text[v], scanner.values.entity_name(v)) for v in found.value.tolist()]
    evidence = [scanner.pattern_names[p] for p in found.pattern.tolist()]
    columns = (found.field, found.start, found.end, found.kind, found.holder, found.strong)
    rows = zip(*(column.tolist() for column in columns), values, evidence)
    anchored, encoded = found.anchored, found.encoded
    places = zip(anchored.field.tolist(), anchored.to.tolist(), anchored.pattern.tolist())
    inside = zip(encoded.field.tolist(), encoded.start.tolist(), encoded.end.tolist())
    read = [scanner.said[n].text for n in encoded.said.tolist()]
    return [sorted(rows), sorted(places), sorted(zip(inside, read))]


def pair(**options: object) -> tuple[Scanner, Scanner]:
    made = tuple(Scanner(all_recognizers(), **options) for _ in range(2))  # type: ignore[arg-type]
    made[1]._alike = EachByItself()
    return made[0], made[1]


SCANNERS = pair()


@settings(max_examples=150, deadline=None)
@given(FIELDS)
def test_what_is_found_in_the_first_stands_in_all(fields: list[tuple[bytes, int, Decoder, int, int]]) -> None:
    batch = batch_of(fields)
    alike, each = (told(scanner, scanner.scan(batch)) for scanner in SCANNERS)
    assert alike == each


def test_findings_go_by_start_and_fields_of_other_meaning_are_looked_at_again() -> None:
    fields = [(TEXTS[3], SCAN, Decoder.PLAIN, -1, COLUMNS[1]), (TEXTS[1], SCAN, Decoder.PLAIN, 1, COLUMNS[1])] * 3
    fields += [(TEXTS[1], SCAN, Decoder.PLAIN, 0, COLUMNS[1])]
    found = SCANNERS[0].scan(batch_of(fields))
    assert (np.diff(found.start) >= 0).all()
    assert {1, 3, 5} <= set(found.field.tolist()), "by its key a user"
    assert 6 not in found.field, "a note is none"


def test_a_text_is_shown_again_to_who_is_told_its_key() -> None:
    badge = Pattern("badge", r"\bkea\b", 0.1)
    own = own_recognizer(PatternRecognizer("BADGE", name="Badges", patterns=[badge], context=["note"]), "badges.yaml")
    alike, each = pair(own=[own])
    fields = [(TEXTS[1], SCAN, Decoder.PLAIN, key, COLUMNS[1]) for key in (2, 0, 2, 0, -1)]
    found = alike.scan(batch_of(fields))
    assert told(alike, found) == told(each, each.scan(batch_of(fields)))
    scores = {f: alike.pattern_scores[p] for f, p in zip(found.field.tolist(), found.pattern.tolist())}
    assert scores[1] == scores[3] != scores[0] == scores[2] == scores[4]


def test_columns_in_which_nothing_repeats_are_not_compared_for_long() -> None:
    alike = Alike()
    new = [(b"%09d" % n, SCAN, Decoder.PLAIN, -1, COLUMNS[1]) for n in range(TELLING_BYTES // 9 + 1)]
    again = [(TEXTS[7], SCAN, Decoder.PLAIN, -1, COLUMNS[2])] * 4000
    batch = batch_of(new + again)
    which = np.arange(batch.fields)
    first = alike.firsts(batch, which, np.zeros(len(which), np.int64))
    assert first.tolist() == [*range(len(new)), *([len(new)] * len(again))]
    twice = batch_of([new[0], new[0], again[0], again[0]])
    assert alike.firsts(twice, np.arange(4), np.zeros(4, np.int64)).tolist() == [0, 1, 2, 2]
