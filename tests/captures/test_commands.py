"""SMTP, FTP, POP and IMAP: who, where and what is read; what is said in confidence is masked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captures.ftp import ftp
from pipeline.captures.pop_imap import imap, pop
from pipeline.captures.smtp import smtp
from tests.captures.claimed import claimed

CLIENT, SERVER = 40000, 100
Layer = Callable[..., bool]
TEXTS: list[tuple[Layer, bytes, list[tuple[str, str]], str]] = [
    (smtp, b"220 mx1 ESMTP Postfix\r\n", [("HOSTNAME", "mx1"), ("", " ESMTP Postfix")], ""),
    (smtp, b"250-mx1\r\n250-SIZE 9\r\n250 OK\r\n", [("HOSTNAME", "mx1"), ("", "SIZE 9"), ("", "OK")], ""),
    (smtp, b"250 mx1 Hello pc1 (x)\r\n", [("HOSTNAME", "mx1"), ("", " Hello "), ("HOSTNAME", "pc1"), ("", " (x)")], ""),
    (smtp, b"250 2.1.5 Ok\r\n250\r\n", [("", "2.1.5 Ok")], ""),
    (smtp, b"334 VXNlcm5hbWU6\r\n", [], "VXNlcm5hbWU6"),
    (smtp, b"EHLO barn7\r\n", [("HOSTNAME", "barn7")], ""),
    (smtp, b"MAIL FROM:<a@example.com> SIZE=9\r\n", [("EMAIL_ADDRESS", "a@example.com"), ("", "> SIZE=9")], ""),
    (smtp, b"RCPT TO: <b@example.com>\r\nDATA\r\n", [("EMAIL_ADDRESS", "b@example.com"), ("", ">")], ""),
    (smtp, b"VRFY alice\r\nEXPN a@example.com\r\n", [("USERNAME", "alice"), ("EMAIL_ADDRESS", "a@example.com")], ""),
    (smtp, b"AUTH PLAIN AGFsaWNlAGh1bnRlcjI=\r\n", [], " AGFsaWNlAGh1bnRlcjI="),
    (smtp, b"Help me, said alice\r\n", [], "Help me, said alice\r\n"),
    (smtp, b"YWxpY2U=\r\n", [], "YWxpY2U=\r\n"),
    (ftp, b"331 Password for alice.\r\n", [("", "Password for "), ("USERNAME", "alice"), ("", ".")], ""),
    (ftp, b"331 Please give the password for this user\r\n", [("", "Please give the password for this user")], ""),
    (ftp, b"150 Data for a.gz (9)\r\n", [("", "Data for "), ("FILE_PATH", "a.gz"), ("", " (9)")], ""),
    (ftp, b"227 Passive (192,0,2,7,4,5).\r\n", [("", "Passive ")], "(192,0,2,7,4,5)."),
    (ftp, b"227 192,0,2,7,4,5\r\n", [], "192,0,2,7,4,5"),
    (ftp, b"PORT 192,0,2,7,4,5\r\n", [], "192,0,2,7,4,5"),
    (ftp, b"USER alice\r\nPASS a b\r\nCWD /x\r\n", [("USERNAME", "alice"), ("FILE_PATH", "/x")], "a b"),
    (pop, b"+OK POP3 <1.2@example.com>\r\n1 120\r\n.\r\n", [("", " POP3 <1.2@example.com>")], ""),
    (pop, b"-ERR no mailbox for alice\r\n", [("", " no mailbox for "), ("USERNAME", "alice")], ""),
    (pop, b"USER alice\r\nPASS hunter2\r\nTOP 1 0\r\n", [("USERNAME", "alice")], "hunter2"),
    (pop, b"APOP alice c4c9334bac560ecc979e\r\n", [("USERNAME", "alice")], " c4c9334bac560ecc979e"),
    (pop, b"+OK\r\nFrom: a@example.com\r\n\r\nDear alice\r\n", [("EMAIL_ADDRESS", "a@example.com")], "Dear alice\r\n"),
    (imap, b"* OK ready\r\n* 5 EXISTS\r\n", [("", "*"), ("", " ready")], ""),
    (imap, b"a1 LOGIN alice hunter2\r\n", [("", "a1"), ("USERNAME", "alice")], " hunter2"),
    (imap, b'a1 LOGIN "alice h" "x y"\r\n', [("", "a1"), ("USERNAME", '"alice h"')], ' "x y"'),
    (imap, b"a1 LOGIN {5}\r\n", [("", "a1")], "{5}"),
    (imap, b"a2 SELECT Secret\r\na3 NOOP\r\n", [("", "a2"), ("", "a3")], "Secret"),
    (imap, b"a1 AUTHENTICATE PLAIN AGFsaWNl\r\n", [("", "a1")], " AGFsaWNl"),
    (imap, b'* LIST () "/" Secret\r\n', [], '* LIST () "/" Secret\r\n'),
]  # fmt: skip


def told(layer: Layer, raw: bytes) -> int:
    """The side that speaks so."""
    server = raw[:1].isdigit() or raw[:1] in b"+-*"
    return SERVER if server else CLIENT


@pytest.mark.parametrize(("layer", "raw", "texts", "masked"), TEXTS)
def test_lines_are_read_by_what_their_commands_prove(
    layer: Layer, raw: bytes, texts: list[tuple[str, str]], masked: str
) -> None:
    speaks = told(layer, raw)
    for ports in ((0, 0), (speaks, 20000)):
        found = claimed(layer, raw, ports)
        assert [(entity, text) for entity, text, _ in found.texts] == texts
        assert found.masked == masked
        assert found.answer == (masked != raw.decode())


@pytest.mark.parametrize(("layer", "raw"), [(layer, raw) for layer, raw, *_ in TEXTS])
def test_what_the_other_side_says_is_not_read(layer: Layer, raw: bytes) -> None:
    """A mail's text may look like a reply, and a file's name like a command."""
    if b"From:" in raw:
        return
    other = CLIENT if told(layer, raw) == SERVER else SERVER
    found = claimed(layer, raw, (other, 20000))
    assert not found.texts or layer is imap  # whose answers look alike


def test_a_mails_headers_are_read_and_its_text_is_masked() -> None:
    raw = (
        b"Received: from barn7 (HELO pc1) by mx1\r\n\twith ESMTP id 1\r\nFrom: Alice Hale <a@example.com>\r\n"
        b"Subject: about eve\r\nX-Own: eve\r\nDate: Tue, 24 Nov 2026 09:00:00 +0000\r\n\r\nDear Eve\r\n.\r\n"
    )
    found = claimed(smtp, raw, (CLIENT, 25))
    assert [(e, t) for e, t, _ in found.texts if e] == [
        ("HOSTNAME", "barn7"),
        ("HOSTNAME", "pc1"),
        ("HOSTNAME", "mx1"),
        ("EMAIL_ADDRESS", "a@example.com"),
        ("DATE_TIME", "Tue, 24 Nov 2026 09:00:00 +0000"),
    ]
    assert found.masked == "Alice|Hale|about eve|X-Own: eve|Dear Eve\r\n.\r\n"


@pytest.mark.parametrize("layer", [smtp, ftp, pop, imap])
def test_a_word_that_the_segments_end_cuts_is_masked(layer: Layer) -> None:
    for raw in (
        b"USER ali",
        b"a1 LOGIN ali",
        b"EHLO barn",
        b"331 for ali",
        b"+OK for ali",
        b"* OK for ali",
        b"From: a@ex",
    ):
        for _, text, _ in claimed(layer, raw).texts:
            assert raw[-3:].decode() not in text


@pytest.mark.parametrize(
    ("layer", "raw"),
    [
        (smtp, b"235 2.7.0 alice authen"),
        (ftp, b"230-Welcome\r\n230 alice logged"),
        (pop, b"+OK alice has 2 mess"),
        (imap, b"* OK ready\r\na1 OK alice authen"),
    ],
)
def test_of_a_reply_that_an_edge_cuts_no_text_is_read(layer: Layer, raw: bytes) -> None:
    """What tells that a word is a name may stand in the next segment."""
    found = claimed(layer, raw, (SERVER, 20000))
    assert "alice" in found.masked and not any("alice" in text for _, text, _ in found.texts)
    assert any("alice" in text for _, text, _ in claimed(layer, raw + b"\r\n", (SERVER, 20000)).texts)


@pytest.mark.parametrize(
    ("layer", "raw"),
    [
        (smtp, b"235 2.7.0 welcome alice\r\n"),
        (ftp, b"230 Welcome alice!\r\n"),
        (pop, b"+OK welcome alice\r\n"),
        (pop, b"+OK alice's maildrop has 2 messages\r\n"),
        (imap, b"a1 OK logged in as alice\r\n"),
    ],
)
def test_who_was_let_in_is_a_user(layer: Layer, raw: bytes) -> None:
    assert [text for entity, text, _ in claimed(layer, raw, (SERVER, 20000)).texts if entity == "USERNAME"] == ["alice"]


PIECES = st.sampled_from(
    [b"220", b"250", b"-", b" ", b"\r\n", b"\n", b"USER", b"LOGIN", b"a1", b'"', b"{", b"MAIL FROM:", b"<", b">", b"@",
     b"AUTH", b"PLAIN", b"From:", b"Received:", b" from", b"227", b"(", b"for", b"* ", b"5 EXISTS", b"+OK", b".", b"\t",
     b"mx1", b"Hello", b"VRFY", b"\0"]
)  # fmt: skip


@pytest.mark.parametrize("layer", [smtp, ftp, pop, imap])
@given(st.lists(st.one_of(PIECES, PIECES, st.binary(max_size=3)), max_size=25).map(b"".join), st.integers(0, 2))
def test_any_bytes_are_read_within_bounds(layer: Layer, raw: bytes, speaks: int) -> None:
    claimed(layer, raw, ((0, 0), (CLIENT, 20000), (SERVER, 20000))[speaks])


@pytest.mark.parametrize(("layer", "raw"), [(layer, raw) for layer, raw, *_ in TEXTS])
def test_every_beginning_of_a_text_is_read_within_bounds(layer: Layer, raw: bytes) -> None:
    for end in range(len(raw)):
        claimed(layer, raw[:end])
        claimed(layer, raw[end:])
