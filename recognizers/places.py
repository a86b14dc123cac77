"""Names of places and the countries that they lie in (``data/README.md`` names the source)."""

from __future__ import annotations

import gzip
import sys
from functools import cache
from importlib import resources
from typing import NamedTuple

CONTINENTS = {
    "AF": "Africa",
    "AN": "Antarctica",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}


class Country(NamedTuple):
    """A country: its codes (ISO 3166-1), its English name, its continent's name."""

    code: str
    code3: str
    name: str
    continent: str


def is_place(text: bytes) -> bool:
    """Whether a text names a place, or a country by name or code; of several parts, as in ``Paris, FR``, each."""
    parts = [part.strip() for part in text.decode("utf-8", "replace").split(",")]
    whole = ", ".join(parts).casefold()
    return _named(whole) is not None or all(part and _named(part.casefold()) is not None for part in parts)


def country_of(text: bytes) -> Country | None:
    """The country that a place lies in, or that a text names or is the code of.

    None where it is not known, or where places of that name lie in several countries and none is by far the largest.
    Of several parts, as in ``Paris, Texas, US``, all that are known must agree; ``US-CA`` (ISO 3166-2) is in ``US``.
    """
    whole = text.decode("utf-8", "replace").strip()
    head, dash, rest = whole.partition("-")
    if dash and len(head) == 2 and head.isupper() and 1 <= len(rest) <= 3 and rest.isalnum():
        return _countries()[1].get(head.casefold())
    named = _named(whole.casefold())
    if named is None and "," in whole:
        parts = [_named(part.strip().casefold()) for part in whole.split(",")]
        # What is not known may be what tells it apart: the last part must be.
        known = {part for part in parts if part is not None}
        named = known.pop() if len(known) == 1 and parts[-1] is not None else None
    return _countries()[0].get(named or "")


def _named(name: str) -> str | None:
    """The code of the country that a name, in small letters, belongs to, or ``-`` where it may be one of several."""
    country = _countries()[1].get(name)
    place = _places().get(name)
    if country is None or place in (None, country.code):
        return place if country is None else country.code
    # Georgia; a country and a city of another's.
    return "-"


@cache
def _countries() -> tuple[dict[str, Country], dict[str, Country]]:
    """By code, and by each name and code in small letters."""
    by_code, by_name = {}, {}
    text = resources.files("recognizers").joinpath("data", "countries.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        code, code3, continent, name, aliases = line.split("\t")
        country = Country(code, code3, name, CONTINENTS[continent])
        by_code[code] = country
        for each in (code, code3, name, *filter(None, aliases.split("|"))):
            by_name[each.casefold()] = country
    return by_code, by_name


@cache
def _places() -> dict[str, str]:
    """Name in small letters -> code of its country, or ``-``. 100,000 names, some 15 MB: read when first asked for."""
    packed = resources.files("recognizers").joinpath("data", "places.txt.gz").read_bytes()
    rows = (line.split("\t") for line in gzip.decompress(packed).decode().splitlines())
    return {name: sys.intern(code) for name, code in rows}
