"""Conversations: mails of one stay together wherever their files lie, and who takes part is known in all of it."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.inputs import Input, Range, Unit, participants, plan_units, read_unit
from pipeline.inputs.finding import find_inputs
from pipeline.inputs.participants import Participants, conversations_of, participants_of
from pipeline.inputs.planning import weight
from pipeline.inputs.threads import Threads
from pipeline.records import Batch


def mail(own: str, *above: str, answered: str = "", name: str = "Ada Quill", text: str = "ok") -> bytes:
    """A mail of headers that name others by letters."""
    lines = [f"From: {name} <someone@example.com>", "To: support@example.net", f"Message-ID: <{own}@example.com>"]
    if above:
        lines.append("References: " + " ".join(f"<{name}@example.com>" for name in above))
    if answered:
        lines.append(f"In-Reply-To: <{answered}@example.com>")
    return "\n".join([*lines, "", text, ""]).encode()


@pytest.mark.parametrize(
    ("mails", "expected"),
    [
        ([mail("a"), mail("b", "a"), mail("c", "a", "b"), mail("z")], "aaaz"),
        ([mail("a"), mail("b", answered="a"), mail("c", answered="b"), mail("d", answered="c")], "aaaa"),
        ([mail("b", "a"), mail("c", "a"), mail("d", "x")], "aax"),  # the first one is not there
        ([mail("a"), mail("c", "b"), mail("b", "a")], "aaa"),  # one that lost its first references
        ([mail("a", "b"), mail("b", "a")], "aa"),  # a circle
        ([mail("a"), mail("a")], "aa"),
    ],
)
def test_mails_that_name_each_other_are_one_conversation_in_any_order(mails: list[bytes], expected: str) -> None:
    for order in permutations(range(len(mails))):
        threads = Threads()
        for number in order:
            threads.add(number, mails[number])
        assert threads.conversations() == {n: f"{name}@example.com" for n, name in enumerate(expected)}


def test_a_mail_without_ids_or_with_broken_ones_is_in_no_conversation_and_many_references_are_no_harm() -> None:
    threads = Threads()
    threads.add(0, b"From: a@example.com\nTo: b@example.com\n\nMessage-ID: <a@example.com>\n")
    threads.add(1, b"\xff\x00:\n <\n\nx")
    many = "a", *(f"m{k}" for k in range(2_000))
    threads.add(2, mail("b", *many))
    threads.add(3, b"\xef\xbb\xbf" + mail("c", "a"))
    assert threads.conversations() == {2: "a@example.com", 3: "a@example.com"}


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 5))), st.integers(1, 200))
def test_no_unit_divides_a_conversation(mails: list[tuple[int, int]], unit_bytes: int) -> None:
    inputs = [
        Input(n, f"{n}", f"/{n}", size, "mail", "", "utf-8", 1970, 0, "", conversation="abcde "[which].strip())
        for n, (size, which) in enumerate(mails)
    ]
    units = plan_units(inputs, unit_bytes)
    assert sorted(place.input for unit in units for place in unit.ranges) == list(range(len(inputs)))
    for name in "abcde":
        holding = {unit.number for unit in units for place in unit.ranges if inputs[place.input].conversation == name}
        assert len(holding) <= 1
    # Each is full before the next begins.
    for unit in units[:-1]:
        assert sum(weight(inputs[place.input]) for place in unit.ranges) >= unit_bytes


def test_files_of_one_folder_are_read_in_the_order_of_their_conversations_and_say_so(tmp_path: Path) -> None:
    mails = {"1": mail("b", answered="a"), "2": mail("x"), "3": mail("a"), "4": mail("c", answered="b")}
    for k, (name, raw) in enumerate(mails.items()):
        (tmp_path / name).write_bytes(raw)
        os.utime(tmp_path / name, (40_000_000 * k + 1_000,) * 2)  # years apart
    inputs, unreadable = find_inputs([str(tmp_path)], out=None)
    assert not unreadable
    assert [item.conversation[0] for item in inputs] == ["a", "x", "a", "a"]
    (unit,) = plan_units(inputs)
    assert [place.input for place in unit.ranges] == [0, 2, 3, 1]
    (batch,) = read_unit(inputs, unit)  # one for all: what a mail's year is does not matter
    assert isinstance(batch, Batch)
    keys = conversations_of(batch)
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert batch.data.tobytes().count(b"X-Redact-Conversation: <a@example.com>") == 3


def a_unit(folder: Path, texts: list[bytes], form: str) -> tuple[list[Input], Unit]:
    inputs = []
    for n, text in enumerate(texts):
        path = folder / str(n)
        path.write_bytes(text)
        inputs.append(Input(n, str(n), str(path), len(text), form, "", "utf-8", 1970, 0, ""))
    return inputs, Unit(0, tuple(Range(n, 0, -1) for n in range(len(texts))))


def test_who_takes_part_is_known_in_all_batches_of_a_conversation_and_in_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = [
        mail("a", name="Ada Quill"), mail("b", "a", name="Bo Stern"), mail("c", name="Cy Vale"),
        mail("d", "a", name="Di Wren"), mail("e", name="Ed Zorn"),
    ]  # fmt: skip
    inputs, unit = a_unit(tmp_path, mails, "mail")
    batches = [batch for batch in read_unit(inputs, unit, 1) if isinstance(batch, Batch)]
    assert len(batches) == 5
    monkeypatch.setattr(participants, "read_unit", lambda inputs, unit: iter(batches))
    known = participants_of(inputs, unit)
    texts = [[beside.data.tobytes() for beside in known.beside([batch])] for batch in batches]
    assert texts[0] == texts[1] == texts[3] != []
    assert all(name in texts[0][0] for name in (b"Ada Quill", b"Bo Stern", b"Di Wren"))
    assert b"Cy Vale" not in texts[0][0]
    assert texts[2] == texts[4] == []
    assert Participants({}).beside(batches) == []
    # Of more than can be remembered those go first that stand in one batch, then those that ended longest ago.
    monkeypatch.setattr(participants, "MOST_PARTICIPANTS", 12)
    assert set(participants_of(inputs, unit).of) == set(known.of)
    monkeypatch.setattr(participants, "MOST_PARTICIPANTS", 3)
    assert len(participants_of(inputs, unit).of) <= 1


def test_an_input_whose_turns_name_no_conversation_is_one(tmp_path: Path) -> None:
    text = b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada Quill>hello\n\n00:03.000 --> 00:04.000\n<v Bo Stern>yes\n"
    inputs, unit = a_unit(tmp_path, [text, text], "webvtt")
    (batch,) = read_unit(inputs, unit)
    assert isinstance(batch, Batch)
    keys = conversations_of(batch)
    assert len(set(keys)) == 2 and keys == sorted(keys, key=keys.index)
    assert not participants_of(inputs, replace(unit, number=1)).of  # all of it is held at once


def test_turns_behind_the_batch_in_which_their_conversation_is_named_know_its_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments = ",\n".join(f'{{"id": {n}, "author_id": 7, "body": "text {n}", "via": {{}}}}' for n in range(3))
    via = '"via": {"channel": "email", "source": {"from": {"address": "ada@example.com", "name": "Ada Quill"}}}'
    ticket = f'{{"id": 35, "subject": "x", {via}, "comments": [{comments}]}}\n'
    inputs, unit = a_unit(tmp_path, [ticket.encode()], "zendesk")
    batches = [batch for batch in read_unit(inputs, unit, 1) if isinstance(batch, Batch)]
    assert len(batches) > 2
    monkeypatch.setattr(participants, "read_unit", lambda inputs, unit: iter(batches))
    (beside,) = participants_of(inputs, unit).beside(batches[-2:-1])
    assert b"Ada Quill" in beside.data.tobytes()
