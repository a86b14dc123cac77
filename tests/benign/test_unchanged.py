"""What identifies nobody is left alone: a release for `vendor` of the benign lines is nearly the lines themselves."""

from __future__ import annotations

from tests.benchmarks.benign_lines import PER_LINES, changes
from tests.benign.lines import framed, lines, templates


def test_the_corpus_is_large_and_of_many_kinds() -> None:
    assert len(templates()) >= 25
    assert len({template for of_kind in templates().values() for template in of_kind}) >= 1000
    every = [line for of_kind in lines().values() for line in of_kind]
    assert len(every) == len(set(every)) >= 5000


def test_the_lines_are_the_same_every_time() -> None:
    first = framed()
    lines.cache_clear()
    assert framed() == first


def test_at_most_one_token_changes_in_2000_lines() -> None:
    texts = framed()
    found = list(changes(texts))
    most = sum(text.count("\n") for text in texts.values()) // PER_LINES
    assert len(found) <= most, "\n".join(f"{c.pattern}: «{c.edited}» in {c.line}" for c in found[:40])
