"""Laws of all dissectors over bytes that are cut, spoilt, or made up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.captures.claims import claims
from tests.captures.samples import SAMPLES

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_whole_is_claimed(name: str) -> None:
    sample = SAMPLES[name]
    found = claims(sample.layer, sample.message, sample.state)
    left = found.unclaimed.replace(b"\0", b"")
    assert len(left) < len(sample.message) / 3


@pytest.mark.parametrize("name", SAMPLES)
@given(st.data())
def test_nothing_is_claimed_outside_or_twice_of_messages_cut_and_spoilt(name: str, data: st.DataObject) -> None:
    sample = SAMPLES[name]
    message = bytearray(sample.message[: data.draw(st.integers(0, len(sample.message)))])
    changes = st.lists(st.tuples(st.integers(0, max(len(message) - 1, 0)), st.integers(0, 255)), max_size=4)
    for place, value in data.draw(changes) if message else ():
        message[place] = value
    claims(sample.layer, bytes(message), sample.state, has_offsets=sample.has_offsets)


@pytest.mark.parametrize("name", SAMPLES)
@given(st.binary(max_size=300))
def test_nothing_is_claimed_outside_or_twice_of_any_bytes(name: str, message: bytes) -> None:
    sample = SAMPLES[name]
    claims(sample.layer, message, sample.state, has_offsets=sample.has_offsets)


def test_no_byte_beyond_a_message_is_read() -> None:
    command = [sys.executable, "-m", "tests.captures.bounds", "1"]
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
