"""A policy's rule for one attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from conftest import Desk


def test_a_rule_for_an_attribute_covers_every_path_that_is_spelled_so(desk: Desk) -> None:
    log = desk.write("a.jsonl", '{"sum.total": "an-amount", "sum": {"total": "second-amount"}, "sum.x": "kept"}\n')
    there = ("--workspace", desk.workspace)
    assert desk.redact("init", desk.workspace).code == 0
    assert desk.redact("client", "add", "acme", *there).code == 0
    assert desk.redact("recipient", "add", "cisco", "--profile", "vendor", "--client", "acme", *there).code == 0
    policy = desk.workspace / "recipients" / "cisco.yaml"
    policy.write_text(policy.read_text() + "columns:\n  attributes.sum.total: redact\n")
    said = desk.run(log)
    assert said.code == 0, said.all
    assert b"amount" not in desk.native()
    ((attributes,),) = duckdb.sql(
        f"SELECT attributes FROM read_parquet('{desk.out}/cisco/client=*/dataset=logs/**/*.parquet')"
    ).fetchall()
    assert sorted(attributes.values()) == ["<REDACTED>", "<REDACTED>", "kept"]


def test_a_column_that_is_not_named_follows_other_columns(desk: Desk) -> None:
    log = desk.write("a.log", "Mar  9 10:00:00 gw1 kestrelix[7]: ready\n")
    rows = desk.write("a.jsonl", '{"message":"ready","log":{"level":"kestrelix"},"note":"kestrelix"}\n')
    assert desk.run(log, rows).code == 0
    policy = desk.workspace / "recipients" / "cisco.yaml"
    policy.write_text(policy.read_text() + "other_columns: mask\ncolumns: {message: scan}\n")
    assert desk.run(log, rows).code == 0
    released = sorted(path.read_bytes() for path in desk.out.glob("cisco/client=*/_native/run=*/a.*"))
    assert b"Mar  9 10:00:00 *** *********[*]: ready\n" in released
    assert b'{"message":"ready","log":{"level":"*********"},"note":"*********"}\n' in released
