"""Lines that people wrote, and lines that they pasted."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.pasted import pasted_lines

#: Real material that is no part of the project; tests of it are passed over where it is not.
DATA = Path(os.environ.get("DEVELOPMENT_DATA", Path(__file__).parents[3] / "shared" / "data"))

WRITTEN = """Hi Jane,
<bea> ask Jane Doe about the switch
On Tuesday 24 November 2026 at 10:02, Alan Smith <alan@example.com> wrote:
At 10:02 Alan called me; he said that gw1.example.com is down (again!).
2026-11-24 was the day on which we spoke to Alan.
10:15 Jane Doe joined us
The error is: connection refused. Please ask Alan Smith, or me.
I ran it from /var/log and saw 192.0.2.4 there, but nothing else.
Phone: +44 20 7946 0000
Call (555) 010-0123 or 555-0199
--
Jane Doe | Support Engineer | Example Ltd
12 High Street, London N1 9GU
Class: 3B
Import the file, then call me
1. Open the settings; 2. press Save;
me too :) ;)
> Hi Jane
- Alan Smith, Example Ltd
* Jane Doe
""".splitlines()

PASTED = r"""<config>
<b> text</b>
Nov 24 10:00:00 gw1 kernel: eth0 link up
2026-11-24T10:00:00.123Z ERROR [main] com.example.Pool - no connection for jdoe
[2026-11-24 10:00:00,123] WARN pool: exhausted
<13>1 2026-11-24T10:00:00Z gw1 app 12 - - started
192.0.2.1 - jdoe [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 12
	at com.example.Pool.take(Pool.java:42)
  File "/srv/app.py", line 12, in main
Traceback (most recent call last):
ValueError: invalid literal for int()
java.lang.IllegalStateException: pool is closed
Caused by: java.io.IOException: broken pipe
        ... 12 more
    at async Server.listen (/srv/app/server.js:10:5)
#0  0x00007f3a in main () at main.c:12
{"level":"info","msg":"started"}
  "user": "jdoe",
    "192.0.2.4",
user=jdoe src=192.0.2.4 action=deny
interface.mtu = 1500
int main(int argc, char **argv) {
  return take(pool);
}
for (int i = 0; i < n; i++) {
<server port="443">
jdoe@gw1:~$ ip addr show
$ cat /etc/hosts
C:\Users\jdoe> ipconfig /all
    inet 192.0.2.4/24 brd 192.0.2.255 scope global eth0
64 bytes from 192.0.2.4: icmp_seq=1 ttl=64 time=0.04 ms
00000010: 6361 6665 6361 6665 6361 6665
-----BEGIN CERTIFICATE-----
MIIBszCCAVmgAwIBAgIUJ2x5c3RlbXRlc3RjZXJ0aWZpY2F0ZTAwMAoGCCqGSM49
550 5.1.1 <jdoe@example.com>: Recipient address rejected
@@ -1,4 +1,4 @@
%SYS-5-CONFIG_I: Configured from console by jdoe
""".splitlines()


@pytest.mark.parametrize("line", WRITTEN)
def test_a_line_that_a_person_wrote_is_prose(line: str) -> None:
    assert pasted_lines([line.encode()]) == [False]


@pytest.mark.parametrize("line", PASTED)
def test_a_line_that_a_machine_wrote_is_pasted(line: str) -> None:
    assert pasted_lines([line.encode()]) == [True]


def test_what_stands_between_fences_is_pasted_and_an_open_fence_is_none() -> None:
    lines = [b"see:\n", b"```text\n", b"Jane did it\n", b"\n", b"```\n", b"Hi Jane\n", b"```\n", b"Hi Alan\n"]
    assert pasted_lines(lines) == [False, True, True, True, True, False, False, False]


def test_a_word_between_pasted_lines_is_pasted_and_a_sentence_is_not() -> None:
    log = b"Nov 24 10:00:00 gw1 kernel: up"
    assert pasted_lines([log, b"done", log, b"this is Jane", log]) == [True, True, True, False, True]


@given(st.lists(st.binary(max_size=80), max_size=8))
def test_any_lines_are_judged(lines: list[bytes]) -> None:
    assert len(pasted_lines(lines)) == len(lines)


@pytest.mark.skipif(not DATA.exists(), reason="the measured prose is not here")
def test_of_real_sentences_at_most_two_in_a_thousand_are_taken_for_pasted() -> None:
    lines = [json.loads(line)["text"].encode() for line in (DATA / "prose.jsonl").open("rb")]
    assert sum(pasted_lines([line])[0] for line in lines) <= 0.002 * len(lines)


@pytest.mark.skipif(not DATA.exists(), reason="the measured logs are not here")
def test_of_real_log_lines_nine_in_ten_are_pasted() -> None:
    events = [json.loads(line)["text"].encode().splitlines() for line in (DATA / "logs.jsonl").open("rb")]
    judged = [pasted_lines([line])[0] for event in events for line in event if line.strip()]
    assert sum(judged) >= 0.9 * len(judged)


def test_a_line_of_any_length_takes_no_longer_than_its_beginning() -> None:
    for hostile in (b"a" * 10_000_000, b"[" * 10_000_000, b"a.a:" * 2_000_000, b"  " * 5_000_000, b'"\\' * 5_000_000):
        pasted_lines([hostile])
