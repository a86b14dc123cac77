"""Strict mode through whole runs: what nothing knows is masked, for those alone whose policy says so."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import duckdb
import pytest

from recognizers.vocabulary import is_harmless

if TYPE_CHECKING:
    from conftest import Desk

WORD = re.compile(rb"[A-Za-z0-9_\x80-\xff]+")
SYSLOG = (
    "Mar  9 10:00:00 gw-01 sshd[211]: Accepted password for mhale from 192.0.2.17 port 50022 ssh2\n"
    "Mar  9 10:00:01 gw-01 app[9]: ticket of Marion Hale about kestrelix was closed, mhale\n"
    "Mar  9 10:00:02 gw-01 app[9]: frobnicatrix restarted after 17 s, /home/mhale/kestrelix.conf reloaded\n"
    "Mar  9 10:00:03 gw-01 kernel: eth0: link is up, 1000 Mbps full duplex\n"
)
JSON = (
    '{"message": "frobnicatrix of M\\u00fcller failed", "user": "mhale", '
    '"kestrelix": {"n": 4711, "id": 123456789012}}\n'
    '{"message": "frobnicatrix ended", "note": "call 0301234567\\nor \\u0041nton", "log_level": "kestrelix"}\n'
)


def strict_run(desk: Desk, *inputs: object, policy: str = "unknown: mask", recipients: tuple[str, ...] = ()) -> bytes:
    """A run for vendor cisco with this in its policy; returns what cisco gets."""
    there = ("--workspace", desk.workspace)
    if not desk.workspace.exists():
        assert desk.redact("init", desk.workspace).code == 0
        assert desk.redact("client", "add", "acme", *there).code == 0
        assert desk.redact("recipient", "add", "cisco", "--profile", "vendor", "--client", "acme", *there).code == 0
        file = desk.workspace / "recipients" / "cisco.yaml"
        file.write_text(f"{file.read_text()}{policy}\n")
    more = [part for name in recipients for part in ("--recipient", name)]
    said = desk.redact(
        "run", *inputs, "--client", "acme", "--recipient", "cisco", *more, "--out", desk.out, "--workers", "1", *there
    )
    assert said.code == 0, said.all
    return desk.native()


def test_what_is_left_is_known_or_replaced_and_terms_and_pseudonyms_stay(desk: Desk) -> None:
    out = strict_run(desk, desk.write("messages.log", SYSLOG)).decode()
    lines = out.splitlines()
    assert re.fullmatch(
        r"Mar  9 10:00:00 (\S+) sshd\[211\]: Accepted password for (user-\w+) from [0-9.]+ port 50022 ssh2", lines[0]
    )
    account = lines[0].split()[8]
    assert lines[1].endswith(f"app[9]: ticket of ****** **** about ********* was closed, {account}")
    assert lines[2].endswith(f"************ restarted after 17 s, /home/{account}/*********.conf reloaded")
    assert lines[3].endswith("kernel: eth0: link is up, 1000 Mbps full duplex")


def test_json_keys_numbers_escapes_and_parquet_are_masked_alike(desk: Desk) -> None:
    out = strict_run(desk, desk.write("app.jsonl", JSON)).decode()
    first, second = map(json.loads, out.splitlines())
    for text in ("frobnicatrix", "ller", "kestrelix", "123456789012", "0301234567", "nton", "u0041", "u00fc"):
        assert text not in out
    assert first["message"].endswith(" failed")
    assert first["*********"]["n"] == 4711
    assert second["note"].startswith("call **********\nor ")
    rows = duckdb.sql(f"SELECT * FROM read_parquet('{desk.out}/cisco/client=*/dataset=logs/**/*.parquet')").fetchall()
    assert "kestrelix" not in str(rows)
    assert "frobnicatrix" not in str(rows)


def test_no_word_of_a_release_is_unknown_but_what_was_put_there(desk: Desk) -> None:
    source = SYSLOG.encode() + "Mär: Zürich, 中文 naïve x\x01y “quoted” kestrelix_table.kestrelix-7\n".encode()
    out = strict_run(desk, desk.write("messages.log", source))
    put = rb"\*+|(?:user|host)-[\w-]+|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+"
    assert [word for word in WORD.findall(re.sub(put, b" ", out)) if not is_harmless(word)] == []


def test_a_recipient_without_it_gets_the_same_release_beside_one_with_it(desk: Desk) -> None:
    log = desk.write("kestrelix.log", SYSLOG)
    strict_run(desk, log, recipients=("other=vendor",))
    beside = sorted((desk.out / "other").glob("client=*/_native/run=*/*"))
    assert [path.name for path in beside] == ["kestrelix.log"]
    (strict,) = (desk.out / "cisco").glob("client=*/_native/run=*/*")
    assert strict.name == "*********.log"
    (manifest,) = (desk.out / "other").glob("client=*/dataset=logs/run=*/_manifest.json")
    assert "unknown word" not in manifest.read_text()
    (manifest,) = (desk.out / "cisco").glob("client=*/dataset=logs/run=*/_manifest.json")
    assert json.loads(manifest.read_text())["counts"]["unknown word"] == {"mask": 5}
    first = beside[0].read_bytes()
    desk.out = desk.folder / "alone"
    said = desk.redact(
        "run", log, "--client", "acme", "--recipient", "other", "--out", desk.out, "--workspace", desk.workspace
    )
    assert said.code == 0, said.all
    (alone,) = (desk.out / "other").glob("client=*/_native/run=*/*")
    assert alone.read_bytes() == first


@pytest.mark.parametrize(
    ("policy", "kept", "masked"),
    [
        ("columns: {message: {unknown: mask}}", "level", "message"),
        ("unknown: mask\ncolumns: {log_level: {unknown: keep}}", "level", "message"),
        ("columns: {attributes.note: {unknown: mask}}", "message", "note"),
    ],
)
def test_a_column_is_strict_or_not_by_its_own_rule(desk: Desk, policy: str, kept: str, masked: str) -> None:
    row = {"message": "kestrelix ended", "level": "kestrelix", "note": "kestrelix"}
    out = json.loads(strict_run(desk, desk.write("a.jsonl", json.dumps(row) + "\n"), policy=policy))
    assert "kestrelix" in out[kept]
    assert "kestrelix" not in out[masked]


def test_an_accepted_message_is_released_as_it_stands_from_the_next_run_on(desk: Desk) -> None:
    lines = [
        f"Mar  9 10:00:{n:02d} gw-01 app[9]: frobnicatrix restarted after {n} s for kestrelix{chr(97 + n)}\n"
        for n in range(9)
    ]
    log = desk.write("messages.log", "".join(lines))
    assert b"frobnicatrix" not in strict_run(desk, log)
    asked = ("--client", "acme", "--workspace", desk.workspace)
    refused = desk.redact("learn", log, "--templates", "--yes", *asked)
    assert refused.code == 2
    assert "no one has looked at" in refused.err
    (found,) = json.loads(desk.redact("learn", log, "--templates", "--json", *asked).out)["found"]
    assert found == {"text": "<=frobnicatrix> restarted after <#> s for <*>", "records": 9}
    accept = desk.redact("client", "known", "acme", "--template", found["text"], "--workspace", desk.workspace)
    assert accept.code == 0, accept.all
    assert json.loads(desk.redact("learn", log, "--templates", "--json", *asked).out)["found"] == []
    desk.out = desk.folder / "after"
    out = strict_run(desk, log, desk.write("other.log", SYSLOG)).decode()
    assert out.count("frobnicatrix restarted after") == 9
    assert "kestrelix" not in out
    assert out.count("frobnicatrix") == 9  # in another message it is as unknown as before


def test_why_names_unknown_words_and_what_another_line_tells(desk: Desk) -> None:
    log = desk.write("messages.log", SYSLOG)
    strict_run(desk, log)
    said = desk.redact(
        "why", f"{log}:2", "--client", "acme", "--recipient", "cisco", "--workspace", desk.workspace
    ).out.splitlines()
    assert [line.split()[-1] for line in said[1:]] == ["gw-01", "Marion", "Hale", "kestrelix", "mhale"]
    assert "unknown word.in no vocabulary" in said[2] and "mask" in said[2]
    assert "elsewhere in the unit" in said[5] and "pseudonymise" in said[5]
