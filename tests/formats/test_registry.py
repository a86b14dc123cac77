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
        (b'{\n  "pretty": {\n    "printed": 1\n  }\n}\n', "json"),
        (b'{"a":1}\n{"a":', "json-lines"),
        (b'{"a":1}\nnoise\n{"a":2}\n', "json-lines"),
        (b"Nov 24 10:00:00 gw1 kernel: up\n", "syslog-rfc3164"),
        (b"<13>2026-11-24T10:00:00Z gw1 id=firewall\n", "syslog-rfc3164"),
        (b"2026-11-24T10:00:00Z gw CEF:0|a|b|1|2|c|3|x=y\n", "syslog-rfc3164"),
        (b"2026-11-24T10:00:00Z started id=7\n", "text"),
        (b"<13>1 2026-11-24T10:00:00Z h p - - - m\n", "syslog-rfc5424"),
        (b'192.0.2.1 - - [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1\n', "apache-combined"),
        (bytes(range(256)), "text"),
    ],
)
def test_a_beginning_tells_the_format(head: bytes, name: str) -> None:
    assert sniff(head) == name


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"time,user,host\n1,2,3\n", "csv"),
        (b'\xef\xbb\xbf"time";"user";"host"\r\n1;2;3\r\n', "csv"),
        (b"id\tuser\tsrc_ip\n1\ta\t192.0.2.1\n", "csv"),
        (b"time,user,host\n", "text"),
        (b"alice,192.0.2.9,db1\nbob,192.0.2.8,db2\n", "text"),
        (b"Name, type and action of users\nDear, all and some\n", "text"),
        (b"time,user,host\na line of words\nanother one\n", "text"),
        (b"time,user," + b"x" * 200_000 + b"\n1,2,3\n", "text"),
        (b"#Fields: date time c-ip\n2026-11-24 10:00:00 192.0.2.1\n", "w3c-extended"),
        (b"#separator \\x09\n#fields\tts\tid.orig_h\tuser\n1764000000.5\t192.0.2.1\ta\n", "zeek"),
    ],
)
def test_rows_need_a_header_that_names_columns(head: bytes, name: str) -> None:
    assert sniff(head) == name


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"From: a@example.com\r\nTo: b@example.com\r\n\r\nHi\r\n", "mail"),
        (b"From: a@example.com\rTo: b@example.com\r\rHi\r", "mail"),
        (b"\xef\xbb\xbfReceived: from a\n by b\nSubject: c\n\nHi\n", "mail"),
        (b"From: a@example.com\nTo: " + b"b@example.com, " * 9000, "mail"),
        (b"From a@example.com Tue Nov 24 10:00:00 2026\nSubject: c\n\nHi\n", "mbox"),
        (b"From - Tue Nov 24 10:00:00 2026\nX-Mozilla-Status: 0001\n", "mbox"),
        (b"Subject: a note\n\nTo whom it may concern\n", "text"),
        (b"From: here\nTo: there\nwe went\n", "text"),
        (b"From Monday on 24 Nov at 10:00 all is well\n", "text"),
    ],
)
def test_mails_begin_with_headers_and_mailboxes_with_a_line_of_their_own(head: bytes, name: str) -> None:
    assert sniff(head) == name
