"""What stands under a place's key is one only if it is written as one."""

from __future__ import annotations

import pytest

from recognizers.registry import recognizer_for

PLACES = [
    "Berlin",
    "berlin",
    "New York",
    "Paris, FR",
    "São Paulo",
    "Bad Tölz",
    "US",
    "DEU",
    "US-CA",
    "日本",
    "52.52001",
]
NO_PLACES = [
    "us-east-1",
    "/etc/nginx",
    "https://www.example.com/",
    "10.0.0.0-10.255.255.255",
    "default",
    "Header",
    "header.authorization",
    "C:\\Windows",
    "0.3",
    "443",
    "unknown",
    "A" * 81,
]


@pytest.mark.parametrize("value", PLACES)
def test_a_place_is_taken(value: str) -> None:
    assert recognizer_for("LOCATION").accepts_key_value(value.encode())


@pytest.mark.parametrize("value", NO_PLACES)
def test_what_is_none_is_left(value: str) -> None:
    assert not recognizer_for("LOCATION").accepts_key_value(value.encode())


@pytest.mark.parametrize(
    "value, taken",
    [
        ("90210", True), ("90210-1234", True), ("SW1A 1AA", True), ("K1A 0B1", True), ("1012 AB", True),
        ("D-10115", True), ("114 55", True), ("file.zip", False), ("true", False), ("12", False), ("1234567", False),
    ],
)  # fmt: skip
def test_a_postal_code_has_one_of_few_forms(value: str, taken: bool) -> None:
    assert recognizer_for("POSTAL_CODE").accepts_key_value(value.encode()) is taken


@pytest.mark.parametrize(
    "value, taken",
    [
        ("1 Main Street", True),
        ("Hauptstraße 5", True),
        ("jane@acme.example", False),
        ("street", False),
        ("12345", False),
    ],
)
def test_a_street_has_letters_and_more(value: str, taken: bool) -> None:
    assert recognizer_for("STREET_ADDRESS").accepts_key_value(value.encode()) is taken
