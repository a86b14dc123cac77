"""Formats by name and by a file's beginning."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigurationError
from pipeline.formats.registry import FORMATS, format_named, sniff


def test_a_format_is_found_by_its_name() -> None:
    assert {name: format_named(name).name for name in FORMATS} == {name: name for name in FORMATS}


def test_an_unknown_name_is_refused_with_the_nearest_and_all() -> None:
    with pytest.raises(ConfigurationError) as refused:
        format_named("json-line")
    assert "did you mean json-lines?" in str(refused.value)
    assert all(name in str(refused.value) for name in FORMATS)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"", "text"),
        (b"\n\n", "text"),
        (b"2026-11-24 10:00:00 status installed demo:amd64 1.0\n", "text"),
        (b"2026-11-24T10:00:00Z INFO started\n", "text"),
        (b'{\n  "pretty": {\n    "printed": 1\n  }\n}\n', "text"),
        (b'{"a":1}\n{"a":', "json-lines"),
        (b'{"a":1}\nnoise\n{"a":2}\n', "json-lines"),
        (b"Nov 24 10:00:00 gw1 kernel: up\n", "syslog-rfc3164"),
        (b"<13>1 2026-11-24T10:00:00Z h p - - - m\n", "syslog-rfc5424"),
        (b'192.0.2.1 - - [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1\n', "apache-combined"),
        (bytes(range(256)), "text"),
    ],
)
def test_a_beginning_tells_the_format(head: bytes, name: str) -> None:
    assert sniff(head) == name
