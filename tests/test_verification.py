"""The leak check catches what redaction could get wrong, and passes what it got right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.detection.originals import originals_of, still_told
from pipeline.detection.propagation import propagate
from pipeline.detection.scanner import Scanner
from pipeline.detection.values import Findings
from pipeline.inputs import find_inputs, plan_units, read_unit
from pipeline.kernels import bitsets
from pipeline.kernels.splice import splice_fields, splice_records
from pipeline.policy.compiled import compile_policy
from pipeline.policy.model import load_profile, read_policy
from pipeline.records import Batch, Decoder, Edits
from pipeline.redaction import Redactor
from pipeline.surrogates.keystore import Keystore
from pipeline.surrogates.rootkey import RootKey
from pipeline.surrogates.space import SurrogateSpace
from pipeline.verification import (
    check_batch,
    check_native,
    check_texts,
    uncovered_rows,
    union_of,
)
from recognizers.registry import all_recognizers

LOG = (
    "Nov 24 10:00:01 gw-core sshd[211]: Failed password for invalid user alkor77 from 203.0.113.9 port 51515 ssh2\n"
    "Nov 24 10:00:02 gw-core sshd[211]: Accepted password for zephyr9 from 192.168.7.20 port 51516 ssh2\n"
    "Nov 24 10:00:03 gw-core app[3]: nothing of note\n"
)
JSON = (
    '{"user":"zephyr9","msg":"login from \\"203.0.113.9\\" by user=zephyr9 caf\\u00e9","imei":490154203237518}\n'
    '{"user":"alkor77","msg":"path C:\\\\Users\\\\alkor77\\\\x","ip":"203.0.113.77"}\n'
)


class Case:
    """A log, one recipient, and what the pipeline decides."""

    def __init__(self, folder: Path, name: str, text: str, policy: Mapping[str, str] | None = None) -> None:
        (folder / name).write_text(text)
        inputs, _ = find_inputs([str(folder / name)], out=None)
        (batch,) = read_unit(inputs, plan_units(inputs)[0])
        assert isinstance(batch, Batch)
        self.batch = batch
        root = RootKey.create(folder / f"{name}.key")
        store = Keystore.create(folder / f"{name}.keys", root)
        self.scanner = Scanner(all_recognizers())
        compiled = compile_policy(load_profile("vendor"))
        if policy:
            lines = "".join(f"  {entity}: {action}\n" for entity, action in policy.items())
            compiled = compile_policy(read_policy(b"extends: vendor\nentities:\n" + lines.encode(), "case.yaml"))
        self.redactor = Redactor(compiled, SurrogateSpace(store.new_client("acme"), "cisco"), self.scanner)
        found = self.scanner.scan(batch)
        self.originals = originals_of(self.scanner.values, [found], self.redactor.keeps)
        pattern = self.scanner.pattern("elsewhere")
        self.findings: Findings = propagate(batch, found, self.scanner, self.originals, pattern)
        self.edits: Edits = self.redactor.edits(batch, self.findings)

    def leaks(self, edits: Edits, batch: Batch | None = None) -> list[int]:
        bad = check_batch(batch or self.batch, self.findings, [(self.redactor, edits)], self.originals, self.scanner)
        return np.flatnonzero(bad).tolist()

    def edit_text(self, place: int) -> bytes:
        return self.batch.data[self.edits.start[place] : self.edits.end[place]].tobytes()

    def edit_of(self, text: bytes) -> int:
        return next(k for k in range(len(self.edits.start)) if self.edit_text(k) == text)

    def without(self, place: int) -> Edits:
        e = self.edits
        keep = np.arange(len(e.start)) != place
        field = np.repeat(np.arange(self.batch.fields), np.diff(e.field_edit))[keep]
        return replace(
            e,
            start=e.start[keep],
            end=e.end[keep],
            text_start=e.text_start[keep],
            text_end=e.text_end[keep],
            field_edit=np.searchsorted(field, np.arange(self.batch.fields + 1)).astype(np.int64),
        )


@pytest.fixture(params=["messages.log", "app.jsonl"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    return Case(tmp_path, request.param, LOG if request.param == "messages.log" else JSON)


def test_a_clean_run_passes(case: Case) -> None:
    assert case.leaks(case.edits) == []


def test_a_clean_run_leaves_no_original_in_the_output(case: Case) -> None:
    out = splice_records(case.batch, case.edits, np.ones(case.batch.records, np.bool_)).data.tobytes()
    for original in (b"zephyr9", b"alkor77", b"203.0.113.9", b"203.0.113.77", b"gw-core", b"490154203237518"):
        assert original not in out


def test_every_withheld_edit_is_caught(case: Case) -> None:
    for place in range(len(case.edits.start)):
        record = int(np.searchsorted(case.batch.record_start, case.edits.start[place], side="right")) - 1
        assert case.leaks(case.without(place)) == [record]


def test_every_shifted_edit_is_caught(case: Case) -> None:
    for place in range(len(case.edits.start)):
        start, end = case.edits.start.copy(), case.edits.end.copy()
        start[place] += 1
        assert case.leaks(replace(case.edits, start=start)) != []
        end[place] -= 1
        assert case.leaks(replace(case.edits, end=end)) != []


def test_an_original_that_detection_did_not_see_in_its_record_is_caught(tmp_path: Path) -> None:
    case = Case(tmp_path, "messages.log", LOG + "Nov 24 10:00:04 gw-core app[3]: handed over to XXXXXXX; done\n")
    data = case.batch.data.copy()
    at = data.tobytes().index(b"XXXXXXX")
    data[at : at + 7] = list(b"ALKOR77")
    assert case.leaks(case.edits, replace(case.batch, data=data)) == [3]


def test_an_original_inside_a_longer_word_of_its_record_is_caught(tmp_path: Path) -> None:
    line = "Nov 24 10:00:01 gw-core sshd[2]: Accepted password for zephyrine9 from 192.0.2.1 id QQzephyrine9QQ\n"
    case = Case(tmp_path, "messages.log", line)
    assert case.leaks(case.edits) == []
    inside = [k for k in range(len(case.edits.start)) if case.edit_text(k) == b"zephyrine9"][1]
    assert case.leaks(case.without(inside)) == [0]
    out = splice_records(case.batch, case.edits, np.ones(1, np.bool_)).data.tobytes()
    assert b"zephyrine9" not in out and out.count(b"QQ") == 2


def test_what_looks_like_an_original_because_it_was_overwritten_is_no_leak(tmp_path: Path) -> None:
    line = "Nov 24 10:00:01 gw-core sshd[2]: Accepted password for {} from 192.0.2.1 port 4 ssh2\n"
    text = (
        "Nov 24 10:00:02 gw-core app[3]: mail xxxx-xxxx@example.com sent\n"
        + line.format("mara")
        + line.format("neko")
        + "Nov 24 10:00:02 gw-core x: mara-neko\n"
    )
    case = Case(tmp_path, "messages.log", text)
    assert case.leaks(case.edits) == []
    place = case.edit_of(b"xxxx-xxxx")
    assert case.leaks(case.without(place)) == [0]


def test_a_name_that_overwriting_makes_is_no_leak(tmp_path: Path) -> None:
    text = "2026-11-24 10:00:00 INFO app.server [req-38101a0b-2096-447d-96ea-a692162415ae -] from zephyr9 done\n"
    case = Case(tmp_path, "app.log", text)
    blanked = union_of(case.batch, [case.edits]).blanked
    assert b"server [req-xxxx" in blanked.data.tobytes()
    assert case.leaks(case.edits) == []


@pytest.mark.parametrize(
    ("name", "left", "told"),  # "_" was overwritten, "~" is kept
    [
        ("zephyr9.example.com", "zephyr9.example.com", True),
        ("zephyr9.example.com", "zephyr9._______.com", True),
        ("zephyr9.hartwig.example", "________hartwig.example", True),
        ("req-38101a0b", "req-________", False),
        ("203.0.113.9", "203.0.113._", True),
        ("203.0.113.9", "203.0._____", False),
        ("gw7-core-kq7z", "___-core-kq7z", True),
        ("a-b", "___", False),
        ("kq7z-3.7.4-none-any.whl", "kq7z-3.7.4-none-any.___", False),
        ("host-4-SWITCH_REMOVED", "____-4-SWITCH_REMOVED", False),
        ("fe80::3c9a:71ff", "fe80::3c9a:____", True),
        ("noreply@example.com", "~~~~~~~____________", False),
        ("noreply@example.com", "~~~~~~~@example.com", True),
        ("32c70dd6-9402318098-1", "________-9402318098-1", False),
    ],
)
@pytest.mark.parametrize("before", ["", "in ", "a longer beginning "])
def test_a_name_in_part_overwritten_is_told_by_what_is_distinctive_of_it(
    before: str, name: str, left: str, told: bool
) -> None:
    data = np.frombuffer(f"{before}{name} is what it was".encode(), np.uint8).copy()
    marks = np.frombuffer(left.encode(), np.uint8)
    gone, kept = (np.flatnonzero(marks == ord(mark)) + len(before) for mark in "_~")
    edited = bitsets.empty_set(len(data))
    bitsets.blank(gone, gone + 1, bitsets.BLANK, data, edited)
    start = np.array([len(before)], np.int64)
    assert still_told(data, edited, (kept, kept + 1), (start, start + len(name))).tolist() == [told]


@pytest.mark.parametrize("text", ["Zephyrine99", "zephyrine99", "9zephyrine99x"])
def test_an_escape_before_an_original_stays_whole(tmp_path: Path, text: str) -> None:
    said = "first \\nzephyrine99 \\\\nzephyrine99 \\u00e9" + text
    line = f'{{"user":"nzephyrine99","msg":"{said} last"}}\n'
    case = Case(tmp_path, "app.jsonl", line)
    out = splice_records(case.batch, case.edits, np.ones(1, np.bool_)).data.tobytes()
    # Within an escape nothing is replaced: there the leak check alone can tell, and holds the record back.
    assert case.leaks(case.edits) == [0]
    assert json.loads(out)["msg"].startswith("first \nzephyrine99 \\")


def test_an_escaped_original_is_caught_and_an_escape_does_not_glue(tmp_path: Path) -> None:
    line = '{"user":"zephyr9","msg":"first\\nzephyr9\\tlast"}\n'
    case = Case(tmp_path, "app.jsonl", line)
    assert case.leaks(case.edits) == []
    place = case.edit_of(b"zephyr9")
    assert case.leaks(case.without(place + 1)) == [0]


def test_a_value_kept_by_policy_is_no_leak_where_it_stands(tmp_path: Path) -> None:
    digest = "d41d8cd98f00b204e9800998ecf8427e"
    text = LOG + f"Nov 24 10:00:04 gw-core av[3]: file md5={digest} clean, again {digest}\n"
    kept = Case(tmp_path, "kept.log", text, {"FILE_HASH": "keep"})
    assert kept.leaks(kept.edits) == []
    out = splice_records(kept.batch, kept.edits, np.ones(kept.batch.records, np.bool_)).data
    assert out.tobytes().count(digest.encode()) == 2
    # The same edits under a policy that replaces it: the value that stands is a leak.
    strict = Case(tmp_path, "strict.log", text)
    assert strict.leaks(kept.edits) == [3]


def test_a_value_that_is_kept_alone_is_no_leak_where_it_goes_within_another(tmp_path: Path) -> None:
    line = '{"from": "ceo.office@webmail.example", "domain": "webmail.example", "by": "ceo.office"}\n'
    case = Case(tmp_path, "app.jsonl", line, {"EMAIL_ADDRESS": "redact"})
    assert case.leaks(case.edits) == []
    out = splice_records(case.batch, case.edits, np.ones(1, np.bool_)).data.tobytes()
    assert b'"domain": "webmail.example"' in out and b"ceo.office" not in out
    assert case.leaks(case.without(case.edit_of(b"ceo.office"))) == [0]


def test_what_a_kept_value_overrules_is_no_leak(tmp_path: Path) -> None:
    line = "<Computer>rds3.corp.example.com</Computer><Security UserID='S-1-5-18'/><Data>zephyr9</Data>\n"
    case = Case(tmp_path, "app.log", line)
    assert case.leaks(case.edits) == []


def test_a_pseudonym_that_coincides_with_another_original_is_no_leak(tmp_path: Path) -> None:
    case = Case(tmp_path, "messages.log", LOG)
    place, other = case.edit_of(b"alkor77"), b"zephyr9"
    arena = np.concatenate((case.edits.arena, np.frombuffer(other, np.uint8)))
    text_start, text_end = case.edits.text_start.copy(), case.edits.text_end.copy()
    text_start[place], text_end[place] = len(case.edits.arena), len(arena)
    assert case.leaks(replace(case.edits, arena=arena, text_start=text_start, text_end=text_end)) == []


def test_staged_native_bytes_that_differ_are_told_by_record(case: Case) -> None:
    keep = np.ones(case.batch.records, np.bool_)
    native = splice_records(case.batch, case.edits, keep)
    data, offsets = native.data, native.offsets
    bad, after, _ = check_native(case.batch, case.edits, keep, data, 0)
    assert not bad.any() and after == len(data)
    for record in range(case.batch.records):
        wrong = data.copy()
        wrong[offsets[record] + 3] ^= 1
        bad, _, _ = check_native(case.batch, case.edits, keep, wrong, 0)
        assert np.flatnonzero(bad).tolist() == [record]
    _, after, _ = check_native(case.batch, case.edits, keep, data[:-1], 0)
    assert after < 0


def test_column_texts_that_differ_are_told_by_field(case: Case) -> None:
    which = np.flatnonzero(case.batch.field_decoder != Decoder.JSON_NUMBER).astype(np.int64)
    data, offsets = splice_fields(case.batch, case.edits, which)
    offsets = offsets.astype(np.int64)
    assert not check_texts(case.batch, case.edits, which, data, offsets).any()
    for place in np.flatnonzero(np.diff(offsets) > 0).tolist():
        wrong = data.copy()
        wrong[offsets[place]] ^= 1
        assert np.flatnonzero(check_texts(case.batch, case.edits, which, wrong, offsets)).tolist() == [place]


def test_an_edit_of_one_recipient_does_not_excuse_another(tmp_path: Path) -> None:
    case = Case(tmp_path, "messages.log", LOG)
    withheld = case.without(0)
    assert len(uncovered_rows(case.batch, case.findings, case.redactor, withheld))
    both = [(case.redactor, case.edits), (case.redactor, withheld)]
    assert check_batch(case.batch, case.findings, both, case.originals, case.scanner).tolist() == [True, False, False]


KEYS = (
    '{"hosts":{"203.0.113.9":{"up":1},"n":[{"203.0.113.77":2}]},"user":"zephyr9"}\n'
    '{"hosts":{"203.0.113.9":{"up":0}},"caf\\u00e9 \\"x\\"":{"":3,".a":[[4]]}}\n'
    '{"plain":1,".b":2}\n'
)


def with_name(edits: Edits, place: int, name: str) -> Edits:
    return replace(edits, keys=(*edits.keys[:place], name, *edits.keys[place + 1 :]))


def test_names_of_attributes_are_keys_as_they_stand_edited(tmp_path: Path) -> None:
    case = Case(tmp_path, "keys.jsonl", KEYS)
    assert any("203.0.113.9" in key for key in case.batch.keys)
    assert not any("203.0.113" in key for key in case.edits.keys)
    assert case.leaks(case.edits) == []
    assert case.leaks(replace(case.edits, keys=case.batch.keys)) == [0, 1]


def test_a_name_that_is_not_of_its_records_keys_is_caught_in_all_that_have_it(tmp_path: Path) -> None:
    case = Case(tmp_path, "keys.jsonl", KEYS)
    has = {
        key: sorted({r for r, line in enumerate(KEYS.splitlines()) if f'"{key.split(".")[0]}"' in line})
        for key in case.batch.keys
    }
    assert has["hosts"] == [0, 1] and has["plain"] == [2]
    for place, key in enumerate(case.batch.keys):
        if case.batch.key_parent[place] < 0:
            continue
        for name in ("zephyr9", f"{case.edits.keys[place]}.zephyr9", f"x{case.edits.keys[place]}", f"{key}-9"):
            caught = case.leaks(with_name(case.edits, place, name))
            assert caught != [] and (key not in ("hosts", "plain") or caught == has[key])


def test_a_name_that_shows_what_only_its_own_record_replaces_is_caught(tmp_path: Path) -> None:
    case = Case(tmp_path, "keys.jsonl", KEYS)
    second = max(k for k in range(len(case.edits.start)) if case.edit_text(k) == b"203.0.113.9")
    arena = np.concatenate((case.edits.arena, np.frombuffer(b"elsewhere", np.uint8)))
    text_start, text_end = case.edits.text_start.copy(), case.edits.text_end.copy()
    text_start[second], text_end[second] = len(case.edits.arena), len(arena)
    # The name is the first record's: in the second the key is replaced by something else.
    assert case.leaks(replace(case.edits, arena=arena, text_start=text_start, text_end=text_end)) == [1]


def test_what_stands_for_a_place_in_an_array_is_a_place(tmp_path: Path) -> None:
    case = Case(tmp_path, "places.jsonl", '{"n":[{"up":1}]}\n{"n":2}\n')
    assert case.edits.keys[-2:] == ("n.0", "n.0.up")
    assert case.leaks(replace(case.edits, keys=(*case.edits.keys[:-2], "n.1", "n.1.up"))) == []
    assert case.leaks(replace(case.edits, keys=(*case.edits.keys[:-2], "n.zephyr9", "n.zephyr9.up"))) == [0]


def test_names_of_structured_data_are_held_to_it_too(tmp_path: Path) -> None:
    line = '<34>1 2026-03-09T10:00:00Z gw-core su 77 ID47 [ex@32473 zephyr9="a" up="1"] login by user=zephyr9\n'
    case = Case(tmp_path, "sd.log", line * 2)
    assert any("zephyr9" in key for key in case.batch.keys) and not any("zephyr9" in key for key in case.edits.keys)
    assert case.leaks(case.edits) == []
    assert case.leaks(replace(case.edits, keys=case.batch.keys)) == [0, 1]


MAIL = """From: Authentication Team <team@example.com>
To: support@example.org
Authentication-Results: mx1.example.com; spf=pass
X-Note: Authentication

Nov 24 10:00:00 gw-core sshd[211]: Authentication of zephyr9
"""


def test_a_word_of_the_format_itself_is_no_original_and_one_in_a_field_is(tmp_path: Path) -> None:
    case = Case(tmp_path, "a.eml", MAIL)
    assert case.leaks(case.edits) == []
    for place in range(len(case.edits.start)):
        if case.edit_text(place) == b"Authentication":
            assert case.leaks(case.without(place)) == [0]
    out = splice_records(case.batch, case.edits, np.ones(1, np.bool_)).data.tobytes()
    assert out.count(b"Authentication") == 1
    assert b"\nAuthentication-Results: " in out
