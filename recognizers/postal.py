"""Postal codes in what people write: a form alone is any number, so something beside it must tell. Streets by form.

Evidence is a state, a known place or a street beside the code, or a word before it that says what follows. Sources:
UPU S42; USPS Publication 28; Royal Mail PAF; Canada Post addressing guidelines; Australia Post postcode ranges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from recognizers.places import is_place

#: First digit of a ZIP code -> states (USPS Publication 28, and L002 of its DMM).
_STATES = {
    "0": "CT MA ME NH NJ NY PR RI VT",
    "1": "DE NY PA",
    "2": "DC MD NC SC VA WV",
    "3": "AL FL GA MS TN",
    "4": "IN KY MI OH",
    "5": "IA MN MT ND SD WI",
    "6": "IL KS MO NE",
    "7": "AR LA OK TX",
    "8": "AZ CO ID NM NV UT WY",
    "9": "AK CA HI OR WA",
}
_NAMES = {
    "0": "connecticut|massachusetts|maine|new hampshire|new jersey|puerto rico|rhode island|vermont",
    "1": "delaware|new york|pennsylvania",
    "2": "district of columbia|maryland|north carolina|south carolina|virginia|west virginia",
    "3": "alabama|florida|georgia|mississippi|tennessee",
    "4": "indiana|kentucky|michigan|ohio",
    "5": "iowa|minnesota|montana|north dakota|south dakota|wisconsin",
    "6": "illinois|kansas|missouri|nebraska",
    "7": "arkansas|louisiana|oklahoma|texas",
    "8": "arizona|colorado|idaho|new mexico|nevada|utah|wyoming",
    "9": "alaska|california|hawaii|oregon|washington",
}
#: States whose letters are a word, too: ``ticket ID 83702``.
_WORDS = frozenset(["AL", "CO", "DE", "HI", "ID", "IN", "LA", "MA", "ME", "MS", "OH", "OK", "OR", "PA"])
_CODE = re.compile(
    r"(?<![\w.,:/#$€£-])(?:"
    r"(?P<us>[0-9]{5}-[0-9]{4})"
    r"|(?P<five>(?:[DF]-)?[0-9]{5})"
    r"|(?P<nl>[1-9][0-9]{3}[ ]?(?!SA|SD|SS)[A-Z]{2})"
    r"|(?P<four>[0-9]{4})"
    r"|(?P<uk>[A-Z]{1,2}[0-9][A-Z0-9]?[ ]?[0-9][ABD-HJLNP-UW-Z]{2})"
    r"|(?P<ca>[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][ -]?[0-9][ABCEGHJ-NPRSTV-Z][0-9])"
    r")(?![\w-])(?!\.\d)"
)
#: A state or territory and the first digit of its postcodes.
_AUSTRALIAN = re.compile(
    r"\b(?:NSW[ ]+[12]|ACT[ ]+[02]|(?:VIC|Victoria)[ ]+[38]|(?:QLD|Queensland)[ ]+[49]|SA[ ]+5|WA[ ]+6|TAS[ ]+7"
    r"|NT[ ]+0)\Z"
)
_SIZE = re.compile(r"[0-9](?:[GTPE]B|HZ)\Z")
_SAID = re.compile(
    r"\b(?:zip|postal|post[ ]?codes?|plz|postleitzahl|code[ ]postal)(?:[ -]?codes?)?\b(?:[ ](?:is|was|of|to))?"
    r"[ :=]{1,3}\Z",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?:street|road|avenue|lane|drive|boulevard|court|crescent|terrace|close|way|square|place|highway|parkway|suite|apt"
    r"|st|rd|ave|ln|dr|blvd|ct|pkwy|hwy|rue|chemin|impasse|allée|quai|plein|kade|gracht|\w*(?:straat|laan|gracht|plein"
    r"|stra(?:ß|ss)e|str\.|weg|platz|gasse))\b",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"([A-Z][\w.'-]*(?:[ ][A-Z][\w.'-]*)?(?:[ ][A-Z][\w.'-]*)?)(?:,[ ]*|[ ]+)\Z")
_WORD_AFTER = re.compile(r"[ ]+([A-ZÄÖÜÉ][\w'’-]+(?:[ -](?:[a-z]{2,3}[ -])?[A-ZÄÖÜÉ][\w'’-]+)?)")
_STATE_BEFORE = re.compile(r"\b([A-Z]{2})(?:,?[ ]+|\n)\Z")
_NEAR = 60
#: Streets of Germany and the Netherlands, whose word for a street is the name's end, with a number; boxes of a post
#: office. (``Speicherplatz 20`` is storage: not every such word tells.)
_STREET_WITH_NUMBER = re.compile(
    r"\b(?:\w[\w-]{2,40}(?:str(?:\.|aße|asse|aat)|gracht|laan)|[A-ZÄÖÜ][\w-]{2,40}(?:gasse|allee|weg|ufer|damm|kade|plein|singel))"
    r"[ ]?[0-9]{1,4}(?:[ ]?[a-zA-Z](?!\w)|[-–/][0-9IVX]{1,4}\b)?(?![\w%])"
    r"|\b(?:P\.?[ ]?O\.?[ ]?Box|Postfach|Postbus)[ ][0-9](?:[ ]?[0-9]){1,7}(?!\w)",
)


def postal_codes(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of postal codes of the US, UK, CA, AU, DE, FR and NL that have evidence beside them."""
    for match in _CODE.finditer(text):
        kind, code = match.lastgroup, match.group()
        before, after = text[max(0, match.start() - _NEAR) : match.start()], text[match.end() : match.end() + _NEAR]
        if _SAID.search(before) or _has_evidence(str(kind), code, before, after):
            yield match.span()


def streets(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of streets with a number, and of post office boxes, that are told by their form."""
    for match in _STREET_WITH_NUMBER.finditer(text):
        yield match.span()


def _has_evidence(kind: str, code: str, before: str, after: str) -> bool:
    if kind in ("us", "five") and _is_state(code, before):
        return True
    if kind == "four":
        said = before.rstrip() + " "
        return _AUSTRALIAN.search(said + code[:1]) is not None
    # In Europe the place follows.
    place = _WORD_AFTER.match(after)
    if kind in ("five", "nl") and place is not None and _is_known(place[1]):
        return True
    if kind == "five":
        return _has_street(before)
    if _SIZE.search(code):  # `E5 2GB` is a processor and its memory
        return False
    province = kind == "ca" and _STATE_BEFORE.search(before) is not None
    return province or _is_place_before(before) or _has_street(before)


def _is_state(code: str, before: str) -> bool:
    first = code[0]
    state = _STATE_BEFORE.search(before)
    if state is not None and first in _STATES and state[1] in _STATES[first].split():
        return state[1] not in _WORDS or _is_place_before(before[: state.start()])
    return first in _NAMES and re.search(rf"\b(?:{_NAMES[first]}),?[ ]+\Z", before, re.IGNORECASE) is not None


def _has_street(before: str) -> bool:
    """Whether a street and a number stand before, on the same or the last line."""
    lines = before.rstrip().rsplit("\n", 2)[-2:]
    near = " ".join(lines)
    return _STREET.search(near) is not None and any(letter.isdigit() for letter in near)


def _is_place_before(before: str) -> bool:
    match = _WORD_BEFORE.search(before)
    if match is None:
        return False
    words = match[1].split(" ")
    return any(_is_known(" ".join(words[k:])) for k in range(len(words)))


def _is_known(name: str) -> bool:
    words = name.split(" ")
    return any(len(part) > 2 and is_place(part.encode()) for part in {name, words[0]})
