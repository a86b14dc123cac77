"""The README's own run and its query, as written there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from conftest import Desk

README = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")


def test_a_run_on_her_own_log_then_the_query(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.folder / "messages.log").write_text(
        "Mar  9 10:00:00 gw-01 sshd[211]: Accepted password for mhale from 192.0.2.17 port 50022 ssh2\n" * 3
    )
    command = "redact run messages.log --client acme --recipient cisco=vendor"
    assert command in README.splitlines()
    said = desk.redact(*shlex.split(command)[1:], "--yes")
    assert said.code == 0, said.all
    (query,) = re.findall(r"^```sql\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(desk.folder)
    rows = duckdb.sql(query).fetchall()
    assert [row[-1] for row in rows] == [3]
    for place in ("dataset=logs", "_native", "_archive"):
        assert list((desk.folder / "redact-out" / "cisco").glob(f"client=*/{place}/*"))


def test_a_vendors_answer_turned_back(desk: Desk) -> None:
    log = "Mar  9 10:00:00 gw-01 sshd[211]: Accepted password for mhale from 192.0.2.17 port 50022 ssh2\n" * 3
    (desk.folder / "messages.log").write_text(log)
    run, back = (
        "redact run messages.log --client acme --recipient cisco=vendor",
        "redact reidentify --recipient cisco --client acme --reason TICKET-4711 < answer.txt",
    )
    assert {run, back} <= set(README.splitlines())
    assert desk.redact(*shlex.split(run)[1:], "--yes").code == 0
    (released,) = (desk.folder / "redact-out" / "cisco").glob("client=*/_native/run=*/messages.log")
    answer = released.read_bytes()
    assert b"mhale" not in answer
    said = desk.redact(*shlex.split(back.partition("<")[0])[1:], stdin=answer)
    assert (said.code, said.out) == (0, log), said.all
    assert "TICKET-4711" in desk.redact("audit", "show").out
