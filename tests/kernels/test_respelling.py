"""Respelling many values is respelling each; hex digits are read and written as Python does."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.kernels.respelling import read_hex, write_hex
from pipeline.surrogates.notation import DIGITS, HEX, Spelling, respell
from pipeline.surrogates.strings import Strings

CASES = st.one_of(
    st.tuples(st.text("0123456789abcdefABCDEF:-./x ", max_size=14), st.none()),
    st.text("0123456789abcdef", min_size=1, max_size=12).flatmap(
        lambda old: st.tuples(
            st.lists(st.sampled_from(["", "", "", ":", "-", ".", "/", " "]), min_size=len(old), max_size=len(old)).map(
                lambda marks: "".join(a + b for a, b in zip(old, marks))
            ),
            st.just(old),
        )
    ),
)


@given(
    st.lists(
        st.tuples(CASES, st.sampled_from([str, str.upper, str.title, "0x{}".format, "md5:{}".format])), max_size=8
    ),
    st.sampled_from([HEX, DIGITS]),
)
@settings(max_examples=300, deadline=None)
def test_many_values_are_respelled_as_each_is(cases: list, symbols: frozenset[int]) -> None:
    found, old = [], []
    for (text, spelled), change in cases:
        found.append(change(text).encode())
        old.append((spelled or "".join(c for c in text.lower() if ord(c) in symbols)).encode())
    new = [bytes(reversed(value)) for value in old]
    expected = [respell(f, a, b, symbols) or b"otherwise" for f, a, b in zip(found, old, new)]
    assert Spelling(symbols, lambda _, __: b"otherwise").write(found, old, new) == expected


@given(
    st.lists(st.text("0123456789abcdefABCDEF:-.g", max_size=20).map(str.encode) | st.binary(max_size=18), max_size=8)
)
@settings(max_examples=200, deadline=None)
def test_hex_digits_are_read_whatever_stands_between_and_written_again(texts: list[bytes]) -> None:
    strings = Strings.of(texts)
    values, widths = np.empty(len(texts), np.uint64), np.empty(len(texts), np.int64)
    read_hex(strings.flat, strings.starts, values, widths)
    bare = [text.translate(None, b":-.").lower() for text in texts]
    good = [len(digits) in (6, 12, 16) and HEX.issuperset(digits) for digits in bare]
    assert widths.tolist() == [len(digits) * ok for digits, ok in zip(bare, good)]
    starts = np.concatenate([[0], np.cumsum(widths)]).astype(np.int64)
    out = np.empty(int(starts[-1]), np.uint8)
    write_hex(values, starts, out)
    assert Strings(out, starts).texts() == [digits if ok else b"" for digits, ok in zip(bare, good)]
