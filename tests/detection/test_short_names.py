"""A qualified host's first label alone is that host, where no text would hold it by chance."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.detection.propagation import detect
from pipeline.detection.scanner import Scanner, texts_batch
from pipeline.detection.values import Kind
from recognizers.registry import all_recognizers
from recognizers.short_names import short_name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        (b"stv02.local", b"stv02"),
        (b"STV02.corp.example.com", b"STV02"),
        (b"barn-a.lab.internal", b"barn-a"),
        (b"kvarn.lan", b"kvarn"),
        (b"kvarn.example.com", b"kvarn"),
        (b"kvarn.com", None),
        (b"grafana.example.com", None),
        (b"kvarn.cloud.xxxxx", None),
        (b"stv02.com", None),  # what someone has registered is a firm's name, or a product's
        (b"mail.example.com", None),
        (b"web-mail.example.com", None),
        (b"us-east-1.console.example.com", None),
        (b"eu-west-3.example.com", None),
        (b"stv02", None),
    ],
)
def test_a_first_label_tells_where_it_is_no_word(name: bytes, short: bytes | None) -> None:
    assert short_name(name) == short


def test_the_label_is_found_alone_in_the_unit() -> None:
    texts = [b"joined stv02.corp.example.com", b"STV02,ADMIN", b"stv027 is another"]
    scanner = Scanner(all_recognizers())
    batch = texts_batch(texts)
    (found,), _ = detect(scanner, [batch], lambda numbers: np.zeros(len(numbers), np.bool_))
    spans = {
        batch.data[start:end].tobytes()
        for start, end, kind in zip(found.start, found.end, found.kind, strict=True)
        if kind != Kind.HOLDER
    }
    assert spans == {b"stv02.corp.example.com", b"STV02"}


def test_a_kept_name_has_no_label_to_look_for() -> None:
    texts = [b"joined stv02.corp.example.com", b"stv02 up"]
    scanner = Scanner(all_recognizers())
    batch = texts_batch(texts)
    (found,), originals = detect(scanner, [batch], lambda numbers: np.ones(len(numbers), np.bool_))
    assert not len(originals.value) and len(found) == 1
