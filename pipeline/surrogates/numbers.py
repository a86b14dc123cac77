"""Numbers with a form: UUIDs, IMEIs, cards, serial numbers, digests. Each stays what it was, each map is injective."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.surrogates.ff1 import FF1
from pipeline.surrogates.notation import DIGITS, HEX, HYPHENS, PREFIXES, SAFE, Spelling, hyphenated, plain
from pipeline.surrogates.strings import Strings
from pipeline.surrogates.symbols import DECIMAL, HEXADECIMAL, LETTERS, NONE, SymbolMap

Derive = Callable[[str], bytes]
#: Bits of a UUID that are free, highest first: all but the version (4) and the variant (2) (RFC 9562).
FREE = tuple(bit for bit in range(127, -1, -1) if bit not in {79, 78, 77, 76, 63, 62})
PLACES = 127 - np.array(FREE)
NIL, MAX = b"0" * 32, b"f" * 32
#: Up to here digests are a permutation; beyond, a keyed digest has no collision to speak of (2^-160 a pair).
INVERTIBLE_HEX = 32
LONGEST_HEX = 128
LONGEST_SERIAL = 64
#: The sum of digits of twice a digit, by the digit's byte.
DOUBLED = bytes(sum(divmod(2 * (byte - 48), 10)) if 48 <= byte <= 57 else 0 for byte in range(256))


@dataclass(frozen=True)
class NumberMap:
    """The numbers of one form in one space.

    Attributes:
      parse: a text's symbols, None where it has not the form.
      mapped: pseudonyms of symbols, or originals where the second argument says so; None where there is no way back.
      write: pseudonyms' symbols in the notation found, from what was found, the old symbols and the new.
      shown: the canonical form of symbols.
    """

    parse: Callable[[bytes], bytes | None]
    mapped: Callable[[list[bytes], bool], list[bytes | None]]
    write: Callable[[Sequence[bytes], list[bytes], list[bytes]], list[bytes]]
    shown: Callable[[bytes], bytes] = bytes

    def pseudonyms(self, canonical: Sequence[bytes], found: Sequence[bytes]) -> list[bytes | None]:
        """As found; None for what has not the form."""
        done: list[bytes | None] = [None] * len(canonical)
        good, olds = self._parsed(canonical)
        news = [new or b"" for new in self.mapped(olds, False)]
        for i, written in zip(good, self.write([found[i] for i in good], olds, news)):
            done[i] = written
        return done

    def originals(self, written: Sequence[bytes]) -> list[bytes | None]:
        """Canonical forms; None for what has not the form, or no way back."""
        done: list[bytes | None] = [None] * len(written)
        good, olds = self._parsed(written)
        for i, original in zip(good, self.mapped(olds, True)):
            done[i] = None if original is None else self.shown(original)
        return done

    def _parsed(self, texts: Sequence[bytes]) -> tuple[list[int], list[bytes]]:
        parsed = [(i, old) for i, old in enumerate(map(self.parse, texts)) if old is not None]
        return [i for i, _ in parsed], [old for _, old in parsed]


def uuids(derive: Derive) -> NumberMap:
    """The free bits are permuted, version and variant stay; nil and max are kept."""
    ff1 = FF1(derive("bits"), 2)

    def mapped(values: list[bytes], inverse: bool) -> list[bytes | None]:
        octets = np.frombuffer(bytes.fromhex(b"".join(values).decode("ascii")), np.uint8).reshape(-1, 16)
        bits = np.unpackbits(octets, axis=1)  # [n, 128], highest first
        free = ff1.mapped(Strings.of_rows(bits[:, PLACES]), Strings.empty(len(values)), inverse=inverse)
        bits[:, PLACES] = free.rows(len(FREE))
        joined = np.packbits(bits, axis=1).tobytes().hex().encode()
        others = (joined[at : at + 32] for at in range(0, len(joined), 32))
        return [value if value in (NIL, MAX) else other for value, other in zip(values, others)]

    return NumberMap(parse_uuid, mapped, Spelling(HEX, hyphenated).write)


def imeis(derive: Derive) -> NumberMap:
    """IMEIs (3GPP TS 23.003 6.2): the type allocation code stays, the six digits of the serial number are mapped.

    14 digits, 15 with a check digit, 16 with a software version, which stays. The check digit is made anew, as far
    from right as it was, so that a valid IMEI stays valid and no two become one.
    """
    digits = SymbolMap(derive, DECIMAL)

    def parse(text: bytes) -> bytes | None:
        number = text.translate(None, b"-/. ")
        return number if number.isdigit() and len(number) in (14, 15, 16) else None

    def mapped(values: list[bytes], inverse: bool) -> list[bytes | None]:
        types = Strings.of([value[:8] for value in values])
        serials = digits.mapped(Strings.of([value[8:14] for value in values]), types, inverse=inverse).texts()
        bodies = [value[:8] + serial for value, serial in zip(values, serials)]
        return [
            body + (checked(value, body) if len(value) == 15 else value[14:]) for value, body in zip(values, bodies)
        ]

    return NumberMap(parse, mapped, Spelling(DIGITS, plain).write)


def cards(derive: Derive) -> NumberMap:
    """Payment cards (ISO/IEC 7812-1): all digits but the check digit are mapped, the check digit is made anew."""
    digits = SymbolMap(derive, DECIMAL)

    def parse(text: bytes) -> bytes | None:
        number = text.translate(None, b"- ")
        return number if number.isdigit() and 12 <= len(number) <= 19 else None

    def mapped(values: list[bytes], inverse: bool) -> list[bytes | None]:
        bodies = digits.walked(Strings.of([value[:-1] for value in values]), inverse=inverse).texts()
        return [body + checked(value, body) for value, body in zip(values, bodies)]

    return NumberMap(parse, mapped, Spelling(DIGITS, plain).write)


def serials(derive: Derive) -> NumberMap:
    """Serial numbers: digits stay digits, letters letters, the rest stays in place.

    The digits go through FF1 of radix 10 under the form as tweak, then the letters through FF1 of radix 26 under the
    form and the plain digits: both invertible, the digits first. Where all are digits a number stays a number.
    """
    digits = SymbolMap(lambda name: derive(f"digits {name}"), DECIMAL)
    letters = SymbolMap(lambda name: derive(f"letters {name}"), LETTERS)

    def parse(text: bytes) -> bytes | None:
        serial = text.lower()
        good = len(serial) <= LONGEST_SERIAL and SAFE.issuperset(serial) and serial.translate(None, b"._:@+/-")
        return serial if good else None

    def mapped(values: list[bytes], inverse: bool) -> list[bytes | None]:
        texts = Strings.of(values)
        octets = texts.flat
        digit, letter = DECIMAL.numerals[octets] != NONE, LETTERS.numerals[octets] != NONE
        forms = np.where(digit, np.uint8(ord("0")), np.where(letter, np.uint8(ord("a")), octets))
        tweaks = Strings(forms, texts.starts)
        old = texts.only(digit)
        numbers = np.flatnonzero(old.lengths == texts.lengths)
        new = digits.mapped(old, tweaks, inverse=inverse)
        if len(numbers):
            walked = digits.walked(old.take(numbers), tweaks.take(numbers), inverse=inverse)
            new.flat[new.places(numbers)] = walked.flat
        written = octets.copy()
        written[digit] = new.flat
        tweaks = tweaks.beside(new if inverse else old)
        written[letter] = letters.mapped(texts.only(letter), tweaks, inverse=inverse).flat
        return list(Strings(written, texts.starts).texts())

    def write(found: Sequence[bytes], old: list[bytes], new: list[bytes]) -> list[bytes]:
        return [respell_serial(*each) for each in zip(found, old, new)]

    return NumberMap(parse, mapped, write, bytes.upper)


def digests(derive: Derive) -> NumberMap:
    """Digests in hex, of the same length: FF1 of radix 16 up to 128 bits, a keyed digest without way back beyond."""
    short = SymbolMap(lambda name: derive(f"hex {name}"), HEXADECIMAL)
    key = derive("digest")

    def parse(text: bytes) -> bytes | None:
        digest = without_algorithm(text.lower())
        return digest if 1 <= len(digest) <= LONGEST_HEX and is_hex(digest) else None

    def mapped(values: list[bytes], inverse: bool) -> list[bytes | None]:
        few = iter(short.mapped(Strings.of([v for v in values if len(v) <= INVERTIBLE_HEX]), inverse=inverse).texts())
        return [
            next(few)
            if len(value) <= INVERTIBLE_HEX
            else None
            if inverse
            else hmac.digest(key, value, "sha512").hex().encode()[: len(value)]
            for value in values
        ]

    return NumberMap(parse, mapped, Spelling(HEX, plain).write)


def parse_uuid(text: bytes) -> bytes | None:
    """The 32 lower-case hex digits of a UUID with or without hyphens and ``urn:uuid:``, or None."""
    digits = text.lower().removeprefix(b"urn:uuid:").translate(None, HYPHENS)
    return digits if len(digits) == 32 and is_hex(digits) else None


def respell_serial(found: bytes, old: bytes, new: bytes) -> bytes:
    """As found letter by letter: both forms have digits and letters in the same places."""
    upper = new.upper()
    if found.lower() != old or found.isupper():
        return upper
    return bytes(u if byte != low else n for byte, low, n, u in zip(found, old, new, upper))


def luhn(body: bytes) -> int:
    """The check digit after these digits (ISO/IEC 7812-1 annex B): every second one from the right is doubled."""
    single = body[-2::-2]
    return -(sum(body[-1::-2].translate(DOUBLED)) + sum(single) - 48 * len(single)) % 10


def checked(old: bytes, body: bytes) -> bytes:
    """The check digit for a new body, as far from the right one as the old number's was."""
    return b"%d" % ((luhn(body) + old[-1] - 48 - luhn(old[:-1])) % 10)


def without_algorithm(value: bytes) -> bytes:
    """A digest without the name of its algorithm: the same digest, named or not, has one pseudonym."""
    name, colon, digits = value.rpartition(b":")
    return digits if name + colon in PREFIXES else value


def is_hex(text: bytes) -> bool:
    return not text.translate(None, b"0123456789abcdef")
