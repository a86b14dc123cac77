"""What one record tells of another, and what it does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.detection.propagation import detect
from pipeline.detection.scanner import Scanner, texts_batch
from pipeline.records import Bools, Decoder, Int32
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


def hidden(texts: list[bytes], decoder: Decoder = Decoder.PLAIN) -> list[bytes]:
    """The texts, all that is found in them overwritten."""
    batch = texts_batch(texts)
    batch = replace(batch, field_decoder=np.full(batch.fields, decoder, np.uint8))
    (findings,), _ = detect(Scanner(all_recognizers()), [batch], lambda numbers: np.zeros(len(numbers), np.bool_))
    data = batch.data.copy()
    for start, end in zip(findings.start.tolist(), findings.end.tolist(), strict=True):
        data[start:end] = ord("~")
    return [data[s:e].tobytes() for s, e in zip(batch.field_start, batch.field_end)]


@pytest.mark.parametrize("decoder", [Decoder.PLAIN, Decoder.JSON_STRING])
def test_what_one_record_tells_of_is_found_in_the_colours_of_others(decoder: Decoder) -> None:
    tells = b"Accepted password for qwexzorvath from 203.0.113.7 port 22 ssh2"
    others = [
        b"\x1b[36mqwexzorvath\x1b[0m has gone, \x1b[1mcaf\\u00e9 \x1b[0mqwexzorvath\x1b[K",
        b"\x1b[32minfo\x1b[39m: caf\\u00e9 of \x1b[36mqwexzorvath\x1b[0m, qwex\x1b[7mzorvath\x1b[0m",
    ]
    if decoder == Decoder.JSON_STRING:
        others = [text.replace(b"\x1b", b"\\u001b") for text in others]
    shown = hidden([tells, *others], decoder)
    assert not any(b"orvath" in text for text in shown)
    assert [text.replace(b"qwexzorvath", b"~" * 11) for text in others[:1]] == shown[1:2]
    assert shown[2].startswith(others[1].split(b"qwexz")[0])
