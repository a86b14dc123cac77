"""Mails are released, all of them: what verification looks for in a mail is what is replaced in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Desk

#: Real material that is no part of the project; tests of it are passed over where it is not.
DATA = Path(os.environ.get("DEVELOPMENT_DATA", Path(__file__).parents[3] / "shared" / "data"))
MAILS = sorted((DATA / "mail").glob("*"))
MAIL = """\
Return-Path: <bounces-zephyrine77@news.example.net>
Received: from mx1.example.net (mx1.example.net [192.0.2.25]) by mx.example.com with ESMTP id 40741852960000
 for <zephyrine77@example.com>; Thu, 29 Apr 2027 23:34:45 +0900 (JST)
Date: Thu, 29 Apr 2027 23:34:45 +0900
From: Marion Zephyrine <zephyrine77@example.com>
To: 4074185296@example.net
Subject: campaign
X-Campaign: newszephyrine77x.19457665f3
X-Version: wzephyrine77_05282027_ses

Hello Marion,

see https://news.example.net/c/19457665f3?id=zephyrine77 until Thu, 29 Apr 2027.
連絡zephyrine77様

--- boundary="_000_19457665f3_zephyrine77KORP_"
"""


def test_a_mail_whose_names_stand_inside_longer_words_is_released_without_them(desk: Desk) -> None:
    assert desk.run(desk.write("a.eml", MAIL)).code == 0
    out = desk.native()
    for original in (b"zephyrine77", b"Marion", b"Zephyrine", b"4074185296"):
        assert original not in out
    # What stands around them stays, so that the words still tell which campaign it was.
    for around in (b"X-Campaign: news", b"x.19457665f3", b"_05282027_ses", b"Thu, 29 Apr 2027 23:34:45 +0900"):
        assert around in out


@pytest.mark.skipif(not MAILS, reason=f"needs the mails of {DATA}")
def test_no_mail_is_lost(desk: Desk) -> None:
    for path in MAILS[::9]:
        (desk.folder / path.name).write_bytes(path.read_bytes())
    outcome = desk.run(*(desk.folder / path.name for path in MAILS[::9]))
    assert outcome.code == 0


def a_mail(own: str, sender: str, text: str, *headers: str) -> str:
    named = f"From: {sender}\nTo: help@example.net\nMessage-ID: <{own}@example.com>\n"
    return named + "".join(f"{header}\n" for header in headers) + f"\n{text}\n"


def test_a_name_that_one_mails_header_proves_is_found_in_all_mails_of_its_conversation(desk: Desk) -> None:
    """In files that lie far apart, and in a mailbox that is longer than what is held at once."""
    line = "2027-05-01 10:00:00 batch kettleworth-nightly ok\n"
    first = a_mail("m1", "Ottoline Kettleworth <ok@example.com>", "Please look.")
    log = "Content-Type: text/csv\n"
    large = [a_mail(f"m{k}", "it@example.com", f"2027-05-01 10:00:0{k} ok\n" * 200_000, log) for k in (2, 3)]
    answer = "In-Reply-To: <m1@example.com>"
    for k, (name, text) in enumerate({"new/17": a_mail("m9", "it@example.com", line, answer), "cur/2": first}.items()):
        os.utime(desk.write(name, text), (40_000_000 * (k + 1),) * 2)
    for name, headers in (("answered.mbox", (answer,)), ("other.mbox", ())):
        mails = [first, *large, a_mail("m4", "it@example.com", line, *headers)]
        desk.write(name, "".join(f"From it@example.com Sat May  1 10:00:00 2027\n{mail}\n" for mail in mails))
    assert desk.run(desk.logs).code == 0
    (native,) = desk.out.glob("cisco/client=*/_native/run=*")
    texts = [path.read_bytes() for path in sorted(native.rglob("*")) if path.is_file()]
    assert sorted(len(text) > 1_000 for text in texts) == [False, False, True, True]
    assert [text.count(b"batch kettleworth-nightly ok") for text in texts if len(text) < 1_000] == [0, 0]
    # What does not belong to the conversation keeps the word: nothing else tells of it.
    assert sorted(text.count(b"batch kettleworth-nightly ok") for text in texts if len(text) > 1_000) == [0, 1]
    small = [text for text in texts if len(text) < 1_000]
    (one,), (same,) = ({line for line in text.split(b"\n") if b"X-Redact-Conv" in line} for text in small)
    assert one == same


def test_what_is_redacted_shows_in_a_browser(desk: Desk) -> None:
    page = "<html><body><p title='ring 650-588-6078'>Please call <b>650-588-6078</b> today.</p></body></html>\n"
    mail = "From: a@example.com\nTo: b@example.com\nSubject: x\nContent-Type: text/html; charset=utf-8\n\n" + page
    captions = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Jane Doe>call 650-588-6078 today\n"
    inputs = desk.write("a.eml", mail), desk.write("b.html", "<!doctype html>\n" + page), desk.write("c.vtt", captions)
    assert desk.run(*inputs).code == 0
    out = desk.native()
    assert b"6078" not in out and b"<PHONE_NUMBER>" not in out
    assert out.count(b"<b>&lt;PHONE_NUMBER&gt;</b>") == 2
    assert out.count(b"'ring &lt;PHONE_NUMBER&gt;'") == 2
    assert out.count(b">call &lt;PHONE_NUMBER&gt; today") == 1
