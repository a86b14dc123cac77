"""Values are numbered alike, whether one by one or together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.values import Values, Vocabulary
from recognizers.registry import all_recognizers

VOCABULARY = Vocabulary(all_recognizers(), ())
TEXTS = st.sampled_from(
    [b"db1.corp.example", b"sid=k3k9s8d7f6", b"192.0.2.17", b"Jane Doe", b"alkor77", b"error", b"-"]
)
ENTITIES = st.sampled_from(["COOKIE", "HOSTNAME", "PERSON", "IP_ADDRESS"])


@pytest.mark.parametrize("foreign", [None, lambda entity, text: entity == "IP_ADDRESS" and text.endswith(b"17")])
@given(asked=st.lists(st.tuples(ENTITIES, st.lists(TEXTS))))
def test_many_texts_have_the_numbers_that_each_would_have(foreign, asked: list[tuple[str, list[bytes]]]) -> None:  # type: ignore[no-untyped-def]
    together, single = Values(VOCABULARY, foreign), Values(VOCABULARY, foreign)
    for name, texts in asked:
        entity = VOCABULARY.ids[name]
        assert together.numbers(entity, texts) == [single.number(entity, text) for text in texts]
    assert (together.text, together.accounts) == (single.text, single.accounts)
    assert together.short_names().tolist() == single.short_names().tolist()
    assert together.columns().tolist() == single.columns().tolist()
    assert [together.canonical(n) for n in range(len(together))] == [single.canonical(n) for n in range(len(single))]
