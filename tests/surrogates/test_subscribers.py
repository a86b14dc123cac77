"""IMSIs, SIM cards and telephone numbers: what stays, what is mapped, how they are written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.surrogates.numbers import NumberMap, luhn
from pipeline.surrogates.rootkey import derive
from pipeline.surrogates.subscribers import country_digits, iccids, imsis, phones


def secret(name: str) -> bytes:
    return derive(b"k" * 32, 32, name)


MAKERS = (imsis, iccids, phones)
IMSIS, ICCIDS, PHONES = (make(secret, True) for make in MAKERS)
BARE_IMSIS, BARE_ICCIDS, BARE_PHONES = (make(secret, False) for make in MAKERS)


def one(of: NumberMap, canonical: str, found: str | None = None) -> str:
    (done,) = of.pseudonyms([canonical.encode()], [(found or canonical).encode()])
    assert done is not None
    return done.decode()


def digits(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=least, max_size=most)


@pytest.mark.parametrize("number", ["262011234567890", "310150123456789", "26201123456789"])
def test_of_an_imsi_the_country_stays_or_not(number: str) -> None:
    assert re.fullmatch(rf"{number[:3]}\d{{{len(number) - 3}}}", one(IMSIS, number))
    assert len({one(BARE_IMSIS, f"{mcc}{number[3:]}")[:3] for mcc in ("262", "310", "208", "234")}) > 1
    assert one(IMSIS, number, f"{number[:3]}-{number[3:5]}-{number[5:]}").replace("-", "") == one(IMSIS, number)


@given(digits(13, 15).map("8949".__add__))
@settings(deadline=None)
def test_of_a_sim_card_the_check_digit_stays_right_or_as_wrong(body: str) -> None:
    right = luhn(body.encode())
    done = [one(ICCIDS, f"{body}{(right + off) % 10}") for off in range(10)]
    assert len(set(done)) == 10 and {text[:4] for text in done} == {"8949"}
    assert [(int(text[-1]) - luhn(text[:-1].encode())) % 10 for text in done] == list(range(10))
    assert one(BARE_ICCIDS, f"{body}{right}").startswith("89")
    assert one(ICCIDS, f"{body}{right}", f"{body}{right}F") == done[0] + "F"


@pytest.mark.parametrize(
    ("number", "country"), [("12025550123", 1), ("4930123456", 2), ("35312345678", 3), ("79161234567", 1)]
)
def test_of_a_telephone_number_the_country_stays_or_not(number: str, country: int) -> None:
    assert country_digits(number.encode()) == country
    kept = one(PHONES, f"+{number}")
    assert re.fullmatch(rf"\+{number[:country]}\d{{{len(number) - country}}}", kept)
    assert kept != f"+{number}" != one(BARE_PHONES, f"+{number}")
    assert one(PHONES, number) != kept[1:], "without its country code it is another number"


def test_telephone_numbers_are_written_as_found_without_blanks() -> None:
    done = one(PHONES, "+4930123456")
    assert one(PHONES, "+4930123456", "+49-30-123456") == f"{done[:3]}-{done[3:5]}-{done[5:]}"
    assert one(PHONES, "+4930123456", "+49 (30) 123456") == done
    assert one(PHONES, "+4930123456", "0049 30 123456") == done
    assert one(PHONES, "030123456", "030/123456") == one(PHONES, "030123456")[:3] + "/" + one(PHONES, "030123456")[3:]


@given(st.lists(digits(3, 9), min_size=1, max_size=12, unique=True))
@settings(deadline=None)
def test_telephone_numbers_are_injective_and_a_zero_in_front_stays(numbers: list[str]) -> None:
    for of in (PHONES, BARE_PHONES):
        done = [one(of, number) for number in numbers]
        assert len(set(done)) == len(numbers)
        assert all(new.startswith("0") == old.startswith("0") for old, new in zip(numbers, done))
