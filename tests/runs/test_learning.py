"""What a client's logs prove is learned, and then found wherever it stands; what is planted in them is not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Desk

HOST = "kestrel"
USER = "tvandermeer"
LINE = "Mar  9 10:{:02d}:{:02d} {} {}\n"


def lines(*texts: str, host: str = HOST) -> str:
    return "".join(LINE.format(n // 60 % 60, n % 60, host, text) for n, text in enumerate(texts))


@pytest.fixture
def opened(desk: Desk) -> Desk:
    assert desk.redact("init", desk.workspace).code == 0
    assert desk.redact("client", "add", "acme", "--workspace", desk.workspace).code == 0
    return desk


def learn(desk: Desk, *arguments: object) -> dict:
    said = desk.redact("learn", *arguments, "--client", "acme", "--json", "--workspace", desk.workspace)
    assert said.code == 0, said.all
    return json.loads(said.out)


def test_a_name_that_one_log_proves_is_found_in_another_where_nothing_tells_it(opened: Desk) -> None:
    proof = opened.write("auth.log", lines(f"sshd[7]: Accepted password for {USER} from 192.0.2.7 port 22 ssh2"))
    elsewhere = opened.write("app.txt", f"the queue, {HOST}, {USER}, handed over\n")
    assert opened.run(elsewhere).code == 0
    assert HOST.encode() in opened.native()
    said = learn(opened, opened.logs, "--yes")
    assert {(name["text"], name["is_a"], name["proven"], name["elsewhere"]) for name in said["found"]} == {
        (HOST, "host", 1, 1),
        (USER, "user", 1, 1),
    }
    assert said["known_values"] == 1
    assert learn(opened, opened.logs, "--yes") | {"known_values": 1} == {**said, "found": [], "taken": 0}
    opened.out = opened.folder / "after"
    assert opened.run(elsewhere).code == 0
    assert HOST.encode() not in opened.native()
    assert USER.encode() not in opened.native()
    forget = ("client", "forget", "acme", "--host", HOST.upper(), "--workspace", opened.workspace)
    assert "version 2" in opened.redact(*forget).out
    opened.out = opened.folder / "last"
    assert opened.run(proof, elsewhere).code == 0
    assert opened.run(proof, elsewhere).out.startswith("Nothing to do")


#: On no list of words, yet a word of these logs.
WORD = "qdiscsched"


@pytest.mark.parametrize("word", ["error", "connection", WORD])
def test_a_planted_login_does_not_turn_a_word_into_a_pseudonym(opened: Desk, word: str) -> None:
    planted = [
        f"sshd[7]: Accepted password for {word} from 192.0.2.7 port 22 ssh2",
        f"bash[8]: ran ssh {word}@kestrel",
        f"app[9]: user={word} host={word}",
    ]
    others = [f"kernel: {word} {n} of the device was reset" for n in range(3000)]
    log = opened.write("messages.log", lines(*planted, *others))
    said = learn(opened, log, "--yes")
    assert {name["text"] for name in said["found"]} == {HOST}
    assert {name["text"] for name in said["passed_over"]} == ({WORD} if word == WORD else set())
    done = opened.run(log)
    assert done.code == 0, done.all
    if word != WORD:  # the run itself takes a word of no list for the name that it is proven to be in the unit
        assert opened.native().count(f"kernel: {word} ".encode()) == 3000
    other = opened.write("other.log", lines(*others, host="merlin"))
    opened.out = opened.folder / "after"
    assert opened.run(other).code == 0
    assert opened.native().count(f"kernel: {word} ".encode()) == 3000


def test_guesses_of_whoever_tries_to_get_in_are_no_accounts(opened: Desk) -> None:
    guesses = [f"sshd[7]: Invalid user {name} from 192.0.2.9 port 4711" for name in ("oradba", "postmeister")]
    log = opened.write("auth.log", lines(*guesses, "sshd[7]: Accepted publickey for oradba from 192.0.2.7 port 22"))
    assert {(n["text"], n["proven"]) for n in learn(opened, log)["found"]} == {(HOST, 3), ("oradba", 1)}


def test_without_a_terminal_nothing_is_taken_unless_told_to(opened: Desk) -> None:
    log = opened.write("auth.log", lines(f"sshd[7]: Accepted password for {USER} from 192.0.2.7 port 22 ssh2"))
    asked = ("learn", log, "--client", "acme", "--workspace", opened.workspace)
    said = opened.redact(*asked)
    assert said.code == 2
    assert "--yes" in said.err
    assert learn(opened, log)["taken"] == 0
    assert learn(opened, log, "--min-count", 2)["found"] == []
    shown = opened.redact(*asked, "--yes")
    assert shown.code == 0
    assert "after phrase (1)" in shown.out
    assert "declares 1 users, 1 hosts" in opened.redact("client", "known", "acme", "--workspace", opened.workspace).out
