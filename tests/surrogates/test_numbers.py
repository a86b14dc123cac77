"""Numbers keep their form: version, check digit, classes of characters, length."""

from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.surrogates.numbers import NumberMap, cards, digests, imeis, luhn, serials, uuids
from pipeline.surrogates.rootkey import derive


def secret(name: str) -> bytes:
    return derive(b"k" * 32, 32, name)


UUIDS, IMEIS, CARDS, SERIALS, HASHES = (make(secret) for make in (uuids, imeis, cards, serials, digests))


def one(of: NumberMap, canonical: str, found: str | None = None) -> str | None:
    (done,) = of.pseudonyms([canonical.encode()], [(found or canonical).encode()])
    return done.decode() if done is not None else None


def with_luhn(body: str) -> str:
    return f"{body}{luhn(body.encode())}"


@given(st.lists(st.uuids(), min_size=1, max_size=8, unique=True))
@settings(max_examples=40, deadline=None)
def test_uuids_keep_version_and_variant_and_are_injective(values: list[uuid.UUID]) -> None:
    texts = [str(v).encode() for v in values]
    done = UUIDS.pseudonyms([v.hex.encode() for v in values], texts)
    assert len(set(done)) == len(values)
    for old, new in zip(values, done):
        assert new is not None
        parsed = uuid.UUID(new.decode())
        assert parsed.version == old.version
        assert parsed.clock_seq_hi_variant >> 6 == old.clock_seq_hi_variant >> 6
        assert str(parsed) == new.decode() != str(old)


def test_uuids_are_written_as_found_and_agree() -> None:
    plain = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
    bare = plain.replace("-", "")
    done = one(UUIDS, bare, plain)
    assert done is not None
    assert one(UUIDS, bare, plain.upper()) == done.upper()
    assert one(UUIDS, bare, bare) == done.replace("-", "")
    assert one(UUIDS, bare, f"urn:uuid:{plain}") == f"urn:uuid:{done}"
    assert one(UUIDS, bare, f"name/{plain}") == done, "what stands before is not passed on"


@pytest.mark.parametrize("special", ["0" * 32, "f" * 32])
def test_nil_and_max_uuids_are_kept(special: str) -> None:
    assert one(UUIDS, special) == special


@pytest.mark.parametrize("bad", ["", "6ba7b810", "6ba7b810-9dad-41d1-80b4-00c04fd430cz", "0" * 33])
def test_what_is_no_uuid_has_no_form(bad: str) -> None:
    assert one(UUIDS, bad) is None


@given(st.lists(st.text("0123456789", min_size=14, max_size=14), min_size=1, max_size=10, unique=True))
@settings(max_examples=40, deadline=None)
def test_imeis_keep_the_type_and_a_right_check_digit(bodies: list[str]) -> None:
    values = [with_luhn(body).encode() for body in bodies]
    done = IMEIS.pseudonyms(values, values)
    assert len(set(done)) == len(values)
    for old, new in zip(values, done):
        assert new is not None and re.fullmatch(rb"\d{15}", new)
        assert new[:8] == old[:8]
        assert luhn(new[:-1]) == new[-1] - 48


def test_imeis_agree_with_and_without_check_digit_version_and_punctuation() -> None:
    body = "35209900176148"
    done = one(IMEIS, with_luhn(body))
    assert done is not None
    assert one(IMEIS, body) == done[:14]
    assert one(IMEIS, body + "07") == done[:14] + "07"
    spelled = f"{body[:2]}-{body[2:8]}-{body[8:]}-{with_luhn(body)[-1]}"
    assert one(IMEIS, with_luhn(body), spelled) == f"{done[:2]}-{done[2:8]}-{done[8:14]}-{done[14]}"


def test_a_wrong_check_digit_stays_wrong() -> None:
    body = "35209900176148"
    done = {one(IMEIS, f"{body}{digit}") for digit in range(10)}
    assert len(done) == 10


@given(st.lists(st.text("0123456789", min_size=11, max_size=18), min_size=1, max_size=10, unique=True))
@settings(max_examples=40, deadline=None)
def test_cards_keep_length_check_digit_and_a_leading_digit_that_is_not_zero(bodies: list[str]) -> None:
    values = [with_luhn(body).encode() for body in bodies]
    done = CARDS.pseudonyms(values, values)
    assert len(set(done)) == len(values)
    for old, new in zip(values, done):
        assert new is not None and len(new) == len(old) and new.isdigit()
        assert luhn(new[:-1]) == new[-1] - 48
        assert new.startswith(b"0") == old.startswith(b"0")


def test_a_card_in_groups_is_written_in_groups() -> None:
    done = one(CARDS, "4111111111111111", "4111-1111-1111-1111")
    assert done is not None and re.fullmatch(r"(\d{4}-){3}\d{4}", done)
    assert one(CARDS, "4111111111111111", "4111 1111 1111 1111") == done.replace("-", ""), "a space needs an escape"


@given(st.lists(st.from_regex(r"\A[A-Z0-9./_-]{1,24}\Z"), min_size=1, max_size=12, unique=True))
@settings(max_examples=80, deadline=None)
def test_serials_keep_the_class_of_every_character_and_are_injective(values: list[str]) -> None:
    encoded = [v.encode() for v in values]
    done = SERIALS.pseudonyms(encoded, encoded)
    given_form = [d for d in done if d is not None]
    assert len(set(given_form)) == len(given_form)
    for old, new in zip(values, done):
        if new is None:
            assert not re.search(r"[A-Z0-9]", old)
        else:
            form = re.escape(old)
            form = re.sub(r"[A-Z]", "[A-Z]", re.sub(r"\d", "[0-9]", form).replace("[0-9]", "\x00")).replace(
                "\x00", "[0-9]"
            )
            assert re.fullmatch(form, new.decode())


def test_serials_are_written_in_the_case_found() -> None:
    done = one(SERIALS, "FTX1840ALKZ", "FTX1840ALKZ")
    assert done is not None and done != "FTX1840ALKZ"
    assert one(SERIALS, "FTX1840ALKZ", "ftx1840alkz") == done.lower()
    assert one(SERIALS, "FTX1840ALKZ", "Ftx1840alkz") == done[0] + done[1:].lower()
    assert one(SERIALS, "FTX1840ALKZ", "another") == done


def test_a_number_stays_a_json_number() -> None:
    values = [str(n).encode() for n in range(100_000, 100_400)]
    assert not any(d is None or d.startswith(b"0") for d in SERIALS.pseudonyms(values, values))


@pytest.mark.parametrize("bad", ["", "---", "a b1", 'x"1', "é1", "1" * 65])
def test_serials_that_need_an_escape_have_no_form(bad: str) -> None:
    assert one(SERIALS, bad) is None


@given(st.sampled_from([1, 2, 4, 5, 8, 32, 40, 64, 96, 128]), st.data())
@settings(max_examples=40, deadline=None)
def test_digests_keep_their_length_and_are_injective(length: int, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.text("0123456789abcdef", min_size=length, max_size=length), max_size=6, unique=True))
    encoded = [v.encode() for v in values]
    done = HASHES.pseudonyms(encoded, encoded)
    assert len(set(done)) == len(values)
    assert all(d is not None and re.fullmatch(rb"[0-9a-f]{%d}" % length, d) for d in done)


def test_digests_are_written_in_the_case_found_and_with_their_algorithm() -> None:
    digest = "d41d8cd98f00b204e9800998ecf8427e"
    done = one(HASHES, digest)
    assert done is not None
    assert one(HASHES, digest, digest.upper()) == done.upper()
    assert one(HASHES, f"md5:{digest}", f"MD5:{digest}") == f"MD5:{done}"
    assert one(HASHES, f"alice:{digest}", f"alice:{digest}") is None
