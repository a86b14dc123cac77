"""Telephone numbers in sentences: said in words, or told by words beside them."""

from __future__ import annotations

import pytest

from recognizers.phone import PhoneRecognizer, told_numbers
from recognizers.spoken_numbers import digits_said, spoken_numbers


@pytest.mark.parametrize(
    ("text", "number", "digits"),
    [
        ("it is five five five, oh one nine nine.", "five five five, oh one nine nine", "5550199"),
        ("Oh seven seven double oh, nine hundred, one two three", None, "07700900123"),
        ("call nine one seven 555 zero one two three please", "nine one seven 555 zero one two three", "9175550123"),
        ("triple five zero um one forty-two", None, "5550142"),
        ("die Nummer: null drei null zwei drei eins zwei fünf", "null drei null zwei drei eins zwei fünf", "03023125"),
        ("area code two one two, ok", "two one two", "212"),
    ],
)
def test_a_number_said_in_words_is_found_and_is_the_number_in_digits(
    text: str, number: str | None, digits: str
) -> None:
    ((start, end),) = spoken_numbers(text)
    assert text[start:end] == (number or text)
    assert digits_said(text[start:end]) == digits
    assert PhoneRecognizer().canonical(text[start:end].encode()) == digits.encode()


@pytest.mark.parametrize(
    "text",
    [
        "one two three testing", "one or two of the three", "ten twenty thirty", "four five six", "two one two",
        "version 1 2 3 4 5 6 7", "one thousand two hundred", "no one, two at most",
        "one two three four five six seven eight nine ten eleven twelve thirteen",
    ],
)  # fmt: skip
def test_counting_is_no_number(text: str) -> None:
    assert list(spoken_numbers(text)) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("call me on 555 0142 please", "555 0142"), ("my number is 555-0199.", "555-0199"),
        ("my cell: 555.0100", "555.0100"),
        ("Phone no. is still (020) 7946 0958", "(020) 7946 0958"),
        ("reach us at +33 6 39 98 12 34", "+33 6 39 98 12 34"),
        ("You can dial 1 99 00 01 23, it is free", "1 99 00 01 23"), ("can be reached at 2 5550 0142", "2 5550 0142"),
        ("Sure, the number is 20 7946 0958.", "20 7946 0958"),
        ("call them, or get contacted on 55-5550-0142", "55-5550-0142"),
        ("bel me op 0612345678", "0612345678"), ("from +44 1632 960 000 today", "+44 1632 960 000"),
    ],
)  # fmt: skip
def test_a_word_before_or_a_country_s_code_tells_of_a_number(text: str, number: str) -> None:
    assert {text[start:end] for start, end in told_numbers(text)} == {number}


@pytest.mark.parametrize(
    "text",
    [
        "case number 00481516", "order 555 0142", "at +0000 or +12345678", "phone model 5550142X", "call 911",
        "phone firmware 5550142", "my number of tries: 3", "text 5550142-AB", "a - b +1",
        "the number is 1234567", "the number is 2026-11-05", "call the service at 192.0.2.40", "dial 12",
        "the number was 12 345 items", "call it at 10 20 30",
    ],
)  # fmt: skip
def test_other_numbers_are_left(text: str) -> None:
    assert list(told_numbers(text)) == []
