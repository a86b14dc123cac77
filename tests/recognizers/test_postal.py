"""Postal codes and dates of birth in sentences: found where something beside them tells, and nowhere else."""

from __future__ import annotations

import time

import pytest

from recognizers.birth import birth_dates
from recognizers.postal import postal_codes, streets
from recognizers.registry import recognizer_for

CODES = [
    ("Springfield, IL 62704", "62704"), ("my address is 12 Oak Street, Boise, ID 83702-1234", "83702-1234"),
    ("Austin Texas 78701", "78701"), ("Portland, OR 97201", "97201"), ("ship to 55 Elm Ave 30301 please", "30301"),
    ("my zip code is 94105", "94105"), ("zip: 90210.", "90210"), ("my postcode is SW1A 1AA, thanks", "SW1A 1AA"),
    ("10 Downing Street\nLondon SW1A 2AA", "SW1A 2AA"), ("London EC1A 1BB", "EC1A 1BB"),
    ("Ottawa, ON K1A 0B1", "K1A 0B1"), ("Ottawa K1A 0B1", "K1A 0B1"), ("Sydney NSW 2000", "2000"),
    ("Melbourne VIC 3000", "3000"), ("Perth WA 6000", "6000"), ("Darwin NT 0800", "0800"),
    ("10115 Berlin", "10115"), ("Hauptstr. 5, 10115 Berlin", "10115"), ("PLZ 69117", "69117"),
    ("12 rue de la Paix, 75002 Paris", "75002"), ("F-75002 Paris", "F-75002"), ("1012 AB Amsterdam", "1012 AB"),
    ("Kerkstraat 5, 1012AB", "1012AB"),
]  # fmt: skip
NO_CODES = [
    "ticket ID 83702", "Ticket, ID 81234", "Xeon E5 2GB", "Windows NT 2000", "2 of 5 or 97201 rows",
    "since 2019 London is quiet", "error 10115 while reading", "port 50000 Open", "KB5021233", "in 2024 AB tests",
    "order 12345", "I waited 90210 seconds", "build 19045 Release", "code 10054 Connection reset",
    "it took 12000 ms", "ME 12345 times", "IL 94105", "NSW 9000", "on 2026-11-26 in Berlin", "10.10115 Berlin",
    "pid 10115, Berlin",
]  # fmt: skip
BIRTHS = [
    ("DOB: 12/03/1980", "12/03/1980"), ("I was born on 3 May 1979 in York", "3 May 1979"),
    ("He was born in Leeds on May 3rd, 1979.", "May 3rd, 1979"), ("her date of birth is 1980-03-12", "1980-03-12"),
    ("geboren am 12.03.1980", "12.03.1980"), ("née le 12 mars 1980", "12 mars 1980"),
    ("Geburtsdatum: 12. März 1980", "12. März 1980"), ("my birthday is March 12, 1980", "March 12, 1980"),
]  # fmt: skip
NO_BIRTHS = [
    "the build born on release 10.2.3.4", "version 12.03.1980", "deadline 12/03/1980", "a bug born in 2019",
    "airborne 12/03/1980", "born\n12/03/1980", "born? 12/03/1980",
]  # fmt: skip


STREETS = [
    ("in der Goethestr. 11 in Weimar", "Goethestr. 11"), ("lindenstraße 5b", "lindenstraße 5b"),
    ("Prinsengracht 263, Amsterdam", "Prinsengracht 263"), ("naar Kerkstraat 118-II", "Kerkstraat 118-II"),
    ("Am Mühlweg 4", "Mühlweg 4"), ("Postfach 3041, 20099 Hamburg", "Postfach 3041"),
    ("to P.O. Box 11 84", "P.O. Box 11 84"),
]  # fmt: skip
NO_STREETS = ["Speicherplatz 20 GB", "gateway 3", "str. 5", "Weg 3", "Postfach voll", "Arbeitsplatz 7", "upgradeweg 2"]


@pytest.mark.parametrize(("text", "street"), STREETS)
def test_a_street_with_a_number_is_told_by_its_form(text: str, street: str) -> None:
    assert [text[start:end] for start, end in streets(text)] == [street]


@pytest.mark.parametrize("text", NO_STREETS)
def test_what_only_ends_like_a_street_is_left(text: str) -> None:
    assert list(streets(text)) == []


@pytest.mark.parametrize(("text", "code"), CODES)
def test_a_postal_code_with_evidence_is_found(text: str, code: str) -> None:
    assert [text[start:end] for start, end in postal_codes(text)] == [code]


@pytest.mark.parametrize("text", NO_CODES)
def test_a_number_without_evidence_is_left(text: str) -> None:
    assert list(postal_codes(text)) == []


@pytest.mark.parametrize(("text", "date"), BIRTHS)
def test_a_date_that_a_sentence_calls_a_birth_is_found(text: str, date: str) -> None:
    assert [text[start:end] for start, end in birth_dates(text)] == [date]


@pytest.mark.parametrize("text", NO_BIRTHS)
def test_any_other_date_is_left(text: str) -> None:
    assert list(birth_dates(text)) == []


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        ("1980-03-12", True), ("12/03/1980", True), ("19800312", True), ("12 March 1980", True),
        ("1980-03-12T00:00:00Z", True), ("1980", False), ("yes", False), ("", False), ("99/99/1980", False),
    ],
)  # fmt: skip
def test_a_field_of_births_holds_a_date(value: str, taken: bool) -> None:
    assert recognizer_for("DATE_OF_BIRTH").accepts_key_value(value.encode()) is taken


@pytest.mark.parametrize("piece", ["born ", "12345 ", "1012 AB ", "A1 2BC ", "London ", "1 St ", "dob: ", "a-", "1-"])
def test_hostile_texts_take_linear_time(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    began = time.process_time()
    list(postal_codes(text)), list(birth_dates(text)), list(streets(text))
    assert time.process_time() - began < 4
