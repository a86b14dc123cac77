"""Spans of an answer: every notation is seen wherever it stands, and nothing is said of what has no form."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.governance.answers import candidates, is_shown

PSEUDONYMS = {
    "label": [b"host-kq7", b"HOST-KQ7", b"www.host-a-b.host-c_d.example", b"name-abcdefghjkmn"],
    "account": [b"user-wmak", b"User-w.m+a_k", b"acct-abcdefghjkmn"],
    "ip": [
        b"31.232.246.128",
        b"2001:db8::8:800",
        b"2001:DB8::8:800",
        b"::ffff:31.2.3.4",
        b"31.2.3.0/24",
        b"2001:db8::/32",
    ],
    "mac": [b"00:00:5e:0c:68:c2", b"00-00-5E-0C-68-C2", b"0000.5e0c.68c2", b"00005e0c68c2", b"0:0:5e:c:68:c2"],
    "uuid": [b"a43723a1-bf19-4b99-8d7c-e7df56dbca82", b"A43723A1BF194B998D7CE7DF56DBCA82"],
    "imei": [b"490154203237518", b"49-015420-323751-8"],
    "card": [b"4111111111111111", b"4111-1111-1111-1111"],
    "serial": [b"QCK2232BOXP", b"ab12-cd34"],
    "hash": [b"d41d8cd98f00b204e9800998ecf8427e"],
    "person": [b"person-abcdefghjkmn", b"PERSON-ABCDEFGHJKMN"],
}
AROUND = [
    b"%s", b"(%s)", b"is %s.", b"%s, and", b'"%s"', b"<%s>", b"x=%s&y=1", b"https://a.example/%s/x", b"\\n%s\\n",
    b"#011%s", b"x%%3D%s%%26", b"[%s]:80", b"`%s`", b"> %s", b"\xc3\xa4%s\xc3\xa4", b"\\u003c%s\\u003e",
]  # fmt: skip


@pytest.mark.parametrize("around", AROUND, ids=repr)
@pytest.mark.parametrize("namespace, text", [(n, text) for n, texts in PSEUDONYMS.items() for text in texts])
def test_a_pseudonym_is_seen_in_every_notation_and_under_any_surrounding_punctuation(
    namespace: str, text: bytes, around: bytes
) -> None:
    answer = around % text
    start = answer.index(text)
    assert any(c[:3] == (start, start + len(text), namespace) for c in candidates(answer))


@pytest.mark.parametrize("namespace, texts", PSEUDONYMS.items())
def test_notations_of_one_pseudonym_have_one_spelling(namespace: str, texts: list[bytes]) -> None:
    if namespace not in ("mac", "uuid", "imei", "card", "person"):
        return
    spellings = {c.spelling for text in texts for c in candidates(text) if c[:3] == (0, len(text), namespace)}
    assert len(spellings) == 1


@pytest.mark.parametrize(
    "text, shown", [(b"user-agent", 0), (b"host-based", 0), (b"host-kq7", 1), (b"person-like", 0), (b"9.8.7.6", 1)]
)
def test_words_of_the_language_are_not_taken_for_pseudonyms(text: bytes, shown: int) -> None:
    assert {c.namespace for c in candidates(text) if is_shown(text, c)} == set(
        {b"host-kq7": {"label"}, b"9.8.7.6": {"ip"}}.get(text, set()) if shown else ()
    )


@pytest.mark.parametrize(
    "piece", [b"user-", b"a.", b"host-a.", b"1-", b"1.", b"f:", b"%3D", b"\\n", b"1.arpa.", b"(1", b"9" * 9], ids=repr
)
def test_text_made_to_take_long_does_not(piece: bytes) -> None:
    began = time.process_time()
    candidates(piece * ((1 << 15) // len(piece)))
    assert time.process_time() - began < 15


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_and_spans_lie_in_it(answer: bytes) -> None:
    for c in candidates(answer):
        assert 0 <= c.start < c.end <= len(answer)
        assert c.spelling == c.spelling.lower()
