"""What a policy lists as kept stays in a release, and verification lets nothing else through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Desk

LINE = "Mar  9 10:00:00 gw-01 sshd[211]: Accepted password for {} from {} port 50022 ssh2\n"
VALUES = ("127.0.0.1", "192.0.2.17", "198.51.100.4", "root", "ansible", "mhale")


@pytest.mark.parametrize(
    ("kept", "staying"),
    [
        ("", {"127.0.0.1", "root"}),
        ("kept: {addresses: [192.0.2.0/24], accounts: [ansible]}", {"127.0.0.1", "root", "192.0.2.17", "ansible"}),
        ("kept: {shipped: false, accounts: [ansible]}", {"ansible"}),
    ],
    ids=["as shipped", "extended", "emptied"],
)
def test_a_policy_extends_or_empties_what_a_release_keeps(desk: Desk, kept: str, staying: set[str]) -> None:
    lines = zip(("root", "ansible", "mhale"), ("127.0.0.1", "192.0.2.17", "198.51.100.4"))
    log = desk.write("a.log", "".join(LINE.format(*line) for line in lines))
    there = ("--workspace", desk.workspace)
    assert desk.redact("init", desk.workspace).code == 0
    assert desk.redact("client", "add", "acme", *there).code == 0
    assert desk.redact("recipient", "add", "cisco", "--profile", "vendor", "--client", "acme", *there).code == 0
    policy = desk.workspace / "recipients" / "cisco.yaml"
    policy.write_text(f"{policy.read_text()}{kept}\n")
    said = desk.run(log)
    assert said.code == 0, said.all
    words = desk.native().decode().split()
    assert {value for value in VALUES if value in words} == staying
    # And the answer turns back, under whatever lists it was made.
    asked = ("--client", "acme", "--recipient", "cisco", "--reason", "case-7")
    answer = desk.redact("reidentify", *asked, *there, stdin=desk.native())
    assert answer.code == 0, answer.all
    assert answer.out == log.read_text()
