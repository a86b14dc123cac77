"""Which tokens may be encoded, and how far a run reaches, equal to plain readings of the same rules."""

from __future__ import annotations

import base64
import re

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.kernels import encodings

VALUES = encodings.base64_values()
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"


def is_text(head: bytes) -> bool:
    """UTF-8 of which the last character may be cut, without controls; or UTF-16 of ASCII."""
    printable = [byte in b"\t\n\r" or 0x20 <= byte < 0x7F for byte in head]
    for low in (0, 1):
        if all(ok if at % 2 == low else head[at] == 0 for at, ok in enumerate(printable)):
            return True
    marks = re.sub(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", b"", head)
    marks = re.sub(rb"(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})\Z", b"", marks)
    return all(byte in b"\t\n\r" or 0x20 <= byte < 0x7F for byte in marks)


def begins(text: bytes) -> bool:
    """Whether sixteen digits begin an encoded text, a certificate, or what gzip or zlib packed."""
    head = base64.b64decode(text[: encodings.JUDGED].translate(bytes.maketrans(b"-_", b"+/")))
    return is_text(head) or head[:2] in (b"\x30\x82", b"\x1f\x8b", b"x\x01", b"x^", b"x\x9c", b"x\xda")


def runs(text: bytes, signs: bytes) -> list[int]:
    """Where base64 begins: near the beginning of a run of digits, or behind one of some signs."""
    found = []
    for run in re.finditer(rb"[A-Za-z0-9+/_-]+", text):
        for at in range(run.start(), run.end() - encodings.JUDGED + 1):
            near = at - run.start() < 4 or text[at - 1] in signs
            if near and begins(text[at : at + encodings.JUDGED]):
                found.append(at)
    return found


def says_words(token: bytes) -> bool:
    """Whether a run of sixteen digits says twelve printable characters in a row, from one of its first places."""
    for run in re.findall(rb"[A-Za-z0-9+/_-]{16,}", token):
        for phase in range(4):
            digits = run[phase:].translate(bytes.maketrans(b"-_", b"+/"))
            digits += b"A" * (len(digits) % 4 == 1) + b"=" * (-len(digits) % 4)
            content = base64.b64decode(digits[: len(digits) // 4 * 4])[: len(run[phase:]) * 6 // 8]
            if re.search(rb"[ -~]{12}", content):
                return True
    return False


def is_hexadecimal(token: bytes) -> bool:
    """Whether eight bytes of a text, or NULs, stand where a word begins, parted by nothing, by colons or by hyphens."""
    for at in range(len(token)):
        for joint in (b"", b":", b"-"):
            match = re.compile(joint.join([rb"[0-9a-fA-F]{2}"] * 8)).match(token, at)
            begins = at == 0 or token[at - 1 : at] in b"xX" or not token[at - 1 : at].isalnum()
            if match and begins:
                content = bytes.fromhex(match.group().replace(b":", b"").replace(b"-", b"").decode())
                if all(byte in b"\0\t\n\r" or 0x20 <= byte < 0x7F for byte in content):
                    return True
    return False


def is_long(token: bytes) -> bool:
    """Digits of base64 with both cases and a number, LONG_DIGITS of them and more."""
    kinds = (rb"[A-Z]", rb"[a-z]", rb"[0-9]")
    found = re.findall(rb"[A-Za-z0-9+/_-]{%d,}" % encodings.LONG_DIGITS, token)
    return any(all(re.search(kind, run) for kind in kinds) for run in found)


PIECES = st.one_of(
    st.text("ab /\0\té", max_size=14).map(lambda text: text.encode().hex()),
    st.text("AB.\0", min_size=7, max_size=9).map(lambda text: text.encode().hex(":").upper()),
    st.text("AB.\0", min_size=7, max_size=9).map(lambda text: "x" + text.encode().hex("-")),
    st.text(max_size=24).map(lambda text: base64.b64encode(text.encode()).decode()),
    st.text(max_size=24).map(lambda text: base64.urlsafe_b64encode(text.encode()).decode()),
    st.text("abc ./:@", max_size=24).map(lambda text: base64.b64encode(text.encode("utf-16-be")).decode()),
    st.text(DIGITS + ".:@%=", max_size=24),
    st.tuples(st.binary(max_size=9), st.text("ab .", min_size=10, max_size=14)).map(
        lambda pair: base64.b64encode(pair[0] + pair[1].encode() + pair[0]).decode()
    ),
    st.binary(min_size=30, max_size=60).map(lambda content: base64.b64encode(content).decode()),
    st.sampled_from(["%40", "%4", "%zz", "%u0040", "%u004", "MIIB", "H4sI", "eJwrSS0u", "eAHLSM3JAQ"]),
)
TEXTS = st.lists(PIECES, max_size=5).map(lambda pieces: "".join(pieces).encode())


@given(st.lists(TEXTS, min_size=1, max_size=4))
@example([b"xx" + base64.b64encode(b"user=eve on db1")])
def test_tokens_tell_what_they_may_hold(tokens: list[bytes]) -> None:
    arena = np.frombuffer(b"".join(token + b"\x00" for token in tokens), np.uint8)
    offset = np.cumsum([0] + [len(token) + 1 for token in tokens]).astype(np.int64)
    kinds = np.empty(len(tokens), np.uint8)
    encodings.encodings_of_tokens(arena, offset, VALUES, kinds)
    for token, kind in zip(tokens, kinds.tolist()):
        assert bool(kind & encodings.PERCENT) == bool(re.search(rb"%(?:[0-9A-Fa-f]{2}|[uU][0-9A-Fa-f]{4})", token))
        assert bool(kind & encodings.LONG) == is_long(token)
        assert bool(kind & encodings.BASE64) == bool(runs(token, b"+-_") or says_words(token))
        assert bool(kind & encodings.HEXADECIMAL) == is_hexadecimal(token)


@given(TEXTS, st.integers(0, 40))
def test_the_next_run_is_found_and_reaches_to_its_last_digit(text: bytes, at: int) -> None:
    found = tuple(int(place) for place in encodings.next_base64(np.frombuffer(text, np.uint8), at, VALUES))
    begin = next((at + start for start in runs(text[at:], b"+-_/")), -1)
    end = begin
    while 0 <= end < len(text) and text[end : end + 1].decode("latin-1") in DIGITS:
        end += 1
    assert found == (begin, end)


@given(st.text("ab ", max_size=40).map(str.encode), st.data())
def test_spans_widen_to_the_run_they_stand_in(text: bytes, data: st.DataObject) -> None:
    places = data.draw(st.sets(st.sampled_from([n for n, byte in enumerate(text) if byte != 0x20] or [-1])))
    start = np.array(sorted(places - {-1}), np.int64)
    end = start + 1
    member = np.zeros(256, np.bool_)
    member[[ord("a"), ord("b")]] = True
    words = [word.span() for word in re.finditer(rb"[ab]+", text)]
    expected = [next(span for span in words if span[0] <= at < span[1]) for at in start.tolist()]
    encodings.widen(np.frombuffer(text, np.uint8), start, end, member)
    assert list(zip(start.tolist(), end.tolist())) == expected


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=6))
def test_bytes_between_escapes_have_each_a_place_and_those_of_an_escape_one(parts: list[tuple[int, int, bool]]) -> None:
    pieces, places, at = [], [], 0
    for source, size, escaped in parts:
        if escaped:
            pieces.append((at, at + source, size))
            places += [(at, at + source)] * size
        else:
            pieces.append((at, -1, source))
            places += [(place, place + 1) for place in range(at, at + source)]
        at += source
    first, last = np.empty(len(places), np.int64), np.empty(len(places), np.int64)
    encodings.lay_out(np.array(pieces, np.int64).reshape(-1, 3), first, last)
    assert list(zip(first.tolist(), last.tolist())) == places
