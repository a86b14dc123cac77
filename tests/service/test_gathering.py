"""Texts in memory become the records that they would be as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pipeline.records as records
from pipeline.formats.registry import sniff, sniff_all
from pipeline.records import Batch
from pipeline.service import gathering
from pipeline.tally import Tally

CAME = 1_773_000_000_000_000_000
LINES = (
    b"Mar  9 10:00:00 gw-1 sshd[7]: Accepted password for mhale from 192.0.2.7 port 22 ssh2",
    b"<34>1 2026-03-09T10:00:00Z gw-1 su - ID47 [a@1 k=\"v\"] 'su root' failed",
    b'{"client_ip": "203.0.113.9", "user": "jqvist"}',
    b'192.0.2.1 - frank [10/Oct/2026:13:55:36 -0700] "GET /a HTTP/1.1" 200 23',
    b"  an indented line", b"\tat com.example.Main", b"", b" ", b"no format at all", b"\x00\x00\x00 and", b"\xff\xfe",
    b"ValueError", b"ValueError: x", b"00000010: 6361", b"00000010: 6", b"...", b"}",
    b"Jane: hello there", b"Bob: hello, Jane",
)  # fmt: skip
texts = st.lists(
    st.builds(
        lambda lines, ending, last: ending.join(lines) + (ending if last else b""),
        st.lists(st.sampled_from(LINES), max_size=4),
        st.sampled_from((b"\n", b"\r\n")),
        st.booleans(),
    ),
    min_size=1,
    max_size=7,
)


def gathered(given_texts: Sequence[bytes], name: str | None) -> tuple[list[Batch], Tally]:
    tally = Tally()
    items = gathering.inputs_of(given_texts, name, [CAME] * len(given_texts))
    return list(gathering.batches_of(given_texts, items, tally)), tally


@given(texts, st.sampled_from((None, "text", "json-lines", "syslog-rfc3164", "apache-combined")))
def test_texts_gathered_at_once_are_the_records_that_frames_find(given_texts: list[bytes], name: str | None) -> None:
    found, tally = gathered(given_texts, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "_is_plain", lambda form, pair: False)
        expected, framed = gathered(given_texts, name)
    assert tally.quarantined == framed.quarantined
    for own, other in zip(found, expected, strict=True):
        for field in fields(Batch):
            assert np.array_equal(getattr(own, field.name), getattr(other, field.name)), field.name


@given(texts)
def test_heads_looked_at_together_are_told_as_alone(given_texts: list[bytes]) -> None:
    assert sniff_all(given_texts) == [sniff(text) for text in given_texts]


def test_a_text_with_a_record_too_long_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "LONGEST_RECORD", 100)
    batches, tally = gathered([b"short\n", b"x" * 200, b"also short\n"], "text")
    assert [batch.record_input.tolist() for batch in batches] == [[0, 2]]
    assert [(found.input, found.reason) for found in tally.quarantined] == [(1, "oversized")]
