"""What one record tells of another, and what it does not."""

from __future__ import annotations

import numpy as np

from pipeline.detection.propagation import detect
from pipeline.detection.scanner import Scanner, texts_batch
from pipeline.records import Bools, Int32
from recognizers.entities import ENTITY_ID
from recognizers.registry import all_recognizers

VERSION = ENTITY_ID["FIRMWARE_VERSION"]


def found_in(texts: list[bytes]) -> list[set[str]]:
    """The entities found in each text by a run of which every recipient keeps versions."""
    scanner = Scanner(all_recognizers())

    def kept(numbers: Int32) -> Bools:
        return np.array([scanner.values.entity[n] == VERSION for n in numbers.tolist()], np.bool_)

    (findings,), _ = detect(scanner, [texts_batch(texts)], kept)
    names = scanner.vocabulary.names
    return [{names[e] for e in findings.holder[findings.field == n].tolist()} for n in range(len(texts))]


def test_a_version_stays_one_where_no_address_is_written_so() -> None:
    assert found_in([b"version=10.6.12.104", b"from 198.51.100.7"]) == [{"FIRMWARE_VERSION"}, {"IP_ADDRESS"}]


def test_a_version_that_is_kept_hides_no_address_of_another_record() -> None:
    found = found_in([b"version=10.6.12.104", b"from 10.6.12.104"])
    assert found == [{"FIRMWARE_VERSION", "IP_ADDRESS"}, {"IP_ADDRESS"}]
