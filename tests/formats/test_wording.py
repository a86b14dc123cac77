"""What people wrote is told from what machines write, where no format says who did."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.formats.format import Context
from pipeline.formats.registry import format_named, sniff
from pipeline.formats.wording import is_filled_in
from pipeline.records import PROSE

NOTE = b"""Call of 2026-11-02
Spoke with Wilma Qorvath, the assistant of their manager. She says that he approved it.
Ship to: Qorvath & Sons, attn: W. Qorvath, 14 Example Lane
Old device: S/N FOC0000X0QZ
Follow up: please ask her for the serial of the second one.
"""


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (NOTE, "prose"),
        (b"\xef\xbb\xbf" + NOTE.replace(b"\n", b"\r\n"), "prose"),
        (b"Guten Tag, bitte rufen Sie mich an, wir haben Ihre Antwort nicht.\nDanke, Wilma Qorvath\n", "prose"),
        (b"Bonjour, merci de rappeler madame Qorvath, nous avons perdu votre message.\n", "prose"),
        (NOTE + b"2026-11-02 10:00:00,123 ERROR [main] c.e.Web - refused 192.0.2.7:443\n" * 12, "text"),
        (b"2026-11-02 10:00:00,123 WARN please check your configuration, who changed it?\n", "text"),
        (b"host mx.example[192.0.2.7] said: 421 error, please check https://postmaster.example/you\n", "text"),
        (b"Sorry, user jdoe is not allowed to execute '/bin/ls' as root on db1.\n", "text"),
        (b"you, we and they; my, your and her words, please, but without an end " * 1000, "text"),
        (b"2026-11-02 10:00:00 Spoke with her, she says that he knows, thanks\n" * 3 + NOTE, "text"),
        (b"my.other.user your.name her-host i.e. he/she\nmy_host=you your=1\n" * 4, "text"),
        (b"#!/bin/sh\n# please keep your hands off, we need it\nset -e\nPATH=/bin\nexport PATH\n" * 3, "text"),
    ],
)
def test_a_note_is_told_from_a_log_by_its_lines(head: bytes, name: str) -> None:
    assert sniff(head) == name


def prose_of(name: str, text: bytes) -> list[bytes]:
    """The texts of a file's fields in which names are looked for."""
    form = format_named(name)
    data = np.frombuffer(text, np.uint8)
    start = np.concatenate(([0], np.flatnonzero(data[:-1] == ord("\n")) + 1)).astype(np.int64)
    end = np.append(start[1:], len(data)) - 1
    fields = form.parse(data, start, end, Context(2026, 0, header=form.header(text)))
    written = np.flatnonzero(fields.field_entity == PROSE)
    return [data[s:e].tobytes() for s, e in zip(fields.field_start[written], fields.field_end[written])]


SAID = b"Hi team, she told me that Wilma Qorvath knows it"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("json-lines", b'{"id":1,"fields":{"Description":"%s"},"message":"%s"}\n' % (SAID, SAID)),
        ("json-lines", b'{"comments":[{"plainBody":"%s"}],"level":"info"}\n' % SAID),
        ("json-lines", b'{"msg":"%s","from":{"name":"W. Qorvath"}}\n{"message":"%s"}\n' % (SAID, SAID)),
        ("json-lines", b'{"sender":"W. Qorvath","message":"%s"}\n{"message":"%s"}\n' % (SAID, SAID)),
        ("csv", b'number,opened_by,short_description,state\nINC1,x,"%s",New\nINC2,y,Disk full,New\n' % SAID),
    ],
)
def test_what_people_fill_in_is_prose_where_it_reads_so(name: str, text: bytes) -> None:
    assert prose_of(name, text) == [SAID]


def test_a_line_of_a_diary_keeps_its_time_apart() -> None:
    text = b"2026-11-02 10:00:00 %s\n2026-11-03 09:00:00 INFO disk checked\n" % SAID
    assert sniff(text) == "text" and prose_of("text", text) == [SAID]


def test_what_machines_fill_in_stays_a_log() -> None:
    assert not prose_of("json-lines", b'{"description":"Disk /dev/sda1 of db1 is full","comment":"by policy 7"}\n')
    assert not prose_of("csv", b"id,user,description\n1,jdoe,the session of jdoe was closed by the server\n")


def test_the_lines_that_line_feeds_make_of_a_cell_are_prose_too() -> None:
    text = b'number,user,description,state\nINC1,x,"Hi,\nplease ring Wilma Qorvath at noon\nsoon",New\nINC2,y,ok,\n'
    assert b"please ring Wilma Qorvath at noon" in prose_of("csv", text)


@pytest.mark.parametrize("key", ["description", "Short Description", "a.b.closeNotes", "comments.0", "work-notes"])
def test_keys_that_people_fill_in(key: str) -> None:
    assert is_filled_in(key)


@pytest.mark.parametrize("key", ["message", "msg", "description_id", "comments.count", "7", ""])
def test_keys_that_machines_fill_in(key: str) -> None:
    assert not is_filled_in(key)


@pytest.mark.parametrize("name", ["text", "syslog-rfc3164", "apache-combined"])
def test_a_note_above_what_was_pasted_is_prose(name: str) -> None:
    logs = {
        "text": b"2026-11-02 10:00:00 refused 192.0.2.7, please check your rules\nrefused port=7 a=b c=d e=f you we\n",
        "syslog-rfc3164": b"Nov 24 10:00:00 gw1 sshd[7]: please change your password\n",
        "apache-combined": b'192.0.2.1 - - [24/Nov/2026:10:00:00 +0000] "GET /you/we/they HTTP/1.1" 200 1\n',
    }
    assert prose_of(name, SAID + b"\n" + logs[name] * 3) == [SAID]
