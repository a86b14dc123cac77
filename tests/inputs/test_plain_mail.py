"""A mail's plain form: the same parts in the same order, every text decoded."""

from __future__ import annotations

import base64
import bz2
import gzip
import lzma
import mailbox
import os
import quopri
import time
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.registry import sniff
from pipeline.inputs import Input, mailboxes, plain_mail, read_unit
from pipeline.inputs.content import Damaged
from pipeline.inputs.mailboxes import plain_file, plain_mailbox
from pipeline.inputs.model import Range, Unit
from pipeline.records import Batch
from tests.captures.building import block, pcap_file, section
from tests.formats.test_laws import assert_well_formed

#: Real material that is no part of the project; tests of it are passed over where it is not.
DATA = Path(os.environ.get("DEVELOPMENT_DATA", Path(__file__).parents[3] / "shared" / "data"))
MAILS = sorted((DATA / "mail").glob("*"))
PLAIN = (Path(__file__).parents[1] / "formats" / "corpora" / "mail.log").read_bytes()
PIECES = [
    b"From: Alan Smith <alan@example.com>\n", b"Subject: =?utf-8?q?J=C3=A9r=C3=B4me?=\n", b"\n", b"Hi Jane,\n",
    b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Type: message/rfc822\n", b"--b\n", b"--b--\n",
    b"--=_1_=\n",
    b"Content-Type: multipart/mixed; boundary=\"=_1_=\"\n", b"Content-Transfer-Encoding: base64\n", b"SGkgSmFuZSw=\n",
    b"Content-Type: message/delivery-status\n", b"Content-Type: text/html; charset=koi8-r\n",
    b"<p>J&eacute;r&#244;me</p>\n",
    b"Content-Type: image/png\n", b"Content-Transfer-Encoding: quoted-printable\n", b"J=E9r=F4me=\n", b"\xff\xfe\n",
    b"From a@example.com Tue Nov 24 10:00:00 2026\n", b">From here\n", b"X-Redact-Removed: 5\n", b"\r\n", b"\r",
    b" folded\n", b": no name\n", b"Content-Type: text/plain; charset=punycode; name*0*=utf-8''a; name*1=b\n",
]  # fmt: skip


def text_of(part: Message) -> str:
    """The text of a leaf, by the plain means of the standard library."""
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    said = part.get_content_charset("utf-8")
    charsets = [said, "utf-8", *(["euc_jp"] if said == "iso-2022-jp" else []), "cp1252"]
    for charset in charsets:
        try:
            return "\n".join(data.decode(charset).splitlines()).rstrip()
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode(charsets[0], "backslashreplace").rstrip()


def parts_of(raw: bytes) -> list[tuple[str, str | None]]:
    return [(part.get_content_type(), part.get_filename()) for part in message_from_bytes(raw).walk()]


def texts_of(raw: bytes) -> list[str]:
    """Texts of all plain leaves, save what is none under that name."""
    leaves = [part for part in message_from_bytes(raw).walk() if not part.is_multipart()]
    texts = [text_of(part) for part in leaves if part.get_content_type() == "text/plain"]
    return [text for text in texts if text and "\0" not in text]


def header_of(raw: bytes, name: str) -> str:
    """A header's value, in UTF-8 or in encoded words, without blanks: the library puts some beside encoded words."""
    value = next((value for key, value in message_from_bytes(raw).raw_items() if key.lower() == name), "")
    text = str(value).encode("utf-8", "surrogateescape").decode()
    return "".join(str(make_header(decode_header(text))).replace("\0", "").split())


def mail_of(body: bytes, *headers: bytes) -> bytes:
    return b"\n".join((b"From: alan@example.com", b"To: jane@example.org", *headers, b"", body))


def plain(raw: bytes) -> Message:
    return message_from_bytes(plain_mail.plain_mail(raw))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.name)
def test_a_real_mail_keeps_its_parts_and_texts(path: Path) -> None:
    raw = path.read_bytes()
    assert sniff(raw[:65536]) in ("mail", "mbox")
    again = plain_mail.plain_mail(raw)
    assert parts_of(again) == parts_of(raw)
    assert texts_of(again) == texts_of(raw)
    if all(ord(letter) < 128 for letter in str(message_from_bytes(raw)["subject"])):
        assert header_of(again, "subject") == header_of(raw, "subject")
    assert_well_formed("mail", again)


@pytest.mark.skipif(not MAILS, reason="the measured mails are not here")
def test_every_real_mail_is_one_record(tmp_path: Path) -> None:
    inputs = [an_input(path, number) for number, path in enumerate(MAILS)]
    unit = Unit(0, tuple(Range(item.number, 0, -1) for item in inputs))
    batches = list(read_unit(inputs, unit))
    assert all(isinstance(batch, Batch) for batch in batches)
    assert sorted(number for batch in batches for number in batch.record_input.tolist()) == list(range(len(MAILS)))


def an_input(path: Path, number: int = 0, form: str = "mail", **fields: Any) -> Input:
    return Input(number, path.name, str(path), path.stat().st_size, form, "", "utf-8", 2026, 0, "", **fields)


@given(st.lists(st.sampled_from(PIECES), max_size=20).map(b"".join))
def test_any_pieces_are_read_and_what_is_plain_stays_as_it_is(raw: bytes) -> None:
    again = plain_mail.plain_mail(raw)
    assert again == plain_mail._opened(raw) or plain_mail.plain_mail(again) == again
    assert_well_formed("mail", again)


def test_the_plain_form_is_its_own() -> None:
    assert plain_mail.plain_mail(PLAIN) == PLAIN
    assert plain_mail.plain_mail(PLAIN.replace(b"\n", b"\r\n")) == PLAIN.replace(b"\n", b"\r\n")


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16", "us-ascii", "x-unknown", ""])
def test_a_text_is_read_in_its_charset_and_where_that_lies_in_another(encoding: str, charset: str) -> None:
    text = "Hi Jérôme,\nthe € is out"
    really = {"us-ascii": "cp1252", "x-unknown": "utf-8", "": "utf-8", "iso-8859-1": "cp1252"}.get(charset, charset)
    data = text.encode(really)
    if encoding == "8bit" and charset == "utf-16":
        return  # which no mail holds
    body = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes, "8bit": bytes}[encoding](data)
    said = f"Content-Type: text/plain; charset={charset}" if charset else "Content-Type: text/plain"
    again = plain(mail_of(body, said.encode(), f"Content-Transfer-Encoding: {encoding}".encode()))
    assert again["content-transfer-encoding"] == "8bit"
    assert again.get_content_charset() == "utf-8"
    found = again.get_payload(decode=True)
    assert isinstance(found, bytes)
    assert found.decode().rstrip("\n").replace("\x80", "€") == text


def test_names_of_headers_and_files_are_decoded_and_a_comma_in_one_does_not_part_it() -> None:
    raw = mail_of(
        b"x",
        b'Cc: =?utf-8?q?Doe=2C_J=C3=A9r=C3=B4me?= <j@example.com>, "=?utf-8?b?SsOpIMO0?=" <k@example.com>',
        b"Content-Type: text/plain; name*0*=utf-8''J%C3%A9; name*1=\"r.txt\"",
        b"Subject: =?iso-2022-jp?b?GyRCJTMlcw==?=\n =?iso-2022-jp?b?JTMlcxsoQg==?= =?utf-8?q?a=0D=0AX-Evil:_b?=",
    )
    written = plain_mail.plain_mail(raw).decode()
    assert 'Cc: "Doe, Jérôme" <j@example.com>, "Jé ô" <k@example.com>' in written
    assert 'name="Jér.txt"' in written
    assert "\nSubject: コンコン" in written
    assert "\nX-Evil" not in written


def test_a_time_stands_in_one_line() -> None:
    raw = mail_of(
        b"x", b"Received: from a\n by b; Tue, 24 Nov 2026\n 10:00:00 +0000", b"Date: Tue, 24 Nov 2026\n\t10:00:00 +0000"
    )
    written = plain_mail.plain_mail(raw).decode()
    assert (
        "Received: from a\n by b; Tue, 24 Nov 2026 10:00:00 +0000\nDate: Tue, 24 Nov 2026 10:00:00 +0000\n" in written
    )


def test_what_no_text_is_leaves_an_empty_part_that_tells_its_size() -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    armoured = b"-----BEGIN PGP MESSAGE-----\n\nAbCd\n-----END PGP MESSAGE-----\n"
    svg = b"<svg><text>Jane</text></svg>"
    for kind, data in (
        (b"image/png", png),
        (b"image/svg+xml", svg),
        (b"application/octet-stream", armoured),
        (b"text/plain", png * 20),
    ):
        again = plain(mail_of(
            base64.encodebytes(data), b"Content-Type: " + kind + b"; name=jane.png",
            b"Content-Transfer-Encoding: base64",
        ))  # fmt: skip
        assert (again["x-redact-removed"], again.get_filename()) == (str(len(data)), "jane.png")
        assert not again.get_payload()


def test_captures_and_what_is_compressed_are_no_text_whatever_their_type_says() -> None:
    lines = b"".join(b"GET /%d HTTP/1.1 and a long line of letters, as most packets have them\n" % n for n in range(40))
    packet = b"\0\0\x5e\0\x53\x01" + lines
    captures = pcap_file([packet] * 3), section() + block(6, bytes(20) + packet)
    for data in (*captures, gzip.compress(lines), bz2.compress(lines), lzma.compress(lines)):
        for charset in (b"", b"; charset=iso-8859-1"):
            again = plain(mail_of(
                base64.encodebytes(data), b"Content-Type: text/plain; name=gw1.log" + charset,
                b"Content-Transfer-Encoding: base64",
            ))  # fmt: skip
            assert (again["x-redact-removed"], again.get_payload()) == (str(len(data)), "")
    assert plain(mail_of(b"BZhou has called.\n")).get_payload() == "BZhou has called.\n"


def test_text_that_is_attached_under_another_type_stands_decoded() -> None:
    log = "Nov 24 10:00:00 gw1 kernel: Jérôme\n"
    for data in (log.encode(), log.encode("utf-16")):
        again = plain(mail_of(
            base64.encodebytes(data), b"Content-Type: application/octet-stream; name=gw1.log",
            b"Content-Transfer-Encoding: base64",
        ))  # fmt: skip
        found = again.get_payload(decode=True)
        assert isinstance(found, bytes)
        assert found.decode().removeprefix("\ufeff") == log


def test_signatures_are_dropped_and_a_size_cannot_be_forged() -> None:
    written = plain_mail.plain_mail(
        mail_of(b"x", b"DKIM-Signature: v=1;\n b=AbCd", b"X-Redact-Removed: 020", b"X-Face: ab")
    )
    assert b"AbCd" not in written
    assert b"020" not in written
    assert b"DKIM-Signature:\nX-Face:\n" in written


def test_references_of_html_are_characters_save_those_that_would_be_marks() -> None:
    raw = mail_of(
        b"<p title='&quot;&#74;ane'>&#x4a;&eacute;r&nbsp;&lt;b&gt; &amp;eacute; &unknown;", b"Content-Type: text/html"
    )
    assert plain_mail.plain_mail(raw).endswith(
        "<p title='&quot;Jane'>Jér&nbsp;&lt;b&gt; &amp;eacute; &unknown;".encode()
    )


def test_delimiters_hold_no_name_of_a_host_and_no_text_can_be_one() -> None:
    raw = mail_of(
        b"--mx1.example.com/4\n\n--=_1_=\nJane\n--mx1.example.com/4--\n",
        b'Content-Type: multipart/mixed; boundary="mx1.example.com/4"',
    )
    written = plain_mail.plain_mail(raw)
    assert b"mx1.example.com" not in written
    assert parts_of(written) == parts_of(raw)
    assert texts_of(written) == texts_of(raw)


def test_a_mail_in_a_mail_that_is_encoded_as_a_whole_is_opened() -> None:
    inner = mail_of(b"Hi Jane", b"Subject: a=b")
    for encode, name in ((base64.encodebytes, b"base64"), (quopri.encodestring, b"quoted-printable")):
        raw = mail_of(encode(inner), b"Content-Type: message/rfc822", b"Content-Transfer-Encoding: " + name)
        assert b"Subject: a=b\n\nHi Jane" in plain_mail.plain_mail(raw)


def test_a_mailbox_is_what_pythons_own_reader_finds_in_it(tmp_path: Path) -> None:
    bodies = [b"one\n", b"From here on\nall is well\n", b"=46rom there\n", b"", b"\n\n"]
    raw = b"".join(
        b"From a@example.com Tue Nov 24 10:00:0%d 2026\n" % n
        + mail_of(body, b"Content-Transfer-Encoding: quoted-printable", b"Message-ID: <%d@example.com>" % n) + b"\n"
        for n, body in enumerate(bodies)
    )  # fmt: skip
    for size in (1, 7, 64, len(raw)):
        chunks = (raw[at : at + size] for at in range(0, len(raw), size))
        mails = list(plain_mailbox(chunks))
        assert len(mails) == len(bodies)
    path = tmp_path / "mbox"
    path.write_bytes(b"".join(mails))
    found = [message.get_payload() for message in mailbox.mbox(path)]
    assert [str(text).rstrip("\n") for text in found] == ["one", ">From here on\nall is well", ">From there", "", ""]
    batches = list(read_unit([an_input(path, form="mbox")], Unit(0, (Range(0, 0, -1),))))
    assert [batch.records for batch in batches if isinstance(batch, Batch)] == [len(bodies)]
    assert b"".join(plain_mailbox(iter([path.read_bytes()]))) == path.read_bytes()


def test_a_conversation_is_told_by_the_mail_that_began_it() -> None:
    mails = [
        (b"Message-ID: <a@example.com>",),
        (b"Message-ID: <b@example.com>", b"In-Reply-To: <a@example.com>"),
        (b"Message-ID: <c@example.com>", b"In-Reply-To: <b@example.com>"),
        (b"Message-ID: <d@example.com>", b"References: <a@example.com> <c@example.com>"),
        (b"Message-ID: <e@example.com>",),
    ]
    threads: dict[str, str] = {}
    found = [
        message_from_bytes(plain_mail.plain_mail(mail_of(b"x", *headers), threads))["x-redact-conversation"]
        for headers in mails
    ]
    assert found == ["<a@example.com>"] * 4 + ["<e@example.com>"]


def test_damage_is_told_after_what_could_be_read() -> None:
    def chunks() -> Any:
        yield PLAIN
        raise Damaged

    for reader in (plain_file, plain_mailbox):
        found = []
        with pytest.raises(Damaged):
            for mail in reader(chunks()):
                found.append(mail)
        assert b"Alan" in b"".join(found)


HOSTILE = {
    "parts in one another": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1000)
    ) + b"\nHi Jane\n",
    "mails in one another": b"Content-Type: message/rfc822\n\n" * 1000 + b"\nHi Jane\n",
    "no delimiter": mail_of(b"Hi Jane\n", b"Content-Type: multipart/mixed"),
    "NULs": mail_of(b"Hi\0Jane\n" * 10, b"Subject: a\0b"),
    "a long header": mail_of(b"Hi Jane", b"Subject: " + b"Jane " * 2_000_000),
    "a long header of words": mail_of(b"Hi Jane", b"To: " + b"=?utf-8?q?Jane=2C?= " * 100_000),
    "a long type": mail_of(b"Hi Jane", b"Content-Type: text/plain" + b';a="' * 100_000),
    "many folds": mail_of(b"Hi Jane", b"Subject: a" + b"\n b" * 1_000_000),
    "many parts": mail_of(b"--b\n\nHi Jane\n" * 10_000, b"Content-Type: multipart/mixed; boundary=b"),
    "open tags": mail_of(b"Hi Jane" + b"<a '" * 50_000, b"Content-Type: text/html"),
    "open comments": mail_of(b"Hi Jane" + b"<!--" * 500_000, b"Content-Type: text/html"),
    "quotes in tags": mail_of(b"Hi Jane" + b'<a "<a" ' * 30_000, b"Content-Type: text/html"),
    "brackets": mail_of(b"Hi Jane", b"From: " + b"(<\"" * 50_000),
    "an open quote": mail_of(b"Hi Jane", b'To: "' + b'\\"' * 1_000_000),
    "blanks": mail_of(b"Hi Jane" + b" " * 1_000_000 + b">", b"Subject: a" + b" " * 1_000_000 + b"b"),
    "lines of mailboxes": mail_of(b"Hi Jane\n" + (b"From " + b"Mon, 10:00 " * 36 + b"\n") * 3_000),
    "binary": mail_of(bytes(range(256)) * 1000 + b"Hi Jane"),
    "no charset": mail_of(b"Hi Jane \xff", b"Content-Type: text/plain; charset=unicode_escape"),
    "a codec that is none": mail_of(b"Hi Jane \xff", b"Content-Type: text/plain; charset=zlib"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_read_in_bounded_time_and_not_lost(name: str) -> None:
    begun = time.process_time()
    again = plain_mail.plain_mail(HOSTILE[name])
    assert_well_formed("mail", again)
    assert time.process_time() - begun < 15
    assert b"Jane" in again


def test_a_mailbox_of_lines_that_nearly_begin_a_mail_is_read_in_bounded_time() -> None:
    begun = time.process_time()
    assert b"Jane" in b"".join(plain_mailbox(iter([HOSTILE["lines of mailboxes"]] * 3)))
    assert time.process_time() - begun < 10


def test_a_mail_longer_than_any_record_is_given_on_without_being_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "LONGEST_MAIL", 1000)
    long = b"From a@example.com Tue Nov 24 10:00:00 2026\n" + mail_of(b"From x\n" * 1000) + b"\n"
    short = b"From b@example.com Tue Nov 24 10:00:00 2026\n" + mail_of(b"Hi") + b"\n"
    raw = short + long + short
    found = b"".join(plain_mailbox(raw[at : at + 100] for at in range(0, len(raw), 100)))
    assert found.count(b"\nFrom ") == 2
    assert found.count(b"\n>From x") == 1000
    assert b"".join(plain_file(iter([raw[:800], raw[800:]]))) == raw
