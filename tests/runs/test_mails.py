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
Received: from mx1.example.net (mx1.example.net [192.0.2.25]) by mx.example.com with ESMTP id 00000000000000
 for <zephyrine77@example.com>; Thu, 29 Apr 2027 23:34:45 +0900 (JST)
Date: Thu, 29 Apr 2027 23:34:45 +0900
From: Marion Zephyrine <zephyrine77@example.com>
To: 0000000000@example.net
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
    for original in (b"zephyrine77", b"Marion", b"Zephyrine", b"0000000000"):
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
