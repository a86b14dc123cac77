"""Wide loads, copies and comparisons are what slices of bytes are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from pipeline.kernels.wide import WIDE, append_bytes, copy_bytes, load8, places_of, same_bytes, store8


@njit
def loaded(data, at):  # type: ignore[no-untyped-def]
    return load8(data, at)


@njit
def places(data, at, value):  # type: ignore[no-untyped-def]
    return places_of(data, at, value)


@njit
def stored(data, at, value):  # type: ignore[no-untyped-def]
    store8(data, at, value)


def array(text: bytes) -> np.ndarray:
    return np.frombuffer(text, np.uint8)


@given(st.binary(min_size=8, max_size=24), st.data())
def test_eight_bytes_are_read_and_written_where_they_stand(text: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 8))
    word = int.from_bytes(text[at : at + 8], "little")
    assert loaded(array(text), at) == word
    out = np.zeros(len(text), np.uint8)
    stored(out, at, np.uint64(word))
    assert out.tobytes() == bytes(at) + text[at : at + 8] + bytes(len(text) - at - 8)


@given(st.binary(max_size=40), st.integers(0, 5), st.integers(0, 5))
def test_a_copy_is_a_slice_and_touches_nothing_else(text: bytes, before: int, after: int) -> None:
    out = np.full(before + len(text) + after, 0xEE, np.uint8)
    assert copy_bytes(array(b"ab" + text + b"c"), 2, 2 + len(text), out, before) == before + len(text)
    assert out.tobytes() == b"\xee" * before + text + b"\xee" * after


@given(st.binary(max_size=150), st.integers(0, 70), st.integers(0, 70), st.integers(0, 70))
def test_bytes_appended_stand_where_they_must_and_harm_nothing_before(
    text: bytes, before: int, after: int, behind: int
) -> None:
    out = np.full(before + len(text) + after, 0xEE, np.uint8)
    assert append_bytes(array(b"ab" + text + bytes(behind)), 2, 2 + len(text), out, before) == before + len(text)
    assert out[: before + len(text)].tobytes() == b"\xee" * before + text


@given(st.binary(min_size=1, max_size=150), st.integers(0, 70), st.data())
def test_texts_are_the_same_only_if_every_byte_is(text: bytes, behind: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = bytearray(text) + bytes(behind)
    source = array(b"x" + text + b"y" * behind)
    assert same_bytes(source, 1, array(bytes(other)), 0, len(text))
    assert same_bytes(source, 1 + place, array(bytes(other)), place, 0)
    other[place] ^= data.draw(st.integers(1, 255))
    assert not same_bytes(source, 1, array(bytes(other)), 0, len(text))
    assert same_bytes(source, 1, array(bytes(other)), 0, place)


@given(st.binary(min_size=WIDE, max_size=WIDE + 9), st.data())
def test_places_of_a_byte_are_where_it_stands(text: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - WIDE))
    value = data.draw(st.sampled_from(text) | st.integers(0, 255))
    expected = sum((byte == value) << place for place, byte in enumerate(text[at : at + WIDE]))
    assert int(places(array(text), at, np.uint8(value))) == expected
