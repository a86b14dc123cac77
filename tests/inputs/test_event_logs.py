"""Windows event logs as lines of JSON: all events in order, whatever the pieces; damage takes nothing else with it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.inputs.content import Damaged, encoding_of
from pipeline.inputs.event_logs import event_lines
from tests.inputs.event_log_files import CHUNK, HEADER, event_log


def event(number: int, text: str = "") -> str:
    return (
        f"<Event><System><EventID>{number}</EventID><Computer>dc7.corp.example.com</Computer></System>"
        f"<UserData><Said>{text}</Said></UserData></Event>"
    )


LOG = event_log([[event(1), event(2, "caf\u00e9\n\u2028 zephyr9")], [event(3)], [event(4), event(5)]])


def in_pieces(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    edges = [0, *sorted(cuts), len(data)]
    return (data[a:b] for a, b in zip(edges, edges[1:], strict=False) if a < b)


def numbers(lines: bytes) -> list[int]:
    return [int(json.loads(line)["Event"]["System"]["EventID"]) for line in lines.split(b"\n") if line]


def until_damage(chunks: Iterator[bytes]) -> tuple[bytes, bool]:
    lines = []
    try:
        for piece in event_lines(chunks):
            lines.append(piece)
    except Damaged:
        return b"".join(lines), True
    return b"".join(lines), False


@given(st.lists(st.integers(0, len(LOG)), max_size=6))
def test_events_are_lines_in_their_order_whatever_the_pieces(cuts: list[int]) -> None:
    lines, damaged = until_damage(in_pieces(LOG, cuts))
    assert numbers(lines) == [1, 2, 3, 4, 5] and not damaged
    assert json.loads(lines.split(b"\n")[1])["Event"]["UserData"]["Said"] == "caf\u00e9\n\u2028 zephyr9"


def test_it_is_told_by_its_beginning() -> None:
    assert encoding_of(LOG[:100]) == "evtx"


def test_what_was_never_written_to_is_no_damage() -> None:
    assert until_damage(iter([LOG + bytes(3 * CHUNK)])) == until_damage(iter([LOG]))


@pytest.mark.parametrize("size", [0, 100, HEADER - 1, HEADER + 1, HEADER + CHUNK - 1, len(LOG) - 1])
def test_what_ends_early_is_read_as_far_as_it_goes(size: int) -> None:
    lines, damaged = until_damage(iter([LOG[:size]]))
    whole = max(size - HEADER, 0) // CHUNK
    assert damaged and numbers(lines) == [1, 2, 3, 4, 5][: (0, 2, 3)[whole]]


def test_a_chunk_that_is_none_takes_no_other_with_it() -> None:
    broken = bytearray(LOG)
    broken[HEADER + CHUNK : HEADER + CHUNK + 8] = b"nothing!"
    assert until_damage(iter([bytes(broken)])) == (until_damage(iter([LOG]))[0].replace(line_of(3), b""), True)


def test_a_chunk_whose_bytes_changed_since_they_were_written_is_not_read() -> None:
    broken = bytearray(LOG)
    broken[HEADER + CHUNK + 560] ^= 1
    assert until_damage(iter([bytes(broken)])) == (until_damage(iter([LOG]))[0].replace(line_of(3), b""), True)


def line_of(number: int) -> bytes:
    return next(line + b"\n" for line in until_damage(iter([LOG]))[0].split(b"\n") if numbers(line) == [number])


@pytest.mark.parametrize("seed", range(60))
def test_damage_anywhere_ends_in_lines_of_json_and_is_told(seed: int) -> None:
    draw = random.Random(seed)
    broken = bytearray(LOG)
    for _ in range(draw.randrange(1, 40)):
        at = draw.choice([0, HEADER, HEADER + CHUNK, HEADER + 2 * CHUNK]) + draw.randrange(1200)
        broken[at] = draw.randrange(256)
    lines, damaged = until_damage(in_pieces(bytes(broken), [draw.randrange(len(LOG))]))
    for line in lines.split(b"\n")[:-1]:
        json.loads(line)
    if lines.count(b"\n") < 5:
        assert damaged
