"""Numbers of subscribers: IMSIs, SIM cards, telephone numbers. Digits stay digits, as many; the country may stay.

A country that stays is the tweak of what is mapped. Whether a number is assigned, or an operator exists, is not looked
at: no numbering plan but the lengths of country codes is read. So where the country does not stay, a number may begin
with a code that no country has.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.surrogates.notation import DIGITS, Spelling, plain
from pipeline.surrogates.numbers import Derive, NumberMap, checked
from pipeline.surrogates.strings import Strings
from pipeline.surrogates.symbols import DECIMAL, SymbolMap

#: Country codes of one and two digits; all others have three (ITU-T E.164, list of assigned codes).
ONE_DIGIT = frozenset((b"1", b"7"))
TWO_DIGITS = frozenset(
    b"20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86"
    b" 90 91 92 93 94 95 98".split()
)
#: What begins every card's number (ITU-T E.118): telecommunications.
TELECOM = b"89"
#: Fewer digits are a short code, which names a service and no one, or nothing at all.
LEAST_DIGITS, MOST_DIGITS = 3, 17


def imsis(derive: Derive, keep_country: bool) -> NumberMap:
    """IMSIs (3GPP TS 23.003 2.2) of 14 or 15 digits: the mobile country code stays or not, all behind it is mapped."""
    digits = SymbolMap(derive, DECIMAL)
    kept = 3 if keep_country else 0

    def parse(text: bytes) -> bytes | None:
        number = text.translate(None, b"-/. ")
        return number if number.isdigit() and len(number) in (14, 15) else None

    def mapped(values: list[bytes], inverse: bool) -> list[bytes | None]:
        return list(behind(digits, values, [kept] * len(values), inverse))

    return NumberMap(parse, mapped, Spelling(DIGITS, plain).write)


def iccids(derive: Derive, keep_country: bool) -> NumberMap:
    """Numbers of SIM cards (ITU-T E.118), 18 to 20 digits from 89 on: the country code stays or not.

    The last digit is made anew, as far from a right check digit as it was. A last ``F``, which fills an octet, stays.
    """
    digits = SymbolMap(derive, DECIMAL)

    def parse(text: bytes) -> bytes | None:
        number = text.translate(None, b"-/. ").lower().removesuffix(b"f")
        return number if number.isdigit() and 18 <= len(number) <= 20 and number.startswith(TELECOM) else None

    def mapped(values: list[bytes], inverse: bool) -> list[bytes | None]:
        kept = [2 + (country_digits(value[2:]) if keep_country else 0) for value in values]
        bodies = behind(digits, [value[:-1] for value in values], kept, inverse)
        return [body + checked(value, body) for value, body in zip(values, bodies)]

    def filled(found: bytes, new: bytes) -> bytes:
        return new + found[-1:] if found[-1:] in (b"F", b"f") else new

    return NumberMap(parse, mapped, Spelling(DIGITS, filled).write)


def phones(derive: Derive, keep_country: bool) -> NumberMap:
    """Telephone numbers: ``+`` and the digits of ITU-T E.164, or digits alone; the country code stays or not.

    A zero in front stays and none comes. A number without its country code is another number than the one with it.
    """
    digits = SymbolMap(derive, DECIMAL)
    spelling = Spelling(DIGITS, plain)

    def parse(text: bytes) -> bytes | None:
        number = text.translate(None, b"-/. ()")
        country = country_digits(number[1:]) if keep_country and number.startswith(b"+") else 0
        own = number.removeprefix(b"+")
        good = own.isdigit() and len(own) - country >= LEAST_DIGITS and len(own) <= MOST_DIGITS
        return number if good else None

    def mapped(values: list[bytes], inverse: bool) -> list[bytes | None]:
        kept = [0 if value[:1] != b"+" else 1 + country_digits(value[1:]) if keep_country else 1 for value in values]
        return list(behind(digits, values, kept, inverse))

    def write(found: Sequence[bytes], old: list[bytes], new: list[bytes]) -> list[bytes]:
        bare = [[text.removeprefix(b"+") for text in texts] for texts in (found, old, new)]
        written = spelling.write(*bare)
        return [b"+" + text if value[:1] == b"+" else text for text, value in zip(written, new)]

    return NumberMap(parse, mapped, write)


def behind(digits: SymbolMap, values: list[bytes], kept: list[int], inverse: bool) -> list[bytes]:
    """Each value with what is behind its kept part mapped, under that part as tweak."""
    heads = [value[:size] for value, size in zip(values, kept)]
    tails = Strings.of([value[size:] for value, size in zip(values, kept)])
    others = digits.walked(tails, Strings.of(heads), inverse=inverse).texts()
    return [head + other for head, other in zip(heads, others)]


def country_digits(number: bytes) -> int:
    """How many digits of a number that begins with its country code the code has."""
    return 1 if number[:1] in ONE_DIGIT else 2 if number[:2] in TWO_DIGITS else 3
